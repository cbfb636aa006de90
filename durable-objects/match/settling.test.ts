/** When results pay, who may change what was paid, and which bets came too late. */
import { describe, expect, test } from "vitest";
import { matchTerms } from "../../shared/catalogue/match-terms.ts";
import type { Input, LoggedInput, TraderAction } from "../../shared/feeds/canonical.ts";
import { BET, CONTRACT, FEED } from "../../shared/limits.ts";
import type { Platform } from "../../simulation/world/platform.ts";
import { AT, betStart, cancellation, confirmation, fixture, incident, phase } from "../../testing/football-inputs.ts";
import { kindsOf, MATCH, playing, storedState, twice } from "../../testing/match.ts";
import { attentionOf } from "./attention.ts";
import { applyInput, applyJournal, type MatchState, openMatch } from "./core.ts";
import { dueEvent } from "./due-event.ts";
import { proposalWords, withProposal } from "./proposals.ts";

let ids = 0;
const own = (input: Input): Input => ({ ...input, id: `own-${++ids}` }) as Input;
async function push(platform: Platform, ...inputs: readonly Input[]): Promise<void> {
	await platform.push(MATCH, inputs.map(own));
	await platform.world.settle();
}
async function secondHalf(): Promise<Platform> {
	const platform = await playing();
	await push(platform, phase("half_time", 2_800, false), phase("second_half", 2_700));
	await platform.live(MATCH, 3_000);
	return platform;
}
async function bet(platform: Platform, marketId: string, outcomeId: string) {
	const player = await platform.player("weur", 1_000);
	const id = `bet-${marketId.replace(/\W/g, "-")}-abcd`;
	void player.place([{ matchId: MATCH, marketId, outcomeId }], { id, policy: "any" });
	await platform.live(MATCH, 15_000);
	const ticket = () => player.ticket(id);
	expect(await ticket()).toMatchObject({ status: "accepted" });
	return ticket;
}
const winner = (state: MatchState, marketId: string): string | null => {
	const result = state.results[marketId]?.state;
	if (result?.kind !== "settled") return result?.kind ?? null;
	return Object.entries(result.outcomes).find(([, { kind }]) => kind === "win")?.[0] ?? "nobody";
};
function isReplayable(platform: Platform): void {
	const { stored, replayed } = twice(platform);
	expect(replayed).toBe(stored);
}

describe("[SET-5] results pay when they have stood", () => {
	test("an end by mistake that is taken back within its hold-off moves no money", async () => {
		const platform = await secondHalf();
		const ticket = await bet(platform, "1x2", "draw");
		await push(platform, phase("ended", 4_200, false));
		expect(winner(storedState(platform), "1x2")).toBe("draw");
		await platform.live(MATCH, 1_000);
		await push(platform, phase("second_half", 4_210));
		await platform.live(MATCH, 10_000);
		expect(await ticket()).toMatchObject({ status: "accepted", returnMinor: null });
		await push(platform, phase("ended", 5_500, false));
		await platform.live(MATCH, 5_000);
		expect(await ticket()).toMatchObject({ status: "settled" });
		expect(kindsOf(platform)).toContain("results_official");
		isReplayable(platform);
	});

	test("one that is taken back later is reversed, and the match goes on at new versions", async () => {
		const platform = await secondHalf();
		const ticket = await bet(platform, "1x2", "draw");
		const { version } =
			platform.match(MATCH).quote({ v: 1, matchId: MATCH, asks: [{ market: "1x2", view: "standard" }] }).markets[0] ??
			{};
		await push(platform, phase("ended", 4_200, false));
		await platform.live(MATCH, 5_000);
		expect(await ticket()).toMatchObject({ status: "settled" });
		await push(platform, phase("second_half", 4_210));
		await platform.live(MATCH, 5_000);
		expect(await ticket()).toMatchObject({ status: "accepted", returnMinor: null });
		const again = platform.match(MATCH).quote({ v: 1, matchId: MATCH, asks: [{ market: "1x2", view: "standard" }] })
			.markets[0];
		expect(again?.status).toBe("open");
		expect(again?.version).toBeGreaterThan(version ?? 0);
		isReplayable(platform);
	});

	test("markets that a goal in doubt leaves without a result raise an alarm ten minutes after the end", async () => {
		const platform = await secondHalf();
		await push(platform, incident("goal", "home", "doubt", "90"), phase("ended", 5_500, false));
		await platform.world.advance(11 * 60_000);
		await platform.world.settle();
		expect(kindsOf(platform)).toContain("overdue");
		await push(platform, confirmation("doubt"));
		await platform.world.advance(5_000);
		expect(platform.match(MATCH).ops()?.attention).toEqual([]);
		expect(winner(storedState(platform), "1x2")).toBe("home");
		isReplayable(platform);
	});
});

