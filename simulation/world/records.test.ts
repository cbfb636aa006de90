/** What a ticket, a ledger and a report remember, through all parts. */
import { describe, expect, test } from "vitest";
import { reportBodySchema } from "../../shared/contracts/reports.ts";
import { decodeRpc } from "../../shared/decode.ts";
import * as inputs from "../../testing/football-inputs.ts";
import { Platform } from "./platform.ts";
import type { Player } from "./player.ts";

const MATCH = "final";
const HOME = { matchId: MATCH, marketId: "1x2", outcomeId: "home" } as const;

async function inPlay(): Promise<{ readonly platform: Platform; readonly player: Player }> {
	const platform = new Platform();
	await platform.feed(inputs.fixture({ scheduledAtMs: platform.world.now() + 3_600_000 }));
	const player = await platform.player();
	await platform.feed(inputs.phase("first_half", 0));
	await platform.live(MATCH, 3_000);
	return { platform, player };
}

describe("a bet", () => {
	test("[BET-7] keeps price shown and taken, version, match state and feed position, at request and at decision", async () => {
		const { platform, player } = await inPlay();
		const shown = player.shown(HOME);
		void player.place([HOME], { id: "bet-remembered", policy: "any", oddsMilli: shown.oddsMilli });
		await platform.live(MATCH, 8_000);
		const { legs } = await player.ticket("bet-remembered");
		const position = platform.match(MATCH).ops();
		expect(legs).toMatchObject([
			{
				shownOddsMilli: shown.oddsMilli,
				takenOddsMilli: expect.any(Number),
				marketVersion: shown.version,
				matchStateAtRequest: expect.stringMatching(/^0-0 /),
				matchStateAtDecision: expect.stringMatching(/^0-0 /),
				epoch: position?.epoch,
				seq: expect.any(Number),
				tick: expect.any(Number),
			},
		]);
		expect(legs[0]?.seq).toBeLessThanOrEqual(position?.lastSeq ?? 0);
	});

	test("[BET-7] keeps the region that its player was in, and so does each of its rows in reports", async () => {
		const { platform, player } = await inPlay();
		void player.place([HOME], { id: "bet-from-somewhere", policy: "any" });
		await platform.live(MATCH, 8_000);
		expect(await player.ticket("bet-from-somewhere")).toMatchObject({ region: "weur" });
		const bodies = platform.reports.flatMap(({ rows }) => rows.map(({ body }) => body));
		const told = bodies.flatMap((body) => {
			const row = decodeRpc("report body", reportBodySchema, body);
			return row.kind === "ticket" ? [row.region] : [];
		});
		// A row goes again until it is answered for.
		expect(new Set(told)).toEqual(new Set(["weur"]));
	});

	test("[MON-3] holds its stake once, and posts it or gives it back", async () => {
		const { platform, player } = await inPlay();
		const before = await player.balance();
		void player.place([HOME], { id: "bet-refused-later", policy: "any" });
		await platform.live(MATCH, 1_000);
		expect(await player.balance()).toEqual({ ...before, cash: before.cash - 1_000, held: 1_000 });
		await platform.feed(inputs.betStop());
		await platform.live(MATCH, 3_000);
		expect(await player.balance()).toEqual(before);
		await platform.feed(inputs.betStart());
		void player.place([HOME], { id: "bet-accepted", policy: "any" });
		await platform.live(MATCH, 8_000);
		expect(await player.balance()).toEqual({ ...before, cash: before.cash - 1_000, held: 0 });
	});

	test("[TEN-1] is reported under its partner and licence, and so is its player's account", async () => {
		const { platform, player } = await inPlay();
		void player.place([HOME], { id: "bet-of-a-tenant", policy: "any" });
		await platform.live(MATCH, 8_000);
		const rows = platform.reports.flatMap(({ rows: of }) => of);
		const tickets = rows
			.map(({ body }) => decodeRpc("report body", reportBodySchema, body))
			.filter(({ kind }) => kind === "ticket");
		expect(tickets.length).toBeGreaterThan(0);
		for (const row of tickets) expect(row).toMatchObject({ partnerId: "demo", licence: "generic" });
	});
});

test("[MAT-4] a match ticks only in play and only while somebody listens", async () => {
	const platform = new Platform();
	let listeners = 1;
	let beats = 0;
	platform.sockets = {
		said: () => {},
		send: (_publisher, frame) => {
			if (frame.startsWith('["beat"')) beats++;
		},
		sendTo: () => {},
		has: () => true,
		count: () => listeners,
		broken: () => {},
	};
	const ticksIn = async (ms: number): Promise<number> => {
		const before = beats;
		await platform.live(MATCH, ms);
		return beats - before;
	};
	await platform.feed(inputs.fixture({ scheduledAtMs: platform.world.now() + 3_600_000 }));
	expect(await ticksIn(10_000)).toBe(0);
	await platform.feed(inputs.phase("first_half", 0));
	expect(await ticksIn(10_000)).toBeGreaterThanOrEqual(10);
	listeners = 0;
	await platform.live(MATCH, 2_000);
	expect(await ticksIn(10_000)).toBe(0);
});
