/**
 * The pages in a real Chromium before a platform that the test speaks for: what is answered, when, and what the socket
 * says is the test's to choose, so that a click falls exactly between two frames. The files and their headers are the
 * real ones.
 */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page, Route, WebSocketRoute } from "playwright-core";
import type { WireMarket } from "../shared/protocol/match-frames.ts";
import { STATUS_CODES } from "../shared/protocol/match-frames.ts";
import type { LegView, TicketView } from "../shared/ticket/schema.ts";
import { PAGE_HEADERS } from "../workers/edge/routes/pages.ts";

/** Of localhost, because pages want a safe origin; nothing listens there, and nothing is let through to it. */
const ORIGIN = "http://localhost:1";
const DIST = join(import.meta.dirname, "../dashboard/dist");
const FILES: Readonly<Record<string, readonly [file: string, type: string]>> = {
	"/app.js": ["app.js", "text/javascript"],
	"/app.css": ["app.css", "text/css"],
	"/favicon.svg": ["favicon.svg", "image/svg+xml"],
	"/ops": ["ops.html", "text/html"],
};
/** Within the two minutes of a test. */
const PAGE_TIMEOUT_MS = 110_000;
export const MATCH_ID = "m1";
export const PLAYER_ID = "p_eu_0123456789abcdef";

export type SentBet = {
	readonly id: string;
	readonly stakeMinor: number;
	readonly pricePolicy: unknown;
	readonly legs: readonly { readonly marketId: string; readonly oddsMilli: number; readonly marketVersion: number }[];
};
/** What a test answers to a request of the page; "lost": the connection breaks. */
export type Reply = { readonly status: number; readonly body: unknown } | "lost";
export type StageOptions = {
	readonly currency?: string;
	readonly balanceMinor?: number;
	readonly locale?: string;
	readonly width?: number;
	/** Answers a bet; by default it is pending, with a window of five seconds. */
	readonly onBet?: (bet: SentBet, attempt: number) => Reply | Promise<Reply>;
	/** Answers everything else that the page itself does not need. */
	readonly onCall?: (method: string, path: string, body: unknown) => Reply | Promise<Reply> | null;
};

export type Stage = {
	readonly page: Page;
	/** Every request for a bet, repeated ones too. */
	readonly bets: readonly SentBet[];
	readonly troubles: readonly string[];
	/** The market's next frame. */
	readonly market: (market: Partial<StageMarket>) => void;
	/** The market is listed anew with so many outcomes: its elements on the page are others. */
	readonly relist: (outcomes: number) => void;
	/** The wallet's next frame. */
	readonly tickets: (...tickets: readonly object[]) => void;
	readonly dropSocket: () => Promise<void>;
	readonly close: () => Promise<void>;
};
type StageMarket = {
	readonly status: (typeof STATUS_CODES)[number];
	readonly version: number;
	readonly oddsMilli: readonly [number, number, number];
};

/** A ticket with every field that the platform sends: the pages decode it by the same schema. */
export function ticketOf(bet: SentBet, more: object = {}): TicketView {
	const nowMs = Date.now();
	return {
		id: bet.id,
		status: "pending",
		code: null,
		maxStakeMinor: null,
		stakeMinor: bet.stakeMinor,
		currency: "EUR",
		totalOddsMilli: null,
		potentialReturnMinor: null,
		returnMinor: null,
		betterThanAsked: false,
		placedAtMs: nowMs,
		decideAtMs: nowMs + 5_000,
		decidedAtMs: null,
		settledAtMs: null,
		ticketVersion: 1,
		houseRulesVersion: "2026-12",
		legs: bet.legs.map((leg, legNo) => legOf(legNo, leg.marketId, leg.oddsMilli)),
		...more,
	};
}

function legOf(legNo: number, marketId: string, shownOddsMilli: number): LegView {
	return {
		legNo,
		matchId: MATCH_ID,
		marketId,
		outcomeId: "home",
		shownOddsMilli,
		takenOddsMilli: null,
		marketVersion: null,
		matchStateAtRequest: null,
		matchStateAtDecision: null,
		epoch: null,
		seq: null,
		tick: null,
		code: null,
		currentOddsMilli: null,
		outcome: null,
		settlementVersion: 0,
	};
}

export async function openStage(browser: Browser, options: StageOptions = {}): Promise<Stage> {
	const { currency = "EUR", balanceMinor = 100_000, locale = "en-GB", width = 1_280 } = options;
	const settings: BrowserContextOptions = { locale, viewport: { width, height: 900 }, reducedMotion: "reduce" };
	const context = await browser.newContext(settings);
	const page = await context.newPage();
	// A busy machine is no slow page: the test's own time limit is what ends it.
	page.setDefaultTimeout(PAGE_TIMEOUT_MS);
	page.setDefaultNavigationTimeout(PAGE_TIMEOUT_MS);
	const bets: SentBet[] = [];
	const troubles: string[] = [];
	const me = { playerId: PLAYER_ID, currency, balanceMinor, heldMinor: 0, licence: "generic" };
	const feed = new StageFeed(me);
	page.on("pageerror", (fault) => troubles.push(fault.message));
	await page.route("**/*", (route) => answer(route, options, me, bets));
	await page.routeWebSocket(/\/v1\/stream$/, (socket) => feed.opened(socket));
	return {
		page,
		bets,
		troubles,
		market: (market) => feed.market(market),
		relist: (outcomes) => feed.relist(outcomes),
		tickets: (...tickets) => feed.tickets(tickets),
		dropSocket: () => feed.drop(),
		close: () => context.close(),
	};
}

