/**
 * The goal model: what the rest of a match is expected to bring, from its strengths and from where it stands. See
 * `outlook.ts` for the law that the numbers are the parameters of, and docs/pricing/football-model.md for how well it does.
 */
import { dixonColesTilt } from "../goals/score-grid.ts";
import { GOAL_PARAMETERS } from "./fitted-parameters.ts";
import type { GoalParameters } from "./goal-parameters.ts";
import { type HalfTiming, shareToCome } from "./goal-timing.ts";
import type { GoalFacts, GoalOutlook, GoalStrengths, Rates } from "./outlook.ts";

const HALF_SEC = 2_700;
const EXTRA_HALF_SEC = 900;
/** The third dismissal of a side changes nothing that was ever measured. */
const MAX_REDS = 2;

/**
 * Extra time scores at the pace of the match before it: 32.6 of 95 minutes, with 66 s and 90 s of stoppage (extra halves
 * last 16.1 and 16.5 minutes on average).
 */
const EXTRA_FIRST: HalfTiming = { share: 0.158, slope: 0, bend: 0, twist: 0, stoppageShare: 0.012, stoppageSec: 66 };
const EXTRA_SECOND: HalfTiming = { share: 0.158, slope: 0, bend: 0, twist: 0, stoppageShare: 0.016, stoppageSec: 90 };

const NONE: Rates = { home: 0, away: 0 };

/** What each segment still holds, as a share of regular time's goals, and the one that runs (or is next to run). */
type Shares = {
	readonly first: number;
	readonly second: number;
	readonly extraFirst: number;
	readonly extraSecond: number;
	readonly running: ((clockSec: number) => number) | null;
};

function sharesOf(facts: GoalFacts, parameters: GoalParameters): Shares {
	const { first, second } = parameters;
	const { addedMin } = facts;
	const at =
		(timing: HalfTiming, startSec: number, lengthSec: number, added: number | null) =>
		(clockSec: number): number =>
			shareToCome(timing, lengthSec, clockSec - startSec, added);
	const firstFrom = at(first, 0, HALF_SEC, facts.phase === "first_half" ? addedMin : null);
	const secondFrom = at(second, HALF_SEC, HALF_SEC, facts.phase === "second_half" ? addedMin : null);
	const extraFirstFrom = at(EXTRA_FIRST, 2 * HALF_SEC, EXTRA_HALF_SEC, facts.phase === "extra_first" ? addedMin : null);
	const extraSecondFrom = at(
		EXTRA_SECOND,
		2 * HALF_SEC + EXTRA_HALF_SEC,
		EXTRA_HALF_SEC,
		facts.phase === "extra_second" ? addedMin : null,
	);
	const full = {
		first: firstFrom(0),
		second: secondFrom(HALF_SEC),
		extraFirst: extraFirstFrom(2 * HALF_SEC),
		extraSecond: extraSecondFrom(2 * HALF_SEC + EXTRA_HALF_SEC),
	};
	const sec = facts.elapsedSec;
	switch (facts.phase) {
		case "scheduled":
			return { ...full, running: firstFrom };
		case "first_half":
			return { ...full, first: firstFrom(sec), running: firstFrom };
		case "half_time":
			return { ...full, first: 0, running: secondFrom };
		case "second_half":
			return { ...full, first: 0, second: secondFrom(sec), running: secondFrom };
		case "extra_break":
			return { ...full, first: 0, second: 0, running: extraFirstFrom };
		case "extra_first":
			return { ...full, first: 0, second: 0, extraFirst: extraFirstFrom(sec), running: extraFirstFrom };
		case "extra_half_time":
			return { ...full, first: 0, second: 0, extraFirst: 0, running: extraSecondFrom };
		case "extra_second":
			return {
				first: 0,
				second: 0,
				extraFirst: 0,
				extraSecond: extraSecondFrom(sec),
				running: extraSecondFrom,
			};
		case "over":
			return { first: 0, second: 0, extraFirst: 0, extraSecond: 0, running: null };
	}
}

