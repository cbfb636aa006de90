/** Strengths from prices: the points in regular time whose process gives back the fair probabilities of the pre-match book. */
import type { FixtureInput, PrematchPrices } from "../../shared/feeds/canonical.ts";
import { quotedFair } from "../margin.ts";
import type { SportRefusal } from "../sport.ts";
import { matchOutlook, openingOf } from "./outlook.ts";
import { type Format, formatOf, QUARTERS } from "./phases.ts";
import { above, at, type Law, MAX_SLOT_POINTS, MIN_SLOT_POINTS } from "./process.ts";
import { type BasketballState, type Strengths, stateBefore } from "./state.ts";
import { buildTables, slotsInQuarterOf } from "./tables.ts";

export type Solved = { readonly ok: true; readonly params: Strengths } | SportRefusal;
const refuse = (message: string): Solved => ({ ok: false, code: "no_prices", message });

/** Points of both sides in a minute where no total is given: 220 in the NBA's 48 minutes, 160 in the 40 of other leagues. */
const USUAL_POINTS_A_MINUTE = { long: 220 / 48, short: 160 / 40 };
const LONG_QUARTER_SEC = 700;
/** Total and supremacy are solved in turn; each round brings them closer by more than a hundredfold. */
const MAX_ROUNDS = 20;
/** Points; a price moves by less than 1e-8 with it. */
const CLOSE_ENOUGH = 1e-7;
/** Fair probabilities of one book agree within a few hundredths; farther apart they are not of one match. */
const MAX_CONTRADICTION = 0.06;

type Range = { readonly min: number; readonly max: number };
/** Points a side can be expected to make. */
export function rangeOf(format: Format): Range {
	const slots = QUARTERS * slotsInQuarterOf(format);
	return { min: MIN_SLOT_POINTS * slots, max: MAX_SLOT_POINTS * slots };
}
export const fits = (points: number, { min, max }: Range): boolean => points >= min && points <= max;
const strengths = (total: number, supremacy: number): Strengths => ({
	home: (total + supremacy) / 2,
	away: (total - supremacy) / 2,
});
const usualTotal = ({ quarterSec }: Format): number =>
	((quarterSec > LONG_QUARTER_SEC ? USUAL_POINTS_A_MINUTE.long : USUAL_POINTS_A_MINUTE.short) * QUARTERS * quarterSec) /
	60;

/**
 * The provider's expected total and supremacy (points of regular time) as they are; else, from any mix of moneyline, 1X2,
 * handicaps and totals, the two numbers at which the prices of each kind are met on average. Margins are removed by the power
 * method. Of 1X2 only home against away counts: the price of the draw says more of the bookmaker than of the match. Without a
 * total the usual one of the format is assumed. Refuses what no such match gives, and prices that contradict each other.
 */
export function strengthsOf(fixture: FixtureInput): Solved {
	const key = JSON.stringify([fixture.format, fixture.prices]);
	if (key === last?.key) return last.found;
	const found = inferred(fixture);
	last = { key, found };
	return found;
}

/** A match asks twice for the strengths of one fixture: for its parameters, and for its first state. A memory only. */
let last: { readonly key: string; readonly found: Solved } | null = null;

function inferred(fixture: FixtureInput): Solved {
	const format = formatOf(fixture);
	if (format === null)
		return { ok: false, code: "bad_fixture", message: "quarters last 5 to 15 minutes, overtimes 2 to 10" };
	const { expected } = fixture.prices;
	const range = rangeOf(format);
	if (expected !== undefined) {
		const params = strengths(expected.total, expected.supremacy);
		return fits(params.home, range) && fits(params.away, range)
			? { ok: true, params }
			: refuse(`expected total ${expected.total} with supremacy ${expected.supremacy} is no basketball match`);
	}
	const targets = targetsOf(fixture.prices);
	if (typeof targets === "string") return refuse(targets);
	if (targets.supremacy.length === 0) return refuse("a moneyline, 1X2 or handicap is needed (or expected points)");
	return solved(targets, format, range);
}

/** For the state of a fixture that is refused anyway. */
export function strengthsOr(fixture: FixtureInput, format: Format): Strengths {
	const found = strengthsOf(fixture);
	return found.ok ? found.params : strengths(usualTotal(format), 0);
}

/** What the prices speak of. */
type Laws = { readonly margin: Law; readonly total: Law; readonly homeWins: number; readonly regularMargin: Law };
/** How far the model is above a price's fair probability. */
type Target = { readonly name: string; readonly error: (laws: Laws) => number };
type Targets = { readonly total: readonly Target[]; readonly supremacy: readonly Target[] };

/** Where a stake can come back (whole lines), the chance is that among the results which decide. */
function share(law: Law, line: number): number {
	const over = above(law, line);
	const pushed = Number.isInteger(line) ? at(law, line) : 0;
	return over / (1 - pushed);
}

