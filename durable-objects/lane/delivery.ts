/** Delivery to one match: from the position the match names, one call in flight, a mark each second in play. */
import type { CommandAnswer } from "../../shared/contracts/lane.ts";
import { type ApplyAnswer, type ApplyRequest, applyAnswerSchema, type MatchRpc } from "../../shared/contracts/match.ts";
import { decodeRpc } from "../../shared/decode.ts";
import { providerOf } from "../../shared/feeds/providers.ts";
import { FEED, RPC_TIMEOUT_MS } from "../../shared/limits.ts";
import { faultText } from "../runtime/log.ts";
import type { Cancel, Ports } from "../runtime/ports.ts";
import { withTimeout } from "../runtime/rpc-timeout.ts";
import type { FeedSpeech, HeardAnswer } from "./speech.ts";
import type { LaneStore } from "./store.ts";

export type DeliveryDeps = {
	readonly ports: Ports;
	readonly lane: string;
	readonly matchId: string;
	readonly store: LaneStore;
	readonly speech: FeedSpeech;
	readonly match: () => Pick<MatchRpc, "apply">;
	readonly inPlay: () => void;
	readonly ended: () => void;
};

type Waiter = { readonly resolve: (answer: CommandAnswer) => void; readonly cancel: Cancel };

export class Delivery {
	readonly #deps: DeliveryDeps;
	readonly #waiters = new Map<number, Waiter>();
	#answer: HeardAnswer | null = null;
	#isBusy = false;
	#failures = 0;
	#again: Cancel | null = null;

	constructor(deps: DeliveryDeps) {
		this.#deps = deps;
	}

	/** Delivers what is there now, unless a call is in flight: then it goes on by itself. */
	pump(): void {
		if (this.#isBusy) return;
		this.#again?.();
		this.#again = null;
		this.#isBusy = true;
		this.#deps.ports.background(this.#run());
	}

	/** Resolves when the match has acted on this seq, or with `pending` when it took too long. */
	whenApplied(seq: number): Promise<CommandAnswer> {
		if ((this.#deps.store.matchOf(this.#deps.matchId)?.ackedSeq ?? 0) >= seq)
			return Promise.resolve({ kind: "applied", seq });
		return new Promise((resolve) => {
			const cancel = this.#deps.ports.timer(FEED.commandWaitMs, () =>
				this.#settleWaiter(seq, { kind: "pending", seq }),
			);
			this.#waiters.set(seq, { resolve, cancel });
		});
	}

	async #run(): Promise<void> {
		let next: number | null = 0;
		try {
			while (next === 0) next = await this.#deliverOnce();
		} catch (fault) {
			this.#failures++;
			next = Math.min(FEED.retryMinMs * 2 ** (this.#failures - 1), FEED.retryMaxMs);
			this.#deps.ports.log.warn("apply_failed", {
				matchId: this.#deps.matchId,
				failures: this.#failures,
				fault: faultText(fault),
			});
		} finally {
			this.#isBusy = false;
		}
		if (next !== null) this.#again = this.#deps.ports.timer(next, () => this.pump());
	}

	/** One call. Returns in how many ms to call again: 0 at once, null when nothing is left to do. */
	async #deliverOnce(): Promise<number | null> {
		const { ports, store, matchId } = this.#deps;
		const match = store.matchOf(matchId);
		if (match === null) return null;
		const request = this.#request(match.provider, match.ackedSeq, match.headSeq);
		const sentAtMs = ports.now();
		const call = this.#deps.match().apply(request);
		const answer = decodeRpc(
			"apply answer",
			applyAnswerSchema,
			await withTimeout(ports, "apply", RPC_TIMEOUT_MS, call),
		);
		this.#failures = 0;
		this.#answer = { epoch: answer.epoch, answerNo: answer.answerNo, atMs: ports.now() };
		this.#take(answer, match.ackedSeq, match.inPlay);
		const headSeq = store.matchOf(matchId)?.headSeq ?? 0;
		if (answer.lastSeq < headSeq)
			return answer.lastSeq > match.ackedSeq || request.inputs.length === 0 ? 0 : FEED.retryMinMs;
		return answer.inPlay ? Math.max(1, FEED.markMs - (ports.now() - sentAtMs)) : null;
	}

	#request(providerName: string, ackedSeq: number, headSeq: number): ApplyRequest {
		const { ports, store, speech, matchId, lane } = this.#deps;
		const provider = providerOf(providerName);
		if (provider === null) throw new Error(`no provider ${providerName}`);
		const nowMs = ports.now();
		const inputs = ackedSeq < headSeq ? store.inputsFrom(matchId, ackedSeq + 1) : [];
		return {
			v: 1,
			matchId,
			lane,
			fromSeq: ackedSeq + 1,
			inputs: [...inputs],
			headSeq,
			speech: speech.ages(providerName, this.#answer, nowMs),
			quietLimitMs: provider.quietLimitMs,
			lostAfterMs: provider.lostAfterMs,
			feedLost: speech.isLost(providerName, nowMs, provider.lostAfterMs),
		};
	}

	/** The match's own position is the truth: a lower one means that it wants those inputs again. */
	#take(answer: ApplyAnswer, ackedSeq: number, wasInPlay: boolean): void {
		const { store, matchId, ports } = this.#deps;
		if (answer.lastSeq !== ackedSeq || answer.inPlay !== wasInPlay)
			store.saveAnswer(matchId, answer.lastSeq, answer.inPlay);
		if (answer.inPlay) this.#deps.inPlay();
		if (answer.ended) {
			store.saveEnded(matchId, ports.now());
			this.#deps.ended();
		}
		for (const { seq, code, message } of answer.rejected) {
			ports.log.info("input_rejected", { matchId, seq, code, message });
			this.#settleWaiter(seq, { kind: "refused", code, message });
		}
		for (const seq of [...this.#waiters.keys()]) {
			if (seq <= answer.lastSeq) this.#settleWaiter(seq, { kind: "applied", seq });
		}
	}

	#settleWaiter(seq: number, answer: CommandAnswer): void {
		const waiter = this.#waiters.get(seq);
		if (waiter === undefined) return;
		this.#waiters.delete(seq);
		waiter.cancel();
		waiter.resolve(answer);
	}
}
