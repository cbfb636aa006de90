/** A ticket as its wallet keeps it, and what may become of it. Pure: the only place where a ticket is decided. */

import { combinedOddsMilli, largestStakeWithin, payoutMinor } from "../../shared/betting/money.ts";
import { type TicketWorth, ticketWorth } from "../../shared/betting/settlement.ts";
import { acceptableStakeMinor } from "../../shared/catalogue/licences.ts";
import type { LegResult, PricePolicy, Rate, ReservedLeg, Vote } from "../../shared/contracts/desk.ts";
import { deskName, type Region, ticketKey } from "../../shared/contracts/ids.ts";
import type { LegOutcome } from "../../shared/contracts/results.ts";
import type { BetRefusal, LegView, PlaceRequest, TicketView } from "../../shared/contracts/wallet.ts";
import type { Refusal } from "./checks.ts";

export type LegState = {
	readonly legNo: number;
	readonly desk: string;
	readonly matchId: string;
	readonly marketId: string;
	readonly outcomeId: string;
	readonly shownOddsMilli: number;
	readonly marketVersion: number | null;
	readonly matchStateAtRequest: string | null;
	readonly vote: Vote | null;
	readonly settlementVersion: number;
	readonly outcome: LegOutcome | null;
};

export type Ticket = {
	readonly key: string;
	readonly playerId: string;
	readonly ticketId: string;
	readonly partnerId: string;
	readonly licence: string;
	/** What makes a repeated request the same one (BET-1). */
	readonly content: string;
	readonly status: "pending" | "accepted" | "refused" | "settled";
	readonly code: BetRefusal | null;
	readonly maxStakeMinor: number | null;
	readonly stakeMinor: number;
	readonly currency: string;
	readonly rate: Rate;
	readonly pricePolicy: PricePolicy;
	readonly maxPayoutMinor: number;
	readonly houseRulesVersion: string;
	readonly returnMinor: number | null;
	readonly placedAtMs: number;
	readonly deadlineMs: number;
	readonly decidedAtMs: number | null;
	readonly settledAtMs: number | null;
	readonly version: number;
	readonly legs: readonly LegState[];
};

/** The parts of a request that are the bet itself. */
export function contentOf({ legs, stakeMinor, currency, pricePolicy }: PlaceRequest["ticket"]): string {
	const words = legs.map((leg) => [leg.matchId, leg.marketId, leg.outcomeId, leg.oddsMilli, leg.marketVersion ?? null]);
	const policy = [pricePolicy.kind, pricePolicy.kind === "any" ? (pricePolicy.floorOddsMilli ?? null) : null];
	return JSON.stringify([words, stakeMinor, currency, policy]);
}

export type TicketTerms = Pick<
	Ticket,
	"partnerId" | "licence" | "rate" | "maxPayoutMinor" | "houseRulesVersion" | "deadlineMs"
>;

export function newTicket(request: PlaceRequest, terms: TicketTerms, nowMs: number, refusal: Refusal | null): Ticket {
	const { playerId, region, ticket } = request;
	return {
		...terms,
		key: ticketKey(playerId, ticket.id),
		playerId,
		ticketId: ticket.id,
		content: contentOf(ticket),
		status: refusal === null ? "pending" : "refused",
		code: refusal?.code ?? null,
		maxStakeMinor: refusal?.maxStakeMinor ?? null,
		stakeMinor: ticket.stakeMinor,
		currency: ticket.currency,
		pricePolicy: ticket.pricePolicy,
		returnMinor: null,
		placedAtMs: nowMs,
		decidedAtMs: refusal === null ? null : nowMs,
		settledAtMs: null,
		version: 1,
		legs: ticket.legs.map((leg, legNo) => newLeg(leg, legNo, region)),
	};
}

function newLeg(leg: PlaceRequest["ticket"]["legs"][number], legNo: number, region: Region): LegState {
	return {
		legNo,
		desk: deskName(leg.matchId, region),
		matchId: leg.matchId,
		marketId: leg.marketId,
		outcomeId: leg.outcomeId,
		shownOddsMilli: leg.oddsMilli,
		marketVersion: leg.marketVersion ?? null,
		matchStateAtRequest: null,
		vote: null,
		settlementVersion: 0,
		outcome: null,
	};
}

