/** Games → sets: the law of a set's final score, exactly, by a walk over all scores of games. */
import type { SetFormat } from "./format.ts";
import { type Pair, setStatus } from "./score.ts";

/** Final scores of a set with their chances: those that the home side wins first, `homeWins` of them. */
export type SetLaw = {
	readonly home: readonly number[];
	readonly away: readonly number[];
	readonly p: readonly number[];
	readonly homeWins: number;
	readonly tieBreakAt: number | null;
};

/** How the sides fare within the set. */
export type SetChances = {
	/** Each side's chance to hold its own service game. */
	readonly hold: { readonly home: number; readonly away: number };
	/** The home side's chance in the tie-break; it does not depend on who serves first in it. */
	readonly tieBreak: number;
};

export type SetStart = Pair & {
	/** Whether the home side serves the game being played. */
	readonly homeServes: boolean;
	/** The home side's chance to win the game being played, from its points; null: from its start. */
	readonly gameChance: number | null;
};

/**
 * A set without a tie-break has no longest score. From so many games all, the rest is put on the next two games: the winner, the
 * margin and the parity stay exact, and totals are exact up to twice this number, beyond which none is offered.
 */
const LONGEST_LEVEL = 40;
const LONGER = 20;

/** The law of the final score from `start`. All of a set that is over lies on its score. */
export function setLaw(chances: SetChances, { tieBreakAt }: SetFormat, start: SetStart): SetLaw {
	const { hold, tieBreak } = chances;
	const cap = tieBreakAt ?? Math.max(LONGEST_LEVEL, Math.max(start.home, start.away) + LONGER);
	const width = cap + 3;
	const mass = new Float64Array(width * width);
	mass[start.home * width + start.away] = 1;
	const won: Scores = { home: [], away: [], p: [] };
	const lost: Scores = { home: [], away: [], p: [] };
	for (let h = start.home; h < width; h++) {
		// Beyond six games the sides are never more than two apart.
		const last = Math.min(width - 1, Math.max(7, h + 2));
		for (let a = Math.max(start.away, h > 7 ? h - 2 : 0); a <= last; a++) {
			const here = mass[h * width + a]!;
			if (here === 0) continue;
			const status = setStatus(h, a, tieBreakAt);
			if (status !== "open") {
				const scores = status === "home" ? won : lost;
				scores.home.push(h);
				scores.away.push(a);
				scores.p.push(here);
				continue;
			}
			const played = h + a - start.home - start.away;
			if (tieBreakAt === null && h === cap && a === cap) {
				const home = hold.home * (1 - hold.away);
				const both = home / (home + hold.away * (1 - hold.home));
				mass[(h + 2) * width + a]! += here * both;
				mass[h * width + a + 2]! += here * (1 - both);
				continue;
			}
			const isHomeServing = (played % 2 === 0) === start.homeServes;
			let chance = isHomeServing ? hold.home : 1 - hold.away;
			if (h === tieBreakAt && a === tieBreakAt) chance = tieBreak;
			if (played === 0 && start.gameChance !== null) chance = start.gameChance;
			mass[(h + 1) * width + a]! += here * chance;
			mass[h * width + a + 1]! += here * (1 - chance);
		}
	}
	return {
		home: won.home.concat(lost.home),
		away: won.away.concat(lost.away),
		p: won.p.concat(lost.p),
		homeWins: won.p.length,
		tieBreakAt,
	};
}

type Scores = { readonly home: number[]; readonly away: number[]; readonly p: number[] };

export function homeWinsSet(law: SetLaw): number {
	let sum = 0;
	for (let k = 0; k < law.homeWins; k++) sum += law.p[k]!;
	return sum;
}

export const hasTieBreak = (law: SetLaw, k: number): boolean =>
	law.tieBreakAt !== null && law.home[k]! + law.away[k]! === 2 * law.tieBreakAt + 1;
