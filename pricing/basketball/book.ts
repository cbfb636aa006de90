/** State and strengths → fair probabilities of every market that is not decided. */
import { ON_SALE } from "../../shared/limits.ts";
import type { FairMarket, MarketSpec } from "../sport.ts";
import * as markets from "./markets.ts";
import {
	type MatchOutlook,
	matchOutlook,
	type Opening,
	openingOf,
	type PeriodOutlook,
	periodOutlook,
	slotsLater,
	withLastStand,
} from "./outlook.ts";
import { isFinal, isPlaying, periodOf, QUARTERS } from "./phases.ts";
import { above, at, LAST_STAND, type Law } from "./process.ts";
import { racesOf } from "./race.ts";
import { type BasketballState, leftSecAt, regularIsOver, type Strengths, scoreOf } from "./state.ts";
import { type Tables, tablesOf } from "./tables.ts";

const priced = (spec: MarketSpec, fair: readonly number[]): FairMarket => ({
	spec,
	fair,
	alive: fair.map((p) => p > 0),
});
const twoWay = (first: number): readonly number[] => [first, Math.max(0, 1 - first)];

/** What is offered: all that is not decided, without what ends with the period that is about to (OFF-2). */
export function book(state: BasketballState, params: Strengths, tickMs: number): readonly FairMarket[] {
	const priced = fairBook(state, params, tickMs);
	if (!isPlaying(state.phase) || leftSecAt(state, tickMs) > ON_SALE.basketballLastSec) return priced;
	const ending = endingWith(periodOf(state.phase));
	return priced.filter(({ spec }) => !ending.includes(spec.period));
}

/** Periods that end when this one does. The match with its overtimes may go on, and stays. */
function endingWith(period: number): readonly string[] {
	const sections = markets.SECTIONS.filter(({ last }) => last === period).map(({ id }) => id);
	return period === QUARTERS ? [...sections, markets.REGULAR] : sections;
}

/** Every market that is not decided, to the last second. */
export function fairBook(state: BasketballState, params: Strengths, tickMs: number): readonly FairMarket[] {
	if (isFinal(state.phase)) return [];
	const tables = tablesOf(params, state.format);
	const opening = openingOf(state, tables, tickMs);
	const match = matchOutlook(state, tables, opening);
	const span = spansOf(state, tables, opening);
	const isRegular = !regularIsOver(state);
	return [
		priced(markets.WINNER, twoWay(match.homeWins)),
		...(isRegular ? regularBook(match, span, opening.stand) : []),
		...wholeBook(state, match),
		...(isRegular ? raceBook(state, tables, opening) : []),
		...markets.SECTIONS.flatMap((section) => {
			const outlook = sectionOutlook(state, tables, opening, span, section);
			return outlook === null ? [] : sectionBook(state, section, outlook);
		}),
	];
}

/** Runs of periods are asked for more than once in a book. */
type Spans = {
	readonly outlook: (first: number, last: number) => PeriodOutlook | null;
	/** The law of the match's margin when a period begins. */
	readonly marginBefore: (period: number) => Law;
};

function spansOf(state: BasketballState, tables: Tables, opening: Opening): Spans {
	const known = new Map<number, PeriodOutlook | null>();
	const outlook = (first: number, last: number): PeriodOutlook | null => {
		const key = first * 10 + last;
		const found = known.get(key);
		if (found !== undefined) return found;
		const made = periodOutlook(state, tables, opening, first, last);
		known.set(key, made);
		return made;
	};
	const marginBefore = (period: number): Law => {
		const ahead = outlook(1, period - 1);
		if (ahead !== null) return ahead.margin;
		const { home, away } = scoreOf(state, 1, period - 1);
		return { from: home - away, p: Float64Array.of(1) };
	};
	return { outlook, marginBefore };
}

function sectionOutlook(
	state: BasketballState,
	tables: Tables,
	opening: Opening,
	span: Spans,
	{ first, last }: markets.Section,
): PeriodOutlook | null {
	const outlook = span.outlook(first, last);
	if (outlook === null || last < QUARTERS) return outlook;
	return withLastStand(state, tables, opening, first, span.marginBefore(first), outlook);
}

export function threeWay(margin: Law): readonly number[] {
	const home = above(margin, 0);
	const draw = at(margin, 0);
	return [home, draw, Math.max(0, 1 - home - draw)];
}

function oddChance({ from, p }: Law): number {
	let odd = 0;
	for (let i = Math.abs(from + 1) % 2; i < p.length; i += 2) odd += p[i] ?? 0;
	return Math.min(1, odd);
}

