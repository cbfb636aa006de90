/**
 * A batch against its answer (P3). Tickets in order of arrival, each as a whole: its legs at this desk are reserved
 * together, refused at the first no, or wait together. Pure.
 */
import type { RefusedLeg, ReservedLeg } from "../../shared/contracts/desk.ts";
import { outcomeKey } from "../../shared/contracts/ids.ts";
import type { OutcomeRisk } from "../../shared/contracts/match.ts";
import type { DeskTerms } from "../../shared/ticket/terms.ts";
import { type Answer, type ConfirmedMarket, type Decision, decide } from "./decide.ts";
import type { Risk } from "./totals.ts";
import type { PendingLeg, PendingTicket } from "./windows.ts";

export type Reservation = OutcomeRisk & {
	readonly wallet: string;
	readonly licence: string;
	/** Results up to this version had been taken back when the leg was taken: they are not its results (SET-2). */
	readonly settlementVersion: number;
	readonly vote: ReservedLeg;
};

export type Verdict =
	| { readonly kind: "yes"; readonly ticket: PendingTicket; readonly reservations: readonly Reservation[] }
	| { readonly kind: "no"; readonly ticket: PendingTicket; readonly vote: RefusedLeg }
	| {
			readonly kind: "wait";
			readonly ticket: PendingTicket;
			readonly legs: readonly PendingLeg[];
			readonly notBeforeMs: number;
	  };

export type BatchFacts = {
	readonly answer: Answer;
	readonly sentAtMs: number;
	/** What the batch said of each outcome: what is granted where the answer names no grant. */
	readonly said: ReadonlyMap<string, Risk>;
	/** What is reserved now. */
	readonly reserved: (marketId: string, outcomeId: string) => Risk;
};

export function decideBatch(tickets: readonly PendingTicket[], facts: BatchFacts): readonly Verdict[] {
	/** Risk taken by this batch so far, by outcome. */
	const taken = new Map<string, number>();
	return tickets.map((ticket) => {
		const verdict = decideTicket(ticket, facts, taken);
		if (verdict.kind === "yes") {
			for (const reservation of verdict.reservations) add(taken, reservation, reservation.riskBaseMinor);
		}
		return verdict;
	});
}

function add(
	sums: Map<string, number>,
	{ marketId, outcomeId }: Pick<OutcomeRisk, "marketId" | "outcomeId">,
	riskBaseMinor: number,
): void {
	const key = outcomeKey(marketId, outcomeId);
	sums.set(key, (sums.get(key) ?? 0) + riskBaseMinor);
}

function decideTicket(ticket: PendingTicket, facts: BatchFacts, taken: ReadonlyMap<string, number>): Verdict {
	const { ticketKey } = ticket;
	const own = new Map(taken);
	const reservations: Reservation[] = [];
	const legs: PendingLeg[] = [];
	let notBeforeMs: number | null = null;
	for (const leg of ticket.legs) {
		const market = marketOf(ticket.terms, leg, facts);
		if (market === undefined) {
			// The match did not speak of it: nothing is known, so nothing is decided.
			legs.push(leg);
			notBeforeMs = Math.max(notBeforeMs ?? 0, facts.sentAtMs);
			continue;
		}
		const { marketId, outcomeId, legNo } = leg.offered;
		const decision = decideLeg(ticket.terms, leg, market, facts, own.get(outcomeKey(marketId, outcomeId)) ?? 0);
		if (decision.kind === "no") {
			const { kind, ...refusal } = decision;
			const { matchState } = facts.answer;
			const vote = {
				ticketKey,
				legNo,
				vote: "no" as const,
				...refusal,
				marketVersion: market.marketVersion,
				matchState,
			};
			return { kind, ticket, vote };
		}
		if (decision.kind === "wait") {
			legs.push(decision.leg);
			notBeforeMs = Math.max(notBeforeMs ?? 0, decision.notBeforeMs);
			continue;
		}
		legs.push(leg);
		add(own, leg.offered, decision.riskBaseMinor);
		reservations.push(reservationOf(ticket, leg, market, decision, facts.answer));
	}
	if (notBeforeMs !== null) return { kind: "wait", ticket, legs, notBeforeMs };
	return { kind: "yes", ticket, reservations };
}

function marketOf(terms: DeskTerms, leg: PendingLeg, { answer }: BatchFacts): ConfirmedMarket | undefined {
	const { offered, marketVersion } = leg;
	return answer.markets.find(
		({ marketId, askedVersion, view }) =>
			marketId === offered.marketId && askedVersion === marketVersion && view === terms.view,
	);
}

function decideLeg(
	terms: DeskTerms,
	leg: PendingLeg,
	market: ConfirmedMarket,
	facts: BatchFacts,
	takenBaseMinor: number,
): Decision {
	const { marketId, outcomeId } = leg.offered;
	const { answer, sentAtMs, said, reserved } = facts;
	const saidBaseMinor = said.get(outcomeKey(marketId, outcomeId))?.riskBaseMinor ?? 0;
	return decide(leg, {
		terms,
		answer,
		market,
		sentAtMs,
		carriedBaseMinor: reserved(marketId, outcomeId).riskBaseMinor + takenBaseMinor,
		grantedBaseMinor: market.granted === null ? saidBaseMinor : (market.granted[outcomeId] ?? 0),
	});
}

function reservationOf(
	{ ticketKey, wallet, terms: { licence } }: PendingTicket,
	{ offered: { legNo, marketId, outcomeId }, fairPpm }: PendingLeg,
	market: ConfirmedMarket,
	{ oddsMilli, riskBaseMinor, stakeBaseMinor }: Extract<Decision, { kind: "yes" }>,
	{ matchState, epoch, seq, tick, atMs }: Answer,
): Reservation {
	return {
		wallet,
		licence,
		marketId,
		outcomeId,
		riskBaseMinor,
		stakeBaseMinor,
		settlementVersion: market.settlementVersion ?? 0,
		vote: {
			ticketKey,
			legNo,
			vote: "yes",
			oddsMilli,
			marketVersion: market.marketVersion,
			matchState,
			epoch,
			seq,
			tick,
			...(atMs === undefined ? {} : { atMs }),
			delayMs: market.delayMs,
			fairPpm: market.fairPpm[outcomeId] ?? fairPpm,
		},
	};
}
