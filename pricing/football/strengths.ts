/**
 * Strengths from prices: the goals of each side, and the dependence of low scores, whose model gives back the fair
 * probabilities of the pre-match book. The model inverted is the very one that prices (`goal-model.ts`).
 *
 * Every price is a residual, the model's probability less the fair one. What prices leave open is filled from what is known
 * of football, weakly enough never to outweigh a price: the dependence ρ lies near its usual value, and where there is no
 * total to read, the total comes from the 1X2 prices (see `totalFromResult`). Three prices of two kinds (1X2 and a total) are
 * met exactly, more by least squares.
 */

import type { MarginMethod } from "../../shared/catalogue/margin-methods.ts";
import type { FixtureInput, PrematchPrices } from "../../shared/feeds/canonical.ts";
import { dixonColesLaws, type ScoreLaws } from "../goals/dixon-coles-laws.ts";
import { meansFromResult } from "../goals/inverse.ts";
import { aroundLine, type Triple } from "../goals/score-grid.ts";
import { leastSquares } from "../least-squares.ts";
import { quotedFair } from "../margin.ts";
import type { SportRefusal } from "../sport.ts";
import { competitionCode } from "./competitions.ts";
import { GOAL_PARAMETERS } from "./fitted-parameters.ts";
import type { GoalParameters } from "./goal-parameters.ts";
import type { GoalStrengths, Rates } from "./outlook.ts";

export type Strengths = { readonly ok: true; readonly params: GoalStrengths } | SportRefusal;
const refuse = (message: string): SportRefusal => ({ ok: false, code: "no_prices", message });

/** Totals met in football; a book outside says something else than goals. */
export const MIN_TOTAL = 0.3;
export const MAX_TOTAL = 9;
/** A side's least and most expected goals. */
export const MIN_RATE = 0.02;
export const MAX_RATE = 9;
const MAX_TOTAL_LINE = 12;
const MAX_HANDICAP_LINE = 8;
/** Prices further apart than this are not one match's. */
const MAX_MISFIT = 0.04;
/** Range of ρ in which every weight of the tilt stays positive at usual strengths. */
const RHO_RANGE = [-0.4, 0.2] as const;

/** Weights: a price counts as known to 1e-4, ρ and the logarithm of the total as this far from what is usual. */
const PRICE_SPREAD = 1e-4;
export const RHO_SPREAD = 0.05;
const TOTAL_SPREAD = 0.003;
const UNKNOWN_TOTAL_SPREAD = 0.12;

/** A handicap and a total alone do not say whose side is the better one: from the wrong side the search may lose its way. */
const FAR_EDGES = [-0.6, 0.6] as const;

/** A fair probability, what the model says of it, and how to name it in a refusal. */
type Quote = { readonly name: string; readonly fair: number; readonly modelled: (laws: ScoreLaws) => number };

/** The probability-equivalent of a two-way bet whose stake may come back: 1 / fair odds. */
const decided = ([win, , lose]: Triple): number => win / (win + lose);

type Reading<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly message: string };

/** Fair probabilities of a market with a margin, or what is wrong with its prices. */
function fairOf(method: MarginMethod, name: string, oddsMilli: readonly number[]): Reading<readonly number[]> {
	const odds = oddsMilli.map((price) => price / 1_000);
	const book = odds.reduce((sum, price) => sum + 1 / price, 0);
	// Without a margin there is nothing to take away but the rounding; Shin's own form has no answer there.
	const fair = quotedFair(method === "shin" && book <= 1 ? "multiplicative" : method, odds);
	return fair.ok ? { ok: true, value: fair.values } : { ok: false, message: `${name}: ${fair.message}` };
}

