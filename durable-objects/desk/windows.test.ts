import { describe, expect, test } from "vitest";
import type { LegOffer } from "../../shared/contracts/offers.ts";
import { seededRandom } from "../../shared/seeded-random.ts";
import { type Changes, keyOf, legOffer } from "../../testing/desk.ts";
import { overdueLeg, type PendingLeg, ripeAtMs, Windows } from "./windows.ts";

type Added = readonly [wallet: string, offer: LegOffer, leg: PendingLeg];

const noted = (n: number, atMs: number, delayMs: number, changes: Changes = {}): Added => {
	const offer = legOffer(n, changes);
	const leg: PendingLeg = {
		offered: offer.leg,
		notedAtMs: atMs,
		startedAtMs: offer.terms.deskCount === 1 ? atMs : null,
		delayMs,
		marketVersion: 1,
		fairPpm: 500_000,
		matchState: "",
		weightPpm: 1_000_000,
		otherOddsMilli: 1_000,
		askOddsMilli: 2_000,
		because: "timed_out",
		fitsStakeMinor: null,
	};
	return ["w", offer, leg];
};
const keys = (tickets: readonly { readonly ticketKey: string }[]): readonly string[] =>
	tickets.map(({ ticketKey }) => ticketKey);

describe("[BET-3] windows", () => {
	test("property: ripe is exactly what has waited, in order of arrival, whatever is held, started and forgotten", () => {
		for (let seed = 1; seed <= 20; seed++) {
			const random = seededRandom(seed);
			const below = (n: number): number => Math.floor(random() * n);
			const windows = new Windows();
			let nowMs = 0;
			for (let n = 0; n < 300; n++) {
				nowMs += below(40);
				const known = [...windows.tickets()];
				const some = known[below(known.length)];
				const dice = random();
				if (dice < 0.6) windows.add(...noted(n, nowMs, below(500), { deskCount: 1 + below(2) }));
				else if (some !== undefined && dice < 0.7) windows.forgetTicket(some.ticketKey);
				else if (some !== undefined && dice < 0.8) windows.hold(some.ticketKey, some.legs, nowMs + below(300));
				else if (some !== undefined) {
					const start = { delayMs: below(800), weightPpm: 1, otherOddsMilli: 1_000 };
					windows.start({ ticketKey: some.ticketKey, legNo: 0 }, start, nowMs);
				}
				const all = [...windows.tickets()];
				const due = all.filter((ticket) => (ripeAtMs(ticket) ?? Number.POSITIVE_INFINITY) <= nowMs);
				expect(keys(windows.ripe(nowMs, 10_000))).toEqual(keys(due.toSorted((a, b) => a.order - b.order)));
				const next = all.flatMap((ticket) => ripeAtMs(ticket) ?? []);
				const soonestMs = due.length > 0 ? 0 : next.length === 0 ? null : Math.min(...next);
				expect(windows.nextRipeAtMs()).toBe(soonestMs);
				expect(windows.legCount).toBe(all.reduce((sum, { legs }) => sum + legs.length, 0));
			}
		}
	});

	test("a batch holds whole tickets, and the rest stays ripe", () => {
		const windows = new Windows();
		for (let n = 0; n < 3; n++)
			for (const legNo of [0, 1]) windows.add(...noted(n, n, 0, { legNo, legCount: 2, deskCount: 1 }));
		expect(keys(windows.ripe(10, 3))).toEqual([keyOf(0)]);
		windows.forgetTicket(keyOf(0));
		expect(keys(windows.ripe(10, 4))).toEqual([keyOf(1), keyOf(2)]);
	});

	test("a leg is overdue when delay, hold and the feed's quiet time have passed, started or not", () => {
		const windows = new Windows();
		windows.add(...noted(1, 0, 5_000));
		windows.add(...noted(2, 0, 5_000, { deskCount: 2, legCount: 2 }));
		const [first, second] = [...windows.tickets()];
		for (const ticket of [first, second]) {
			if (ticket === undefined) throw new Error("no ticket");
			expect(overdueLeg(ticket, 26_999)).toBeUndefined();
			expect(overdueLeg(ticket, 27_000)).toBe(ticket.legs[0]);
		}
	});
});
