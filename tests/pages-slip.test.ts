/** The slip does what the person meant, whatever the hand, the price and the network do meanwhile. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildPages } from "../scripts/build-pages.ts";
import { openChromium } from "./chromium.ts";
import { until } from "./harness.ts";
import { openMatch, openStage, type Reply, type Stage, type StageOptions, ticketOf } from "./page-stage.ts";

let browser: Browser;
beforeAll(async () => {
	await buildPages();
	browser = await openChromium();
});
afterAll(() => browser.close());

const HOME = '[data-outcome="home"]';
const PLACE = "#place:not([disabled])";

/** A match's page with its home win on the slip. */
async function onSlip(options: StageOptions = {}): Promise<Stage> {
	const stage = await openStage(browser, options);
	await openMatch(stage);
	await stage.page.click(HOME);
	await stage.page.waitForSelector(PLACE);
	return stage;
}

/** Two clicks of a hand on one spot, whatever stands there by then. */
async function clickTwice(page: Page, selector: string, apartMs: number): Promise<void> {
	const box = await page.locator(selector).boundingBox();
	if (box === null) throw new Error(`${selector} is nowhere`);
	const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
	await page.mouse.click(x, y);
	await page.waitForTimeout(apartMs);
	await page.mouse.click(x, y);
}

const says = (page: Page, selector: string, words: string): Promise<unknown> =>
	page.waitForSelector(`${selector}:has-text("${words}")`);
const count = (page: Page): Promise<number> => page.locator("[data-ticket]").count();
const idsOf = ({ bets }: Stage): number => new Set(bets.map(({ id }) => id)).size;

/** An answer that the test gives when it likes. */
function held(): { readonly reply: Promise<Reply>; readonly give: (reply: Reply) => void } {
	const { promise, resolve } = Promise.withResolvers<Reply>();
	return { reply: promise, give: resolve };
}

const refused =
	(code: string, more: object = {}) =>
	(bet: Parameters<typeof ticketOf>[0]): Reply => ({
		status: 200,
		body: ticketOf(bet, { status: "refused", code, decideAtMs: null, ...more }),
	});

