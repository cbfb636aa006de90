/** What tickets pay (MON-1, MON-4, SET-1), and what may be staked at all: by limits of the licence and of the house. */
import { exact, factorOf, floorOf, payoutOf, times } from "./arithmetic.ts";
import { auditExposure, type ExposureHistory } from "./exposure.ts";
import type { Confirmed, Violation } from "./facts.ts";
import {
	CLOCK_SET_MS,
	HOUSE_RULES_VERSION,
	LAST_HOUSE_RULES_VERSION,
	LAST_MAX_PAYOUT_MINOR,
	MAX_COMBINED_ODDS,
	MAX_PAYOUT_MINOR,
	RATES,
	termsOf,
} from "./figures.ts";
import { auditLedger, auditSums } from "./ledgers.ts";
import type { MatchTruth } from "./match-truth.ts";
import { auditPromises, type ClientAnswer, type DeskResult, type Revocation } from "./promises.ts";
import { auditReports, type ReportHistory } from "./reports.ts";
import { lateness } from "./truth-audit.ts";
import { type BookLeg, type BookTicket, type Holder, isTaken, type ToldSums } from "./wallet-books.ts";

export type MoneyHistory = ReportHistory & {
	readonly exposure: ExposureHistory;
	readonly answers: readonly ClientAnswer[];
	/** It began with the last release, whose tickets stand under the rules of then. */
	readonly hasOldRules?: boolean;
	readonly revocations: readonly Revocation[];
	readonly deskResults: readonly DeskResult[];
	/** Legs that were settled by a result which their desk had had before their match said ok to them. */
	readonly stale: readonly string[];
	readonly sums: readonly ToldSums[];
};
type Matches = {
	readonly truths: ReadonlyMap<string, MatchTruth>;
	readonly confirmed: ReadonlyMap<string, readonly Confirmed[]>;
};

export function auditMoney(money: MoneyHistory, matches: Matches): readonly Violation[] {
	const { wallets, exposure, answers, revocations, deskResults } = money;
	const tickets = wallets.flatMap((wallet) => wallet.tickets);
	return [
		...wallets.flatMap(auditLedger),
		...auditSums(money.sums),
		...auditPayments(money, matches),
		...tickets.flatMap((ticket) => auditTerms(ticket, money, matches)),
		...auditExposure(exposure, tickets, (ticket) => isOld(ticket, money)),
		...auditReports(money),
		...auditPromises(tickets, answers, revocations, deskResults),
		...money.stale.map((leg) => ({ rule: "SET-2", what: `${leg} was settled, which was taken back before the bet` })),
	];
}

/** When the confirmation that took a leg was given, in true time. */
function acceptedAtMs({ taken, matchId, region }: BookLeg, confirmed: Matches["confirmed"]): number | null {
	const said = (confirmed.get(matchId) ?? []).find(
		(one: Confirmed) =>
			one.epoch === taken?.epoch && one.seq === taken.seq && one.tick === taken.tick && one.region === region,
	);
	return said?.atMs ?? null;
}

/** The results a leg may have got; empty: its market is open. A late bet is void, whatever the result. */
function kindsOf(leg: BookLeg, licence: string, { truths, confirmed }: Matches): readonly string[] {
	const truth: MatchTruth | undefined = truths.get(leg.matchId);
	const market = truth?.results.get(leg.marketId);
	const byResult = market === undefined ? [] : [market === null ? "void" : (market.get(leg.outcomeId) ?? "lose")];
	const at = acceptedAtMs(leg, confirmed);
	// A match whose clock was ever set far ahead or back cannot say what came after what.
	const ticks = [
		...(confirmed.get(leg.matchId) ?? []),
		...(truth?.log ?? []).map(({ tick, appliedAtMs }) => ({ tick, atMs: appliedAtMs ?? tick })),
	];
	const isSet = ticks.some(({ tick, atMs }) => Math.abs(tick - atMs) > CLOCK_SET_MS);
	const late = truth === undefined || at === null ? "not" : isSet ? "open" : lateness(truth, at, leg.marketId, licence);
	return late === "sure" ? ["void"] : late === "open" ? [...byResult, "void"] : byResult;
}