test("[LAN-1] a lane learns that its match is over by its last word, though results wait, and closes its log a week later", async () => {
	const platform = await secondHalf();
	const last = own(phase("ended", 5_500, false));
	const kinds = async (input: Input) =>
		(await platform.push(MATCH, [input])).results.map((answer) =>
			answer.kind === "refused" ? answer.code : answer.kind,
		);
	expect(await kinds(last)).toEqual(["stored"]);
	await platform.world.advance(1_000);
	const passes = async (ms: number) => {
		platform.world.setClock(platform.laneOf(MATCH), ms);
		await platform.world.advance(1_000);
	};
	await passes(FEED.keepEndedMs - 60_000);
	expect(await kinds(last)).toEqual(["duplicate"]);
	await passes(120_000);
	expect(await kinds(last)).toEqual(["ended"]);
});

describe("[SET-5] while the feed contradicts itself", () => {
	const stated = (home: number, away: number): Input =>
		({ ...phase("ended", 5_500, false), score: { home, away } }) as Input;

	test("nothing that has not been paid is paid, until its words agree or a trader says who is right", async () => {
		for (const end of ["feed", "trader"] as const) {
			const platform = await secondHalf();
			const ticket = await bet(platform, "1x2", "home");
			await push(
				platform,
				incident("goal", "home", "g1", "60"),
				betStart(),
				phase("ended", 5_500, false),
				stated(0, 1),
			);
			await platform.live(MATCH, 10_000);
			expect(await ticket()).toMatchObject({ status: "accepted", returnMinor: null });
			if (end === "feed") await push(platform, stated(1, 0));
			else await platform.command(MATCH, { action: "resolve", take: "ours" });
			await platform.live(MATCH, 5_000);
			expect(await ticket()).toMatchObject({ status: "settled" });
			isReplayable(platform);
		}
	});
});