function regularBook(match: MatchOutlook, span: Spans, stand: number): readonly FairMarket[] {
	const second = span.outlook(3, QUARTERS);
	return [
		priced(markets.RESULT, threeWay(match.segmentMargin)),
		...(second === null ? [] : [priced(markets.HALF_FULL, halfFull(span.marginBefore(3), second.margin, stand))]),
		priced(markets.OVERTIME, twoWay(match.level)),
	];
}

/** The two halves are independent given where the match stands; then comes the last stand of who is a little behind. */
function halfFull(half: Law, second: Law, stand: number): readonly number[] {
	const fair = new Float64Array(9);
	const tails = tailsOf(second);
	half.p.forEach((p, index) => {
		const margin = half.from + index;
		const row = margin > 0 ? 0 : margin === 0 ? 3 : 6;
		const home = tails(-margin);
		const draw = at(second, -margin);
		const homeCaught = stand * (home - tails(LAST_STAND.reach - margin));
		const awayCaught = stand * (tails(-LAST_STAND.reach - 1 - margin) - home - draw);
		fair[row] = (fair[row] ?? 0) + p * (home - homeCaught);
		fair[row + 1] = (fair[row + 1] ?? 0) + p * (draw + homeCaught + awayCaught);
		fair[row + 2] = (fair[row + 2] ?? 0) + p * Math.max(0, 1 - home - draw - awayCaught);
	});
	return [...fair];
}

/** P(X > line) for whole lines, looked up. */
function tailsOf({ from, p }: Law): (line: number) => number {
	const tails = new Float64Array(p.length + 1);
	for (let i = p.length - 1; i >= 0; i--) tails[i] = (tails[i + 1] ?? 0) + (p[i] ?? 0);
	return (line) => {
		const index = line - from + 1;
		return index <= 0 ? 1 : index >= tails.length ? 0 : Math.min(1, tails[index] ?? 0);
	};
}

function wholeBook(state: BasketballState, { final }: MatchOutlook): readonly FairMarket[] {
	const laws = { ...final, spread: final.margin };
	const scores = scoreOf(state);
	const reached = { spread: Number.NEGATIVE_INFINITY, total: scores.home + scores.away, ...scores };
	return [
		priced(markets.PARITY, twoWay(oddChance(final.total))),
		priced(markets.WINNING_MARGIN, bands(final.margin)),
		...markets.FAMILIES.filter(({ section }) => section === null).flatMap((family) =>
			(state.lines[family.id]?.now ?? [])
				.filter((line) => line > reached[family.kind])
				.map((line) => priced(family.spec(line), lineFair(family.kind, laws[family.kind], line))),
		),
	];
}

function lineFair(kind: markets.Family["kind"], law: Law, line: number): readonly number[] {
	return twoWay(above(law, kind === "spread" ? -line : line));
}

function bands({ from, p }: Law): readonly number[] {
	const count = markets.MARGIN_BANDS.length;
	const fair = new Float64Array(2 * count);
	for (let i = 0; i < p.length; i++) {
		const margin = from + i;
		if (margin === 0) continue;
		const index = markets.bandOf(Math.abs(margin)) + (margin > 0 ? 0 : count);
		fair[index] = (fair[index] ?? 0) + (p[i] ?? 0);
	}
	return [...fair];
}

function raceBook(state: BasketballState, tables: Tables, opening: Opening): readonly FairMarket[] {
	const { home, away } = scoreOf(state, 1, QUARTERS);
	const targets = (state.lines[markets.RACE_FAMILY]?.now ?? []).filter((points) => points > Math.max(home, away));
	const needs = targets.map((points) => ({ home: points - home, away: points - away }));
	const races = racesOf(opening, tables, slotsLater(state, tables), needs);
	return races.map(({ home, none, away }, index) =>
		priced(markets.raceMarket(targets[index] as number), [home, none, away].map(clean)),
	);
}

/** Differences of sums can leave less than nothing. */
const clean = (p: number): number => (p < 1e-12 ? 0 : Math.min(1, p));

function sectionBook(
	state: BasketballState,
	section: markets.Section,
	{ margin, total }: PeriodOutlook,
): readonly FairMarket[] {
	const { home, away } = scoreOf(state, section.first, section.last);
	const lines = (kind: "sp" | "ou"): readonly number[] => state.lines[`${section.id}:${kind}`]?.now ?? [];
	return [
		priced(markets.sectionResult(section), threeWay(margin)),
		priced(markets.sectionParity(section), twoWay(oddChance(total))),
		...lines("sp").map((line) => priced(markets.sectionSpread(section, line), twoWay(above(margin, -line)))),
		...lines("ou")
			.filter((line) => line > home + away)
			.map((line) => priced(markets.sectionTotal(section, line), twoWay(above(total, line)))),
	];
}