describe("one intent is one bet", () => {
	const answers: Readonly<Record<string, StageOptions["onBet"]>> = {
		"answered at once": undefined,
		"answered after the second click": async (bet) => {
			await new Promise((resolve) => setTimeout(resolve, 600));
			return { status: 202, body: ticketOf(bet) };
		},
		"refused at once": refused("market_suspended"),
		"declined at once": () => ({ status: 400, body: { code: "invalid_request", detail: "does not fit" } }),
	};
	const cases = Object.keys(answers).flatMap((how) => [0, 50, 150, 300].map((apartMs) => [how, apartMs] as const));
	test.each(cases)("[PAG-1] two clicks place one bet, %s, %i ms apart", async (how, apartMs) => {
		const stage = await onSlip({ onBet: answers[how] });
		await clickTwice(stage.page, "#place", apartMs);
		await stage.page.waitForSelector("#slip-note:not(:empty)");
		expect(stage.bets).toHaveLength(1);
		await stage.close();
	});

	test("[PAG-1] a double click as the browser counts it places one bet, and so does Enter held down or pressed twice", async () => {
		const byMouse = await onSlip();
		await byMouse.page.dblclick("#place");
		await byMouse.page.waitForSelector("[data-ticket]");
		expect(byMouse.bets).toHaveLength(1);
		await byMouse.close();
		const byKey = await onSlip();
		await byKey.page.focus("#stake");
		for (let times = 0; times < 5; times++) await byKey.page.keyboard.down("Enter");
		await byKey.page.keyboard.up("Enter");
		await byKey.page.waitForSelector("[data-ticket]");
		await byKey.page.keyboard.press("Enter");
		expect(byKey.bets).toHaveLength(1);
		expect(await count(byKey.page)).toBe(1);
		await byKey.close();
	});

	test("[PAG-1] after a bet the slip is empty, and the next one is a new intent", async () => {
		const stage = await onSlip();
		await stage.page.click("#place");
		await says(stage.page, "#slip-selection", "Click a price");
		expect(await stage.page.locator(".price.picked").count()).toBe(0);
		await stage.page.click(HOME);
		await stage.page.click(PLACE);
		await until(async () => (stage.bets.length === 2 ? true : null));
		expect(idsOf(stage)).toBe(2);
		await stage.close();
	});

	test("[PAG-1] a pick that is clicked twice stays picked", async () => {
		const stage = await onSlip();
		await clickTwice(stage.page, HOME, 50);
		await stage.page.click(PLACE);
		await stage.page.waitForSelector("[data-ticket]");
		expect(stage.bets).toHaveLength(1);
		await stage.close();
	});

	test("[PAG-1] what is lost on the way is asked for again under the same id", async () => {
		const stage = await onSlip({
			onBet: (bet, attempt) => (attempt < 3 ? "lost" : { status: 202, body: ticketOf(bet) }),
		});
		await stage.page.click("#place");
		await stage.page.waitForSelector("[data-ticket]");
		expect(stage.bets).toHaveLength(3);
		expect(stage.bets[2]).toEqual(stage.bets[0]);
		await stage.close();
	});

	test("[PAG-1] a bet in doubt is sent again under its id only, by hand, and nothing else is picked meanwhile", async () => {
		let isUp = false;
		const stage = await onSlip({ onBet: (bet) => (isUp ? { status: 202, body: ticketOf(bet) } : "lost") });
		await stage.page.click("#place");
		await says(stage.page, "#place", "Send it again");
		await stage.page.click('[data-outcome="draw"]');
		await says(stage.page, "#slip-note", "no answer yet");
		isUp = true;
		await stage.page.click("#place");
		await stage.page.waitForSelector("[data-ticket]");
		expect(idsOf(stage)).toBe(1);
		expect(stage.bets.every((bet) => JSON.stringify(bet) === JSON.stringify(stage.bets[0]))).toBe(true);
		await stage.close();
	});

	test("[PAG-1] an answer about the asking does not end a bet in doubt", async () => {
		const stage = await onSlip({
			onBet: (_bet, attempt) =>
				attempt === 1 ? "lost" : { status: 429, body: { code: "too_many_requests", detail: "too often" } },
		});
		await stage.page.click("#place");
		await says(stage.page, "#place", "Send it again");
		expect(stage.bets).toHaveLength(2);
		await stage.close();
	});

	test("[PAG-1] the socket's ticket ends the intent while its request hangs", async () => {
		const { reply, give } = held();
		const stage = await onSlip({ onBet: () => reply });
		await stage.page.click("#place");
		const [bet] = await until(async () => (stage.bets.length > 0 ? stage.bets : null));
		if (bet === undefined) throw new Error("no bet");
		stage.tickets(ticketOf(bet));
		await says(stage.page, "#slip-selection", "Click a price");
		await stage.page.click(HOME);
		await stage.page.waitForSelector(PLACE);
		give({ status: 202, body: ticketOf(bet) });
		await stage.page.waitForSelector("[data-ticket]");
		// The late answer is of the bet before: the new selection stays.
		await says(stage.page, "#slip-selection", "Home");
		expect(await count(stage.page)).toBe(1);
		await stage.close();
	});

	test("[PAG-1] a page loaded again with a bet on its way finds it and places no other", async () => {
		let known: object | null = null;
		const stage = await onSlip({
			onBet: (bet) => {
				known = ticketOf(bet);
				return new Promise<Reply>(() => {});
			},
			onCall: (method, path) =>
				method === "GET" && path.startsWith("/v1/bets/") && known !== null ? { status: 200, body: known } : null,
		});
		await stage.page.click("#place");
		await until(async () => known);
		await stage.page.reload();
		await stage.page.waitForSelector('[data-status="pending"]');
		await says(stage.page, "#slip-note", "waits for its decision");
		expect(stage.bets).toHaveLength(1);
		await stage.close();
	});

	test("[PAG-1] a page loaded again whose bet nobody knows offers it under the same id, or gives it up", async () => {
		const stage = await onSlip({
			onBet: (bet, attempt) => (attempt === 1 ? new Promise<Reply>(() => {}) : { status: 202, body: ticketOf(bet) }),
		});
		await stage.page.click("#place");
		await until(async () => (stage.bets.length === 1 ? true : null));
		await stage.page.reload();
		await says(stage.page, "#place", "Send it again");
		expect(await stage.page.innerText("#slip-selection")).toContain("€5.00 on Match result: Home at 1.90");
		await stage.page.click("#place");
		await stage.page.waitForSelector("[data-ticket]");
		expect(idsOf(stage)).toBe(1);
		await stage.close();
	});

	test("[PAG-1] without a connection nothing is sent", async () => {
		const stage = await onSlip();
		await stage.page.context().setOffline(true);
		await says(stage.page, "#place", "No connection");
		expect(await stage.page.isDisabled("#place")).toBe(true);
		await stage.page.focus("#stake");
		await stage.page.keyboard.press("Enter");
		await stage.page.context().setOffline(false);
		await stage.page.waitForSelector(PLACE);
		await stage.dropSocket();
		await says(stage.page, "#place", "Not open now");
		expect(stage.bets).toEqual([]);
		await stage.close();
	});

	test("[PAG-1] a refused bet stays on the slip, and is sent again only after a change or a word", async () => {
		const stage = await onSlip({ onBet: refused("stake_limit") });
		await stage.page.click("#place");
		await says(stage.page, "#slip-note", "your own stake limit is reached");
		expect(await stage.page.isDisabled("#place")).toBe(true);
		stage.market({ version: 2 });
		expect(await stage.page.isDisabled("#place")).toBe(true);
		await stage.page.click("#again");
		await stage.page.click(PLACE);
		await until(async () => (stage.bets.length === 2 ? true : null));
		expect(idsOf(stage)).toBe(2);
		await stage.close();
	});
});