describe("[SET-7] what traders decide", () => {
	test.each<[string, TraderAction, string]>([
		["nobody wins", { action: "settle_market", marketId: "1x2", winners: [] }, "bad_outcomes"],
		["everybody wins", { action: "settle_market", marketId: "1x2", winners: ["home", "draw", "away"] }, "bad_outcomes"],
		["two win where one does", { action: "settle_market", marketId: "1x2", winners: ["home", "draw"] }, "bad_outcomes"],
		["a stranger wins", { action: "settle_market", marketId: "1x2", winners: ["nobody"] }, "unknown_outcome"],
		["nothing is said", { action: "settle_market", marketId: "1x2" }, "bad_outcomes"],
		[
			"an outcome is left out",
			{ action: "settle_market", marketId: "1x2", outcomes: { home: { kind: "win" }, draw: { kind: "lose" } } },
			"bad_outcomes",
		],
		[
			"a dead heat of one place for one",
			{
				action: "settle_market",
				marketId: "1x2",
				outcomes: {
					home: { kind: "dead_heat", places: 2, tied: 2 },
					draw: { kind: "dead_heat", places: 2, tied: 2 },
					away: { kind: "lose" },
				},
			},
			"bad_outcomes",
		],
		[
			"what has no result is rolled back",
			{ action: "rollback_result", marketId: "1x2", reason: "slip" },
			"unknown_market",
		],
		["nothing waits", { action: "approve", proposalId: "none" }, "unknown_proposal"],
	])("%s: refused, without effect", async (_name, command, code) => {
		const platform = await playing();
		const before = storedState(platform).results;
		expect(await platform.tell(MATCH, command)).toMatchObject({ kind: "refused", code });
		expect(storedState(platform).results).toEqual(before);
	});

	test("every way to settle can be said", async () => {
		const platform = await playing();
		const say = (marketId: string, outcomes: Extract<TraderAction, { action: "settle_market" }>["outcomes"]) =>
			platform.tell(MATCH, { action: "settle_market", marketId, outcomes });
		const half = { over: { kind: "half_win" }, under: { kind: "half_lose" } } as const;
		expect(await say("ou:2.25", half)).toMatchObject({ kind: "applied" });
		const heat = { kind: "dead_heat", places: 1, tied: 2 } as const;
		expect(await say("1x2", { home: heat, draw: heat, away: { kind: "lose" } })).toMatchObject({ kind: "applied" });
		expect(await say("btts", { yes: { kind: "void" }, no: { kind: "win" } })).toMatchObject({ kind: "applied" });
		expect(
			await platform.tell(MATCH, { action: "settle_market", marketId: "dc", winners: ["1x", "12"] }),
		).toMatchObject({
			kind: "applied",
		});
		expect(storedState(platform).results["ou:2.25"]?.state).toEqual({ kind: "settled", outcomes: half });
		isReplayable(platform);
	});

	test("what has been paid changes only with a second person, who is somebody else", async () => {
		const platform = await secondHalf();
		const ticket = await bet(platform, "btts", "no");
		await push(platform, phase("ended", 5_500, false));
		await platform.live(MATCH, 5_000);
		expect(await ticket()).toMatchObject({ status: "settled", returnMinor: expect.any(Number) });
		const paid = (await ticket()).returnMinor;
		const command = { action: "void_market", marketId: "btts", reason: "palpable error" } as const;
		expect(await platform.tell(MATCH, command, { id: "v1", trader: "ada" })).toMatchObject({
			code: "needs_second_person",
		});
		expect(platform.match(MATCH).ops()?.attention).toMatchObject([
			{ kind: "proposal", proposalId: "v1", message: "ada: void btts (palpable error)" },
		]);
		const approve = { action: "approve", proposalId: "v1" } as const;
		expect(await platform.tell(MATCH, approve, { id: "a1", trader: "ada" })).toMatchObject({ code: "same_person" });
		expect(await platform.tell(MATCH, approve, { id: "a0", trader: " Ada" })).toMatchObject({ code: "same_person" });
		expect((await ticket()).returnMinor).toBe(paid);
		expect(await platform.tell(MATCH, approve, { id: "a2", trader: "bob" })).toMatchObject({ kind: "applied" });
		await platform.live(MATCH, 3_000);
		expect((await ticket()).returnMinor).toBe(1_000);
		expect(await platform.tell(MATCH, approve, { id: "a3", trader: "bob" })).toMatchObject({
			code: "unknown_proposal",
		});
		isReplayable(platform);
	});

	test("what was paid four weeks ago stands: its desks forget who bet, and a later result would pay nobody", async () => {
		const platform = await secondHalf();
		const ticket = await bet(platform, "btts", "no");
		await push(platform, phase("ended", 5_500, false));
		await platform.live(MATCH, 5_000);
		const { returnMinor } = await ticket();
		const command = { action: "void_market", marketId: "btts", reason: "palpable error" } as const;
		platform.world.setClock(`match:${MATCH}`, BET.changePaidMs - 60_000);
		expect(await platform.tell(MATCH, command, { id: "v1" })).toMatchObject({ code: "needs_second_person" });
		platform.world.setClock(`match:${MATCH}`, 120_000);
		const late = { kind: "refused", code: "settled_long_ago" };
		expect(await platform.tell(MATCH, command, { id: "v2" })).toMatchObject(late);
		const approve = { action: "approve", proposalId: "v1" } as const;
		expect(await platform.tell(MATCH, approve, { id: "a1", trader: "bob" })).toMatchObject(late);
		expect(kindsOf(platform)).not.toContain("proposal");
		expect(storedState(platform).results.btts?.state.kind).toBe("settled");
		expect((await ticket()).returnMinor).toBe(returnMinor);
		isReplayable(platform);
	});

	test("a rollback gives a market back to the feed, and leaves none open after the end", async () => {
		const platform = await secondHalf();
		await push(
			platform,
			incident("goal", "home", "g1", "50"),
			betStart(),
			incident("goal", "away", "g2", "60"),
			betStart(),
		);
		expect(winner(storedState(platform), "btts")).toBe("yes");
		expect(await platform.tell(MATCH, { action: "rollback_result", marketId: "btts", reason: "review" })).toMatchObject(
			{
				kind: "applied",
			},
		);
		expect(winner(storedState(platform), "btts")).toBe("open");
		await push(platform, phase("ended", 5_500, false));
		expect(winner(storedState(platform), "btts")).toBe("yes");
		isReplayable(platform);
	});
});

