/**
 * The confirmations of a desk: one in flight, numbered (inc, n), for all tickets whose windows have ended. Nothing is
 * accepted but on an answer to the batch that is in flight now; a late answer is dropped (BET-3).
 */
import { outcomeKey, type Region } from "../../shared/contracts/ids.ts";
import {
	type ConfirmRequest,
	confirmAnswerSchema,
	type MatchRpc,
	namedMarket,
	type OutcomeRisk,
} from "../../shared/contracts/match.ts";
import { decodeRpc } from "../../shared/decode.ts";
import { BET, CROWD } from "../../shared/limits.ts";
import { gathering } from "../runtime/group-commit.ts";
import { faultText } from "../runtime/log.ts";
import type { Cancel, Ports } from "../runtime/ports.ts";
import { withTimeout } from "../runtime/rpc-timeout.ts";
import { type Answer, askedRiskOf, stakeBaseOf } from "./decide.ts";
import type { Risk, Totals } from "./totals.ts";
import type { PendingTicket, Windows } from "./windows.ts";

export type Batch = {
	/** When it was asked, as windows count. */
	readonly sentAtMs: number;
	readonly tickets: readonly PendingTicket[];
	/** What the batch said of each outcome. */
	readonly said: ReadonlyMap<string, Risk>;
};

/** What a batch asks of a market. */
type Asked = {
	readonly marketId: string;
	readonly marketVersion: number | null;
	readonly outcomeIds: Set<string>;
	readonly view: string;
};
const askOf = ({ marketId, marketVersion, outcomeIds, view }: Asked): ConfirmRequest["asks"][number] => ({
	...{ market: marketId, version: marketVersion, outcomes: [...outcomeIds] },
	view,
});

export type ConfirmLoopDeps = {
	readonly ports: Ports;
	readonly matchId: string;
	readonly region: Region;
	readonly windows: Windows;
	/** Time by which windows are counted. */
	readonly windowMs: () => number;
	readonly totals: Totals;
	readonly match: () => Pick<MatchRpc, "confirm">;
	/** Before a confirm leaves: from now on the match may count what only this desk can take back, so somebody has to wake it. */
	readonly leaving: () => void;
	/** After a confirm that asked for nothing was answered: the match has been told all that was owed then. */
	readonly told: () => void;
	/** Raises the stored `inc` and returns it. */
	readonly nextInc: () => number;
	/** Decides the batch. */
	readonly answered: (answer: Answer, batch: Batch) => void;
};

const CONFIRM_BURST_MS = BET.confirmBurst * BET.confirmEveryMs;

export class ConfirmLoop {
	readonly #deps: ConfirmLoopDeps;
	/** Null until the first confirm of this start, and after `stale`. */
	#inc: number | null = null;
	#n = 0;
	#isInFlight = false;
	/** Whether the last confirm carried many tickets: the next one waits a moment for others. */
	#isCrowded = false;
	#failures = 0;
	#sentAtMs = Number.NEGATIVE_INFINITY;
	/** The confirms so far, each worth `confirmEveryMs`, have used up the rate until then. */
	#paidUntilMs = Number.NEGATIVE_INFINITY;
	/** Totals are owed within so long of this. */
	#totalsSinceMs: number;
	#timer: Cancel | null = null;
	#armedForMs = Number.POSITIVE_INFINITY;

	constructor(deps: ConfirmLoopDeps) {
		this.#deps = deps;
		this.#totalsSinceMs = deps.ports.now();
	}