/** All quotes of a book, in a fixed order. */
function quotesOf(prices: PrematchPrices): Reading<readonly Quote[]> {
	const quotes: Quote[] = [];
	if (prices.oneXTwo !== undefined) {
		const fair = fairOf("power", "1X2", prices.oneXTwo);
		if (!fair.ok) return fair;
		const names = ["home", "draw", "away"];
		fair.value.forEach((p, index) => {
			quotes.push({
				name: `1X2 ${names[index]}`,
				fair: p,
				modelled: ({ difference }) => aroundLine(difference, 0)[index] as number,
			});
		});
	}
	if (prices.moneyline !== undefined) {
		const fair = fairOf("power", "moneyline", prices.moneyline);
		if (!fair.ok) return fair;
		quotes.push({
			name: "moneyline",
			fair: fair.value[0] as number,
			modelled: ({ difference }) => decided(aroundLine(difference, 0)),
		});
	}
	for (const { line, odds } of prices.totals ?? []) {
		if (!(line >= 0.5 && line <= MAX_TOTAL_LINE && Number.isInteger(line * 4)))
			return { ok: false, message: `a total has no line ${line}` };
		const fair = fairOf("power", `total ${line}`, odds);
		if (!fair.ok) return fair;
		const over = fair.value[0] as number;
		quotes.push({ name: `total ${line}`, fair: over, modelled: (laws) => decided(aroundLine(laws.total, line)) });
	}
	for (const { line, odds } of prices.handicaps ?? []) {
		if (!(Math.abs(line) <= MAX_HANDICAP_LINE && Number.isInteger(line * 4)))
			return { ok: false, message: `a handicap has no line ${line}` };
		const fair = fairOf("power", `handicap ${line}`, odds);
		if (!fair.ok) return fair;
		const home = fair.value[0] as number;
		quotes.push({
			name: `handicap ${line}`,
			fair: home,
			modelled: (laws) => decided(aroundLine(laws.difference, -line)),
		});
	}
	return { ok: true, value: quotes };
}

/** Of the logarithms of both rates, and of ρ. */
export const BOUNDS = [
	[Math.log(MIN_RATE), Math.log(MAX_RATE)],
	[Math.log(MIN_RATE), Math.log(MAX_RATE)],
	RHO_RANGE,
] as const;

const ratesFrom = (x: readonly number[]): Rates => ({ home: Math.exp(x[0] as number), away: Math.exp(x[1] as number) });

/** Strengths that lie near enough: the total as far as known, split by the edge of the home side. */
function startOf(total: number, edge: number): readonly [number, number] {
	const supremacy = Math.max(-0.8, Math.min(0.8, edge)) * total * 0.75;
	return [Math.log((total + supremacy) / 2), Math.log((total - supremacy) / 2)];
}

/**
 * The total that 1X2 prices tell: of the model at ρ = `parameters.total.rho` with the fair probabilities of Shin's method,
 * times e^(growth · margin) and the factor of the competition. Shin's draws tell totals better than the power method's, whose winners are better (see
 * docs/pricing/football-model.md); with the margin the mistake of any method goes to nothing, and so does the correction.
 */
function totalFromResult(oneXTwo: readonly number[], competition: string, parameters: GoalParameters): Reading<Prior> {
	const fair = fairOf("shin", "1X2", oneXTwo);
	if (!fair.ok) return fair;
	const { rho, growth, competitions } = parameters.total;
	const rates = meansFromResult(fair.value, rho);
	if (rates === null) return { ok: false, message: "1X2: no total of goals gives these prices" };
	const margin = oneXTwo.reduce((sum, price) => sum + 1_000 / price, 0) - 1;
	const code = competitionCode(competition);
	const own = Object.hasOwn(competitions, code) ? (competitions[code] ?? 1) : 1;
	const total = (rates.home + rates.away) * Math.exp(growth * Math.max(0, margin)) * own;
	const bounded = Math.min(MAX_TOTAL, Math.max(MIN_TOTAL, total));
	return {
		ok: true,
		value: { total: bounded, spread: TOTAL_SPREAD, start: [Math.log(rates.home), Math.log(rates.away)] },
	};
}

