/**
 * Which lines are offered. They follow the expected result in steps, move only with an input (never by the clock alone, so a
 * match's list of markets follows from its inputs), and everything that was ever offered is remembered until it is settled.
 */
import { FAMILIES, type Family, RACE_FAMILY, RACE_STEP, RACES_AHEAD } from "./markets.ts";
import { expectedScore } from "./outlook.ts";
import { isFinal, QUARTERS } from "./phases.ts";
import { type BasketballState, type Lines, overOf, scoreOf } from "./state.ts";

/** Lines stand two points apart, and one apart once so few points are to come that two would be too coarse. */
const WIDE = 2;
const NARROW = 1;
const NARROW_BELOW_POINTS = 30;
/** Lines of a family that a match can ever list: more means a feed out of its mind, and the lines then stay where they are. */
const MAX_EVER = 96;
/** A race to more points than this is not offered. */
const MAX_RACE = 150;

const NONE: Lines = { centre: 0, step: 0, now: [], ever: [] };

export function withLines(state: BasketballState, tickMs: number): BasketballState {
	const entries = [
		...FAMILIES.map((family) => [family.id, linesOf(family, state, tickMs)] as const),
		[RACE_FAMILY, racesIn(state)] as const,
	];
	return entries.every(([id, lines]) => lines === state.lines[id])
		? state
		: { ...state, lines: Object.fromEntries(entries) };
}

function linesOf(family: Family, state: BasketballState, tickMs: number): Lines {
	const known = state.lines[family.id] ?? NONE;
	const [first, last] =
		family.section === null ? [1, Number.POSITIVE_INFINITY] : [family.section.first, family.section.last];
	const over = overOf(state);
	if (isFinal(state.phase) || over >= last) return known.now.length === 0 ? known : { ...known, now: [] };
	// Of the whole match, what is played next counts: regular time, then each overtime.
	const { home, away } = expectedScore(
		state,
		first,
		Number.isFinite(last) ? last : Math.max(QUARTERS, over + 1),
		tickMs,
	);
	const score = scoreOf(state, first, last);
	const step = home + away - score.home - score.away > NARROW_BELOW_POINTS ? WIDE : NARROW;
	const expected = { spread: away - home, total: home + away, home, away }[family.kind];
	if (step === known.step && Math.abs(expected - known.centre) <= step) return known;
	const centre = 0.5 + step * Math.round((expected - 0.5) / step);
	const reach = (family.count - 1) / 2;
	const now = Array.from({ length: family.count }, (_, index) => centre + (index - reach) * step).filter(
		(line) => family.kind === "spread" || line > 0,
	);
	const ever = joined(known.ever, now);
	return ever.length > MAX_EVER ? known : { centre, step, now, ever };
}

const joined = (ever: readonly number[], now: readonly number[]): readonly number[] =>
	[...new Set([...ever, ...now])].toSorted((a, b) => a - b);

/** Races to the next few tens above the leading side's points. */
function racesIn(state: BasketballState): Lines {
	const known = state.lines[RACE_FAMILY] ?? NONE;
	if (isFinal(state.phase) || overOf(state) >= QUARTERS) return known.now.length === 0 ? known : { ...known, now: [] };
	const { home, away } = scoreOf(state, 1, QUARTERS);
	const centre = (Math.floor(Math.max(home, away) / RACE_STEP) + 1) * RACE_STEP;
	if (known.centre === centre) return known;
	const now = Array.from({ length: RACES_AHEAD }, (_, index) => centre + index * RACE_STEP).filter(
		(points) => points <= MAX_RACE,
	);
	return { centre, step: RACE_STEP, now, ever: joined(known.ever, now) };
}
