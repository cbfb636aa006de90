/** Exposure at a desk: what it asks for, what it takes of a grant, what it gives back (MON-5, BET-6). */
import { describe, expect, test } from "vitest";
import type { ReleaseRequest } from "../../shared/contracts/desk.ts";
import { BET } from "../../shared/limits.ts";
import { createDeskBench, DESK, keyOf, leg, WALLET } from "../../testing/desk.ts";

describe("[BET-6] a grant is filled in order of arrival", () => {
	test("legs are taken while they fit, the rest is told the largest stake that fits, and smaller ones may still fit", async () => {
		const { world, match, wallet, offer } = createDeskBench();
		match.capBaseMinor = 2_500;
		await offer(leg(1), leg(2, { stakeMinor: 2_000 }), leg(3, { stakeMinor: 1_000 }), leg(4, { stakeMinor: 501 }));
		await world.advance(5_100);
		expect(wallet.word(keyOf(1))).toBe("yes");
		expect(wallet.vote(keyOf(2))).toMatchObject({ vote: "no", code: "over_limit", maxStakeMinor: 1_500 });
		expect(wallet.word(keyOf(3))).toBe("yes");
		expect(wallet.vote(keyOf(4))).toMatchObject({ vote: "no", code: "over_limit", maxStakeMinor: 500 });
	});

	test("what was granted and not used is given back by the next batch, within five seconds", async () => {
		const { world, match, offer } = createDeskBench();
		match.capBaseMinor = 2_500;
		await offer(leg(1), leg(2, { stakeMinor: 2_000 }));
		await world.advance(5_000);
		expect(match.grants.get("1x2\nhome")).toBe(2_500);
		await world.advance(5_000);
		expect(match.confirms.at(-1)).toMatchObject({ asks: [], totals: [{ outcome: "home", riskBaseMinor: 1_000 }] });
		expect(match.grants.get("1x2\nhome")).toBe(1_000);
		const confirms = match.confirms.length;
		await world.advance(60_000);
		expect(match.confirms).toHaveLength(confirms);
	});

	test("a foreign currency counts in the base currency, and the stake told is in its own", async () => {
		const { world, match, wallet, offer } = createDeskBench();
		match.capBaseMinor = 1_000;
		await offer(leg(1, { currency: "GBP", rate: { num: 115, den: 100, day: "2026-11-24" } }));
		await world.advance(5_100);
		// 8.69 GBP risk 8.69 GBP, which is 9.9935 EUR, counted as 10.00.
		expect(wallet.vote(keyOf(1))).toMatchObject({ code: "over_limit", maxStakeMinor: 869 });
	});

	test("an order over several outcomes and policies never takes more than was granted (property)", async () => {
		for (let seed = 1; seed <= 15; seed++) {
			const { world, match, wallet, desk, offer } = createDeskBench(seed);
			const random = world.ports("dice").random;
			const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
			for (let n = 0; n < 60; n++) {
				match.capBaseMinor = 2_000 + Math.floor(random() * 8_000);
				const outcomeId = pick(["home", "draw", "away"]);
				await offer(
					leg(n, {
						outcomeId,
						oddsMilli: match.of("1x2").oddsMilli[outcomeId] ?? 2_000,
						stakeMinor: 1 + Math.floor(random() * 2_000),
						pricePolicy: pick([{ kind: "none" }, { kind: "better" }, { kind: "any" }]),
						maxPayoutMinor: pick([2_000, 1_000_000]),
						rate: pick([
							{ num: 1, den: 1, day: "2026-11-24" },
							{ num: 56, den: 100, day: "2026-11-24" },
						]),
					}),
				);
				match.of("1x2").oddsMilli[outcomeId] = 1_500 + Math.floor(random() * 3_000);
				if (random() < 0.2) match.confirmTakesMs = Math.floor(random() * 2_500);
				if (random() < 0.2)
					desk().release({ v: 1, desk: DESK, wallet: WALLET, legs: [{ ticketKey: keyOf(n >> 1), legNo: 0 }] });
				await world.advance(Math.floor(random() * 800));
				for (const total of world
					.ports("desk")
					.sql.exec("SELECT outcome, sum(risk) AS risk FROM legs GROUP BY outcome"))
					expect(Number(total.risk)).toBeLessThanOrEqual(match.grants.get(`1x2\n${total.outcome}`) ?? 0);
			}
			match.confirmTakesMs = 0;
			await world.advance(40_000);
			// At rest the match holds exactly what is reserved.
			const stored = world.ports("desk").sql.exec("SELECT outcome, sum(risk) AS risk FROM legs GROUP BY outcome");
			const risks = new Map(stored.map((row) => [`1x2\n${row.outcome}`, Number(row.risk)]));
			for (const [key, granted] of match.grants) expect([key, granted]).toEqual([key, risks.get(key) ?? 0]);
			expect(wallet.votes.some(({ vote }) => vote === "yes")).toBe(true);
			expect(world.faults).toEqual([]);
		}
	});
});

