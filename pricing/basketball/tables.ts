/** Laws that depend on strengths and format alone, kept so that a new state costs only what is new in it. */
import { type Format, QUARTERS } from "./phases.ts";
import {
	above,
	at,
	awayPointsOf,
	convolve,
	homePointsOf,
	joined,
	type Law,
	levelOf,
	marginOf,
	NO_PARTS,
	NOTHING,
	type Parts,
	plus,
	SLOT_SEC,
	slotPoints,
	stretched,
	TRADES,
	thinnedParts,
	totalOf,
	trimmed,
	without,
} from "./process.ts";
import type { Strengths } from "./state.ts";

/** The four laws of points to come that the markets ask for. */
export type Laws = { readonly margin: Law; readonly total: Law; readonly home: Law; readonly away: Law };

/** What overtime adds to a match that is level: until somebody leads, however many it takes. `laws.margin` is never zero. */
export type Overtime = { readonly homeWins: number; readonly laws: Laws };

export type Tables = {
	readonly slotSec: number;
	readonly slotsInQuarter: number;
	/** Mean points of a side in a slot. */
	readonly mean: Strengths;
	readonly slot: Parts;
	/** Points to come in so many whole slots. */
	readonly parts: (slots: number) => Parts;
	readonly laws: (slots: number) => Laws;
	/** `levelOf` the points to come in so many whole slots. */
	readonly level: (slots: number, lead: number) => Law;
	readonly overtime: Overtime;
};

/** Doublings of the number of overtimes looked at: after 16 of them less than 1e-13 is left. */
const OVERTIME_DOUBLINGS = 4;

/** More than any lead, twice over: numbers of slots and leads make keys of their own. */
const KEYS = 4_096;
/** What overtime adds counts with the chance of overtime: its ends may be cut sooner. */
const OVERTIME_CUT = 1e-13;

/** Slots in a quarter: whole, so that a quarter and a slot end together. */
export const slotsInQuarterOf = (format: Format): number => Math.round(format.quarterSec / SLOT_SEC);

/** Whole slots in a time, and the fraction of one that comes before them. */
export function slotsIn(sec: number, slotSec: number): { readonly begun: number; readonly whole: number } {
	const slots = sec / slotSec;
	const whole = Math.floor(slots + 1e-9);
	return { whole, begun: Math.max(0, slots - whole) };
}

export const lawsOf = (parts: Parts): Laws => ({
	margin: marginOf(parts),
	total: totalOf(parts),
	home: homePointsOf(parts),
	away: awayPointsOf(parts),
});

export function buildTables(strengths: Strengths, format: Format): Tables {
	const slotsInQuarter = slotsInQuarterOf(format);
	const slotSec = format.quarterSec / slotsInQuarter;
	const slots = slotsInQuarter * QUARTERS;
	const mean = { home: strengths.home / slots, away: strengths.away / slots };
	const slot: Parts = { home: slotPoints(mean.home), away: slotPoints(mean.away), trades: TRADES };
	const powers: Parts[] = [NO_PARTS];
	const parts = (n: number): Parts => {
		for (let k = powers.length; k <= n; k++) powers.push(joined(powers[k - 1] as Parts, slot));
		return powers[n] as Parts;
	};
	const known = new Map<number, Laws>();
	const laws = (n: number): Laws => {
		const found = known.get(n) ?? lawsOf(parts(n));
		known.set(n, found);
		return found;
	};
	const levels = new Map<number, Law>();
	const level = (n: number, lead: number): Law => {
		const key = n * KEYS + lead;
		const found = levels.get(key) ?? levelOf(parts(n), lead);
		levels.set(key, found);
		return found;
	};
	const extra = slotsIn(format.overtimeSec, slotSec);
	const overtime = overtimeOf(joined(parts(extra.whole), thinnedParts(slot, extra.begun)));
	return { slotSec, slotsInQuarter, mean, slot, parts, laws, level, overtime };
}

function overtimeOf(parts: Parts): Overtime {
	const { margin, total, home, away } = lawsOf(parts);
	const level = levelOf(parts, 0);
	const decided = 1 - at(margin, 0);
	const p = margin.p.map((weight, index) => (index + margin.from === 0 ? 0 : weight / decided));
	const ends: Law = { from: margin.from, p };
	// The points of one side in a row of level overtimes, however many: those of both are twice as many.
	const levels = anyNumberOf(level);
	return {
		homeWins: above(ends, 0),
		laws: {
			margin: ends,
			total: cut(convolve(stretched(levels, 2), without(total, stretched(level, 2)))),
			home: cut(convolve(levels, without(home, level))),
			away: cut(convolve(levels, without(away, level))),
		},
	};
}

const cut = ({ from, p }: Law): Law => trimmed(from, p, OVERTIME_CUT);

/** Σ L^n over n = 0, 1, 2 … as (1 + L)(1 + L²)(1 + L⁴) …: the weights of what comes in n rounds before the last one. */
function anyNumberOf(level: Law): Law {
	let sum = plus(NOTHING, level);
	let power = level;
	for (let n = 1; n < OVERTIME_DOUBLINGS; n++) {
		power = convolve(power, power);
		sum = convolve(sum, plus(NOTHING, power));
	}
	return sum;
}

/**
 * Tables of the last matches priced, half a megabyte each of an isolate's 128. Where more take turns a book costs two to three times
 * as much. A memory only: with or without it the numbers are the same.
 */
const MEMORY = 24;
const memory = new Map<string, Tables>();

export function tablesOf(strengths: Strengths, format: Format): Tables {
	const key = `${strengths.home}/${strengths.away}/${format.quarterSec}/${format.overtimeSec}`;
	const known = memory.get(key);
	if (known !== undefined) return known;
	const built = buildTables(strengths, format);
	// The one that was built first goes: matches of one process take turns.
	const oldest = memory.keys().next();
	if (memory.size >= MEMORY && oldest.done !== true) memory.delete(oldest.value);
	memory.set(key, built);
	return built;
}
