/**
 * What makes the totals read from 1X2 prices sum up to the goals scored: growth by margin, and a factor for each competition.
 *
 * A competition's factor departs from 1 by as much as such departures repeat from season to season, all competitions judged
 * together.
 */
import type { GoalParameters } from "../../pricing/football/goal-parameters.ts";
import type { Match } from "./matches.ts";
import { referenceRates } from "./reference.ts";
import { type Repeatability, repeatabilityOf, type SeasonEstimate } from "./repeatability.ts";
import { seasonsOf } from "./seasons.ts";

/** ρ at which 1X2 prices are read for their total, and so that of usual matches once totals are right. */
export const TOTAL_RHO = -0.08;

export type FittedCompetition = {
	readonly name: string;
	readonly bySeason: readonly SeasonEstimate[];
	readonly repeats: Repeatability;
	readonly pooled: SeasonEstimate;
	readonly value: number;
};

export type FittedTotals = {
	readonly value: GoalParameters["total"];
	readonly growthError: number;
	readonly competitions: readonly FittedCompetition[];
};

type Read = {
	readonly league: string;
	readonly season: string;
	readonly total: number;
	readonly margin: number;
	readonly goals: number;
};

function readOf(match: Match): Read | null {
	const rates = referenceRates(match);
	if (rates === null) return null;
	const margin = Math.max(0, match.oddsMilli.reduce((sum, price) => sum + 1_000 / price, 0) - 1);
	const { league, season, score } = match;
	return { league, season, total: rates.home + rates.away, margin, goals: score.home + score.away };
}

const sumOf = (reads: readonly Read[], of: (read: Read) => number): number =>
	reads.reduce((sum, read) => sum + of(read), 0);

export function fitTotals(matches: readonly Match[]): FittedTotals {
	const reads = matches.flatMap((match) => readOf(match) ?? []);
	const read = sumOf(reads, ({ total }) => total);
	const goals = sumOf(reads, (each) => each.goals);
	const margin = sumOf(reads, (each) => each.total * each.margin) / read;
	const growth = Math.log(goals / read) / margin;
	const competitions = competitionsOf(reads, growth);
	const factors = competitions.filter(({ value }) => value !== 0).map(({ name, value }) => [name, Math.exp(value)]);
	return {
		value: { mean: goals / reads.length, rho: TOTAL_RHO, growth, competitions: Object.fromEntries(factors) },
		competitions,
		growthError: 1 / Math.sqrt(goals) / margin,
	};
}

/** Each competition's logarithm of goals scored on goals expected, less the mean of all of them. */
function departuresOf(reads: readonly Read[], growth: number, leagues: readonly string[]): readonly SeasonEstimate[] {
	const own = leagues.map((league) => {
		const of = reads.filter((read) => read.league === league);
		const goals = sumOf(of, (each) => each.goals);
		const expected = sumOf(of, ({ total, margin }) => total * Math.exp(growth * margin));
		return goals > 0 ? { value: Math.log(goals / expected), variance: 1 / goals } : null;
	});
	const known = own.filter((each) => each !== null);
	const mean = known.reduce((sum, { value }) => sum + value, 0) / known.length;
	return own.map((each) =>
		each === null || known.length < 2
			? { value: 0, variance: Number.POSITIVE_INFINITY }
			: { value: each.value - mean, variance: each.variance },
	);
}

function competitionsOf(reads: readonly Read[], growth: number): readonly FittedCompetition[] {
	const leagues = [...new Set(reads.map(({ league }) => league))].sort();
	const seasons = seasonsOf(reads, ({ season }) => season).map((own) => departuresOf(own, growth, leagues));
	const bySeason = leagues.map((_, k) => seasons.map((departures) => departures[k] as SeasonEstimate));
	const repeats = repeatabilityOf(bySeason);
	return departuresOf(reads, growth, leagues).map((pooled, k) => ({
		name: leagues[k] as string,
		bySeason: bySeason[k] as readonly SeasonEstimate[],
		repeats,
		pooled,
		value: pooled.value * repeats.shrinkage,
	}));
}