/** `played` is the share of regular time's goals whose time is past, 0 to 1. */
function scoreEffect(lead: number, isGoalless: boolean, played: number, { score }: GoalParameters): number {
	if (lead === 0) return (1 + (score.level - 1) * played) * (isGoalless ? 1 + (score.goalless - 1) * played ** 2 : 1);
	if (lead > 0) return lead === 1 ? score.leadsByOne : score.leadsByMore;
	return lead === -1 ? score.trailsByOne : score.trailsByMore;
}

/**
 * Goals a side would score over a whole match that went on as it stands. Goals seen against goals expected so far tell of the
 * match's pace: the posterior mean of a gamma-distributed pace under Poisson goals.
 */
function paceOf(params: Rates, facts: GoalFacts, shareToCome: number, parameters: GoalParameters): Rates {
	const home = Math.min(facts.reds.home, MAX_REDS);
	const away = Math.min(facts.reds.away, MAX_REDS);
	const lead = facts.regular.home + facts.extra.home - facts.regular.away - facts.extra.away;
	const isGoalless = facts.regular.home + facts.regular.away + facts.extra.home + facts.extra.away === 0;
	const { red, paceWeight } = parameters;
	const played = Math.max(0, 1 - shareToCome);
	const seen = facts.regular.home + facts.regular.away;
	const pace = (1 + paceWeight * seen) / (1 + paceWeight * (params.home + params.away) * played);
	return {
		home: params.home * pace * red.own ** home * red.other ** away * scoreEffect(lead, isGoalless, played, parameters),
		away: params.away * pace * red.own ** away * red.other ** home * scoreEffect(-lead, isGoalless, played, parameters),
	};
}

/** Dixon and Coles' correction at the strengths of the whole match; late in a match its dependence is weaker. */
function tiltOf(params: GoalStrengths, shareToCome: number, parameters: GoalParameters): GoalOutlook["tilt"] {
	return dixonColesTilt(params, (params.rho ?? parameters.rho) * shareToCome ** parameters.rhoFade);
}

/**
 * The rest of the match. `params` are the goals each side is expected to score in regular time with its stoppage, eleven
 * against eleven, before the tilt. Never fails: facts that cannot be are priced as the nearest ones that can.
 */
export function outlookOf(params: Rates, facts: GoalFacts, parameters: GoalParameters = GOAL_PARAMETERS): GoalOutlook {
	const shares = sharesOf(facts, parameters);
	const shareToCome = Math.min(1, shares.first + shares.second);
	const pace = paceOf(params, facts, shareToCome, parameters);
	const scaled = (share: number): Rates => (share === 0 ? NONE : { home: pace.home * share, away: pace.away * share });
	const { running } = shares;
	const startSec = startOfRunning(facts);
	const toCome = running === null ? 0 : running(startSec);
	return {
		segments: {
			first: scaled(shares.first),
			second: scaled(shares.second),
			extraFirst: scaled(shares.extraFirst),
			extraSecond: scaled(shares.extraSecond),
		},
		tilt: tiltOf(params, shareToCome, parameters),
		shareWithin: (seconds) => (running === null ? 0 : 1 - running(startSec + Math.max(0, seconds)) / toCome),
	};
}

/** The clock at which the running segment stands, or the next one will begin. */
function startOfRunning(facts: GoalFacts): number {
	switch (facts.phase) {
		case "scheduled":
			return 0;
		case "half_time":
			return HALF_SEC;
		case "extra_break":
			return 2 * HALF_SEC;
		case "extra_half_time":
			return 2 * HALF_SEC + EXTRA_HALF_SEC;
		case "first_half":
		case "second_half":
		case "extra_first":
		case "extra_second":
		case "over":
			return facts.elapsedSec;
	}
}
