/** `/ops` shows what somebody must look at, and sends a trader's word on results, strengths and prices under his own name. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildPages } from "../scripts/build-pages.ts";
import { decode } from "../shared/decode.ts";
import { traderActionSchema } from "../shared/feeds/canonical.ts";
import { openChromium } from "./chromium.ts";
import { applied, choose, type OpsStage, openOpsStage, says } from "./ops-stage.ts";
import { sayName } from "./page-stage.ts";

let browser: Browser;
beforeAll(async () => {
	await buildPages();
	browser = await openChromium();
});
afterAll(() => browser.close());

const onOps = (locale = "en-GB"): Promise<OpsStage> => openOpsStage(browser, locale);
const CONTRADICTION = { kind: "contradiction", message: "a score of 0-1 after 1-0", sinceMs: 1_000 };
const PROPOSAL = { kind: "proposal", message: "ada: settle_market 1x2", sinceMs: 1_000, proposalId: "c-7" };
const STRENGTHS = {
	values: { homeGoals: 1.45, awayGoals: 1.1 },
	market: { homeGoals: 1.3, awayGoals: 1.1 },
	source: "fixture",
	trader: null,
	followingPpm: 250_000,
};
/** Confirms the question that stands, and gives what has been sent since the page was opened. */
async function confirmed(stage: OpsStage, words: string): Promise<readonly object[]> {
	await says(stage, ".question", words);
	await stage.page.click(".confirm");
	await says(stage, ".note", "applied");
	for (const { command } of stage.commands) expect(decode(traderActionSchema, command).ok).toBe(true);
	return stage.commands.map(({ command }) => command);
}
const decides = (stage: OpsStage, label: string): Promise<void> => stage.page.click(`[data-decides="${label}"]`);

describe("who it is", () => {
	test("[SET-7] nobody commands without a name; it is asked once, kept over a reload, and may be another's", async () => {
		const stage = await openOpsStage(browser, "en-GB", () => applied, null);
		await stage.page.selectOption('[name="market"]', "1x2");
		await stage.page.click(".send");
		await says(stage, ".note", "Say above who you are");
		expect(stage.commands).toEqual([]);
		await stage.page.waitForSelector('[name="trader"]:focus');
		await sayName(stage.page, "  Ada   Lovelace ".trim());
		await stage.page.reload();
		await stage.page.waitForSelector('#trader-name:has-text("Ada Lovelace")');
		await stage.page.selectOption('[name="market"]', "1x2");
		await stage.page.click(".send");
		await says(stage, ".note", "applied");
		await stage.page.click('button:has-text("Not me")');
		await sayName(stage.page, "bo");
		await stage.page.click(".send");
		await says(stage, ".note", "applied");
		expect(stage.commands.map(({ trader }) => trader)).toEqual(["Ada Lovelace", "bo"]);
		await stage.close();
	});
});

