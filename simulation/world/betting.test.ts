/** Real lanes, matches, desks and wallets together, under a clock that moves when told. */
import { afterEach, describe, expect, test } from "vitest";
import { deskName, matchName } from "../../shared/contracts/ids.ts";
import { BET } from "../../shared/limits.ts";
import * as inputs from "../../testing/football-inputs.ts";
import { Platform } from "./platform.ts";
import type { Player } from "./player.ts";

const MATCH = "final";
const HOME = { matchId: MATCH, marketId: "1x2", outcomeId: "home" } as const;
const DRAW = { matchId: MATCH, marketId: "1x2", outcomeId: "draw" } as const;
/** Longer than any window with all its waiting. */
const LONG_MS = 45_000;

let platform: Platform;
afterEach(() => {
	expect(platform.world.faults).toEqual([]);
});

/** A match before its kick-off, in an hour. */
async function beforeMatch(over = {}): Promise<Player> {
	platform = new Platform();
	await platform.feed(inputs.fixture({ scheduledAtMs: platform.world.now() + 3_600_000, ...over }));
	return platform.player();
}

/** A match in play whose feed is alive. */
async function inPlay(): Promise<Player> {
	const player = await beforeMatch();
	await platform.feed(inputs.phase("first_half", 0));
	await platform.live(MATCH, 3_000);
	return player;
}

async function place(
	player: Player,
	legs: Parameters<Player["place"]>[0],
	bet: Parameters<Player["place"]>[1] = {},
): Promise<string> {
	const placing = player.place(legs, bet);
	await platform.world.advance(100);
	const answer = await Promise.race([placing, platform.live(MATCH, 1_200).then(() => placing)]);
	if (answer.kind !== "ticket") throw new Error(answer.code);
	return answer.ticket.id;
}

const noMoneyLost = (player: Player): void => {
	const told = platform.wallet(player.walletName).conservation();
	expect(told.sums).toEqual({ EUR: 0 });
};

describe("a bet in play", () => {
	test("[BET-3] waits out its window, is accepted by a confirmation, and is settled by the result", async () => {
		const player = await inPlay();
		const id = await place(player, [HOME]);
		expect((await player.ticket(id)).status).toBe("pending");
		expect(await player.balance()).toEqual({ cash: 99_000, held: 1_000, receivable: 0 });
		await platform.live(MATCH, 5_000);
		const accepted = await player.ticket(id);
		expect(accepted.status).toBe("accepted");
		expect(accepted.legs[0]).toMatchObject({
			marketVersion: expect.any(Number),
			epoch: expect.any(String),
			matchStateAtDecision: expect.stringContaining("0-0"),
		});
		await platform.feed(inputs.incident("goal", "home", "g1"), inputs.betStart());
		await platform.feed(
			inputs.phase("half_time", 2_700, false),
			inputs.phase("second_half", 2_700),
			inputs.phase("ended", 5_400, false),
		);
		await platform.world.advance(2_000);
		const settled = await player.ticket(id);
		expect(settled).toMatchObject({ status: "settled", returnMinor: accepted.potentialReturnMinor });
		expect((await player.balance()).cash).toBe(99_000 + (accepted.potentialReturnMinor ?? 0));
		noMoneyLost(player);
	});

	test("[BET-3] without a confirmation nothing is ever accepted", async () => {
		const player = await inPlay();
		platform.gate = ({ method }) => {
			if (method === "confirm") throw new Error("the match does not answer");
		};
		const id = await place(player, [HOME]);
		await platform.live(MATCH, LONG_MS);
		expect((await player.ticket(id)).status).toBe("refused");
		expect((await player.balance()).cash).toBe(100_000);
		noMoneyLost(player);
	});

	test("[BET-3] [BET-5] a possible goal and its all-clear within one conflation step refuse a bet in its window", async () => {
		const player = await inPlay();
		const before = player.shown(HOME).version;
		const id = await place(player, [HOME]);
		await platform.feed(inputs.betStop(), inputs.betStart());
		expect(player.shown(HOME)).toMatchObject({ status: "open", version: before + 2 });
		await platform.live(MATCH, LONG_MS);
		expect(await player.ticket(id)).toMatchObject({ status: "refused", code: "market_changed" });
		noMoneyLost(player);
	});

	test("[BET-5] a goal in the window refuses within half a second, long before the window ends", async () => {
		const player = await inPlay();
		const id = await place(player, [HOME]);
		await platform.feed(inputs.incident("goal", "away", "g1"));
		await platform.live(MATCH, 1_000);
		expect(await player.ticket(id)).toMatchObject({ status: "refused", code: "market_suspended" });
	});

	test("[MAT-1] danger makes a bet wait, and it is taken once danger has been over for the delay", async () => {
		const player = await inPlay();
		const id = await place(player, [HOME]);
		await platform.feed(inputs.danger(true));
		await platform.live(MATCH, 5_000);
		expect((await player.ticket(id)).status).toBe("pending");
		await platform.feed(inputs.danger(false));
		await platform.live(MATCH, 3_000);
		expect((await player.ticket(id)).status).toBe("pending");
		await platform.live(MATCH, 4_000);
		expect((await player.ticket(id)).status).toBe("accepted");
	});

	test("[LAN-2] the feed cut in mid-window: nothing is accepted on a dead feed", async () => {
		const player = await inPlay();
		const placing = player.place([HOME]);
		await platform.world.advance(LONG_MS);
		const placed = await placing;
		if (placed.kind !== "ticket") throw new Error(placed.code);
		const ticket = await player.ticket(placed.ticket.id);
		expect(ticket.status).toBe("refused");
		expect(["feed_silent", "market_suspended", "market_changed"]).toContain(ticket.code);
		expect(player.shown(HOME).status).toBe("suspended");
	});

	test("[LAN-3] after silence a heartbeat reopens nothing; a fresh statement does", async () => {
		const player = await inPlay();
		await platform.world.advance(8_000);
		expect(player.shown(HOME).status).toBe("suspended");
		await platform.live(MATCH, 5_000);
		expect(player.shown(HOME).status).toBe("suspended");
		await platform.feed(inputs.phase("first_half", 60));
		expect(player.shown(HOME).status).toBe("open");
	});
});

