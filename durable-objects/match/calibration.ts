/** Following the provider's prices: an entry of the journal, so that a batch is followed once and a replay needs no solver. Pure. */
import * as v from "valibot";
import type { FairMarket, Quote } from "../../pricing/sport.ts";
import type { Input } from "../../shared/feeds/canonical.ts";
import { DEVIATION, FOLLOWING } from "../../shared/limits.ts";
import { type JournalEntry, type JournalEvent, strengthsSchema } from "./journal.ts";
import { type Deviations, distancePpm, type Reference } from "./references.ts";
import { type MatchState, sportOf } from "./state.ts";
import type { Following } from "./state-parts.ts";

type Judged = Pick<MatchState, "fixture" | "sport" | "following" | "params" | "kickOffDue" | "followingInPlayPpm">;

/**
 * Before the match prices are followed at once and fully. Once its start is due (MAT-6) nobody can tell whether a price is still one
 * of before: followed fully, a goal whose first whistle was lost would count twice, in strengths and in the score.
 */
export function followingWeight(state: Judged): number {
	const { fixture, sport, following, kickOffDue, followingInPlayPpm } = state;
	if (!kickOffDue && !sportOf({ fixture }).inPlay(sport)) return 1;
	return (following.inPlayPpm ?? followingInPlayPpm) / 1_000_000;
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
	const apartPpm = distancePpm(market.fair, market, told);
	const isRepeated = !sport.inPlay(state.sport) && known !== undefined && isSamePrice(known, told);
	// What strengths could not follow closely is tried again where it still matters.
	if (isRepeated && apartPpm < DEVIATION.overPpm) return following;
	if (following.trader === null && apartPpm <= FOLLOWING.agreedPpm) return following;
	return { ...following, pending: [...following.pending, marketId] };
}

const isSamePrice = (a: Reference, b: Reference): boolean =>
	Object.entries(b.fairPpm).every(([outcomeId, fairPpm]) => a.fairPpm[outcomeId] === fairPpm);

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
	const solve = (some: readonly Quote[]) =>
		sport.calibrate(marketStrengths(state), state.sport, some, tickMs, followingWeight(state));
	const together = solve(quotes);
	// One market may have moved and the others not yet: then it is followed alone.
	const found = together.ok ? together : solve(quotes.filter(({ marketId }) => marketIds.includes(marketId)));
	const alone = !together.ok && found.ok;
	const refused = (reason: string): JournalEvent => ({
		kind: "calibration",
		marketIds,
		strengths: null,
		refused: reason,
		tooFar: [],
		alone: false,
	});
	if (!found.ok) return refused(`${found.code}: ${found.message}`);
	const tooFar = marketIds.filter((marketId) => found.tooFar.includes(marketId));
	if (tooFar.length === marketIds.length) return refused(`too_far: ${tooFar.join(", ")}`);
	const strengths = v.safeParse(strengthsSchema, found.params);
	if (!strengths.success) return refused("no_prices: strengths without numbers");
	return { kind: "calibration", marketIds, strengths: strengths.output, refused: null, tooFar, alone };
}

type CalibrationEntry = Extract<JournalEntry, { kind: "calibration" }>;

/** Prices move and nothing is withdrawn: the price policy of each bet answers for it (BET-4). */
export function withCalibration(state: MatchState, entry: CalibrationEntry, tickMs: number): MatchState {
	const { marketIds, strengths, alone } = entry;
	const followed = { ...state, following: { ...state.following, pending: [] } };
	if (strengths === null) return followed;
	const moved = withMarketStrengths(followed, strengths, "market", tickMs);
	if (!alone) return moved;
	const told = Object.entries(state.deviations.references).filter(([marketId]) => marketIds.includes(marketId));
	return { ...moved, deviations: { ...state.deviations, references: Object.fromEntries(told) } };
}
