import { expect, test } from "vitest";
import { matchTerms } from "../../shared/catalogue/match-terms.ts";
import { profileOf } from "../../shared/catalogue/views.ts";
import type { Input } from "../../shared/feeds/canonical.ts";
import { SOCKET } from "../../shared/limits.ts";
import { packed } from "../../shared/protocol/match-view.ts";
import { AT, betStart, danger, fixture, incident, phase } from "../../testing/football-inputs.ts";
import { applyInput, openMatch } from "./core.ts";
import { bookOf } from "./prices.ts";
import type { MatchState } from "./state.ts";
import { imageBody, wireOrder } from "./wire.ts";

/** Two goals and three cards by half-time, another goal after it: what a match of the World Cups had on average, and one goal more. */
const INCIDENTS: readonly (readonly [sec: number, input: Input])[] = [
	[0, phase("first_half", 0)],
	[900, incident("yellow_card", "home", "c1", "16")],
	[1_380, incident("goal", "home", "g1", "24")],
	[1_440, betStart()],
	[1_700, incident("yellow_card", "away", "c2", "29")],
	[2_200, incident("goal", "away", "g2", "37")],
	[2_260, betStart()],
	[2_830, phase("half_time", 2_830, false)],
	[3_700, phase("second_half", 2_700)],
	[3_900, incident("yellow_card", "away", "c3", "49")],
	[4_300, incident("goal", "home", "g3", "56")],
	[4_360, betStart()],
	[4_570, betStart()],
];

test("[FRM-3] a football image of the 60th minute, with all its markets, is at most 4 kB", () => {
	const opened = openMatch(
		{
			seq: 0,
			provider: "feed",
			input: fixture({ prices: { expected: { total: 2.7, supremacy: 0 } } }),
			receivedAtMs: AT,
		},
		AT,
		matchTerms,
	);
	if (!opened.ok) throw new Error(opened.message);
	let state: MatchState = opened.state;
	// An input a minute beside them, which changes nothing: whatever the clock brings in between is listed too.
	const minutes = Array.from({ length: 76 }, (_, minute) => [minute * 60 + 1, danger(false)] as const);
	const inputs = [...INCIDENTS, ...minutes].toSorted(([a], [b]) => a - b);
	for (const [index, [sec, input]] of inputs.entries()) {
		const applied = applyInput(state, { seq: index + 1, provider: "feed", input, receivedAtMs: AT }, AT + sec * 1_000);
		if (!applied.ok) throw new Error(applied.message);
		state = applied.state;
	}
	const tickMs = AT + 4_570_000;
	const profile = profileOf("standard", state.marginsVersion);
	if (profile === null) throw new Error("no standard view");
	const body = imageBody(state, bookOf(state, tickMs, profile), tickMs, 12, false, wireOrder(state, new Set()));
	expect(body.m.length).toBeGreaterThan(150);
	expect(JSON.stringify(packed(body)).length).toBeLessThanOrEqual(SOCKET.maxFootballImageBytes);
});
