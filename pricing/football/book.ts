/** State and strengths → fair values of every market on offer. */
import type { FairMarket } from "../sport.ts";
import type { Rates } from "./outlook.ts";
import { createFootballPricer, type FootballPricer } from "./pricer.ts";
import type { FootballState } from "./state.ts";

/** One for all matches of a process: it remembers only what follows from its arguments. */
const shared = createFootballPricer();

export function bookBy(
	pricer: FootballPricer,
	state: FootballState,
	params: Rates,
	tickMs: number,
): readonly FairMarket[] {
	pricer.price(state, params, tickMs);
	const book: FairMarket[] = [];
	for (let index = 0; index < pricer.count(); index++) {
		const { spec } = pricer.markets[index] as FootballPricer["markets"][number];
		const fair = pricer.fair.slice(pricer.offsets[index], pricer.offsets[index + 1]);
		book.push({ spec, fair: Array.from(fair), alive: pricer.alive[index] ?? [] });
	}
	return book;
}

export const book = (state: FootballState, params: Rates, tickMs: number): readonly FairMarket[] =>
	bookBy(shared, state, params, tickMs);
