/** What the lane commits, many pushes at once: inputs and heartbeats that come while storage is busy share one transaction. */
import type { Appended, MatchRefusal } from "../../shared/contracts/lane.ts";
import type { Input } from "../../shared/feeds/canonical.ts";
import { GROUP_COMMIT_MAX } from "../../shared/limits.ts";
import { groupCommit } from "../runtime/group-commit.ts";
import type { Ports } from "../runtime/ports.ts";
import type { Clocks } from "./clocks.ts";
import type { Delivery } from "./delivery.ts";
import type { Refusals } from "./refusals.ts";
import type { Silences } from "./silences.ts";
import { type FeedSpeech, type Said, saidAtMs } from "./speech.ts";
import { type LaneStore, TRADER } from "./store.ts";

/** Inputs, or none, which is a heartbeat; with the lane's time at which they came. */
export type Push = Said & {
	readonly cameAtMs: number;
	readonly inputs: readonly Input[];
	/** Matches among them that are not this group's. */
	readonly foreign: ReadonlySet<string>;
};
export type Committed = { readonly results: readonly Appended[]; readonly rejected: readonly MatchRefusal[] };

export type LaneCommitsDeps = {
	readonly ports: Ports;
	readonly store: LaneStore;
	readonly refusals: Refusals;
	readonly clocks: Clocks;
	readonly silences: Silences;
	readonly speech: FeedSpeech;
	/** Whether its match has said that it is another lane's. */
	readonly isForeign: (matchId: string) => boolean;
	readonly delivery: (matchId: string) => Pick<Delivery, "carries">;
	/** Runs inside the transaction that stored inputs: they are delivered though this object dies. */
	readonly stored: (nowMs: number) => void;
};

/** The returned function resolves once the push is durable. */
export function createCommit(deps: LaneCommitsDeps): (push: Push) => Promise<Committed> {
	const { ports } = deps;
	return groupCommit({ ports, maxBatch: GROUP_COMMIT_MAX, run: (batch) => commit(deps, batch) });
}

/** One transaction. Speech is noted here, so that it is never known before what was said (LAN-2). */
function commit(deps: LaneCommitsDeps, batch: readonly Push[]): readonly Committed[] {
	const { ports, silences, speech, stored } = deps;
	const nowMs = ports.now();
	const committed = ports.sql.transaction(() => {
		silences.noteLost(new Set(batch.map(({ provider }) => provider)), speech, nowMs);
		const pushes = batch.map((push) => store(deps, push, nowMs));
		if (pushes.some(({ results }) => results.some(({ kind }) => kind === "stored"))) stored(nowMs);
		return pushes;
	});
	batch.forEach((push, index) => {
		if (push.provider !== TRADER) hear(deps, push, committed[index]?.results ?? [], nowMs);
	});
	return committed;
}

function store(deps: LaneCommitsDeps, push: Push, nowMs: number): Committed {
	const { clocks, silences, refusals } = deps;
	const { provider, signedAtMs, cameAtMs, inputs } = push;
	const results = inputs.map((input) => append(deps, push, input, nowMs));
	if (signedAtMs !== null) clocks.observe(provider, signedAtMs, cameAtMs);
	// A trader is no feed, and has its answer already.
	if (provider === TRADER) return { results, rejected: [] };
	if (inputs.length === 0 || results.some(({ kind }) => kind === "stored"))
		silences.heard(provider, saidAtMs(push, clocks.offsetMs(provider)), nowMs);
	return { results, rejected: refusals.tell(provider) };
}

/** What its match has said to be another lane's is refused as such, at the push. */
function append(deps: LaneCommitsDeps, { provider, foreign }: Push, input: Input, nowMs: number): Appended {
	const isForeign = foreign.has(input.matchId) || deps.isForeign(input.matchId);
	return isForeign && provider !== TRADER
		? { kind: "refused", code: "foreign" }
		: deps.store.append(provider, input, nowMs);
}

/**
 * A heartbeat is speech at once, an input when its match has applied it. What was refused to the last input has told us
 * nothing that a match will know, and what we have already is no news.
 */
function hear({ speech, delivery }: LaneCommitsDeps, push: Push, results: readonly Appended[], nowMs: number): void {
	if (push.inputs.length === 0) speech.spoke(push, nowMs);
	for (const [at, { matchId }] of push.inputs.entries()) {
		const result = results[at];
		if (result?.kind !== "stored") continue;
		speech.heard(push, nowMs);
		delivery(matchId).carries(result.seq, push);
	}
}
