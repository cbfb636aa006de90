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

/** The segments of a match, one after the other. */
type Segment = "first" | "second" | "extraFirst" | "extraSecond";
const ORDER: readonly Segment[] = ["first", "second", "extraFirst", "extraSecond"];
const START_SEC: Readonly<Record<Segment, number>> = {
	first: 0,
	second: HALF_SEC,
	extraFirst: 2 * HALF_SEC,
	extraSecond: 2 * HALF_SEC + EXTRA_HALF_SEC,
};

/** The segment that runs or is next to run, null when all is over; and whether it runs. */
type Now = { readonly segment: Segment | null; readonly isRunning: boolean };
const NOW: Readonly<Record<GoalFacts["phase"], Now>> = {
	scheduled: { segment: "first", isRunning: false },
	first_half: { segment: "first", isRunning: true },
	half_time: { segment: "second", isRunning: false },
	second_half: { segment: "second", isRunning: true },
	extra_break: { segment: "extraFirst", isRunning: false },
	extra_first: { segment: "extraFirst", isRunning: true },
	extra_half_time: { segment: "extraSecond", isRunning: false },
	extra_second: { segment: "extraSecond", isRunning: true },
	over: { segment: null, isRunning: false },
};

function timingOf(segment: Segment, { first, second }: GoalParameters): HalfTiming {
	switch (segment) {
		case "first":
			return first;
		case "second":
			return second;
		case "extraFirst":
			return EXTRA_FIRST;
		case "extraSecond":
			return EXTRA_SECOND;
	}
}

/** What a segment holds from a moment of the clock on, as a share of regular time's goals. */
function shareFrom(segment: Segment, clockSec: number, addedMin: number | null, parameters: GoalParameters): number {
	const lengthSec = segment === "first" || segment === "second" ? HALF_SEC : EXTRA_HALF_SEC;
	return shareToCome(timingOf(segment, parameters), lengthSec, clockSec - START_SEC[segment], addedMin);
}

/** What a segment still holds; `now` is where the match stands. */
function shareOf(
	segment: Segment,
	{ segment: next, isRunning }: Now,
	facts: GoalFacts,
	parameters: GoalParameters,
): number {
	if (next === null || ORDER.indexOf(segment) < ORDER.indexOf(next)) return 0;
	return segment === next && isRunning
		? shareFrom(segment, facts.elapsedSec, facts.addedMin, parameters)
		: shareFrom(segment, START_SEC[segment], null, parameters);
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

/**
 * Dixon and Coles' correction at the strengths of the whole match. Its dependence is the match's own at the start and the same
 * in all matches at the end, where the score says what the prices could not.
 */
function tiltOf(params: GoalStrengths, shareToCome: number, parameters: GoalParameters): GoalOutlook["tilt"] {
	const own = params.rho ?? parameters.rho;
	return dixonColesTilt(params, own * shareToCome + parameters.rhoLate * (1 - shareToCome));
}

/**
 * The rest of the match. `params` are the goals each side is expected to score in regular time with its stoppage, eleven
 * against eleven, before the tilt. Never fails: facts that cannot be are priced as the nearest ones that can.
 */
export function outlookOf(params: Rates, facts: GoalFacts, parameters: GoalParameters = GOAL_PARAMETERS): GoalOutlook {
	const now = NOW[facts.phase];
	const first = shareOf("first", now, facts, parameters);
	const second = shareOf("second", now, facts, parameters);
	const shareToCome = Math.min(1, first + second);
	const pace = paceOf(params, facts, shareToCome, parameters);
	return {
		segments: {
			first: scaled(pace, first),
			second: scaled(pace, second),
			extraFirst: scaled(pace, shareOf("extraFirst", now, facts, parameters)),
			extraSecond: scaled(pace, shareOf("extraSecond", now, facts, parameters)),
		},
		tilt: tiltOf(params, shareToCome, parameters),
		shareWithin: shareWithinOf(now, facts, parameters),
	};
}

const scaled = (pace: Rates, share: number): Rates =>
	share === 0 ? NONE : { home: pace.home * share, away: pace.away * share };

/** The share of what the segment brings from here on, or from its beginning, that comes within so many seconds. */
function shareWithinOf(
	{ segment, isRunning }: Now,
	facts: GoalFacts,
	parameters: GoalParameters,
): GoalOutlook["shareWithin"] {
	if (segment === null) return () => 0;
	const { addedMin } = facts;
	const added = isRunning ? addedMin : null;
	const startSec = isRunning ? facts.elapsedSec : START_SEC[segment];
	const toCome = shareFrom(segment, startSec, added, parameters);
	return (seconds) => 1 - shareFrom(segment, startSec + Math.max(0, seconds), added, parameters) / toCome;
}
