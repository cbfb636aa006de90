import { expect, test } from "vitest";
import { danger } from "../../testing/football-inputs.ts";
import { MATCH, playing } from "../../testing/match.ts";
import { DangerClock } from "./danger-clock.ts";

const ENDED = { danger: false, dangerEndedAtMs: 100_999 };

test("[MAT-1] by a clock that was set back, danger is over for as long as that has been seen", () => {
	const clock = new DangerClock();
	expect(clock.clearForMs({ danger: true, dangerEndedAtMs: null }, 90_000)).toBe(0);
	expect(clock.clearForMs(ENDED, 100_000)).toBe(0);
	expect(clock.clearForMs(ENDED, 103_999)).toBe(3_000);
	expect(clock.clearForMs(ENDED, 40_000)).toBe(0);
	expect(clock.clearForMs(ENDED, 44_000)).toBe(4_000);
	// Set back once more, and put right.
	expect(clock.clearForMs(ENDED, 20_000)).toBe(0);
	expect(clock.clearForMs(ENDED, 105_999)).toBe(5_000);
	// Another danger has ended since.
	expect(clock.clearForMs(ENDED, 21_000)).toBe(1_000);
	expect(clock.clearForMs({ danger: false, dangerEndedAtMs: 130_999 }, 22_000)).toBe(0);
	// By a clock that is behind, one danger ends at the very tick of the one before.
	expect(clock.clearForMs({ danger: false, dangerEndedAtMs: 130_999 }, 43_000)).toBe(21_000);
	clock.begun();
	expect(clock.clearForMs({ danger: false, dangerEndedAtMs: 130_999 }, 44_000)).toBe(0);
});

test("[MAT-1] by a clock that is behind, a danger that ends counts anew, though the one before ended at the same tick", async () => {
	const platform = await playing();
	await platform.feed(danger(true));
	await platform.live(MATCH, 2_000);
	await platform.feed(danger(false));
	platform.world.setClock(`match:${MATCH}`, -60_000);
	let n = 0;
	const clearForMs = (): number | undefined => {
		const asks = [{ market: "1x2", version: null, outcomes: ["home"], view: "standard" }];
		const answer = platform
			.match(MATCH)
			.confirm({ v: 1, matchId: MATCH, region: "weur", inc: 9, n: ++n, asks, totals: [] });
		return answer.kind === "answer" ? answer.markets[0]?.clearForMs : undefined;
	};
	expect(clearForMs()).toBe(0);
	await platform.live(MATCH, 5_000);
	expect(clearForMs()).toBeGreaterThanOrEqual(5_000);
	await platform.feed(danger(true));
	await platform.feed(danger(false));
	expect(clearForMs()).toBe(0);
});

test("[MAT-1] a feed that says again that there is no danger begins nothing anew", async () => {
	const platform = await playing();
	await platform.feed(danger(true));
	await platform.live(MATCH, 2_000);
	await platform.feed(danger(false));
	platform.world.setClock(`match:${MATCH}`, -3_600_000);
	const player = await platform.player("weur", 1_000);
	const id = "bet-after-danger-abcd";
	void player.place([{ matchId: MATCH, marketId: "1x2", outcomeId: "home" }], { id, policy: "any" });
	for (let n = 0; n < 6; n++) {
		await platform.feed(danger(false));
		await platform.live(MATCH, 3_000);
	}
	expect(await player.ticket(id)).toMatchObject({ status: "accepted" });
});

test("[MAT-1] a match whose clock was set back takes bets again after danger", async () => {
	const platform = await playing();
	await platform.feed(danger(true));
	await platform.live(MATCH, 2_000);
	await platform.feed(danger(false));
	platform.world.setClock(`match:${MATCH}`, -60_000);
	await platform.live(MATCH, 2_000);
	const player = await platform.player("weur", 1_000);
	const id = "bet-after-danger-abcd";
	void player.place([{ matchId: MATCH, marketId: "1x2", outcomeId: "home" }], { id, policy: "any" });
	await platform.live(MATCH, 15_000);
	expect(await player.ticket(id)).toMatchObject({ status: "accepted" });
});
