import { describe, expect, test } from "vitest";
import { matchName } from "../../shared/contracts/ids.ts";
import type { FixtureInput, Offered } from "../../shared/feeds/canonical.ts";
import type { Platform } from "../../simulation/world/platform.ts";
import { phase } from "../../testing/football-inputs.ts";
import { MATCH, quoted, scheduled, storedState, twice } from "../../testing/match.ts";

const FEW: Offered = { groups: ["main", "totals"], lines: ["ou:2.5", "ou:3.5"] };

const onSale = (platform: Platform): readonly string[] =>
	storedState(platform).markets.flatMap(({ spec, status }) => (status === "open" ? [spec.marketId] : []));
const totals = (platform: Platform): readonly string[] => onSale(platform).filter((id) => id.startsWith("ou:"));
const refixed = (platform: Platform, over: Partial<FixtureInput>): FixtureInput => ({
	...storedState(platform).fixture,
	sentAtMs: platform.world.now(),
	...over,
});
const refusals = (platform: Platform): readonly string[] =>
	platform.world
		.storage(matchName(MATCH))
		.exec("SELECT rejected FROM inputs WHERE rejected IS NOT NULL")
		.map(({ rejected }) => (JSON.parse(String(rejected)) as { code: string }).code);

describe("[OFF-3] a fixture that offers less than its sport has", () => {
	test("lists its groups and lines, and nothing else", async () => {
		const platform = await scheduled({ offered: FEW });
		const groups = new Set(storedState(platform).markets.map(({ spec }) => spec.group));
		expect([...groups].toSorted()).toEqual(["main", "totals"]);
		expect(totals(platform)).toEqual(["ou:2.5", "ou:3.5"]);
		expect(quoted(platform, "h1:1x2").status).toBe("unknown");
	});

	test("[MAT-2] gives the same bytes again", async () => {
		const platform = await scheduled({ offered: FEW });
		await platform.feed(phase("first_half", 0));
		await platform.live(MATCH, 3_000);
		const { stored, replayed } = twice(platform);
		expect(replayed).toBe(stored);
	});

	test("leaves a trader to choose other lines of its groups, and to go back", async () => {
		const platform = await scheduled({ offered: FEW });
		expect(await platform.command(MATCH, { action: "set_lines", marketIds: ["ou:1.5"] })).toBe("applied");
		expect(totals(platform)).toEqual(["ou:1.5"]);
		expect(await platform.command(MATCH, { action: "set_lines", marketIds: ["ah:-0.5"] })).toBe("refused");
		await platform.command(MATCH, { action: "clear_lines" });
		expect(totals(platform)).toEqual(["ou:2.5", "ou:3.5"]);
	});

	test("takes back what a later one leaves out, and does not void it where the format changes with it", async () => {
		const platform = await scheduled();
		expect(quoted(platform, "trophy").status).toBe("open");
		await platform.feed(refixed(platform, { offered: FEW, format: { extraTime: false, shootOut: true } }));
		expect(quoted(platform, "trophy").status).toBe("closed");
		const { offered: _, ...whole } = refixed(platform, {});
		await platform.feed(whole);
		expect(quoted(platform, "trophy").status).toBe("open");
	});

	test("is refused where its sport has no such group", async () => {
		const platform = await scheduled({ offered: { groups: ["corners"] } });
		expect(refusals(platform)).toEqual(["unknown_group"]);
		const other = await scheduled();
		await other.feed(refixed(other, { offered: { groups: ["corners"] } }));
		expect(refusals(other)).toEqual(["unknown_group"]);
		expect(quoted(other, "1x2").status).toBe("open");
	});
});
