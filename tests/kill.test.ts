/**
 * What a platform promises is worth what is left of it after a SIGKILL. Ten here; any number with `npm run kill`, which
 * prints the figures as well.
 */
import { describe, expect, test } from "vitest";
import { contradiction } from "../scripts/kill/bettor.ts";
import { runKills } from "../scripts/kill/run.ts";
import type { TicketView } from "../shared/ticket/schema.ts";

const KILLS = 10;
/** On two idle cores the run takes under two minutes; on busy ones each recovery takes several times as long. */
const TIMEOUT_MS = 600_000;

describe.skipIf(process.platform !== "linux")("workerd killed under load (finding it needs Linux)", () => {
	test(
		`[BET-1] [MON-2] [SET-2] [REP-1] [FRM-2] ${KILLS} kills: every answer stands, sums are zero, all is decided, settled and reported once`,
		async () => {
			const { figures, violations } = await runKills({ times: KILLS, seed: 1, log: () => {} });
			expect(violations).toEqual([]);
			expect(figures.kills).toBe(KILLS);
			// A run in which nothing happened would prove nothing.
			for (const name of ["accepted", "settled", "refused", "sent again", "of them accumulators", "client resumes"])
				expect(figures[name], name).toBeGreaterThan(0);
			expect(figures["rows waiting at a kill, max"]).toBeGreaterThan(50);
			expect(figures.acknowledged).toBe(figures["bets sent"]);
		},
		TIMEOUT_MS,
	);
});

describe("[BET-1] what a player is told about a ticket", () => {
	const pending = {
		id: "ticket-1",
		status: "pending",
		code: null,
		stakeMinor: 100,
		currency: "EUR",
		placedAtMs: 1,
		decidedAtMs: null,
		totalOddsMilli: null,
		potentialReturnMinor: null,
		ticketVersion: 1,
		legs: [{ matchId: "m", marketId: "1x2", outcomeId: "home", shownOddsMilli: 2_000, takenOddsMilli: null }],
	} as unknown as TicketView;
	const accepted: TicketView = { ...pending, status: "accepted", decidedAtMs: 2, ticketVersion: 2 };

	test("may go on", () => {
		expect(contradiction(pending, accepted)).toBeNull();
		expect(contradiction(accepted, { ...accepted, status: "settled", returnMinor: 200, ticketVersion: 3 })).toBeNull();
	});

	test.each<[string, TicketView, Partial<TicketView>]>([
		["another stake", pending, { stakeMinor: 101 }],
		["another decision", accepted, { status: "refused", code: "market_suspended" }],
		["another time of the decision", accepted, { decidedAtMs: 3 }],
		["another return", accepted, { potentialReturnMinor: 201 }],
		["an older version", accepted, { ticketVersion: 1 }],
		["a decision taken back", accepted, { status: "pending", decidedAtMs: null }],
	])("must not become %s", (_name, before, change) => {
		expect(contradiction(before, { ...before, ...change })).not.toBeNull();
	});
});
