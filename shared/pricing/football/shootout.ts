/** The shoot-out, kick by kick: alternating kicks, five each, then sudden death. */
import type { Side } from "../../feeds/canonical.ts";

/** Share of shoot-out kicks that are scored, at World Cups since 1982 about seven in ten; 0.75 over all competitions. */
export const KICK_SCORED = 0.75;
const REGULAR_KICKS = 5;
/** Rounds of sudden death after which the rest is as good as even. */
const DEPTH = 40;

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

/** Probability that the home side wins from here. */
export function homeWins(state: ShootOut, depth = 0): number {
	const winner = shootOutWinner(state);
	if (winner !== null) return winner === "home" ? 1 : 0;
	if (depth > DEPTH) return 0.5;
	if (state.next === null) return (homeWins({ ...state, next: "home" }) + homeWins({ ...state, next: "away" })) / 2;
	// From level scores after equal kicks beyond five, sudden death is even whoever begins.
	const { home, away } = state.taken;
	if (home === away && home >= REGULAR_KICKS && state.scored.home === state.scored.away) return 0.5;
	const scored = homeWins(kick(state, state.next, true), depth + 1);
	const missed = homeWins(kick(state, state.next, false), depth + 1);
	return KICK_SCORED * scored + (1 - KICK_SCORED) * missed;
}

function kick(state: ShootOut, side: Side, isScored: boolean): ShootOut {
	return {
		scored: { ...state.scored, [side]: state.scored[side] + (isScored ? 1 : 0) },
		taken: { ...state.taken, [side]: state.taken[side] + 1 },
		next: side === "home" ? "away" : "home",
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
