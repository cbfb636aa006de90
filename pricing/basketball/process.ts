/**
 * Points as a process. Play is cut into slots of about 29 seconds, in which each side has the ball once; a slot brings the
 * home side u points of its own, the away side v, and with a certain chance both sides two more (they trade baskets). The
 * three are independent, within a slot and from slot to slot, so that every sum over n slots is a plain convolution:
 *
 *   home = U + 2K, away = V + 2K;  home − away = U − V;  home + away = U + V + 4K;  both have h: Σ_k P(K=k) P(U=h−2k) P(V=h−2k).
 *
 * The common part is what makes totals vary more than margins, as they do: independent sides would give both the same spread.
 * `docs/pricing/basketball.md` tells where the numbers below come from and what they leave out.
 */

/** Probabilities of consecutive whole numbers, of which the first is `from`. */
export type Law = { readonly from: number; readonly p: Float64Array };

/** A slot holds one possession of each side: about 100 a side in the NBA's 48 minutes. */
export const SLOT_SEC = 28.8;
export const TRADE_POINTS = 2;
/** The chance of a trade in a slot; it adds 16 · TRADE · (1 − TRADE) a slot to the variance of a total, and none to a margin's. */
const TRADE = 0.12;
/** How a side's own points in a slot split into ones, twos and threes where there are any. */
const SLOT_SHAPE = [0.61, 0.3, 0.09] as const;
/** How the points of one single possession split: what a side with the ball is about to do. */
const POSSESSION_SHAPE = [0.1, 0.66, 0.24] as const;
const FREE_THROW = 0.77;
/** Points of a possession against a side whose next foul gives free throws, relative to other possessions: an assumption. */
export const BONUS_FACTOR = 1.05;
/** With so many seconds left a side with the ball gets its shot off; with fewer, in proportion. An assumption. */
export const SHOT_SEC = 7.2;
/**
 * Who is up to so many points behind at the end of regular time draws level with this chance, by just those points: sides that
 * hold for the last shot, foul and shoot threes make overtime twice as frequent as chance alone would. With less than
 * `fullSec` left, in proportion.
 */
export const LAST_STAND = { reach: 3, chance: 0.17, fullSec: 30 } as const;
/** The ends of a law are cut where they fall below this: less than 1e-11 of a match is missing. */
const CUT = 1e-15;

const meanOf = (shape: readonly number[]): number =>
	shape.reduce((sum, weight, index) => sum + weight * (index + 1), 0);
const SLOT_SHAPE_MEAN = meanOf(SLOT_SHAPE);
const POSSESSION_SHAPE_MEAN = meanOf(POSSESSION_SHAPE);
/** Points a slot may bring a side on average: less or more is no basketball. */
export const MIN_SLOT_POINTS = 0.35;
export const MAX_SLOT_POINTS = 1.65;

const certain = (value: number): Law => ({ from: value, p: Float64Array.of(1) });
export const NOTHING: Law = certain(0);

/** No points with what `chance` leaves, else one, two, three … by `shape`. */
function scored(chance: number, shape: readonly number[]): Law {
	return { from: 0, p: Float64Array.from([1 - chance, ...shape.map((weight) => weight * chance)]) };
}

/** A side's own points in a slot, of `mean` points together with its trades. */
export const slotPoints = (mean: number): Law => scored((mean - TRADE_POINTS * TRADE) / SLOT_SHAPE_MEAN, SLOT_SHAPE);
/** Points of one possession of `mean` points; at most nine of ten possessions bring any. */
export const possessionPoints = (mean: number): Law =>
	scored(Math.min(0.9, mean / POSSESSION_SHAPE_MEAN), POSSESSION_SHAPE);
export const TRADES: Law = { from: 0, p: Float64Array.of(1 - TRADE, TRADE) };

export function freeThrowPoints(attempts: number): Law {
	let law = NOTHING;
	for (let n = 0; n < attempts; n++) law = convolve(law, { from: 0, p: Float64Array.of(1 - FREE_THROW, FREE_THROW) });
	return law;
}

/** The law of a sum of two independent numbers. */
export function convolve(a: Law, b: Law): Law {
	const [long, short] = a.p.length < b.p.length ? [b.p, a.p] : [a.p, b.p];
	const sum = new Float64Array(long.length + short.length - 1);
	for (let j = 0; j < short.length; j++) {
		const weight = short[j] as number;
		if (weight === 0) continue;
		for (let i = 0; i < long.length; i++) sum[i + j] = (sum[i + j] as number) + weight * (long[i] as number);
	}
	return trimmed(a.from + b.from, sum);
}

