/**
 * Matches to fit and to judge the goal model on: pre-match 1X2 odds, goals and dismissals by minute.
 *
 * An event is `H` or `A` (the side credited), its base minute, optional `+n` of stoppage, then letters of which nothing is
 * needed here (`p` penalty, `o` own goal, `y` second yellow): `H45+2`, `A71p`.
 */
import type { FixtureInput } from "../../shared/feeds/canonical.ts";
import { parseCsv } from "./csv.ts";

type Pair = { readonly home: number; readonly away: number };

export type MatchEvent = { readonly side: "home" | "away"; readonly minute: number; readonly stoppage: number | null };

export type Match = {
	readonly season: string;
	readonly league: string;
	readonly oddsMilli: readonly [number, number, number];
	readonly score: Pair;
	readonly goals: readonly MatchEvent[];
	readonly dismissals: readonly MatchEvent[];
};

export type Unusable = { readonly line: number; readonly reason: string };
export type MatchFile =
	| { readonly ok: true; readonly matches: readonly Match[]; readonly unusable: readonly Unusable[] }
	| { readonly ok: false; readonly message: string };

const NEEDED = ["odd_h", "odd_d", "odd_a", "hg", "ag", "goals", "dismissals"] as const;

class Row extends Error {}

function eventsOf(text: string, column: string): readonly MatchEvent[] {
	return text
		.split(";")
		.map((token) => token.trim())
		.filter((token) => token !== "")
		.map((token) => {
			const match = /^([HA])(\d{1,3})(?:\+(\d{1,2}))?[a-z]*$/i.exec(token);
			const minute = Number(match?.[2]);
			if (match === null || minute > 120) throw new Row(`${column}: ${token} is no event`);
			return {
				side: match[1]?.toUpperCase() === "H" ? "home" : "away",
				minute,
				stoppage: match[3] === undefined ? null : Number(match[3]),
			};
		});
}

function goalsOf(text: string, column: string): number {
	if (!/^\d{1,2}$/.test(text)) throw new Row(`${column}: ${text === "" ? "nothing" : text} is no number of goals`);
	return Number(text);
}

function oddsOf(text: string, column: string): number {
	const odds = Number(text.replace(",", "."));
	if (text === "" || !Number.isFinite(odds) || odds <= 1 || odds > 1_000)
		throw new Row(`${column}: ${text === "" ? "nothing" : text} are no decimal odds`);
	return Math.round(odds * 1_000);
}

function matchOf(get: (column: string) => string): Match {
	const goals = eventsOf(get("goals"), "goals");
	const score = { home: goalsOf(get("hg"), "hg"), away: goalsOf(get("ag"), "ag") };
	const scored = (side: "home" | "away"): number => goals.filter((goal) => goal.side === side).length;
	if (scored("home") !== score.home || scored("away") !== score.away) {
		throw new Row(`goals: ${scored("home")}-${scored("away")} by minute, but the score is ${score.home}-${score.away}`);
	}
	return {
		season: get("season"),
		league: get("league"),
		oddsMilli: [oddsOf(get("odd_h"), "odd_h"), oddsOf(get("odd_d"), "odd_d"), oddsOf(get("odd_a"), "odd_a")],
		score,
		goals,
		dismissals: eventsOf(get("dismissals"), "dismissals"),
	};
}

/** Reads a whole file; a row that cannot be used is named with the reason, and the others are read all the same. */
export function readMatches(text: string): MatchFile {
	const { columns, rows } = parseCsv(text);
	const missing = NEEDED.filter((column) => !columns.includes(column));
	if (missing.length > 0) return { ok: false, message: `the file has no column ${missing.join(", ")}` };
	const matches: Match[] = [];
	const unusable: Unusable[] = [];
	for (const { line, fields } of rows) {
		try {
			matches.push(matchOf((column) => fields[columns.indexOf(column)] ?? ""));
		} catch (error) {
			if (!(error instanceof Row)) throw error;
			unusable.push({ line, reason: error.message });
		}
	}
	return { ok: true, matches, unusable };
}

/** The fixture a provider would have sent before the match: the same input that production reads strengths from. */
export function fixtureOf(match: Match): FixtureInput {
	return {
		v: 1,
		kind: "fixture",
		id: "fixture",
		matchId: "match",
		sentAtMs: 0,
		sport: "football",
		competition: match.league,
		home: { name: "Home", short: "HOM" },
		away: { name: "Away", short: "AWA" },
		scheduledAtMs: 0,
		format: {},
		prices: { oneXTwo: [...match.oddsMilli] },
	};
}
