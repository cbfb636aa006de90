/** Following the provider's prices: an entry of the journal, so that a batch is followed once and a replay needs no solver. Pure. */
import * as v from "valibot";
import type { Input } from "../../shared/feeds/canonical.ts";
import { DEVIATION, FOLLOWING } from "../../shared/limits.ts";
import { inPlayWeight } from "../../shared/pricing/following.ts";
import type { FairMarket, Quote } from "../../shared/pricing/sport.ts";
import type { Following } from "./following.ts";
import { type JournalEntry, type JournalEvent, strengthsSchema } from "./journal.ts";
import type { Deviations, Reference } from "./references.ts";
import { type MatchState, sportOf } from "./state.ts";

type Judged = Pick<MatchState, "fixture" | "provider" | "sport" | "following" | "params">;

/** Before the first whistle prices are followed at once and fully, whatever the time. */
export function followingWeight({ fixture, provider, sport, following }: Judged): number {
	if (!sportOf({ fixture }).inPlay(sport)) return 1;
	return following.inPlayPpm === null ? inPlayWeight(provider, fixture.sport) : following.inPlayPpm / 1_000_000;
}

/** The strengths that follow the market, whether they price or a trader's do. */
export const marketStrengths = ({ following, params }: Judged): unknown =>
	following.trader === null ? params : following.trader.market;

/** The match under other market strengths; a trader's go on pricing. */
export function withMarketStrengths(
	state: MatchState,
	params: unknown,
	source: Following["source"],
	tickMs: number,
): MatchState {
	const { trader } = state.following;
	const following: Following = {
		...state.following,
		source,
		sinceMs: tickMs,
		trader: trader === null ? null : { ...trader, market: params },
	};
	return trader === null ? repriced({ ...state, following }, params, tickMs) : { ...state, following };
}

export const repriced = (state: MatchState, params: unknown, tickMs: number): MatchState => ({
	...state,
	params,
	sport: sportOf(state).withStrengths(state.sport, params, tickMs),
});

type ReferenceInput = Extract<Input, { kind: "reference_prices" }>;

/** Notes a price that strengths shall follow. What says what was said before, or what we think already, asks for nothing. */
export function heard(
	state: MatchState,
	after: Deviations,
	{ marketId }: ReferenceInput,
	provider: string,
	market: FairMarket | undefined,
): Following {
	const { following, deviations } = state;
	const [known, told] = [deviations.references[marketId], after.references[marketId]];
	if (provider !== state.provider || market === undefined || told === undefined || told === known) return following;
	const sport = sportOf(state);
	if (!sport.isDetermining(marketId) || following.pending.includes(marketId)) return following;
	if (followingWeight(state) === 0) return following;
	if (!sport.inPlay(state.sport) && known !== undefined && isSamePrice(known, told)) return following;
	if (following.trader === null && isAgreed(market, told)) return following;
	return { ...following, pending: [...following.pending, marketId] };
}

const isSamePrice = (a: Reference, b: Reference): boolean =>
	Object.entries(b.fairPpm).every(([outcomeId, fairPpm]) => a.fairPpm[outcomeId] === fairPpm);

const isAgreed = ({ spec, fair }: FairMarket, { fairPpm }: Reference): boolean =>
	spec.outcomes.every(({ outcomeId }, index) => {
		const theirs = fairPpm[outcomeId];
		return theirs === undefined || Math.abs((fair[index] ?? 0) * 1_000_000 - theirs) <= FOLLOWING.agreedPpm;
	});

/** Prices that wait to be followed, with all fresh ones beside them: one statement is often several messages. */
export function calibrationEvent(state: MatchState, tickMs: number): JournalEvent | null {
	const { references } = state.deviations;
	const marketIds = state.following.pending.filter((marketId) => Object.hasOwn(references, marketId));
	if (marketIds.length === 0) return null;
	const sport = sportOf(state);
	const quotes = Object.entries(references).flatMap(([marketId, { atMs, fairPpm }]): readonly Quote[] => {
		if (!sport.isDetermining(marketId) || tickMs - atMs > DEVIATION.maxAgeMs) return [];
		const fair = Object.entries(fairPpm).map(([outcomeId, ppm]) => [outcomeId, ppm / 1_000_000] as const);
		return [{ marketId, fair: Object.fromEntries(fair) }];
	});
	const found = sport.calibrate(marketStrengths(state), state.sport, quotes, tickMs, followingWeight(state));
	if (!found.ok) return { kind: "calibration", marketIds, strengths: null, refused: `${found.code}: ${found.message}` };
	const strengths = v.safeParse(strengthsSchema, found.params);
	return strengths.success
		? { kind: "calibration", marketIds, strengths: strengths.output, refused: null }
		: { kind: "calibration", marketIds, strengths: null, refused: "no_prices: strengths without numbers" };
}

type CalibrationEntry = Extract<JournalEntry, { kind: "calibration" }>;

/** Prices move and nothing is withdrawn: the price policy of each bet answers for it (BET-4). */
export function withCalibration(state: MatchState, { strengths }: CalibrationEntry, tickMs: number): MatchState {
	const followed = { ...state, following: { ...state.following, pending: [] } };
	return strengths === null ? followed : withMarketStrengths(followed, strengths, "market", tickMs);
}
