/**
 * Sets → match, exactly: the joint law of sets and games. Who serves first in a set follows from the number of games before it,
 * so games need no further memory.
 */
import type { Side } from "../../shared/feeds/canonical.ts";
import { type Format, setsToWin } from "./format.ts";
import type { Pair } from "./score.ts";
import { hasTieBreak, type SetLaw } from "./set-model.ts";

/** A law on whole numbers: `p[k]` is the chance of `from + k`. */
export type Law = { readonly from: number; readonly p: Float64Array };

export type MatchLaw = {
	/** Final scores in sets, `[home * SETS + away]`. */
	readonly sets: Float64Array;
	/** Games of the whole match: both sides', the home side's lead, and each side's own. */
	readonly total: Law;
	readonly lead: Law;
	readonly home: Law;
	readonly away: Law;
	/** Whether the match has, or has had, a tie-break. */
	readonly tieBreak: number;
	readonly noTieBreak: number;
};

/** Laws of the sets to come, by whether the home side serves first in them. */
export type SetLaws = { readonly homeFirst: SetLaw; readonly awayFirst: SetLaw };

export type MatchStart = {
	readonly format: Format;
	readonly sets: Pair;
	/** Games of the sets that are over. */
	readonly games: Pair;
	readonly hadTieBreak: boolean;
	readonly firstServer: Side;
	readonly current: SetLaw;
	readonly regular: SetLaws;
	readonly final: SetLaws;
};

/** Sets of a side in a match are at most three: rows and columns of tables by sets. */
export const SETS = 4;

/** Chances of games, `cells[(home − minHome) * columns + (away − minAway)]`, given one score in sets. */
type Grid = {
	readonly minHome: number;
	readonly minAway: number;
	readonly columns: number;
	readonly cells: Float64Array;
};

const longest = (law: SetLaw): number => {
	let most = 7;
	for (let k = 0; k < law.p.length; k++) most = Math.max(most, law.home[k]!, law.away[k]!);
	return most;
};

/** Bounds by sets still to come: a set's winner has 6 or more games in it, its loser from none on. */
function emptyGrid(start: MatchStart, won: number, lost: number, beyond: number): Grid {
	const rows = 1 + won + 6 * lost + beyond;
	const columns = 1 + lost + 6 * won + beyond;
	return {
		minHome: start.games.home + 6 * won,
		minAway: start.games.away + 6 * lost,
		columns,
		cells: new Float64Array(rows * columns),
	};
}

/** Spreads a grid over the scores of one more set. */
function addSet(from: Grid, laws: SetLaws, homeServesEven: boolean, onWin: Grid, onLoss: Grid): void {
	const { cells, columns, minHome, minAway } = from;
	for (let cell = 0; cell < cells.length; cell++) {
		const here = cells[cell]!;
		if (here === 0) continue;
		const home = minHome + Math.floor(cell / columns);
		const away = minAway + (cell % columns);
		const law = ((home + away) % 2 === 0) === homeServesEven ? laws.homeFirst : laws.awayFirst;
		const { home: homes, away: aways, p, homeWins } = law;
		const winBase = (home - onWin.minHome) * onWin.columns + away - onWin.minAway;
		for (let k = 0; k < homeWins; k++) onWin.cells[winBase + homes[k]! * onWin.columns + aways[k]!]! += here * p[k]!;
		const lossBase = (home - onLoss.minHome) * onLoss.columns + away - onLoss.minAway;
		for (let k = homeWins; k < p.length; k++)
			onLoss.cells[lossBase + homes[k]! * onLoss.columns + aways[k]!]! += here * p[k]!;
	}
}

/** The laws of the set at this score in sets: the current one first, then fresh ones, the last by its own rules. */
function lawsAt(start: MatchStart, home: number, away: number): SetLaws {
	if (home === start.sets.home && away === start.sets.away)
		return { homeFirst: start.current, awayFirst: start.current };
	return home + away === start.format.bestOf - 1 ? start.final : start.regular;
}

export function matchLaw(start: MatchStart): MatchLaw {
	const { format, sets } = start;
	const need = setsToWin(format);
	const homeServesEven = start.firstServer === "home";
	const beyond = Math.max(longest(start.current), longest(start.final.homeFirst)) - 7;
	const grids = new Map<number, Grid>();
	const gridAt = (home: number, away: number): Grid => {
		const known = grids.get(home * SETS + away);
		if (known !== undefined) return known;
		const made = emptyGrid(start, home - sets.home, away - sets.away, home + away === format.bestOf ? beyond : 0);
		grids.set(home * SETS + away, made);
		return made;
	};
	gridAt(sets.home, sets.away).cells[0] = 1;
	for (let home = sets.home; home < need; home++) {
		for (let away = sets.away; away < need; away++) {
			addSet(
				gridAt(home, away),
				lawsAt(start, home, away),
				homeServesEven,
				gridAt(home + 1, away),
				gridAt(home, away + 1),
			);
		}
	}
	const finals = [...grids].flatMap(([at, grid]) => {
		const isFinal = Math.floor(at / SETS) === need || at % SETS === need;
		return isFinal ? [{ at, grid }] : [];
	});
	return { ...gameLaws(finals), ...tieBreakChances(start) };
}

