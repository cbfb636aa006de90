import { describe, expect, test } from "vitest";
import type { MatchImageBody, MatchSchemaBody } from "./match-frames.ts";
import { causeAtMs, matchFold, matchView, packed } from "./match-view.ts";

const schema: MatchSchemaBody = {
	sport: "football",
	competition: "World Cup 2022, final",
	home: ["Argentina", "ARG"],
	away: ["France", "FRA"],
	scheduledAtMs: 1,
	markets: [
		[
			"1x2",
			"Match result",
			"main",
			[
				["home", "1"],
				["draw", "X"],
				["away", "2"],
			],
		],
		[
			"ou:0.5",
			"Total goals 0.5",
			"totals",
			[
				["over", "Over"],
				["under", "Under"],
			],
		],
	],
};
const image: MatchImageBody = {
	n: 7,
	t: 1_000,
	q: 3,
	st: 0,
	c: ["first_half", "23'", 1_350, 1, 1, null, 1_000],
	s: [0, 0, 0, 0, []],
	i: [],
	m: [
		[0, 1, [2_700, 3_100, 2_950]],
		[0, 1, [1_080, 0]],
	],
};

describe("a match's frames in readable form", () => {
	const book = matchFold.image(matchFold.schema(null, schema, 7), image);

	test("[FRM-3] arrays keyed by the schema become names, and 0 becomes no price", () => {
		const view = matchView(book);
		expect(view?.markets[0]?.outcomes.map(({ outcomeId, oddsMilli }) => [outcomeId, oddsMilli])).toEqual([
			["home", 2_700],
			["draw", 3_100],
			["away", 2_950],
		]);
		expect(view?.markets[1]?.outcomes[1]).toEqual({ outcomeId: "under", name: "Under", oddsMilli: null, result: null });
	});

	test("a delta changes what it names and nothing else; a settled market shows who won", () => {
		const goal = matchFold.delta(book, {
			t: 2_000,
			q: 4,
			e: 1_990,
			s: [1, 0, 0, 0, []],
			i: [["g1", "goal", "home", "23", "Goal: Messi", 0, 0]],
			m: [[1, 4, 3, [], "wl"]],
		});
		const view = matchView(goal);
		expect(view?.state.score).toEqual({ home: 1, away: 0 });
		expect(view?.markets[0]).toEqual(matchView(book)?.markets[0]);
		expect(view?.markets[1]).toMatchObject({
			status: "settled",
			version: 3,
			outcomes: [{ result: "win" }, { result: "lose" }],
		});
		expect(view?.state.incidents).toMatchObject([{ incidentId: "g1", cancelled: false }]);
	});

	test("[FRM-3] what is done at the end of an image is one short text, and whole again at its reader", () => {
		const done = (count: number): MatchImageBody => ({
			...image,
			m: [
				[3, 2, []],
				[0, 1, [2_700, 3_100]],
				...Array.from({ length: count }, (_, n) =>
					n % 3 === 0 ? ([3, n, []] as const) : ([4, n, [], "wlv"] as const),
				),
			],
		});
		for (const count of [0, 1, 5, 200]) {
			const sent = packed(done(count));
			expect(sent.m.length).toBe(2);
			const markets = Array.from({ length: count + 2 }, () => schema.markets[0]);
			const schemaOnly = matchFold.schema(null, { ...schema, markets }, 7);
			expect(matchFold.image(schemaOnly, JSON.parse(JSON.stringify(sent))).image).toEqual(done(count));
		}
		expect(packed(done(200)).z?.length).toBeLessThan(200 * 8);
		const all: MatchImageBody = { ...image, m: [[4, 7, [], "wl"]] };
		expect(packed(all)).toMatchObject({ m: [], z: "7wl" });
		for (const z of ["", "wl", "7wl ", "7 wl", "-1"])
			expect(() => matchFold.image(matchFold.schema(null, schema, 7), { ...image, z })).toThrow();
	});

	test("[FRM-2] a market that the schema does not name, prices that it has no outcomes for, and numbers that are none are refused", () => {
		for (const m of [
			[[2, 0, 1, []]],
			[[-1, 0, 1, []]],
			[[0.5, 0, 1, []]],
			[[1e9, 0, 1, []]],
			[["0", 0, 1, []]],
			[[1, 0, 1, [1_080, 5_000, 3_000]]],
			[[1, 0, 1, [1_080.5, 0]]],
			[[1, 0, 1, [-1_080, 0]]],
		])
			expect(() => matchFold.delta(book, { t: 2_000, m })).toThrow();
		expect(() => matchFold.delta(book, JSON.parse('{"t":1e999}'))).toThrow();
		expect(() => matchFold.delta(book, JSON.parse('{"t":2000,"m":[[1,0,1,[1e999,0]]]}'))).toThrow();
		expect(() => matchFold.image(book, { ...image, m: [...image.m, [0, 1, []]] })).toThrow();
		expect(matchView(matchFold.delta(book, { t: 2_000, m: [[1, 2, 2, []]] }))?.markets[1]?.status).toBe("suspended");
	});

	test("an image of another schema is refused, and rubbish too", () => {
		expect(() => matchFold.image(book, { ...image, n: 8 })).toThrow(/schema 8/);
		expect(() => matchFold.delta(book, { m: "all" })).toThrow();
		expect(causeAtMs({ t: 1, e: 5 })).toBe(5);
		expect(causeAtMs("rubbish")).toBeNull();
	});
});
