/** One suite on both ways of pricing a book, the slow and the fast, and the proof that they agree. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isOnLadder, stepAt } from "../shared/betting/ladder.ts";
import { MARGIN_METHODS, type MarginMethod } from "../shared/catalogue/margin-methods.ts";
import type { MarginRule } from "../shared/catalogue/schemas.ts";
import { type BookMarket, createBookMargin, NOT_OFFERED } from "./fast-margin.ts";
import { priceMarket } from "./price-market.ts";

type PriceBook = (markets: readonly BookMarket[], fair: readonly (readonly number[])[]) => readonly number[];
const slow: PriceBook = (markets, fair) =>
	markets.flatMap(({ rule, winners }, m) =>
		priceMarket(fair[m] ?? [], rule, winners).map((odds) => odds ?? NOT_OFFERED),
	);
const fast: PriceBook = (markets, fair) => {
	const book = createBookMargin(markets);
	const out = new Int32Array(book.outcomes).fill(77);
	book.apply(Float64Array.from(fair.flat()), out);
	return [...out];
};

const rule = (method: MarginMethod, margin: number, over: Partial<MarginRule> = {}): MarginRule => ({
	method,
	margin,
	minOddsMilli: 1_010,
	maxOddsMilli: 1_000_000,
	...over,
});
const market = (outcomes: number, charged: MarginRule, winners = 1): BookMarket => ({
	outcomes,
	winners,
	rule: charged,
});

describe.each([
	["slow", slow],
	["fast", fast],
] as const)("a book priced the %s way", (_name, price) => {
	test("several markets stand one after the other", () => {
		const markets = [
			market(2, rule("odds-ratio", 0.05)),
			market(3, rule("odds-ratio", 0.05)),
			market(3, rule("odds-ratio", 0.05), 2),
			market(4, rule("power", 0.1)),
			market(2, rule("multiplicative", 0.05)),
		];
		const fair = [
			[0.5, 0.5],
			[0.5, 0.3, 0.2],
			[0.8, 0.7, 0.5],
			[0.7, 0.2, 0.09, 0.01],
			[0.6, 0.4],
		];
		const odds = price(markets, fair);
		expect(odds).toEqual([
			1_900, 1_900, 1_920, 3_150, 4_600, 1_210, 1_360, 1_840, 1_370, 4_100, 8_400, 60_000, 1_580, 2_380,
		]);
	});

	test("what is decided, dead, missing or no number is not offered", () => {
		const two = market(2, rule("odds-ratio", 0.05));
		expect(
			price(
				[two, two, two, two],
				[
					[1, 0],
					[0, 0],
					[Number.NaN, Number.NaN],
					[0.6, 0.6],
				],
			),
		).toEqual(new Array(8).fill(NOT_OFFERED));
		for (const method of ["odds-ratio", "power"] as const) {
			const three = market(3, rule(method, 0.05));
			expect(
				price(
					[three, three, three],
					[
						[0, 0, 0],
						[1, 0, 0],
						[0.5, 0.7, -0.2],
					],
				),
			).toEqual(new Array(9).fill(NOT_OFFERED));
			expect(price([three], [[0.5, 0, 0.5]])).toEqual([1_900, NOT_OFFERED, 1_900]);
		}
	});

	test("[OFF-1] limits hold: nothing below the least price, and nothing beyond the highest", () => {
		const limited = rule("odds-ratio", 0.05, { minOddsMilli: 1_200, maxOddsMilli: 50_000 });
		expect(price([market(3, limited)], [[0.9, 0.09999, 0.00001]])).toEqual([NOT_OFFERED, 7_800, NOT_OFFERED]);
		// Its own price is 53, between the highest rung and the one above it.
		expect(price([market(3, limited)], [[0.6, 0.38293, 0.01707]])[2]).toBe(50_000);
	});

	test("a price that falls on a rung to the last bit is that rung", () => {
		// A coin at 25 % pays 1.60 exactly, three fair outcomes at 20 % pay 2.50.
		expect(price([market(2, rule("odds-ratio", 0.25))], [[0.5, 0.5]])).toEqual([1_600, 1_600]);
		expect(price([market(3, rule("power", 0.2))], [[1 / 3, 1 / 3, 1 / 3]])).toEqual([2_500, 2_500, 2_500]);
		expect(price([market(3, rule("odds-ratio", 0.2))], [[1 / 3, 1 / 3, 1 / 3]])).toEqual([2_500, 2_500, 2_500]);
	});
});

/** Probabilities of all sizes, some dead, with the rule they are charged by. */
const priced = fc
	.record({
		weights: fc.array(
			fc.oneof(
				{ weight: 6, arbitrary: fc.double({ min: 0.02, max: 1, noNaN: true }) },
				{ weight: 2, arbitrary: fc.double({ min: -18, max: 0, noNaN: true }).map(Math.exp) },
				{ weight: 1, arbitrary: fc.constant(0) },
			),
			{ minLength: 2, maxLength: 12 },
		),
		method: fc.oneof(
			{ weight: 5, arbitrary: fc.constantFrom<MarginMethod>("odds-ratio", "power") },
			{ weight: 1, arbitrary: fc.constantFrom(...MARGIN_METHODS) },
		),
		margin: fc.double({ min: 0.005, max: 0.2, noNaN: true }),
		minOddsMilli: fc.constantFrom(1_010, 1_100),
		maxOddsMilli: fc.constantFrom(50_000, 500_000, 1_000_000),
		isDouble: fc.boolean(),
	})
	.filter(({ weights }) => weights.some((weight) => weight > 0))
	.map(({ weights, method, margin, minOddsMilli, maxOddsMilli, isDouble }) => {
		const total = weights.reduce((sum, weight) => sum + weight, 0);
		const fair = weights.map((weight) => weight / total);
		const charged = { method, margin, minOddsMilli, maxOddsMilli };
		return isDouble && fair.length > 2
			? { market: market(fair.length, charged, fair.length - 1), fair: fair.map((p) => 1 - p) }
			: { market: market(fair.length, charged), fair };
	});