/** What a taken ticket may have paid by the final results: rounded down, once. */
function due(ticket: BookTicket, matches: Matches): readonly number[] {
	let products = [exact(ticket.stakeMinor)];
	for (const leg of ticket.legs) {
		const kinds = kindsOf(leg, ticket.licence, matches);
		products = products.flatMap((product) =>
			kinds.map((kind) => times(product, factorOf(kind, leg.taken?.oddsMilli ?? 0))),
		);
	}
	return [...new Set(products.map(floorOf))];
}

function auditPayments({ wallets, holders }: MoneyHistory, matches: Matches): readonly Violation[] {
	const violations: Violation[] = [];
	const expected = new Map(holders.map(({ playerId, openingMinor }) => [playerId, openingMinor]));
	for (const ticket of wallets.flatMap(({ tickets }) => tickets)) {
		const { key, playerId, stakeMinor, returnMinor, status } = ticket;
		if (!isTaken(ticket)) continue;
		const owed = due(ticket, matches);
		if (owed.length === 0) violations.push({ rule: "SET-2", what: `${key}: a market of it never got a result` });
		else if (status !== "settled" || returnMinor === null || !owed.includes(returnMinor))
			violations.push({ rule: "SET-1", what: `${key} is ${status} and paid ${returnMinor}, due ${owed.join(" or ")}` });
		expected.set(playerId, (expected.get(playerId) ?? 0) - stakeMinor + (returnMinor ?? 0));
	}
	const has = new Map<string, number>();
	for (const { account, balanceMinor } of wallets.flatMap(({ accounts }) => accounts)) {
		const [kind, playerId = ""] = account.split(":");
		if (kind === "cash" || kind === "receivable") has.set(playerId, (has.get(playerId) ?? 0) + balanceMinor);
	}
	for (const [playerId, sum] of expected) {
		if ((has.get(playerId) ?? 0) !== sum)
			violations.push({ rule: "MON-3", what: `${playerId} has ${has.get(playerId) ?? 0}, the arithmetic says ${sum}` });
	}
	return violations;
}

/** Refusals that follow from a ticket and what is published alone, in the order in which they are said (BET-2). */
const PUBLISHED = [
	"currency_mismatch",
	"too_many_legs",
	"same_match_twice",
	"stake_below_minimum",
	"stake_above_maximum",
	"payout_above_maximum",
];

function firstRefusal(ticket: BookTicket, holder: Holder): string | null {
	const terms = termsOf(holder.licence);
	const { currency, stakeMinor, legs } = ticket;
	if (terms === null) return null;
	if (currency !== holder.currency) return "currency_mismatch";
	if (legs.length > terms.maxLegs) return "too_many_legs";
	if (new Set(legs.map(({ matchId }) => matchId)).size < legs.length) return "same_match_twice";
	if (stakeMinor < (terms.minStakeMinor[currency] ?? 0)) return "stake_below_minimum";
	if (stakeMinor > (terms.maxStakeMinor[currency] ?? 0)) return "stake_above_maximum";
	const shown = legs.map(({ shownOddsMilli }) => shownOddsMilli);
	return returnsTooMuch(stakeMinor, shown, currency) ? "payout_above_maximum" : null;
}

const returnsTooMuch = (stakeMinor: number, oddsMilli: readonly number[], currency: string): boolean =>
	payoutOf(1_000_000, oddsMilli) > MAX_COMBINED_ODDS * 1_000_000 ||
	payoutOf(stakeMinor, oddsMilli) > (MAX_PAYOUT_MINOR[currency] ?? 0);

const isOld = ({ houseRulesVersion }: BookTicket, { hasOldRules = false }: MoneyHistory): boolean =>
	hasOldRules && houseRulesVersion === LAST_HOUSE_RULES_VERSION;

