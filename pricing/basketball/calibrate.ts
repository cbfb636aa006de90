/** Basketball's strengths from the provider's prices of markets on sale, before and in play; and as a trader says them. */
import { type CalibrationModel, calibratedTo } from "../calibration.ts";
import type { Calibrated, NamedStrengths, Quote, SportRefusal } from "../sport.ts";
import { threeWay } from "./book.ts";
import { withLines } from "./lines.ts";
import { RESULT, WINNER } from "./markets.ts";
import { type MatchOutlook, matchOutlook, openingOf } from "./outlook.ts";
import { above } from "./process.ts";
import type { BasketballState, Strengths } from "./state.ts";
import { fits, rangeOf } from "./strengths.ts";
import { buildTables } from "./tables.ts";

type Found = { readonly ok: true; readonly params: Strengths } | SportRefusal;

const LINE = /^(sp|ou):(-?\d+(?:\.\d+)?)$/;
export const isDetermining = (marketId: string): boolean =>
	marketId === WINNER.marketId || marketId === RESULT.marketId || LINE.test(marketId);

/** Before the match the winner is met to the last digit that a price shows; the rest as closely as one match allows. */
const WINNER_SPREAD = 1e-5;
const LINE_SPREAD = 1e-3;
/** The price of regular time's draw says more of the bookmaker than of the match. */
const RESULT_SPREAD = 0.01;
/** Points: a winner's price says nothing of their sum, and a total's nothing of their difference. */
const TOTAL_SPREAD = 1;
const SUPREMACY_SPREAD = 0.5;
/** In play prices are noisy, and a side's strength moves by a few points of the whole match at most. */
const IN_PLAY_SPREAD = 0.01;
const IN_PLAY_POINTS_SPREAD = 4;

const strengthsAt = (x: readonly number[]): Strengths => ({ home: x[0] as number, away: x[1] as number });

function fairOf({ final, homeWins, segmentMargin }: MatchOutlook, marketId: string): CalibrationFair {
	if (marketId === WINNER.marketId) return { home: homeWins, away: 1 - homeWins };
	if (marketId === RESULT.marketId) {
		const [home = 0, draw = 0, away = 0] = threeWay(segmentMargin);
		return { home, draw, away };
	}
	const [, family, line] = LINE.exec(marketId) ?? [];
	if (family === undefined || line === undefined) return null;
	if (family === "sp") {
		const home = above(final.margin, -Number(line));
		return { home, away: 1 - home };
	}
	const over = above(final.total, Number(line));
	return { over, under: 1 - over };
}
type CalibrationFair = Readonly<Record<string, number>> | null;

function modelOf(params: Strengths, state: BasketballState, tickMs: number): CalibrationModel {
	const { min, max } = rangeOf(state.format);
	const before = state.phase === "scheduled";
	const beforeSpread = (marketId: string): number =>
		marketId === WINNER.marketId ? WINNER_SPREAD : marketId === RESULT.marketId ? RESULT_SPREAD : LINE_SPREAD;
	const { home, away } = params;
	return {
		start: [home, away],
		bounds: [
			[min, max],
			[min, max],
		],
		fairAt: (x) => {
			const tables = buildTables(strengthsAt(x), state.format);
			const outlook = matchOutlook(state, tables, openingOf(state, tables, tickMs));
			return (marketId) => fairOf(outlook, marketId);
		},
		spreadOf: before ? beforeSpread : () => IN_PLAY_SPREAD,
		anchors: [],
		known: ([h = home, a = away]) =>
			before
				? [(h + a - home - away) / TOTAL_SPREAD, (h - a - home + away) / SUPREMACY_SPREAD]
				: [(h - home) / IN_PLAY_POINTS_SPREAD, (a - away) / IN_PLAY_POINTS_SPREAD],
		// A ten-thousandth of a point moves no price by a part in a hundred thousand, and each step builds tables.
		tolerance: 1e-4,
	};
}

export function calibrate(
	params: Strengths,
	state: BasketballState,
	quotes: readonly Quote[],
	tickMs: number,
	weight: number,
): Calibrated<Strengths> | SportRefusal {
	const inPlay = state.phase !== "scheduled";
	const found = calibratedTo(modelOf(params, state, tickMs), quotes, { inPlay, weight });
	return found.ok ? { ok: true, params: strengthsAt(found.x), tooFar: found.tooFar } : found;
}

/** `homePoints`, `awayPoints`: points expected in regular time from its beginning. */
export function strengthsFrom(params: Strengths, state: BasketballState, named: NamedStrengths): Found {
	const refuse = (message: string): SportRefusal => ({ ok: false, code: "bad_strengths", message });
	const { homePoints: home = params.home, awayPoints: away = params.away, ...others } = named;
	const stranger = Object.keys(others)[0];
	if (stranger !== undefined) return refuse(`basketball has homePoints and awayPoints, and no ${stranger}`);
	const range = rangeOf(state.format);
	if (!fits(home, range) || !fits(away, range))
		return refuse(`a side is expected to make ${range.min} to ${range.max} points in this format`);
	return { ok: true, params: { home, away } };
}

export const namedStrengths = ({ home, away }: Strengths): NamedStrengths => ({ homePoints: home, awayPoints: away });

/** Lines stand around the result that strengths expect, so the state knows them. */
export function withStrengths(state: BasketballState, params: Strengths, tickMs: number): BasketballState {
	const { home, away } = state.strengths;
	if (home === params.home && away === params.away) return state;
	return withLines({ ...state, strengths: params }, tickMs);
}