describe("kick-off", () => {
	test("[MAT-6] [LAN-2] the feed dead at kick-off: the match counts as in play, and nothing is taken", async () => {
		const player = await beforeMatch({ scheduledAtMs: inputs.AT + 10_000 });
		await platform.world.advance(11_000);
		expect(player.shown(HOME).status).toBe("suspended");
		const id = await place(player, [HOME], { oddsMilli: 2_500 });
		await platform.world.advance(LONG_MS);
		expect((await player.ticket(id)).status).toBe("refused");
	});

	test("[MAT-6] a pre-match bet is decided at once, and one asked for over the kick-off is not", async () => {
		const player = await beforeMatch({ scheduledAtMs: inputs.AT + 20_000 });
		const id = await place(player, [HOME]);
		expect((await player.ticket(id)).status).toBe("accepted");
		let release: () => void = () => {};
		platform.gate = ({ method }) => (method === "confirm" ? new Promise<void>((go) => (release = go)) : undefined);
		const placing = player.place([HOME]);
		await platform.world.advance(30_000);
		release();
		platform.gate = () => {};
		await platform.live(MATCH, LONG_MS);
		const late = await placing;
		if (late.kind !== "ticket") throw new Error(late.code);
		expect((await player.ticket(late.ticket.id)).status).toBe("refused");
	});

	test("[MAT-3] a match restarted before kick-off after a withdrawal is still withdrawn, and refuses the old version", async () => {
		const player = await beforeMatch();
		const old = player.shown(HOME);
		expect(await platform.command(MATCH, { action: "suspend" })).toBe("applied");
		platform.restart(matchName(MATCH));
		expect(player.shown(HOME)).toMatchObject({ status: "suspended", version: old.version + 1 });
		expect(await platform.command(MATCH, { action: "reopen" })).toBe("applied");
		platform.restart(matchName(MATCH));
		expect(player.shown(HOME)).toMatchObject({ status: "open", version: old.version + 2 });
		const id = await place(player, [HOME], { version: old.version });
		expect(await player.ticket(id)).toMatchObject({ status: "refused", code: "market_changed" });
	});

	test("[MAT-3] a match restarted in play withdraws everything and reopens once the feed has spoken", async () => {
		const player = await inPlay();
		const id = await place(player, [HOME]);
		platform.restart(matchName(MATCH));
		expect(player.shown(HOME).status).toBe("suspended");
		await platform.live(MATCH, 5_000);
		expect(player.shown(HOME).status).toBe("open");
		await platform.live(MATCH, LONG_MS);
		expect((await player.ticket(id)).status).toBe("refused");
	});
});

