/**
 * The lane: stores inputs by group commit, delivers each match's in order with one call in flight, marks time in play, and
 * knows when a feed last spoke. A slow match delays no other.
 */

import { providerOf } from "../../shared/catalogue/providers.ts";
import type { BoardRpc } from "../../shared/contracts/board.ts";
import type {
	AppendAnswer,
	Appended,
	AppendRequest,
	CommandAnswer,
	CommandRequest,
	HeartbeatAnswer,
	LaneOps,
	MatchRefusal,
	RefusalsAnswer,
	RefusalsRequest,
} from "../../shared/contracts/lane.ts";
import type { MatchRpc } from "../../shared/contracts/match.ts";
import { ContractFault } from "../../shared/errors.ts";
import type { Input } from "../../shared/feeds/canonical.ts";
import { FEED, GROUP_COMMIT_MAX } from "../../shared/limits.ts";
import { createDeadlines, type Deadlines } from "../runtime/deadlines.ts";
import { groupCommit } from "../runtime/group-commit.ts";
import type { Ports } from "../runtime/ports.ts";
import { bornLaterPorts } from "../runtime/unborn.ts";
import { Claims } from "./claims.ts";
import { Clocks } from "./clocks.ts";
import { Delivery } from "./delivery.ts";
import { LANE_MIGRATIONS } from "./migrations.ts";
import { Refusals } from "./refusals.ts";
import { Silences } from "./silences.ts";
import { FeedSpeech, type Said, saidAtMs } from "./speech.ts";
import { LaneStore, TRADER } from "./store.ts";

export type LaneDeps = {
	readonly ports: Ports;
	/** `lane:{provider group}:{n}` */
	readonly name: string;
	readonly matchClient: (matchId: string) => Pick<MatchRpc, "apply">;
	/** Absent where a lane stands alone: every match that it does not know is free. */
	readonly board?: () => Pick<BoardRpc, "claim">;
	/** Whether operators' configuration lets this lane's group open an id; absent: every id is its own. */
	readonly mayOpen?: (matchId: string) => boolean;
};

/** Inputs, or none, which is a heartbeat; with the lane's time at which they came. */
type Push = Said & {
	readonly cameAtMs: number;
	readonly inputs: readonly Input[];
	/** Matches among them that are not this group's. */
	readonly foreign: ReadonlySet<string>;
};

type Taken = { readonly results: readonly Appended[]; readonly rejected: readonly MatchRefusal[] };

const NET = "net";
const PRUNE = "prune";
const NONE: ReadonlySet<string> = new Set();

export class LaneActor {
	readonly #deps: LaneDeps;
	readonly #store: LaneStore;
	readonly #refusals: Refusals;
	readonly #clocks: Clocks;
	readonly #silences: Silences;
	readonly #speech: FeedSpeech;
	readonly #deadlines: Deadlines;
	readonly #claims: Claims | null;
	readonly #commit: (push: Push) => Promise<Taken>;
	readonly #deliveries = new Map<string, Delivery>();

	constructor(deps: LaneDeps) {
		const ports = bornLaterPorts(deps.ports, LANE_MIGRATIONS);
		this.#deps = { ...deps, ports };
		this.#refusals = new Refusals(ports.sql);
		this.#store = new LaneStore(ports.sql, this.#refusals);
		this.#deadlines = createDeadlines(ports);
		const clocks = new Clocks(ports.sql);
		this.#clocks = clocks;
		this.#silences = new Silences(ports.sql);
		this.#speech = new FeedSpeech(ports.now(), (provider) => clocks.offsetMs(provider), this.#silences.heardAtMs());
		this.#claims = this.#makeClaims();
		this.#commit = groupCommit({ ports, maxBatch: GROUP_COMMIT_MAX, run: (batch) => this.#take(batch) });
		// After a restart: whatever woke us, matches in play need their marks.
		this.#pump(this.#store.active());
	}

	/** LAN-1: answers once the inputs are durable; the match applies them after. */
	async append({ lane, provider, heldMs, signedAtMs, inputs }: AppendRequest): Promise<AppendAnswer> {
		this.#requireMine(lane, provider);
		const pushed = this.#pushed(provider, inputs, heldMs, signedAtMs);
		const foreign = this.#claims?.foreignOf(inputs) ?? null;
		const { results, rejected } = await this.#commit(foreign === null ? pushed : { ...pushed, foreign: await foreign });
		this.#pump(new Set(inputs.map((input) => input.matchId)));
		return { v: 1, results, ...telling(rejected) };
	}

