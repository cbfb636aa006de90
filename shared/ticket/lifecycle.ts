/** What may become of a ticket. Pure: the only place where one is decided. */

import { largestStakeWithin } from "../betting/money.ts";
import { acceptableStakeMinor } from "../catalogue/licences.ts";
import type { LegResult, Vote } from "../contracts/desk.ts";
import { deskName, type Region, ticketKey } from "../contracts/ids.ts";
import type { PlaceRequest } from "../contracts/wallet.ts";
import type { Refusal } from "./controls.ts";
import type { BetRefusal } from "./refusals.ts";
import type { LegState, Ticket } from "./ticket.ts";

/** The price a leg was taken at, or the shown one before the decision. */
export const takenOddsMilli = (leg: LegState): number =>
	leg.vote?.vote === "yes" ? leg.vote.oddsMilli : leg.shownOddsMilli;

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
		region,
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
	const payableMinor = largestStakeWithin(legs.map(takenOddsMilli), ticket.maxPayoutMinor);
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