/** Opens the match's page and waits for its prices. */
export async function openMatch(stage: Stage): Promise<void> {
	await stage.page.goto(`${ORIGIN}/match/${MATCH_ID}`);
	await stage.page.waitForSelector('[data-outcome="home"]:not([disabled])');
}

/** Opens the operators' page; nobody has said his name where `name` is null. */
export async function openOps(stage: Stage, name: string | null = "ada"): Promise<void> {
	await stage.page.goto(`${ORIGIN}/ops#token=any`);
	await stage.page.waitForSelector(".trader option[value='1x2']", { state: "attached" });
	if (name !== null) await sayName(stage.page, name);
}

export async function sayName(page: Page, name: string): Promise<void> {
	await page.fill('[name="trader"]', name);
	await page.press('[name="trader"]', "Enter");
	await page.waitForSelector(`#trader-name:has-text("${name}")`);
}

async function answer(route: Route, options: StageOptions, me: object, bets: SentBet[]): Promise<void> {
	const request = route.request();
	const { pathname } = new URL(request.url());
	const [file, contentType] = pathname.startsWith("/match/") ? ["match.html", "text/html"] : (FILES[pathname] ?? []);
	if (file !== undefined && existsSync(join(DIST, file)))
		return route.fulfill({ body: readFileSync(join(DIST, file)), contentType, headers: { ...PAGE_HEADERS } });
	const body: unknown = request.postDataJSON();
	const reply = await replyTo(request.method(), pathname, body, options, me, bets);
	// A page that was closed or gave up waiting takes no answer any more.
	const sent =
		reply === "lost" ? route.abort("connectionreset") : route.fulfill({ status: reply.status, json: reply.body });
	await sent.catch(() => {});
}

async function replyTo(
	method: string,
	path: string,
	body: unknown,
	{ onBet, onCall }: StageOptions,
	me: object,
	bets: SentBet[],
): Promise<Reply> {
	const own = await onCall?.(method, path, body);
	if (own !== undefined && own !== null) return own;
	switch (`${method} ${path}`) {
		case "POST /v1/demo/players":
			return { status: 200, body: { ...me, token: "t" } };
		case "GET /v1/me":
			return { status: 200, body: me };
		case "POST /v1/me/token":
			return { status: 200, body: { token: "t" } };
		case "POST /v1/bets": {
			const bet = body as SentBet;
			bets.push(bet);
			return (await onBet?.(bet, bets.length)) ?? { status: 202, body: ticketOf(bet) };
		}
		default:
			return { status: 404, body: { code: "not_found", detail: `nothing at ${path}` } };
	}
}

const OUTCOMES = [
	["home", "Home"],
	["draw", "Draw"],
	["away", "Away"],
] as const;

/** One match with one market, and one player's wallet, over however many sockets the page opens. */
class StageFeed {
	readonly #me: object;
	#socket: WebSocketRoute | null = null;
	#market: StageMarket = { status: "open", version: 1, oddsMilli: [1_900, 3_400, 4_200] };
	#tickets: readonly object[] = [];
	#outcomes: number = OUTCOMES.length;
	#offset = 1;
	#meOffset = 1;
	#epoch = 0;

	constructor(me: object) {
		this.#me = me;
	}

	opened(socket: WebSocketRoute): void {
		this.#socket = socket;
		this.#epoch++;
		this.#say("hello", { v: 1, relay: "stage", ackFrames: 32, ackMs: 5_000 });
		socket.onMessage((text) => {
			if (text === "ping") return socket.send("pong");
			const [kind, topic] = JSON.parse(String(text)) as readonly [string, string];
			if (kind !== "sub") return;
			this.#say("sub", topic, "image");
			if (topic === "me")
				this.#say("image", topic, this.#name, ++this.#meOffset, 1, { me: this.#me, tickets: this.#tickets });
			else this.#image(topic);
		});
	}

	market(market: Partial<StageMarket>): void {
		this.#market = { ...this.#market, ...market };
		const from = this.#offset++;
		const body = { t: 61, m: [[0, ...this.#wire()]] };
		this.#say("delta", `match:${MATCH_ID}`, this.#name, from, this.#offset, 1, body);
	}

	relist(outcomes: number): void {
		this.#outcomes = outcomes;
		this.#image(`match:${MATCH_ID}`);
	}

	tickets(tickets: readonly object[]): void {
		this.#tickets = [...tickets, ...this.#tickets];
		const from = this.#meOffset++;
		this.#say("delta", "me", this.#name, from, this.#meOffset, 1, { me: this.#me, tickets });
	}

	async drop(): Promise<void> {
		await this.#socket?.close({ code: 4_001 });
	}

	get #name(): string {
		return `e${this.#epoch}`;
	}

	#image(topic: string): void {
		const markets = [["1x2", "Match result", "main", OUTCOMES.slice(0, this.#outcomes)]];
		const teams = { home: ["Argentina", "ARG"], away: ["France", "FRA"] };
		const schema = { sport: "football", competition: "Final", ...teams, scheduledAtMs: 1, markets };
		this.#say("schema", topic, this.#name, 1, schema);
		const clock = ["first_half", "1'", 60, 0, 1, null, 1];
		const image = { n: 1, t: 60, q: 1, st: 0, c: clock, s: [0, 0, 0, 0, []], i: [], m: [this.#wire()] };
		this.#say("image", topic, this.#name, ++this.#offset, 1, image);
	}

	#wire(): WireMarket {
		const { status, version, oddsMilli } = this.#market;
		return [STATUS_CODES.indexOf(status), version, oddsMilli.slice(0, this.#outcomes)];
	}

	#say(...frame: readonly unknown[]): void {
		this.#socket?.send(JSON.stringify(frame));
	}
}