describe("exposure", () => {
	test("[MON-5] [BET-6] with desks in two regions and a cap of 10.00, bets at both never pass it", async () => {
		const west = await inPlay();
		const east = await platform.player("apac");
		expect(await platform.command(MATCH, { action: "set_cap", capBaseMinor: 1_000 })).toBe("applied");
		const ids: [Player, string][] = [];
		for (let round = 0; round < 6; round++) {
			for (const player of [west, east])
				ids.push([player, await place(player, [HOME], { stakeMinor: 150 + round * 37 })]);
			await platform.live(MATCH, 3_000);
		}
		await platform.live(MATCH, LONG_MS);
		const tickets = await Promise.all(ids.map(([player, id]) => player.ticket(id)));
		const risk = tickets
			.filter(({ status }) => status === "accepted")
			.reduce((sum, ticket) => sum + (ticket.potentialReturnMinor ?? 0) - ticket.stakeMinor, 0);
		expect(risk).toBeGreaterThan(0);
		expect(risk).toBeLessThanOrEqual(1_000);
		const refused = tickets.filter(({ code }) => code === "over_limit");
		expect(refused.length).toBeGreaterThan(0);
		for (const ticket of refused) expect(ticket.maxStakeMinor).toBeLessThan(ticket.stakeMinor);
		const told = platform
			.match(MATCH)
			.exposure()
			?.markets.find(({ marketId }) => marketId === "1x2")
			?.outcomes.find(({ outcomeId }) => outcomeId === "home");
		expect(told?.riskBaseMinor).toBeLessThanOrEqual(1_000);
		expect(told?.riskBaseMinor).toBeGreaterThanOrEqual(risk);
	});

	test("[BET-6] the stake it is told would be accepted is accepted", async () => {
		const player = await beforeMatch();
		await platform.command(MATCH, { action: "set_cap", capBaseMinor: 1_000 });
		const refused = await player.ticket(await place(player, [HOME], { stakeMinor: 5_000 }));
		expect(refused.code).toBe("over_limit");
		const second = await player.ticket(await place(player, [HOME], { stakeMinor: refused.maxStakeMinor ?? 0 }));
		expect(second.status).toBe("accepted");
	});
});

describe("faults between the steps", () => {
	test("[SET-2] a result overtakes P3: the leg is settled the moment it is reserved", async () => {
		const player = await inPlay();
		const id = await place(player, [{ matchId: MATCH, marketId: "ou:0.5", outcomeId: "over" }]);
		let release: () => void = () => {};
		platform.gate = ({ method }) =>
			method === "confirm:answer" ? new Promise<void>((go) => (release = go)) : undefined;
		await platform.live(MATCH, 4_000);
		// The match has said `ok`; before the desk hears it, a goal is scored, confirmed, and its result reaches the desk.
		await platform.feed(inputs.incident("goal", "home", "g1"), inputs.betStart());
		platform.gate = () => {};
		release();
		await platform.live(MATCH, 3_000);
		const ticket = await player.ticket(id);
		expect(ticket.status).toBe("settled");
		expect(ticket.returnMinor).toBe(ticket.potentialReturnMinor);
		noMoneyLost(player);
	});

	test("[BET-8] `ask` while a confirm is in flight: the tombstone wins, and the late answer reserves nothing", async () => {
		const player = await inPlay();
		const id = await place(player, [HOME]);
		let release: () => void = () => {};
		platform.gate = ({ method }) =>
			method === "confirm:answer" ? new Promise<void>((go) => (release = go)) : undefined;
		await platform.live(MATCH, 4_000);
		const desk = platform.desk(MATCH);
		const asked = desk.ask({
			v: 1,
			desk: deskName(MATCH, "weur"),
			wallet: player.walletName,
			legs: [{ ticketKey: `${player.playerId}/${id}`, legNo: 0 }],
		});
		expect(asked.votes).toMatchObject([{ vote: "no", code: "timed_out" }]);
		platform.gate = () => {};
		release();
		await platform.world.settle();
		expect(desk.ops().reservedLegs).toBe(0);
	});

	test("[BET-8] a desk restarted between confirm and P3 forgets the leg, and the wallet's question ends it", async () => {
		const player = await inPlay();
		const id = await place(player, [HOME]);
		let release: () => void = () => {};
		platform.gate = ({ method }) =>
			method === "confirm:answer" ? new Promise<void>((go) => (release = go)) : undefined;
		await platform.live(MATCH, 4_000);
		platform.restart(deskName(MATCH, "weur"));
		platform.gate = () => {};
		release();
		await platform.live(MATCH, LONG_MS + BET.askAfterMs + 10_000);
		const ticket = await player.ticket(id);
		expect(ticket.status).toBe("refused");
		expect((await player.balance()).cash).toBe(100_000);
		// What the dead desk had asked for is given back by its next life.
		const next = await place(player, [HOME]);
		await platform.live(MATCH, 12_000);
		const risk = platform
			.match(MATCH)
			.exposure()
			?.markets.flatMap(({ outcomes }) => outcomes)
			.reduce((sum, outcome) => sum + outcome.riskBaseMinor, 0);
		const potential = (await player.ticket(next)).potentialReturnMinor ?? 0;
		expect(risk).toBe(potential - 1_000);
		noMoneyLost(player);
	});

	test("[BET-1] a wallet killed after its answer decides the ticket all the same, once", async () => {
		const player = await inPlay();
		const id = await place(player, [HOME], { id: "the-same-bet" });
		platform.restart(player.walletName);
		await platform.live(MATCH, LONG_MS);
		const ticket = await player.ticket(id);
		expect(ticket.status).toBe("accepted");
		const again = await player.place([HOME], {
			id,
			version: ticket.legs[0]?.marketVersion ?? 0,
			oddsMilli: ticket.legs[0]?.shownOddsMilli,
		});
		expect(again).toMatchObject({ kind: "ticket", replayed: true, ticket: { status: "accepted" } });
		expect((await player.balance()).cash).toBe(99_000);
		const other = await player.place([DRAW], { id });
		expect(other).toMatchObject({ kind: "error", code: "idempotency_conflict" });
	});
});