describe("the slip sends what its player has seen and accepted", () => {
	const sentPrice = ({ bets }: Stage) =>
		bets.map(({ legs, pricePolicy }) => [legs[0]?.oddsMilli, legs[0]?.marketVersion, pricePolicy]);

	test.each([
		["better", 1_700],
		["none", 1_700],
		["none", 2_000],
	])("[PAG-2] under %s a move to %i is marked, and a click accepts it without sending", async (policy, oddsMilli) => {
		const stage = await onSlip();
		await stage.page.selectOption("#policy", policy);
		stage.market({ version: 2, oddsMilli: [oddsMilli, 3_400, 4_200] });
		const odds = (oddsMilli / 1_000).toFixed(2);
		await says(stage.page, "#place", `Accept ${odds}`);
		expect(await stage.page.innerText("#slip-moved")).toContain(`from 1.90 to ${odds}`);
		await clickTwice(stage.page, "#stake", 0);
		await stage.page.click("#place");
		await says(stage.page, "#place", `Bet €5.00 at ${odds}`);
		expect(stage.bets).toEqual([]);
		await stage.page.click("#place");
		await stage.page.waitForSelector("[data-ticket]");
		expect(sentPrice(stage)).toEqual([[oddsMilli, 2, policy]]);
		await stage.close();
	});

	test("[PAG-2] a double click that meets a move accepts and sends nothing", async () => {
		// On a phone the button stays under the finger when the mark above it goes.
		const stage = await onSlip({ width: 390 });
		stage.market({ version: 2, oddsMilli: [1_700, 3_400, 4_200] });
		await says(stage.page, "#place", "Accept 1.70");
		await stage.page.dblclick("#place");
		await says(stage.page, "#place", "Bet €5.00 at 1.70");
		expect(stage.bets).toEqual([]);
		await stage.close();
	});

	test("[PAG-2] a better price is covered, and a fall back to no less than the accepted one too", async () => {
		const stage = await onSlip();
		stage.market({ version: 2, oddsMilli: [2_000, 3_400, 4_200] });
		await says(stage.page, "#place", "Bet €5.00 at 2.00 or better to return €10.00");
		stage.market({ version: 3, oddsMilli: [1_950, 3_400, 4_200] });
		await says(stage.page, "#place", "at 1.95");
		stage.market({ version: 4, oddsMilli: [1_890, 3_400, 4_200] });
		await says(stage.page, "#place", "Accept 1.89");
		stage.market({ version: 5, oddsMilli: [1_950, 3_400, 4_200] });
		await says(stage.page, "#place", "at 1.95");
		await stage.page.click("#place");
		await stage.page.waitForSelector("[data-ticket]");
		expect(sentPrice(stage)).toEqual([[1_950, 5, "better"]]);
		await stage.close();
	});

	test("[PAG-2] any price is any price, and one below the player's least asks first", async () => {
		const stage = await onSlip({ locale: "de-DE" });
		await stage.page.selectOption("#policy", "any");
		stage.market({ version: 2, oddsMilli: [1_700, 3_400, 4_200] });
		await says(stage.page, "#place", "Bet €5,00 at any price, now 1.70");
		await stage.page.fill("#floor", "1,8x");
		await says(stage.page, "#floor-error", "not a number");
		expect(await stage.page.isDisabled("#place")).toBe(true);
		await stage.page.fill("#floor", "1,80");
		await says(stage.page, "#place", "Accept 1.70");
		await stage.page.click("#place");
		expect(await stage.page.inputValue("#floor")).toBe("1,70");
		await says(stage.page, "#place", "at 1.70 or more");
		await stage.page.click("#place");
		await stage.page.waitForSelector("[data-ticket]");
		expect(sentPrice(stage)).toEqual([[1_700, 2, { kind: "any", floorOddsMilli: 1_700 }]]);
		await stage.close();
	});

	test("[PAG-2] a market that suspends before the click takes none, and reopens with its new price to accept", async () => {
		const stage = await onSlip();
		stage.market({ status: "suspended", version: 2 });
		await says(stage.page, "#place", "Not open now");
		await stage.page.focus("#stake");
		await stage.page.keyboard.press("Enter");
		stage.market({ status: "open", version: 3, oddsMilli: [1_600, 3_400, 4_200] });
		await says(stage.page, "#place", "Accept 1.60");
		expect(stage.bets).toEqual([]);
		await stage.close();
	});

	test("[PAG-2] a bet that is sent again keeps the price that was accepted, wherever the market has gone", async () => {
		const stage = await onSlip({
			onBet: (bet, attempt) => {
				if (attempt > 1) return { status: 202, body: ticketOf(bet) };
				stage.market({ version: 2, oddsMilli: [1_500, 3_400, 4_200] });
				return "lost";
			},
		});
		await stage.page.click("#place");
		await stage.page.waitForSelector("[data-ticket]");
		expect(sentPrice(stage)).toEqual([
			[1_900, 1, "better"],
			[1_900, 1, "better"],
		]);
		await stage.close();
	});

	test("[PAG-2] the slip keeps its selection and its accepted price while its reader looks at other tabs", async () => {
		const stage = await onSlip();
		await stage.page.fill("#find-market", "nothing of the kind");
		stage.market({ version: 2, oddsMilli: [1_700, 3_400, 4_200] });
		await says(stage.page, "#place", "Accept 1.70");
		await stage.page.click('[data-tab="all"]');
		await stage.page.waitForSelector(`.price.picked${HOME}`);
		await says(stage.page, "#slip-moved", "from 1.90 to 1.70");
		stage.relist(2);
		await stage.page.waitForSelector('[data-outcome="away"]', { state: "detached" });
		await stage.page.waitForSelector(`.price.picked${HOME}`);
		await stage.close();
	});
});

