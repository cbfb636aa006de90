/**
 * What markets of a football match are worth: goals of each side fall by chance, at the pace that the result's first prices
 * tell, until the end of regular time. Coarse, and the auditor's own: it imports nothing.
 */

export type Pace = { readonly home: number; readonly away: number };

const MOST_GOALS = 12;
/** Shares of all goals of regular time. */
const HALVES = {
	1: { minutes: 0.41, stoppage: 0.03, stoppageSec: 300, after: 0.56 },
	2: { minutes: 0.5, stoppage: 0.06, stoppageSec: 600, after: 0 },
} as const;
const HALF_SEC = 2_700;
/** A side of ten scores so much less, the other so much more. */
const RED_OWN = 0.6;
const RED_OTHER = 1.45;
const STEPS = 30;

function chances(mean: number): readonly number[] {
	const list: number[] = [Math.exp(-mean)];
	for (let goals = 1; goals <= MOST_GOALS; goals++) list.push(((list[goals - 1] ?? 0) * mean) / goals);
	return list;
}

export type Worth = {
	readonly home: number;
	readonly draw: number;
	readonly away: number;
	readonly both: number;
	/** Chance of so many goals together, from none on. */
	readonly totals: readonly number[];
};

export function worthOf(score: Pace, toCome: Pace): Worth {
	const [homes, aways] = [chances(toCome.home), chances(toCome.away)];
	const worth = { home: 0, draw: 0, away: 0, both: 0 };
	const totals: number[] = [];
	for (const [more, p] of homes.entries()) {
		for (const [others, q] of aways.entries()) {
			const [home, away] = [score.home + more, score.away + others];
			worth[home > away ? "home" : home < away ? "away" : "draw"] += p * q;
			if (home > 0 && away > 0) worth.both += p * q;
			totals[home + away] = (totals[home + away] ?? 0) + p * q;
		}
	}
	return { ...worth, totals };
}

/** The pace that makes a result worth what its prices say: goals in all from the draw, their split from the sides. */
export function paceOf(oneXTwo: readonly number[]): Pace {
	const inverse = oneXTwo.map((milli) => 1_000 / milli);
	const sum = inverse.reduce((all, value) => all + value, 0);
	const [home = 0, draw = 0, away = 0] = inverse.map((value) => value / sum);
	const split = (total: number): Pace => {
		let [low, high] = [0.02, 0.98];
		for (let step = 0; step < STEPS; step++) {
			const share = (low + high) / 2;
			const worth = worthOf({ home: 0, away: 0 }, { home: total * share, away: total * (1 - share) });
			if (worth.home - worth.away > home - away) high = share;
			else low = share;
		}
		return { home: total * low, away: total * (1 - low) };
	};
	let [least, most] = [0.5, 6];
	for (let step = 0; step < STEPS / 2; step++) {
		const total = (least + most) / 2;
		if (worthOf({ home: 0, away: 0 }, split(total)).draw > draw) least = total;
		else most = total;
	}
	return split((least + most) / 2);
}

/** Share of regular time's goals still to come, by the half that runs and its clock: its minutes, then its stoppage. */
export function shareToCome(half: 1 | 2, elapsedSec: number): number {
	const intoSec = elapsedSec - (half === 1 ? 0 : HALF_SEC);
	const { minutes, stoppage, stoppageSec, after } = HALVES[half];
	const left = 1 - Math.min(1, Math.max(0, intoSec / HALF_SEC));
	const stoppageLeft = 1 - Math.min(1, Math.max(0, (intoSec - HALF_SEC) / stoppageSec));
	return after + minutes * left + stoppage * stoppageLeft;
}

export function withReds(pace: Pace, reds: Pace): Pace {
	return {
		home: pace.home * RED_OWN ** reds.home * RED_OTHER ** reds.away,
		away: pace.away * RED_OWN ** reds.away * RED_OTHER ** reds.home,
	};
}

/** What an outcome is worth; null where this football does not price it. */
export function worthOfOutcome(worth: Worth, marketId: string, outcomeId: string): number | null {
	const [kind = "", line = ""] = marketId.split(":");
	if (kind === "1x2") return outcomeId === "home" ? worth.home : outcomeId === "away" ? worth.away : worth.draw;
	if (kind === "dc") return 1 - (outcomeId === "1x" ? worth.away : outcomeId === "12" ? worth.draw : worth.home);
	// Of what is hardly ever won by either side this football says nothing.
	if (kind === "dnb" && worth.draw > 0.5) return null;
	if (kind === "dnb") return worth[outcomeId === "home" ? "home" : "away"] / (worth.home + worth.away);
	if (kind === "btts") return outcomeId === "yes" ? worth.both : 1 - worth.both;
	if (kind !== "ou" || !Number.isInteger(Number(line) - 0.5)) return null;
	const under = worth.totals.reduce((sum, chance, goals) => (goals < Number(line) ? sum + chance : sum), 0);
	return outcomeId === "over" ? 1 - under : under;
}
