/** Delivery to one match: from the position the match names, one call in flight, a mark each second in play. */

import { providerOf } from "../../shared/catalogue/providers.ts";
import type { CommandAnswer, LaneOps } from "../../shared/contracts/lane.ts";
import { type ApplyAnswer, type ApplyRequest, applyAnswerSchema, type MatchRpc } from "../../shared/contracts/match.ts";
import { decodeRpc } from "../../shared/decode.ts";
import type { FieldError } from "../../shared/errors.ts";
import { FEED, RETRY, RPC_TIMEOUT_MS } from "../../shared/limits.ts";
import { faultText } from "../runtime/log.ts";
import type { Cancel, Ports } from "../runtime/ports.ts";
import { CallRefused, withTimeout } from "../runtime/rpc-timeout.ts";
import type { Refusals } from "./refusals.ts";
import type { FeedSpeech, HeardAnswer, Said } from "./speech.ts";
import type { LaneMatch, LaneStore } from "./store.ts";
import { CommandWaiters } from "./waiters.ts";

export type DeliveryDeps = {
	readonly ports: Ports;
	readonly lane: string;
	readonly matchId: string;
	readonly store: LaneStore;
	readonly refusals: Refusals;
	readonly speech: FeedSpeech;
	readonly match: () => Pick<MatchRpc, "apply">;
	/** The match is in play: the alarm must stand under the marks. */
	readonly inPlay: () => void;
	readonly ended: () => void;
};

/** What no repetition mends. */
const noCall = (path: string, message: string): CallRefused => new CallRefused(message, [{ path, message }]);

/** The match has refused a call as none: another lane's, or of another version. The same again would be refused again. */
export type Parked = LaneOps["matches"][number]["parked"];

export class Delivery {
	readonly #deps: DeliveryDeps;
	readonly #waiters: CommandWaiters;
	/** Inputs of the deciding feed that the match has not answered for yet, by seq. */
	readonly #carried = new Map<number, Said>();
	#answer: HeardAnswer | null = null;
	#isBusy = false;
	/** Somebody asked while a call was in flight. */
	#isWanted = false;
	#failures = 0;
	#parked: Parked = null;
	#again: Cancel | null = null;

	constructor(deps: DeliveryDeps) {
		this.#deps = deps;
		this.#waiters = new CommandWaiters(deps.ports);
	}

	get failures(): number {
		return this.#failures;
	}

	get parked(): Parked {
		return this.#parked;
	}

