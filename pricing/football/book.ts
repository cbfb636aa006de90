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
		const fair: number[] = [];
		const end = pricer.offsets[index + 1] ?? 0;
		for (let at = pricer.offsets[index] ?? 0; at < end; at++) fair.push(pricer.fair[at] as number);
		book.push({ spec, fair, alive: pricer.alive[index] ?? [] });
	}
	return book;
}

export const book = (state: FootballState, params: Rates, tickMs: number): readonly FairMarket[] =>
	bookBy(shared, state, params, tickMs);
