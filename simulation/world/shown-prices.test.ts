/** What a client says its player saw, and what counts instead: real lanes, matches, desks and wallets together. */
import { afterEach, describe, expect, test } from "vitest";
import type { NotedLeg, StartRequest } from "../../shared/contracts/desk.ts";
import { BET } from "../../shared/limits.ts";
import * as inputs from "../../testing/football-inputs.ts";
import { Platform } from "./platform.ts";
import type { Player } from "./player.ts";

const [MATCH, SECOND] = ["final", "other"];
const HOME = { matchId: MATCH, marketId: "1x2", outcomeId: "home" } as const;
const AWAY = { matchId: SECOND, marketId: "1x2", outcomeId: "away" } as const;

let platform: Platform;
afterEach(() => {
	expect(platform.world.faults).toEqual([]);
});

/** Two matches before their kick-off, in an hour. */
async function scheduled(): Promise<Player> {
	platform = new Platform();
	for (const matchId of [MATCH, SECOND])
		await platform.feed({ ...inputs.fixture({ scheduledAtMs: platform.world.now() + 3_600_000 }), matchId });
	return platform.player("weur", 1_000_000);
}

async function decided(player: Player, request: ReturnType<Player["prepare"]>) {
	const placing = player.send(request);
	await platform.live(MATCH, 3_000);
	await placing;
	return player.ticket(request.ticket.id);
}

const shift = (matchId: string, outcomeId: string, stepMilli: number) =>
	platform.command(matchId, { action: "shift", marketId: "1x2", outcomeId, stepMilli });

describe("[BET-4] a shown price that was never ours", () => {
	test.each([1_001, 1_010, 50_000])("%i is refused whatever its policy, and nothing stays held", async (oddsMilli) => {
		const player = await scheduled();
		const ticket = await decided(player, player.prepare([HOME], { policy: "any", oddsMilli }));
		expect(ticket).toMatchObject({ status: "refused", code: "price_unknown" });
		expect(ticket.legs[0]?.currentOddsMilli).toBe(player.shown(HOME).oddsMilli);
		expect(await player.balance()).toEqual({ cash: 1_000_000, held: 0, receivable: 0 });
		const risks =
			platform
				.match(MATCH)
				.exposure()
				?.markets.flatMap(({ outcomes }) => outcomes) ?? [];
		expect(risks.filter(({ riskBaseMinor }) => riskBaseMinor > 0)).toEqual([]);
	});

	test("one of a moment ago is taken at the price of now, and refused once nobody can have it before them", async () => {
		const player = await scheduled();
		const [early, late] = ["early-0001", "late-00001"].map((id) => player.prepare([HOME], { id, policy: "any" }));
		if (early === undefined || late === undefined) throw new Error("no bets");
		await shift(MATCH, "home", 200);
		await platform.world.advance(15_000);
		const now = player.shown(HOME).oddsMilli;
		expect(early.ticket.legs[0]?.oddsMilli).not.toBe(now);
		const ticket = await decided(player, early);
		expect(ticket).toMatchObject({ status: "accepted", legs: [{ takenOddsMilli: now }] });
		await platform.world.advance(BET.shownPriceMs);
		expect(await decided(player, late)).toMatchObject({ status: "refused", code: "price_unknown" });
	});

	test("in play after a restart, a price of before it belongs to what was withdrawn: the player is told the one of now", async () => {
		const player = await scheduled();
		await platform.feed(inputs.phase("first_half", 0));
		await platform.live(MATCH, 3_000);
		const request = player.prepare([HOME], { policy: "any", namesVersion: false });
		await shift(MATCH, "home", 300);
		platform.restart(`match:${MATCH}`);
		await platform.live(MATCH, 5_000);
		expect(player.shown(HOME).status).toBe("open");
		const ticket = await decided(player, request);
		expect(ticket).toMatchObject({ status: "refused", code: "price_changed" });
		expect(ticket.legs[0]?.currentOddsMilli).toBe(player.shown(HOME).oddsMilli);
	});
});

describe("[MON-5] an accumulator is weighed by its desks", () => {
	function watched() {
		const noted = new Map<number, NotedLeg>();
		const started: StartRequest["legs"] = [];
		platform.observe = ({ method, request, answer }) => {
			if (method === "start") started.push(...(request as StartRequest).legs);
			if (method !== "offer") return;
			for (const leg of (answer as { legs: NotedLeg[] }).legs) if (leg.vote === "noted") noted.set(leg.legNo, leg);
		};
		return { noted, started };
	}

	test("each leg carries the others' prices and probabilities of ours, though its player was shown older ones", async () => {
		const player = await scheduled();
		const request = player.prepare([HOME, AWAY], { policy: "any", stakeMinor: 100_000 });
		await shift(MATCH, "home", -400);
		await shift(SECOND, "away", -400);
		const { noted, started } = watched();
		const ticket = await decided(player, request);
		expect(ticket.status).toBe("accepted");
		const ours = [HOME, AWAY].map((leg) => player.shown(leg).oddsMilli);
		for (const [legNo, { oddsMilli }] of request.ticket.legs.entries())
			expect(oddsMilli).toBeLessThan(ours[legNo] ?? 0);
		expect(started).toHaveLength(2);
		for (const { legNo, otherOddsMilli, weightPpm } of started) {
			expect(otherOddsMilli).toBe(ours[1 - legNo]);
			expect(weightPpm).toBe(noted.get(1 - legNo)?.fairPpm);
		}
		const [home = 0, away = 0] = ours;
		const risk = platform
			.match(MATCH)
			.exposure()
			?.markets[0]?.outcomes.find(({ outcomeId }) => outcomeId === "home");
		const payoutMinor = Math.floor((100_000 * home * away) / 1_000_000);
		expect(risk?.riskBaseMinor).toBe(Math.ceil((payoutMinor * (noted.get(1)?.fairPpm ?? 0)) / 1_000_000));
	});
});
