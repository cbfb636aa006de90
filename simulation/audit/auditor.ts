/**
 * The independent auditor: judges a simulated history by the authority's order and true time, with arithmetic of its own.
 * It imports nothing but its own football and its own books (tests/structure.test.ts keeps that).
 */
import { auditLanes, type LaneFacts } from "./lanes.ts";
import { auditMatches } from "./match-audit.ts";
import { auditMoney, type MoneyHistory } from "./money.ts";
import type { ShownBook } from "./price-audit.ts";
import { auditPromises, type Promised } from "./promise-audit.ts";
import type { Watched } from "./suspension-audit.ts";
import { auditTenants, type TenantFacts } from "./tenants.ts";
import type { MatchTruth, ToldResult } from "./truth-audit.ts";
import type { DeskResult } from "./version-audit.ts";

export type Violation = { readonly rule: string; readonly what: string };

/** What the match's storage said right after a change, in true time. */
export type AuthorityState = {
	readonly atMs: number;
	readonly matchId: string;
	readonly markets: ReadonlyMap<string, { readonly version: number; readonly available: boolean }>;
	readonly inPlay: boolean;
};
export type Confirmed = {
	readonly atMs: number;
	readonly region: string;
	readonly inc: number;
	readonly n: number;
	readonly epoch: string;
	readonly seq: number;
	readonly tick: number;
	readonly inPlay: boolean;
	readonly matchState: string;
	readonly markets: readonly {
		readonly market: string;
		readonly version: number;
		readonly code: string;
		readonly delayMs: number;
		readonly view: string;
		readonly oddsMilli: Readonly<Record<string, number>>;
		readonly fairPpm: Readonly<Record<string, number>>;
	}[];
	readonly truth: AuthorityState | null;
};
export type AuditedLeg = {
	readonly matchId: string;
	readonly marketId: string;
	readonly outcomeId: string;
	/** Of the result that its wallet has. */
	readonly settlementVersion: number;
	readonly region: string;
	readonly notedAtMs: number | null;
	/** The version the desk noted; null: taken before the match, without one. */
	readonly notedVersion: number | null;
	readonly startedAtMs: number | null;
	readonly vote: {
		readonly oddsMilli: number;
		readonly marketVersion: number;
		readonly epoch: string;
		readonly seq: number;
		readonly tick: number;
		readonly delayMs: number;
	} | null;
};
export type AuditedTicket = {
	readonly key: string;
	readonly wallet: string;
	readonly playerId: string;
	readonly status: string;
	readonly code: string | null;
	readonly stakeMinor: number;
	readonly paidMinor: number;
	readonly acknowledged: boolean;
	readonly multi: boolean;
	readonly legs: readonly AuditedLeg[];
	readonly decisions: number;
};
export type History = {
	readonly lanes: LaneFacts;
	readonly tenants: TenantFacts;
	/** By match: how long its provider may be silent; and after how long it is lost (LAN-3). */
	readonly quietLimitsMs: ReadonlyMap<string, number>;
	readonly lostAfterMs: ReadonlyMap<string, number>;
	/** Clock readings differ by at most this in total; true-time comparisons allow for it. */
	readonly toleranceMs: number;
	/** Legs reserved after their desk had answered no for good. */
	readonly revived: readonly string[];
	/** What objects have answered, and what they still knew when they had died. */
	readonly promised: Promised;
	/** Desks (match and region) that decided no bet although nothing stood against it any more. */
	readonly dead: readonly string[];
	/** When the feed was heard by the lane of a match, in true time. */
	readonly speech: ReadonlyMap<string, readonly number[]>;
	readonly confirmed: ReadonlyMap<string, readonly Confirmed[]>;
	readonly tickets: readonly AuditedTicket[];
	readonly money: MoneyHistory;
	/** What really happened in each match, beside what the platform made of it. */
	readonly truths: ReadonlyMap<string, MatchTruth>;
	/** Results as each match told them to its desks. */
	readonly told: ReadonlyMap<string, readonly ToldResult[]>;
	/** What each match had on sale whenever it answered. */
	readonly watched: ReadonlyMap<string, Watched>;
	/** Books that a page showed. */
	readonly shown: ReadonlyMap<string, readonly ShownBook[]>;
	/** What the desks of each match have of its results in the end. */
	readonly desks: ReadonlyMap<string, readonly DeskResult[]>;
	/** Each match as it is stored, and as its inputs and journal make it from nothing. */
	readonly replayed: readonly { readonly matchId: string; readonly stored: string; readonly replayed: string }[];
	/** Tickets whose player stated a price that was never shown to anybody. */
	readonly invented: ReadonlySet<string>;
	/** What readers show in the end, beside what the authority says. */
	readonly views: readonly { readonly topic: string; readonly reader: string; readonly authority: string }[];
};