/** A match without its object: what the core does at a tick, journal and all. */
function coreMatch(lateBets: "void" | "propose" | "report") {
	let state: MatchState;
	let seq = 0;
	const log = (input: Input, receivedAtMs: number): LoggedInput => ({
		seq: ++seq,
		provider: "feed",
		receivedAtMs,
		input,
	});
	const opened = openMatch(log(own(fixture({ scheduledAtMs: AT + 60_000 })), AT), AT, matchTerms);
	if (!opened.ok) throw new Error(opened.message);
	state = { ...opened.state, terms: [{ licence: "generic", lateBets, correctionWindowMs: 3_600_000 }] };
	const bets = new Map<string, number>();
	const settle = (nowMs: number): void => {
		const betSince = (atMs: number) => [...bets].flatMap(([marketId, lastMs]) => (lastMs >= atMs ? [marketId] : []));
		const due = () => dueEvent(state, nowMs, { marketIds: [], riskOf: () => 0, betSince });
		for (let event = due(); event !== null; event = due())
			state = applyJournal(state, { ...event, afterSeq: state.lastSeq, atMs: nowMs });
	};
	return {
		get state(): MatchState {
			return state;
		},
		bet: (marketId: string, atMs: number) => void bets.set(marketId, atMs),
		settle,
		tell: (input: Input, nowMs: number) => {
			settle(nowMs);
			const applied = applyInput(
				state,
				log(own({ ...input, sentAtMs: nowMs } as Input), nowMs),
				Math.floor(nowMs / 1_000) * 1_000,
			);
			state = applied.ok ? applied.state : (applied.state ?? state);
			settle(nowMs);
			return applied;
		},
		/** As it is, without what time asks for. */
		log: (input: Input, nowMs: number, receivedAtMs = nowMs) => {
			const applied = applyInput(state, log(own(input), receivedAtMs), Math.floor(nowMs / 1_000) * 1_000);
			state = applied.ok ? applied.state : (applied.state ?? state);
		},
		voids: (marketId: string) => state.results[marketId]?.voids ?? [],
	};
}
const MINUTE = 60_000;
const START = AT + MINUTE;
const dated = (atMs: number, precision: "ms" | "second" | "minute", id = "g"): Input =>
	({ ...incident("goal", "home", id, ""), occurredAt: { atMs, precision } }) as Input;

