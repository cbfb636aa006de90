/** A revocation against everything that may be under way: bets in their window, waits, renewals, readers. */
import { expect, test } from "vitest";
import type { DeskRpc } from "../../shared/contracts/desk.ts";
import { legsOffered, type OfferRequest } from "../../shared/contracts/offers.ts";
import { opening, PLAYER_ID, request } from "../../testing/wallet.ts";
import { createTestWorld } from "../../testing/world.ts";
import { WalletActor } from "./actor.ts";
import type { Tokens } from "./tokens.ts";

const WALLET = "wallet:weur:0";
const LATER_MS = 3_600_000;

/** A wallet whose desks note every leg and say no more; signing waits until it is let. */
async function setUp() {
	const world = createTestWorld();
	const released: string[] = [];
	const frames: string[] = [];
	let signing: Promise<void> = Promise.resolve();
	const tokens: Tokens = {
		sign: async (payload) => {
			await signing;
			return JSON.stringify(payload);
		},
		verify: async (token) => JSON.parse(token),
	};
	const desk: Partial<DeskRpc> = {
		offer: async ({ offers }: OfferRequest) => ({
			v: 1,
			legs: legsOffered(offers).map(({ ticketKey, legNo }) => ({
				ticketKey,
				legNo,
				vote: "noted" as const,
				delayMs: 5_000,
				version: 1,
				fairPpm: 500_000,
				oddsMilli: 2_000,
				matchState: "0-0",
			})),
		}),
		release: async ({ legs }) => {
			released.push(...legs.map(({ ticketKey }) => ticketKey));
			return { v: 1, answered: legs.map(({ ticketKey, legNo }) => ({ ticketKey, legNo })) };
		},
	};
	const actor = new WalletActor({
		ports: world.ports("wallet"),
		name: WALLET,
		tokens,
		desk: () => desk as DeskRpc,
		sendReports: async () => {},
		sendToReader: (_, frame) => frames.push(frame) > 0,
	});
	const sql = () => world.storage("wallet");
	const before = actor.revoke(PLAYER_ID, "nobody yet");
	const tablesBefore = sql().exec("SELECT name FROM sqlite_master").length;
	const { token } = await actor.createPlayer(opening({ wallet: WALLET, tokenTtlMs: LATER_MS }));
	const player = { v: 1 as const, wallet: WALLET, playerId: PLAYER_ID, token };
	const place = () => actor.place({ ...request([2_000]), token });
	const hold = (): (() => void) => {
		let letGo = (): void => {};
		signing = new Promise((resolve) => {
			letGo = resolve;
		});
		return letGo;
	};
	return { world, actor, player, place, released, frames, hold, before, tablesBefore };
}

test("[API-2] a wallet without players revokes nothing and makes nothing", async () => {
	const { before, tablesBefore } = await setUp();
	expect([before, tablesBefore]).toEqual([{ v: 1, kind: "not_found" }, 0]);
});

test("[FRM-7] [BET-9] a bet in its window is refused with its code, its stake comes back, its desk is told; tokens are void", async () => {
	const { world, actor, player, place, released } = await setUp();
	await Promise.all([place(), world.settle()]);
	const { playerId } = player;
	expect((await actor.me(player)).kind).toBe("ok");
	expect(actor.revoke(playerId, "left")).toEqual({ v: 1, kind: "revoked", refusedBets: 1 });
	await world.settle();
	expect(await actor.me(player)).toEqual({ kind: "error", code: "unauthorized" });
	expect(await place()).toEqual({ kind: "error", code: "unauthorized" });
	expect(released).toEqual([`${playerId}/ticket-0001`]);
	const [ticket] = world.storage("wallet").exec("SELECT status, body FROM tickets");
	expect([ticket?.status, JSON.parse(String(ticket?.body)).code]).toEqual(["refused", "revoked"]);
	expect(actor.conservation().accounts).toEqual(
		expect.arrayContaining([expect.objectContaining({ account: `cash:${playerId}`, balanceMinor: 10_000 })]),
	);
});

test("[BET-9] a desk's yes that was under way comes too late: it is released, and pays for nothing", async () => {
	const { world, actor, player, place, released } = await setUp();
	await Promise.all([place(), world.settle()]);
	actor.revoke(player.playerId, "left");
	await world.settle();
	const ticketKey = `${player.playerId}/ticket-0001`;
	const yes = {
		ticketKey,
		legNo: 0,
		vote: "yes" as const,
		oddsMilli: 2_000,
		marketVersion: 1,
		matchState: "0-0",
		epoch: "1.e",
		seq: 1,
		tick: 1_000,
		delayMs: 5_000,
		fairPpm: 500_000,
	};
	const answered = actor.votes({ v: 1, wallet: WALLET, desk: "desk:m0:weur", votes: [yes] });
	await Promise.all([answered, world.settle()]);
	expect(released).toEqual([ticketKey, ticketKey]);
	expect(world.storage("wallet").exec("SELECT status FROM tickets")).toEqual([{ status: "refused" }]);
});

test("[FRM-7] a revocation between the judgement of a bet and its commit: nothing is placed", async () => {
	const { world, actor, player, place } = await setUp();
	const placing = place();
	actor.revoke(player.playerId, "left");
	const [answer] = await Promise.all([placing, world.settle()]);
	expect(answer).toEqual({ kind: "error", code: "unauthorized" });
	expect(world.storage("wallet").exec("SELECT * FROM tickets")).toEqual([]);
});

test("[FRM-7] a renewal that is under way gives no token, and one that came before gives none that is good", async () => {
	const { world, actor, player, hold } = await setUp();
	const letGo = hold();
	const renewing = actor.renewToken(player);
	await world.settle();
	actor.revoke(player.playerId, "left");
	letGo();
	expect(await renewing).toEqual({ kind: "error", code: "unauthorized" });
});

test("[FRM-7] who waits for a decision is told nothing of it, and a reader that subscribes at that moment reads nothing", async () => {
	const { world, actor, player, place, frames } = await setUp();
	await Promise.all([place(), world.settle()]);
	const waiting = actor.ticket({ ...player, ticketId: "ticket-0001", waitMs: 20_000 });
	const subscribing = actor.subscribe("socket", player.playerId, null, player.token);
	actor.revoke(player.playerId, "left");
	expect(await subscribing).toBe("unauthorized");
	expect(await waiting).toEqual({ kind: "error", code: "unauthorized" });
	expect(frames).toEqual([]);
});

test("[TEN-1] a partner revokes its own players only", async () => {
	const { actor, player } = await setUp();
	expect(actor.revoke(player.playerId, "left", "another")).toEqual({ v: 1, kind: "not_found" });
	expect((await actor.me(player)).kind).toBe("ok");
	expect(actor.revoke(player.playerId, "left", "demo").kind).toBe("revoked");
});