describe("stakes are read as they are meant", () => {
	test.each([
		["en-GB", "EUR", "1,000", "Bet €1,000.00", 100_000],
		["en-GB", "EUR", "1.234,50", "Bet €1,234.50", 123_450],
		["de-DE", "EUR", "1.234,50", "Bet €1.234,50", 123_450],
		["fr-FR", "EUR", "1 234,50", "Bet €1", 123_450],
		["de-CH", "EUR", "1'234.50", "Bet €1", 123_450],
		["ja-JP", "JPY", "1,000", "Bet ¥1,000", 1_000],
		["en-GB", "KWD", "1.250", "Bet 1.250 KWD", 1_250],
	])("[PAG-3] in %s and %s the stake %s is taken", async (locale, currency, typed, button, stakeMinor) => {
		const stage = await onSlip({ locale, currency, balanceMinor: 1_000_000 });
		await stage.page.fill("#stake", typed);
		await says(stage.page, "#place", button);
		await stage.page.focus("#stake");
		await stage.page.keyboard.press("Enter");
		await until(async () => (stage.bets.length > 0 ? true : null));
		expect(stage.bets.map((bet) => bet.stakeMinor)).toEqual([stakeMinor]);
		await stage.close();
	});

	test.each([
		["de-DE", "EUR", "1,000", "may mean 1 or 1000"],
		["en-GB", "EUR", "1.000", "may mean 1 or 1000"],
		["en-GB", "EUR", "1e3", "not a number"],
		["en-GB", "EUR", "-5", "below zero"],
		["en-GB", "EUR", "", "Write an amount, like 5.00"],
		["en-GB", "EUR", "5.005.5", "not parted in threes"],
		["ja-JP", "JPY", "5.5", "Only whole numbers"],
		["en-GB", "KWD", "0.0005", "At most 3 decimals"],
		["en-GB", "EUR", "0.05", "The least stake is €1."],
		["en-GB", "EUR", "1,000.01", "Your balance is €1,000.00"],
	])("[PAG-3] in %s and %s the stake %j is refused with its reason", async (locale, currency, typed, reason) => {
		const stage = await onSlip({ locale, currency });
		await stage.page.fill("#stake", typed);
		await says(stage.page, "#stake-error", reason);
		expect(await stage.page.getAttribute("#stake", "aria-invalid")).toBe("true");
		await stage.page.focus("#stake");
		await stage.page.keyboard.press("Enter");
		expect(await stage.page.isDisabled("#place")).toBe(true);
		expect(stage.bets).toEqual([]);
		await stage.close();
	});

	test.each([["EUR"], ["JPY"], ["KWD"]])(
		"[PAG-3] the stake that the slip begins with is one in %s",
		async (currency) => {
			const stage = await onSlip({ currency, locale: "de-DE" });
			expect(await stage.page.innerText("#stake-error")).toBe("");
			await stage.close();
		},
	);
});

