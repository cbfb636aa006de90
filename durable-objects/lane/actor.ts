/**
 * The lane: stores inputs by group commit, delivers each match's in order with one call in flight, marks time in play, and
 * knows when a feed last spoke. A slow match delays no other.
 */

import { providerOf } from "../../shared/catalogue/providers.ts";
import type { BoardRpc } from "../../shared/contracts/board.ts";
import type {
	AppendAnswer,
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
import { FEED, RPC_TIMEOUT_MS } from "../../shared/limits.ts";
import { createDeadlines, type Deadlines } from "../runtime/deadlines.ts";
import { withLazyTables } from "../runtime/lazy-tables.ts";
import type { Ports } from "../runtime/ports.ts";
import { createTimeouts } from "../runtime/timeouts.ts";
import { Claims } from "./claims.ts";
import { Clocks } from "./clocks.ts";
import { type Committed, createCommit, type Push } from "./commits.ts";
import { Delivery } from "./delivery.ts";
import { Marks } from "./marks.ts";
import { LANE_MIGRATIONS } from "./migrations.ts";
import { Refusals } from "./refusals.ts";
import { Silences } from "./silences.ts";
import { FeedSpeech } from "./speech.ts";
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

const NET = "net";
const PRUNE = "prune";
const NONE: ReadonlySet<string> = new Set();

export class LaneActor {
	readonly #deps: LaneDeps;
	readonly #store: LaneStore;
	readonly #refusals: Refusals;
	readonly #speech: FeedSpeech;
	readonly #deadlines: Deadlines;
	readonly #timeouts: Pick<Ports, "timer">;
	readonly #marks: Marks;
	readonly #claims: Claims | null;
	readonly #commit: (push: Push) => Promise<Committed>;
	readonly #deliveries = new Map<string, Delivery>();

	constructor(deps: LaneDeps) {
		const ports = withLazyTables(deps.ports, LANE_MIGRATIONS);
		this.#deps = { ...deps, ports };
		this.#refusals = new Refusals(ports.sql);
		this.#store = new LaneStore(ports.sql);
		this.#deadlines = createDeadlines(ports);
		this.#timeouts = createTimeouts(ports, RPC_TIMEOUT_MS);
		this.#marks = new Marks(ports, (matchId) => this.#pump([matchId]));
		const clocks = new Clocks(ports.sql);
		const silences = new Silences(ports.sql);
		this.#speech = new FeedSpeech(ports.now(), (provider) => clocks.offsetMs(provider), silences.heardAtMs());
		this.#claims = this.#makeClaims();
		this.#commit = createCommit({
			ports,
			store: this.#store,
			refusals: this.#refusals,
			clocks,
			silences,
			speech: this.#speech,
			isForeign: (matchId) => this.#isForeign(matchId),
			delivery: (matchId) => this.#delivery(matchId),
			stored: (nowMs) => this.#deadlines.setIfSooner(NET, nowMs + FEED.netMs),
		});
		// After a restart: whatever woke us, matches in play need their marks.
		this.#pump(this.#store.active());
	}

	/** LAN-1: answers once the inputs are durable; the match applies them after. */
	async append({ lane, provider, heldMs, signedAtMs, inputs }: AppendRequest): Promise<AppendAnswer> {
		this.#requireMine(lane, provider);
		const pushed = this.#pushed(provider, inputs, heldMs, signedAtMs);
		const foreign = this.#claims?.foreignOf(inputs) ?? null;
		const { results, rejected } = await this.#commit(foreign === null ? pushed : { ...pushed, foreign: await foreign });
		this.#pump(inputs.map(({ matchId }) => matchId));
		return { v: 1, results, waiting: this.#waiting(), ...toTell(rejected) };
	}

	/** What waits for a match that does not answer says nothing of how busy the lane is. */
	#waiting(): number {
		let inputs = 0;
		for (const [matchId, count] of this.#store.waiting())
			if ((this.#deliveries.get(matchId)?.failures ?? 0) === 0) inputs += count;
		return inputs;
	}

	/** LAN-2: speech, behind everything that came before it and is still waiting to be stored. */
	async heartbeat(provider: string, heldMs?: number, signedAtMs?: number): Promise<HeartbeatAnswer> {
		this.#requireMine(this.#deps.name, provider);
		const { rejected } = await this.#commit(this.#pushed(provider, [], heldMs, signedAtMs));
		return { v: 1, ...toTell(rejected) };
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
		const input: Input = { v: 1, id, sentAtMs: nowMs, matchId, kind: "trader", trader, command };
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
		this.#store.flush();
		if (due.includes(PRUNE)) this.#prune(nowMs);
		// What another version refused may be taken once a deploy has reached the match, though no input comes any more.
		const active = this.#store.active().filter((matchId) => !this.#isForeign(matchId));
		if (active.length > 0) this.#deadlines.setIfSooner(NET, nowMs + FEED.netMs);
		// All at once they would hold up each other and every push: those whose mark is coming wait for it.
		this.#pump(active.filter((matchId) => !this.#marks.isSet(matchId)));
	}

	#isForeign(matchId: string): boolean {
		return this.#deliveries.get(matchId)?.parked?.code === "foreign";
	}

	#makeClaims(): Claims | null {
		const { ports, name, board, mayOpen = () => true } = this.#deps;
		if (board === undefined) return null;
		const knownOf: LaneStore["knownOf"] = (matchIds) => this.#store.knownOf(matchIds);
		return new Claims({ ports, group: groupOf(name), knownOf, mayOpen, board });
	}

	#prune(nowMs: number): void {
		const { closed, nextEndedAtMs } = this.#store.prune(nowMs - FEED.keepEndedMs);
		for (const matchId of closed) {
			this.#deliveries.delete(matchId);
			this.#marks.clear(matchId);
		}
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
		for (const matchId of this.#store.knownOf(new Set(matchIds))) this.#delivery(matchId).pump();
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
				speech: this.#speech,
				timeouts: this.#timeouts,
				marks: this.#marks,
				match: () => matchClient(matchId),
				inPlay: () => this.#deadlines.setIfSooner(NET, ports.now() + FEED.netMs),
				ended: () => this.#deadlines.setIfSooner(PRUNE, ports.now() + FEED.keepEndedMs),
			});
			this.#deliveries.set(matchId, delivery);
		}
		return delivery;
	}
}

/** `lane:{provider group}:{n}` */
const groupOf = (name: string): string => name.split(":")[1] ?? "";

/** The field is left out where there is nothing in it. */
function toTell(rejected: readonly MatchRefusal[]): { readonly rejected?: readonly MatchRefusal[] } {
	return rejected.length > 0 ? { rejected } : {};
}
