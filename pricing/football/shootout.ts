/** The shoot-out, kick by kick: alternating kicks, five each, then sudden death. */
import type { Side } from "../../shared/feeds/canonical.ts";

/** Share of shoot-out kicks that are scored, at World Cups since 1982 about seven in ten; 0.75 over all competitions. */
export const KICK_SCORED = 0.75;
const REGULAR_KICKS = 5;

export type ShootOut = {
	readonly scored: { readonly home: number; readonly away: number };
	readonly taken: { readonly home: number; readonly away: number };
	/** Whose kick is next; null before the first one, when either may begin. */
	readonly next: Side | null;
};

/** The side that has won, or null while it goes on. */
export function shootOutWinner({ scored, taken }: ShootOut): Side | null {
	const leftHome = Math.max(0, REGULAR_KICKS - taken.home);
	const leftAway = Math.max(0, REGULAR_KICKS - taken.away);
	if (taken.home < REGULAR_KICKS || taken.away < REGULAR_KICKS) {
		if (scored.home > scored.away + leftAway) return "home";
		if (scored.away > scored.home + leftHome) return "away";
		return null;
	}
	if (taken.home !== taken.away || scored.home === scored.away) return null;
	return scored.home > scored.away ? "home" : "away";
}

/**
 * Probability that the home side wins from here. A feed that lost kicks may leave one side far ahead in kicks taken: each
 * state is looked at once, so that the work grows with their product and not with their power.
 */
export function homeWins(state: ShootOut): number {
	return winsFrom(state, new Map());
}

function winsFrom(state: ShootOut, known: Map<string, number>): number {
	const winner = shootOutWinner(state);
	if (winner !== null) return winner === "home" ? 1 : 0;
	const { scored, taken, next } = state;
	if (next === null)
		return (winsFrom({ ...state, next: "home" }, known) + winsFrom({ ...state, next: "away" }, known)) / 2;
	// From level scores after equal kicks beyond five, sudden death is even whoever begins.
	if (taken.home === taken.away && taken.home >= REGULAR_KICKS && scored.home === scored.away) return 0.5;
	const key = `${scored.home},${scored.away},${taken.home},${taken.away},${next}`;
	const before = known.get(key);
	if (before !== undefined) return before;
	const wins =
		KICK_SCORED * winsFrom(kick(state, next, true), known) +
		(1 - KICK_SCORED) * winsFrom(kick(state, next, false), known);
	known.set(key, wins);
	return wins;
}

/** The side that has taken fewer kicks is next, and after equal kicks the other than the last. */
function kick(state: ShootOut, side: Side, isScored: boolean): ShootOut {
	const taken = { ...state.taken, [side]: state.taken[side] + 1 };
	const other = side === "home" ? "away" : "home";
	return {
		scored: { ...state.scored, [side]: state.scored[side] + (isScored ? 1 : 0) },
		taken,
		next: taken.home === taken.away ? other : taken.home < taken.away ? "home" : "away",
	};
}

/** The shoot-out after these kicks, in order. */
export function shootOutAfter(
	kicks: readonly { readonly side: Side | null; readonly detail: string | null }[],
): ShootOut {
	let state: ShootOut = { scored: { home: 0, away: 0 }, taken: { home: 0, away: 0 }, next: null };
	for (const { side, detail } of kicks) {
		if (side !== null) state = kick(state, side, detail === "scored");
	}
	return state;
}
