/**
 * What desks rely on in a match's answers, said once and asked of both: the real match behind its lane, and the stand-in
 * against which desks are tested.
 */
import { describe, expect, test } from "vitest";
import { providerOf } from "../shared/catalogue/providers.ts";
import { matchName, type Region } from "../shared/contracts/ids.ts";
import {
	type ConfirmAnswer,
	type ConfirmMarket,
	type ConfirmRequest,
	confirmAnswerSchema,
	confirmRequestSchema,
	type ExposureTotal,
	type QuoteAnswer,
	quoteAnswerSchema,
	quoteRequestSchema,
} from "../shared/contracts/match.ts";
import { decodeRpc } from "../shared/decode.ts";
import type { TraderAction } from "../shared/feeds/canonical.ts";
import { BET } from "../shared/limits.ts";
import { Platform } from "../simulation/world/platform.ts";
import { PROVIDER } from "../simulation/world/swarm.ts";
import { danger } from "./football-inputs.ts";
import { MATCH, playing, scheduled } from "./match.ts";
import { TestMatch } from "./stand-in-match.ts";
import { createTestWorld, type TestWorld } from "./world.ts";

const QUIET_LIMIT_MS = providerOf(PROVIDER)?.quietLimitMs ?? 0;
/** Too long, and not long enough for the feed to count as lost. */
const SILENCE_MS = QUIET_LIMIT_MS + 1_000;

type Side = {
	readonly world: TestWorld;
	readonly quote: (request: unknown) => Promise<unknown>;
	readonly confirm: (request: unknown) => Promise<unknown>;
	/** Time passes, and the feed says every second that it lives. */
	readonly live: (ms: number) => Promise<void>;
	readonly suspend: (marketId: string) => Promise<void>;
	readonly reopen: (marketId: string) => Promise<void>;
	readonly danger: (isOn: boolean) => Promise<void>;
	/** A result, and that it was none. */
	readonly settle: (marketId: string) => Promise<void>;
	readonly takeBack: (marketId: string) => Promise<void>;
	/** Gives the outcome another price. */
	readonly reprice: (marketId: string, outcomeId: string) => Promise<void>;
	readonly setCap: (capBaseMinor: number) => Promise<void>;
	readonly restart: () => Promise<void>;
};

function realSide(platform: Platform): Side {
	const applied = async (command: TraderAction): Promise<void> => {
		expect(await platform.command(MATCH, command)).toBe("applied");
	};
	return {
		world: platform.world,
		quote: async (request) => platform.match(MATCH).quote(decodeRpc("match.quote", quoteRequestSchema, request)),
		confirm: async (request) =>
			platform.match(MATCH).confirm(decodeRpc("match.confirm", confirmRequestSchema, request)),
		live: (ms) => platform.live(MATCH, ms),
		suspend: (marketId) => applied({ action: "suspend", marketIds: [marketId] }),
		reopen: (marketId) => applied({ action: "reopen", marketIds: [marketId] }),
		danger: (isOn) => platform.feed(danger(isOn)),
		settle: (marketId) => applied({ action: "settle_market", marketId, winners: ["home"] }),
		takeBack: async (marketId) => {
			// What may have been paid changes with a second person only.
			const command = { action: "rollback_result", marketId, reason: "the wrong market" } as const;
			expect(await platform.tell(MATCH, command, { id: "r1" })).toMatchObject({ code: "needs_second_person" });
			expect(await platform.command(MATCH, { action: "approve", proposalId: "r1" }, true, "bea")).toBe("applied");
		},
		reprice: (marketId, outcomeId) => applied({ action: "shift", marketId, outcomeId, stepMilli: 400 }),
		setCap: (capBaseMinor) => applied({ action: "set_cap", capBaseMinor }),
		restart: async () => {
			platform.restart(matchName(MATCH));
			platform.match(MATCH);
			await platform.world.settle();
		},
	};
}

