/**
 * Strengths from prices: the chances of both sides on serve whose match gives back the fair probabilities of the pre-match book.
 *
 * Two numbers are sought: the level (p + q)/2, which the number of games tells, and half the gap (p − q)/2, which the winner and
 * the handicap tell. Each price gives one equation in log-odds; Levenberg and Marquardt's method solves two of them exactly and
 * more of them as closely as they agree.
 */
import type { FixtureInput } from "../../shared/feeds/canonical.ts";
import { quotedFair } from "../margin.ts";
import type { SportRefusal } from "../sport.ts";
import { type Format, formatOf, setsToWin } from "./format.ts";
import { aroundLine, type MatchLaw, meanOf, SETS } from "./match-model.ts";
import { outlookOf } from "./outlook.ts";
import type { Serves } from "./point-model.ts";
import { START } from "./score.ts";

export type Strengths = { readonly ok: true; readonly params: Serves } | SportRefusal;
const refuse = (message: string): SportRefusal => ({ ok: false, code: "no_prices", message });

/**
 * The level where no price tells of it: of a hundred service points the better men win about 64 and the better women about 57;
 * 60 lies between them for best of three, where either may play, and 64 is right for best of five.
 */
const DEFAULT_LEVEL: Readonly<Record<Format["bestOf"], number>> = { 3: 0.6, 5: 0.64 };
/** Levels met on tour, with room: below, returning would pay more than serving; above, hardly a game would be broken. */
export const LEVELS = { min: 0.5, max: 0.82 } as const;
/** Half gaps beyond this give the better side more than 999 matches of a thousand. */
export const MAX_HALF_GAP = 0.16;
/** Log-odds by which two prices may miss: 0.01 is a quarter of a per cent at even prices. */
const EXACT = 0.01;
/** More than two prices come from books of their own and may disagree by about three per cent of probability. */
const AGREED = 0.15;
/** Games, in which `expected` is told, per unit of log-odds, so that one tolerance serves both. */
const GAMES_PER_LOGIT = 5;
const MAX_STEPS = 60;
const OTHER_LEVELS = [0.56, 0.68, 0.75];

type Equation = {
	readonly name: string;
	readonly tells: "level" | "gap" | "both";
	readonly miss: (law: MatchLaw) => number;
};
type Solution = { readonly sought: Sought; readonly misses: readonly number[] };
type Sought = readonly [level: number, halfGap: number];

const logit = (p: number): number => Math.log(p / (1 - p));
const clamped = (p: number): number => Math.min(1 - 1e-9, Math.max(1e-9, p));

/** The fair probability of the first of two outcomes, or what is wrong with the prices. */
function fairOf(name: string, odds: readonly number[]): number | string {
	const fair = quotedFair(
		"power",
		odds.map((price) => price / 1_000),
	);
	return fair.ok ? (fair.values[0] ?? 0) : `${name}: ${fair.message}`;
}

const isHalf = (line: number): boolean => Math.abs(line % 1) === 0.5;

function equationsOf(fixture: FixtureInput, format: Format): readonly Equation[] | string {
	const { moneyline, totals = [], handicaps = [], expected } = fixture.prices;
	const equations: Equation[] = [];
	const add = (
		name: string,
		tells: Equation["tells"],
		odds: readonly number[],
		of: (law: MatchLaw) => number,
	): string | null => {
		const fair = fairOf(name, odds);
		if (typeof fair === "string") return fair;
		equations.push({ name, tells, miss: (law) => logit(clamped(of(law))) - logit(clamped(fair)) });
		return null;
	};
	const wrong: (string | null)[] = [];
	if (moneyline !== undefined) wrong.push(add("moneyline", "gap", moneyline, (law) => homeWins(law, format)));
	// On a whole line stakes can come back, and its two prices do not say how often: half lines only.
	for (const { line, odds } of totals.filter(({ line }) => isHalf(line)))
		wrong.push(add(`total ${line}`, "level", odds, ({ total }) => aroundLine(total, line).above));
	for (const { line, odds } of handicaps.filter(({ line }) => isHalf(line)))
		wrong.push(add(`handicap ${line}`, "both", odds, ({ lead }) => aroundLine(lead, -line).above));
	const first = wrong.find((message) => message !== null);
	if (first != null) return first;
	if (expected === undefined) return equations;
	return [
		...equations,
		{
			name: "expected total",
			tells: "level",
			miss: ({ total }) => (meanOf(total) - expected.total) / GAMES_PER_LOGIT,
		},
		{
			name: "expected supremacy",
			tells: "gap",
			miss: ({ lead }) => (meanOf(lead) - expected.supremacy) / GAMES_PER_LOGIT,
		},
	];
}

export function homeWins(law: MatchLaw, format: Format): number {
	const need = setsToWin(format);
	let sum = 0;
	for (let away = 0; away < need; away++) sum += law.sets[need * SETS + away] ?? 0;
	return sum;
}

