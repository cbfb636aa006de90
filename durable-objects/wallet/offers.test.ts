/** What a wallet makes of its desks' answers: it decodes them as desks decode those of their match. */
import { expect, test } from "vitest";
import type { DeskRpc, Vote } from "../../shared/contracts/desk.ts";
import { BET, RETRY } from "../../shared/limits.ts";
import { opening, PLAYER_ID, request, yes } from "../../testing/wallet.ts";
import { createTestWorld } from "../../testing/world.ts";
import { WalletActor } from "./actor.ts";
import { hmacTokens } from "./tokens.ts";

const wallet = "wallet:weur:0";
const key = `${PLAYER_ID}/ticket-0001`;

/** A wallet with one bet on its way, to a desk that answers with anything at all. */
async function withBet(desk: Partial<Record<"offer" | "start" | "release" | "ask", () => Promise<unknown>>>) {
	const world = createTestWorld();
	const away = async (): Promise<unknown> => {
		throw new Error("away");
	};
	const start = () =>
		new WalletActor({
			ports: world.ports("wallet"),
			name: wallet,
			tokens: hmacTokens("token-secret-of-these-tests"),
			// What comes over the wire has no types.
			desk: () => ({ offer: away, start: away, release: away, ask: away, ...desk }) as unknown as DeskRpc,
			sendReports: async () => {},
			sendToReader: () => false,
		});
	let actor = start();
	const restart = (): void => {
		world.crash("wallet");
		actor = start();
	};
	world.onAlarm("wallet", () => actor.onAlarm());
	const created = actor.createPlayer(opening({ wallet }));
	await world.settle();
	const { token } = await created;
	void actor.place({ ...request([2_000]), token });
	// Verifying a token is the platform's own work, and not of this clock.
	await new Promise((verified) => setTimeout(verified, 50));
	const status = async (): Promise<string> => {
		const read = await actor.ticket({ v: 1, wallet, playerId: PLAYER_ID, token, ticketId: "ticket-0001", waitMs: 0 });
		return read.kind === "ok" ? read.value.status : read.code;
	};
	const said = (event: string): number => world.logs.filter((line) => line.event === event).length;
	const place = (id: string) => actor.place({ ...request([2_000], { id, stakeMinor: 100 }), token });
	const vote = async (votes: readonly Vote[]) =>
		(await actor.votes({ v: 1, wallet, desk: "desk:m0:weur", votes: [...votes] })).answered;
	return { world, restart, status, said, place, vote };
}

const broken = { ...yes({ key }, 0, 2_000), oddsMilli: "2000" };

test("[BET-8] an offer's answer that is none decides nothing: it is told, and the leg is offered again", async () => {
	let answers = 0;
	const { world, status, said } = await withBet({
		offer: async () => (++answers < 3 ? { v: 1, legs: [broken] } : { v: 1, legs: [yes({ key }, 0, 2_000)] }),
	});
	await world.advance(1);
	expect([await status(), said("offer_failed")]).toEqual(["pending", 1]);
	await world.advance(3 * RETRY.offerMs);
	expect([await status(), said("offer_failed")]).toEqual(["accepted", 2]);
});

test("[BET-8] legs whose call failed wait by themselves: another ticket's go to their desk meanwhile", async () => {
	let answers = 0;
	const { world, status, place } = await withBet({
		offer: async () =>
			++answers === 1
				? Promise.reject(new Error("away"))
				: { v: 1, legs: [yes({ key: answers === 2 ? `${PLAYER_ID}/ticket-0002` : key }, 0, 2_000)] },
	});
	await world.settle();
	const second = place("ticket-0002");
	await new Promise((verified) => setTimeout(verified, 50));
	await world.advance(1);
	expect([answers, await status(), await second]).toMatchObject([2, "pending", { ticket: { status: "accepted" } }]);
	await world.advance(RETRY.offerMs);
	expect([answers, await status()]).toEqual([3, "accepted"]);
});

test("[BET-8] nor does an answer to `ask`, and the hold stays until there is one", async () => {
	let isBroken = true;
	const { world, status, said } = await withBet({
		ask: async () => ({ v: 1, votes: [isBroken ? broken : yes({ key }, 0, 2_000)] }),
	});
	await world.advance(60_000 + BET.askAfterMs);
	expect([await status(), said("ask_not_answered") > 0]).toEqual(["pending", true]);
	isBroken = false;
	await world.advance(2 * RETRY.askMs);
	expect(await status()).toBe("accepted");
});

test("[BET-8] a release counts as answered by what names its legs, and by nothing else", async () => {
	let releases = 0;
	const stray = `${PLAYER_ID}/ticket-0002`;
	const { world } = await withBet({
		// A yes for a ticket that this wallet does not have must go again.
		offer: async () => ({ v: 1, legs: [yes({ key: stray }, 0, 2_000)] }),
		release: async () => {
			releases++;
			return { v: 1, answered: [releases < 3 ? { ticketKey: stray } : { ticketKey: stray, legNo: 0 }] };
		},
	});
	await world.advance(300_000);
	expect(releases).toBe(3);
});

test("[BET-8] a ticket that cannot be read holds up its own legs and nobody else's; mended, it is decided", async () => {
	const { world, restart, status, place, vote } = await withBet({ offer: async () => new Promise(() => {}) });
	const second = `${PLAYER_ID}/ticket-0002`;
	void place("ticket-0002");
	await new Promise((verified) => setTimeout(verified, 50));
	await world.advance(1);
	const sql = world.storage("wallet");
	const body = String(sql.exec("SELECT body FROM tickets WHERE ticket_key = ?", second)[0]?.body);
	const write = (text: string) => sql.exec("UPDATE tickets SET body = ? WHERE ticket_key = ?", text, second);
	const votes = [yes({ key: second }, 0, 2_000), yes({ key }, 0, 2_000)];
	write("{");
	restart();
	expect((await vote(votes)).map(({ ticketKey }) => ticketKey)).toEqual([key]);
	expect(await status()).toBe("accepted");
	expect(await place("ticket-0002")).toEqual({ kind: "error", code: "busy" });
	write(body);
	expect(await vote(votes)).toHaveLength(2);
	expect(await place("ticket-0002")).toMatchObject({ kind: "ticket", ticket: { status: "accepted" } });
});
