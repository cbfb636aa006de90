/** Delivery to one match: from the position the match names, one call in flight, a mark each second in play. */

import { providerOf } from "../../shared/catalogue/providers.ts";
import type { CommandAnswer, LaneOps } from "../../shared/contracts/lane.ts";
import { type ApplyAnswer, type ApplyRequest, applyAnswerSchema, type MatchRpc } from "../../shared/contracts/match.ts";
import { decodeRpc } from "../../shared/decode.ts";
import { FEED } from "../../shared/limits.ts";
import { Courier, doublingMs, type Failure } from "../runtime/courier.ts";
import { faultText } from "../runtime/log.ts";
import type { Ports } from "../runtime/ports.ts";
import { CallRefused } from "../runtime/rpc-timeout.ts";
import type { Marks } from "./marks.ts";
import type { LaneMatch } from "./matches.ts";
import type { Refusals } from "./refusals.ts";
import type { FeedSpeech, HeardAnswer, Said } from "./speech.ts";
import type { LaneStore } from "./store.ts";
import { CommandWaiters } from "./waiters.ts";

export type DeliveryDeps = {
	readonly ports: Ports;
	readonly lane: string;
	readonly matchId: string;
	readonly store: LaneStore;
	readonly refusals: Refusals;
	readonly speech: FeedSpeech;
	/** What ends the wait for an answer, for all matches of the lane. */
	readonly timeouts: Pick<Ports, "timer">;
	readonly marks: Pick<Marks, "setAt" | "clear">;
	readonly match: () => Pick<MatchRpc, "apply">;
	/** The match is in play: the alarm must stand under the marks. */
	readonly inPlay: () => void;
	readonly ended: () => void;
};

/** Whatever the clock says. */
const AT_ONCE = 0;

/** Refused by ourselves, as the match would refuse it: an operator is told, and the alarm tries again. */
const noCall = (path: string, message: string): CallRefused => new CallRefused(message, [{ path, message }]);

/** The match has refused a call as none: another lane's, or of another version, which a deploy may mend. */
export type Parked = LaneOps["matches"][number]["parked"];

/** What a call carries, and the match as the lane knew it then. */
type Call = { readonly request: ApplyRequest; readonly match: LaneMatch; readonly readAtMs: number };

export class Delivery {
	readonly #deps: DeliveryDeps;
	readonly #courier: Courier<Call, ApplyAnswer>;
	readonly #waiters: CommandWaiters;
	/** Inputs of the deciding feed that the match has not answered for yet, by seq. */
	readonly #carried = new Map<number, Said>();
	#answer: HeardAnswer | null = null;
	/** When the match is to be called: somebody asked, or it must hear of its feed sooner than by its next mark. */
	#dueAtMs: number | null = null;
	#inPlay = false;
	#parked: Parked = null;