describe("[MON-5] risk is checked at the price taken", () => {
	test("a price that rose beyond what was asked for is asked about again, at that price", async () => {
		const { world, match, wallet, offer } = createDeskBench();
		await offer(leg(1, { pricePolicy: { kind: "better" } }));
		await world.advance(4_000);
		match.of("1x2").oddsMilli.home = 3_000;
		await world.advance(1_200);
		expect(match.confirms.map(({ totals }) => totals[0]?.riskBaseMinor)).toEqual([1_000, 2_000]);
		expect(wallet.vote(keyOf(1))).toMatchObject({ vote: "yes", oddsMilli: 3_000 });
		expect(match.grants.get("1x2\nhome")).toBe(2_000);
	});

	test("and refused where that does not fit", async () => {
		const { world, match, wallet, offer } = createDeskBench();
		match.capBaseMinor = 1_500;
		await offer(leg(1, { pricePolicy: { kind: "better" } }));
		await world.advance(4_000);
		match.of("1x2").oddsMilli.home = 3_000;
		await world.advance(1_200);
		expect(wallet.vote(keyOf(1))).toMatchObject({ vote: "no", code: "over_limit", maxStakeMinor: 750 });
	});

	test("totals name every outcome of an asked market with risk, and are recomputed after a restart", async () => {
		const { world, match, offer, restart } = createDeskBench();
		await offer(leg(1), leg(2, { outcomeId: "draw", oddsMilli: 3_500 }));
		await world.advance(5_100);
		restart();
		await world.advance(5_000);
		// The first batch of a new incarnation names all there is, with nothing to ask.
		expect(match.confirms.at(-1)).toMatchObject({ inc: 2, n: 1, asks: [] });
		expect(match.confirms.at(-1)?.totals).toHaveLength(2);
		await offer(leg(3, { outcomeId: "away", oddsMilli: 4_000 }));
		await world.advance(5_100);
		const named = match.confirms.at(-1)?.totals.map(({ outcome, riskBaseMinor }) => [outcome, riskBaseMinor]);
		expect(named).toEqual(
			expect.arrayContaining([
				["home", 1_000],
				["draw", 2_500],
				["away", 3_000],
			]),
		);
	});
});

describe("[MON-5] a match does not go on counting what nobody carries, though nobody calls the desk that died", () => {
	const release = (n: number): ReleaseRequest => ({
		v: 1,
		desk: DESK,
		wallet: WALLET,
		legs: [{ ticketKey: keyOf(n), legNo: 0 }],
	});
	const HOME = "1x2\nhome";

	test("after a death between a confirm and its answer, with nothing reserved", async () => {
		const { world, match, offer, die } = createDeskBench();
		match.confirmTakesMs = 500;
		await offer(leg(1));
		await world.advance(5_100);
		expect(match.grants.get(HOME)).toBe(1_000);
		die();
		await world.advance(BET.deskNetMs + BET.totalsMs + 500);
		expect(match.confirms.at(-1)).toMatchObject({ inc: 2, asks: [], totals: [] });
		expect(match.grants.get(HOME)).toBe(0);
	});

	test("after a death between a release and telling it", async () => {
		const { world, match, desk, offer, die } = createDeskBench();
		await offer(leg(1), leg(2));
		await world.advance(60_000);
		// The first is told at once, the second waits for the next telling.
		desk().release(release(1));
		await world.advance(1_000);
		expect(match.grants.get(HOME)).toBe(1_000);
		expect(world.alarmOf("desk")).toBe(world.now() - 1_000 + BET.keepTombstoneMs);
		desk().release(release(2));
		die();
		await world.advance(BET.deskNetMs + BET.totalsMs);
		expect(match.grants.get(HOME)).toBe(0);
	});

	test("after deaths of every life that could have told it", async () => {
		const { world, match, offer, die } = createDeskBench();
		match.confirmTakesMs = 500;
		await offer(leg(1));
		await world.advance(5_100);
		die();
		await world.advance(3_900);
		for (let life = 2; life <= 4; life++) {
			// Four seconds after its alarm has begun it, a second before it would have told.
			await world.advance(BET.deskNetMs);
			die();
		}
		await world.advance(BET.deskNetMs);
		expect(match.grants.get(HOME)).toBe(1_000);
		await world.advance(1_500);
		expect(match.grants.get(HOME)).toBe(0);
	});

	test("and a desk that has told all goes to rest: no alarm starts it again, to tell the same again", async () => {
		const { world, match, offer, die } = createDeskBench();
		await offer(leg(1));
		await world.advance(5_100);
		die();
		await world.advance(BET.deskNetMs + BET.totalsMs);
		expect(match.confirms.at(-1)).toMatchObject({ inc: 2 });
		expect(world.alarmOf("desk")).toBeNull();
		const confirms = match.confirms.length;
		die();
		await world.advance(600_000);
		expect(match.confirms).toHaveLength(confirms);
	});
});
