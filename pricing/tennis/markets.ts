/** The tennis markets: ids, names, outcomes. A line is part of an id: another line is another market (BET-4). */
import type { MarketSpec, OutcomeSpec } from "../sport.ts";
import { type Format, type SetFormat, setsToWin } from "./format.ts";

/**
 * Groups, the units of bet stops and withdrawals. `point` and `game`: what the next points decide. `set`: the running set and
 * those that are certain to come. `main`, `totals`, `handicap`, `sets`: the match. `correct_score`: of sets and of the match.
 */
const MATCH = "match";
const setPeriod = (set: number): string => `set:${set}`;
const gamePeriod = (set: number, game: number): string => `set:${set}:g:${game}`;

const outcomes = (...pairs: readonly (readonly [string, string])[]): readonly OutcomeSpec[] =>
	pairs.map(([outcomeId, name]) => ({ outcomeId, name }));
const market = (
	marketId: string,
	name: string,
	group: string,
	period: string,
	list: readonly OutcomeSpec[],
): MarketSpec => ({ marketId, name, group, period, outcomes: list, winners: 1 });

/** Markets that every book names again, by id; their number is bounded by the lines there are. */
const KEPT = new Map<string, MarketSpec>();
function kept(marketId: string, make: () => MarketSpec): MarketSpec {
	const known = KEPT.get(marketId) ?? make();
	KEPT.set(marketId, known);
	return known;
}

const SIDES = outcomes(["home", "1"], ["away", "2"]);
const OVER_UNDER = outcomes(["over", "Over"], ["under", "Under"]);
const YES_NO = outcomes(["yes", "Yes"], ["no", "No"]);
const ODD_EVEN = outcomes(["odd", "Odd"], ["even", "Even"]);

export const MATCH_WINNER = market("ml", "Match winner", "main", MATCH, SIDES);
export const ODD_EVEN_GAMES = market("oe", "Total games odd or even", "totals", MATCH, ODD_EVEN);
export const TIE_BREAK = market("tb", "Tie-break in the match", "sets", MATCH, YES_NO);
export const winsASet = (side: "home" | "away"): MarketSpec =>
	kept(`ws:${side}`, () =>
		market(`ws:${side}`, `Player ${side === "home" ? 1 : 2} to win a set`, "sets", MATCH, YES_NO),
	);
export const totalSets = (line: number): MarketSpec =>
	kept(`ts:${line}`, () => market(`ts:${line}`, `Total sets ${line}`, "sets", MATCH, OVER_UNDER));
export const totalGames = (line: number): MarketSpec =>
	kept(`tg:${line}`, () => market(`tg:${line}`, `Total games ${line}`, "totals", MATCH, OVER_UNDER));
export const playerGames = (side: "home" | "away", line: number): MarketSpec =>
	kept(`pg:${side}:${line}`, () =>
		market(`pg:${side}:${line}`, `Games of player ${side === "home" ? 1 : 2} ${line}`, "totals", MATCH, OVER_UNDER),
	);
const signed = (line: number): string => (line > 0 ? `+${line}` : String(line));
/** `line` is added to the home side's games. */
export const gameHandicap = (line: number): MarketSpec =>
	kept(`gh:${line}`, () => market(`gh:${line}`, `Game handicap ${signed(line)}`, "handicap", MATCH, SIDES));

/** Final scores in sets: the home side's wins, the closest last, then the away side's, the closest first. */
export function setScores(format: Format): readonly (readonly [home: number, away: number])[] {
	const need = setsToWin(format);
	const lost = Array.from({ length: need }, (_, index) => index);
	return [...lost.map((away) => [need, away] as const), ...lost.toReversed().map((home) => [home, need] as const)];
}
export const setBetting = (format: Format): MarketSpec =>
	market(
		"sb",
		"Set betting",
		"correct_score",
		MATCH,
		setScores(format).map(([home, away]) => ({ outcomeId: `${home}-${away}`, name: `${home}-${away}` })),
	);

export const setWinner = (set: number): MarketSpec =>
	kept(`set:${set}:ml`, () => market(`set:${set}:ml`, `Set ${set} winner`, "set", setPeriod(set), SIDES));
export const setTotalGames = (set: number, line: number): MarketSpec =>
	kept(`set:${set}:tg:${line}`, () =>
		market(`set:${set}:tg:${line}`, `Set ${set}: total games ${line}`, "set", setPeriod(set), OVER_UNDER),
	);
export const setHandicap = (set: number, line: number): MarketSpec =>
	kept(`set:${set}:gh:${line}`, () =>
		market(`set:${set}:gh:${line}`, `Set ${set}: game handicap ${signed(line)}`, "set", setPeriod(set), SIDES),
	);
export const setOddEven = (set: number): MarketSpec =>
	kept(`set:${set}:oe`, () =>
		market(`set:${set}:oe`, `Set ${set}: games odd or even`, "set", setPeriod(set), ODD_EVEN),
	);
export const setTieBreak = (set: number): MarketSpec =>
	kept(`set:${set}:tb`, () => market(`set:${set}:tb`, `Set ${set}: tie-break`, "set", setPeriod(set), YES_NO));

