import { describe, expect, test } from "vitest";
import type { SettledMarket } from "../../pricing/sport.ts";
import { betStart, incident, phase } from "../../testing/football-inputs.ts";
import { MATCH, playing, quoted, storedState } from "../../testing/match.ts";
import { isListingDue, marketOf, relist } from "./listing.ts";
import { mergeResults } from "./results.ts";

describe("[MAT-1] versions", () => {
	test("rise where a group is withdrawn and reopened in one turn, and nowhere else", async () => {
		const state = storedState(await playing());
		const after = relist(state, state.lastTick, ["totals"]);
		for (const market of state.markets) {
			const rise = market.spec.group === "totals" && market.status === "open" ? 1 : 0;
			expect(marketOf(after, market.spec.marketId)?.version).toBe(market.version + rise);
		}
		expect(after.markets.some((market, at) => market.version > (state.markets[at]?.version ?? 0))).toBe(true);
	});

	test("and the very list stay the same where nothing is due", async () => {
		const state = storedState(await playing());
		expect(isListingDue(state, state.lastTick)).toBe(false);
		const after = relist(state, state.lastTick, "none");
		expect(after.markets).toBe(state.markets);
		expect(after.results).toBe(state.results);
	});
});

describe("[SET-2] results", () => {
	const decided = (marketId: string, winner: string): SettledMarket => ({
		spec: { marketId, name: marketId, group: "main", period: "regular", outcomes: [], winners: 1 },
		state: { kind: "settled", outcomes: { [winner]: { kind: "win" } } },
	});

	test("are kept of markets that were listed; a sport may name more", () => {
		const results = mergeResults({}, [decided("a", "x"), decided("b", "y")], {}, (marketId) => marketId === "a");
		expect(Object.keys(results)).toEqual(["a"]);
	});

	test("[SET-1] the same facts said again are no new version, whatever the order of outcomes; others are", () => {
		const isListed = (): boolean => true;
		const both = (first: string, second: string): SettledMarket => ({
			...decided("a", "x"),
			state: {
				kind: "settled",
				outcomes: { [first]: { kind: "dead_heat", places: 1, tied: 2 }, [second]: { kind: "lose" } },
			},
		});
		const before = mergeResults({}, [both("x", "y")], {}, isListed);
		const reversed: SettledMarket = {
			...both("x", "y"),
			state: { kind: "settled", outcomes: { y: { kind: "lose" }, x: { kind: "dead_heat", places: 1, tied: 2 } } },
		};
		expect(mergeResults(before, [reversed], {}, isListed)).toBe(before);
		const tied: SettledMarket = {
			...reversed,
			state: { kind: "settled", outcomes: { y: { kind: "lose" }, x: { kind: "dead_heat", places: 1, tied: 3 } } },
		};
		expect(mergeResults(before, [tied], {}, isListed).a?.settlementVersion).toBe(2);
		expect(mergeResults(before, [], {}, isListed).a).toMatchObject({ settlementVersion: 2, state: { kind: "open" } });
	});

	test("of an abandoned match: what is decided stands, all else that was listed is void, and nothing else is named", async () => {
		const platform = await playing();
		await platform.feed(incident("goal", "home", "g1"), betStart(), phase("abandoned", 600, false));
		const { markets, results } = storedState(platform);
		expect(Object.keys(results).toSorted()).toEqual(markets.map(({ spec }) => spec.marketId).toSorted());
		expect(results["ou:0.5"]?.state.kind).toBe("settled");
		expect(results["1x2"]?.state).toMatchObject({ kind: "void" });
		expect(markets.every(({ status }) => status === "settled")).toBe(true);
		expect(quoted(platform, "1x2").status).toBe("settled");
		expect(platform.match(MATCH).ops()?.ended).toBe(true);
	});
});
