/** Basketball, as the match object knows it. */
import type { IncidentInput, Input } from "../../shared/feeds/canonical.ts";
import type { InputEffect, SportModule, StateInput } from "../sport.ts";
import { ballOf } from "./ball.ts";
import { book } from "./book.ts";
import { calibrate, isDetermining, namedStrengths, strengthsFrom, withStrengths } from "./calibrate.ts";
import { unprovenPoints } from "./inference.ts";
import { GROUPS, WINNER } from "./markets.ts";
import { boundsOf, goesBack, isFinal, isInPlay, periodOf, QUARTERS } from "./phases.ts";
import { adopt, initialState, isToldAgain, newestWordMs, reduce, stand } from "./reduce.ts";
import { refixture } from "./refixture.ts";
import { results } from "./results.ts";
import { type BasketballState, type Strengths, scoreOf } from "./state.ts";
import { strengthsOf } from "./strengths.ts";
import { clockView, finalScores, incidentViews, scoreView } from "./views.ts";

const NONE: InputEffect = { withdraw: "none", until: "self" };
const ALL_UNTIL_FEED: InputEffect = { withdraw: "all", until: "feed" };
const ALL_AT_ONCE: InputEffect = { withdraw: "all", until: "self" };

/** From here on a single basket is worth as much as a goal. */
const CLUTCH_SEC = 120;
/** Points of a statement that nobody told, above which prices have moved too far for bets in their window. */
const MANY_POINTS = 3;

/**
 * MAT-1. Points come about every thirty seconds, and a basket moves a price by a few hundredths: it withdraws nothing, since the
 * price of a bet is anyway the one that the confirmation finds, under the player's own price policy (BET-4). In the last two
 * minutes and in overtime a basket, a foul or a ball that changes hands moves prices as a goal does: all markets come back
 * under new versions, so bets in their window are refused. A time-out stops the clock, nothing can be scored in it, and
 * betting goes on. A replay review stops betting until the feed lets it go on.
 */
function effect(state: BasketballState, input: Input): InputEffect {
	switch (input.kind) {
		case "correction":
		case "cancellation":
			return ALL_AT_ONCE;
		case "state":
			return restates(state, input) ? ALL_AT_ONCE : NONE;
		case "incident":
			return isToldAgain(state, input) ? NONE : incidentEffect(state, input);
		default:
			return NONE;
	}
}

/**
 * What a phase stated by mistake led to is withdrawn with it. A score that tells of more than a basket or two, or of any in the
 * last minutes, moves prices as a goal does.
 */
function restates(state: BasketballState, input: StateInput): boolean {
	if (goesBack(state.phase, input.phase)) return true;
	const score = input.sentAtMs < newestWordMs(state) ? undefined : input.score;
	const own = scoreOf(state);
	const points = score === undefined ? 0 : Math.abs(score.home - own.home) + Math.abs(score.away - own.away);
	if (isClutch(state, input.clock?.elapsedSec)) return points > 0 || movesBall(state, input);
	return points > MANY_POINTS || (score !== undefined && (score.home < own.home || score.away < own.away));
}

function incidentEffect(state: BasketballState, { incident, clockSec }: IncidentInput): InputEffect {
	switch (incident) {
		case "var_review":
			return ALL_UNTIL_FEED;
		case "basket":
		case "foul":
			return isClutch(state, clockSec) ? ALL_AT_ONCE : NONE;
		default:
			return NONE;
	}
}

/** By the clock that the input names, or the one before it names, so that it follows from the inputs alone. */
function isClutch(state: BasketballState, elapsedSec = state.clock.elapsedSec): boolean {
	const [, endSec] = boundsOf(QUARTERS, state.format);
	return periodOf(state.phase) >= QUARTERS && elapsedSec >= endSec - CLUTCH_SEC;
}

function movesBall(state: BasketballState, { phase, facts }: Extract<Input, { kind: "state" }>): boolean {
	const after = ballOf(state, phase, facts);
	return after !== null && JSON.stringify(after) !== JSON.stringify(state.ball);
}

/** A match of four quarters takes some two and a quarter hours, each overtime twenty minutes more. */
const LONGEST_MS = 3.5 * 3_600_000;

export const basketball: SportModule<BasketballState, Strengths> = {
	sport: "basketball",
	modelVersion: "basketball-slots-1",
	params: strengthsOf,
	initial: initialState,
	refixture,
	isDetermining,
	calibrate,
	strengthsFrom,
	namedStrengths,
	withStrengths,
	reduce,
	effect,
	inPlay: (state) => isInPlay(state.phase),
	ended: (state) => isFinal(state.phase),
	book,
	results,
	adopt,
	unproven: { holds: false, of: unprovenPoints },
	stand,
	repricedAtMs: (state, incidentId) =>
		state.incidents.find((incident) => incident.incidentId === incidentId && !incident.cancelled)?.repricedAtMs ?? null,
	isFullStatement: ({ score }) => score !== undefined,
	groups: GROUPS,
	longestMs: () => LONGEST_MS,
	clockView,
	scoreView,
	incidents: incidentViews,
	headlineMarketId: WINNER.marketId,
	finalScores,
};
