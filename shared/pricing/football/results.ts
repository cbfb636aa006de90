/** Markets that are decided, on the facts the feed stands by (SET-0). A market taken back is simply not among them. */
import type { SettledMarket } from "../sport.ts";
import type { FootballMarket } from "./markets/market.ts";
import { pathOf } from "./path.ts";
import type { FootballState } from "./state.ts";
import { FOOTBALL_FAMILIES } from "./table.ts";

const ALL_MARKETS: readonly FootballMarket[] = FOOTBALL_FAMILIES.flatMap(({ markets }) => markets);
/** HOU-1: decided markets stand, all others are void. */
const ABANDONED: readonly SettledMarket[] = ALL_MARKETS.map(({ spec }) => ({
	spec,
	state: { kind: "void", reason: "abandoned" },
}));

/** Every market of the table that is decided, whether or not it was ever offered. Equal results are the same object. */
export function results(state: FootballState): readonly SettledMarket[] {
	const path = pathOf(state, true);
	const isAbandoned = state.phase === "abandoned";
	const decided: SettledMarket[] = [];
	for (let index = 0; index < ALL_MARKETS.length; index++) {
		const { settled } = (ALL_MARKETS[index] as FootballMarket).verdict(path);
		if (settled !== null) decided.push(settled);
		else if (isAbandoned) decided.push(ABANDONED[index] as SettledMarket);
	}
	return decided;
}
