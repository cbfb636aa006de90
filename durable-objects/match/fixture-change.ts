/**
 * A later fixture of a match: another start, place, format, other names or prices. In the order of the provider's clock; one
 * that is refused changes nothing. Pure.
 */

import { sportModule } from "../../pricing/registry.ts";
import type { FairMarket, MarketSpec, Refixed } from "../../pricing/sport.ts";
import type { MarketResultState } from "../../shared/contracts/results.ts";
import type { FixtureInput } from "../../shared/feeds/canonical.ts";
import { sameValue } from "../../shared/feeds/same-content.ts";
import { CONTRACT } from "../../shared/limits.ts";
import { marketStrengths, withMarketStrengths } from "./calibration.ts";
import { liftReason } from "./holds.ts";
import { fairMarkets, type Reissued } from "./listing.ts";
import { withoutMoved } from "./references.ts";
import { hasSwappedSides, withSwappedSides } from "./sides.ts";
import { hasEnded, isSameTeams, type MatchState, sportOf } from "./state.ts";

export type FixtureChange =
	| { readonly ok: true; readonly state: MatchState; readonly reissued: Reissued }
	| { readonly ok: false; readonly code: string; readonly message: string };

type Refused = Extract<FixtureChange, { ok: false }>;
const refuse = (code: string, message: string): Refused => ({ ok: false, code, message });
/** The reason of a void result, by which it is found again should the old format return. */
const FORMAT_CHANGED = "format changed";
/** Holds that only a match in play has. */
const IN_PLAY_HOLDS = ["kick_off", "restart", "feed_silent"];

/** OFF-3: a group that its sport does not have is a slip, and would offer nothing. */
export function unknownOffered({ sport, offered }: FixtureInput): Refused | null {
	const known = sportModule(sport)?.groups;
	const strange = (offered?.groups ?? []).filter((group) => known?.has(group) !== true);
	return strange.length === 0 ? null : refuse("unknown_group", `${sport} has no group ${strange.join(", ")}`);
}

/** `before` is the match at this tick and position, with nothing of the input in it; what it lists is not derived yet. */
export function withFixture(before: MatchState, input: FixtureInput, provider: string, tickMs: number): FixtureChange {
	if (provider !== before.provider) return refuse("not_deciding", `the fixture is ${before.provider}'s`);
	if (input.sport !== before.fixture.sport) return refuse("other_sport", `this match is ${before.fixture.sport}`);
	if (hasEnded(before)) return refuse("ended", "the match has ended");
	if (input.sentAtMs < before.fixture.sentAtMs) return refuse("outdated", "a later fixture has been applied");
	const isSwapped = hasSwappedSides(before.fixture, input);
	if (isSwapped && sportOf(before).inPlay(before.sport))
		return refuse("sides_changed", "a match in play keeps its home and away side");
	if (isSwapped && before.voidWindows.length >= CONTRACT.voidSpans)
		return refuse("sides_changed", "home and away have changed places too often: nobody can tell which bet is on whom");
	const strange = unknownOffered(input);
	if (strange !== null) return strange;
	const refixed = sportOf(before).refixture(before.sport, input);
	if (!refixed.ok) return refuse(refixed.code, refixed.message);
	// A fixture that says nothing of prices leaves them as they were.
	const isPriced = Object.values(input.prices).some((price) => price !== undefined);
	if (isSwapped && !isPriced)
		return refuse("no_prices", "home and away changed places: their prices have to be told anew");
	const fixture: FixtureInput = isPriced ? input : { ...input, prices: before.fixture.prices };
	const moved = withFixturePrices({ ...before, fixture, sport: refixed.state }, before, refixed, tickMs);
	if (!moved.ok) return moved;
	const started = withStart(withFormat(moved.state, refixed, tickMs), tickMs);
	const state = isSwapped ? withSwappedSides(started, input.sentAtMs, tickMs) : started;
	return { ok: true, state, reissued: reissuedBy(before, fixture, refixed) };
}

