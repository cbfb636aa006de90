/** What must hold of every book, whatever the state: checked over random states. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Input, Side } from "../../shared/feeds/canonical.ts";
import { AT, basket, fixture, foul, playing, pointsFor, startOf, statement, told } from "../../testing/basketball.ts";
import type { FairMarket } from "../sport.ts";
import { basketball } from "./basketball.ts";
import { fairBook } from "./book.ts";
import { type BasketballState, opponentOf, type Strengths } from "./state.ts";

function play(inputs: readonly Input[], from: BasketballState): BasketballState {
	let state = from;
	for (const input of inputs) {
		const reduced = basketball.reduce(state, input, AT);
		if (!reduced.ok) throw new Error(`${input.kind}: ${reduced.message}`);
		state = reduced.state;
	}
	return state;
}

const side = fc.constantFrom<Side>("home", "away");
const tally = fc.record({ home: fc.integer({ min: 0, max: 38 }), away: fc.integer({ min: 0, max: 38 }) });
const spot = fc.record({
	expected: fc.record({ home: fc.integer({ min: 70, max: 130 }), away: fc.integer({ min: 70, max: 130 }) }),
	quarters: fc.array(tally, { minLength: 1, maxLength: 4 }),
	/** Points in the running period; a small number, so that many matches are close. */
	level: fc.boolean(),
	lead: fc.integer({ min: -7, max: 7 }),
	overtime: fc.boolean(),
	leftSec: fc.oneof(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 300 })),
	possession: fc.constantFrom("home", "away", "none"),
	freeThrows: fc.integer({ min: 0, max: 3 }),
	fouls: fc.integer({ min: 0, max: 5 }),
	fouling: side,
});

type Spot = { readonly state: BasketballState; readonly params: Strengths };

/** A state somewhere in a running period, often close and close to its end. */
const someSpot: fc.Arbitrary<Spot> = spot.map((drawn) => {
	const { expected, quarters, level, lead, leftSec, possession, freeThrows } = drawn;
	const isOvertime = drawn.overtime && quarters.length === 4;
	const sum = { home: 0, away: 0 };
	const scores = quarters.map((score, index) => {
		const isLast = index === quarters.length - 1;
		// The last quarter brings the match near to level where it should be close, and level before overtime.
		const away = isLast && (level || isOvertime) ? Math.max(0, sum.home + score.home - sum.away) : score.away;
		const home =
			isLast && (level || isOvertime)
				? Math.max(0, sum.away + away - sum.home) + (isOvertime ? 0 : Math.max(0, lead))
				: score.home;
		sum.home += home;
		sum.away += away;
		return pointsFor(index + 1, { home, away });
	});
	const running = isOvertime ? 5 : quarters.length;
	const inputs = [...told(scores.flat()), ...(isOvertime ? [statement("break_ot1", 2_880, undefined, false)] : [])];
	const start = startOf(running);
	const elapsedSec = running === 5 ? start + 300 - leftSec : start + 720 - leftSec;
	const prices = { expected: { total: expected.home + expected.away, supremacy: expected.home - expected.away } };
	const before = play(inputs, basketball.initial(fixture({ prices })));
	const facts = { possession, freeThrows: possession === "none" ? 0 : freeThrows };
	const state = play(
		[
			...(before.phase === playing(running) ? [] : [statement(playing(running), start)]),
			...Array.from({ length: drawn.fouls }, (_, n) => foul(drawn.fouling, `f${n}`)),
			statement(playing(running), elapsedSec, facts, false),
		],
		before,
	);
	return { state, params: expected };
});

/** The home side leads in the last quarter, and the feed does not say who has the ball. */
function leading(lead: number, leftSec: number): BasketballState {
	const played = told([pointsFor(1, { home: 20, away: 20 }), pointsFor(2, { home: lead, away: 0 })].flat());
	const prices = { expected: { total: 200, supremacy: 0 } };
	const inputs = [...played, statement("q4", startOf(4)), statement("q4", startOf(4) + 720 - leftSec, {}, false)];
	return play(inputs, basketball.initial(fixture({ prices })));
}

const bookOf = ({ state, params }: Spot, tickMs = AT): readonly FairMarket[] => fairBook(state, params, tickMs);
const fairOf = (book: readonly FairMarket[], marketId: string): readonly number[] =>
	book.find(({ spec }) => spec.marketId === marketId)?.fair ?? [];
const EPSILON = 1e-9;