const servesAt = ([level, halfGap]: Sought): Serves => ({ home: level + halfGap, away: level - halfGap });

/**
 * Solves from any mix of moneyline, half-line totals of games, half-line game handicaps (line on the home side) and `expected`
 * (`total`: mean games of the match; `supremacy`: mean games of home minus away). Margins are removed by the power method. At
 * least one price must tell the sides apart; where none tells the number of games, the level is that of the tour.
 */
export function strengthsOf(fixture: FixtureInput): Strengths {
	const read = formatOf(fixture);
	if (!read.ok) return read;
	const { format } = read;
	const equations = equationsOf(fixture, format);
	if (typeof equations === "string") return refuse(equations);
	if (!equations.some(({ tells }) => tells !== "level"))
		return refuse(
			"a moneyline or a game handicap on a half line is needed (or the provider's expected total and supremacy)",
		);
	const isLevelSought = equations.length > 1;
	const lawAt = (sought: Sought): MatchLaw => {
		const outlook = outlookOf({ position: START, format, serves: servesAt(sought) }, null);
		if (outlook === null) throw new Error("a match is over before its first point");
		return outlook.match;
	};
	const missesAt = (sought: Sought): readonly number[] => {
		const law = lawAt(sought);
		return equations.map(({ miss }) => miss(law));
	};
	const tolerance = equations.length > 2 ? AGREED : EXACT;
	const worstOf = ({ misses }: Solution): number => Math.max(...misses.map(Math.abs));
	let found = solve(missesAt, [DEFAULT_LEVEL[format.bestOf], 0], false);
	if (isLevelSought) {
		// The gap first, so that the level is not blamed for it; then from other levels, should the first be too far off.
		const { sought } = found;
		for (const level of [sought[0], ...OTHER_LEVELS]) {
			const next = solve(missesAt, [level, sought[1]], true);
			if (worstOf(next) < worstOf(found)) found = next;
			if (worstOf(found) <= EXACT) break;
		}
	}
	const worst = worstOf(found);
	if (!(worst <= tolerance)) {
		const name = equations[found.misses.findIndex((miss) => Math.abs(miss) === worst)]?.name ?? "prices";
		return refuse(
			`no chances on serve give these prices: ${name} misses by ${worst.toFixed(3)} in log-odds (allowed ${tolerance})`,
		);
	}
	return { ok: true, params: servesAt(found.sought) };
}

const square = (values: readonly number[]): number => values.reduce((sum, value) => sum + value * value, 0);

function within([level, halfGap]: Sought): Sought {
	return [Math.min(LEVELS.max, Math.max(LEVELS.min, level)), Math.min(MAX_HALF_GAP, Math.max(-MAX_HALF_GAP, halfGap))];
}

/** Levenberg–Marquardt on one or two unknowns with a numerical derivative; stops when no step betters the sum of squares. */
function solve(missesAt: (sought: Sought) => readonly number[], start: Sought, isLevelSought: boolean): Solution {
	const nudge = 1e-6;
	let sought = start;
	let misses = missesAt(sought);
	let damping = 1e-3;
	for (let step = 0; step < MAX_STEPS && square(misses) > 1e-22; step++) {
		const byLevel = isLevelSought ? slope(missesAt, misses, sought, [nudge, 0]) : misses.map(() => 0);
		const byGap = slope(missesAt, misses, sought, [0, nudge]);
		const dot = (a: readonly number[], b: readonly number[]): number =>
			a.reduce((sum, x, k) => sum + x * (b[k] ?? 0), 0);
		const [ll, lg, gg] = [dot(byLevel, byLevel), dot(byLevel, byGap), dot(byGap, byGap)];
		const [l, g] = [-dot(byLevel, misses), -dot(byGap, misses)];
		let isBetter = false;
		while (!isBetter && damping < 1e9) {
			const [dl, dg] = [isLevelSought ? ll * (1 + damping) : 1, gg * (1 + damping)];
			const determinant = dl * dg - lg * lg;
			const next = within([sought[0] + (l * dg - g * lg) / determinant, sought[1] + (g * dl - l * lg) / determinant]);
			const nextMisses = missesAt(next);
			isBetter = square(nextMisses) < square(misses);
			if (isBetter) {
				sought = next;
				misses = nextMisses;
				damping = Math.max(1e-9, damping / 10);
			} else damping *= 10;
		}
		if (!isBetter) break;
	}
	return { sought, misses };
}

function slope(
	missesAt: (sought: Sought) => readonly number[],
	here: readonly number[],
	[level, halfGap]: Sought,
	[up, apart]: Sought,
): readonly number[] {
	const there = missesAt([level + up, halfGap + apart]);
	return there.map((miss, k) => (miss - (here[k] ?? 0)) / (up + apart));
}