describe("a bet's way is told", () => {
	test.each(["the socket first", "the answer first"])("[PAG-5] the window counts down, %s", async (order) => {
		const { reply, give } = held();
		const stage = await onSlip({ onBet: () => reply });
		await stage.page.click("#place");
		const [bet] = await until(async () => (stage.bets.length > 0 ? stage.bets : null));
		if (bet === undefined) throw new Error("no bet");
		if (order === "the socket first") stage.tickets(ticketOf(bet, { decideAtMs: null }));
		give({ status: 202, body: ticketOf(bet, { decideAtMs: Date.now() + 60_000 }) });
		if (order === "the answer first") {
			await stage.page.waitForSelector("progress[value]");
			stage.tickets(ticketOf(bet, { decideAtMs: null }));
		}
		await says(stage.page, ".ticket", "deciding in");
		const left = (): Promise<number> => stage.page.$eval("progress", (bar) => bar.value);
		const first = await left();
		await until(async () => ((await left()) < first ? true : null));
		await stage.close();
	});

	test("[PAG-5] the window counts down on a clock that is an hour off", async () => {
		const stage = await openStage(browser, {
			onBet: (bet) => ({
				status: 202,
				body: ticketOf(bet, { placedAtMs: Date.now() - 3_600_000, decideAtMs: Date.now() - 3_540_000 }),
			}),
		});
		await openMatch(stage);
		await stage.page.click(HOME);
		await stage.page.click(PLACE);
		await says(stage.page, ".ticket", "deciding in");
		await stage.close();
	});

	test("[PAG-5] a window whose end nobody told runs without a number", async () => {
		const stage = await onSlip({ onBet: (bet) => ({ status: 202, body: ticketOf(bet, { decideAtMs: null }) }) });
		await stage.page.click("#place");
		await stage.page.waitForSelector("progress:not([value])");
		await stage.close();
	});

	test("[PAG-5] a later version is never taken back by an earlier one", async () => {
		const { reply, give } = held();
		const stage = await onSlip({ onBet: () => reply });
		await stage.page.click("#place");
		const [bet] = await until(async () => (stage.bets.length > 0 ? stage.bets : null));
		if (bet === undefined) throw new Error("no bet");
		stage.tickets(ticketOf(bet, { status: "accepted", ticketVersion: 2, totalOddsMilli: 1_900, decideAtMs: null }));
		give({ status: 202, body: ticketOf(bet) });
		await says(stage.page, "#slip-note", "accepted at 1.90");
		expect(await stage.page.getAttribute("[data-ticket]", "data-status")).toBe("accepted");
		await stage.close();
	});
});

