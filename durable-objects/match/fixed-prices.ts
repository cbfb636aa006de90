/** Prices that a trader holds. A held market stands still until it is cleared, withdrawn, or play begins. Pure. */

import { applyMargin, removeMargin } from "../../pricing/margin.ts";
import type { FairMarket, InputEffect } from "../../pricing/sport.ts";
import { profileOf } from "../../shared/catalogue/views.ts";
import { DEFAULT_VIEW } from "../../shared/contracts/ids.ts";
import { FOLLOWING } from "../../shared/limits.ts";
import { fairMarkets, marketOf } from "./listing.ts";
import { opinionOf } from "./on-sale.ts";
import { marginRulesOf } from "./prices.ts";
import { type MatchState, sportOf } from "./state.ts";
import type { FixedMarket, FixedMarkets } from "./state-parts.ts";

type Said = { readonly marketId: string; readonly outcomeId: string; readonly oddsMilli: number };
type Fixing =
	| { readonly ok: true; readonly fixed: FixedMarkets }
	| { readonly ok: false; readonly code: string; readonly message: string };
const refuse = (code: string, message: string): Fixing => ({ ok: false, code, message });

/** The standard view has exactly this price before its ladder; the outcomes that were not named share the rest of its book. */
export function withFixedPrice(state: MatchState, said: Said, trader: string, tickMs: number): Fixing {
	const { marketId, outcomeId } = said;
	const market = fairMarkets(state, tickMs).get(marketId);
	if (market === undefined || marketOf(state, marketId) === undefined)
		return refuse("unknown_market", `${marketId} is not on offer`);
	const index = market.spec.outcomes.findIndex((outcome) => outcome.outcomeId === outcomeId);
	if (index < 0 || market.alive[index] !== true)
		return refuse("unknown_outcome", `no outcome ${outcomeId} in ${marketId}`);
	const { [marketId]: known, ...others } = state.fixed;
	if (known === undefined && Object.keys(others).length >= FOLLOWING.maxFixedMarkets)
		return refuse("too_many_prices", "clear other prices first");
	const oddsMilli = { ...known?.oddsMilli, [outcomeId]: said.oddsMilli };
	const solved = fairOf(state, market, oddsMilli);
	if (typeof solved !== "object") return refuse("impossible_price", solved);
	const far = market.spec.outcomes.find(
		(_, n) => Math.abs(logit(solved[n] ?? 0) - logit(market.fair[n] ?? 0)) > FOLLOWING.maxFixedLogit,
	);
	if (far !== undefined)
		return refuse("price_too_far", `${far.outcomeId} would stand too far from the model: set strengths instead`);
	return { ok: true, fixed: { ...others, [marketId]: { oddsMilli, fair: solved, trader, sinceMs: tickMs } } };
}

/** Outcomes that cannot win are as far apart as they are close: they are left where they are. */
const logit = (p: number): number => (p > 0 && p < 1 ? Math.log(p / (1 - p)) : 0);

/** Fair probabilities at which the standard view sells at these prices, or why there are none. */
function fairOf(
	state: MatchState,
	market: FairMarket,
	oddsMilli: Readonly<Record<string, number>>,
): readonly number[] | string {
	const profile = profileOf(DEFAULT_VIEW, state.marginsVersion);
	if (profile === null) throw new Error(`there is no view ${DEFAULT_VIEW} of ${state.marginsVersion}`);
	const { spec } = market;
	const rule = marginRulesOf(state, profile)(spec.group);
	const outside = Object.values(oddsMilli).find((odds) => odds < rule.minOddsMilli || odds > rule.maxOddsMilli);
	if (outside !== undefined)
		return `${outside / 1_000} is outside of ${rule.minOddsMilli / 1_000} to ${rule.maxOddsMilli / 1_000}`;
	const own = applyMargin(rule.method, opinionOf(market, { ...state, fixed: {} }), rule.margin, spec.winners);
	if (!own.ok) return own.message;
	const said = spec.outcomes.map(({ outcomeId }) => {
		const odds = Object.hasOwn(oddsMilli, outcomeId) ? oddsMilli[outcomeId] : undefined;
		return odds === undefined ? null : 1_000 / odds;
	});
	const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
	const free = sum(own.values.filter((_, n) => said[n] === null));
	if (!(free > 0)) return "one outcome is left without a price, to carry the rest of the book";
	const share = (spec.winners * (1 + rule.margin) - sum(said.map((q) => q ?? 0))) / free;
	const implied = said.map((q, n) => q ?? (own.values[n] ?? 0) * share);
	if (implied.some((q, n) => !(q < 1) || q < 0 || (q === 0 && (market.fair[n] ?? 0) > 0)))
		return "nothing is left for the other outcomes at this margin";
	const fair = removeMargin(
		rule.method,
		implied.filter((q) => q > 0).map((q) => 1 / q),
		spec.winners,
	);
	if (!fair.ok) return fair.message;
	const values = fair.values.values();
	return implied.map((q) => (q > 0 ? (values.next().value ?? 0) : 0));
}

export function withoutFixedPrices(fixed: FixedMarkets, marketId: string | undefined): FixedMarkets {
	if (marketId === undefined) return {};
	const { [marketId]: _, ...others } = fixed;
	return others;
}

/** What withdraws a market, or begins the match, makes a price that was said before it one of another match. */
export function keptPrices(before: MatchState, after: MatchState, withdraw: InputEffect["withdraw"]): FixedMarkets {
	const { fixed } = after;
	const sport = sportOf(after);
	if (withdraw === "all" || (!sport.inPlay(before.sport) && sport.inPlay(after.sport))) return {};
	if (withdraw === "none") return fixed;
	const stays = ([marketId]: readonly [string, FixedMarket]): boolean =>
		!withdraw.includes(marketOf(after, marketId)?.spec.group ?? "");
	return Object.fromEntries(Object.entries(fixed).filter(stays));
}
