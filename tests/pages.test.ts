/** The pages in a real Chromium, against all five scripts, with matches played as `npm start` plays them. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { playReplays } from "../scripts/replay/player.ts";
import { openChromium } from "./chromium.ts";
import { OPERATOR_TOKEN, startPlatform, type TestPlatform, until } from "./harness.ts";
import { sayName } from "./page-stage.ts";

let platform: TestPlatform;
let browser: Browser;
const playing = new AbortController();
let played: Promise<void>;
let startedAtMs = 0;
const troubles: string[] = [];

beforeAll(async () => {
	platform = await startPlatform();
	browser = await openChromium();
	startedAtMs = performance.now();
	played = playReplays({
		url: platform.url,
		secret: platform.ingestSecret,
		speed: 10,
		seed: 1,
		signal: playing.signal,
		log: () => {},
	});
});
afterAll(async () => {
	playing.abort();
	await played;
	await browser.close();
	await platform.stop();
});

async function open(path: string): Promise<Page> {
	const page = await browser.newPage({ viewport: { width: 1_280, height: 900 } });
	page.on("pageerror", (fault) => troubles.push(`${path}: ${fault.message}`));
	page.on("console", (message) => {
		if (message.type() === "error") troubles.push(`${path}: ${message.text()}`);
	});
	await page.goto(`${platform.url}${path}`);
	return page;
}

async function liveMatch(id: string): Promise<string> {
	return until(async () => {
		const { matches } = (await (await platform.get("/v1/matches")).json()) as {
			matches: { matchId: string; status: string; headline: { status: string } }[];
		};
		return matches.find(({ matchId, status }) => matchId.startsWith(id) && status === "live")?.matchId;
	});
}

describe("a player's evening", () => {
	test("the lobby lists live matches with odds, and they move without a reload", async () => {
		const page = await open("/");
		await page.waitForSelector('[data-match^="wc2022-final"] .price b');
		await page.waitForSelector("#matches .row:nth-child(3)");
		const text = (): Promise<string> => page.innerText("#matches");
		const before = await text();
		await until(async () => ((await text()) === before ? null : true));
		expect(await page.innerText("#balance")).toBe("€1,000.00");
		await page.close();
	});

	test("[PAG-5] a match suspends within 30 s, a bet placed by click is decided with its price, and settles within 120 s", async () => {
		const matchId = await liveMatch("wc2018-bel-jpn");
		const page = await open(`/match/${matchId}`);
		const suspended = page
			.waitForSelector("[data-market].suspended, [data-market] .tag.suspended", { timeout: 30_000 })
			.then(() => performance.now() - startedAtMs);
		const button = '[data-market="trophy"].open [data-outcome="home"]:not([disabled])';
		await page.waitForSelector(button);
		await page.click(button);
		await page.waitForSelector("#place:not([disabled])");
		await page.selectOption("#policy", "any");
		await page.click("#place");
		// The wallet's first frame does not know the window's end yet, and the answer that does is of the same version.
		await page.waitForSelector('.ticket[data-status="pending"] progress[value]');
		await page.waitForSelector('.ticket[data-status="pending"]:has-text("deciding in")');
		const decided = await page.waitForSelector('.ticket[data-status="accepted"], .ticket[data-status="refused"]', {
			timeout: 40_000,
		});
		expect(await decided.innerText()).toMatch(/accepted at \d+\.\d\d|refused: /);
		expect(await suspended).toBeLessThanOrEqual(30_000);
		const settles = async (): Promise<string | null> =>
			page.innerText('.ticket[data-status="settled"]', { timeout: 500 }).catch(() => null);
		// A bet whose window met a possible goal is refused, as it must be: the player bets again.
		const settledText = await until(async () => {
			const text = await settles();
			if (text !== null) return text;
			if (
				(await page.$('.ticket[data-status="accepted"], .ticket[data-status="pending"]')) === null &&
				(await page.$(`${button}`)) !== null
			) {
				await page.click(button).catch(() => {});
				await page.click("#place:not([disabled])", { timeout: 1_000 }).catch(() => {});
			}
			return null;
		}, 250);
		expect(settledText).toContain("settled");
		expect(performance.now() - startedAtMs).toBeLessThanOrEqual(120_000);
		expect(await page.innerText("#score")).toBe("3 – 2");
		expect(await page.innerText('[data-market="trophy"] [data-outcome="home"]')).toContain("win");
		await page.close();
	});

	test("markets show direction, incidents and the measured event → screen time", async () => {
		const matchId = await liveMatch("wc2022-final");
		const page = await open(`/match/${matchId}`);
		await page.waitForSelector("#incidents li");
		await page.waitForSelector(".price.up, .price.down", { timeout: 60_000 });
		await page.waitForSelector('#delay:not([data-samples="0"])', { timeout: 60_000 });
		expect(await page.innerText("#delay")).toMatch(/event → screen: \d+ ms now/);
		await page.close();
	});

	test("a market is found by its words and under its group's tab, and odds are written as the reader likes them", async () => {
		const page = await open(`/match/${await liveMatch("wc2022-final")}`);
		const market = '[data-market="trophy"]';
		await page.waitForSelector(`${market} [data-outcome="home"]`);
		await page.fill("#find-market", "no such market");
		await page.waitForSelector(market, { state: "hidden" });
		await page.fill("#find-market", "lift trophy");
		await page.waitForSelector(market);
		await page.click('[data-tab="trophy"]');
		expect(await page.inputValue("#find-market")).toBe("");
		await page.waitForSelector(market);
		await page.selectOption("#odds-format", "american");
		const price = `${market} [data-outcome="home"] b`;
		await until(async () => (/^(–|[+-]\d+)$/.test(await page.innerText(price)) ? true : null));
		await page.reload();
		await page.waitForSelector(market);
		expect(await page.inputValue("#odds-format")).toBe("american");
		await page.close();
	});

	test("a trader suspends a market by the form, and the operator sees what holds it", async () => {
		const matchId = await liveMatch("wc2022-final");
		const page = await open(`/ops#token=${OPERATOR_TOKEN}`);
		const card = `[data-match="${matchId}"]`;
		await sayName(page, "ada");
		await page.selectOption(`${card} [name="market"]`, "trophy");
		await page.click(`${card} .send`);
		await page.waitForSelector(`${card} [data-note="suspended"]:has-text("trader: trophy")`);
		await page.selectOption(`${card} [name="action"]`, "reopen");
		await page.click(`${card} .send`);
		await page.waitForSelector(`${card} [data-note="suspended"]:has-text("trader: trophy")`, { state: "detached" });
		await page.close();
	});

	test("[PAG-4] a margin is said before it is sent, reaches the match as it was read, and goes by its own command", async () => {
		const matchId = await liveMatch("wc2022-final");
		const page = await open(`/ops#token=${OPERATOR_TOKEN}`);
		const card = `[data-match="${matchId}"]`;
		await sayName(page, "ada");
		await page.selectOption(`${card} [name="action"]`, "set_margin");
		await page.fill(`${card} [name="number"]`, "6,5");
		await page.click(`${card} .send`);
		await page.waitForSelector(`${card} .question:has-text("the profile's own → 6.5 %")`);
		await page.click(`${card} .confirm`);
		await page.waitForSelector(`${card} .notes:has-text("margin 6.5 %")`);
		await page.fill(`${card} [name="number"]`, "abc");
		await page.click(`${card} .send`);
		await page.waitForSelector(`${card} .field-error:has-text("not a number")`);
		await page.selectOption(`${card} [name="action"]`, "clear_margin");
		await page.click(`${card} .send`);
		await page.waitForSelector(`${card} .question:has-text("6.5 % → the profile's own")`);
		await page.click(`${card} .confirm`);
		await page.waitForSelector(`${card} .notes:has-text("margin 6.5 %")`, { state: "detached" });
		await page.close();
	});

	test("the operator sees exposure, revenue and that Postgres equals the ledgers", async () => {
		const page = await open(`/ops#token=${OPERATOR_TOKEN}`);
		await page.waitForSelector("#verdict.good", { timeout: 30_000 });
		expect(await page.innerText("#verdict")).toContain("Every currency sums to zero, Postgres equals the ledgers");
		await page.waitForSelector("#ops-matches [data-match]");
		expect(await page.innerText("#turnover-EUR")).toContain("€");
		expect(page.url()).not.toContain(OPERATOR_TOKEN);
		await page.close();
	});

	test("the API's page shows every operation", async () => {
		const page = await open("/docs");
		await page.waitForSelector('[data-operation="post /v1/bets"]');
		expect(await page.locator("[data-operation]").count()).toBeGreaterThan(10);
		await page.close();
	});
});

describe("pages keep strict rules", () => {
	test.each(["/", "/match/any", "/ops", "/docs"])(
		"%s has no inline script, style or handler, and says so in its headers",
		async (path) => {
			const answer = await platform.get(path);
			expect(answer.status).toBe(200);
			const policy = answer.headers.get("content-security-policy") ?? "";
			expect(policy).toContain("default-src 'none'");
			expect(policy).not.toMatch(/unsafe|\*/);
			const html = await answer.text();
			expect(html).not.toMatch(/<style|style=|\son\w+=|<script(?![^>]*\ssrc=)/i);
		},
	);

	test("nothing evaluates text, and no page had an error", async () => {
		const bundle = await (await platform.get("/app.js")).text();
		expect(bundle).not.toMatch(/\beval\(|new Function\(/);
		expect(troubles).toEqual([]);
	});
});
