/** Football, as the match object knows it. */
import type { FixtureInput, IncidentInput, Input } from "../../shared/feeds/canonical.ts";
import type { InputEffect, SportModule } from "../sport.ts";
import { book } from "./book.ts";
import { calibrate, isDetermining, namedStrengths, strengthsFrom } from "./calibrate.ts";
import { isOffPitch, redsOf } from "./dismissals.ts";
import { formatOf } from "./format.ts";
import { isSpokenOfAhead, isToldAgain } from "./incidents.ts";
import { unprovenGoals, wholeScore } from "./inference.ts";
import type { GoalStrengths } from "./outlook.ts";
import { isInPlay } from "./phases.ts";
import { adopt, goesBack, initialState, reduce, restates, stand } from "./reduce.ts";
import { refixture } from "./refixture.ts";
import { results } from "./results.ts";
import type { FootballState } from "./state.ts";
import { type Strengths, strengthsOf } from "./strengths.ts";
import { FOOTBALL_FAMILIES } from "./table.ts";
import { clockView, finalScores, incidentViews, scoreView } from "./views.ts";

const NONE: InputEffect = { withdraw: "none", until: "self" };
const ALL_UNTIL_FEED: InputEffect = { withdraw: "all", until: "feed" };
const ALL_AT_ONCE: InputEffect = { withdraw: "all", until: "self" };

/** Whether a side is fewer, or no longer fewer, or the score another after it. */
function movesPlay(state: FootballState, input: Input): boolean {
	const reduced = reduce(state, input, state.clock.atMs);
	if (!reduced.ok) return false;
	return [redsOf, wholeScore].some((countOf) => {
		const [before, after] = [countOf(state), countOf(reduced.state)];
		return before.home !== after.home || before.away !== after.away;
	});
}

function paramsOf(fixture: FixtureInput): Strengths {
	const reading = formatOf(fixture);
	return reading.ok ? strengthsOf(fixture) : reading;
}

/**
 * MAT-1. A goal, a dismissal, a penalty and a VAR review stop betting until the feed says it may go on. A kick of the
 * shoot-out, a correction and a cancellation move prices at once under a new version: bets in their window are refused. A card
 * to somebody who is not on the pitch moves nothing, unless a later substitution or line-up says that he is.
 */
function effect(state: FootballState, input: Input): InputEffect {
	switch (input.kind) {
		case "correction":
		case "cancellation":
			return ALL_AT_ONCE;
		case "state":
			// What was concluded from a phase stated by mistake, or from a score that was not, is withdrawn with it.
			if (goesBack(state, input.phase) || restates(state, input)) return ALL_AT_ONCE;
			return input.lineups !== undefined && movesPlay(state, input) ? ALL_AT_ONCE : NONE;
		case "incident":
			return incidentEffect(state, input);
		default:
			return NONE;
	}
}

function incidentEffect(state: FootballState, input: IncidentInput): InputEffect {
	if (isToldAgain(state, input)) return NONE;
	if (isSpokenOfAhead(state, input)) return ALL_AT_ONCE;
	switch (input.incident) {
		case "goal":
		case "penalty_awarded":
		case "var_review":
			return ALL_UNTIL_FEED;
		case "shootout_kick":
			return ALL_AT_ONCE;
		default:
			// A card to somebody off the pitch moves nothing; told again in other words it may give a side its player back.
			if (!movesPlay(state, input)) return NONE;
			return input.incident === "red_card" && !isOffPitch(input) ? ALL_UNTIL_FEED : ALL_AT_ONCE;
	}
}

const GROUPS: ReadonlySet<string> = new Set(FOOTBALL_FAMILIES.map(({ group }) => group));

/** Two halves of 45 minutes, their break and stoppage take some two hours, extra time and kicks one more. */
const LONGEST_MS = 2.5 * 3_600_000;
const LONGEST_WITH_EXTRA_MS = 3.5 * 3_600_000;

export const football: SportModule<FootballState, GoalStrengths> = {
	sport: "football",
	modelVersion: "football-goals-3",
	params: paramsOf,
	initial: initialState,
	refixture,
	isDetermining,
	calibrate,
	strengthsFrom,
	namedStrengths,
	withStrengths: (state) => state,
	reduce,
	effect,
	inPlay: (state) => isInPlay(state.phase),
	ended: (state) => state.phase === "ended" || state.phase === "abandoned",
	book,
	results,
	adopt,
	unproven: { holds: true, of: unprovenGoals },
	stand,
	repricedAtMs: (state, incidentId) =>
		state.incidents.find((incident) => incident.incidentId === incidentId && !incident.cancelled)?.repricedAtMs ?? null,
	isFullStatement: ({ score }) => score !== undefined,
	groups: GROUPS,
	longestMs: ({ format }) => (format.extraTime === true ? LONGEST_WITH_EXTRA_MS : LONGEST_MS),
	clockView,
	scoreView,
	incidents: incidentViews,
	headlineMarketId: "1x2",
	finalScores,
};