	constructor(deps: DeliveryDeps) {
		const { ports, match, timeouts } = deps;
		this.#deps = deps;
		this.#waiters = new CommandWaiters(ports);
		this.#courier = new Courier<Call, ApplyAnswer>({
			ports,
			what: "apply",
			peers: () => [deps.matchId],
			dueAtMs: () => this.#dueAtMs,
			batch: () => this.#nextCall(),
			// What a push has just stored may not be durable yet, and a match must never be ahead of its lane.
			needsNoSync: ({ request }) => request.inputs.length === 0,
			send: (_, { request }) => match().apply(request),
			decode: (answer) => decodeRpc("apply answer", applyAnswerSchema, answer),
			answered: (_, call, answer) => this.#answered(call, answer),
			retryMs: (failures) => this.#retryMs(failures),
			refused: { waitMs: FEED.retryMaxMs, calledBy: "kick" },
			failed: (failure) => this.#failed(failure),
			timeouts,
		});
	}

	get failures(): number {
		return this.#courier.failures(this.#deps.matchId);
	}

	get parked(): Parked {
		return this.#parked;
	}

	/**
	 * Delivers what is there now. After a failure it waits its time: more inputs do not make a match that is down answer. What is
	 * parked is tried again with an input that comes later, in case the other side has changed; of another version, by the alarm too.
	 */
	pump(): void {
		this.#dueAtMs = AT_ONCE;
		this.#courier.kick();
	}

	/** An input that is speech once the match has applied it. */
	carries(seq: number, { provider, signedAtMs, heardAtMs }: Said): void {
		this.#carried.set(seq, { provider, signedAtMs, heardAtMs });
	}

	/** Resolves when the match has acted on this seq, or with `pending` when it took too long. */
	whenApplied(seq: number): Promise<CommandAnswer> {
		const { store, refusals, matchId } = this.#deps;
		if ((store.matchOf(matchId)?.ackedSeq ?? 0) >= seq) return Promise.resolve(refusals.verdict(matchId, seq));
		return this.#waiters.wait(seq, FEED.commandWaitMs);
	}

	#nextCall(): Call | null {
		const { ports, store, matchId, marks } = this.#deps;
		this.#dueAtMs = null;
		marks.clear(matchId);
		const match = store.matchOf(matchId);
		if (match === null) return null;
		this.#inPlay = match.inPlay;
		return { request: this.#request(match), match, readAtMs: ports.now() };
	}

	#answered({ request, match, readAtMs }: Call, answer: ApplyAnswer): void {
		const { ports, store, matchId, marks } = this.#deps;
		if (answer.lastSeq > match.headSeq) {
			ports.log.error("match_ahead", { matchId, lastSeq: answer.lastSeq });
			throw noCall("lastSeq", `the match is at ${answer.lastSeq}, beyond this log: its numbers come from elsewhere`);
		}
		const isNewEpoch = this.#answer?.epoch !== answer.epoch;
		this.#answer = { epoch: answer.epoch, answerNo: answer.answerNo, atMs: ports.now() };
		this.#take(answer, match);
		if (request.inputs.length > 0 && answer.lastSeq === match.ackedSeq)
			throw new Error(`the match stays at ${answer.lastSeq}`);
		this.#parked = null;
		if (answer.lastSeq < (store.matchOf(matchId)?.headSeq ?? 0)) this.#dueAtMs = AT_ONCE;
		if (!answer.inPlay || this.#dueAtMs === AT_ONCE) return;
		// A match that has just started, or that refused something, has not heard the feed: it is told sooner than at the next mark.
		if (isNewEpoch || answer.rejected.length > 0) this.#dueAtMs = Math.max(ports.now() + 1, readAtMs + FEED.retryMinMs);
		else marks.setAt(matchId, readAtMs + FEED.markMs);
	}

	/** Matches that failed together come back apart. */
	#retryMs(failures: number): number {
		const backOffMs = doublingMs(FEED.retryMinMs, this.#inPlay ? FEED.markMs : FEED.retryMaxMs)(failures);
		return Math.ceil(backOffMs * (0.5 + this.#deps.ports.random() / 2));
	}

	/** What is parked is told to its provider at its next push, and to an operator by the list of lanes. */
	#failed({ fault: cause, failures, isRefused }: Failure<Call>): void {
		const { ports, matchId } = this.#deps;
		const fault = faultText(cause);
		if (!isRefused || !(cause instanceof CallRefused)) {
			ports.log.warn("apply_failed", { matchId, failures, fault });
			return;
		}
		const code = cause.errors.some(({ path }) => path === "lane") ? "foreign" : "contract";
		this.#parked = { code, reason: fault, atMs: ports.now() };
		ports.log.error("delivery_parked", { matchId, code, fault });
	}

	#request({ matchId, provider: name, ackedSeq, headSeq, hasHole, silenceSeq }: LaneMatch): ApplyRequest {
		const { ports, store, speech, lane } = this.#deps;
		const provider = providerOf(name);
		if (provider === null) throw noCall("provider", `no provider ${name}`);
		const nowMs = ports.now();
		const left = ackedSeq < headSeq ? store.inputsFrom(matchId, ackedSeq + 1) : [];
		// LAN-3: what ended a silence comes after it, and so does what mends it.
		const inputs = silenceSeq === null ? left : left.filter(({ seq }) => seq <= silenceSeq);
		// LAN-2: the feed has spoken for a match only when the match has with it everything that the feed had said.
		const isComplete = ackedSeq + inputs.length === headSeq;
		return {
			v: 1,
			matchId,
			lane,
			fromSeq: ackedSeq + 1,
			inputs: [...inputs],
			headSeq,
			speech: isComplete ? speech.ages(name, this.#answer, nowMs, [...this.#carried.values()]) : null,
			quietLimitMs: provider.quietLimitMs,
			lostAfterMs: provider.lostAfterMs,
			feedLost: hasHole || silenceSeq !== null || speech.isLost(name, nowMs, provider.lostAfterMs),
		};
	}

	/** The match's own position is the truth: a lower one means that it wants those inputs again. */
	#take(answer: ApplyAnswer, before: LaneMatch): void {
		const { store, refusals, matchId, ports } = this.#deps;
		for (const rejection of answer.rejected) ports.log.info("input_rejected", { matchId, ...rejection });
		refusals.save(matchId, answer.rejected, ports.now());
		const endedAtMs = answer.ended ? (before.endedAtMs ?? ports.now()) : null;
		const match = store.matchOf(matchId);
		if (match !== null) {
			const { lastSeq: ackedSeq, inPlay } = answer;
			// A later silence stays to be told.
			const isTold = match.silenceSeq === before.silenceSeq && ackedSeq >= (before.silenceSeq ?? 0);
			store.saveAnswer(match, { ackedSeq, inPlay, endedAtMs, silenceSeq: isTold ? null : match.silenceSeq });
		}
		if (answer.inPlay) this.#deps.inPlay();
		if (answer.ended && before.endedAtMs === null) this.#deps.ended();
		this.#hear(answer);
		this.#waiters.passed(answer.lastSeq, (seq) => refusals.verdict(matchId, seq));
	}

	/** What the match has passed and not refused was speech. It says what it refused whenever it is given it, first or again. */
	#hear({ lastSeq, rejected }: ApplyAnswer): void {
		const { speech, ports } = this.#deps;
		const refused = new Set(rejected.map(({ seq }) => seq));
		for (const [seq, said] of this.#carried) {
			if (seq > lastSeq) break;
			this.#carried.delete(seq);
			if (!refused.has(seq)) speech.spoke(said, ports.now());
		}
	}
}