function targetsOf(prices: PrematchPrices): Targets | string {
	const supremacy: Target[] = [];
	const total: Target[] = [];
	const wrong: string[] = [];
	/** The fair chance of the first outcome against the last. */
	const take = (name: string, odds: readonly number[], into: Target[], chance: (laws: Laws) => number): void => {
		const fair = quotedFair(
			"power",
			odds.map((price) => price / 1_000),
		);
		if (!fair.ok) {
			wrong.push(`${name}: ${fair.message}`);
			return;
		}
		const [first, last] = [fair.values[0] as number, fair.values.at(-1) as number];
		into.push({ name, error: (laws) => chance(laws) - first / (first + last) });
	};
	if (prices.moneyline !== undefined) take("moneyline", prices.moneyline, supremacy, ({ homeWins }) => homeWins);
	if (prices.oneXTwo !== undefined)
		take("1X2", prices.oneXTwo, supremacy, ({ regularMargin }) => share(regularMargin, 0));
	for (const { line, odds } of prices.handicaps ?? []) {
		if (!isLine(line)) return `handicap ${line} is no whole or half line`;
		take(`handicap ${line}`, odds, supremacy, ({ margin }) => share(margin, -line));
	}
	for (const { line, odds } of prices.totals ?? []) {
		if (!isLine(line) || line <= 0) return `total ${line} is no whole or half line`;
		take(`total ${line}`, odds, total, (laws) => share(laws.total, line));
	}
	return wrong[0] ?? { total, supremacy };
}

const isLine = (line: number): boolean => Number.isFinite(line) && Number.isInteger(line * 2);

function lawsAt(params: Strengths, format: Format): Laws {
	const tables = buildTables(params, format);
	const before: BasketballState = stateBefore(format, params);
	const { final, homeWins, segmentMargin } = matchOutlook(before, tables, openingOf(before, tables, 0));
	return { margin: final.margin, total: final.total, homeWins, regularMargin: segmentMargin };
}

const meanError = (targets: readonly Target[], laws: Laws): number =>
	targets.reduce((sum, { error }) => sum + error(laws), 0) / targets.length;

function solved(targets: Targets, format: Format, { min, max }: Range): Solved {
	let total = usualTotal(format);
	let supremacy = 0;
	const errorOf = (kind: keyof Targets, params: Strengths): number => meanError(targets[kind], lawsAt(params, format));
	const none = refuse("no points of the two sides give these prices");
	/** How far the next root can be from the last one: anywhere at first, then close by. */
	let near = max;
	for (let round = 0; round < MAX_ROUNDS; round++) {
		const [lastTotal, lastSupremacy] = [total, supremacy];
		const bound = Math.min(total - 2 * min, 2 * max - total);
		const edge = rootNear((s) => errorOf("supremacy", strengths(total, s)), -bound, bound, supremacy, near);
		// So great an edge may need another total first; without one there is no such match.
		if (edge === null && (targets.total.length === 0 || round > 0)) return none;
		supremacy = edge ?? supremacy;
		if (targets.total.length > 0) {
			const spare = Math.abs(supremacy);
			const totalError = (t: number): number => errorOf("total", strengths(t, supremacy));
			const points = rootNear(totalError, 2 * min + spare, 2 * max - spare, total, near);
			if (points === null) return none;
			total = points;
		}
		const moved = Math.abs(total - lastTotal) + Math.abs(supremacy - lastSupremacy);
		if (edge !== null && moved < CLOSE_ENOUGH) return agreed(targets, strengths(total, supremacy), format);
		near = moved;
	}
	return refuse("total and supremacy do not converge");
}

/** Several prices of one kind are met on average: each of them must then be near. */
function agreed({ total, supremacy }: Targets, params: Strengths, format: Format): Solved {
	const laws = lawsAt(params, format);
	const far = [...total, ...supremacy].find(({ error }) => Math.abs(error(laws)) > MAX_CONTRADICTION);
	return far === undefined ? { ok: true, params } : refuse(`the prices contradict each other: ${far.name}`);
}

type Curve = (x: number) => number;

/** Looks around the last root first, then everywhere. */
function rootNear(f: Curve, low: number, high: number, last: number, near: number): number | null {
	const [from, to] = [Math.max(low, last - near), Math.min(high, last + near)];
	return root(f, from, to) ?? (from > low || to < high ? root(f, low, high) : null);
}

/** The root of a monotone function, by the Illinois method: few evaluations, for each builds tables. */
function root(f: Curve, low: number, high: number): number | null {
	let [a, b, fa, fb] = [low, high, f(low), f(high)];
	if (!(a < b) || fa < 0 === fb < 0) return null;
	let moved: "a" | "b" | null = null;
	for (let step = 0; step < 100 && b - a > CLOSE_ENOUGH / 10; step++) {
		const x = (a * fb - b * fa) / (fb - fa);
		const value = f(x);
		if (Math.abs(value) < CLOSE_ENOUGH / 1_000) return x;
		// An end that stays twice counts half, or the bracket would never close from that side.
		if (value < 0 === fa < 0) {
			[a, fa] = [x, value];
			if (moved === "a") fb /= 2;
			moved = "a";
		} else {
			[b, fb] = [x, value];
			if (moved === "b") fa /= 2;
			moved = "b";
		}
	}
	return (a + b) / 2;
}