describe("what would be taken is an offer", () => {
	const limit = (bet: Parameters<typeof ticketOf>[0], attempt: number): Reply =>
		attempt === 1 ? refused("over_limit", { maxStakeMinor: 171 })(bet) : { status: 202, body: ticketOf(bet) };

	test("[BET-6] its button bets that much as a new intent, once", async () => {
		const stage = await onSlip({ onBet: limit });
		await stage.page.click("#place");
		await says(stage.page, ".ticket", "€1.71 would be taken");
		expect(await stage.page.innerText(".offer")).toBe("Bet €1.71 at 1.90");
		await clickTwice(stage.page, ".offer", 50);
		await stage.page.waitForSelector('[data-status="pending"]');
		expect(stage.bets.map(({ stakeMinor, legs }) => [stakeMinor, legs[0]?.oddsMilli])).toEqual([
			[500, 1_900],
			[171, 1_900],
		]);
		expect(idsOf(stage)).toBe(2);
		expect(await stage.page.locator(".offer").count()).toBe(0);
		await stage.close();
	});

	test.each(["refused at once", "refused after its window"])(
		"[BET-6] on a phone the slip itself offers, %s",
		async (when) => {
			const isLate = when !== "refused at once";
			const stage = await onSlip({ width: 390, onBet: (bet, at) => (isLate ? limit(bet, at + 1) : limit(bet, at)) });
			await stage.page.click("#place");
			await stage.page.waitForSelector("[data-ticket]");
			const [bet] = stage.bets;
			if (bet === undefined) throw new Error("no bet");
			const code = { status: "refused", code: "over_limit", maxStakeMinor: 171, decideAtMs: null, ticketVersion: 2 };
			if (isLate) stage.tickets(ticketOf(bet, code));
			await says(stage.page, "#offer", "Bet €1.71 at 1.90");
			await clickTwice(stage.page, "#offer", 150);
			await stage.page.waitForSelector('[data-status="pending"]');
			expect(stage.bets.map(({ stakeMinor }) => stakeMinor)).toEqual([500, 171]);
			expect(await stage.page.locator(".offer").count()).toBe(0);
			await stage.close();
		},
	);

	test("[BET-6] an offer at a price that has gone fills the slip and asks", async () => {
		const stage = await onSlip({ onBet: limit });
		await stage.page.click("#place");
		await stage.page.waitForSelector(".offer");
		stage.market({ version: 2, oddsMilli: [1_700, 3_400, 4_200] });
		await says(stage.page, "#slip-selection", "1.70");
		await stage.page.click(".offer");
		await says(stage.page, "#place", "Accept 1.70");
		expect(await stage.page.inputValue("#stake")).toBe("1.71");
		expect(stage.bets).toHaveLength(1);
		await stage.close();
	});

	test("[BET-6] nothing is offered where nothing would be taken, or on another match", async () => {
		const stage = await onSlip({ onBet: refused("over_limit", { maxStakeMinor: 0 }) });
		await stage.page.click("#place");
		await says(stage.page, ".ticket", "refused");
		const [bet] = stage.bets;
		if (bet === undefined) throw new Error("no bet");
		const elsewhere = { ...ticketOf(bet).legs[0], matchId: "m2", shownOddsMilli: 1_900 };
		const more = { id: "bet-0002", status: "refused", code: "over_limit", maxStakeMinor: 9, legs: [elsewhere] };
		stage.tickets(ticketOf(bet, more));
		await stage.page.waitForSelector('[data-ticket="bet-0002"]');
		expect(await stage.page.locator(".offer").count()).toBe(0);
		expect(await stage.page.isHidden("#offer")).toBe(true);
		await stage.close();
	});
});

test("the slip breaks no rule of the page's own policy", async () => {
	const stage = await onSlip();
	await stage.page.click("#place");
	await stage.page.waitForSelector("[data-ticket]");
	expect(stage.troubles).toEqual([]);
	await stage.close();
});
