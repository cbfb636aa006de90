import { expect, test } from "vitest";
import { MARGIN_PROFILES } from "../../shared/catalogue/views.ts";
import { betStart, incident } from "../../testing/football-inputs.ts";
import { MATCH, playing, storedState } from "../../testing/match.ts";
import { BookEngine } from "./book-engine.ts";
import { fairMarkets } from "./listing.ts";
import { bookOf } from "./prices.ts";

test("[MAT-5] a book priced at once and one priced market by market are the same, as it moves from tick to tick", async () => {
	const platform = await playing();
	await platform.command(MATCH, { action: "shift", marketId: "1x2", outcomeId: "away", stepMilli: 250 });
	await platform.command(MATCH, { action: "set_margin", group: "totals", marginPpm: 90_000 });
	for (const profile of MARGIN_PROFILES) {
		const engine = new BookEngine();
		for (const seconds of [0, 1, 2, 60, 600, 1_800]) {
			const state = storedState(platform);
			const tickMs = state.lastTick + seconds * 1_000;
			const whole = bookOf(state, tickMs, profile);
			whole.fill(engine);
			const single = bookOf(state, tickMs, profile);
			const ids = [...fairMarkets(state, tickMs).keys()];
			expect(ids.length).toBeGreaterThan(5);
			expect(ids.map(whole.get)).toEqual(ids.map(single.get));
			if (seconds === 2) await platform.feed(incident("goal", "home", `g-${profile.view}`), betStart());
		}
	}
});
