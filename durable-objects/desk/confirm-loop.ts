/**
 * The confirmations of a desk: one in flight, numbered (inc, n), for all legs whose windows have ended. Nothing is accepted
 * but on an answer to the batch that is in flight now; a late answer is dropped (BET-3).
 */

import type { Region } from "../../shared/contracts/ids.ts";
import {
	type ConfirmAnswer,
	type ConfirmRequest,
	confirmAnswerSchema,
	type MatchRpc,
} from "../../shared/contracts/match.ts";
import { decodeRpc } from "../../shared/decode.ts";
import { BET } from "../../shared/limits.ts";
import { faultText } from "../runtime/log.ts";
import type { Cancel, Ports } from "../runtime/ports.ts";
import { withTimeout } from "../runtime/rpc-timeout.ts";
import { type PendingLeg, riskOf, stakeBaseOf } from "./decide.ts";
import type { DeskStore } from "./store.ts";
import type { Total, Totals } from "./totals.ts";

export type Batch = {
	readonly sentAtMs: number;
	readonly legs: readonly PendingLeg[];
	/** What the batch said of each outcome. */
	readonly totals: ReadonlyMap<string, number>;
};

export type ConfirmLoopDeps = {
	readonly ports: Ports;
	readonly matchId: string;
	readonly region: Region;
	readonly store: DeskStore;
	readonly totals: Totals;
	readonly match: () => Pick<MatchRpc, "confirm">;
	/** Legs whose windows have ended, in order of arrival. */
	readonly ripe: (nowMs: number) => readonly PendingLeg[];
	/** When the next window ends; null where none is open. */
	readonly nextRipeAtMs: () => number | null;
	readonly answered: (answer: Extract<ConfirmAnswer, { kind: "answer" }>, batch: Batch) => void;
};

/** Legs a batch may name at most: their asks and totals stay within the contract's bounds. */
const BATCH_LEGS = 500;

export class ConfirmLoop {
	readonly #deps: ConfirmLoopDeps;
	#inc: number | null = null;
	#n = 0;
	#isInFlight = false;
	#sentAtMs = Number.NEGATIVE_INFINITY;
	#timer: Cancel | null = null;
	#armedForMs = Number.POSITIVE_INFINITY;

	constructor(deps: ConfirmLoopDeps) {
		this.#deps = deps;
	}

	get position(): { readonly inc: number; readonly n: number } {
		return { inc: this.#inc ?? 0, n: this.#n };
	}

	/** Sends what is ripe now, or arms the timer for what will be. Call after everything that changes the legs. */
	schedule(): void {
		if (this.#isInFlight) return;
		const { ports, totals } = this.#deps;
		const nowMs = ports.now();
		const ripeAtMs = this.#deps.nextRipeAtMs();
		const fallenAtMs = totals.isDirty ? this.#sentAtMs + BET.totalsMs : Number.POSITIVE_INFINITY;
		const dueMs = Math.max(
			Math.min(ripeAtMs ?? Number.POSITIVE_INFINITY, fallenAtMs),
			this.#sentAtMs + BET.confirmMinMs,
		);
		if (dueMs <= nowMs) {
			this.#clearTimer();
			this.#isInFlight = true;
			ports.background(this.#send());
			return;
		}
		if (dueMs === Number.POSITIVE_INFINITY || dueMs === this.#armedForMs) return;
		this.#clearTimer();
		this.#armedForMs = dueMs;
		this.#timer = ports.timer(dueMs - nowMs, () => {
			this.#clearTimer();
			this.schedule();
		});
	}

	#clearTimer(): void {
		this.#timer?.();
		this.#timer = null;
		this.#armedForMs = Number.POSITIVE_INFINITY;
	}

	async #send(): Promise<void> {
		const { ports, match, totals, answered } = this.#deps;
		try {
			if (this.#inc === null) {
				this.#inc = this.#deps.store.nextInc();
				await ports.sync();
			}
			this.#n++;
			const { request, batch, told } = this.#batch(this.#inc, this.#n);
			this.#sentAtMs = batch.sentAtMs;
			const call = match().confirm(request);
			const answer = decodeRpc(
				"confirm answer",
				confirmAnswerSchema,
				await withTimeout(ports, "match.confirm", BET.confirmTimeoutMs, call),
			);
			if (answer.kind === "stale") {
				ports.log.warn("confirm_stale", { matchId: this.#deps.matchId, inc: this.#inc, n: this.#n });
				// Somebody else has used a higher pair, or the match is gone: a new incarnation, and nothing accepted.
				this.#inc = null;
				this.#n = 0;
			} else {
				totals.wasTold(told);
				answered(answer, batch);
			}
		} catch (fault) {
			ports.log.warn("confirm_failed", { matchId: this.#deps.matchId, fault: faultText(fault) });
		} finally {
			this.#isInFlight = false;
			this.schedule();
		}
	}

	#batch(
		inc: number,
		n: number,
	): { readonly request: ConfirmRequest; readonly batch: Batch; readonly told: readonly string[] } {
		const { ports, matchId, region, totals } = this.#deps;
		const sentAtMs = ports.now();
		const legs = this.#deps.ripe(sentAtMs).slice(0, BATCH_LEGS);
		const asks = new Map<string, { market: string; version: number | null; outcomes: Set<string>; view: string }>();
		for (const { offer, version } of legs) {
			const key = `${offer.marketId}\n${version}\n${offer.view}`;
			const ask = asks.get(key) ?? { market: offer.marketId, version, outcomes: new Set(), view: offer.view };
			ask.outcomes.add(offer.outcomeId);
			asks.set(key, ask);
		}
		const asked = legs.map(
			(leg): Total => ({
				market: leg.offer.marketId,
				outcome: leg.offer.outcomeId,
				riskBaseMinor: riskOf(leg),
				stakeBaseMinor: stakeBaseOf(leg),
			}),
		);
		const { totals: said, told } = totals.forBatch(asked);
		// What we asked for and do not use must be given back, whatever becomes of this batch.
		for (const { market, outcome } of asked) totals.markDirty(market, outcome);
		return {
			request: {
				v: 1,
				matchId,
				region,
				inc,
				n,
				asks: [...asks.values()].map((ask) => ({ ...ask, outcomes: [...ask.outcomes] })),
				totals: [...said],
			},
			batch: {
				sentAtMs,
				legs,
				totals: new Map(said.map(({ market, outcome, riskBaseMinor }) => [`${market}\n${outcome}`, riskBaseMinor])),
			},
			told: told.filter((key) => !asked.some(({ market, outcome }) => `${market}\n${outcome}` === key)),
		};
	}
}