	get position(): { readonly inc: number; readonly n: number } {
		return { inc: this.#inc ?? 0, n: this.#n };
	}

	/** Sends what is ripe now, or arms the timer for what will be. Call after everything that changes windows or totals. */
	schedule(): void {
		if (this.#isInFlight) return;
		const { ports } = this.#deps;
		const nowMs = ports.now();
		const dueMs = this.#dueMs();
		if (dueMs <= nowMs) {
			this.#clearTimer();
			this.#isInFlight = true;
			ports.background(this.#send());
			return;
		}
		if (dueMs === this.#armedForMs) return;
		this.#clearTimer();
		if (dueMs === Number.POSITIVE_INFINITY) return;
		this.#armedForMs = dueMs;
		this.#timer = ports.timer(dueMs - nowMs, () => {
			this.#clearTimer();
			this.schedule();
		});
	}

	/**
	 * At once where none is in flight, as far as the rate allows, and more slowly while the match does not answer: what comes
	 * meanwhile goes in the next. Totals that are owed go along or within 5 s.
	 */
	#dueMs(): number {
		const { ports, windows, windowMs, totals } = this.#deps;
		// A clock that was set back would have us wait for it.
		this.#sentAtMs = Math.min(this.#sentAtMs, ports.now());
		this.#paidUntilMs = Math.min(this.#paidUntilMs, ports.now() + CONFIRM_BURST_MS);
		this.#totalsSinceMs = Math.min(this.#totalsSinceMs, ports.now());
		const backoffMs = this.#failures === 0 ? 0 : BET.confirmRetryMinMs * 2 ** (this.#failures - 1);
		const ripeAtMs = ports.now() + (windows.nextRipeAtMs() ?? Number.POSITIVE_INFINITY) - windowMs();
		const askAtMs = Math.max(
			ripeAtMs,
			this.#paidUntilMs - CONFIRM_BURST_MS + BET.confirmEveryMs,
			this.#sentAtMs + Math.min(backoffMs, BET.confirmRetryMaxMs),
		);
		if (!totals.isOwed) return askAtMs;
		const totalsMs = Math.max(BET.totalsMs, Math.min(backoffMs, BET.totalsRetryMaxMs));
		return Math.min(askAtMs, this.#totalsSinceMs + totalsMs);
	}

	#clearTimer(): void {
		this.#timer?.();
		this.#timer = null;
		this.#armedForMs = Number.POSITIVE_INFINITY;
	}

	async #send(): Promise<void> {
		const { ports, matchId } = this.#deps;
		try {
			if (this.#isCrowded) await gathering(ports)();
			const { tickets } = await this.#ask();
			this.#isCrowded = tickets.length >= CROWD.from;
			this.#failures = 0;
			if (tickets.length === 0) this.#deps.told();
		} catch (fault) {
			this.#failures++;
			const { inc, n } = this.position;
			ports.log.warn("confirm_failed", { matchId, inc, n, failures: this.#failures, fault: faultText(fault) });
		} finally {
			this.#isInFlight = false;
			this.#totalsSinceMs = ports.now();
			this.schedule();
		}
	}

	async #ask(): Promise<Batch> {
		const { ports, match, nextInc, totals, answered, leaving } = this.#deps;
		// A try that fails before it sends is a try: without this a desk whose storage refuses would never let time pass.
		this.#sentAtMs = ports.now();
		this.#paidUntilMs = Math.max(this.#paidUntilMs, this.#sentAtMs) + BET.confirmEveryMs;
		leaving();
		if (this.#inc === null) {
			this.#inc = nextInc();
			this.#n = 0;
			await ports.sync();
		}
		const inc = this.#inc;
		const n = ++this.#n;
		const { request, batch } = this.#batch(inc, n);
		const sentAtMs = ports.now();
		this.#sentAtMs = sentAtMs;
		const call = withTimeout(ports, "match.confirm", BET.confirmTimeoutMs, match().confirm(request));
		const answer = decodeRpc("confirm answer", confirmAnswerSchema, await call);
		if (answer.kind === "stale") {
			// Another has used a higher pair, or there is no match: a new incarnation, which names all its risk again.
			this.#inc = null;
			totals.forgetTold();
			throw new Error("stale");
		}
		if (answer.inc !== inc || answer.n !== n) throw new Error(`answer to (${answer.inc}, ${answer.n})`);
		// After a stall the answer may come before the timer that should have given it up.
		if (ports.now() - sentAtMs > BET.confirmTimeoutMs) throw new Error("answered too late");
		answered({ ...answer, markets: answer.markets.map(namedMarket) }, batch);
		totals.answered(batch.said);
		return batch;
	}

	#batch(inc: number, n: number): { readonly request: ConfirmRequest; readonly batch: Batch } {
		const { matchId, region, windows, windowMs, totals } = this.#deps;
		const sentAtMs = windowMs();
		const tickets = windows.ripe(sentAtMs, BET.legsPerConfirm);
		const legs = tickets.flatMap(({ terms, legs: own }) => own.map((leg) => ({ terms, leg, ...leg.offered })));
		const asks = new Map<string, Asked>();
		for (const { terms, leg, marketId, outcomeId } of legs) {
			const { view } = terms;
			const { marketVersion } = leg;
			const key = `${marketId}\n${marketVersion}\n${view}`;
			const ask = asks.get(key) ?? { marketId, marketVersion, outcomeIds: new Set(), view };
			ask.outcomeIds.add(outcomeId);
			asks.set(key, ask);
		}
		const said = totals.say(
			legs.map(
				({ terms, leg, marketId, outcomeId }): OutcomeRisk => ({
					marketId,
					outcomeId,
					riskBaseMinor: askedRiskOf(terms, leg),
					stakeBaseMinor: stakeBaseOf(terms),
				}),
			),
		);
		return {
			request: {
				v: 1,
				matchId,
				region,
				inc,
				n,
				asks: [...asks.values()].map(askOf),
				totals: [...said],
			},
			batch: {
				sentAtMs,
				tickets,
				said: new Map(said.map(({ market, outcome, ...risk }) => [outcomeKey(market, outcome), risk])),
			},
		};
	}
}