describe("[SET-4] bets that came too late", () => {
	function inPlay(mode: "void" | "propose" | "report") {
		const match = coreMatch(mode);
		match.tell(phase("first_half", 0), START);
		match.bet("1x2", START + 20_000);
		match.bet("ou:2.5", START + 5_000);
		return match;
	}

	test("are void from when it happened to when the market was withdrawn, on the markets that were bet on", () => {
		const match = inPlay("void");
		match.tell(dated(START + 15_000, "ms"), START + 22_000);
		expect(match.voids("1x2")).toEqual([{ fromMs: START + 15_999, toMs: START + 22_999, licences: ["generic"] }]);
		expect(match.voids("ou:2.5")).toEqual([]);
		expect(match.state.results["1x2"]?.state.kind).toBe("open");
	});

	test("a time to the second is taken at its end, one to the minute never voids", () => {
		const second = inPlay("void");
		second.tell(dated(START + 15_000, "second"), START + 22_000);
		expect(second.voids("1x2")[0]?.fromMs).toBe(START + 16_998);
		const minute = inPlay("void");
		minute.tell(dated(START, "minute"), START + 22_000);
		expect(minute.voids("1x2")).toEqual([]);
	});

	test("stand again when it did not happen, and move when its time is corrected", () => {
		const match = inPlay("void");
		match.tell(dated(START + 15_000, "ms"), START + 22_000);
		const corrected = { ...dated(START + 18_000, "ms"), kind: "correction" } as Input;
		match.tell(corrected, START + 40_000);
		expect(match.voids("1x2")).toEqual([{ fromMs: START + 18_999, toMs: START + 22_999, licences: ["generic"] }]);
		match.tell(cancellation("g"), START + 50_000);
		expect(match.voids("1x2")).toEqual([]);
	});

	test("a card to somebody off the pitch makes no bet late, and one that turns out to be lets late bets stand again", () => {
		const card = (recipient: string): Input =>
			({ ...dated(START + 15_000, "ms", "r"), incident: "red_card", recipient }) as Input;
		const corrected = (recipient: string): Input => ({ ...card(recipient), kind: "correction" }) as Input;
		const match = inPlay("void");
		match.tell(card("staff"), START + 22_000);
		expect(match.voids("1x2")).toEqual([]);
		match.tell(corrected("player"), START + 24_000);
		expect(match.voids("1x2")).toHaveLength(1);
		match.tell(corrected("bench"), START + 30_000);
		expect(match.voids("1x2")).toEqual([]);
	});

	test("propose: they stand until a trader says so; report: an operator is told", () => {
		const asked = inPlay("propose");
		asked.tell(dated(START + 15_000, "ms"), START + 22_000);
		expect(asked.voids("1x2")).toEqual([]);
		const [proposal] = asked.state.proposals;
		const approve = { action: "approve" as const, proposalId: proposal?.proposalId ?? "" };
		const command = {
			v: 1,
			kind: "trader",
			id: "c",
			matchId: MATCH,
			sentAtMs: 0,
			trader: "ada",
			command: approve,
		} as Input;
		expect(asked.tell(command, START + 30_000).ok).toBe(true);
		expect(asked.voids("1x2")).toHaveLength(1);
		const told = inPlay("report");
		told.tell(dated(START + 15_000, "ms"), START + 22_000);
		expect(told.voids("1x2")).toEqual([]);
		expect(told.state.voidWindows).toHaveLength(1);
	});

	const many = (match: ReturnType<typeof inPlay>, offMs: number): void => {
		for (let n = 0; n < FEED.offsetsKept; n++)
			match.log({ ...phase("first_half", n), sentAtMs: START + n - offMs } as Input, START + n);
	};

	test("FEED.offsetsKept: a clock that is far off dates nothing by itself, and one message dated wrongly moves nothing", () => {
		const hourMs = 3_600_000;
		const match = inPlay("void");
		many(match, -hourMs);
		match.log({ ...phase("first_half", 10), sentAtMs: 0 } as Input, START + 20_000);
		const occurredAt = { atMs: START + hourMs + 15_000, precision: "ms" };
		match.log({ ...dated(0, "ms"), occurredAt, sentAtMs: START + hourMs + 22_000 } as Input, START + 22_000);
		expect(match.state.voidWindows[0]?.fromMs).toBe(START + 15_999);
	});

	test("FEED.maxUnderWayMs: what took longer than usual to come happened that much earlier, up to a bound", () => {
		const late = inPlay("void");
		many(late, 0);
		late.log({ ...dated(START + 13_000, "ms"), sentAtMs: START + 15_000 } as Input, START + 22_000);
		expect(late.state.voidWindows[0]?.fromMs).toBe(START + 13_999);
		const tooLate = inPlay("void");
		many(tooLate, 0);
		tooLate.log({ ...dated(START + 1_000, "ms"), sentAtMs: START + 1_000 } as Input, START + 90_000);
		expect(tooLate.state.voidWindows[0]?.fromMs).toBe(START + 90_999 - FEED.maxUnderWayMs);
	});

	/** As many as are kept, at whole seconds, by the lane's clock and the match's. */
	const heard = (match: ReturnType<typeof inPlay>, laneAheadMs: number): void => {
		for (let n = 1; n <= FEED.offsetsKept; n++) {
			const atMs = START + n * 1_000;
			match.log({ ...phase("first_half", n), sentAtMs: atMs } as Input, atMs, atMs + laneAheadMs);
		}
	};

	test("the lane's clock or the match's is set: neither alone makes a message late, and a real delay still counts", () => {
		const message = { ...dated(START + 20_000, "ms"), sentAtMs: START + 21_000 } as Input;
		const fromMs = (nowMs: number, receivedAtMs: number): number | null | undefined => {
			const match = inPlay("void");
			heard(match, 0);
			match.log(message, nowMs, receivedAtMs);
			return match.state.voidWindows[0]?.fromMs;
		};
		expect(fromMs(START + 21_000, START + 21_000)).toBe(START + 20_999);
		// A second is what the tick leaves open.
		expect(fromMs(START + 21_000, START + 91_000)).toBe(START + 20_999 - 999);
		expect(fromMs(START + 41_000, START + 21_000)).toBe(START + 40_999);
		expect(fromMs(START + 31_000, START + 31_000)).toBe(START + 20_999);
	});

	test("the lane's clock is set: a time after the sending is late by the match's own clock", () => {
		const match = inPlay("void");
		many(match, 0);
		const message = { ...dated(START + 21_500, "ms"), sentAtMs: START + 21_000 } as Input;
		match.log(message, START + 22_000, START + 92_000);
		expect(match.state.voidWindows[0]?.fromMs).toBe(START + 21_500);
	});

	const window = (over: object = {}): Input =>
		({
			v: 1,
			kind: "void_window",
			id: "w",
			matchId: MATCH,
			sentAtMs: 0,
			windowId: "w1",
			marketIds: ["1x2"],
			reason: "scout error",
			...over,
		}) as Input;
	const rollback = {
		v: 1,
		kind: "void_window_rollback",
		id: "w",
		matchId: MATCH,
		sentAtMs: 0,
		windowId: "w1",
	} as Input;

	test("a provider's window: both ends, either missing, none; told again it is as it stands now", () => {
		const match = inPlay("void");
		match.tell(window({ fromMs: START + 1_000, toMs: START + 9_000 }), START + 30_000);
		expect(match.voids("1x2")).toEqual([{ fromMs: START + 1_000, toMs: START + 9_000, licences: ["generic"] }]);
		match.tell(window({ toMs: START + 9_000 }), START + 31_000);
		expect(match.voids("1x2")).toEqual([{ fromMs: null, toMs: START + 9_000, licences: ["generic"] }]);
		match.tell(window({ fromMs: START + 1_000 }), START + 32_000);
		expect(match.voids("1x2")).toEqual([{ fromMs: START + 1_000, toMs: null, licences: ["generic"] }]);
		match.tell(window(), START + 33_000);
		expect(match.voids("1x2")).toEqual([{ fromMs: null, toMs: null, licences: ["generic"] }]);
		match.tell(window({ marketIds: undefined, groups: ["totals"] }), START + 34_000);
		expect([match.voids("1x2").length, match.voids("ou:2.5").length]).toEqual([0, 1]);
	});

	test("CONTRACT.voidSpans: so many stand in one match; what is rolled back gives way, and an operator sees that no more are taken", () => {
		const match = inPlay("void");
		const say = (windowId: string, kind = "void_window") =>
			match.log({ ...window(), kind, windowId } as Input, START + 30_000);
		for (let n = 0; n < CONTRACT.voidSpans; n++) say(`w${n}`, n < 2 ? "void_window_rollback" : undefined);
		expect(attentionOf(match.state)).toEqual([]);
		for (const name of ["a", "b", "c"]) say(name);
		const standing = match.state.voidWindows.map(({ windowId }) => windowId);
		expect([standing.length, standing.includes("b"), standing.includes("c")]).toEqual([
			CONTRACT.voidSpans,
			true,
			false,
		]);
		expect(attentionOf(match.state)).toMatchObject([{ kind: "late_bets" }]);
	});

	test("a provider's window lies where the match's clock says, whatever the lane's was set to", () => {
		for (const [laneAheadMs, offMs] of [
			[0, 0],
			[900, 900],
			[-1_500, -1_500],
			[70_000, 999],
			[-70_000, -FEED.clockOffMs],
		] as const) {
			const match = inPlay("void");
			heard(match, laneAheadMs);
			match.log(window({ fromMs: START + 5_000 }), START + 30_000, START + 30_000 + laneAheadMs);
			expect(match.state.voidWindows[0]?.fromMs).toBe(START + 5_000 + offMs);
		}
	});

	test("and its rollback, in any order, repeated", () => {
		const match = inPlay("void");
		match.tell(window(), START + 30_000);
		match.tell(rollback, START + 31_000);
		expect(match.voids("1x2")).toEqual([]);
		match.tell(rollback, START + 32_000);
		match.tell(window(), START + 33_000);
		expect(match.voids("1x2")).toHaveLength(1);
		// The rollback overtook its window: by its provider's clock it came after.
		const early = inPlay("void");
		early.tell(rollback, START + 31_000);
		const late = { ...window(), id: own(rollback).id, sentAtMs: START + 30_000 } as Input;
		const applied = applyInput(
			early.state,
			{ seq: 99, provider: "feed", receivedAtMs: START + 32_000, input: late },
			START + 32_000,
		);
		expect(applied.ok && applied.state.results["1x2"]?.voids).toBeFalsy();
	});
});

