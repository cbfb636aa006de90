/** What HTTP gives of a match, made of its state, against what a reader makes of the frames. */
import { expect, test } from "vitest";
import type { Input } from "../../shared/feeds/canonical.ts";
import { type MarketView, matchFold, matchView } from "../../shared/protocol/match-view.ts";
import { decodeServerFrame } from "../../shared/protocol/server-frame.ts";
import { TopicReader } from "../../shared/protocol/topic-reader.ts";
import type { Platform } from "../../simulation/world/platform.ts";
import { betStart, betStop, danger, fixture, incident, phase } from "../../testing/football-inputs.ts";
import { MATCH, quick, scheduled } from "../../testing/match.ts";

/** A match of two goals in fast motion, with what stops bets and starts them again. */
const STEPS: readonly Input[] = [
	phase("first_half", 0),
	danger(true),
	danger(false),
	incident("goal", "home", "g1", "1"),
	betStart(),
	incident("red_card", "away", "r1", "2"),
	betStop(),
	betStart(),
	incident("goal", "away", "g2", "3"),
	betStart(),
	quick("first_half", 600),
	phase("half_time", 2_830, false),
	fixture({ competition: "Final" }),
	quick("second_half", 2_700),
	incident("yellow_card", "home", "y1", "70"),
	phase("ended", 5_700, false),
];

/** What somebody sees who comes now and reads the frames. */
function readNow(platform: Platform): { readonly json: string; readonly markets: readonly MarketView[] } {
	const reader = new TopicReader(matchFold);
	for (const text of platform.match(MATCH).subscribed(null) ?? []) {
		const frame = decodeServerFrame(text);
		if (frame === null || reader.read(frame) === "unreadable") throw new Error(`cannot read ${text.slice(0, 100)}`);
	}
	const view = reader.state === null ? null : matchView(reader.state);
	if (view === null) throw new Error("no image");
	return { json: JSON.stringify({ matchId: MATCH, ...reader.position, ...view }), markets: view.markets };
}

test("[FRM-2] HTTP gives what a reader has of an image, byte for byte, from the fixture to the results", async () => {
	const platform = await scheduled();
	const statuses = new Set<string>();
	const results = new Set<string | null>();
	const compare = (): void => {
		const { json, markets } = readNow(platform);
		expect(platform.match(MATCH).image() === json).toBe(true);
		for (const { status, outcomes } of markets) {
			statuses.add(status);
			for (const { result } of outcomes) results.add(result);
		}
	};
	compare();
	for (const input of STEPS) {
		await platform.feed(input);
		compare();
		await platform.live(MATCH, 4_000);
		compare();
	}
	// Silence makes it stale; of what else time brings not every second is shown.
	for (let second = 0; second < 40; second++) {
		await platform.world.advance(1_000);
		compare();
	}
	expect([...statuses].toSorted()).toEqual(["closed", "danger", "open", "settled", "suspended"]);
	expect(results.has("win") && results.has("lose") && results.has("void")).toBe(true);
});
