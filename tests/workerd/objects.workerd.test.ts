/** Lane, match, desk and wallet inside workerd: eviction, alarms, and contracts at their doors. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { describe, expect, test, vi } from "vitest";
import { rpcClient, stubOf } from "../../durable-objects/runtime/stubs.ts";
import type { DeskRpc } from "../../shared/contracts/desk.ts";
import { deskName, laneName, matchName, walletNameOf } from "../../shared/contracts/ids.ts";
import type { LaneRpc } from "../../shared/contracts/lane.ts";
import type { MatchRpc } from "../../shared/contracts/match.ts";
import type { PlaceAnswer, WalletRpc } from "../../shared/contracts/wallet.ts";
import { fixture } from "../../testing/football-inputs.ts";
import { bindings } from "./bindings.ts";

const playerId = "p_weur_00000000000000ee";
const wallet = walletNameOf(playerId, 2);
const wallets = rpcClient<WalletRpc>(bindings.WALLET, wallet);

async function openMatch(
	matchId: string,
): Promise<{ readonly lane: string; readonly version: number; readonly oddsMilli: number }> {
	const lane = laneName("demo", matchId, 4);
	const input = { ...fixture({ scheduledAtMs: Date.now() + 3_600_000 }), matchId, id: `${matchId}-fixture` };
	const answer = await rpcClient<LaneRpc>(bindings.LANE, lane).append({
		v: 1,
		lane,
		provider: "replay",
		inputs: [input],
	});
	expect(answer.results).toEqual([{ kind: "stored", seq: 1 }]);
	const match = rpcClient<MatchRpc>(bindings.MATCH, matchName(matchId));
	const quoted = await vi.waitFor(async () => {
		const quote = await match.quote({ v: 1, matchId, asks: [{ market: "1x2", view: "standard" }] });
		expect(quote.known).toBe(true);
		return quote.markets[0];
	});
	return { lane, version: quoted?.version ?? 0, oddsMilli: quoted?.outcomes.home?.oddsMilli ?? 0 };
}

async function player(): Promise<string> {
	const created = await wallets.createPlayer({
		v: 1,
		wallet,
		playerId,
		partnerId: "demo",
		licence: "generic",
		currency: "EUR",
		openingBalanceMinor: 100_000,
		tokenTtlMs: 3_600_000,
	});
	return created.token;
}

function place(
	token: string,
	matchId: string,
	id: string,
	oddsMilli: number,
	marketVersion: number,
): Promise<PlaceAnswer> {
	const legs = [{ matchId, marketId: "1x2", outcomeId: "home", oddsMilli, marketVersion }];
	const ticket = { id, legs, stakeMinor: 1_000, currency: "EUR", pricePolicy: { kind: "any" as const } };
	return wallets.place({ v: 1, wallet, playerId, region: "weur", token, ticket });
}

describe("eviction", () => {
	test("[LAN-1] [MAT-3] [BET-1] [MON-2] lane, match, desk and wallet are evicted, and everything is as it was", async () => {
		const matchId = "evicted";
		const { lane, version, oddsMilli } = await openMatch(matchId);
		const token = await player();
		const placed = await place(token, matchId, "evicted-0001", oddsMilli, version);
		expect(placed).toMatchObject({ kind: "ticket", ticket: { status: "accepted", potentialReturnMinor: oddsMilli } });
		await evictDurableObject(stubOf(bindings.DESK, deskName(matchId, "weur")));
		await evictDurableObject(stubOf(bindings.MATCH, matchName(matchId)));
		await evictDurableObject(stubOf(bindings.LANE, lane));
		expect(await place(token, matchId, "evicted-0001", oddsMilli, version)).toMatchObject({
			kind: "ticket",
			replayed: true,
			ticket: { status: "accepted" },
		});
		expect(await place(token, matchId, "evicted-0002", oddsMilli, version)).toMatchObject({
			kind: "ticket",
			ticket: { status: "accepted" },
		});
		const desk = rpcClient<DeskRpc>(bindings.DESK, deskName(matchId, "weur"));
		// The desk's second life has a higher incarnation, and both reservations.
		expect(await desk.ops({ v: 1, desk: deskName(matchId, "weur") })).toMatchObject({ reservedLegs: 2, inc: 2 });
		expect((await wallets.conservation({ v: 1, wallet })).sums).toEqual({ EUR: 0 });
	});
});

describe("alarms", () => {
	test("[BET-8] the wallet's alarm asks the desk about a ticket past its deadline, and gives the stake back", async () => {
		const matchId = "asked";
		const { version, oddsMilli } = await openMatch(matchId);
		const token = await player();
		const before = await wallets.me({ v: 1, wallet, playerId, token });
		const stub = stubOf(bindings.WALLET, wallet);
		// As a wallet finds it that died right after its commit: pending, its deadline long past, never offered.
		await place(token, matchId, "asked-ticket-1", oddsMilli, version);
		await runInDurableObject(stub, (_wallet, state) => {
			const body = String(
				state.storage.sql.exec("SELECT body FROM tickets WHERE ticket_key LIKE '%asked-ticket-1'").one().body,
			);
			const ticket = {
				...JSON.parse(body),
				status: "pending",
				deadlineMs: 1,
				key: `${playerId}/asked-ticket-2`,
				ticketId: "asked-ticket-2",
			};
			ticket.legs = ticket.legs.map((leg: object) => ({ ...leg, vote: null }));
			state.storage.sql.exec(
				"INSERT INTO tickets (ticket_key, player_id, status, placed_at, deadline, body) VALUES (?, ?, 'pending', 1, 1, ?)",
				ticket.key,
				playerId,
				JSON.stringify(ticket),
			);
			for (const [account, amount] of [
				[`cash:${playerId}`, -1_000],
				[`hold:${playerId}`, 1_000],
			] as const) {
				state.storage.sql.exec("UPDATE accounts SET balance = balance + ? WHERE account = ?", amount, account);
			}
		});
		await evictDurableObject(stub);
		await state(stub);
		await runDurableObjectAlarm(stub);
		await vi.waitFor(async () => {
			const told = await wallets.ticket({ v: 1, wallet, playerId, token, ticketId: "asked-ticket-2", waitMs: 0 });
			expect(told).toMatchObject({ kind: "ok", value: { status: "refused", code: "timed_out" } });
		});
		const after = await wallets.me({ v: 1, wallet, playerId, token });
		if (before.kind !== "ok" || after.kind !== "ok") throw new Error("no player");
		expect(after.value).toMatchObject({ heldMinor: 0, balanceMinor: before.value.balanceMinor - 1_000 });
	});
});

/** Arms the alarm that `runDurableObjectAlarm` runs. */
async function state(stub: ReturnType<typeof stubOf<undefined>> | DurableObjectStub): Promise<void> {
	await runInDurableObject(stub as never, (_object: unknown, context: DurableObjectState) =>
		context.storage.setAlarm(Date.now() + 60_000),
	);
}

