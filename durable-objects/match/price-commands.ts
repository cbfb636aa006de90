/** A trader's commands on strengths, prices and lines. Refusals leave the match as it was. Pure. */
import type { TraderAction } from "../../shared/feeds/canonical.ts";
import { marketStrengths, repriced } from "./calibration.ts";
import { withFixedPrice, withoutFixedPrices } from "./fixed-prices.ts";
import { fairMarkets } from "./listing.ts";
import { familyOf, withoutLines } from "./offered-lines.ts";
import { type MatchState, sportOf } from "./state.ts";

type Done =
	| { readonly ok: true; readonly state: MatchState }
	| { readonly ok: false; readonly code: string; readonly message: string };

const PRICE_ACTIONS = [
	"set_strengths",
	"clear_strengths",
	"set_following",
	"set_price",
	"clear_prices",
	"set_lines",
	"clear_lines",
] as const;
export type PriceCommand = Extract<TraderAction, { action: (typeof PRICE_ACTIONS)[number] }>;

const refuse = (code: string, message: string): Done => ({ ok: false, code, message });

export function withPriceCommand(state: MatchState, command: PriceCommand, trader: string, tickMs: number): Done {
	const done = (change: Partial<MatchState>): Done => ({ ok: true, state: { ...state, ...change } });
	switch (command.action) {
		case "set_strengths": {
			const set = sportOf(state).strengthsFrom(state.params, state.sport, command.strengths);
			if (!set.ok) return refuse(set.code, set.message);
			const standing = { name: trader, sinceMs: tickMs, market: marketStrengths(state) };
			const following = { ...state.following, trader: standing };
			return { ok: true, state: repriced({ ...state, following }, set.params, tickMs) };
		}
		case "clear_strengths": {
			const market = marketStrengths(state);
			const following = { ...state.following, trader: null };
			return { ok: true, state: repriced({ ...state, following }, market, tickMs) };
		}
		case "set_following":
			return done({ following: { ...state.following, inPlayPpm: command.inPlayPpm } });
		case "set_price": {
			const fixing = withFixedPrice(state, command, trader, tickMs);
			return fixing.ok ? done({ fixed: fixing.fixed }) : fixing;
		}
		case "clear_prices":
			return done({ fixed: withoutFixedPrices(state.fixed, command.marketId) });
		case "set_lines":
			return withLines(state, command.marketIds, tickMs);
		case "clear_lines": {
			if (command.marketId === undefined) return done({ lines: {} });
			const { [familyOf(command.marketId) ?? ""]: _, ...others } = state.lines;
			return done({ lines: others });
		}
	}
}

function withLines(state: MatchState, marketIds: readonly string[], tickMs: number): Done {
	const families = new Set(marketIds.map(familyOf));
	const [family = null] = families;
	if (families.size !== 1 || family === null) return refuse("not_one_family", "these are not lines of one family");
	const { [family]: _, ...others } = state.lines;
	// Judged by what the sport offers, not by what an earlier choice, or the fixture's lines, have left of it.
	const offered = fairMarkets({ ...state, fixture: withoutLines(state.fixture), lines: others }, tickMs);
	const missing = marketIds.find((marketId) => !offered.has(marketId));
	if (missing !== undefined) return refuse("unknown_market", `${missing} is not on offer now`);
	return { ok: true, state: { ...state, lines: { ...others, [family]: [...new Set(marketIds)] } } };
}
