import { expect, test } from "vitest";
import { competitionCode } from "./competitions.ts";
import { GOAL_PARAMETERS } from "./fitted-parameters.ts";

test.each([
	["ENG1", "ENG1"],
	["Spain, LaLiga", "ESP1"],
	[" germany, bundesliga ", "GER1"],
	["Serie A", "Serie A"],
	["Premier League", "Premier League"],
	["World Cup 2022, final", "World Cup 2022, final"],
	["constructor", "constructor"],
])("%s is %s", (name, code) => {
	expect(competitionCode(name)).toBe(code);
});

test("every competition with a factor of its own has a name that feeds use", () => {
	for (const code of Object.keys(GOAL_PARAMETERS.total.competitions))
		expect(competitionCode(code.toLowerCase())).toBe(code);
});
