/** The stored text of a match. */
import { expect, test } from "vitest";
import { confirmation, incident } from "../../testing/football-inputs.ts";
import { playing, storedState } from "../../testing/match.ts";
import { stateText } from "./state-text.ts";

test("[MAT-2] a state is stored as the bytes that it is, however often parts of it were written before", async () => {
	const platform = await playing();
	const before = storedState(platform);
	expect(stateText(before)).toBe(JSON.stringify(before));
	await platform.feed(incident("goal", "home", "g1"), confirmation("g1"));
	const after = storedState(platform);
	const mixed = {
		...before,
		results: after.results,
		markets: [...after.markets.slice(0, 5), ...before.markets.slice(5)],
	};
	expect(Object.keys(mixed.results).length).toBeGreaterThan(0);
	expect(stateText(mixed)).toBe(JSON.stringify(mixed));
	const { proposals: _, ...older } = { ...mixed, contradiction: undefined, startedAtMs: null };
	expect(stateText(older as unknown as typeof mixed)).toBe(JSON.stringify(older));
});
