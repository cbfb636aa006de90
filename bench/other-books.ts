/** Books of tennis and basketball to be priced again and again. */
import { basketball } from "../pricing/basketball/basketball.ts";
import type { FairMarket } from "../pricing/sport.ts";
import { tennis } from "../pricing/tennis/tennis.ts";
import * as court from "../testing/basketball.ts";
import { point, stated, tennisFixture } from "../testing/tennis.ts";

export type Books = (call: number) => readonly FairMarket[];

const POINTS = 150;
/** The home player wins three points of five, in a turn that no game is as long as. */
const HOME_EACH = [true, false, true, true, false] as const;

function taken<T>(
	reduced: { readonly ok: true; readonly state: T } | { readonly ok: false; readonly message: string },
): T {
	if (!reduced.ok) throw new Error(reduced.message);
	return reduced.state;
}

/** Each call is another point of a match of five sets. */
export function rallies(): Books {
	const fixture = tennisFixture({ format: { bestOf: 5 }, prices: { moneyline: [1_750, 2_150] } });
	const solved = tennis.params(fixture);
	if (!solved.ok) throw new Error(solved.message);
	let state = taken(tennis.reduce(tennis.initial(fixture), stated("playing", { server: "home" }), court.AT));
	const states = Array.from({ length: POINTS }, (_none, no) => {
		const side = HOME_EACH[no % HOME_EACH.length] === true ? "home" : "away";
		state = taken(tennis.reduce(state, point(side), court.AT));
		return state;
	});
	return (call) => tennis.book(states[call % POINTS] ?? state, solved.params, court.AT);
}

/** Each call is another second of a first quarter. */
export function firstQuarter(): Books {
	const fixture = court.fixture();
	const solved = basketball.params(fixture);
	if (!solved.ok) throw new Error(solved.message);
	const state = taken(basketball.reduce(basketball.initial(fixture), court.statement("q1", 60), court.AT));
	return (call) => basketball.book(state, solved.params, court.AT + call * 1_000);
}
