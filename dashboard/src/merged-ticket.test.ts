import { expect, test } from "vitest";
import type { ReadTicket as Ticket } from "../../shared/ticket/schema.ts";
import { mergedTicket } from "./merged-ticket.ts";

const ticket = (ticketVersion: number, status: Ticket["status"], decideAtMs: number | null): Ticket => ({
	id: "t1",
	status,
	code: null,
	maxStakeMinor: null,
	stakeMinor: 500,
	currency: "EUR",
	totalOddsMilli: null,
	potentialReturnMinor: null,
	returnMinor: null,
	betterThanAsked: false,
	placedAtMs: 1_000,
	decideAtMs,
	houseRulesVersion: "2026-12",
	decidedAtMs: null,
	settledAtMs: null,
	ticketVersion,
	legs: [],
});

test("[PAG-5] of two tellings of a ticket the higher version stands, whichever came first", () => {
	const [pending, settled] = [ticket(1, "pending", 5_000), ticket(3, "settled", null)];
	expect(mergedTicket(null, pending)).toBe(pending);
	expect(mergedTicket(pending, settled)).toBe(settled);
	expect(mergedTicket(settled, pending)).toBe(settled);
});

test("[PAG-5] of two tellings of one version the page keeps what either knows", () => {
	const [blind, dated] = [ticket(1, "pending", null), ticket(1, "pending", 5_000)];
	expect(mergedTicket(blind, dated).decideAtMs).toBe(5_000);
	expect(mergedTicket(dated, blind).decideAtMs).toBe(5_000);
});
