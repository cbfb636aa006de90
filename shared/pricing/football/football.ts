/** Football, as the match object knows it. */
import type { Input } from "../../feeds/canonical.ts";
import type { InputEffect, SportModule } from "../sport.ts";
import { book } from "./book.ts";
import type { GoalStrengths } from "./outlook.ts";
import { isInPlay } from "./phases.ts";
import { initialState, reduce } from "./reduce.ts";
import { results } from "./results.ts";
import type { FootballState } from "./state.ts";
import { strengthsOf } from "./strengths.ts";
import { clockView, incidentViews, ladder, scoreView } from "./views.ts";

const NONE: InputEffect = { withdraw: "none", until: "self" };
const ALL_UNTIL_FEED: InputEffect = { withdraw: "all", until: "feed" };
const ALL_AT_ONCE: InputEffect = { withdraw: "all", until: "self" };

/**
 * MAT-1. A goal, a dismissal, a penalty and a VAR review stop betting until the feed says it may go on. A kick of the
 * shoot-out, a correction and a cancellation move prices at once under a new version: bets in their window are refused.
 */
function effect(_state: FootballState, input: Input): InputEffect {
	if (input.kind === "correction" || input.kind === "cancellation") return ALL_AT_ONCE;
	if (input.kind !== "incident") return NONE;
	switch (input.incident) {
		case "goal":
		case "red_card":
		case "penalty_awarded":
		case "var_review":
			return ALL_UNTIL_FEED;
		case "shootout_kick":
			return ALL_AT_ONCE;
		default:
			return NONE;
	}
}

export const football: SportModule<FootballState, GoalStrengths> = {
	sport: "football",
	modelVersion: "football-goals-2",
	params: strengthsOf,
	initial: initialState,
	reduce,
	effect,
	inPlay: (state) => isInPlay(state.phase),
	ended: (state) => state.phase === "ended" || state.phase === "abandoned",
	book,
	results,
	clockView,
	scoreView,
	incidents: incidentViews,
	headlineMarketId: "1x2",
	ladder,
};
