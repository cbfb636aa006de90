/** Judges see what they are there for, whatever else happened in the match: each is told of a fault beside something that excuses others. */
import { describe, expect, test } from "vitest";
import { isMisled } from "./audit/basketball-audit.ts";
import { Books } from "./audit/books.ts";
import type { Violation } from "./audit/facts.ts";
import { auditSums } from "./audit/ledgers.ts";
import type { LoggedWord, MatchTruth } from "./audit/match-truth.ts";
import { auditPrices } from "./audit/price-audit.ts";
import { headOf, Readers } from "./audit/readers.ts";
import { auditReports, nameOfTaken } from "./audit/reports.ts";
import { auditSuspensions } from "./audit/suspension-audit.ts";
import { auditResults, auditScores, lateness } from "./audit/truth-audit.ts";
import { auditWeeks } from "./audit/weeks.ts";

const NOTHING: Omit<LoggedWord, "seq" | "kind"> = {
	sentAtMs: 0,
	isRefused: false,
	code: null,
	side: null,
	phase: null,
	fixture: null,
	oneXTwo: null,
	clock: null,
	tick: 0,
	appliedAtMs: 0,
	incidentId: null,
	incident: null,
	command: null,
	isOurs: false,
	commandMarket: null,
	margin: null,
	window: null,
	score: null,
	games: null,
	points: null,
	value: null,
	groups: null,
};
type Word = Partial<LoggedWord> & Pick<LoggedWord, "kind">;
const truthOf = (
	words: readonly Word[],
	played: MatchTruth["played"] = { sport: "football", goals: [] },
): MatchTruth => ({
	matchId: "m",
	played,
	goals: [],
	log: words.map((word, index) => ({ ...NOTHING, seq: index + 1, ...word })),
	groups: new Map([["1x2", "main"]]),
	results: new Map(),
	byTrader: new Set(),
	lateBets: new Map(),
});
const trader = (command: string, more: Partial<LoggedWord> = {}): Word => ({ kind: "trader", command, ...more });

describe("[PRI-2] a book without its margin", () => {
	const markets = ["1x2", "ou:2.5"].map((marketId) =>
		marketId === "1x2"
			? { marketId, outcomes: ["home", "draw", "away"], oddsMilli: [3_000, 3_000, 3_000] }
			: { marketId, outcomes: ["over", "under"], oddsMilli: [2_000, 2_000] },
	);
	const seenAfter = (...words: readonly Word[]): readonly string[] =>
		auditPrices(truthOf(words), [{ seq: words.length, tick: 0, markets }], []).flatMap(
			({ what }) => /the book of (\S+)/.exec(what)?.[1] ?? [],
		);

	test.each<readonly [string, readonly Word[], readonly string[]]>([
		["nothing was said", [{ kind: "state" }], ["1x2", "ou:2.5"]],
		["a refused price", [trader("set_price", { commandMarket: "1x2", isRefused: true })], ["1x2", "ou:2.5"]],
		[
			"a refused margin",
			[trader("set_margin", { margin: { of: "* *", isBack: false }, isRefused: true })],
			["1x2", "ou:2.5"],
		],
		["a price of one market", [trader("set_price", { commandMarket: "1x2" })], ["ou:2.5"]],
		["a shift of one market", [trader("shift", { commandMarket: "ou:2.5" })], ["1x2"]],
		[
			"a price that was cleared",
			[trader("set_price", { commandMarket: "1x2" }), trader("clear_prices")],
			["1x2", "ou:2.5"],
		],
		[
			"another that was cleared",
			[trader("set_price", { commandMarket: "1x2" }), trader("clear_prices", { commandMarket: "dc" })],
			["ou:2.5"],
		],
		["a margin", [trader("set_margin", { margin: { of: "* *", isBack: false } })], []],
		[
			"a margin that was taken back",
			[
				trader("set_margin", { margin: { of: "* *", isBack: false } }),
				trader("set_margin", { margin: { of: "* *", isBack: true } }),
			],
			["1x2", "ou:2.5"],
		],
		["strengths, which are no margin", [trader("set_strengths")], ["1x2", "ou:2.5"]],
	])("after %s", (_, words, seen) => {
		expect(seenAfter(...words)).toEqual(seen);
	});
});

describe("[SET-4] a bet that its provider may have cancelled", () => {
	const cancelled = (more: Partial<LoggedWord> & { readonly marketIds?: readonly string[] }): Word => ({
		kind: "void_window",
		window: { windowId: "w", marketIds: more.marketIds ?? null, fromMs: 100_000, toMs: 110_000 },
		...more,
	});
	test.each<readonly [string, Word, number, string]>([
		["in its while", cancelled({}), 105_000, "open"],
		["of its market", cancelled({ marketIds: ["1x2"] }), 105_000, "open"],
		["of its group", cancelled({ groups: ["main"] }), 105_000, "open"],
		["by a word that was refused", cancelled({ isRefused: true }), 105_000, "not"],
		["long before", cancelled({}), 90_000, "not"],
		["long after", cancelled({}), 120_000, "not"],
		["of another market", cancelled({ marketIds: ["ou:2.5"] }), 105_000, "not"],
		["of another group", cancelled({ groups: ["totals"] }), 105_000, "not"],
	])("%s", (_, word, atMs, late) => {
		expect(lateness(truthOf([word]), atMs, "1x2", "generic")).toBe(late);
	});
});