function standInSide(change: (match: TestMatch) => void = () => {}): Side {
	const world = createTestWorld(1);
	const match = new TestMatch(world.ports("match"));
	match.quietLimitMs = QUIET_LIMIT_MS;
	change(match);
	const at = async (run: () => void): Promise<void> => {
		run();
		await world.advance(200);
	};
	return {
		world,
		quote: (request) => match.quote(request),
		confirm: (request) => match.confirm(request),
		live: async (ms) => {
			for (let left = ms; left > 0; left -= 1_000) {
				match.speak();
				await world.advance(Math.min(1_000, left));
			}
		},
		suspend: (marketId) => at(() => match.move(marketId, "suspended")),
		reopen: (marketId) => at(() => match.move(marketId, "open")),
		danger: async (isOn) => match.danger(isOn),
		settle: (marketId) => at(() => match.settle(marketId)),
		takeBack: (marketId) => at(() => match.takeBack(marketId)),
		reprice: (marketId, outcomeId) =>
			at(() => {
				match.of(marketId).oddsMilli[outcomeId] = 1_700;
			}),
		setCap: (capBaseMinor) =>
			at(() => {
				match.capBaseMinor = capBaseMinor;
			}),
		restart: async () => match.restart(),
	};
}

const SIDES = [
	{
		who: "the real match",
		inPlay: async () => realSide(await playing()),
		before: async () => realSide(await scheduled()),
		unknown: async () => realSide(new Platform()),
	},
	{
		who: "the stand-in",
		inPlay: async () => {
			const side = standInSide();
			await side.live(3_000);
			return side;
		},
		before: async () =>
			standInSide((match) => {
				match.inPlay = false;
			}),
		unknown: async () =>
			standInSide((match) => {
				match.isKnown = false;
			}),
	},
] as const;

type Answered = Extract<ConfirmAnswer, { kind: "answer" }>;
type Ask = Partial<ConfirmRequest["asks"][number]>;

/** A desk that asks about the home side of 1x2 unless told otherwise, and numbers its questions. */
class Asker {
	inc = 1;
	n = 0;
	readonly #side: Side;
	readonly #region: Region;

	constructor(side: Side, region: Region = "weur") {
		this.#side = side;
		this.#region = region;
	}

	async quote(
		market = "1x2",
		view = "standard",
	): Promise<{ head: QuoteAnswer; market: QuoteAnswer["markets"][number] }> {
		const raw = await this.#side.quote({ v: 1, matchId: MATCH, asks: [{ market, view }] });
		const head = decodeRpc("quote answer", quoteAnswerSchema, raw);
		const [first] = head.markets;
		if (first === undefined || head.markets.length !== 1) throw new Error("one answer to one question");
		return { head, market: first };
	}

	request(asks: readonly Ask[], totals: readonly ExposureTotal[] = []): ConfirmRequest {
		return {
			v: 1,
			matchId: MATCH,
			region: this.#region,
			inc: this.inc,
			n: ++this.n,
			asks: asks.map((ask) => ({ market: "1x2", version: null, outcomes: ["home"], view: "standard", ...ask })),
			totals: [...totals],
		};
	}

