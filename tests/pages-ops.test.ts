/** `/ops` sends what a trader meant: numbers that were read, effects that were said, and what is wide only when confirmed. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildPages } from "../scripts/build-pages.ts";
import { decode } from "../shared/decode.ts";
import { traderActionSchema } from "../shared/feeds/canonical.ts";
import { openChromium } from "./chromium.ts";
import { until } from "./harness.ts";
import { applied, choose, type OpsStage, openOpsStage, pricingOf, says } from "./ops-stage.ts";
import type { Reply } from "./page-stage.ts";

let browser: Browser;
beforeAll(async () => {
	await buildPages();
	browser = await openChromium();
});
afterAll(() => browser.close());

const onOps = (locale?: string, reply?: (attempt: number) => Reply): Promise<OpsStage> =>
	openOpsStage(browser, locale, reply);

describe("a trader's number", () => {
	test.each([
		["en-GB", "set_margin", "6,5", "5 % → 6.5 %", { action: "set_margin", marginPpm: 65_000 }],
		["de-DE", "set_margin", "6,5", "5 % → 6,5 %", { action: "set_margin", marginPpm: 65_000 }],
		["en-GB", "set_margin", "0", "5 % → 0 %", { action: "set_margin", marginPpm: 0 }],
		["de-DE", "set_cap", "1.250,50", "€5.000,00 → €1.250,50", { action: "set_cap", capBaseMinor: 125_050 }],
		["en-GB", "set_cap", "0", "No bet is taken on Argentina", { action: "set_cap", capBaseMinor: 0 }],
		["en-GB", "set_delay", "8,000", "5,000 ms → 8,000 ms", { action: "set_delay", delayMs: 8_000 }],
		["en-GB", "set_liability_shift", "40", "100 → 40", { action: "set_liability_shift", maxMilli: 40 }],
	])(
		"[PAG-4] in %s %s %s is said in words, confirmed, and sent as it was read",
		async (locale, action, typed, words, command) => {
			const stage = await onOps(locale);
			await choose(stage, action, typed);
			await says(stage, ".preview", words);
			await stage.page.click(".send");
			await says(stage, ".question", words);
			expect(stage.commands).toEqual([]);
			await stage.page.click(".confirm");
			await says(stage, ".note", "applied");
			expect(stage.commands.map((sent) => sent.command)).toEqual([command]);
			expect(decode(traderActionSchema, stage.commands[0]?.command).ok).toBe(true);
			await stage.close();
		},
	);

	test.each([
		["set_margin", "abc", "not a number"],
		["set_margin", "", "Write an amount, like 6.5"],
		["set_margin", "  ", "Write an amount"],
		["set_margin", "-1", "below zero"],
		["set_margin", "1e3", "not a number"],
		["set_margin", "31", "from 0 to 30"],
		["set_margin", "6.54321", "At most 4 decimals"],
		["set_cap", "", "Write an amount"],
		["set_cap", "-5", "below zero"],
		["set_cap", "1.000", "may mean 1 or 1000"],
		["set_cap", "Infinity", "not a number"],
		["set_delay", "12001", "from 0 to 12,000"],
		["set_delay", "1.5", "Only whole numbers"],
		["set_liability_shift", "30", "a multiple of 20"],
	])("[PAG-3] %s %j is refused beside its field, and nothing is sent or asked", async (action, typed, reason) => {
		const stage = await onOps();
		await choose(stage, action, typed);
		await stage.page.click(".send");
		await says(stage, ".trader .field-error", reason);
		expect(await stage.page.getAttribute('[name="number"]', "aria-invalid")).toBe("true");
		expect(await stage.page.isHidden(".question")).toBe(true);
		expect(stage.commands).toEqual([]);
		await stage.close();
	});

	test("[PAG-3] a shift may fall, never by nothing, and only on one market", async () => {
		const stage = await onOps();
		await choose(stage, "shift", "−20");
		await stage.page.click(".send");
		await says(stage, ".trader .field-error", "Choose a market");
		await stage.page.selectOption('[name="market"]', "1x2");
		await stage.page.fill('[name="number"]', "0");
		await says(stage, ".trader .field-error", "changes nothing");
		await stage.page.fill('[name="number"]', "−20");
		await says(stage, ".preview", "shift +40 → +20");
		await stage.page.click(".send");
		await stage.page.click(".confirm");
		await says(stage, ".note", "applied");
		expect(stage.commands.map((sent) => sent.command)).toEqual([
			{ action: "shift", marketId: "1x2", outcomeId: "home", stepMilli: -20 },
		]);
		await stage.close();
	});

	test("[PAG-3] the override goes by its own command only", async () => {
		const stage = await onOps();
		await choose(stage, "clear_margin");
		await stage.page.click(".send");
		await says(stage, ".question", "5 % → the profile's own. Prices 2 markets anew. Margins by group or view stay: 1.");
		await stage.page.click(".confirm");
		await says(stage, ".note", "applied");
		expect(stage.commands.map((sent) => sent.command)).toEqual([{ action: "set_margin", marginPpm: null }]);
		await stage.close();
	});
});

describe("what a command will do", () => {
	test("[PAG-4] Suspend All says how many markets and asks; left, nothing is sent", async () => {
		const stage = await onOps();
		await stage.page.click(".send");
		await says(
			stage,
			".question",
			"Withdraws every market of Argentina – France until reopened: 2 markets, 1 on sale now.",
		);
		await stage.page.click(".cancel");
		expect(await stage.page.isHidden(".question")).toBe(true);
		expect(stage.commands).toEqual([]);
		await stage.page.click(".send");
		await stage.page.click(".confirm");
		await says(stage, ".note", "applied");
		expect(stage.commands.map((sent) => sent.command)).toEqual([{ action: "suspend" }]);
		await stage.close();
	});

	test("[PAG-4] one market is suspended at once, and once, by a double click", async () => {
		const stage = await onOps();
		await stage.page.selectOption('[name="market"]', "1x2");
		await says(stage, ".preview", "Withdraws Market 1x2 until reopened");
		await stage.page.dblclick(".send");
		await says(stage, ".note", "applied");
		expect(stage.commands.map((sent) => sent.command)).toEqual([{ action: "suspend", marketIds: ["1x2"] }]);
		await stage.close();
	});

	test("[PAG-4] neither a double click nor Enter pressed again confirms", async () => {
		const stage = await onOps();
		await choose(stage, "set_cap", "0");
		await stage.page.dblclick(".send");
		await says(stage, ".question", "→ €0.00");
		await stage.page.keyboard.press("Enter");
		await stage.page.focus('[name="number"]');
		for (let times = 0; times < 4; times++) await stage.page.keyboard.press("Enter");
		expect(stage.commands).toEqual([]);
		await stage.close();
	});

	test("[PAG-4] another number takes the question back", async () => {
		const stage = await onOps();
		await choose(stage, "set_cap", "100");
		await stage.page.click(".send");
		await says(stage, ".question", "€100.00");
		await stage.page.fill('[name="number"]', "200");
		expect(await stage.page.isHidden(".question")).toBe(true);
		await stage.close();
	});

	test("[PAG-4] a value that another trader has changed since is asked about again", async () => {
		const stage = await onOps();
		await choose(stage, "set_margin", "6.5");
		await stage.page.click(".send");
		await says(stage, ".question", "5 % → 6.5 %");
		stage.holds({ pricing: pricingOf(120_000) });
		await says(stage, ".notes", "margin 12 %");
		await stage.page.click(".confirm");
		await says(stage, ".question", "12 % → 6.5 %");
		expect(stage.commands).toEqual([]);
		await stage.page.click(".confirm");
		await says(stage, ".note", "applied");
		expect(stage.commands).toHaveLength(1);
		await stage.close();
	});

	test("[PAG-4] a market that goes from the list leaves nothing chosen, never the whole match", async () => {
		const stage = await onOps();
		await stage.page.selectOption('[name="market"]', "1x2");
		stage.markets(["dc", "ou:2.5", "trophy"]);
		await says(stage, ".trader .field-error", "Choose a market");
		await stage.page.click(".send");
		expect(await stage.page.isHidden(".question")).toBe(true);
		expect(stage.commands).toEqual([]);
		await stage.close();
	});

	test("[PAG-4] a command that was lost is sent again under its id", async () => {
		const stage = await onOps("en-GB", (attempt) => (attempt === 1 ? "lost" : applied));
		await choose(stage, "set_delay", "8000");
		await stage.page.click(".send");
		await stage.page.click(".confirm");
		await says(stage, ".note", "may have acted");
		await stage.page.click(".confirm");
		await says(stage, ".note", "applied");
		await until(async () => (stage.commands.length === 2 ? true : null));
		expect(stage.commands[1]).toEqual(stage.commands[0]);
		expect(stage.troubles).toEqual([]);
		await stage.close();
	});
});