/** Prices of a fixture are those from before the match: in play they are kept and move nothing. */
function withFixturePrices(
	state: MatchState,
	before: MatchState,
	{ affected }: Refixed<unknown>,
	tickMs: number,
): { readonly ok: true; readonly state: MatchState } | Refused {
	const sport = sportOf(state);
	if (sport.inPlay(state.sport)) return { ok: true, state };
	const { prices, sentAtMs } = state.fixture;
	// The provider's newest prices of single markets are newer than what an older fixture says of all of them.
	const newestMs = Math.max(0, ...Object.values(before.deviations.references).map(({ saidAtMs = 0 }) => saidAtMs));
	const isNews = !sameValue(prices, before.fixture.prices) && sentAtMs >= newestMs;
	// What a format decides only after the markets that determine strengths leaves strengths as the market has moved them.
	if (affected !== "all" && !isNews) return { ok: true, state };
	const solved = sport.params(state.fixture);
	if (!solved.ok) return refuse(solved.code, solved.message);
	const deviations = withoutMoved(state.deviations, "all", state.provider, sentAtMs, () => undefined);
	const following = { ...state.following, pending: [] };
	const emptied = { ...state, deviations, following };
	const kept = isNews ? null : keptByMarket(emptied, before, solved.params, tickMs);
	return {
		ok: true,
		state: withMarketStrengths(emptied, kept ?? solved.params, kept === null ? "fixture" : "market", tickMs),
	};
}

/**
 * Another format without other prices: a chance on serve means another match now, and what the market has said since the fixture's
 * prices still stands of the winner. From the fixture's strengths, or else from those of now; null where it has said nothing, or
 * neither leads there.
 */
function keptByMarket(state: MatchState, before: MatchState, fromFixture: unknown, tickMs: number): unknown {
	if (before.following.source !== "market") return null;
	const sport = sportOf(state);
	const known = marketStrengths(before);
	const winner = sport
		.book(sport.withStrengths(before.sport, known, tickMs), known, tickMs)
		.find(({ spec }) => spec.marketId === sport.headlineMarketId);
	if (winner === undefined) return null;
	const { spec, fair } = winner;
	const quote = {
		marketId: spec.marketId,
		fair: Object.fromEntries(spec.outcomes.map(({ outcomeId }, n) => [outcomeId, fair[n] ?? 0])),
	};
	for (const from of [fromFixture, known]) {
		const found = sport.calibrate(from, sport.withStrengths(state.sport, from, tickMs), [quote], tickMs, 1);
		if (found.ok) return found.params;
	}
	return null;
}

/** Postponed after its kick-off was due: it is a match to come again, and what only play can hold is lifted. */
function withStart(state: MatchState, tickMs: number): MatchState {
	if (state.fixture.scheduledAtMs <= tickMs || sportOf(state).inPlay(state.sport)) return state;
	// Nothing of a match to come is overdue.
	const ahead: MatchState = { ...state, isOverdue: false };
	if (!state.kickOffDue) return ahead;
	const holds = IN_PLAY_HOLDS.reduce(liftReason, state.holds);
	return { ...ahead, kickOffDue: false, startedAtMs: null, holds };
}

/** Under another format a market may not be what was sold: then it is void, until its own format should return. */
function withFormat(state: MatchState, { affected }: Refixed<unknown>, tickMs: number): MatchState {
	if (affected === "none") return state;
	const next: MatchState = { ...state, fixed: {}, lines: {} };
	// What is merely not offered any more is what was sold all the same, and goes by its result.
	const { offered: _, ...whole } = next.fixture;
	const offered = fairMarkets({ ...next, fixture: whole }, tickMs);
	const isOwn = (result: MarketResultState | undefined): boolean =>
		result?.kind === "void" && result.reason === FORMAT_CHANGED;
	const traderResults = Object.fromEntries(Object.entries(state.traderResults).filter(([, result]) => !isOwn(result)));
	for (const { spec } of state.markets) {
		const { marketId, group } = spec;
		const isAffected = affected === "all" || affected.includes(group);
		const result = state.results[marketId]?.state;
		const isUndecided = result === undefined || result.kind === "open" || isOwn(result);
		if (!isAffected || !isUndecided || Object.hasOwn(traderResults, marketId)) continue;
		if (!isStill(spec, offered.get(marketId))) traderResults[marketId] = { kind: "void", reason: FORMAT_CHANGED };
	}
	return { ...next, traderResults };
}

const isStill = ({ outcomes }: MarketSpec, offered: FairMarket | undefined): boolean =>
	offered !== undefined &&
	offered.spec.outcomes.length === outcomes.length &&
	offered.spec.outcomes.every(({ outcomeId }, index) => outcomes[index]?.outcomeId === outcomeId);

/** Another day, another format or another side is another bet: who has not confirmed yet is asked anew. A price is not. */
function reissuedBy(before: MatchState, fixture: FixtureInput, { affected }: Refixed<unknown>): Reissued {
	if (affected !== "none") return "all";
	if (sportOf(before).inPlay(before.sport)) return "none";
	const isSame = before.fixture.scheduledAtMs === fixture.scheduledAtMs && isSameTeams(before.fixture, fixture);
	return isSame ? "none" : "all";
}
