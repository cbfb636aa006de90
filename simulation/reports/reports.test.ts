/** The documents that are made say what the code says. */
import { describe, expect, test } from "vitest";
import { CANARIES } from "../canaries/list/all.ts";
import { documents } from "./documents.ts";
import { judgedRules, unjudged, withTable } from "./rules-table.ts";

describe("the documents that npm run rules makes", () => {
	const made = documents();

	test.each(made.pages.map(({ path, is, shouldBe }) => [path, is, shouldBe] as const))(
		"%s is what it would be made anew",
		(_path, is, shouldBe) => expect(is).toBe(shouldBe),
	);

	test("each rule of inputs, prices, bets and money is judged somewhere", () => expect(made.unjudged).toEqual([]));

	test("each rule has a fault that was seen by it, and each canary was caught as it stands", () => {
		expect(made.unprovenRules).toEqual([]);
		expect(made.unproven).toEqual([]);
		expect(CANARIES.length).toBeGreaterThanOrEqual(60);
		expect(new Set(CANARIES.map(({ name }) => name)).size).toBe(CANARIES.length);
	});
});

describe("the table of rules", () => {
	const rules =
		"| id | rule |\n|---|---|\n| LAN-1 | Once. |\n| BET-2 | In order. |\n| RUN-1 | Closed. |\n| MON-1 | Whole. |\n";
	const judge = { file: "simulation/audit/auditor.ts", text: 'violations.push({ rule: "LAN-1", what })' };
	const canary = { file: "simulation/canaries/list/all.ts", text: 'inHistory("x", "BET-2")' };
	const titled = { file: "shared/a.test.ts", text: 'test("[MON-1] [LAN-1] rounds once")' };

	test("tells where each is judged, and who must be and is not: a canary is no judge", () => {
		const judged = judgedRules(rules, [judge, canary, titled]);
		expect(withTable("a\n<!-- rules:begin -->\nold\n<!-- rules:end -->\nb", judged)).toBe(
			"a\n<!-- rules:begin -->\n| rule | judged in |\n|---|---|\n| LAN-1 | simulation, tests |\n| BET-2 | neither |\n| RUN-1 | neither |\n| MON-1 | tests |\n<!-- rules:end -->\nb",
		);
		expect(unjudged(judged)).toEqual(["BET-2"]);
	});
});