/** Without its ends below `cut`. */
export function trimmed(from: number, p: Float64Array, cut = CUT): Law {
	let first = 0;
	let end = p.length;
	while (end > 1 && (p[end - 1] as number) < cut) end--;
	while (first < end - 1 && (p[first] as number) < cut) first++;
	return { from: from + first, p: first === 0 && end === p.length ? p : p.subarray(first, end) };
}

/** What happens only with a certain chance. The law begins at zero. */
export function thinned(law: Law, chance: number): Law {
	if (chance >= 1) return law;
	const p = law.p.map((weight) => weight * chance);
	p[0] = (p[0] ?? 0) + 1 - chance;
	return { from: law.from, p };
}

/** The law of −X. */
const reversed = ({ from, p }: Law): Law => ({ from: 1 - from - p.length, p: p.toReversed() });
export const shifted = ({ from, p }: Law, by: number): Law => ({ from: from + by, p });

/** The law of `factor` · X. */
export function stretched({ from, p }: Law, factor: number): Law {
	const wide = new Float64Array((p.length - 1) * factor + 1);
	for (let i = 0; i < p.length; i++) wide[i * factor] = p[i] as number;
	return { from: from * factor, p: wide };
}

export const weighted = ({ from, p }: Law, weight: number): Law => ({ from, p: p.map((one) => one * weight) });

/** A mixture whose parts need not be whole laws: the sum of two lists of weights. */
export function plus(a: Law, b: Law): Law {
	const from = Math.min(a.from, b.from);
	const sum = new Float64Array(Math.max(a.from + a.p.length, b.from + b.p.length) - from);
	for (let i = 0; i < a.p.length; i++) sum[i + a.from - from] = a.p[i] as number;
	for (let i = 0; i < b.p.length; i++) sum[i + b.from - from] = (sum[i + b.from - from] as number) + (b.p[i] as number);
	return { from, p: sum };
}

/** The weights of `all` without those of `part`, which lies within it; what rounding leaves below nothing is nothing. */
export function without(all: Law, part: Law): Law {
	const p = all.p.slice();
	for (let i = 0; i < part.p.length; i++) {
		const index = i + part.from - all.from;
		if (index >= 0 && index < p.length) p[index] = Math.max(0, (p[index] as number) - (part.p[i] as number));
	}
	return { from: all.from, p };
}

/** The parts of the points to come; independent of each other. `trades` counts trades, not points. */
export type Parts = { readonly home: Law; readonly away: Law; readonly trades: Law };
export const NO_PARTS: Parts = { home: NOTHING, away: NOTHING, trades: NOTHING };

export const joined = (a: Parts, b: Parts): Parts => ({
	home: convolve(a.home, b.home),
	away: convolve(a.away, b.away),
	trades: convolve(a.trades, b.trades),
});

export const thinnedParts = ({ home, away, trades }: Parts, chance: number): Parts => ({
	home: thinned(home, chance),
	away: thinned(away, chance),
	trades: thinned(trades, chance),
});

export const marginOf = ({ home, away }: Parts): Law => convolve(home, reversed(away));
export const totalOf = ({ home, away, trades }: Parts): Law =>
	convolve(convolve(home, away), stretched(trades, 2 * TRADE_POINTS));
export const homePointsOf = ({ home, trades }: Parts): Law => convolve(home, stretched(trades, TRADE_POINTS));
export const awayPointsOf = ({ away, trades }: Parts): Law => convolve(away, stretched(trades, TRADE_POINTS));

/** The chance that the home side gets h points of its own and the away side h + `lead` of its own, by h; trades come on top. */
export function ownLevelOf({ home, away }: Parts, lead: number): Law {
	const from = Math.max(home.from, away.from - lead);
	const end = Math.min(home.from + home.p.length, away.from + away.p.length - lead);
	if (end <= from) return { from: home.from, p: Float64Array.of(0) };
	const own = new Float64Array(end - from);
	for (let h = from; h < end; h++)
		own[h - from] = (home.p[h - home.from] as number) * (away.p[h + lead - away.from] as number);
	return trimmed(from, own);
}

/** The chance that the home side gets exactly h points and the away side h + `lead`, by h: how a match gets level. */
export const levelOf = (parts: Parts, lead: number): Law =>
	convolve(ownLevelOf(parts, lead), stretched(parts.trades, TRADE_POINTS));

/** P(X > line). */
export function above({ from, p }: Law, line: number): number {
	let sum = 0;
	for (let i = Math.max(0, Math.floor(line) + 1 - from); i < p.length; i++) sum += p[i] as number;
	return Math.min(1, sum);
}

/** P(X = value). */
export const at = ({ from, p }: Law, value: number): number => p[value - from] ?? 0;
