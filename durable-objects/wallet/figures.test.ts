import { expect, test } from "vitest";
import type { Ticket } from "../../shared/ticket/ticket.ts";
import { DecisionTimes } from "./figures.ts";

const ticket = (placedAtMs: number, decidedAtMs: number | null): Ticket => ({ placedAtMs, decidedAtMs }) as Ticket;

test("what was decided counts with its wait, what is pending does not", () => {
	const decisions = new DecisionTimes();
	decisions.count([ticket(1_000, 1_000), ticket(1_000, 5_200), ticket(2_000, null)]);
	const { count, sumMs, counts } = decisions.histogram;
	expect([count, sumMs]).toEqual([2, 4_200]);
	// Buckets are cumulative: one decided at once, both within five seconds.
	expect([counts[0], counts[11]]).toEqual([1, 2]);
});