/** TEN-1, HOU-1, MON-5, BET-2, LIC-1: what a ticket carries of its player, and what its player may bet at all. */
function auditTerms(ticket: BookTicket, money: MoneyHistory, { confirmed }: Matches): readonly Violation[] {
	const said: Violation[] = [];
	const say = (rule: string, what: string): void => void said.push({ rule, what: `${ticket.key} ${what}` });
	const holder = money.holders.find(({ playerId }) => playerId === ticket.playerId);
	if (holder === undefined) return [{ rule: "TEN-1", what: `${ticket.key} is of nobody` }];
	if (ticket.partnerId !== holder.partnerId || ticket.licence !== holder.licence)
		say(
			"TEN-1",
			`stands under ${ticket.partnerId} and ${ticket.licence}, not ${holder.partnerId} and ${holder.licence}`,
		);
	const isOfLast = isOld(ticket, money);
	if (!isOfLast && ticket.houseRulesVersion !== HOUSE_RULES_VERSION)
		say("HOU-1", `is under rules ${ticket.houseRulesVersion}`);
	const mostMinor = (isOfLast ? LAST_MAX_PAYOUT_MINOR : MAX_PAYOUT_MINOR)[ticket.currency];
	if (ticket.maxPayoutMinor !== mostMinor)
		say("HOU-1", `may return ${ticket.maxPayoutMinor} ${ticket.currency}, not ${mostMinor}`);
	const rate = RATES[ticket.currency];
	if (rate === undefined || rate.num !== ticket.rate.num || rate.den !== ticket.rate.den)
		say("MON-5", `counts by ${ticket.rate.num}/${ticket.rate.den} a ${ticket.currency}`);
	const refusal = firstRefusal(ticket, holder);
	const told = PUBLISHED.includes(ticket.code ?? "") ? ticket.code : null;
	const taken = ticket.legs.flatMap((leg) => (leg.taken === null ? [] : [leg.taken.oddsMilli]));
	const isAllTaken = taken.length === ticket.legs.length;
	const isAbove = isAllTaken && returnsTooMuch(ticket.stakeMinor, taken, ticket.currency);
	if (refusal !== null && (ticket.code !== refusal || ticket.status !== "refused"))
		say("BET-2", `is ${ticket.status} (${ticket.code}), and should have been refused as ${refusal}`);
	else if (refusal === null && told !== null && !(told === "payout_above_maximum" && isAbove))
		say("BET-2", `was refused as ${told}, which it was not`);
	// BET-4: at the prices taken it is judged once more, and never cut.
	if (isTaken(ticket) && isAbove) say("BET-4", `returns more than may be paid at the prices taken`);
	if (told === "payout_above_maximum" || told === "stake_above_maximum") {
		const why = whyWrongLargest(ticket, refusal === null ? taken : ticket.legs.map((leg) => leg.shownOddsMilli));
		if (why !== null) say("BET-6", why);
	}
	const terms = termsOf(holder.licence);
	const isForbidden = isTaken(ticket) && terms !== null && ticket.legs.some((leg) => isOutside(leg, terms, confirmed));
	if (isForbidden) say("LIC-1", `was taken in a phase in which ${holder.licence} allows no bets`);
	return said;
}

/** BET-6: the stake that is named returns as much as may be paid, and one unit more would return too much, or be too much. */
function whyWrongLargest({ maxStakeMinor, currency, licence }: BookTicket, odds: readonly number[]): string | null {
	const terms = termsOf(licence);
	if (terms === null) return null;
	const [least, most] = [terms.minStakeMinor[currency] ?? 0, terms.maxStakeMinor[currency] ?? 0];
	const named = maxStakeMinor ?? -1;
	const isFine = (stakeMinor: number): boolean =>
		stakeMinor >= least && stakeMinor <= most && !returnsTooMuch(stakeMinor, odds, currency);
	const isRight = named === 0 ? !isFine(least) : isFine(named) && !isFine(named + 1);
	return isRight ? null : `was told that ${maxStakeMinor} would do, at ${odds.join(" and ")}`;
}

function isOutside(
	leg: BookLeg,
	{ allowInPlay, allowPreMatch }: { readonly allowInPlay: boolean; readonly allowPreMatch: boolean },
	confirmed: Matches["confirmed"],
): boolean {
	const at = acceptedAtMs(leg, confirmed);
	const inPlay = (confirmed.get(leg.matchId) ?? []).find(
		({ atMs, region }) => atMs === at && region === leg.region,
	)?.inPlay;
	return inPlay === undefined ? false : inPlay ? !allowInPlay : !allowPreMatch;
}
