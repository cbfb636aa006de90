/** Football's strengths from the provider's prices of markets on sale, before the match and in play; and as a trader says them. */
import { type CalibrationModel, calibratedTo } from "../calibration.ts";
import type { Calibrated, NamedStrengths, Quote, SportRefusal } from "../sport.ts";
import { lineShares, sumOf } from "./compiled-markets.ts";
import { GOAL_PARAMETERS } from "./fitted-parameters.ts";
import { outlookOf } from "./goal-model.ts";
import { FootballLaws } from "./law/laws.ts";
import type { FootballMarket } from "./markets/market.ts";
import type { GoalStrengths } from "./outlook.ts";
import { factsOf, pathOf, scoreFactsOf } from "./path.ts";
import type { FootballState } from "./state.ts";
import { BOUNDS, MAX_RATE, MAX_TOTAL, MIN_RATE, MIN_TOTAL, RHO_SPREAD } from "./strengths.ts";
import { FOOTBALL_FAMILIES } from "./table.ts";

type Found = { readonly ok: true; readonly params: GoalStrengths } | SportRefusal;

/** Result, totals and Asian handicaps of regular time. */
const DETERMINING: ReadonlyMap<string, FootballMarket> = new Map(
	FOOTBALL_FAMILIES.filter(({ family }) => ["1x2", "ou", "ah"].includes(family)).flatMap(({ markets }) =>
		markets.map((market) => [market.spec.marketId, market] as const),
	),
);
export const isDetermining = (marketId: string): boolean => DETERMINING.has(marketId);

/** Before the match the result is met to the last digit that a price shows, lines as closely as one match allows. */
const RESULT_SPREAD = 1e-5;
const LINE_SPREAD = 1e-3;
/** What is not quoted stays within about a point, so that a result says nothing of goals that a total has not said. */
const ANCHORS = [
	{ marketId: "1x2", spread: 0.01 },
	{ marketId: "ou:2.5", spread: 0.01 },
];
/** In play prices are noisy, and late in a match they say next to nothing of strengths: then these stay as they are. */
const IN_PLAY_SPREAD = 0.01;
const RATE_SPREAD = 0.3;
const IN_PLAY_RHO_SPREAD = 1e-3;

function fairOf({ spec, price }: FootballMarket, cells: Float64Array): Readonly<Record<string, number>> | null {
	switch (price.kind) {
		case "sums":
			return Object.fromEntries(
				spec.outcomes.map(({ outcomeId }, n) => [
					outcomeId,
					sumOf(cells, price.outcomes[n] ?? { plus: [], minus: [] }),
				]),
			);
		case "line": {
			const shares = lineShares(cells, price);
			return Object.fromEntries(spec.outcomes.map(({ outcomeId }, n) => [outcomeId, shares[n] ?? 0]));
		}
		case "interval":
			return null;
	}
}

const strengthsAt = (x: readonly number[]): GoalStrengths => ({
	home: Math.exp(x[0] as number),
	away: Math.exp(x[1] as number),
	rho: x[2] as number,
});

function modelOf(params: GoalStrengths, state: FootballState, tickMs: number): CalibrationModel {
	const { rho } = GOAL_PARAMETERS;
	const start = [Math.log(params.home), Math.log(params.away), params.rho ?? rho];
	const laws = new FootballLaws();
	const score = scoreFactsOf(pathOf(state));
	const goals = factsOf(state, tickMs);
	const fairAt: CalibrationModel["fairAt"] = (x) => {
		laws.update(score, outlookOf(strengthsAt(x), goals));
		return (marketId) => {
			const market = DETERMINING.get(marketId);
			return market === undefined ? null : fairOf(market, laws.cells);
		};
	};
	const common = { start, bounds: BOUNDS, fairAt, tolerance: 1e-10 };
	if (state.phase === "scheduled")
		return {
			...common,
			spreadOf: (marketId) => (marketId === "1x2" ? RESULT_SPREAD : LINE_SPREAD),
			anchors: ANCHORS,
			known: (x) => [((x[2] as number) - rho) / RHO_SPREAD],
		};
	const spreads = [RATE_SPREAD, RATE_SPREAD, IN_PLAY_RHO_SPREAD];
	return {
		...common,
		spreadOf: () => IN_PLAY_SPREAD,
		anchors: [],
		known: (x) => x.map((value, k) => (value - (start[k] as number)) / (spreads[k] as number)),
	};
}

export function calibrate(
	params: GoalStrengths,
	state: FootballState,
	quotes: readonly Quote[],
	tickMs: number,
	weight: number,
): Calibrated<GoalStrengths> | SportRefusal {
	const inPlay = state.phase !== "scheduled";
	const found = calibratedTo(modelOf(params, state, tickMs), quotes, { inPlay, weight });
	return found.ok ? { ok: true, params: strengthsAt(found.x), tooFar: found.tooFar } : found;
}

/** `homeGoals`, `awayGoals`: goals expected in regular time from its beginning, eleven against eleven. */
export function strengthsFrom(params: GoalStrengths, _state: FootballState, named: NamedStrengths): Found {
	const refuse = (message: string): SportRefusal => ({ ok: false, code: "bad_strengths", message });
	const { homeGoals: home = params.home, awayGoals: away = params.away, ...others } = named;
	const stranger = Object.keys(others)[0];
	if (stranger !== undefined) return refuse(`football has homeGoals and awayGoals, and no ${stranger}`);
	if ([home, away].some((goals) => !(goals >= MIN_RATE && goals <= MAX_RATE)))
		return refuse(`a side is expected to score ${MIN_RATE} to ${MAX_RATE} goals`);
	if (!(home + away >= MIN_TOTAL && home + away <= MAX_TOTAL))
		return refuse(`${MIN_TOTAL} to ${MAX_TOTAL} goals are expected of a match`);
	return { ok: true, params: { ...params, home, away } };
}

export const namedStrengths = ({ home, away }: GoalStrengths): NamedStrengths => ({ homeGoals: home, awayGoals: away });