	/** LAN-2: speech, behind everything that came before it and is still waiting to be stored. */
	async heartbeat(provider: string, heldMs?: number, signedAtMs?: number): Promise<HeartbeatAnswer> {
		this.#requireMine(this.#deps.name, provider);
		const { rejected } = await this.#commit(this.#pushed(provider, [], heldMs, signedAtMs));
		return { v: 1, ...telling(rejected) };
	}

	/** For who asks: what an answer has told may have been lost with it. */
	refusals({ lane, provider, after }: RefusalsRequest): RefusalsAnswer {
		this.#requireMine(lane, provider);
		return { v: 1, refusals: this.#refusals.after(provider, after) };
	}

	/** A trader's command in the match's own order; answered when the match has acted on it. */
	async command({ lane, matchId, id, trader, command }: CommandRequest): Promise<CommandAnswer> {
		this.#requireMine(lane, null);
		const nowMs = this.#deps.ports.now();
		const input: Input = { v: 1, kind: "trader", id, matchId, sentAtMs: nowMs, trader, command };
		if (this.#store.matchOf(matchId) === null)
			return { kind: "refused", code: "unknown_match", message: `no match ${matchId} in this lane` };
		const [appended] = (await this.#commit(this.#pushed(TRADER, [input]))).results;
		if (appended === undefined || appended.kind === "refused")
			return { kind: "refused", code: appended?.code ?? "busy", message: "the command was not stored" };
		const answer = this.#delivery(matchId).whenApplied(appended.seq);
		this.#pump([matchId]);
		return answer;
	}

	ops(): LaneOps {
		const nowMs = this.#deps.ports.now();
		return {
			lane: this.#deps.name,
			matches: this.#store.kept().map(({ matchId, provider, headSeq, ackedSeq, inPlay, hasHole }) => ({
				matchId,
				provider,
				headSeq,
				ackedSeq,
				backlog: headSeq - ackedSeq,
				failures: this.#deliveries.get(matchId)?.failures ?? 0,
				parked: this.#deliveries.get(matchId)?.parked ?? null,
				inPlay,
				hasHole,
				spokeAgoMs: this.#speech.sinceSpokeMs(provider, nowMs),
			})),
		};
	}

	/** The net under the timers: marks and undelivered inputs go on from here. */
	onAlarm(): void {
		const nowMs = this.#deps.ports.now();
		const due = this.#deadlines.takeDue(nowMs);
		if (due.includes(PRUNE)) this.#prune(nowMs);
		// What another version refused may be taken once a deploy has reached the match, though no input comes any more.
		const active = this.#store.active().filter((matchId) => this.#deliveries.get(matchId)?.parked?.code !== "foreign");
		if (active.length > 0) this.#deadlines.setIfSooner(NET, nowMs + FEED.netMs);
		this.#pump(active);
	}