describe("[SET-4] a bet of before home and away changed places, and one of after", () => {
	const fixture = (home: string, away: string): LoggedWord["fixture"] => ({
		...{ scheduledAtMs: 0, format: "[]", winnerOdds: null },
		...{ home, away },
	});
	const swapped: readonly Word[] = [
		{ kind: "fixture", fixture: fixture("a", "b"), appliedAtMs: 1_000 },
		{ kind: "fixture", fixture: fixture("b", "a"), appliedAtMs: 100_000 },
	];
	const cancelled: Word = {
		kind: "void_window",
		window: { windowId: "w", marketIds: null, fromMs: null, toMs: null },
	};
	test.each(["void", "propose", "report"])("under a licence by which late bets are %s", (mode) => {
		const of = (words: readonly Word[], atMs: number): string =>
			lateness({ ...truthOf(words), lateBets: new Map([["l", mode]]) }, atMs, "1x2", "l");
		expect([of(swapped, 50_000), of(swapped, 200_000)]).toEqual(["sure", "not"]);
		expect(of([cancelled], 50_000)).toBe(mode === "report" ? "not" : "open");
	});
});

describe("[SET-1] quarters of a match whose trader followed a wrong score", () => {
	const played = { sport: "basketball", baskets: [] } as unknown as Extract<
		MatchTruth["played"],
		{ sport: "basketball" }
	>;
	const quarter = (phase: string): Word => ({ kind: "state", phase });
	const wrong: Word = {
		kind: "state",
		phase: "q2",
		score: { home: 9, away: 0 },
		isRefused: true,
		code: "contradiction",
	};
	const right: Word = {
		kind: "state",
		phase: "q3",
		score: { home: 0, away: 0 },
		isRefused: true,
		code: "contradiction",
	};
	const misled = (...words: readonly Word[]): readonly string[] =>
		["q1:1x2", "q2:1x2", "ml"].filter(isMisled(truthOf(words, played), played));

	test("none that was over by then, nor what counts the whole match", () => {
		expect(misled(quarter("q1"), quarter("q2"), wrong, trader("resolve"))).toEqual(["q2:1x2"]);
		expect(misled(quarter("q1"), wrong, trader("resolve"))).toEqual(["q1:1x2", "q2:1x2"]);
	});
	test("those from which it took points away, though they were over by then", () => {
		const basket = (period: number) => ({ side: "home", points: 2, period, atMs: 0, stands: true });
		const told = { ...played, baskets: [basket(1), basket(2)] } as unknown as typeof played;
		const lower = (home: number): Word => ({ ...right, score: { home, away: 0 } });
		const of = (home: number): readonly string[] =>
			["q1:1x2", "q2:1x2", "ml"].filter(isMisled(truthOf([quarter("q3"), lower(home), trader("approve")], told), told));
		expect([of(4), of(2), of(0)]).toEqual([[], ["q2:1x2"], ["q1:1x2", "q2:1x2"]]);
	});
	test("none where what he followed was right, or where he was refused", () => {
		expect(misled(quarter("q2"), wrong, quarter("q3"), right, trader("approve"))).toEqual([]);
		expect(misled(quarter("q2"), wrong, trader("resolve", { isRefused: true }))).toEqual([]);
	});
});

describe("[MAT-8] a score that a trader overruled", () => {
	const stated = (home: number, more: Partial<LoggedWord> = {}): Word => ({
		kind: "state",
		score: { home, away: 0 },
		...more,
	});
	const refused = stated(0, { isRefused: true, code: "contradiction" });
	const confirmed = (seq: number) => [{ seq, inPlay: true, matchState: "1-0 12", okMarkets: ["1x2"] }];
	const scored = (...words: readonly Word[]): number => auditScores(truthOf(words), confirmed(words.length)).length;
	test("says nothing when it is stated again", () => {
		expect(scored(stated(0))).toBe(1);
		expect(scored(refused, trader("resolve"), stated(0))).toBe(1);
		expect(scored(refused, trader("resolve", { isOurs: true }), stated(0))).toBe(0);
	});
	test("leaves results to what was played where it was wrong, and to nobody where it may have been right", () => {
		const goal = { incidentId: "g", side: "home", part: 0, sec: 0, atMs: 0, toldAtMs: 0, isPlain: true, stands: true };
		const judged = (claim: number): number => {
			const words = [stated(claim, { isRefused: true, code: "contradiction" }), trader("resolve", { isOurs: true })];
			const played = { sport: "football", goals: [goal] } as unknown as MatchTruth["played"];
			const results = new Map([["1x2", new Map([["away", "win"]])]]);
			return auditResults({ ...truthOf(words, played), results }, () => false).length;
		};
		expect([judged(0), judged(1)]).toEqual([1, 0]);
	});
});

