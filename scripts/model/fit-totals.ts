/**
 * What makes the totals read from 1X2 prices sum up to the goals scored: growth by margin, and a factor for each competition.
 *
 * A competition's factor is shrunk towards 1 as its matches and the spread of all of them warrant (empirical Bayes: effects e
 * with sampling variances v and a variance τ² of their own, by moments, become e·τ²/(τ² + v)).
 */
import type { GoalParameters } from "../../shared/pricing/football/goal-parameters.ts";
import type { Match } from "./matches.ts";
import { referenceRates } from "./reference.ts";

/** ρ at which 1X2 prices are read for their total, and so that of usual matches once totals are right. */
export const TOTAL_RHO = -0.08;

export type FittedTotals = { readonly value: GoalParameters["total"]; readonly growthError: number };

type Read = { readonly league: string; readonly total: number; readonly margin: number; readonly goals: number };

function readOf(match: Match): Read | null {
	const rates = referenceRates(match);
	if (rates === null) return null;
	const margin = Math.max(0, match.oddsMilli.reduce((sum, price) => sum + 1_000 / price, 0) - 1);
	return { league: match.league, total: rates.home + rates.away, margin, goals: match.score.home + match.score.away };
}

const sumOf = (reads: readonly Read[], of: (read: Read) => number): number =>
	reads.reduce((sum, read) => sum + of(read), 0);

export function fitTotals(matches: readonly Match[]): FittedTotals {
	const reads = matches.flatMap((match) => readOf(match) ?? []);
	const read = sumOf(reads, ({ total }) => total);
	const goals = sumOf(reads, (each) => each.goals);
	const margin = sumOf(reads, (each) => each.total * each.margin) / read;
	const growth = Math.log(goals / read) / margin;
	return {
		value: { mean: goals / reads.length, rho: TOTAL_RHO, growth, competitions: competitionsOf(reads, growth) },
		growthError: 1 / Math.sqrt(goals) / margin,
	};
}

function competitionsOf(reads: readonly Read[], growth: number): Readonly<Record<string, number>> {
	const leagues = [...new Set(reads.map(({ league }) => league))].sort();
	const effects = leagues.map((league) => {
		const own = reads.filter((read) => read.league === league);
		const goals = sumOf(own, (each) => each.goals);
		const expected = sumOf(own, ({ total, margin }) => total * Math.exp(growth * margin));
		return { league, effect: Math.log(goals / expected), variance: 1 / goals };
	});
	if (effects.length < 2) return {};
	const mean = effects.reduce((sum, { effect }) => sum + effect, 0) / effects.length;
	const spread = effects.reduce((sum, { effect }) => sum + (effect - mean) ** 2, 0) / (effects.length - 1);
	const noise = effects.reduce((sum, { variance }) => sum + variance, 0) / effects.length;
	const own = Math.max(0, spread - noise);
	return Object.fromEntries(
		effects.map(({ league, effect, variance }) => [league, Math.exp((effect * own) / (own + variance))]),
	);
}
