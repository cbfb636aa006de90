/** Cards to people off the pitch, and ties over two legs, through the match as it stands in its storage. */
import { describe, expect, test } from "vitest";
import type { Input } from "../../shared/feeds/canonical.ts";
import { betStart, incident, phase } from "../../testing/football-inputs.ts";
import { MATCH, playing, quoted, scheduled, storedState, twice } from "../../testing/match.ts";

const card = (incidentId: string, recipient: string): Input =>
	({ ...incident("red_card", "home", incidentId), recipient }) as Input;
const corrected = (incidentId: string, more: object): Input =>
	({ ...card(incidentId, "player"), id: `c-${incidentId}`, kind: "correction", ...more }) as Input;

describe("[MAT-1] red cards", () => {
	test("to staff leave every version as it is; corrected to a player's they withdraw and price again", async () => {
		const platform = await playing();
		const before = quoted(platform, "1x2");
		await platform.feed(card("r", "staff"));
		expect(quoted(platform, "1x2")).toEqual(before);
		await platform.feed(corrected("r", {}));
		const after = quoted(platform, "1x2");
		expect(after.version).toBeGreaterThan(before.version);
		expect(after.status).toBe("open");
		expect(after.outcomes.home?.fairPpm ?? 0).toBeLessThan(before.outcomes.home?.fairPpm ?? 0);
		await platform.feed(corrected("r", { recipient: "bench" }));
		expect(quoted(platform, "1x2").version).toBeGreaterThan(after.version);
		const { stored, replayed } = twice(platform);
		expect(replayed).toBe(stored);
	});

	test("of a fifth player leave nothing on sale until one is taken back", async () => {
		const platform = await playing();
		for (const id of ["a", "b", "c", "d"]) await platform.feed(card(id, "player"), betStart());
		expect(quoted(platform, "1x2").status).toBe("open");
		await platform.feed(card("e", "player"), betStart());
		expect(storedState(platform).markets.filter(({ status }) => status === "open")).toEqual([]);
		expect(storedState(platform).results["1x2"]).toBeUndefined();
		await platform.feed(corrected("e", { recipient: "staff" }));
		expect(quoted(platform, "1x2").status).toBe("open");
	});
});

describe("[SET-6] ties", () => {
	test("a second leg won 1-0 after 0-3 pays the side that qualifies, and the match result its winner", async () => {
		const format = { extraTime: true, shootOut: true, leg: 2, firstLegHome: 0, firstLegAway: 3 };
		const platform = await scheduled({ format });
		const trophy = quoted(platform, "trophy");
		expect(trophy.outcomes.home?.fairPpm ?? 1_000_000).toBeLessThan(150_000);
		await platform.feed(phase("first_half", 0));
		await platform.live(MATCH, 3_000);
		await platform.feed(incident("goal", "home", "g"), betStart());
		await platform.feed(phase("half_time", 2_800, false), phase("second_half", 2_700), phase("ended", 5_700, false));
		const { results, markets } = storedState(platform);
		expect(results.trophy?.state).toMatchObject({ outcomes: { home: { kind: "lose" }, away: { kind: "win" } } });
		expect(results["1x2"]?.state).toMatchObject({ outcomes: { home: { kind: "win" } } });
		expect(markets.find(({ spec }) => spec.marketId === "trophy")?.spec.name).toBe("To qualify");
	});
});