describe("what somebody must look at", () => {
	test("[MAT-8] a contradiction stands first and is resolved by a word that is confirmed", async () => {
		const stage = await onOps();
		stage.holds({
			attention: [CONTRADICTION, { kind: "overdue", message: "3 markets have no result", sinceMs: null }],
		});
		await says(stage, '[data-attention="contradiction"]', "a score of 0-1 after 1-0");
		await says(stage, "#tile-attention", "2");
		expect(await stage.page.locator('[data-attention="overdue"] button').count()).toBe(0);
		await decides(stage, "Take the feed's word");
		expect(stage.commands).toEqual([]);
		expect(await confirmed(stage, "The feed is right")).toEqual([{ action: "resolve", take: "feed" }]);
		await decides(stage, "Keep ours");
		expect((await confirmed(stage, "We are right")).at(-1)).toEqual({ action: "resolve", take: "ours" });
		await stage.close();
	});

	test("[PAG-4] a contradiction that is another by now is not resolved by the word on the first", async () => {
		const stage = await onOps();
		stage.holds({ attention: [CONTRADICTION] });
		await decides(stage, "Keep ours");
		await says(stage, ".question", "0-1 after 1-0");
		stage.holds({ attention: [{ ...CONTRADICTION, message: "a score of 3-0 after 1-0" }] });
		await says(stage, ".attention", "3-0");
		await stage.page.click(".confirm");
		await says(stage, ".note", "Nothing was sent");
		expect(stage.commands).toEqual([]);
		await stage.close();
	});

	test.each([
		["Approve", "Approves, and it happens now: ada: settle_market 1x2", "approve"],
		["Dismiss", "it does not happen: ada: settle_market 1x2", "dismiss"],
	])("[SET-7] %s names the proposal and asks first", async (label, words, action) => {
		const stage = await onOps();
		stage.holds({ attention: [PROPOSAL] });
		await stage.page.dblclick(`[data-decides="${label}"]`);
		expect(stage.commands).toEqual([]);
		expect(await confirmed(stage, words)).toEqual([{ action, proposalId: "c-7" }]);
		await stage.close();
	});

	test("[SET-7] a match that has ended is there while something of it waits, and when it is asked for", async () => {
		const stage = await onOps();
		stage.holds({ ended: true, attention: [PROPOSAL] });
		await says(stage, ".attention", "ada: settle_market 1x2");
		stage.holds({ attention: [] });
		await stage.page.waitForSelector("[data-match]", { state: "detached" });
		await stage.page.click('#ended:has-text("Show 1 that have ended")');
		await stage.page.waitForSelector("[data-match]");
		await stage.close();
	});
});

describe("a trader's word on a result", () => {
	test("[SET-7] every outcome is said, the winner first, and nobody winning is refused beside the fields", async () => {
		const stage = await onOps();
		await choose(stage, "settle_market");
		await stage.page.selectOption('[name="market"]', "1x2");
		await stage.page.click(".send");
		await says(stage, ".trader .field-error", "Nobody wins");
		await stage.page.selectOption('[data-settles="home"]', "half_win");
		await stage.page.selectOption('[data-settles="draw"]', "void");
		await stage.page.selectOption('[data-settles="away"]', "half_lose");
		await stage.page.click(".send");
		const outcomes = { home: { kind: "half_win" }, draw: { kind: "void" }, away: { kind: "half_lose" } };
		expect(await confirmed(stage, "Market 1x2 (open) → half wins: home; void: draw; half loses: away")).toEqual([
			{ action: "settle_market", marketId: "1x2", outcomes },
		]);
		await stage.close();
	});

	test("[SET-7] what has been paid is said to wait for a second person, and not to be refused", async () => {
		const message = "money has been paid on it: c-1 waits until somebody else approves it";
		const waits = { status: 200, body: { kind: "refused", code: "needs_second_person", message } };
		const stage = await openOpsStage(browser, "en-GB", () => waits);
		await choose(stage, "void_market");
		await stage.page.selectOption('[name="market"]', "1x2");
		await stage.page.fill('[name="reason"]', "wrong pitch");
		await stage.page.click(".send");
		await stage.page.click(".confirm");
		await says(stage, ".note", "waits for a second person: money has been paid");
		expect(await stage.page.inputValue('[name="reason"]')).toBe("");
		await stage.close();
	});

	test("[SET-7] a dead heat has one count, and another market begins anew", async () => {
		const stage = await onOps();
		await choose(stage, "settle_market");
		await stage.page.selectOption('[name="market"]', "1x2");
		await stage.page.selectOption('[data-settles="home"]', "dead_heat");
		await stage.page.selectOption('[data-settles="draw"]', "dead_heat");
		await stage.page.fill('[name="places"]', "2");
		await stage.page.click(".send");
		await says(stage, ".trader .field-error", "fewer places");
		await stage.page.fill('[name="places"]', "1");
		await stage.page.fill('[name="reason"]', "photo finish");
		await stage.page.click(".send");
		const heat = { kind: "dead_heat", places: 1, tied: 2 };
		expect(await confirmed(stage, "dead heat (1 of 2): home, draw; loses: away")).toEqual([
			{
				action: "settle_market",
				marketId: "1x2",
				outcomes: { home: heat, draw: heat, away: { kind: "lose" } },
				reason: "photo finish",
			},
		]);
		await stage.page.selectOption('[data-settles="home"]', "win");
		await stage.page.selectOption('[name="market"]', "ou:2.5");
		expect(await stage.page.inputValue('[data-settles="home"]')).toBe("lose");
		await stage.close();
	});

	test.each(["void_market", "rollback_result"])("[SET-7] %s wants a reason", async (action) => {
		const stage = await onOps();
		await choose(stage, action);
		await stage.page.selectOption('[name="market"]', "1x2");
		await stage.page.click(".send");
		await says(stage, ".trader .field-error", "Write why");
		await stage.page.fill('[name="reason"]', "wrong pitch");
		await stage.page.click(".send");
		expect(await confirmed(stage, "Market 1x2 (open) →")).toEqual([{ action, marketId: "1x2", reason: "wrong pitch" }]);
		await stage.close();
	});
});