export function audit(history: History): readonly Violation[] {
	return [
		...auditAcceptance(history),
		...auditMoney(history.money, history),
		...auditMatches(history),
		...auditLanes(history.lanes),
		...auditTenants(history.tenants),
		...auditPromises(history.promised),
		...history.revived.map((leg) => ({ rule: "BET-8", what: `${leg} was reserved after its desk had answered no` })),
		...history.dead.map((desk) => ({ rule: "liveness", what: `${desk} decides no bets after all has healed` })),
		...history.views.flatMap(({ topic, reader, authority }) =>
			reader === authority
				? []
				: [
						{
							rule: "FRM-2",
							what: `a reader of ${topic} shows ${reader?.slice(0, 120)} instead of ${authority?.slice(0, 120)}`,
						},
					],
		),
	];
}

const isTaken = (ticket: AuditedTicket): boolean => ticket.status === "accepted" || ticket.status === "settled";

/** BET-3, BET-5, LAN-2 in true time: some confirmation of the authority must justify each leg that was taken. */
function auditAcceptance(history: History): readonly Violation[] {
	const violations: Violation[] = [];
	for (const ticket of history.tickets) {
		if (ticket.status === "pending") violations.push({ rule: "BET-8", what: `${ticket.key} was never decided` });
		if (ticket.decisions > 1)
			violations.push({ rule: "BET-8", what: `${ticket.key} was decided ${ticket.decisions} times` });
		if (!isTaken(ticket)) continue;
		if (history.invented.has(ticket.key))
			violations.push({ rule: "BET-4", what: `${ticket.key} was taken with a shown price that was never ours` });
		for (const leg of ticket.legs) {
			const why = whyUnjustified(leg, history);
			if (why !== null)
				violations.push({ rule: why.rule, what: `${ticket.key} ${leg.matchId} ${leg.marketId}: ${why.what}` });
		}
	}
	return violations;
}

function whyUnjustified(leg: AuditedLeg, history: History): Violation | null {
	const { vote } = leg;
	if (vote === null) return { rule: "BET-8", what: "accepted without a reservation" };
	const candidates = (history.confirmed.get(leg.matchId) ?? []).filter(
		(confirmed) =>
			confirmed.epoch === vote.epoch &&
			confirmed.seq === vote.seq &&
			confirmed.tick === vote.tick &&
			confirmed.region === leg.region,
	);
	let last: Violation = { rule: "BET-3", what: "accepted without a confirmation of its match that said ok" };
	for (const confirmed of candidates) {
		const why = whyNot(leg, confirmed, history);
		if (why === null) return null;
		// Several may share tick and input; the one that said ok is the one to complain of.
		if (why.what !== NOT_OK) last = why;
	}
	return last;
}

const NOT_OK = "the confirmation did not say ok";

function whyNot(leg: AuditedLeg, confirmed: Confirmed, history: History): Violation | null {
	const vote = leg.vote;
	if (vote === null) return { rule: "BET-8", what: "accepted without a reservation" };
	const market = confirmed.truth?.markets.get(leg.marketId);
	const said = confirmed.markets.some(
		(entry) =>
			entry.market === leg.marketId &&
			entry.version === vote.marketVersion &&
			(entry.code === "ok" || entry.code === "over_limit"),
	);
	if (!said) return { rule: "BET-3", what: NOT_OK };
	if (market === undefined || market.version !== vote.marketVersion)
		return {
			rule: "BET-3",
			what: `version ${vote.marketVersion} had been withdrawn (the authority stood at ${market?.version ?? "nothing"})`,
		};
	if (!market.available) return { rule: "BET-5", what: "the market was not open" };
	if (leg.notedVersion !== null && leg.notedVersion !== vote.marketVersion)
		return { rule: "BET-3", what: `noted under version ${leg.notedVersion}, taken under ${vote.marketVersion}` };
	if (!confirmed.inPlay) return null;
	const noted = leg.notedAtMs;
	if (noted === null) return { rule: "BET-3", what: "never noted" };
	const started = leg.startedAtMs ?? noted;
	if (confirmed.atMs - started < vote.delayMs - history.toleranceMs)
		return { rule: "BET-3", what: `confirmed after ${confirmed.atMs - started} ms of a window of ${vote.delayMs}` };
	const spoke = (history.speech.get(leg.matchId) ?? []).filter(
		(at) =>
			at <= confirmed.atMs &&
			at > noted - history.toleranceMs &&
			confirmed.atMs - at <= (history.quietLimitsMs.get(leg.matchId) ?? 0) + history.toleranceMs,
	);
	return spoke.length === 0
		? { rule: "LAN-2", what: "the deciding feed had not spoken after the bet was noted and within its quiet limit" }
		: null;
}
