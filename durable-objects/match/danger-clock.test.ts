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