describe("[BET-8] a ticket over several desks", () => {
	async function twoMatches(): Promise<Player> {
		const player = await inPlay();
		await platform.feed({ ...inputs.fixture({ scheduledAtMs: platform.world.now() + 3_600_000 }), matchId: "other" });
		return player;
	}
	const OTHER = { matchId: "other", marketId: "1x2", outcomeId: "away" };

	test("is accepted as one, at the product of its prices", async () => {
		const player = await twoMatches();
		const id = await place(player, [HOME, OTHER]);
		await platform.live(MATCH, 6_000);
		const ticket = await player.ticket(id);
		expect(ticket.status).toBe("accepted");
		const [a = 0, b = 0] = ticket.legs.map((leg) => leg.takenOddsMilli ?? 0);
		expect(ticket.potentialReturnMinor).toBe(Math.floor((1_000 * a * b) / 1_000_000));
	});

	test("is refused as one, and releases what was reserved elsewhere", async () => {
		const player = await twoMatches();
		const id = await place(player, [HOME, OTHER]);
		await platform.feed(inputs.incident("goal", "home", "g1"));
		await platform.live(MATCH, LONG_MS);
		expect(await player.ticket(id)).toMatchObject({ status: "refused", code: "market_suspended" });
		expect(platform.desk("other").ops().reservedLegs).toBe(0);
		expect((await player.balance()).cash).toBe(100_000);
		noMoneyLost(player);
	});
});

describe("settlement", () => {
	test("[SET-1] [SET-3] a goal taken back reverses what it paid, beyond the cash as a receivable", async () => {
		const player = await inPlay();
		const id = await place(player, [{ matchId: MATCH, marketId: "ou:0.5", outcomeId: "over" }], { stakeMinor: 50_000 });
		await platform.live(MATCH, 6_000);
		await platform.feed(inputs.incident("goal", "home", "g1"), inputs.betStart());
		await platform.live(MATCH, 2_000);
		const paid = (await player.ticket(id)).returnMinor ?? 0;
		expect(paid).toBeGreaterThan(50_000);
		await place(player, [DRAW], { stakeMinor: 50_000 + paid });
		await platform.live(MATCH, 6_000);
		expect((await player.balance()).cash).toBe(0);
		await platform.feed(inputs.cancellation("g1"));
		await platform.live(MATCH, 3_000);
		expect(await player.ticket(id)).toMatchObject({ status: "accepted", returnMinor: null });
		expect(await player.balance()).toEqual({ cash: 0, held: 0, receivable: paid });
		noMoneyLost(player);
	});

	test("the 2022 final, played through every part: draw, over 3.5 and Argentina pay, over 4.5 does not", async () => {
		const player = await beforeMatch({ scheduledAtMs: inputs.AT + 60_000 });
		const legs = [
			DRAW,
			{ matchId: MATCH, marketId: "ou:3.5", outcomeId: "over" },
			{ matchId: MATCH, marketId: "ou:4.5", outcomeId: "over" },
			{ matchId: MATCH, marketId: "trophy", outcomeId: "home" },
		];
		const ids: string[] = [];
		for (const leg of legs) ids.push(await place(player, [leg]));
		for (const input of inputs.finalInputs()) {
			await platform.feed(input);
			await platform.live(MATCH, 1_000);
		}
		await platform.live(MATCH, 3_000);
		const tickets = await Promise.all(ids.map((id) => player.ticket(id)));
		expect(tickets.map(({ status }) => status)).toEqual(["settled", "settled", "settled", "settled"]);
		expect(tickets.map((ticket) => ticket.returnMinor === ticket.potentialReturnMinor)).toEqual([
			true,
			true,
			false,
			true,
		]);
		expect(tickets[2]?.returnMinor).toBe(0);
		noMoneyLost(player);
	});
});
