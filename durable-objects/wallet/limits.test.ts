/** How long a wallet waits, and when it asks again, with a desk that is away. */
import { expect, test } from "vitest";
import { BET, RETRY } from "../../shared/limits.ts";
import { opening } from "../../testing/wallet.ts";
import { createTestWorld } from "../../testing/world.ts";
import { WalletActor, type WalletDeps } from "./actor.ts";
import { hmacTokens } from "./tokens.ts";

const wallet = "wallet:weur:0";
const playerId = "p_weur_00000000000000aa";

/** A wallet with one player, and a bet of it on the way to a desk that answers like this. */
async function withBet(offer: ReturnType<WalletDeps["desk"]>["offer"]) {
	const world = createTestWorld();
	const asked: number[] = [];
	const away = async (): Promise<never> => {
		throw new Error("away");
	};
	const ask = async (): Promise<never> => {
		asked.push(world.now());
		throw new Error("away");
	};
	const actor = new WalletActor({
		ports: world.ports("wallet"),
		name: wallet,
		tokens: hmacTokens("token-secret-of-these-tests"),
		desk: () => ({ offer, ask, start: away, release: away }),
		sendReports: async () => {},
		sendToReader: () => false,
	});
	world.onAlarm("wallet", () => actor.onAlarm());
	const player = { v: 1 as const, wallet, playerId };
	const created = actor.createPlayer(opening(player));
	await world.settle();
	const { token } = await created;
	const legs = [{ matchId: "m1", marketId: "1x2", outcomeId: "home", oddsMilli: 2_500 }];
	const ticket = { id: "ticket-0001", legs, stakeMinor: 100, currency: "EUR", pricePolicy: { kind: "any" as const } };
	const startedAtMs = world.now();
	let answeredAtMs: number | null = null;
	const placing = actor.place({ ...player, region: "weur", token, ticket }).then(() => {
		answeredAtMs = world.now();
	});
	return { world, actor, asked, startedAtMs, placing, answeredAtMs: () => answeredAtMs };
}

test("BET.firstWordMs: a bet whose desk says nothing is answered after it, pending", async () => {
	const { world, startedAtMs, answeredAtMs } = await withBet(() => new Promise(() => {}));
	// Verifying a token is the platform's own work, and not of this clock.
	await new Promise((verified) => setTimeout(verified, 50));
	await world.advance(BET.firstWordMs - 1);
	expect(answeredAtMs()).toBeNull();
	await world.advance(2);
	expect(answeredAtMs()).toBeLessThanOrEqual(startedAtMs + BET.firstWordMs + 1);
});

test("RETRY.offerMs, askMs, BET.overdueMs: offers are repeated, then the desk is asked, and an operator is told", async () => {
	const offered: number[] = [];
	const { world, actor, asked } = await withBet(async () => {
		offered.push(0);
		throw new Error("away");
	});
	await new Promise((verified) => setTimeout(verified, 50));
	await world.advance(4 * RETRY.offerMs);
	expect(offered.length).toBeGreaterThanOrEqual(4);
	expect(offered.length).toBeLessThanOrEqual(6);
	expect(actor.measures()).toMatchObject({ pendingTickets: 1, overdueTickets: 0 });
	await world.advance(120_000);
	const [first = 0, ...rest] = asked;
	expect(rest.length).toBeGreaterThan(5);
	// Other alarms (reports) may make it sooner, never later.
	for (const [at, time] of rest.entries()) expect(time - (asked[at] ?? first)).toBeLessThanOrEqual(RETRY.askMs);
	expect(actor.measures()).toMatchObject({ pendingTickets: 1, overdueTickets: 1 });
});
