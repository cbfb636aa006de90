/** Tennis' strengths from the provider's prices of markets on sale, before the match and in play; and as a trader says them. */
import { type CalibrationModel, calibratedTo } from "../calibration.ts";
import { bisect } from "../solve.ts";
import type { Calibrated, NamedStrengths, Quote, SportRefusal } from "../sport.ts";
import { servesNow } from "./book.ts";
import { gameHandicap, MATCH_WINNER, totalGames } from "./markets.ts";
import { aroundLine, type MatchLaw } from "./match-model.ts";
import { outlookOf } from "./outlook.ts";
import type { Serves } from "./point-model.ts";
import type { TennisState } from "./state.ts";
import { homeWins, LEVELS, MAX_HALF_GAP } from "./strengths.ts";

type Found = { readonly ok: true; readonly params: Serves } | SportRefusal;

/** On a whole line stakes can come back, and its two prices do not say how often: half lines only, as in a fixture. */
const LINE = /^(tg|gh):(-?\d+\.5)$/;
export const isDetermining = (marketId: string): boolean => marketId === MATCH_WINNER.marketId || LINE.test(marketId);

/** Before the match the winner is met to the last digit that a price shows; lines as closely as one match allows. */
const WINNER_SPREAD = 1e-5;
const LINE_SPREAD = 1e-3;
const WINNER_ANCHOR = 0.003;
/** Chances on serve: what the winner alone says moves the gap, and the level stays where lines of games have put it. */
const LEVEL_SPREAD = 0.02;
/** In play a price is noisy, and serves move no further than a day's form does. */
const IN_PLAY_SPREAD = 0.01;
const IN_PLAY_SERVE_SPREAD = 0.02;

const servesAt = (x: readonly number[]): Serves => ({
	home: (x[0] as number) + (x[1] as number),
	away: (x[0] as number) - (x[1] as number),
});
const levelAndGap = ({ home, away }: Serves): readonly [number, number] => [(home + away) / 2, (home - away) / 2];

function lawOf(state: TennisState, params: Serves): MatchLaw | null {
	const { format, now: position, firstServer } = state;
	return outlookOf({ position, format, serves: servesNow(state, params) }, firstServer)?.match ?? null;
}

function fairOf(law: MatchLaw, state: TennisState, marketId: string): Readonly<Record<string, number>> | null {
	if (marketId === MATCH_WINNER.marketId) {
		const home = homeWins(law, state.format);
		return { home, away: 1 - home };
	}
	const [, family, line] = LINE.exec(marketId) ?? [];
	if (family === undefined || line === undefined) return null;
	const isTotal = family === "tg";
	const spec = isTotal ? totalGames(Number(line)) : gameHandicap(Number(line));
	const { above, below } = isTotal ? aroundLine(law.total, Number(line)) : aroundLine(law.lead, -Number(line));
	return Object.fromEntries(spec.outcomes.map(({ outcomeId }, n) => [outcomeId, n === 0 ? above : below]));
}

function modelOf(params: Serves, state: TennisState): CalibrationModel {
	const start = levelAndGap(params);
	const before = state.phase === "scheduled";
	return {
		start,
		bounds: [
			[LEVELS.min, LEVELS.max],
			[-MAX_HALF_GAP, MAX_HALF_GAP],
		],
		fairAt: (x) => {
			const law = lawOf(state, servesAt(x));
			return (marketId) => (law === null ? null : fairOf(law, state, marketId));
		},
		spreadOf: (marketId) =>
			before ? (marketId === MATCH_WINNER.marketId ? WINNER_SPREAD : LINE_SPREAD) : IN_PLAY_SPREAD,
		anchors: before ? [{ marketId: MATCH_WINNER.marketId, spread: WINNER_ANCHOR }] : [],
		known: before
			? ([level]) => [((level as number) - start[0]) / LEVEL_SPREAD]
			: (x) => x.map((value, k) => (value - (start[k] as number)) / IN_PLAY_SERVE_SPREAD),
		tolerance: 1e-9,
	};
}

/** Time does not enter: between two points nothing changes. */
export function calibrate(
	params: Serves,
	state: TennisState,
	quotes: readonly Quote[],
	_tickMs: number,
	weight: number,
): Calibrated<Serves> | SportRefusal {
	const inPlay = state.phase !== "scheduled";
	const found = calibratedTo(modelOf(params, state), quotes, { inPlay, weight });
	return found.ok ? { ok: true, params: servesAt(found.x), tooFar: found.tooFar } : found;
}

/**
 * `homeServe`, `awayServe`: chances of a point on serve as the match begins; or `homeWins`, the home side's chance of the match
 * as it stands, at which the level stays and the gap follows.
 */
export function strengthsFrom(params: Serves, state: TennisState, named: NamedStrengths): Found {
	const refuse = (message: string): SportRefusal => ({ ok: false, code: "bad_strengths", message });
	const { homeServe = params.home, awayServe = params.away, homeWins: chance, ...others } = named;
	const stranger = Object.keys(others)[0];
	if (stranger !== undefined) return refuse(`tennis has homeServe, awayServe and homeWins, and no ${stranger}`);
	const [level, gap] = levelAndGap({ home: homeServe, away: awayServe });
	if (!(level >= LEVELS.min && level <= LEVELS.max && Math.abs(gap) <= MAX_HALF_GAP))
		return refuse(
			`chances on serve lie around ${LEVELS.min} to ${LEVELS.max}, at most ${2 * MAX_HALF_GAP} from each other`,
		);
	if (chance === undefined) return { ok: true, params: { home: homeServe, away: awayServe } };
	if (named.homeServe !== undefined || named.awayServe !== undefined)
		return refuse("homeWins says what homeServe and awayServe would say");
	const missAt = (halfGap: number): number => {
		const law = lawOf(state, servesAt([level, halfGap]));
		return law === null ? Number.NaN : homeWins(law, state.format) - chance;
	};
	const found = bisect(missAt, -MAX_HALF_GAP, MAX_HALF_GAP);
	return found === null
		? refuse(`no chances on serve give ${chance} from here on`)
		: { ok: true, params: servesAt([level, found]) };
}

export const namedStrengths = ({ home, away }: Serves): NamedStrengths => ({ homeServe: home, awayServe: away });
