import { expect, test } from "vitest";
import { decode } from "../decode.ts";
import { traderActionSchema } from "./canonical.ts";

const pathOf = (command: object): string | null => {
	const decoded = decode(traderActionSchema, command);
	return decoded.ok ? null : (decoded.errors[0]?.path ?? "");
};

test.each([
	{ action: "set_margin", marginPpm: 0 },
	{ action: "set_margin", marginPpm: 300_000, group: "main" },
	{ action: "set_margin", marginPpm: null, view: "sharp", group: "totals" },
	{ action: "shift", marketId: "1x2", outcomeId: "home", stepMilli: -500 },
	{ action: "clear_shifts" },
	{ action: "clear_shifts", marketId: "ou:2.5" },
	{ action: "set_strengths", strengths: { homeGoals: 1.4, awayGoals: 1.1 } },
	{ action: "clear_strengths" },
	{ action: "set_following", inPlayPpm: 1_000_000 },
	{ action: "set_following", inPlayPpm: null },
	{ action: "set_price", marketId: "1x2", outcomeId: "home", oddsMilli: 1_800 },
	{ action: "clear_prices" },
	{ action: "set_lines", marketIds: ["ou:2.5", "ou:2.75"] },
	{ action: "clear_lines", marketId: "ou:2.5" },
	{ action: "set_liability_shift", maxMilli: 0 },
	{ action: "set_liability_shift", maxMilli: 100 },
])("a trader may say $action: %j", (command) => {
	expect(pathOf(command)).toBeNull();
});

test.each([
	["a margin that pays players", { action: "set_margin", marginPpm: -1 }, "marginPpm"],
	["a margin beyond its bound", { action: "set_margin", marginPpm: 300_001 }, "marginPpm"],
	["a margin in per cent", { action: "set_margin", marginPpm: 0.05 }, "marginPpm"],
	["no margin at all", { action: "set_margin" }, "marginPpm"],
	["a view that is no name", { action: "set_margin", marginPpm: 1, view: "Sharp" }, "view"],
	["a step of nothing", { action: "shift", marketId: "1x2", outcomeId: "home", stepMilli: 0 }, "stepMilli"],
	["a step too far", { action: "shift", marketId: "1x2", outcomeId: "home", stepMilli: 501 }, "stepMilli"],
	[
		"an outcome every object has",
		{ action: "shift", marketId: "1x2", outcomeId: "constructor", stepMilli: 1 },
		"outcomeId",
	],
	["a strength between its steps", { action: "set_liability_shift", maxMilli: 50 }, "maxMilli"],
	["more strength than is proved", { action: "set_liability_shift", maxMilli: 120 }, "maxMilli"],
	["no strengths", { action: "set_strengths", strengths: {} }, "strengths"],
	["a strength that is no number", { action: "set_strengths", strengths: { homeGoals: "2" } }, "strengths.homeGoals"],
	[
		"more strengths than FOLLOWING.namedStrengths",
		{ action: "set_strengths", strengths: { a: 1, b: 1, c: 1, d: 1, e: 1 } },
		"strengths",
	],
	["more than the whole way", { action: "set_following", inPlayPpm: 1_000_001 }, "inPlayPpm"],
	["a price in decimals", { action: "set_price", marketId: "1x2", outcomeId: "home", oddsMilli: 1.8 }, "oddsMilli"],
	["no lines", { action: "set_lines", marketIds: [] }, "marketIds"],
	["another field", { action: "clear_shifts", all: true }, "all"],
])("a trader may not say %s", (_name, command, path) => {
	expect(pathOf(command)).toBe(path);
});
