/**
 * Strengths from prices of markets that are on sale, by whatever model a sport has: the nearest unknowns at which the model's own
 * markets have the provider's fair probabilities. A sport says what its unknowns are and what it knows beside the quotes.
 */
import { FOLLOWING } from "../shared/limits.ts";
import { leastSquares } from "./least-squares.ts";
import type { Quote, SportRefusal } from "./sport.ts";

type FairOf = (marketId: string) => Readonly<Record<string, number>> | null;

export type CalibrationModel = {
	readonly start: readonly number[];
	readonly bounds: readonly (readonly [low: number, high: number])[];
	/** The model's fair probabilities at these unknowns, null for a market that determines nothing; valid until the next call. */
	readonly fairAt: (x: readonly number[]) => FairOf;
	/** How exactly a quote of this market is to be met. */
	readonly spreadOf: (marketId: string) => number;
	/** Markets that stay where the model has them as far as the quotes allow, and how firmly. */
	readonly anchors: readonly { readonly marketId: string; readonly spread: number }[];
	/** What else is known of the unknowns, as residuals. */
	readonly known: (x: readonly number[]) => readonly number[];
	readonly tolerance: number;
};

type Target = Quote & { readonly spread: number };

const refuse = (code: SportRefusal["code"], message: string): SportRefusal => ({ ok: false, code, message });

/** The outcome on which model and quote are furthest apart, in parts per million. */
function distancePpm(fair: Readonly<Record<string, number>>, quote: Quote): number {
	let most = 0;
	for (const [outcomeId, p] of Object.entries(quote.fair)) {
		const own = fair[outcomeId];
		if (own !== undefined) most = Math.max(most, Math.abs(own - p));
	}
	return most * 1_000_000;
}

type Wild = { readonly marketId: string; readonly ppm: number };
type Targets = {
	readonly near: readonly Target[];
	readonly anchors: readonly Target[];
	readonly wild: readonly Wild[];
};

/** What to meet: quotes within a step of the model, and the anchors where they stand; `wild` says what was left out. */
function targetsOf(model: CalibrationModel, quotes: readonly Quote[], maxStepPpm: number): Targets {
	const fairOf = model.fairAt(model.start);
	const near: Target[] = [];
	const wild: Wild[] = [];
	for (const quote of quotes) {
		const fair = fairOf(quote.marketId);
		if (fair === null) continue;
		const ppm = distancePpm(fair, quote);
		if (ppm <= maxStepPpm) near.push({ ...quote, spread: model.spreadOf(quote.marketId) });
		else wild.push({ marketId: quote.marketId, ppm });
	}
	const anchors = model.anchors.flatMap(({ marketId, spread }): readonly Target[] => {
		const fair = near.some((quote) => quote.marketId === marketId) ? null : fairOf(marketId);
		return fair === null ? [] : [{ marketId, fair, spread }];
	});
	return { near, anchors, wild };
}

/** The unknowns `weight` of the way from the start to where the quotes lead. */
export function calibratedTo(
	model: CalibrationModel,
	quotes: readonly Quote[],
	{ inPlay, weight }: { readonly inPlay: boolean; readonly weight: number },
): { readonly ok: true; readonly x: readonly number[]; readonly tooFar: readonly string[] } | SportRefusal {
	const maxStepPpm = inPlay ? FOLLOWING.maxStepInPlayPpm : FOLLOWING.maxStepPpm;
	const { near, anchors, wild } = targetsOf(model, quotes, maxStepPpm);
	const [wildest] = wild;
	if (near.length === 0)
		return wildest === undefined
			? refuse("no_prices", "none of these markets says how strong the sides are")
			: refuse("too_far", `${wildest.marketId} would move by ${(wildest.ppm / 10_000).toFixed(1)} points in one step`);
	const found = leastSquares(
		(x) => {
			const fairOf = model.fairAt(x);
			const residuals = [...near, ...anchors].flatMap(({ marketId, fair, spread }) => {
				const own = fairOf(marketId);
				return Object.entries(fair).map(([outcomeId, p]) => ((own?.[outcomeId] ?? p) - p) / spread);
			});
			return [...residuals, ...model.known(x)];
		},
		model.start,
		model.bounds,
		model.tolerance,
		"halved",
	);
	const fairOf = model.fairAt(found.x);
	for (const target of near) {
		const ppm = distancePpm(fairOf(target.marketId) ?? {}, target);
		if (!(ppm <= FOLLOWING.maxMisfitPpm))
			return refuse("no_prices", `no match has these prices: ${target.marketId} misses by ${Math.round(ppm)} ppm`);
	}
	const tooFar = wild.map(({ marketId }) => marketId);
	return { ok: true, tooFar, x: model.start.map((from, k) => from + weight * ((found.x[k] as number) - from)) };
}
