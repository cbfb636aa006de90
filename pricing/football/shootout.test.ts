import { expect, test } from "vitest";
import { homeWins, shootOutAfter } from "./shootout.ts";

const kicks = (text: string) =>
	text.split("").map((letter) => ({
		side: letter.toLowerCase() === "h" ? ("home" as const) : ("away" as const),
		detail: letter === letter.toUpperCase() ? "scored" : "missed",
	}));

test("a shoot-out is even before it begins, and decided when it cannot be turned", () => {
	expect(homeWins(shootOutAfter([]))).toBeCloseTo(0.5, 12);
	expect(homeWins(shootOutAfter(kicks("HaHaHa")))).toBe(1);
	expect(homeWins(shootOutAfter(kicks("hAhAhA")))).toBe(0);
	// The 2022 final: France scored, missed, missed, scored; Argentina (home) scored four times.
	expect(homeWins(shootOutAfter(kicks("AHaHaHAH")))).toBe(1);
	expect(homeWins(shootOutAfter(kicks("HAHAHAHAHA")))).toBe(0.5);
	expect(homeWins(shootOutAfter(kicks("HAHAHAHAHAH")))).toBeCloseTo(0.25 + 0.75 * 0.5, 12);
});

test("kicks that a feed lost or sent twice are priced all the same, and at once", () => {
	for (const text of ["HH", "HHHA", "hhhhhhhhhhhA", "H".repeat(400), "hA".repeat(200) + "h".repeat(50)]) {
		const wins = homeWins(shootOutAfter(kicks(text)));
		expect(wins).toBeGreaterThanOrEqual(0);
		expect(wins).toBeLessThanOrEqual(1);
	}
});
