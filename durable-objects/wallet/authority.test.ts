import { expect, test } from "vitest";
import { PLAYER_RATE, PLAYER_TOKEN } from "../../shared/limits.ts";
import { Buckets } from "../../shared/token-bucket.ts";
import { Authority, renewed } from "./authority.ts";
import type { Player } from "./store.ts";
import { hmacTokens } from "./tokens.ts";

const playerId = "p_weur_00000000000000aa";
const tokens = hmacTokens("token-secret-of-these-tests");
const world: { nowMs: number; generation: number } = { nowMs: 1_000, generation: 1 };
const player: Player = {
	playerId,
	partnerId: "demo",
	licence: "generic",
	currency: "EUR",
	get tokenGeneration(): number {
		return world.generation;
	},
};
const found = (id: string): Player | null => (id === playerId ? player : null);
const newAuthority = (): Authority => new Authority({ tokens, player: found, now: () => world.nowMs });
const signed = async (over: Partial<{ p: string; g: number; e: number }> = {}): Promise<string> =>
	tokens.sign({ p: playerId, g: 1, e: 60_000, ...over });

type Forged = readonly [string, "unauthorized" | "token_expired", () => Promise<string>];
const forged: readonly Forged[] = [
	["of another player", "unauthorized", () => signed({ p: "p_weur_00000000000000bb" })],
	[
		"of another secret",
		"unauthorized",
		() => hmacTokens("another-secret-of-tests").sign({ p: playerId, g: 1, e: 60_000 }),
	],
	["of another generation", "unauthorized", () => signed({ g: 2 })],
	["that has expired", "token_expired", () => signed({ e: 1_000 })],
	["that outlives PLAYER_TOKEN.maxTtlMs", "unauthorized", () => signed({ e: 1_001 + PLAYER_TOKEN.maxTtlMs })],
	["that is none", "unauthorized", async () => "tl1.e30.AAAA"],
];
test.each(forged)("[FRM-7] a token %s is %s", async (_name, code, token) => {
	expect(await newAuthority().judge(playerId, await token(), "bet")).toEqual({ ok: false, code });
});

test("[FRM-7] a revocation voids what was signed before, and a good token names its player", async () => {
	const token = await signed();
	expect(await newAuthority().judge(playerId, token, "read")).toMatchObject({ ok: true, generation: 1 });
	world.generation = 2;
	expect(await newAuthority().judge(playerId, token, "read")).toEqual({ ok: false, code: "unauthorized" });
	world.generation = 1;
});

test("PLAYER_RATE.betBurst, betsPerSec: a player's bets beyond the rate are told when to come again; reads count apart", async () => {
	const judge = newAuthority();
	const token = await signed();
	const bet = (): ReturnType<Authority["judge"]> => judge.judge(playerId, token, "bet");
	for (let made = 0; made < PLAYER_RATE.betBurst; made++) expect((await bet()).ok).toBe(true);
	const refused = await bet();
	expect(refused).toEqual({ ok: false, code: "too_many_requests", retryAfterMs: 1_000 / PLAYER_RATE.betsPerSec });
	expect((await judge.judge(playerId, token, "read")).ok).toBe(true);
	world.nowMs += 1_000 / PLAYER_RATE.betsPerSec;
	expect((await bet()).ok).toBe(true);
});

test("PLAYER_RATE.readBurst, readsPerSec: so for reads; strangers' tokens cost the player nothing", async () => {
	const judge = newAuthority();
	const token = await signed();
	for (let read = 0; read < 3 * PLAYER_RATE.readBurst; read++) await judge.judge(playerId, "tl1.e30.AAAA", "read");
	for (let read = 0; read < PLAYER_RATE.readBurst; read++)
		expect((await judge.judge(playerId, token, "read")).ok).toBe(true);
	expect(await judge.judge(playerId, token, "read")).toMatchObject({ code: "too_many_requests", retryAfterMs: 10 });
	expect(1_000 / PLAYER_RATE.readsPerSec).toBe(10);
});

test("PLAYER_RATE.maxKept: so many players are remembered, whoever comes", () => {
	const buckets = new Buckets({ burst: PLAYER_RATE.betBurst, perSec: PLAYER_RATE.betsPerSec }, PLAYER_RATE.maxKept);
	for (let player = 0; player <= PLAYER_RATE.maxKept; player++) buckets.take(`p${player}`, 0);
	expect(buckets.size).toBe(PLAYER_RATE.maxKept);
});

test("PLAYER_TOKEN.ttlMs, renewableMs: a renewal adds so long, ends an evening after the first token, and never shortens one", () => {
	const firstMs = 1_000_000;
	const first = { p: playerId, g: 1, f: firstMs, e: firstMs + PLAYER_TOKEN.ttlMs };
	const later = firstMs + 600_000;
	expect(renewed(first, later)).toEqual({ ...first, e: later + PLAYER_TOKEN.ttlMs });
	const evening = firstMs + PLAYER_TOKEN.renewableMs;
	expect(renewed({ ...first, e: evening - 1 }, evening - 2)).toEqual({ ...first, e: evening });
	expect(renewed({ ...first, e: evening }, evening - 1)).toEqual({ ...first, e: evening });
	// One of before that says nothing of a first counts as the first.
	const { f: _f, ...old } = first;
	expect(renewed(old, later)).toEqual({ ...old, f: later, e: later + PLAYER_TOKEN.ttlMs });
	expect(renewed({ ...old, e: later + 2 * PLAYER_TOKEN.ttlMs }, later).e).toBe(later + 2 * PLAYER_TOKEN.ttlMs);
});