describe("[MAT-1] a goal that comes after the word that stands by it", () => {
	const goal = (sentAtMs: number): Word => ({
		kind: "incident",
		incident: "goal",
		incidentId: "g",
		side: "home",
		sentAtMs,
	});
	const seen = (word: Word, ...between: readonly Word[]): number => {
		const words: readonly Word[] = [
			{ kind: "state", phase: "first_half" },
			{ kind: "confirmation", incidentId: "g", sentAtMs: 9 },
			{ kind: "bet_start", sentAtMs: 9 },
			word,
			...between,
		];
		const onSale = new Map([["1x2", 5]]);
		const moments = words.slice(2).map((_, index, { length }) => {
			const isEnd = index === 0 || index === length - 1;
			const seq = index + 3;
			return { seq, fromMs: seq, toMs: seq, ownToMs: seq, inPlay: true, onSale: isEnd ? onSale : new Map() };
		});
		const watched = { moments, lost: [], speech: [], lostAfterMs: 60_000 } as unknown as Parameters<
			typeof auditSuspensions
		>[1];
		return auditSuspensions(truthOf(words), watched).length;
	};
	test("makes every price a new one", () => {
		expect(seen(goal(8))).toBe(1);
		expect(seen(goal(8), { kind: "danger" })).toBe(1);
		expect(seen({ kind: "danger" })).toBe(0);
	});
});

describe("[REP-3] a leg's result that Postgres was not told", () => {
	const leg = { legNo: 0, matchId: "m", marketId: "1x2", outcomeId: "home", marketVersion: 1, taken: null };
	const ticket = { key: "p/t", playerId: "p", ticketId: "t", status: "settled", returnMinor: 0, version: 1 };
	const books = { wallet: "w", entries: [], accounts: [], lastSeq: 1 };
	const seen = (...byLast: readonly string[]): readonly string[] => {
		const tickets = [{ ...ticket, legs: [{ ...leg, settlementVersion: 2, outcome: "lose" }] }];
		const body = {
			...ticket,
			kind: "ticket",
			ticketVersion: 1,
			legs: [{ ...leg, settlementVersion: 1, result: "lose" }],
		};
		const history = {
			...{ wallets: [{ ...books, tickets }], holders: [], altered: [], byLast: new Set(byLast) },
			rows: new Map([["w", [{ seq: 1, body }]]]),
		};
		return auditReports(history as unknown as Parameters<typeof auditReports>[0]).flatMap(({ what }) =>
			what.includes("settlementVersion") ? [what] : [],
		);
	};
	test("is a difference, but where a wallet of the last release took in that very version", () => {
		expect(seen()).toHaveLength(1);
		expect(seen(nameOfTaken("p/t", 0, 1))).toHaveLength(1);
		expect(seen(nameOfTaken("p/t", 0, 2))).toEqual([]);
	});
});

test("[MON-2] what an operator is told sums to zero in each currency", () => {
	const told = (sums: Readonly<Record<string, number>>, balanceMinor: number) => ({
		...{ wallet: "w", atMs: 1, sums },
		accounts: [
			{ account: "cash:a", currency: "EUR", balanceMinor },
			{ account: "funding", currency: "EUR", balanceMinor: -100 },
		],
	});
	expect(auditSums([told({ EUR: 0 }, 100)])).toEqual([]);
	expect(auditSums([told({ EUR: 0, USD: 1 }, 100)])).toHaveLength(1);
	expect(auditSums([told({ EUR: 0 }, 101)])).toHaveLength(1);
});

test.each([
	["LAN-1", "old word", "duplicate"],
	["LAN-1", "ahead", "ended"],
	["SET-2", "result again", "unanswered"],
	["BET-8", "offer again", "noted"],
	["FRM-7", "expired token", "ok"],
	["FRM-7", "new token", "token_expired"],
	["BET-5", "bet on what is over", "accepted"],
	["SET-7", "settled too late", "applied"],
] as const)("[%s] weeks later, %s is answered with %s", (rule, kind, got) => {
	expect(auditWeeks({ asked: [{ kind, got }], moved: [] }).map((violation) => violation.rule)).toEqual([rule]);
});

test("[SET-1] weeks later, a ticket that was settled has moved", () => {
	expect(auditWeeks({ asked: [], moved: ["ticket a/b"] }).map(({ rule }) => rule)).toEqual(["SET-1"]);
});

describe("[FRM-4] a reader that is behind", () => {
	const IMAGE = '["image","lobby","e1",7,0,{}]';
	const judged = (leaves: boolean): readonly Violation[] => {
		const found: Violation[] = [];
		const readers = new Readers(new Books(found, () => {}), found);
		for (const text of ['["sub","lobby","image"]', IMAGE]) {
			const head = headOf(text);
			if (head !== null) readers.sent(1_000, "reader-1", head, text);
		}
		if (leaves) readers.left("reader-1", "lobby");
		readers.slow(1_000 + 60_000);
		return found;
	};

	test("is closed, unless it has left what it was behind in", () => {
		expect(judged(false).map(({ rule }) => rule)).toEqual(["FRM-4"]);
		expect(judged(true)).toEqual([]);
	});
});