const CORRECT_SCORES = ["6-0", "6-1", "6-2", "6-3", "6-4", "7-5"] as const;
const reversed = (score: string): string => score.split("-").toReversed().join("-");
/** Where the tie-break is not at six all, longer sets are one outcome a side. */
export function setCorrectScore(set: number, { tieBreakAt }: SetFormat): MarketSpec {
	const last = tieBreakAt === 6 ? (["7-6", "6-7"] as const) : (["home-longer", "away-longer"] as const);
	const names = tieBreakAt === 6 ? last : (["1, longer", "2, longer"] as const);
	return market(`set:${set}:cs`, `Set ${set}: correct score`, "correct_score", setPeriod(set), [
		...CORRECT_SCORES.map((score) => ({ outcomeId: score, name: score })),
		{ outcomeId: last[0], name: names[0] },
		{ outcomeId: last[1], name: names[1] },
		...CORRECT_SCORES.toReversed().map((score) => ({ outcomeId: reversed(score), name: reversed(score) })),
	]);
}
/** The index of a final score among the outcomes of {@link setCorrectScore}. */
export function correctScoreIndex(home: number, away: number): number {
	const index = CORRECT_SCORES.indexOf(`${Math.max(home, away)}-${Math.min(home, away)}` as "6-0");
	const fromWinner = index < 0 ? CORRECT_SCORES.length : index;
	return home > away ? fromWinner : 2 * CORRECT_SCORES.length + 1 - fromWinner;
}

export const gameWinnerMarket = (set: number, game: number): MarketSpec =>
	market(`set:${set}:g:${game}:ml`, `Set ${set}, game ${game} winner`, "game", gamePeriod(set, game), SIDES);
const GAME_SCORES = outcomes(
	["home-0", "1 to 0"],
	["home-15", "1 to 15"],
	["home-30", "1 to 30"],
	["home-40", "1 after 40-40"],
	["away-40", "2 after 40-40"],
	["away-30", "2 to 30"],
	["away-15", "2 to 15"],
	["away-0", "2 to 0"],
);
export const gameScore = (set: number, game: number): MarketSpec =>
	market(`set:${set}:g:${game}:cs`, `Set ${set}, game ${game} score`, "game", gamePeriod(set, game), GAME_SCORES);
export const gameDeuce = (set: number, game: number): MarketSpec =>
	market(`set:${set}:g:${game}:deuce`, `Set ${set}, game ${game} to 40-40`, "game", gamePeriod(set, game), YES_NO);
export const pointMarket = (set: number, game: number, point: number): MarketSpec =>
	market(
		`set:${set}:g:${game}:p:${point}`,
		`Set ${set}, game ${game}, point ${point}`,
		"point",
		gamePeriod(set, game),
		SIDES,
	);

const halves = (from: number, to: number): readonly number[] =>
	Array.from({ length: Math.max(0, Math.round(to - from) + 1) }, (_, index) => from + index);

/** The lines of a match that can ever be offered, by its format. */
export type MatchLines = {
	readonly sets: readonly number[];
	readonly total: readonly number[];
	readonly lead: readonly number[];
	readonly player: readonly number[];
};
/** Games by which the deciding set can pass 7-6 within what is offered. */
const LONGER: Readonly<Record<Format["finalSet"], number>> = {
	tiebreak7: 0,
	tiebreak10: 0,
	tiebreak7_at_12: 6,
	advantage: 8,
};

function makeMatchLines(format: Format): MatchLines {
	const need = setsToWin(format);
	const longer = LONGER[format.finalSet];
	return {
		sets: halves(need + 0.5, format.bestOf - 0.5),
		total: halves(6 * need + 0.5, 13 * format.bestOf - 0.5 + 2 * longer),
		lead: halves(0.5 - 6 * need, 6 * need - 0.5),
		player: halves(0.5, 7 * need + 6 * (need - 1) - 0.5 + longer),
	};
}

const KNOWN_LINES = new Map<string, MatchLines>();
export function matchLines(format: Format): MatchLines {
	const key = `${format.bestOf}${format.finalSet}`;
	const known = KNOWN_LINES.get(key) ?? makeMatchLines(format);
	KNOWN_LINES.set(key, known);
	return known;
}

/** From ten games on only even numbers, and the thirteen of a tie-break, end a set: a line at 11.5 would say what 10.5 says. */
const SET_TOTALS = [...halves(6.5, 10.5), 12.5];
const LONG_SET_TOTALS = [...SET_TOTALS, 14.5, 16.5, 18.5, 20.5, 22.5, 24.5];
export const setTotalLines = ({ tieBreakAt }: SetFormat): readonly number[] =>
	tieBreakAt === 6 ? SET_TOTALS : LONG_SET_TOTALS;
/** A lead in games of a set is its winner's: half a game either way says no more than the set's winner. */
export const SET_LEADS: readonly number[] = halves(-5.5, 5.5).filter((line) => Math.abs(line) > 1);

/** Groups that a feed may name in a bet stop. */
export const GROUPS: ReadonlySet<string> = new Set([
	"main",
	"totals",
	"sets",
	"handicap",
	"correct_score",
	"set",
	"game",
	"point",
]);