describe("doors", () => {
	const at = (namespace: unknown, name: string): DurableObjectStub => stubOf(namespace as DurableObjectNamespace, name);
	test.each([
		["match.apply", at(bindings.MATCH, matchName("door")), "apply", { v: 2 }],
		["match.confirm", at(bindings.MATCH, matchName("door")), "confirm", { v: 1, matchId: "door" }],
		["desk.offer", at(bindings.DESK, deskName("door", "weur")), "offer", { v: 1, legs: [{}] }],
		["wallet.place", at(bindings.WALLET, wallet), "place", { v: 1, wallet, playerId: "somebody" }],
		["wallet.votes", at(bindings.WALLET, wallet), "votes", { v: 1, wallet, desk: "d", votes: [{ vote: "maybe" }] }],
		[
			"lane.append",
			at(bindings.LANE, "lane:demo:0"),
			"append",
			{ v: 1, lane: "lane:demo:0", provider: "replay", inputs: [{ kind: "goal" }] },
		],
	])("%s refuses what does not fit its contract, by name and path", async (name, stub, method, rubbish) => {
		const words = await runInDurableObject(stub, async (object) => {
			const methods = object as unknown as Record<string, (argument: unknown) => Promise<unknown>>;
			try {
				await methods[method]?.(rubbish);
				return "taken";
			} catch (fault) {
				return String(fault);
			}
		});
		expect(words).toMatch(new RegExp(`^ContractFault: ${name.replace(".", "\\.")}: \\S+: `));
	});
});
