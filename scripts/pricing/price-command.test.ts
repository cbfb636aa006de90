import { describe, expect, test } from "vitest";
import { sportModule } from "../../pricing/registry.ts";
import { isOnLadder } from "../../shared/betting/ladder.ts";
import { BadInput } from "./options.ts";
import { priceCommand } from "./price-command.ts";

type Market = {
	readonly marketId: string;
	readonly outcomes: readonly {
		readonly outcomeId: string;
		readonly fair: number;
		readonly oddsMilli: number | null;
	}[];
};
const ran = (line: string): string => priceCommand(line.split(" "));
const markets = (line: string): readonly Market[] => JSON.parse(ran(`${line} --json`)).markets;
const fairOf = (book: readonly Market[], marketId: string, index: number): number => {
	const outcome = book.find((market) => market.marketId === marketId)?.outcomes[index];
	if (outcome === undefined) throw new Error(`no ${marketId}`);
	return outcome.fair;
};
const refusal = (line: string): string => {
	try {
		return `accepted: ${ran(line).slice(0, 80)}`;
	} catch (error) {
		if (!(error instanceof BadInput)) throw error;
		return error.message;
	}
};

const FOOTBALL = "--sport football --home 1.5 --away 1.1";
const TENNIS = "--sport tennis --home .66 --away .62";
const BASKETBALL = "--sport basketball --home 112.5 --away 108";
const noModel = (sport: "tennis" | "basketball"): string =>
	sportModule(sport) === null ? ` (skipped: the platform has no model of ${sport} yet)` : "";