describe("coherence over random states", { timeout: 120_000 }, () => {
	test("probabilities lie in [0, 1] and sum to one, and what cannot win is dead", () => {
		fc.assert(
			fc.property(someSpot, (spot) => {
				for (const { spec, fair, alive } of bookOf(spot)) {
					for (const p of fair) expect(p).toBeGreaterThanOrEqual(0);
					expect(fair.reduce((sum, p) => sum + p, 0)).toBeCloseTo(spec.winners, 9);
					expect(alive).toEqual(fair.map((p) => p > 0));
				}
			}),
		);
	});

	test("a spread shortens with its line, lies on the right side of the moneyline, and totals fall with theirs", () => {
		fc.assert(
			fc.property(someSpot, (spot) => {
				const book = bookOf(spot);
				const win = fairOf(book, "ml")[0] ?? Number.NaN;
				const families = new Map<string, (readonly [line: number, first: number])[]>();
				for (const { spec, fair } of book) {
					const words = spec.marketId.split(":");
					const line = Number(words.at(-1));
					if (!/(^|:)(sp|ou|tt)(:|$)/.test(words.slice(0, -1).join(":"))) continue;
					const family = words.slice(0, -1).join(":");
					families.set(family, [...(families.get(family) ?? []), [line, fair[0] ?? 0]]);
				}
				for (const [family, lines] of families) {
					const isSpread = family.endsWith("sp");
					const inOrder = lines.toSorted(([a], [b]) => a - b).map(([, p]) => (isSpread ? p : -p));
					for (const [index, p] of inOrder.entries())
						expect(p).toBeGreaterThanOrEqual((inOrder[index - 1] ?? Number.NEGATIVE_INFINITY) - EPSILON);
				}
				for (const [line, covers] of families.get("sp") ?? []) {
					// Nobody wins by nothing: at half a point the spread is the moneyline.
					if (line < 0) expect(covers).toBeLessThanOrEqual(win + EPSILON);
					else expect(covers).toBeGreaterThanOrEqual(win - EPSILON);
					if (Math.abs(line) === 0.5) expect(covers).toBeCloseTo(win, 9);
				}
			}),
		);
	});

	test("winner, result, overtime, winning margin and half-time/full-time speak of one match", () => {
		fc.assert(
			fc.property(someSpot, (spot) => {
				const book = bookOf(spot);
				const [win = 0] = fairOf(book, "ml");
				const bands = fairOf(book, "wm");
				expect(bands.slice(0, 5).reduce((sum, p) => sum + p, 0)).toBeCloseTo(win, 9);
				const [home = 0, draw = 0] = fairOf(book, "1x2");
				if (spot.state.phase.startsWith("ot")) {
					expect(fairOf(book, "1x2")).toEqual([]);
					return;
				}
				expect(fairOf(book, "ot")[0]).toBeCloseTo(draw, 9);
				expect(win).toBeGreaterThanOrEqual(home - EPSILON);
				expect(win).toBeLessThanOrEqual(home + draw + EPSILON);
				const doubles = fairOf(book, "htft");
				expect((doubles[0] ?? 0) + (doubles[3] ?? 0) + (doubles[6] ?? 0)).toBeCloseTo(home, 9);
			}),
		);
	});

	test("a basket for a side never lengthens its price to win, whoever has the ball and however little is left", () => {
		fc.assert(
			fc.property(someSpot, side, fc.integer({ min: 1, max: 3 }), (spot, scoring, points) => {
				const chance = (of: Spot): number => fairOf(bookOf(of), "ml")[scoring === "home" ? 0 : 1] ?? 0;
				const after = play([basket(scoring, points, "more")], spot.state);
				expect(chance({ ...spot, state: after })).toBeGreaterThanOrEqual(chance(spot) - EPSILON);
			}),
			{ numRuns: 500 },
		);
	});

	test("… nor where a lead is as good as safe and nobody is known to have the ball", () => {
		for (const home of [70, 100, 130])
			for (const away of [70, 100, 130])
				for (let lead = 0; lead <= 12; lead++)
					for (const leftSec of [0, 3, 7, 14, 20, 24, 27, 30, 40, 54, 60]) {
						const chance = (state: BasketballState): number =>
							fairOf(bookOf({ state, params: { home, away } }), "ml")[0] ?? 0;
						const at = leading(lead, leftSec);
						for (const points of [2, 3])
							expect(chance(play([basket("home", points, "more")], at))).toBeGreaterThanOrEqual(chance(at) - EPSILON);
					}
	});

	test("the ball is worth something: who has it is never the less likely to win for it", () => {
		fc.assert(
			fc.property(someSpot, side, ({ state, params }, having) => {
				const chance = (of: Side): number => {
					const ball = { kind: "possession" as const, side: of };
					return fairOf(bookOf({ params, state: { ...state, ball } }), "ml")[having === "home" ? 0 : 1] ?? 0;
				};
				expect(chance(having)).toBeGreaterThanOrEqual(chance(opponentOf(having)) - EPSILON);
			}),
		);
	});

	test("[MAT-2] the same state and tick give the same bytes, whatever was priced before", () => {
		fc.assert(
			fc.property(someSpot, someSpot, fc.integer({ min: 0, max: 400 }), (spot, other, sec) => {
				const tick = AT + sec * 1_000;
				const bytes = JSON.stringify(bookOf(spot, tick));
				bookOf(other, tick + 1_000);
				const copy = JSON.parse(JSON.stringify(spot.state)) as BasketballState;
				expect(JSON.stringify(bookOf({ state: copy, params: { ...spot.params } }, tick))).toBe(bytes);
				expect(JSON.stringify(basketball.results(copy))).toBe(JSON.stringify(basketball.results(spot.state)));
			}),
			{ numRuns: 50 },
		);
	});
});
