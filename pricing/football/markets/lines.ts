/**
 * Totals and handicaps by lines of goals: half lines, whole lines (the stake comes back on the line), and quarter lines, which
 * are two bets of half the stake on the lines beside them. The fair odds are 1 + E[lost part] / E[won part], so that fair
 * values of both sides add up to one; a stake that comes back does not count.
 */
import type { MarketSpec } from "../../sport.ts";
import { CELLS } from "../law/cells.ts";
import {
	ALWAYS,
	type FootballMarket,
	type MaxFair,
	OVER_UNDER,
	type Part,
	type Pay,
	type Pays,
	type Price,
	places,
	specOf,
	THREE_WAY,
	TWO_WAY,
} from "./market.ts";
import { RULE_REACH, type ScorePart, scoreMarket } from "./score-market.ts";

/** Words and prefixes of a part's markets. */
export type PartWords = { readonly part: ScorePart; readonly prefix: string; readonly words: string };
export const REGULAR: PartWords = { part: "regular", prefix: "", words: "" };
export const FIRST: PartWords = { part: "first", prefix: "h1:", words: "1st half: " };
export const SECOND: PartWords = { part: "second", prefix: "h2:", words: "2nd half: " };
export const EXTRA: PartWords = { part: "extra", prefix: "et:", words: "Extra time: " };

export const named = (
	{ part, prefix, words }: { readonly part: Part; readonly prefix: string; readonly words: string },
	id: string,
	name: string,
): { readonly id: string; readonly name: string; readonly part: Part } => ({
	id: prefix + id,
	name: words === "" ? name : words + name.charAt(0).toLowerCase() + name.slice(1),
	part,
});

/** The two lines that a line stands for: itself twice, or its neighbours where it is a quarter. */
export function halvesOf(line: number): readonly [low: number, high: number] {
	if (!Number.isInteger(line * 4) || Math.abs(line) > RULE_REACH) throw new RangeError(`${line} is no line of goals`);
	return Number.isInteger(line * 2) ? [line, line] : [line - 0.25, line + 0.25];
}

/** How far `value` is past the line, as the first of two opposite outcomes is paid. */
export function linePays(value: number, [low, high]: readonly [number, number]): Pays {
	const first = (Math.sign(value - low) + Math.sign(value - high)) as Pay;
	return [first, (0 - first) as Pay];
}

type Places = { readonly atLeast: (goals: number) => number; readonly atMost: (goals: number) => number };

/** Both halves of a stake on the sum's being above a line, each on its own. */
export function linePrice({ atLeast, atMost }: Places, [low, high]: readonly [number, number]): Price {
	return {
		kind: "line",
		wins: [atLeast(Math.floor(low) + 1), atLeast(Math.floor(high) + 1)],
		loses: [atMost(Math.ceil(low) - 1), atMost(Math.ceil(high) - 1)],
	};
}

export function totalMarket(of: PartWords, line: number, group: string, maxFair: MaxFair): FootballMarket {
	const { id, name, part } = named(of, `ou:${line}`, `Total goals ${line}`);
	const halves = halvesOf(line);
	return scoreMarket(
		specOf(id, name, group, part, OVER_UNDER),
		of.part,
		(home, away) => linePays(home + away, halves),
		linePrice(CELLS[of.part].total, halves),
		maxFair,
	);
}

export function teamTotalMarket(side: "home" | "away", line: number, maxFair: MaxFair): FootballMarket {
	const halves = halvesOf(line);
	const spec = specOf(`tt:${side}:${line}`, `${teamName(side)} goals ${line}`, "teams", "regular", OVER_UNDER);
	return scoreMarket(
		spec,
		"regular",
		(home, away) => linePays(side === "home" ? home : away, halves),
		linePrice(CELLS.regular[side], halves),
		maxFair,
	);
}

/** Names of sides stand where a page puts the teams' own. */
export const teamName = (side: "home" | "away"): string => (side === "home" ? "Home" : "Away");

const signed = (line: number): string => (line > 0 ? `+${line}` : String(line));

/** Asian handicap: the line is added to the home side's goals. */
export function handicapMarket(of: PartWords, line: number, group: string, maxFair: MaxFair): FootballMarket {
	const { id, name, part } = named(of, `ah:${line}`, `Handicap ${signed(line)}`);
	const halves = halvesOf(-line);
	return scoreMarket(
		specOf(id, name, group, part, TWO_WAY),
		of.part,
		(home, away) => linePays(home - away, halves),
		linePrice(CELLS[of.part].difference, halves),
		maxFair,
	);
}

const THREE_WAY_PAYS: readonly [Pays, Pays, Pays] = [
	[2, -2, -2],
	[-2, 2, -2],
	[-2, -2, 2],
];
export const threeWayPays = (difference: number): Pays =>
	difference > 0 ? THREE_WAY_PAYS[0] : difference < 0 ? THREE_WAY_PAYS[2] : THREE_WAY_PAYS[1];

/** European handicap: whole goals added to the home side, and the draw is an outcome. Line 0 is the match result. */
export function threeWayMarket(
	of: PartWords,
	spec: MarketSpec,
	line: number,
	maxFair: MaxFair = ALWAYS,
): FootballMarket {
	const { difference } = CELLS[of.part];
	return scoreMarket(
		spec,
		of.part,
		(home, away) => threeWayPays(home - away + line),
		places(difference.atLeast(1 - line), difference.at(-line), difference.atMost(-1 - line)),
		maxFair,
	);
}

export function europeanHandicapMarket(line: number, maxFair: MaxFair): FootballMarket {
	const spec = specOf(`eh:${line}`, `3-way handicap ${signed(line)}`, "handicap", "regular", THREE_WAY);
	return threeWayMarket(REGULAR, spec, line, maxFair);
}