describe("npm run price", () => {
	test("shows a book as a table: market, outcome, fair share, odds with margin", () => {
		const lines = ran(`${FOOTBALL} --minute 60 --score 1-0 --red away`).split("\n");
		expect(lines[0]).toBe("Assumed: all goals fell in the first half (--half-time 1-0).");
		expect(lines[1]).toMatch(/^Market +Outcome +Fair % +Odds$/);
		expect(lines[2]).toMatch(/^Match result +1 +\d\d\.\d\d +1\.\d\d$/);
		expect(lines.at(-1)).toMatch(/^\d+ markets, \d+ outcomes$/);
		expect(ran(`${FOOTBALL} --format fractional`)).toMatch(/ \d+\/\d+\n/);
	});

	test("prices lie on the ladder, below the fair ones", () => {
		const book = markets(`${FOOTBALL} --minute 60 --score 1-0`);
		expect(book.length).toBeGreaterThan(5);
		for (const { oddsMilli, fair } of book.flatMap(({ outcomes }) => outcomes))
			if (oddsMilli !== null) expect(isOnLadder(oddsMilli) && oddsMilli <= 1_000 / fair).toBe(true);
	});

	test("goals, dismissals, the clock and the half in which goals fell all reach the model", () => {
		const home = (options: string): number => fairOf(markets(`${FOOTBALL} ${options}`), "1x2", 0);
		const level = home("--minute 60");
		expect(home("--minute 60 --score 1-0")).toBeGreaterThan(level);
		expect(home("--minute 60 --red away")).toBeGreaterThan(level);
		expect(home("--minute 60 --red home,home")).toBeLessThan(level);
		expect(home("--minute 80 --score 1-0")).toBeGreaterThan(home("--minute 60 --score 1-0"));
		expect(home("--minute ht --score 2-1 --half-time 2-1")).toBeGreaterThan(level);
		expect(home("--minute 45+2 --score 1-0")).toBeGreaterThan(level);
		expect(home("--minute 90+3 --score 2-1 --half-time 0-1")).toBeGreaterThan(0.9);
		expect(markets(`${FOOTBALL} --knockout --minute 60`).some(({ marketId }) => marketId === "trophy")).toBe(true);
	});

	test("[SET-6] a second leg is priced by both legs, and by away goals where they count", () => {
		const toQualify = (options: string): number => fairOf(markets(`${FOOTBALL} ${options}`), "trophy", 0);
		expect(toQualify("--first-leg 0-3")).toBeLessThan(0.1);
		expect(toQualify("--first-leg 3-0")).toBeGreaterThan(0.9);
		// Level again after 1-0 or 2-1, home has more goals scored away; level after 0-0 it can only have fewer.
		expect(toQualify("--first-leg 2-3 --away-goals")).toBeGreaterThan(toQualify("--first-leg 2-3") + 0.05);
		expect(toQualify("--first-leg 0-0 --away-goals")).toBeLessThan(toQualify("--first-leg 0-0") - 0.05);
		expect(ran(`${FOOTBALL} --first-leg 0-3`)).toMatch(/^To qualify /m);
	});

	test("a view with a thinner margin pays more", () => {
		const odds = (view: string): number => markets(`${FOOTBALL} --view ${view}`)[0]?.outcomes[0]?.oddsMilli ?? 0;
		expect(odds("sharp")).toBeGreaterThan(odds("standard"));
	});

	test.each([
		["", "--sport is needed: football, tennis, basketball"],
		["--sport curling", "there is no sport curling: football, tennis, basketball"],
		["--sport football", "--home is needed"],
		[`${FOOTBALL} --minute 130`, "--minute: 130 is no minute from 0 to 90, such as 60, 45+2 or ht"],
		[`${FOOTBALL} --minute 50+2`, "--minute: 50+2, but stoppage follows 45 or 90"],
		[`${FOOTBALL} --minute 60 --score 1`, "--score: 1 is no score such as 1-0"],
		[`${FOOTBALL} --minute 60 --score 99-0`, "--score: 99 is no whole number from 0 to 30"],
		[`${FOOTBALL} --minute 0 --score 1-0`, "no goals before the kick-off: 1-0"],
		[`${FOOTBALL} --minute 60 --score 1-0 --half-time 2-0`, "--half-time 2-0 does not lead to 1-0"],
		[`${FOOTBALL} --minute ht --score 1-0 --half-time 0-0`, "--half-time 0-0 does not lead to 1-0"],
		[`${FOOTBALL} --score 1-0`, "--score needs a --minute"],
		[`${FOOTBALL} --minute 60 --red left`, "--red: left is neither home nor away"],
		[`${FOOTBALL} --minute 60 --red home,home,home,home,home`, "--red: with more than 4 sent off, home cannot play on"],
		[`${FOOTBALL} --first-leg 3`, "--first-leg: 3 is no score such as 1-0"],
		[`${FOOTBALL} --away-goals`, "--away-goals needs a --first-leg"],
		[`${FOOTBALL} --view best`, "there is no view best"],
		[`${FOOTBALL} --sets 1-0`, expect.stringContaining("there is no option --sets")],
		["--sport football --home 0 --away 1.1", "--home and --away are goals expected in 90 minutes, above 0"],
		["--sport football --home 50 --away 1.1", expect.stringContaining("is no football match")],
	])("refuses %s", (line, message) => {
		expect(refusal(line)).toEqual(message);
	});

	test.skipIf(sportModule("tennis") === null)(`tennis: shares of points won on serve${noModel("tennis")}`, () => {
		const home = (options: string): number => fairOf(markets(`${TENNIS} ${options}`), "ml", 0);
		const before = home("");
		expect(before).toBeGreaterThan(0.5);
		expect(home("--best-of 5")).toBeGreaterThan(before);
		expect(home("--sets 1-0 --games 3-2 --points 30-15 --server home")).toBeGreaterThan(before);
		expect(home("--sets 0-1 --set-scores 6-7 --server away")).toBeLessThan(before);
		expect(refusal(`${TENNIS} --sets 2-0`)).toBe("--sets 2-0 is over in a best of 3");
		expect(refusal(`${TENNIS} --games 9-2`)).toContain("9-2");
		expect(refusal(`${TENNIS} --points 50-15`)).toContain("50-15");
		expect(refusal(`${TENNIS} --final-set none`)).toContain("finalSet");
		expect(refusal("--sport tennis --home 66 --away .62")).toContain("between 0 and 1");
	});

	test.skipIf(sportModule("basketball") === null)(
		`basketball: points expected in regular time${noModel("basketball")}`,
		() => {
			const home = (options: string): number => fairOf(markets(`${BASKETBALL} ${options}`), "ml", 0);
			const before = home("");
			expect(before).toBeGreaterThan(0.5);
			expect(home("--minute 30 --score 70-66")).toBeGreaterThan(before);
			expect(home("--minute 30 --score 70-66 --quarters 28-24,22-25,20-17")).toBeGreaterThan(before);
			expect(home("--minute 24 --score 40-60 --possession away")).toBeLessThan(before);
			expect(refusal(`${BASKETBALL} --minute 60`)).toContain("is no minute of play from 0 to 48");
			expect(refusal(`${BASKETBALL} --minute 30 --score 70-66 --quarters 20-20`)).toContain("is not 70-66");
			expect(refusal(`${BASKETBALL} --minute 0 --score 2-0`)).toBe("no points before the start: 2-0");
		},
	);
});