	#makeClaims(): Claims | null {
		const { ports, name, board, mayOpen = () => true } = this.#deps;
		if (board === undefined) return null;
		const isKnown = (matchId: string): boolean => this.#store.matchOf(matchId) !== null;
		return new Claims({ ports, group: groupOf(name), isKnown, mayOpen, board });
	}

	/** What its match has said to be another lane's is refused as such, at the push. */
	#append({ provider, foreign }: Push, input: Input, nowMs: number): Appended {
		const isForeign = foreign.has(input.matchId) || this.#deliveries.get(input.matchId)?.parked?.code === "foreign";
		return isForeign && provider !== TRADER
			? { kind: "refused", code: "foreign" }
			: this.#store.append(provider, input, nowMs);
	}

	/** One transaction. Speech is noted here, so that it is never known before what was said (LAN-2). */
	#take(batch: readonly Push[]): readonly Taken[] {
		const { ports } = this.#deps;
		const nowMs = ports.now();
		const taken = ports.sql.transaction(() => {
			this.#silences.noteLost(new Set(batch.map(({ provider }) => provider)), this.#speech, nowMs);
			const stored = batch.map((push) => {
				const { provider, signedAtMs, cameAtMs, inputs } = push;
				const results = inputs.map((input) => this.#append(push, input, nowMs));
				if (signedAtMs !== null) this.#clocks.observe(provider, signedAtMs, cameAtMs);
				if (provider !== TRADER && isHeard(push, results))
					this.#silences.heard(provider, saidAtMs(push, this.#clocks.offsetMs(provider)), nowMs);
				// A trader has its answer already.
				return { results, rejected: provider === TRADER ? [] : this.#refusals.tell(provider) };
			});
			if (stored.some(({ results }) => results.some(({ kind }) => kind === "stored")))
				this.#deadlines.setIfSooner(NET, nowMs + FEED.netMs);
			return stored;
		});
		batch.forEach((push, index) => {
			if (push.provider !== TRADER) this.#hear(push, taken[index]?.results ?? [], nowMs);
		});
		return taken;
	}

	/**
	 * A heartbeat is speech at once, an input when its match has applied it. What was refused to the last input has told us
	 * nothing that a match will know, and what we have already is no news.
	 */
	#hear(push: Push, results: readonly Appended[], nowMs: number): void {
		if (push.inputs.length === 0) this.#speech.spoke(push, nowMs);
		for (const [at, { matchId }] of push.inputs.entries()) {
			const result = results[at];
			if (result?.kind !== "stored") continue;
			this.#speech.heard(push, nowMs);
			this.#delivery(matchId).carries(result.seq, push);
		}
	}

	#prune(nowMs: number): void {
		const { closed, nextEndedAtMs } = this.#store.prune(nowMs - FEED.keepEndedMs);
		for (const matchId of closed) this.#deliveries.delete(matchId);
		if (nextEndedAtMs !== null)
			this.#deadlines.setIfSooner(PRUNE, Math.max(nextEndedAtMs + FEED.keepEndedMs, nowMs + FEED.pruneMs));
	}

	/** A signed time is older than whatever the caller can say of it, and judged by the provider's clock (LAN-4). */
	#pushed(provider: string, inputs: readonly Input[], heldMs = 0, signedAtMs?: number): Push {
		const cameAtMs = this.#deps.ports.now();
		const said = { provider, cameAtMs, inputs, foreign: NONE };
		if (signedAtMs !== undefined) return { ...said, signedAtMs, heardAtMs: cameAtMs };
		return { ...said, signedAtMs: null, heardAtMs: Math.max(0, cameAtMs - heldMs) };
	}

	/** A call for another lane, or of another group's provider, would put a match into two logs. */
	#requireMine(lane: string, provider: string | null): void {
		const { name } = this.#deps;
		if (lane !== name) throw new ContractFault("lane", [{ path: "lane", message: `this is ${name}` }]);
		if (provider !== null && providerOf(provider)?.group !== groupOf(name))
			throw new ContractFault("lane", [{ path: "provider", message: `${provider} is not of ${name}` }]);
	}

	#pump(matchIds: Iterable<string>): void {
		for (const matchId of matchIds) {
			if (this.#store.matchOf(matchId) !== null) this.#delivery(matchId).pump();
		}
	}

	#delivery(matchId: string): Delivery {
		let delivery = this.#deliveries.get(matchId);
		if (delivery === undefined) {
			const { ports, name, matchClient } = this.#deps;
			delivery = new Delivery({
				ports,
				lane: name,
				matchId,
				store: this.#store,
				refusals: this.#refusals,
				silences: this.#silences,
				speech: this.#speech,
				match: () => matchClient(matchId),
				inPlay: () => this.#deadlines.setIfSooner(NET, ports.now() + FEED.netMs),
				ended: () => this.#deadlines.setIfSooner(PRUNE, ports.now() + FEED.keepEndedMs),
			});
			this.#deliveries.set(matchId, delivery);
		}
		return delivery;
	}
}

/** A heartbeat, or something that was stored. */
const isHeard = ({ inputs }: Push, results: readonly Appended[]): boolean =>
	inputs.length === 0 || results.some(({ kind }) => kind === "stored");

/** `lane:{provider group}:{n}` */
const groupOf = (name: string): string => name.split(":")[1] ?? "";

/** Nothing to tell is not said. */
function telling(rejected: readonly MatchRefusal[]): { readonly rejected?: readonly MatchRefusal[] } {
	return rejected.length > 0 ? { rejected } : {};
}