test("[SET-5] a match without a decision after its expected end raises an alarm, once", () => {
	const match = coreMatch("void");
	match.tell(phase("first_half", 0), START);
	match.settle(START + 3.4 * 3_600_000);
	expect(match.state.isOverdue).toBe(false);
	match.settle(START + 3.6 * 3_600_000);
	expect(match.state.isOverdue).toBe(true);
	expect(attentionOf(match.state)).toMatchObject([{ kind: "overdue", message: expect.stringMatching(/^\d+ markets/) }]);
});

test.each<[words: string, command: TraderAction]>([
	["settle btts: winners yes", { action: "settle_market", marketId: "btts", winners: ["yes"] }],
	[
		"settle 1x2: home dead heat (1 of 2), draw half win, away lose (photo)",
		{
			action: "settle_market",
			marketId: "1x2",
			outcomes: {
				home: { kind: "dead_heat", places: 1, tied: 2 },
				draw: { kind: "half_win" },
				away: { kind: "lose" },
			},
			reason: "photo",
		},
	],
	["take the feed's word", { action: "resolve", take: "feed" }],
	["set_cap", { action: "set_cap", capBaseMinor: 1 }],
])("[SET-7] whoever approves sees what: %s", (words, command) => {
	const proposal = { proposalId: "p", by: "ada", sinceMs: 0, what: { kind: "command" as const, command } };
	expect(proposalWords(proposal)).toBe(`ada: ${words}`);
});

