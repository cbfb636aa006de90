/** Tennis, as the match object knows it. */
import type { Input } from "../../shared/feeds/canonical.ts";
import type { InputEffect, SportModule } from "../sport.ts";
import { book } from "./book.ts";
import { calibrate, isDetermining, namedStrengths, strengthsFrom } from "./calibrate.ts";
import { GROUPS, MATCH_WINNER } from "./markets.ts";
import type { Serves } from "./point-model.ts";
import { adopt, hasEnded, isInPlay, isToldAgain, reduce } from "./reduce.ts";
import { refixture } from "./refixture.ts";
import { results } from "./results.ts";
import { gameAfter } from "./score.ts";
import { initialState, isOver, type TennisState } from "./state.ts";
import { strengthsOf } from "./strengths.ts";
import { clockView, finalScores, incidentViews, scoreView } from "./views.ts";

const NONE: InputEffect = { withdraw: "none", until: "self" };
const ALL_AT_ONCE: InputEffect = { withdraw: "all", until: "self" };
/** What a point within a game decides or turns over. */
const NEAR_AT_ONCE: InputEffect = { withdraw: ["point", "game", "set", "correct_score"], until: "self" };

/**
 * MAT-1. Points come every 20–40 s, so a window of 4 s meets one in six or so: were all markets reissued at each, so many bets on the
 * match would be refused for a drift of a hundredth, against which the price policy protects already (BET-4: what decides is
 * the price after the window). So a point reissues what it decides or turns over: the point, the game, the set and correct
 * scores. One that ends a game reissues everything: a break is worth ten points of a hundred. Nothing waits for the feed: a
 * point stands once the umpire has called the score. A correction, a cancellation, and a statement that moves the score
 * reissue everything.
 */
function effect(state: TennisState, input: Input): InputEffect {
	switch (input.kind) {
		case "correction":
		case "cancellation":
			return ALL_AT_ONCE;
		case "incident":
			if (isToldAgain(state, input)) return NONE;
			if (input.incident === "point" && input.side !== undefined)
				return gameAfter(state.now, state.format, input.side) === null ? NEAR_AT_ONCE : ALL_AT_ONCE;
			return moves(state, input) ? ALL_AT_ONCE : NONE;
		case "state":
			return moves(state, input) ? ALL_AT_ONCE : NONE;
		default:
			return NONE;
	}
}

/** Whether a statement is ahead of what is known, or names another server. */
function moves(state: TennisState, input: Input): boolean {
	const reduced = reduce(state, input, state.clock.atMs);
	if (!reduced.ok) return false;
	const { now, firstServer, phase } = reduced.state;
	return now !== state.now || firstServer !== state.firstServer || (isOver(state.phase) && !isOver(phase));
}

/** Nearly all matches are shorter; what is longer deserves that somebody looks at it. */
const LONGEST_OF_THREE_MS = 5 * 3_600_000;
const LONGEST_OF_FIVE_MS = 7 * 3_600_000;

export const tennis: SportModule<TennisState, Serves> = {
	sport: "tennis",
	modelVersion: "tennis-points-1",
	params: strengthsOf,
	initial: initialState,
	refixture,
	isDetermining,
	calibrate,
	strengthsFrom,
	namedStrengths,
	withStrengths: (state) => state,
	reduce,
	effect,
	inPlay: isInPlay,
	ended: hasEnded,
	book,
	results,
	adopt,
	// A tennis score is the umpire's: what a statement says was played has been played.
	unproven: { holds: false, of: () => [] },
	stand: (state) => state,
	repricedAtMs: (state, incidentId) =>
		state.recent.find((point) => point.incidentId === incidentId && !point.cancelled)?.repricedAtMs ?? null,
	isFullStatement: ({ facts }) => facts?.games !== undefined,
	groups: GROUPS,
	longestMs: ({ format }) => (format.bestOf === 5 ? LONGEST_OF_FIVE_MS : LONGEST_OF_THREE_MS),
	clockView,
	scoreView,
	incidents: incidentViews,
	headlineMarketId: MATCH_WINNER.marketId,
	finalScores,
};