	/**
	 * Delivers what is there now. After a failure it waits its time: more inputs do not make a match that is down answer. What is
	 * parked is tried again with an input that comes later, in case the other side has changed.
	 */
	pump(): void {
		if (this.#parked !== null && this.#deps.ports.now() - this.#parked.atMs < FEED.retryMaxMs) return;
		this.#isWanted = true;
		if (this.#isBusy || (this.#parked === null && this.#failures > 0 && this.#again !== null)) return;
		this.#start();
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

	#start(): void {
		this.#again?.();
		this.#again = null;
		this.#isBusy = true;
		this.#deps.ports.background(this.#run());
	}

	async #run(): Promise<void> {
		let nextMs: number | null;
		do {
			this.#isWanted = false;
			nextMs = await this.#attempt();
		} while (nextMs === 0 || (this.#isWanted && this.#failures === 0));
		this.#isBusy = false;
		if (nextMs !== null) this.#again = this.#deps.ports.timer(nextMs, () => this.#start());
	}

	/** One call and what follows from it. Returns in how many ms to call again: 0 at once, null when nothing is left to do. */
	async #attempt(): Promise<number | null> {
		const { ports, store, matchId } = this.#deps;
		let inPlay = false;
		try {
			const match = store.matchOf(matchId);
			if (match === null) return null;
			inPlay = match.inPlay;
			const nextMs = await this.#deliver(match);
			this.#failures = 0;
			this.#parked = null;
			return nextMs;
		} catch (fault) {
			this.#failures++;
			if (fault instanceof CallRefused) return this.#park(fault.errors, faultText(fault));
			ports.log.warn("apply_failed", { matchId, failures: this.#failures, fault: faultText(fault) });
			const backOffMs = FEED.retryMinMs * 2 ** Math.min(this.#failures - 1, 16);
			// Matches that failed together come back apart.
			return Math.ceil(Math.min(backOffMs, inPlay ? FEED.markMs : FEED.retryMaxMs) * (0.5 + ports.random() / 2));
		}
	}

	/**
	 * Another group's is never repeated: its provider is told at its next push, and an operator by the list of lanes. A call that does
	 * not fit may, once a deploy has reached the match, though its last input has come and nothing wakes this lane again.
	 */
	#park(errors: readonly FieldError[], reason: string): number | null {
		const { ports, matchId } = this.#deps;
		const code = errors.some(({ path }) => path === "lane") ? "foreign" : "contract";
		this.#parked = { code, reason, atMs: ports.now() };
		ports.log.error("delivery_parked", { matchId, code, fault: reason });
		return code === "foreign" ? null : RETRY.refusedMs;
	}

	async #deliver(match: LaneMatch): Promise<number | null> {
		const { ports, store, matchId } = this.#deps;
		const request = this.#request(match);
		const sentAtMs = ports.now();
		// What a push has just stored may not be durable yet, and a match must never be ahead of its lane.
		if (request.inputs.length > 0) await ports.sync();
		const call = withTimeout(ports, "apply", RPC_TIMEOUT_MS, this.#deps.match().apply(request));
		const answer = decodeRpc("apply answer", applyAnswerSchema, await call);
		if (answer.lastSeq > match.headSeq) {
			ports.log.error("match_ahead", { matchId, lastSeq: answer.lastSeq });
			throw noCall("lastSeq", `the match is at ${answer.lastSeq}, beyond this log: its numbers come from elsewhere`);
		}
		const isNewEpoch = this.#answer?.epoch !== answer.epoch;
		this.#answer = { epoch: answer.epoch, answerNo: answer.answerNo, atMs: ports.now() };
		this.#take(answer, match);
		if (request.inputs.length > 0 && answer.lastSeq === match.ackedSeq)
			throw new Error(`the match stays at ${answer.lastSeq}`);
		if (answer.lastSeq < (store.matchOf(matchId)?.headSeq ?? 0)) return 0;
		if (!answer.inPlay) return null;
		// A match that has just started, or that refused something, has not heard the feed: it is told sooner than at the next mark.
		const markMs = isNewEpoch || answer.rejected.length > 0 ? FEED.retryMinMs : FEED.markMs;
		return Math.max(1, markMs - (ports.now() - sentAtMs));
	}

	#request({ matchId, provider: name, ackedSeq, headSeq, hasHole }: LaneMatch): ApplyRequest {
		const { ports, store, speech, lane } = this.#deps;
		const provider = providerOf(name);
		if (provider === null) throw noCall("provider", `no provider ${name}`);
		const nowMs = ports.now();
		const inputs = ackedSeq < headSeq ? store.inputsFrom(matchId, ackedSeq + 1) : [];
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
			feedLost: hasHole || speech.isLost(name, nowMs, provider.lostAfterMs),
		};
	}

	/** The match's own position is the truth: a lower one means that it wants those inputs again. */
	#take(answer: ApplyAnswer, before: LaneMatch): void {
		const { store, refusals, speech, matchId, ports } = this.#deps;
		for (const rejection of answer.rejected) {
			ports.log.info("input_rejected", { matchId, ...rejection });
			refusals.save(matchId, rejection, ports.now());
		}
		const endedAtMs = answer.ended ? (before.endedAtMs ?? ports.now()) : null;
		if (answer.lastSeq !== before.ackedSeq || answer.inPlay !== before.inPlay || endedAtMs !== before.endedAtMs)
			store.saveAnswer(matchId, answer.lastSeq, answer.inPlay, endedAtMs);
		if (answer.inPlay) this.#deps.inPlay();
		if (answer.ended && before.endedAtMs === null) this.#deps.ended();
		for (const [seq, said] of this.#carried) {
			if (seq > answer.lastSeq) break;
			this.#carried.delete(seq);
			if (refusals.verdict(matchId, seq).kind === "applied") speech.spoke(said, ports.now());
		}
		this.#waiters.passed(answer.lastSeq, (seq) => refusals.verdict(matchId, seq));
	}
}
