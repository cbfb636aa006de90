/** What becomes of a ticket, and that whatever is stored can be shown, reported and settled. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pending, request, storableTicket, yes } from "../../testing/wallet.ts";
import { licenceProfile } from "../catalogue/licences.ts";
import { decode, decodeRpc } from "../decode.ts";
import { BET } from "../limits.ts";
import { type Me, meFold } from "../protocol/me-view.ts";
import { checkTicket } from "./controls.ts";
import { takeVote } from "./lifecycle.ts";
import { keptEntries, ticketRowSchema } from "./schema.ts";
import { type Ticket, ticketSchema } from "./ticket.ts";
import { ticketRow, ticketView } from "./views.ts";
import { worthOf } from "./worth.ts";

const taken = (ticket: Ticket, ...odds: readonly number[]): Ticket =>
	odds.reduce((voted, oddsMilli, legNo) => takeVote(voted, yes(ticket, legNo, oddsMilli), 2_000), ticket);

describe("[BET-4] the payout is judged at the prices taken", () => {
	test("[BET-6] one unit above the largest payout is refused, and told the largest stake that fits at these prices", () => {
		const ticket = pending([1_900, 9_000], { stakeMinor: 500_000 });
		expect(taken(ticket, 1_900, 9_000)).toMatchObject({ status: "accepted", code: null });
		// 5,000.00 × 1.90 × 10.60 = 100,700.00; 4,965.24 × 20.14 = 99,999.93.
		const refused = taken(ticket, 1_900, 10_600);
		expect(refused).toMatchObject({ status: "refused", code: "payout_above_maximum", maxStakeMinor: 496_524 });
		expect(taken({ ...ticket, stakeMinor: 496_524 }, 1_900, 10_600).status).toBe("accepted");
		expect(taken({ ...ticket, stakeMinor: 496_525 }, 1_900, 10_600).status).toBe("refused");
	});

	test("[MON-1] what an accepted ticket shows as its return is what it pays, to the last unit below the cap", () => {
		const ticket = taken(pending([50_000], { stakeMinor: 200_000 }), 50_000);
		expect(ticketView(ticket, null).potentialReturnMinor).toBe(10_000_000);
		const won = { ...ticket, legs: ticket.legs.map((leg) => ({ ...leg, outcome: { kind: "win" as const } })) };
		expect(worthOf(won)).toEqual({ kind: "settled", returnMinor: 10_000_000 });
	});

	test("[BET-6] a stake below the least one is no offer", () => {
		const ticket = pending([1_900], { stakeMinor: 1_000 });
		const no = { ticketKey: ticket.key, legNo: 0, vote: "no" as const, code: "over_limit" as const };
		expect(takeVote(ticket, { ...no, maxStakeMinor: 99 }, 2_000).maxStakeMinor).toBe(0);
		expect(takeVote(ticket, { ...no, maxStakeMinor: 100 }, 2_000).maxStakeMinor).toBe(100);
		expect(takeVote(ticket, no, 2_000).maxStakeMinor).toBeNull();
	});
});

describe("[BET-2] at the door, at the prices shown", () => {
	const generic = licenceProfile("generic");
	if (generic === null) throw new Error("no licence");
	const profile = { ...generic, minStakeMinor: { EUR: 100 }, maxStakeMinor: { EUR: 1_000_000 } };
	const check = (odds: readonly number[], stakeMinor: number) =>
		checkTicket(request(odds, { stakeMinor }).ticket, {
			profile,
			accountCurrency: "EUR",
			cashMinor: 100_000_000,
		});

	test("[BET-6] a payout or a stake above its limit names the stake that fits", () => {
		expect(check([20_000], 500_000)).toBeNull();
		expect(check([20_000], 500_001)).toEqual({ code: "payout_above_maximum", maxStakeMinor: 500_000 });
		expect(check([2_000], 1_000_001)).toEqual({ code: "stake_above_maximum", maxStakeMinor: 1_000_000 });
		expect(check([20_000], 1_000_001)).toEqual({ code: "stake_above_maximum", maxStakeMinor: 500_000 });
		expect(check([2_000], 99)).toEqual({ code: "stake_below_minimum", maxStakeMinor: null });
	});

	test("BET.maxCombinedOddsMilli: thirteen legs at 10.00 are more than a ticket can carry, at any stake", () => {
		const odds = Array.from({ length: 13 }, () => 10_000);
		expect(check(odds, 100)).toEqual({ code: "payout_above_maximum", maxStakeMinor: 0 });
		expect(taken(pending(odds.map(() => 1_001)), ...odds)).toMatchObject({
			status: "refused",
			code: "payout_above_maximum",
			maxStakeMinor: 0,
		});
	});
});

describe("[MON-1] whatever can be stored can be shown, reported and settled", () => {
	/** The floor of stake × product, at most the cap, by another way than the code's. */
	function exactReturn({ stakeMinor, legs, maxPayoutMinor }: Ticket): number {
		const odds = legs.map(({ vote, shownOddsMilli }) => (vote?.vote === "yes" ? vote.oddsMilli : shownOddsMilli));
		const exact = odds.reduce((product, factor) => product * BigInt(factor), BigInt(stakeMinor));
		const whole = exact / 1_000n ** BigInt(odds.length);
		return Number(whole < BigInt(maxPayoutMinor) ? whole : BigInt(maxPayoutMinor));
	}

	test("property: views, rows and worths of arbitrary tickets are total and exact, and the rows are taken", () => {
		fc.assert(
			fc.property(storableTicket, (ticket) => {
				const view = ticketView(ticket, 5_000);
				if (ticket.status !== "refused") expect(view.potentialReturnMinor).toBe(exactReturn(ticket));
				expect(view.totalOddsMilli ?? 0).toBeLessThanOrEqual(Number.MAX_SAFE_INTEGER);
				expect(JSON.parse(JSON.stringify(view))).toEqual(view);
				expect(decode(ticketRowSchema, ticketRow(ticket))).toMatchObject({ ok: true });
				for (const name of Object.keys(keptEntries) as (keyof typeof keptEntries)[])
					expect([view[name], ticketRow(ticket)[name]]).toEqual([ticket[name], ticket[name]]);
				const worth = worthOf(ticket);
				if (worth.kind === "settled") expect(worth.returnMinor).toBeLessThanOrEqual(ticket.maxPayoutMinor);
				const me = { playerId: ticket.playerId, currency: ticket.currency, balanceMinor: 0, heldMinor: 0 };
				const folded = meFold.image({} as Me, JSON.parse(JSON.stringify({ me, tickets: [view] })));
				expect(folded.tickets).toHaveLength(1);
			}),
			{ numRuns: 300 },
		);
	});

	test("property: what is stored is read as it was", () => {
		fc.assert(
			fc.property(storableTicket, (ticket) => {
				expect(decodeRpc("ticket", ticketSchema, JSON.parse(JSON.stringify(ticket)))).toEqual(ticket);
			}),
			{ numRuns: 200 },
		);
	});

	test("a ticket that older code took at thirteen times 10.00 is shown with the largest odds that a number can say", () => {
		const ticket = pending(Array.from({ length: BET.maxLegs }, () => 10_000));
		const accepted: Ticket = { ...ticket, status: "accepted" };
		expect(ticketView(accepted, null)).toMatchObject({
			totalOddsMilli: Number.MAX_SAFE_INTEGER,
			potentialReturnMinor: 10_000_000,
		});
	});
});