/** Strengths of a fixture, in goals of regular time eleven against eleven; a refusal names the price that is the trouble. */
export function strengthsOf(fixture: FixtureInput, parameters: GoalParameters = GOAL_PARAMETERS): Strengths {
	const { prices } = fixture;
	if (prices.expected !== undefined) return fromExpected(prices.expected);
	const quotes = quotesOf(prices);
	if (!quotes.ok) return refuse(quotes.message);
	if (prices.oneXTwo === undefined && prices.moneyline === undefined && (prices.handicaps ?? []).length === 0) {
		return refuse("1X2, moneyline or handicap prices are needed (or the provider's expected total and supremacy)");
	}
	const hasTotals = (prices.totals ?? []).length > 0;
	if (hasTotals || prices.oneXTwo === undefined) {
		const spread = hasTotals ? Number.POSITIVE_INFINITY : UNKNOWN_TOTAL_SPREAD;
		const { mean } = parameters.total;
		const from = (edge: number): Strengths =>
			solve(quotes.value, { total: mean, spread, start: startOf(mean, edge) }, parameters);
		return FAR_EDGES.reduce((found, edge) => (found.ok ? found : from(edge)), from(edgeOf(quotes.value)));
	}
	const prior = totalFromResult(prices.oneXTwo, fixture.competition, parameters);
	return prior.ok ? solve(quotes.value, prior.value, parameters) : refuse(prior.message);
}

/** What is known of the total beside the quotes (nothing at an infinite spread), and logarithms of rates to start from. */
type Prior = { readonly total: number; readonly spread: number; readonly start: readonly [number, number] };

function solve(quotes: readonly Quote[], prior: Prior, parameters: GoalParameters): Strengths {
	const at = (x: readonly number[]): ScoreLaws => dixonColesLaws(ratesFrom(x), x[2] as number);
	const found = leastSquares(
		(x) => {
			const laws = at(x);
			const residuals = quotes.map(({ fair, modelled }) => (modelled(laws) - fair) / PRICE_SPREAD);
			residuals.push(((x[2] as number) - parameters.rho) / RHO_SPREAD);
			const { home, away } = ratesFrom(x);
			residuals.push(Math.log((home + away) / prior.total) / prior.spread);
			return residuals;
		},
		[...prior.start, parameters.rho],
		BOUNDS,
	);
	const laws = at(found.x);
	const worst = quotes
		.map(({ name, fair, modelled }) => ({ name, misfit: Math.abs(modelled(laws) - fair) }))
		.reduce((most, each) => (each.misfit > most.misfit ? each : most));
	if (!(worst.misfit <= MAX_MISFIT))
		return refuse(`no football match has these prices: ${worst.name} is off by ${(100 * worst.misfit).toFixed(1)} %`);
	if (!found.converged) return refuse(`the prices lead to no strengths: ${worst.name} stays off by ${worst.misfit}`);
	return { ok: true, params: { ...ratesFrom(found.x), rho: found.x[2] as number } };
}

/** About how much likelier the home side is to win than the away side, to start from. */
function edgeOf(quotes: readonly Quote[]): number {
	const named = (name: string): number | undefined => quotes.find((quote) => quote.name === name)?.fair;
	const home = named("1X2 home");
	const away = named("1X2 away");
	if (home !== undefined && away !== undefined) return home - away;
	const moneyline = named("moneyline");
	return moneyline === undefined ? 0.15 : 2 * moneyline - 1;
}

function fromExpected({ total, supremacy }: { readonly total: number; readonly supremacy: number }): Strengths {
	if (!(total >= MIN_TOTAL && total <= MAX_TOTAL && Math.abs(supremacy) < total))
		return refuse(`expected total ${total} with supremacy ${supremacy} is no football match`);
	return {
		ok: true,
		params: { home: Math.max(MIN_RATE, (total + supremacy) / 2), away: Math.max(MIN_RATE, (total - supremacy) / 2) },
	};
}