/** P5. A vote counts once, and only while the ticket is pending: the decision is the only commit point. */
export function takeVote(ticket: Ticket, vote: Vote, nowMs: number): Ticket {
	if (ticket.status !== "pending") return ticket;
	const legs = ticket.legs.map((leg) => (leg.legNo === vote.legNo && leg.vote === null ? { ...leg, vote } : leg));
	const voted = { ...ticket, legs };
	const no = legs.map((leg) => leg.vote).find((cast) => cast?.vote === "no");
	if (no?.vote === "no") return refused(voted, no.code, no.maxStakeMinor ?? null, nowMs);
	if (legs.some((leg) => leg.vote === null)) return voted;
	// BET-4: what would return more than may be paid at the prices taken is refused, and never cut behind the player's back.
	const payableMinor = largestStakeWithin(legs.map(takenOdds), ticket.maxPayoutMinor);
	if (ticket.stakeMinor > payableMinor) return refused(voted, "payout_above_maximum", payableMinor, nowMs);
	return { ...voted, status: "accepted", decidedAtMs: nowMs, version: ticket.version + 1 };
}

/** Its player's tokens were revoked while it was in its window. */
export const revokedTicket = (ticket: Ticket, nowMs: number): Ticket => refused(ticket, "revoked", null, nowMs);

function refused(ticket: Ticket, code: BetRefusal, largestMinor: number | null, nowMs: number): Ticket {
	const { licence, currency, version } = ticket;
	const maxStakeMinor = largestMinor === null ? null : acceptableStakeMinor(licence, currency, largestMinor);
	return { ...ticket, status: "refused", code, maxStakeMinor, decidedAtMs: nowMs, version: version + 1 };
}

/** SET-1: the highest version of a leg's result stands, whatever the ticket's state. */
export function takeResult(ticket: Ticket, result: LegResult): Ticket {
	const leg = ticket.legs.find(({ legNo }) => legNo === result.legNo);
	if (leg === undefined || leg.settlementVersion >= result.settlementVersion || ticket.status === "refused")
		return ticket;
	const { settlementVersion, outcome } = result;
	return {
		...ticket,
		legs: ticket.legs.map((other) => (other === leg ? { ...leg, settlementVersion, outcome } : other)),
	};
}

/** What an accepted ticket is worth by the results it has. */
export function worthOf(ticket: Ticket): TicketWorth {
	const legs = ticket.legs.map((leg) => ({ oddsMilli: takenOdds(leg), outcome: leg.outcome }));
	return ticketWorth(ticket.stakeMinor, legs, ticket.maxPayoutMinor);
}

const reservedOf = (leg: LegState): ReservedLeg | null => (leg.vote?.vote === "yes" ? leg.vote : null);
const takenOdds = (leg: LegState): number => reservedOf(leg)?.oddsMilli ?? leg.shownOddsMilli;

/** The largest return there can be: at the prices taken, or the shown ones before the decision. */
export function potentialReturnMinor({ stakeMinor, legs, maxPayoutMinor }: Ticket): number {
	return payoutMinor(stakeMinor, legs.map(takenOdds), maxPayoutMinor);
}

/** Total: whatever can be stored can be shown, and one ticket never takes the list it stands in with it. */
export function ticketView(ticket: Ticket, decideAtMs: number | null): TicketView {
	const isTaken = ticket.status === "accepted" || ticket.status === "settled";
	return {
		id: ticket.ticketId,
		status: ticket.status,
		code: ticket.code,
		maxStakeMinor: ticket.maxStakeMinor,
		stakeMinor: ticket.stakeMinor,
		currency: ticket.currency,
		totalOddsMilli: isTaken ? combinedOddsMilli(ticket.legs.map(takenOdds)) : null,
		potentialReturnMinor: ticket.status === "refused" ? null : potentialReturnMinor(ticket),
		returnMinor: ticket.returnMinor,
		betterThanAsked: isTaken && ticket.legs.some((leg) => takenOdds(leg) > leg.shownOddsMilli),
		placedAtMs: ticket.placedAtMs,
		decideAtMs: ticket.status === "pending" ? decideAtMs : null,
		decidedAtMs: ticket.decidedAtMs,
		settledAtMs: ticket.settledAtMs,
		ticketVersion: ticket.version,
		houseRulesVersion: ticket.houseRulesVersion,
		legs: ticket.legs.map(legView),
	};
}

function legView(leg: LegState): LegView {
	const taken = reservedOf(leg);
	const refused = leg.vote?.vote === "no" ? leg.vote : null;
	return {
		legNo: leg.legNo,
		matchId: leg.matchId,
		marketId: leg.marketId,
		outcomeId: leg.outcomeId,
		shownOddsMilli: leg.shownOddsMilli,
		takenOddsMilli: taken?.oddsMilli ?? null,
		marketVersion: taken?.marketVersion ?? leg.marketVersion,
		matchStateAtRequest: leg.matchStateAtRequest,
		matchStateAtDecision: taken?.matchState ?? refused?.matchState ?? null,
		epoch: taken?.epoch ?? null,
		seq: taken?.seq ?? null,
		tick: taken?.tick ?? null,
		code: refused?.code ?? null,
		currentOddsMilli: refused?.oddsMilli ?? null,
		outcome: leg.outcome,
		settlementVersion: leg.settlementVersion,
	};
}
