/**
 * Points → games and tie-breaks, exactly. A point is won by its server with a probability of the server's own, independent
 * of all other points; Klaassen and Magnus (2001, JASA 96) find that real points deviate from this, and by little.
 */

/** The chance of each side to win a point on its own serve, in (0, 1). */
export type Serves = { readonly home: number; readonly away: number };

/** A game in progress, from its server's side: how it ends, and whether it goes (or has gone) to 40-40. */
export type GameLaw = {
	/** Won to 0, 15, 30, and after 40-40. */
	readonly won: readonly [number, number, number, number];
	readonly lost: readonly [number, number, number, number];
	readonly deuce: number;
	readonly noDeuce: number;
};

/** Won from 40-40: p²/(p² + q²), or p where the next point decides. */
export function winFromDeuce(p: number, noAd: boolean): number {
	const q = 1 - p;
	return noAd ? p : (p * p) / (p * p + q * q);
}

/**
 * The server's chance to hold from 0-0: p⁴(1 + 4q + 10q²) + 20p³q³·d, where d is the chance from 40-40. With d = p²/(p² + q²)
 * it is p⁴(15 − 4p − 10p²/(1 − 2p(1 − p))) (O'Malley 2008, J. Quant. Anal. Sports 4(2), formula for G).
 */
export function holdChance(p: number, noAd: boolean): number {
	const q = 1 - p;
	return p ** 4 * (1 + 4 * q + 10 * q * q) + 20 * (p * q) ** 3 * winFromDeuce(p, noAd);
}

/** The law of a game from the server's and the receiver's points (3 and 3 is 40-40, 4 and 3 advantage, and so on). */
export function gameLaw(p: number, server: number, receiver: number, noAd: boolean): GameLaw {
	const q = 1 - p;
	const won: [number, number, number, number] = [0, 0, 0, 0];
	const lost: [number, number, number, number] = [0, 0, 0, 0];
	const fromDeuce = winFromDeuce(p, noAd);
	if (server >= 3 && receiver >= 3) {
		const lead = server - receiver;
		const wins = lead > 0 ? p + q * fromDeuce : lead < 0 ? p * fromDeuce : fromDeuce;
		won[3] = wins;
		lost[3] = 1 - wins;
		return { won, lost, deuce: 1, noDeuce: 0 };
	}
	// mass[s * 4 + r]: the chance that the game passes through s-r, for scores below 40-40 and at it.
	const mass = new Float64Array(16);
	mass[server * 4 + receiver] = 1;
	for (let s = server; s < 4; s++) {
		for (let r = receiver; r < 4; r++) {
			const here = mass[s * 4 + r] ?? 0;
			if (here === 0 || (s === 3 && r === 3)) continue;
			if (s === 3) won[r as 0 | 1 | 2] += here * p;
			else mass[(s + 1) * 4 + r]! += here * p;
			if (r === 3) lost[s as 0 | 1 | 2] += here * q;
			else mass[s * 4 + r + 1]! += here * q;
		}
	}
	const deuce = mass[15] ?? 0;
	won[3] = deuce * fromDeuce;
	lost[3] = deuce * (1 - fromDeuce);
	const sum = (list: readonly number[]): number => list[0]! + list[1]! + list[2]!;
	return { won, lost, deuce, noDeuce: sum(won) + sum(lost) };
}

/**
 * The home side's chance in a tie-break to `to` points, two ahead, from the points so far. Of the next two points from an even
 * number played each side serves one, so from `to − 1` all the chance is t = ab/(ab + (1 − a)(1 − b)), with a and b the home
 * side's chances on its own and on the other's serve (Barnett and Clarke 2005, IMA J. Manag. Math. 16).
 */
export function tieBreakChance(
	serves: Serves,
	to: number,
	homeServesFirst: boolean,
	from: { readonly home: number; readonly away: number } = { home: 0, away: 0 },
): number {
	const onOwn = serves.home;
	const onOther = 1 - serves.away;
	const both = onOwn * onOther;
	const level = both / (both + (1 - onOwn) * (1 - onOther));
	const pointChance = (played: number): number =>
		(((played + 1) >> 1) % 2 === 0) === homeServesFirst ? onOwn : onOther;
	const lead = from.home - from.away;
	if (from.home >= to - 1 && from.away >= to - 1) {
		if (lead === 0) return level;
		const next = pointChance(from.home + from.away);
		return lead > 0 ? next + (1 - next) * level : next * level;
	}
	// Backwards over the scores below `to`: wins[h * (to + 1) + a], with a score of `to` won or lost.
	const width = to + 1;
	const wins = new Float64Array(width * width);
	for (let h = to; h >= from.home; h--) {
		for (let a = to; a >= from.away; a--) {
			const at = h * width + a;
			if (h === to) wins[at] = a === to ? 0 : 1;
			else if (a === to) wins[at] = 0;
			else if (h === to - 1 && a === to - 1) wins[at] = level;
			else {
				const next = pointChance(h + a);
				wins[at] = next * wins[at + width]! + (1 - next) * wins[at + 1]!;
			}
		}
	}
	return wins[from.home * width + from.away]!;
}