function gameLaws(finals: readonly { readonly at: number; readonly grid: Grid }[]): {
	readonly sets: Float64Array;
	readonly total: Law;
	readonly lead: Law;
	readonly home: Law;
	readonly away: Law;
} {
	const sets = new Float64Array(SETS * SETS);
	let minHome = Number.POSITIVE_INFINITY;
	let minAway = Number.POSITIVE_INFINITY;
	let maxHome = 0;
	let maxAway = 0;
	for (const { grid } of finals) {
		minHome = Math.min(minHome, grid.minHome);
		minAway = Math.min(minAway, grid.minAway);
		maxHome = Math.max(maxHome, grid.minHome + grid.cells.length / grid.columns - 1);
		maxAway = Math.max(maxAway, grid.minAway + grid.columns - 1);
	}
	const total: Law = { from: minHome + minAway, p: new Float64Array(maxHome + maxAway - minHome - minAway + 1) };
	const lead: Law = { from: minHome - maxAway, p: new Float64Array(maxHome - minHome + maxAway - minAway + 1) };
	const home: Law = { from: minHome, p: new Float64Array(maxHome - minHome + 1) };
	const away: Law = { from: minAway, p: new Float64Array(maxAway - minAway + 1) };
	for (const { at, grid } of finals) {
		const { cells, columns } = grid;
		for (let cell = 0; cell < cells.length; cell++) {
			const p = cells[cell]!;
			if (p === 0) continue;
			const h = grid.minHome + Math.floor(cell / columns);
			const a = grid.minAway + (cell % columns);
			sets[at]! += p;
			total.p[h + a - total.from]! += p;
			lead.p[h - a - lead.from]! += p;
			home.p[h - home.from]! += p;
			away.p[a - away.from]! += p;
		}
	}
	return { sets, total, lead, home, away };
}

/** Walks sets once more, remembering the parity of games and whether there was a tie-break. */
function tieBreakChances(start: MatchStart): { readonly tieBreak: number; readonly noTieBreak: number } {
	const { format, sets, games } = start;
	const need = setsToWin(format);
	const homeServesEven = start.firstServer === "home";
	// mass[((home * SETS + away) * 2 + parity) * 2 + had]
	const mass = new Float64Array(SETS * SETS * 4);
	const parityNow = (games.home + games.away) % 2;
	mass[((sets.home * SETS + sets.away) * 2 + parityNow) * 2 + (start.hadTieBreak ? 1 : 0)] = 1;
	const ends = [0, 0];
	for (let home = sets.home; home <= need; home++) {
		for (let away = sets.away; away <= need; away++) {
			const at = (home * SETS + away) * 4;
			if (home === need || away === need) {
				if (home === away) continue;
				ends[0]! += mass[at]! + mass[at + 2]!;
				ends[1]! += mass[at + 1]! + mass[at + 3]!;
				continue;
			}
			const laws = lawsAt(start, home, away);
			for (let slot = 0; slot < 4; slot++) {
				const here = mass[at + slot]!;
				if (here === 0) continue;
				const parity = slot >> 1;
				const law = (parity === 0) === homeServesEven ? laws.homeFirst : laws.awayFirst;
				for (let k = 0; k < law.p.length; k++) {
					const next = k < law.homeWins ? (home + 1) * SETS + away : home * SETS + away + 1;
					const parityNext = (parity + law.home[k]! + law.away[k]!) % 2;
					const had = slot % 2 === 1 || hasTieBreak(law, k) ? 1 : 0;
					mass[(next * 2 + parityNext) * 2 + had]! += here * law.p[k]!;
				}
			}
		}
	}
	return { noTieBreak: ends[0]!, tieBreak: ends[1]! };
}

/** Chances above and below a half line, each summed by itself so that what cannot be is exactly zero. */
export function aroundLine({ from, p }: Law, line: number): { readonly above: number; readonly below: number } {
	const split = Math.min(p.length, Math.max(0, Math.ceil(line) - from));
	let below = 0;
	let above = 0;
	for (let k = 0; k < split; k++) below += p[k]!;
	for (let k = split; k < p.length; k++) above += p[k]!;
	return { above, below };
}

export function meanOf({ from, p }: Law): number {
	let sum = 0;
	for (let k = 0; k < p.length; k++) sum += (from + k) * p[k]!;
	return sum;
}