	async send(request: ConfirmRequest): Promise<ConfirmAnswer> {
		return decodeRpc("confirm answer", confirmAnswerSchema, await this.#side.confirm(request));
	}

	async whole(ask: Ask = {}, ...totals: readonly ExposureTotal[]): Promise<Answered> {
		const answer = await this.send(this.request([ask], totals));
		if (answer.kind === "stale") throw new Error("stale");
		return answer;
	}

	async ask(ask: Ask = {}, ...totals: readonly ExposureTotal[]): Promise<ConfirmMarket> {
		const [first] = (await this.whole(ask, ...totals)).markets;
		if (first === undefined) throw new Error("no answer");
		return first;
	}

	/** Under the version that a quote gives now. */
	async current(...totals: readonly ExposureTotal[]): Promise<ConfirmMarket> {
		return this.ask({ version: (await this.quote()).market.version }, ...totals);
	}
}

const risk = (riskBaseMinor: number, outcome = "home", market = "1x2"): ExposureTotal => ({
	market,
	outcome,
	riskBaseMinor,
	stakeBaseMinor: riskBaseMinor,
});

describe.each(SIDES)("a match as desks know it: $who", ({ inPlay, before, unknown }) => {
	const started = async (): Promise<{ side: Side; desk: Asker }> => {
		const side = await inPlay();
		return { side, desk: new Asker(side) };
	};

	describe("quotes", () => {
		test("[BET-3] a market in play has its status, version, delay and a price for each outcome", async () => {
			const { side, desk } = await started();
			const { head, market } = await desk.quote();
			expect(head).toMatchObject({ known: true, inPlay: true, tick: Math.floor(side.world.now() / 1_000) * 1_000 });
			expect(head.matchState).not.toBe("");
			expect(market).toMatchObject({ market: "1x2", view: "standard", status: "open" });
			expect(market.version).toBeGreaterThan(0);
			expect(market.delayMs).toBeGreaterThan(0);
			expect(Object.keys(market.outcomes).sort()).toEqual(["away", "draw", "home"]);
			for (const { oddsMilli, fairPpm } of Object.values(market.outcomes)) {
				expect(oddsMilli).toBeGreaterThan(1_000);
				expect(fairPpm).toBeGreaterThan(0);
			}
		});

		test("[MAT-5] what is not there, or not in this view, is unknown, and has no price", async () => {
			const { desk } = await started();
			const { delayMs } = (await desk.quote()).market;
			for (const [market, view] of [
				["nothing", "standard"],
				["1x2", "nobody"],
			] as const)
				expect((await desk.quote(market, view)).market).toEqual({
					market,
					view,
					status: "unknown",
					version: 0,
					delayMs,
					outcomes: {},
				});
		});

		test("[API-2] a match that does not exist says so, and takes no question for an answer", async () => {
			const desk = new Asker(await unknown());
			const { head, market } = await desk.quote();
			expect(head).toMatchObject({ known: false, inPlay: false, matchState: "" });
			expect(head.recentPrices).toBeUndefined();
			expect(market).toMatchObject({ status: "unknown", version: 0, delayMs: 0, outcomes: {} });
			expect(await desk.send(desk.request([{}], [risk(1_000)]))).toEqual({ kind: "stale", v: 1 });
		});

		test("[BET-4] a price that was replaced is told for as long as somebody may still see it", async () => {
			const { side, desk } = await started();
			await side.live(BET.shownPriceMs);
			const shown = (await desk.quote()).market.outcomes.home?.oddsMilli;
			await side.reprice("1x2", "home");
			const { head, market } = await desk.quote();
			const recent = (answer: QuoteAnswer): readonly number[] =>
				answer.recentPrices?.markets.find((row) => row.market === "1x2")?.oddsMilli.home ?? [];
			expect(market.outcomes.home?.oddsMilli).not.toBe(shown);
			expect(head.recentPrices?.isComplete).toBe(true);
			expect(recent(head)).toContain(shown);
			expect(recent(head)).not.toContain(market.outcomes.home?.oddsMilli);
			await side.live(BET.shownPriceMs + 2_000);
			expect(recent((await desk.quote()).head)).not.toContain(shown);
		});

		test("[BET-4] a match that has started in play does not know all prices that were shown", async () => {
			const { side, desk } = await started();
			await side.restart();
			expect((await desk.quote()).head.recentPrices?.isComplete).toBe(false);
			await side.live(BET.shownPriceMs + 1_000);
			expect((await desk.quote()).head.recentPrices?.isComplete).toBe(true);
		});

		test("[API-1] more markets than a question may name are refused", async () => {
			const side = await inPlay();
			const asks = Array.from({ length: BET.marketsPerQuote + 1 }, (_, no) => ({ market: `m${no}`, view: "standard" }));
			await expect(side.quote({ v: 1, matchId: MATCH, asks })).rejects.toThrow();
			await expect(side.confirm({ v: 1, matchId: MATCH, region: "weur", inc: 1, n: 1 })).rejects.toThrow();
		});
	});

	describe("codes", () => {
		test("[BET-3] ok for the version of now, with the only prices by which a bet is decided", async () => {
			const { side, desk } = await started();
			const { market } = await desk.quote();
			const answer = await desk.whole({ version: market.version, outcomes: ["home", "draw"] });
			expect(answer).toMatchObject({ inc: 1, n: 1, inPlay: true, atMs: side.world.now() });
			expect(answer.spokeAgoMs).not.toBeNull();
			const { home, draw } = market.outcomes;
			expect(answer.markets).toEqual([
				{
					market: "1x2",
					view: "standard",
					askedVersion: market.version,
					code: "ok",
					version: market.version,
					delayMs: market.delayMs,
					clearForMs: expect.any(Number),
					granted: null,
					oddsMilli: { home: home?.oddsMilli, draw: draw?.oddsMilli },
					fairPpm: { home: home?.fairPpm, draw: draw?.fairPpm },
					settlementVersion: 0,
				},
			]);
			expect(answer.markets[0]?.clearForMs).toBeGreaterThan(BET.maxDelayMs);
		});

		test("[BET-3] another version has moved, and in play no version has too", async () => {
			const { desk } = await started();
			const { version } = (await desk.quote()).market;
			for (const asked of [version - 1, version + 1, null])
				expect(await desk.ask({ version: asked })).toMatchObject({ code: "moved", version, askedVersion: asked });
		});

		test("[MAT-6] before the match a leg that names no version takes the one of now, with no delay, whoever is silent", async () => {
			const side = await before();
			const desk = new Asker(side);
			await side.world.advance(60_000);
			const { head, market } = await desk.quote();
			expect([head.inPlay, market.delayMs]).toEqual([false, 0]);
			expect(await desk.ask({ version: null })).toMatchObject({ code: "ok", version: market.version, delayMs: 0 });
			expect(await desk.ask({ version: market.version + 1 })).toMatchObject({ code: "moved" });
		});

		test("[MAT-1] a suspended market has another version, says so before anything of its version, and reopens under the next", async () => {
			const { side, desk } = await started();
			const first = (await desk.quote()).market.version;
			await side.suspend("1x2");
			const { market: stopped } = await desk.quote();
			expect(stopped).toMatchObject({ status: "suspended", version: first + 1 });
			for (const version of [first, stopped.version])
				expect(await desk.ask({ version })).toMatchObject({ code: "suspended", version: stopped.version });
			await side.live(1_000);
			await side.reopen("1x2");
			const again = await desk.current();
			expect(again).toMatchObject({ code: "ok" });
			expect(again.version).toBeGreaterThan(first);
			expect(await desk.ask({ version: first })).toMatchObject({ code: "moved" });
		});

		test("[MAT-1] danger keeps the version and asks to wait; when it is over the answer says for how long", async () => {
			const { side, desk } = await started();
			const { version } = (await desk.quote()).market;
			await side.danger(true);
			expect((await desk.quote()).market).toMatchObject({ status: "danger", version });
			expect(await desk.ask({ version })).toMatchObject({ code: "wait", clearForMs: 0 });
			expect(await desk.ask({ version: version + 1 })).toMatchObject({ code: "moved", clearForMs: 0 });
			await side.danger(false);
			const ended = side.world.now();
			await side.live(3_000);
			expect((await desk.quote()).market).toMatchObject({ status: "open", version });
			// To the second, and never longer than it was.
			const { code, clearForMs } = await desk.ask({ version });
			expect(code).toBe("ok");
			expect(clearForMs).toBeGreaterThanOrEqual(side.world.now() - ended - 1_000);
			expect(clearForMs).toBeLessThanOrEqual(side.world.now() - ended);
			expect((await desk.ask({ market: "ou:2.5", version: null })).clearForMs).toBe(clearForMs);
		});

		test("[MAT-1] what cannot be bet on keeps its version whatever it becomes, in danger too", async () => {
			const { side, desk } = await started();
			await side.suspend("1x2");
			const { version } = (await desk.quote()).market;
			await side.danger(true);
			expect((await desk.quote()).market).toMatchObject({ status: "suspended", version });
			await side.settle("1x2");
			expect((await desk.quote()).market).toMatchObject({ status: "settled", version });
		});

		test("[LAN-2] a feed that has been silent for too long asks to wait, and is heard again", async () => {
			const { side, desk } = await started();
			const { version } = (await desk.quote()).market;
			await side.world.advance(SILENCE_MS);
			const quiet = await desk.whole({ version });
			expect(quiet.markets[0]?.code).toBe("wait");
			expect(quiet.spokeAgoMs).toBeGreaterThanOrEqual(SILENCE_MS);
			await side.live(2_000);
			const heard = await desk.whole({ version });
			expect(heard.markets[0]?.code).toBe("ok");
			expect(heard.spokeAgoMs).toBeLessThan(2_000);
		});

		test("[MAT-5] what is not there, or not in this view, is closed, with nothing granted and no price", async () => {
			const { desk } = await started();
			expect(await desk.ask({ market: "nothing" })).toMatchObject({
				code: "closed",
				version: 0,
				granted: {},
				oddsMilli: {},
				fairPpm: {},
			});
			const { version } = (await desk.quote()).market;
			expect(await desk.ask({ version, view: "nobody" })).toMatchObject({ code: "closed", oddsMilli: {} });
			expect(await desk.ask({ version, outcomes: ["nobody"] })).toMatchObject({
				code: "ok",
				oddsMilli: {},
				fairPpm: {},
			});
		});

		test("[SET-1] a settled market is closed; one whose result was taken back names the result that is none", async () => {
			const { side, desk } = await started();
			const first = (await desk.quote()).market.version;
			await side.settle("1x2");
			const { market } = await desk.quote();
			expect(market.status).toBe("settled");
			expect(await desk.ask({ version: first })).toMatchObject({ code: "closed", settlementVersion: 1 });
			await side.takeBack("1x2");
			await side.live(1_000);
			const again = await desk.current();
			expect(again).toMatchObject({ code: "ok", settlementVersion: 2 });
			expect(again.version).toBeGreaterThan(first);
		});

		test("[MAT-3] a start in play withdraws every version, and nothing is taken until the feed has spoken again", async () => {
			const { side, desk } = await started();
			const { head, market } = await desk.quote();
			await side.restart();
			const answer = await desk.whole({ version: market.version });
			expect(answer.epoch).not.toBe(head.epoch);
			expect(answer.spokeAgoMs).toBeNull();
			expect(answer.markets[0]?.code).not.toBe("ok");
			expect(answer.markets[0]?.version).toBeGreaterThan(market.version);
			await side.live(3_000);
			expect(await desk.current()).toMatchObject({ code: "ok" });
			expect(await desk.ask({ version: market.version })).toMatchObject({ code: "moved" });
		});
	});

	describe("numbers and grants", () => {
		test("[BET-3] no pair is answered twice, nor one below the highest, and none of these grants anything", async () => {
			const { side, desk } = await started();
			const { version } = (await desk.quote()).market;
			desk.inc = 2;
			const request = desk.request([{ version }], [risk(1_000)]);
			expect(await desk.send(request)).toMatchObject({ kind: "answer", inc: 2, n: 1 });
			const stale = { kind: "stale", v: 1 };
			const more = { ...request, totals: [risk(9_000)] };
			for (const old of [more, { ...more, n: 0 }, { ...more, inc: 1, n: 50 }])
				expect(await desk.send(old)).toEqual(stale);
			await side.suspend("1x2");
			expect((await desk.ask({ version }, risk(9_000))).granted).toEqual({ home: 1_000 });
			await side.restart();
			expect(await desk.send(request)).toEqual(stale);
			expect((await desk.ask({ version }, risk(9_000))).granted).toEqual({ home: 1_000 });
		});

		test("[BET-3] each region has numbers of its own", async () => {
			const { side, desk } = await started();
			const other = new Asker(side, "apac");
			desk.inc = 5;
			expect((await desk.whole()).inc).toBe(5);
			expect(await other.whole()).toMatchObject({ inc: 1, n: 1 });
		});

		test("[BET-6] beyond the cap it is over the limit and says what is granted; what was granted stays", async () => {
			const { side, desk } = await started();
			await side.setCap(2_500);
			expect(await desk.current(risk(2_000))).toMatchObject({ code: "ok", granted: null });
			expect(await desk.current(risk(3_000))).toMatchObject({ code: "over_limit", granted: { home: 2_500 } });
			await side.setCap(1_000);
			expect(await desk.current(risk(2_500))).toMatchObject({ code: "ok", granted: null });
			expect(await desk.current(risk(2_600))).toMatchObject({ code: "over_limit", granted: { home: 2_500 } });
			expect(await desk.current(risk(500))).toMatchObject({ code: "ok", granted: null });
			expect(await desk.current(risk(1_200))).toMatchObject({ code: "over_limit", granted: { home: 1_000 } });
		});

		test("[BET-6] each outcome has a cap of its own, and one that was not asked about holds nobody up", async () => {
			const { side, desk } = await started();
			await side.setCap(1_000);
			const { version } = (await desk.quote()).market;
			const totals = [risk(900), risk(5_000, "away")];
			expect(await desk.ask({ version, outcomes: ["home"] }, ...totals)).toMatchObject({ code: "ok", granted: null });
			expect(await desk.ask({ version, outcomes: ["home", "away"] }, ...totals)).toMatchObject({
				code: "over_limit",
				granted: { home: 900, away: 1_000 },
			});
		});

		test("[BET-6] without an ok a grant only falls, and an outcome that is not named keeps its own", async () => {
			const { side, desk } = await started();
			await desk.current(risk(1_000), risk(700, "away"));
			await side.suspend("1x2");
			const both = { version: 1, outcomes: ["home", "away"] };
			expect((await desk.ask(both, risk(4_000))).granted).toEqual({ home: 1_000, away: 700 });
			expect((await desk.ask(both, risk(300))).granted).toEqual({ home: 300, away: 700 });
			expect((await desk.ask(both, risk(1_000))).granted).toEqual({ home: 300, away: 700 });
		});

		test("[BET-6] the first question of a new life names all its risk: what it leaves out is gone", async () => {
			const { side, desk } = await started();
			await desk.current(risk(1_000), risk(700, "away"));
			await side.suspend("1x2");
			desk.inc++;
			desk.n = 0;
			const both = { version: 1, outcomes: ["home", "away"] };
			expect((await desk.ask(both, risk(1_000))).granted).toEqual({ home: 1_000, away: 0 });
		});

		test("[BET-6] all regions share one cap", async () => {
			const { side, desk } = await started();
			const other = new Asker(side, "apac");
			await side.setCap(2_500);
			expect(await desk.current(risk(2_000))).toMatchObject({ code: "ok" });
			expect(await other.current(risk(2_000))).toMatchObject({ code: "over_limit", granted: { home: 500 } });
			await desk.current(risk(0));
			expect(await other.current(risk(2_000))).toMatchObject({ code: "ok" });
		});

		test("[BET-3] one question names many markets and is answered in its order", async () => {
			const { desk } = await started();
			const versions = await Promise.all(["ou:2.5", "1x2"].map(async (id) => (await desk.quote(id)).market.version));
			const answer = await desk.send(
				desk.request([
					{ market: "ou:2.5", version: versions[0] ?? 0, outcomes: ["over"] },
					{ market: "1x2", version: versions[1] ?? 0 },
					{ market: "1x2", version: 99 },
				]),
			);
			if (answer.kind === "stale") throw new Error("stale");
			expect(answer.markets.map(({ market, code }) => `${market} ${code}`)).toEqual([
				"ou:2.5 ok",
				"1x2 ok",
				"1x2 moved",
			]);
		});
	});
});
