import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { isOnLadder } from "../betting/ladder.ts";
import type { MarginProfile } from "./schemas.ts";
import { SPORT_IDS } from "./sports.ts";
import { CURRENT_MARGINS, MARGIN_PROFILES, marginOf, profileOf } from "./views.ts";

const textHash = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 16);
/** Of the sports that the first version had: another one may be added to it. */
const firstOf = ({ version, view, sports: { football, tennis, basketball } }: MarginProfile) => ({
	version,
	view,
	sports: { football, tennis, basketball },
});

describe("margin profiles", () => {
	test("[MAT-5] views are found by name; an unknown one prices nothing", () => {
		for (const { version, view } of MARGIN_PROFILES) expect(profileOf(view, version)).toMatchObject({ version, view });
		expect(profileOf("unheard-of", CURRENT_MARGINS)).toBeNull();
		expect(profileOf("constructor", CURRENT_MARGINS)).toBeNull();
		expect(profileOf("standard", "1999-12")).toBeNull();
	});

	test("[MAT-2] a version prices every view there is, and the first one stays", () => {
		const versions = Map.groupBy(MARGIN_PROFILES, ({ version }) => version);
		// Matches keep its name only: another figure in it would price what is open, and replay what is over, otherwise.
		expect(textHash(JSON.stringify(versions.get("2026-11")?.map(firstOf)))).toBe("fb837583c39cf36c");
		expect([...versions.keys()]).toContain(CURRENT_MARGINS);
		expect([...versions.keys()]).toContain("2026-11");
		const views = new Set(MARGIN_PROFILES.map(({ view }) => view));
		for (const profiles of versions.values()) expect(new Set(profiles.map(({ view }) => view))).toEqual(views);
	});

	test("sport, group, phase and view each decide", () => {
		const [standard, sharp] = MARGIN_PROFILES;
		if (standard === undefined || sharp === undefined) throw new Error("two views");
		const at = { sport: "football", group: "main", inPlay: false } as const;
		expect(marginOf(standard, at)).toEqual({
			method: "odds-ratio",
			margin: 0.05,
			minOddsMilli: 1_010,
			maxOddsMilli: 500_000,
		});
		expect(marginOf(standard, { ...at, inPlay: true }).margin).toBe(0.055);
		expect(marginOf(standard, { ...at, sport: "tennis" }).margin).toBe(0.045);
		expect(marginOf(standard, { ...at, group: "correct_score" })).toMatchObject({ method: "power", margin: 0.12 });
		expect(marginOf(standard, { ...at, group: "unheard-of" }).margin).toBe(0.06);
		expect(marginOf(standard, { ...at, group: "constructor" }).margin).toBe(0.06);
		expect(marginOf(sharp, at).margin).toBe(0.025);
	});

	test("every rule is one that can be charged: a margin in (0, 0.5], limits on the ladder", () => {
		for (const profile of MARGIN_PROFILES)
			for (const sport of SPORT_IDS)
				for (const [phase, inPlay] of [
					["prematch", false],
					["inPlay", true],
				] as const)
					for (const group of [...Object.keys(profile.sports[sport][phase].groups), "any other"]) {
						const rule = marginOf(profile, { sport, group, inPlay });
						expect(rule.margin).toBeGreaterThan(0);
						expect(rule.margin).toBeLessThanOrEqual(0.5);
						expect(isOnLadder(rule.minOddsMilli) && isOnLadder(rule.maxOddsMilli)).toBe(true);
						expect(rule.minOddsMilli).toBeLessThan(rule.maxOddsMilli);
						const before = marginOf(profile, { sport, group, inPlay: false });
						expect(marginOf(profile, { sport, group, inPlay: true }).margin).toBeGreaterThan(before.margin);
					}
	});
});
