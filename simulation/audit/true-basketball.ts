/** A small basketball of the auditor's own: baskets by quarter and clock, and what they settle. */
import { type TrueResult, type TrueSide, voidOf, winner } from "./true-sport.ts";

export type TrueBasket = {
	readonly incidentId: string;
	readonly side: TrueSide;
	readonly points: number;
	/** 1 to 4 for quarters, from 5 for overtimes. */
	readonly period: number;
	/** Seconds of play since the match began. */
	readonly sec: number;
	/** In true time: when it fell, and when its feed first sent word of it; null: it never did. */
	readonly atMs: number;
	readonly toldAtMs: number | null;
	/** Told at once, and never spoken of again but to confirm it. */
	readonly isPlain: boolean;
	readonly stands: boolean;
};
export type TrueBasketball = {
	readonly sport: "basketball";
	readonly baskets: readonly TrueBasket[];
	/** Periods that were played to their end. */
	readonly over: number;
	/** Broken off before its end: what is decided stands, all else is void. */
	readonly isAbandoned: boolean;
};

export const QUARTERS = 4;
export type Points = { readonly home: number; readonly away: number };

/** Baskets that count, in the order in which they fell. */
const standingBaskets = (baskets: readonly TrueBasket[]): readonly TrueBasket[] =>
	baskets.filter(({ stands }) => stands).toSorted((a, b) => a.period - b.period || a.sec - b.sec || a.atMs - b.atMs);

/** Points of the periods from `first` to `last`, both included. */
export function pointsIn(baskets: readonly TrueBasket[], first: number, last: number): Points {
	const points = { home: 0, away: 0 };
	for (const { side, points: value, period, stands } of baskets)
		if (stands && period >= first && period <= last) points[side] += value;
	return points;
}

const signOf = ({ home, away }: Points): "home" | "draw" | "away" =>
	home > away ? "home" : home < away ? "away" : "draw";
const SIGNS = ["home", "draw", "away"];
const LAST = 99;

/** What the match makes of a market; null where this basketball does not know it. */
export function basketballResult(match: TrueBasketball, marketId: string): TrueResult | null {
	const { baskets, over, isAbandoned } = match;
	const words = marketId.split(":");
	const section = sectionOf(words[0] ?? "");
	if (section !== null) {
		const points = pointsIn(baskets, section.first, section.last);
		return ofPart(words.slice(1), points, over >= section.last);
	}
	const all = pointsIn(baskets, 1, LAST);
	const regular = pointsIn(baskets, 1, QUARTERS);
	const isRegularOver = over >= QUARTERS;
	const whole = wholeResult(words, all, !isAbandoned);
	if (whole !== null) return whole;
	switch (words[0]) {
		case "1x2":
			return when(isRegularOver, SIGNS, signOf(regular));
		case "ot":
			return when(isRegularOver, ["yes", "no"], signOf(regular) === "draw" ? "yes" : "no");
		case "htft": {
			const names = SIGNS.flatMap((half) => SIGNS.map((full) => `${half}-${full}`));
			return when(isRegularOver, names, `${signOf(pointsIn(baskets, 1, 2))}-${signOf(regular)}`);
		}
		case "race":
			return raceResult(standingBaskets(baskets), Number(words[1]), isRegularOver);
		default:
			return null;
	}
}

/** Markets that count overtime. */
function wholeResult(words: readonly string[], points: Points, isOver: boolean): TrueResult | null {
	const { home, away } = points;
	switch (words[0]) {
		case "ml":
			return when(isOver, ["home", "away"], signOf(points));
		case "oe":
			return parity(points, isOver);
		case "wm":
			return when(
				isOver,
				BANDS.flatMap((band) => [`home:${band}`, `away:${band}`]),
				bandOf(points),
			);
		case "sp":
		case "ou":
			return line(words, points, isOver);
		case "tt":
			return above(words[1] === "home" ? home : away, Number(words[2]), isOver);
		default:
			return null;
	}
}

const BANDS = ["1-5", "6-10", "11-15", "16-20", "21+"];
function bandOf(points: Points): string {
	const by = Math.abs(points.home - points.away);
	return `${signOf(points)}:${BANDS[Math.min(4, Math.ceil(by / 5) - 1)]}`;
}

function sectionOf(word: string): { readonly first: number; readonly last: number } | null {
	const read = /^([qh])([1-4])$/.exec(word);
	if (read === null) return null;
	const number = Number(read[2]);
	return read[1] === "q" ? { first: number, last: number } : { first: 2 * number - 1, last: 2 * number };
}

function ofPart(words: readonly string[], points: Points, isOver: boolean): TrueResult | null {
	switch (words[0]) {
		case "1x2":
			return when(isOver, SIGNS, signOf(points));
		case "oe":
			return parity(points, isOver);
		case "sp":
		case "ou":
			return line(words, points, isOver);
		default:
			return null;
	}
}

const when = (isDecided: boolean, outcomes: readonly string[], wins: string): TrueResult =>
	isDecided ? winner(outcomes, [wins]) : voidOf(outcomes);
const parity = ({ home, away }: Points, isOver: boolean): TrueResult =>
	when(isOver, ["odd", "even"], (home + away) % 2 === 1 ? "odd" : "even");

function line([kind, number]: readonly string[], points: Points, isOver: boolean): TrueResult {
	if (kind === "ou") return above(points.home + points.away, Number(number), isOver);
	return when(isOver, ["home", "away"], points.home + Number(number) > points.away ? "home" : "away");
}

/** Points only grow: what is above its line is decided, whether its part is over or not. */
const above = (points: number, number: number, isOver: boolean): TrueResult =>
	when(isOver || points > number, ["over", "under"], points > number ? "over" : "under");

function raceResult(baskets: readonly TrueBasket[], target: number, isRegularOver: boolean): TrueResult {
	const points = { home: 0, away: 0 };
	for (const { side, points: value, period } of baskets) {
		if (period > QUARTERS) break;
		points[side] += value;
		if (points[side] >= target) return winner(SIDES_OR_NONE, [side]);
	}
	return when(isRegularOver, SIDES_OR_NONE, "none");
}
const SIDES_OR_NONE = ["home", "none", "away"];