describe("slow and fast", () => {
	test("give the same prices for any book", () => {
		fc.assert(
			fc.property(fc.array(priced, { minLength: 1, maxLength: 8 }), (rows) => {
				const markets = rows.map((row) => row.market);
				const fair = rows.map((row) => row.fair);
				expect(fast(markets, fair)).toEqual(slow(markets, fair));
			}),
			{ numRuns: 1_500 },
		);
	});

	test("[MAT-2] the book before leaves no trace in the next", () => {
		fc.assert(
			fc.property(
				fc.constantFrom<MarginMethod>("odds-ratio", "power"),
				fc.double({ min: 0.01, max: 0.15, noNaN: true }),
				fc.array(fc.array(fc.double({ min: 1e-6, max: 1, noNaN: true }), { minLength: 5, maxLength: 5 }), {
					minLength: 2,
					maxLength: 5,
				}),
				(method, margin, books) => {
					const markets = [market(5, rule(method, margin))];
					const book = createBookMargin(markets);
					const out = new Int32Array(5);
					for (const weights of books) {
						const total = weights.reduce((sum, weight) => sum + weight, 0);
						const fair = weights.map((weight) => weight / total);
						book.apply(Float64Array.from(fair), out);
						expect([...out]).toEqual(slow(markets, [fair]));
					}
				},
			),
			{ numRuns: 500 },
		);
	});

	test("[MAT-2] … however little or much each book moves from the one before", () => {
		const step = fc.oneof(fc.double({ min: -6, max: 0, noNaN: true }), fc.constant(-20));
		fc.assert(
			fc.property(
				fc.array(priced, { minLength: 1, maxLength: 4 }),
				fc.array(fc.tuple(step, fc.infiniteStream(fc.double({ min: -1, max: 1, noNaN: true }))), { maxLength: 20 }),
				(rows, moves) => {
					const markets = rows.map((row) => row.market);
					const book = createBookMargin(markets);
					const out = new Int32Array(book.outcomes);
					let fair = rows.map((row) => row.fair);
					for (const [size, each] of moves) {
						fair = fair.map((chances, m) => {
							const winners = markets[m]?.winners ?? 1;
							const moved = chances.map((p) => p * Math.exp(10 ** size * Number(each.next().value)));
							const total = moved.reduce((sum, p) => sum + p, 0);
							return moved.map((p) => Math.min(1, (p * winners) / total));
						});
						book.apply(Float64Array.from(fair.flat()), out);
						expect([...out]).toEqual(slow(markets, fair));
					}
				},
			),
			{ numRuns: 400 },
		);
	});

	test.each<[string, MarginRule, readonly (readonly number[])[]]>([
		[
			"a jump after which the series points nowhere",
			rule("odds-ratio", 0.055, { maxOddsMilli: 500_000 }),
			[
				[0.991092604106642, 0.004453697946679016, 0.004453697946679016],
				[0.999, 0.0005, 0.0005],
				[0.99899, 0.000505, 0.000505],
			],
		],
		["more than the margin makes of it", rule("odds-ratio", 0.000546), [[0.1567688918, 0.8439256275]]],
		["the same of three", rule("odds-ratio", 0.000339), [[0.24679925974, 0.44538739992, 0.30838884552]]],
		["the same by power", rule("power", 0.000339), [[0.24679925974, 0.44538739992, 0.30838884552]]],
		[
			"less than nothing where nothing was",
			rule("odds-ratio", 0.05),
			[
				[0.5, 0.5, 0],
				[0.5, 0.5, -1e-17],
			],
		],
	])("agree on %s", (_what, charged, books) => {
		const markets = [market(books[0]?.length ?? 0, charged)];
		const book = createBookMargin(markets);
		const out = new Int32Array(book.outcomes);
		for (const fair of books) {
			book.apply(Float64Array.from(fair), out);
			expect([...out]).toEqual(slow(markets, [fair]));
		}
	});

	test("agree where a chance is hardly a number", () => {
		const fair = [0.6, 0.4 - 1e-300, 1e-300, 1e-310];
		for (const method of ["odds-ratio", "power"] as const) {
			const markets = [market(2, rule(method, 0.05)), market(4, rule(method, 0.1)), market(2, rule(method, 0.05))];
			const book = [[0.3, 0.7], fair, [0.2, 0.8]];
			expect(fast(markets, book)).toEqual(slow(markets, book));
		}
	});

	test("agree at every rung, where prices meet it to the last bits", () => {
		for (let rung = 1_060; rung < 900_000; rung += stepAt(rung)) {
			expect(isOnLadder(rung)).toBe(true);
			// The fair probability whose price at 5 % is this rung: q = 1000 / rung, and the other side has 1.05 − q.
			const q = 1_000 / rung;
			const c = Math.sqrt((q * (1.05 - q)) / ((1 - q) * (q - 0.05)));
			const p = q / (q + c * (1 - q));
			for (const near of [p, p * (1 + 2e-16), p * (1 - 2e-16), p * (1 + 1e-13), p * (1 - 1e-13)]) {
				if (!(near > 0 && near < 1)) continue;
				const markets = [market(2, rule("odds-ratio", 0.05)), market(2, rule("power", 0.05))];
				const fair = [
					[near, 1 - near],
					[near, 1 - near],
				];
				expect(fast(markets, fair)).toEqual(slow(markets, fair));
			}
		}
	});
});
