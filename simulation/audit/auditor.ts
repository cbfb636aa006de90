/**
 * The independent auditor: judges a simulated history by the authority's order and true time, with arithmetic of its own.
 * It imports nothing but its own football (tests/structure.test.ts keeps that).
 */
import { auditLanes, type LaneFacts } from "./lanes.ts";
import { auditMatches } from "./match-audit.ts";
import type { ShownBook } from "./price-audit.ts";
import { auditPromises, type Promised } from "./promise-audit.ts";
import type { Watched } from "./suspension-audit.ts";
import { auditTenants, type TenantFacts } from "./tenants.ts";
import { lateness, type MatchTruth, type ToldResult } from "./truth-audit.ts";
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
/** A transaction of the ledger that names a ticket: what it moved, in order. */
export type AuditedPosting = { readonly ticketKey: string; readonly reason: string; readonly amountMinor: number };
export type AuditedLedger = {
	readonly wallet: string;
	readonly postings: readonly AuditedPosting[];
	readonly sums: Readonly<Record<string, number>>;
	readonly accounts: ReadonlyMap<string, number>;
};

export type History = {
	readonly lanes: LaneFacts;
	readonly tenants: TenantFacts;
	/** By match: how long its provider may be silent; and after how long it is lost (LAN-3). */
	readonly quietLimitsMs: ReadonlyMap<string, number>;
	readonly lostAfterMs: ReadonlyMap<string, number>;
	/** Clock readings differ by at most this in total; true-time comparisons allow for it. */
	readonly toleranceMs: number;
	readonly capBaseMinor: number;
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
	readonly ledgers: readonly AuditedLedger[];
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
	readonly openingMinor: ReadonlyMap<string, number>;
	/** Tickets whose player stated a price that was never shown to anybody. */
	readonly invented: ReadonlySet<string>;
	/** Rows of the reports by wallet: the last balance of each account. */
	readonly reported: ReadonlyMap<string, ReadonlyMap<string, number>>;
	/** What readers show in the end, beside what the authority says. */
	readonly views: readonly { readonly topic: string; readonly reader: string; readonly authority: string }[];
};

