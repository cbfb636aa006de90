import { expect, test } from "vitest";
import { nba2016Game7 } from "./basketball-nba2016-game7.ts";

test("the quarters add up to 89-93", () => {
	const sum = (side: "home" | "away") => nba2016Game7.quarters.reduce((total, quarter) => total + quarter[side], 0);
	expect([sum("home"), sum("away")]).toEqual([89, 93]);
	expect(nba2016Game7.quarters.length).toBe(4);
});

test("a book of prices has a margin: the implied probabilities add up to a little more than one", () => {
	const { moneyline, handicap, total } = nba2016Game7.prices;
	for (const prices of [moneyline, handicap.odds, total.odds]) {
		const sum = prices.reduce((all, oddsMilli) => all + 1_000 / oddsMilli, 0);
		expect(sum).toBeGreaterThan(1);
		expect(sum).toBeLessThan(1.1);
	}
});