describe("a trader's word on prices", () => {
	test("[MAT-11] strengths are named by the sport, read in the reader's format, and what is left empty is not sent", async () => {
		const stage = await onOps("de-DE");
		stage.holds({ strengths: STRENGTHS });
		await choose(stage, "set_strengths");
		await stage.page.waitForSelector('[name="strength:homeGoals"]');
		await stage.page.click(".send");
		await says(stage, ".trader .field-error", "at least one");
		await stage.page.fill('[name="strength:homeGoals"]', "1,6x");
		await says(stage, ".trader .field-error", "homeGoals: This is not a number");
		await stage.page.fill('[name="strength:homeGoals"]', "1,6");
		await stage.page.click(".send");
		expect(await confirmed(stage, "homeGoals 1,45 → 1,6")).toEqual([
			{ action: "set_strengths", strengths: { homeGoals: 1.6 } },
		]);
		await stage.close();
	});

	test("[MAT-11] strengths and prices that stand are shown, and go by their own commands", async () => {
		const stage = await onOps();
		const heldPrices = [{ marketId: "1x2", oddsMilli: { home: 2_100 }, trader: "bo", sinceMs: 1 }];
		stage.holds({ strengths: { ...STRENGTHS, source: "trader", trader: "bo" }, heldPrices });
		await says(stage, ".notes", "held by bo: 1x2 home 2.10");
		await says(stage, ".notes", "strengths of bo: homeGoals 1.45, awayGoals 1.1");
		await choose(stage, "clear_strengths");
		await stage.page.click(".send");
		await confirmed(stage, "Strengths of bo: homeGoals 1.45, awayGoals 1.1 → homeGoals 1.3");
		await choose(stage, "clear_prices");
		await stage.page.selectOption('[name="market"]', "*");
		await stage.page.click(".send");
		expect(await confirmed(stage, "1x2 home 2.10 → the model's")).toEqual([
			{ action: "clear_strengths" },
			{ action: "clear_prices" },
		]);
		await stage.close();
	});

	test.each([
		[
			"set_price",
			"2,1",
			"Market 1x2, home: the model's → 2.1",
			{ marketId: "1x2", outcomeId: "home", oddsMilli: 2_100 },
		],
		["set_following", "40", "now 25 % → 40 %", { inPlayPpm: 400_000 }],
		["set_following", "0", "Nothing is followed in play", { inPlayPpm: 0 }],
	])("[MAT-11] %s %s says what will happen first", async (action, typed, words, sent) => {
		const stage = await onOps();
		stage.holds({ strengths: STRENGTHS });
		await says(stage, ".card", "Argentina");
		await choose(stage, action, typed);
		if (action === "set_price") await stage.page.selectOption('[name="market"]', "1x2");
		await says(stage, ".preview", words);
		await stage.page.click(".send");
		expect(await confirmed(stage, words)).toEqual([{ action, ...sent }]);
		await stage.close();
	});

	test("[MAT-11] the provider's own share returns by its own command", async () => {
		const stage = await onOps();
		await choose(stage, "clear_following");
		await stage.page.click(".send");
		expect(await confirmed(stage, "by the provider's own share again")).toEqual([
			{ action: "set_following", inPlayPpm: null },
		]);
		await stage.close();
	});
});