export function audit(history: History): readonly Violation[] {
	return [
		...auditLedgers(history),
		...auditAcceptance(history),
		...auditCaps(history),
		...auditPayments(history),
		...auditPostings(history),
		...auditReports(history),
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

function auditLedgers({ ledgers }: History): readonly Violation[] {
	return ledgers.flatMap(({ wallet, sums, accounts }) => [
		...Object.entries(sums).flatMap(([currency, sum]) =>
			sum === 0 ? [] : [{ rule: "MON-2", what: `${wallet} ${currency} sums to ${sum}` }],
		),
		...[...accounts].flatMap(([account, balance]) =>
			account.startsWith("cash:") && balance < 0 ? [{ rule: "SET-3", what: `${account} stands at ${balance}` }] : [],
		),
		...[...accounts].flatMap(([account, balance]) =>
			account.startsWith("hold:") && balance !== 0
				? [{ rule: "MON-3", what: `${account} still holds ${balance} after all has healed` }]
				: [],
		),
	]);
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

/** The auditor's own arithmetic: a single's payout is floor(stake × odds / 1000). */
const payout = (stakeMinor: number, oddsMilli: readonly number[]): number => {
	let exact = BigInt(stakeMinor);
	let unit = 1n;
	for (const odds of oddsMilli) {
		exact *= BigInt(odds);
		unit *= 1000n;
	}
	return Number(exact / unit);
};

/** Singles only: what they cost together if their outcome wins stays within the cap (accumulators are weighted, and only add). */
function auditCaps({ tickets, capBaseMinor }: History): readonly Violation[] {
	const risk = new Map<string, number>();
	for (const ticket of tickets) {
		const leg = ticket.legs[0];
		if (!isTaken(ticket) || ticket.multi || leg?.vote === null || leg === undefined) continue;
		const key = `${leg.matchId} ${leg.marketId} ${leg.outcomeId}`;
		risk.set(key, (risk.get(key) ?? 0) + payout(ticket.stakeMinor, [leg.vote.oddsMilli]) - ticket.stakeMinor);
	}
	return [...risk].flatMap(([key, sum]) =>
		sum > capBaseMinor ? [{ rule: "MON-5", what: `${key} carries ${sum} above the cap of ${capBaseMinor}` }] : [],
	);
}

/** What comes back of a stake of two thousand, by a leg's result: a half is won or lost, the other half comes back. */
function returned(result: string | undefined, oddsMilli: number): number {
	if (result === "win") return 2 * oddsMilli;
	if (result === "half_win") return oddsMilli + 1_000;
	if (result === "void") return 2_000;
	return result === "half_lose" ? 1_000 : 0;
}

/** When the confirmation that took a leg was given, in true time. */
function acceptedAtMs(leg: AuditedLeg, history: History): number | null {
	const { vote } = leg;
	const taken = (history.confirmed.get(leg.matchId) ?? []).find(
		({ epoch, seq, tick, region }) =>
			epoch === vote?.epoch && seq === vote.seq && tick === vote.tick && region === leg.region,
	);
	return taken?.atMs ?? null;
}

/** What a leg may bring back of a stake of two thousand; empty: its market is open. A late bet is void, whatever the result. */
function backOf(leg: AuditedLeg, history: History): readonly number[] {
	const truth = history.truths.get(leg.matchId);
	const market = truth?.results.get(leg.marketId);
	const byResult =
		market === undefined
			? []
			: [market === null ? 2_000 : returned(market.get(leg.outcomeId), leg.vote?.oddsMilli ?? 0)];
	const at = acceptedAtMs(leg, history);
	const late = truth === undefined || at === null ? "not" : lateness(truth, at);
	return late === "sure" ? [2_000] : late === "open" ? [...byResult, 2_000] : byResult;
}

/** What a taken ticket may have paid by the final results; empty while a leg's market is open. */
function due(ticket: AuditedTicket, history: History): readonly number[] {
	let sums: readonly { readonly exact: bigint; readonly unit: bigint }[] = [
		{ exact: BigInt(ticket.stakeMinor), unit: 1n },
	];
	for (const leg of ticket.legs) {
		const backs = backOf(leg, history);
		sums = sums.flatMap(({ exact, unit }) =>
			backs.map((back) => (back === 2_000 ? { exact, unit } : { exact: exact * BigInt(back), unit: unit * 2_000n })),
		);
	}
	return sums.map(({ exact, unit }) => Number(exact / unit));
}

function auditPayments(history: History): readonly Violation[] {
	const { tickets, ledgers, openingMinor } = history;
	const violations: Violation[] = [];
	const expected = new Map<string, number>(openingMinor);
	for (const ticket of tickets) {
		if (!isTaken(ticket)) continue;
		const owed = due(ticket, history);
		if (owed.length === 0) violations.push({ rule: "SET-2", what: `${ticket.key}: a market of it never got a result` });
		else if (ticket.status !== "settled" || !owed.includes(ticket.paidMinor))
			violations.push({
				rule: "SET-1",
				what: `${ticket.key} is ${ticket.status} and paid ${ticket.paidMinor}, due ${owed.join(" or ")}`,
			});
		expected.set(ticket.playerId, (expected.get(ticket.playerId) ?? 0) - ticket.stakeMinor + ticket.paidMinor);
	}
	const has = new Map<string, number>();
	for (const { accounts } of ledgers) {
		for (const [account, balance] of accounts) {
			const [kind, playerId = ""] = account.split(":");
			if (kind === "cash" || kind === "receivable") has.set(playerId, (has.get(playerId) ?? 0) + balance);
		}
	}
	for (const [playerId, sum] of expected) {
		if ((has.get(playerId) ?? 0) !== sum)
			violations.push({ rule: "MON-3", what: `${playerId} has ${has.get(playerId) ?? 0}, the arithmetic says ${sum}` });
	}
	return violations;
}

/** MON-3, SET-1: one hold and one end of it; and a return is paid only where the one before has been taken back in full. */
function auditPostings({ ledgers }: History): readonly Violation[] {
	const byTicket = new Map<string, AuditedPosting[]>();
	for (const posting of ledgers.flatMap(({ postings }) => postings))
		byTicket.set(posting.ticketKey, [...(byTicket.get(posting.ticketKey) ?? []), posting]);
	return [...byTicket].flatMap(([key, postings]) => {
		const wrong = whyWrong(postings);
		return wrong === null ? [] : [{ rule: wrong.rule, what: `${key} ${wrong.what}` }];
	});
}

function whyWrong(postings: readonly AuditedPosting[]): Violation | null {
	const count = (...reasons: readonly string[]): number =>
		postings.filter(({ reason }) => reasons.includes(reason)).length;
	if (count("hold") !== 1) return { rule: "MON-3", what: `was held ${count("hold")} times` };
	if (count("release", "post") > 1) return { rule: "MON-3", what: "was released or posted more than once" };
	let paidMinor = 0;
	for (const { reason, amountMinor } of postings) {
		if (reason === "settle" && paidMinor !== 0) return { rule: "SET-1", what: "was paid twice for one settlement" };
		if (reason === "settle") paidMinor = amountMinor;
		if (reason === "reverse") paidMinor -= amountMinor;
		if (paidMinor < 0) return { rule: "SET-1", what: "had more taken back than it was paid" };
	}
	return null;
}

function auditReports({ ledgers, reported }: History): readonly Violation[] {
	return ledgers.flatMap(({ wallet, accounts }) =>
		[...accounts].flatMap(([account, balance]) => {
			const there = reported.get(wallet)?.get(account);
			return there === balance
				? []
				: [{ rule: "REP-3", what: `${wallet} ${account}: ledger ${balance}, reports ${there ?? "nothing"}` }];
		}),
	);
}