test("CONTRACT.proposals: so many wait in one match, and the oldest gives way", () => {
	const match = coreMatch("void");
	const proposed = Array.from({ length: CONTRACT.proposals + 1 }, (_, n) => ({
		proposalId: `p${n}`,
		by: "ada",
		sinceMs: START,
		what: { kind: "command" as const, command: { action: "suspend" as const } },
	}));
	const { proposals } = proposed.reduce(withProposal, match.state);
	expect(proposals.map(({ proposalId }) => proposalId)).toEqual(proposed.slice(1).map(({ proposalId }) => proposalId));
});

describe("[SET-1] corrections after their time", () => {
	test("[SET-4] windows of void bets wait for him too", () => {
		const match = coreMatch("void");
		match.tell(phase("first_half", 0), START);
		match.tell(phase("ended", 5_500, false), START + 110 * MINUTE);
		match.settle(START + 111 * MINUTE);
		const window = { v: 1, kind: "void_window", id: "w", matchId: MATCH, sentAtMs: 0, windowId: "w1", reason: "late" };
		expect(match.tell(window as Input, START + 300 * MINUTE)).toMatchObject({ code: "correction_closed" });
		expect(match.voids("1x2")).toEqual([]);
		expect(match.state.proposals).toHaveLength(1);
	});

	test("wait for a trader, who may let them count", () => {
		const match = coreMatch("void");
		match.tell(phase("first_half", 0), START);
		match.tell(phase("half_time", 2_800, false), START + 50 * MINUTE);
		match.tell(phase("second_half", 2_700), START + 60 * MINUTE);
		match.tell(phase("ended", 5_500, false), START + 110 * MINUTE);
		match.settle(START + 111 * MINUTE);
		expect(winner(match.state, "1x2")).toBe("draw");
		const late = match.tell({ ...incident("goal", "home", "late", "88") } as Input, START + 300 * MINUTE);
		expect(late).toMatchObject({ ok: false, code: "correction_closed" });
		expect(winner(match.state, "1x2")).toBe("draw");
		const approve = { action: "approve" as const, proposalId: match.state.proposals[0]?.proposalId ?? "" };
		match.tell(
			{ v: 1, kind: "trader", id: "c", matchId: MATCH, sentAtMs: 0, trader: "ada", command: approve } as Input,
			START + 301 * MINUTE,
		);
		match.tell(confirmation("late"), START + 302 * MINUTE);
		expect(winner(match.state, "1x2")).toBe("home");
	});
});
