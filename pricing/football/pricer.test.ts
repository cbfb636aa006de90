import { describe, expect, test } from "vitest";
import { MODELS, paramsOf, plain, play, STATES, secondLeg, TIE_STATES, TIES } from "../../testing/football.ts";
import { AT, incident, phase } from "../../testing/football-inputs.ts";
import { bookBy } from "./book.ts";
import { football } from "./football.ts";
import { createFootballPricer } from "./pricer.ts";
import { referencePrices } from "./reference.ts";

const PARAMS = [paramsOf(2.7, 0.3), paramsOf(4.4, -1.6)] as const;

/** The largest difference between the fast and the slow price of any outcome on offer, and where. */
function worst(
	fast: ReturnType<typeof bookBy>,
	slow: ReturnType<typeof referencePrices>,
): { readonly by: number; readonly at: string } {
	let found = { by: 0, at: "" };
	for (const { spec, fair } of fast) {
		const expected = slow.get(spec.marketId) ?? [];
		spec.outcomes.forEach(({ outcomeId }, index) => {
			const by = Math.abs((fair[index] ?? Number.NaN) - (expected[index] ?? Number.NaN));
			if (!(by <= found.by)) found = { by, at: `${spec.marketId} ${outcomeId}: ${fair[index]} ${expected[index]}` };
		});
	}
	return found;
}

describe.each(MODELS)("with %s", (_name, model) => {
	test.each([...STATES, ...TIE_STATES])("every price is the reference's within 1e-12: %s", (_state, state, tickMs) => {
		for (const params of PARAMS) {
			const fast = bookBy(createFootballPricer(model), state, params, tickMs);
			expect(fast.length).toBeGreaterThan(1);
			const marketIds = new Set(fast.map(({ spec }) => spec.marketId));
			const { by, at } = worst(fast, referencePrices(state, params, tickMs, marketIds, model));
			expect(by, at).toBeLessThan(1e-12);
		}
	});
});

test("[MAT-2] a pricer that has priced other matches and other times gives the same book as a new one", () => {
	const used = createFootballPricer();
	for (let round = 0; round < 3; round++) {
		for (const [name, state, tickMs] of [...STATES, ...TIE_STATES.slice(0, 12)].toReversed()) {
			for (const params of PARAMS) {
				for (const tick of [tickMs + 600_000, tickMs]) {
					const expected = bookBy(createFootballPricer(), state, params, tick);
					expect(bookBy(used, state, params, tick), name).toEqual(expected);
				}
			}
		}
	}
});

test("[MAT-2] … and takes no match for another whose score is the same and whose tie is not", () => {
	const used = createFootballPricer();
	const inputs = [phase("first_half", 0), incident("goal", "away", "a"), phase("second_half", 4_800)];
	for (const [name, tie] of [...TIES, ...TIES]) {
		const state = play(inputs, secondLeg(tie));
		expect(bookBy(used, state, PARAMS[0], AT), name).toEqual(bookBy(createFootballPricer(), state, PARAMS[0], AT));
	}
});

test.each(MODELS)("[MAT-2] … however long it has followed one match, with %s", (_name, model) => {
	const used = createFootballPricer(model);
	const state = play([phase("first_half", 0)]);
	const params = { home: 1.2, away: 1.5 };
	for (let sec = 0; sec < 5_400; sec += 10) {
		const now = bookBy(used, state, params, AT + sec * 1_000);
		if (sec % 300 === 0)
			expect(now, `${sec} s`).toEqual(bookBy(createFootballPricer(model), state, params, AT + sec * 1_000));
	}
});

test("goals of both halves may be more than those of one: sums stay whole", () => {
	const many = createFootballPricer((params, facts) => ({
		...plain(params, facts),
		segments: { ...plain(params, facts).segments, first: { home: 11, away: 10 }, second: { home: 11, away: 10 } },
	}));
	for (const { fair, spec } of bookBy(many, play([]), paramsOf(2.7, 0), AT))
		expect(
			fair.reduce((sum, p) => sum + p, 0),
			spec.marketId,
		).toBeCloseTo(spec.winners, 6);
});

test("the layout's number stays while the same markets are on offer, and only then", () => {
	const pricer = createFootballPricer();
	const state = play([phase("first_half", 0)]);
	const listed = (sec: number): { readonly ids: string; readonly layoutNo: number } => {
		pricer.price(state, paramsOf(2.7, 0), AT + sec * 1_000);
		const ids = pricer.markets.slice(0, pricer.count()).map(({ spec }) => spec.marketId);
		return { ids: ids.join(), layoutNo: pricer.layoutNo() };
	};
	let last = listed(0);
	for (let sec = 1; sec < 900; sec++) {
		const now = listed(sec);
		expect(now.layoutNo === last.layoutNo, `after ${sec} s`).toBe(now.ids === last.ids);
		last = now;
	}
});

test.each([
	["first", [phase("first_half", 0)]],
	["second", [phase("first_half", 0), phase("second_half", 2_700)]],
])("a clock that nobody stops in the %s half: numbers to the end, of whatever sides", (_half, inputs) => {
	const state = play(inputs);
	const pricer = createFootballPricer();
	for (const params of [
		paramsOf(2.7, 0.3),
		{ home: 0.02, away: 0.02 },
		{ home: 9, away: 0.02 },
		{ home: 9, away: 9 },
	]) {
		for (let sec = 0; sec <= 40_000; sec += 200) {
			pricer.price(state, params, AT + sec * 1_000);
			const values = pricer.fair.subarray(0, pricer.offsets[pricer.count()]);
			expect(values.every((p) => p >= 0 && p <= 1)).toBe(true);
		}
	}
});

test("at kick-off an even match has 60 markets, 250 outcomes and every handicap of −3 … +3 by quarters", () => {
	const book = football.book(play([]), paramsOf(2.7, 0), AT);
	expect(book.length).toBeGreaterThanOrEqual(60);
	expect(book.reduce((sum, { fair }) => sum + fair.length, 0)).toBeGreaterThanOrEqual(250);
	const ids = book.map(({ spec }) => spec.marketId);
	expect(new Set(ids).size).toBe(ids.length);
	for (let line = -3; line <= 3; line += 0.25) expect(ids).toContain(`ah:${line}`);
});

test("a goal model that gives no numbers, or too many goals, is a fault with a reason", () => {
	const state = play([phase("first_half", 60)]);
	for (const home of [Number.NaN, -0.1, Number.POSITIVE_INFINITY, 21]) {
		const pricer = createFootballPricer((params, facts) => {
			const good = plain(params, facts);
			return { ...good, segments: { ...good.segments, first: { home, away: 1 } } };
		});
		expect(() => pricer.price(state, paramsOf(2.7, 0), AT)).toThrow(/expected goals/);
	}
	const lost = createFootballPricer((params, facts) => ({ ...plain(params, facts), shareWithin: () => Number.NaN }));
	expect(() => lost.price(state, paramsOf(2.7, 0), AT)).toThrow(/no numbers/);
});
