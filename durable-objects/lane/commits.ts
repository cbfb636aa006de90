/** What the lane commits, many pushes at once: inputs and heartbeats that come while storage is busy share one transaction. */
import { providerOf } from "../../shared/catalogue/providers.ts";
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
import { type Asked, type LaneStore, TRADER } from "./store.ts";

/** Inputs, or none, which is a heartbeat; with the lane's time at which they came. */
export type Push = Said & {
	readonly cameAtMs: number;
	readonly inputs: readonly Input[];
	/** Matches among them that are not this group's. */
	readonly foreign: ReadonlySet<string>;
};
export type Committed = { readonly results: readonly Appended[]; readonly rejected: readonly MatchRefusal[] };
const NOTHING: Committed = { results: [], rejected: [] };

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

/** Speech is noted here, so that it is never known before what was said (LAN-2). */
function commit(deps: LaneCommitsDeps, batch: readonly Push[]): readonly Committed[] {
	const nowMs = deps.ports.now();
	const lost = lostOf(deps, batch, nowMs);
	const isQuiet = lost.length === 0 && batch.every((push) => isKnown(deps, push, nowMs));
	const committed = isQuiet ? batch.map(() => NOTHING) : storeAll(deps, batch, lost, nowMs);
	batch.forEach((push, index) => {
		if (push.provider !== TRADER) hear(deps, push, committed[index]?.results ?? [], nowMs);
	});
	return committed;
}

/** LAN-3: providers of these pushes that have been silent for too long until now. */
function lostOf({ speech }: LaneCommitsDeps, batch: readonly Push[], nowMs: number): readonly string[] {
	return [...new Set(batch.map(({ provider }) => provider))].filter((provider) => {
		const lostAfterMs = providerOf(provider)?.lostAfterMs;
		return lostAfterMs !== undefined && speech.isLost(provider, nowMs, lostAfterMs);
	});
}

/** A heartbeat that teaches nothing that has to be kept, and whose answer has nothing to tell: storage is not asked. */
function isKnown({ clocks, silences, refusals }: LaneCommitsDeps, push: Push, nowMs: number): boolean {
	const { provider, signedAtMs, cameAtMs, inputs } = push;
	return (
		inputs.length === 0 &&
		!refusals.hasToTell(provider) &&
		(signedAtMs === null || clocks.isNothingNew(provider, signedAtMs, cameAtMs)) &&
		silences.isKept(provider, saidAtMs(push, clocks.offsetMs(provider)), nowMs)
	);
}

/** One transaction, and what its parts have in memory is what it stored. */
function storeAll(
	deps: LaneCommitsDeps,
	batch: readonly Push[],
	lost: readonly string[],
	nowMs: number,
): readonly Committed[] {
	const { store, refusals, clocks, silences, stored } = deps;
	const takeBack = [refusals, clocks, silences].map((part) => part.mark());
	try {
		return store.transaction(() => {
			for (const provider of lost) store.silent(provider);
			const results = store.append(
				batch.flatMap((push) => askedOf(deps, push)),
				nowMs,
			);
			let from = 0;
			const committed = batch.map((push) => {
				const own = results.slice(from, from + push.inputs.length);
				from += push.inputs.length;
				return { results: own, rejected: answer(deps, push, own, nowMs) };
			});
			if (results.some(({ kind }) => kind === "stored")) stored(nowMs);
			return committed;
		});
	} catch (fault) {
		for (const undo of takeBack) undo();
		throw fault;
	}
}

/** What its match has said to be another lane's is refused as such, at the push. */
function askedOf(deps: LaneCommitsDeps, { provider, inputs, foreign }: Push): readonly Asked[] {
	return inputs.map((input) => {
		const isForeign = foreign.has(input.matchId) || deps.isForeign(input.matchId);
		return { provider, input, isForeign: isForeign && provider !== TRADER };
	});
}

/** What was learned with the push, and what its answer tells of earlier ones. */
function answer(
	{ clocks, silences, refusals }: LaneCommitsDeps,
	push: Push,
	results: readonly Appended[],
	nowMs: number,
): readonly MatchRefusal[] {
	const { provider, signedAtMs, cameAtMs, inputs } = push;
	if (signedAtMs !== null) clocks.observe(provider, signedAtMs, cameAtMs);
	// A trader is no feed, and has its answer already.
	if (provider === TRADER) return [];
	if (inputs.length === 0 || results.some(({ kind }) => kind === "stored"))
		silences.heard(provider, saidAtMs(push, clocks.offsetMs(provider)), nowMs);
	return refusals.tell(provider);
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
