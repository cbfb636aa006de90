import { describe, expect, test } from "vitest";
import { CASES } from "./cases.ts";
import { tableOf } from "./table.ts";
import { less, shared, Tally, totalOf } from "./tally.ts";

const caseOf = (name: string): (typeof CASES)[number] => {
	const found = CASES.find((one) => one.name === name);
	if (found === undefined) throw new Error(`a case ${name}`);
	return found;
};

describe("npm run bench -- crossings", () => {
	test("a bet is placed once, and counts come out the same again", async () => {
		const bet = caseOf("bet, before");
		const counts = await bet.count();
		expect(counts.get("calls")?.get("edge → wallet place")).toBe(1);
		expect(totalOf(counts, "commits")).toBeGreaterThan(0);
		expect(totalOf(counts, "rowsWritten")).toBeGreaterThan(0);
		expect(await bet.count()).toEqual(counts);
	});

	test("an input is appended and applied once, and a page hears of it", async () => {
		const input = caseOf("input");
		const counts = await input.count();
		expect(counts.get("calls")?.get("lane → match apply")).toBe(1);
		expect(totalOf(counts, "deliveries")).toBeGreaterThan(0);
		expect(tableOf([{ case: input, counts }])).toContain("| – provider → lane append | 1 |");
	});

	test("an attack stores what it moved, and not the match", async () => {
		const counts = await caseOf("input").count();
		expect(counts.get("sqlBytes")?.get("match")).toBeLessThan(2_000);
	});

	test("a match in play that is told nothing new does nothing but answer its lane", async () => {
		const counts = await caseOf("idle s").count();
		const ofMatch = (kind: "reads" | "writes" | "waits" | "timers"): number => counts.get(kind)?.get("match") ?? 0;
		// A price of the headline may move a step in a minute, and lists hear of that.
		for (const kind of ["waits", "timers"] as const) expect(ofMatch(kind)).toBeLessThan(0.2);
		expect([ofMatch("reads"), ofMatch("writes")]).toEqual([0, 0]);
	});

	test("counts are subtracted and shared by whose they are, and what is nought is left out", () => {
		const tally = new Tally();
		tally.add("calls", "a");
		tally.add("calls", "b", 2);
		const before = tally.taken();
		tally.add("calls", "b", 4);
		expect(less(tally.taken(), before).get("calls")).toEqual(new Map([["b", 4]]));
		expect(shared(before, 2).get("calls")).toEqual(
			new Map([
				["a", 0.5],
				["b", 1],
			]),
		);
	});
});
