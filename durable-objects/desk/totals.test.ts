import { describe, expect, test } from "vitest";
import { outcomeKey } from "../../shared/contracts/ids.ts";
import type { ExposureTotal, OutcomeRisk } from "../../shared/contracts/match.ts";
import { seededRandom } from "../../shared/seeded-random.ts";
import { type Risk, Totals } from "./totals.ts";

const total = (marketId: string, outcomeId: string, riskBaseMinor: number): OutcomeRisk => ({
	marketId,
	outcomeId,
	riskBaseMinor,
	stakeBaseMinor: 1,
});
const saidOf = (said: readonly ExposureTotal[]): ReadonlyMap<string, Risk> =>
	new Map(said.map((entry) => [outcomeKey(entry.market, entry.outcome), entry]));

describe("[MON-5] totals", () => {
	test("what was asked for and not used is owed until it has been given back", () => {
		const totals = new Totals([], false);
		expect(totals.isOwed).toBe(false);
		const said = totals.say([total("m", "a", 100), total("m", "a", 50)]);
		expect(said).toMatchObject([{ market: "m", outcome: "a", riskBaseMinor: 150, stakeBaseMinor: 2 }]);
		expect(totals.isOwed).toBe(true);
		totals.add(total("m", "a", 100));
		totals.answered(saidOf(said));
		expect(totals.isOwed).toBe(true);
		const back = totals.say([]);
		expect(back).toMatchObject([{ riskBaseMinor: 100 }]);
		totals.answered(saidOf(back));
		expect(totals.isOwed).toBe(false);
	});

	test("an answer that never came leaves everything owed", () => {
		const totals = new Totals([], false);
		totals.say([total("m", "a", 100)]);
		expect(totals.say([])).toMatchObject([{ outcome: "a", riskBaseMinor: 0 }]);
		expect(totals.isOwed).toBe(true);
	});

	test("what changed between saying and being answered is still owed", () => {
		const totals = new Totals([total("m", "a", 100)], false);
		const said = totals.say([]);
		totals.subtract(total("m", "a", 40));
		totals.answered(saidOf(said));
		expect(totals.say([])).toMatchObject([{ riskBaseMinor: 60, stakeBaseMinor: 0 }]);
	});

	test("a new incarnation names all its risk, and owes that even where it has none", () => {
		const totals = new Totals([total("m", "a", 100), total("n", "b", 7)], false);
		totals.answered(saidOf(totals.say([])));
		expect(totals.isOwed).toBe(false);
		totals.forgetTold();
		const said = totals.say([total("o", "c", 1)]);
		expect(said.map(({ outcome }) => outcome)).toEqual(["c", "a", "b"]);
		const empty = new Totals([], true);
		expect(empty.isOwed).toBe(true);
		empty.answered(saidOf(empty.say([])));
		expect(empty.isOwed).toBe(false);
	});

	test("property: whatever is lost, the match never holds less than is reserved, and at rest exactly that", () => {
		const OUTCOMES = ["a", "b", "c"];
		for (let seed = 1; seed <= 30; seed++) {
			const random = seededRandom(seed);
			const reserved = new Map<string, number>();
			const match = new Map<string, number>();
			const totals = new Totals([], false);
			const batch = (asked: readonly OutcomeRisk[]): void => {
				const said = totals.say(asked);
				const arrives = random() < 0.8;
				if (arrives)
					for (const { market, outcome, riskBaseMinor } of said) match.set(`${market}${outcome}`, riskBaseMinor);
				if (!arrives || random() < 0.2) return;
				for (const ask of asked) {
					if (random() < 0.5) continue;
					totals.add(ask);
					reserved.set(
						`${ask.marketId}${ask.outcomeId}`,
						(reserved.get(`${ask.marketId}${ask.outcomeId}`) ?? 0) + ask.riskBaseMinor,
					);
				}
				totals.answered(saidOf(said));
			};
			for (let round = 0; round < 200; round++) {
				const outcome = OUTCOMES[Math.floor(random() * 3)] ?? "a";
				const held = reserved.get(`m${outcome}`) ?? 0;
				if (random() < 0.3 && held > 0) {
					const part = 1 + Math.floor(random() * held);
					totals.subtract({ marketId: "m", outcomeId: outcome, riskBaseMinor: part, stakeBaseMinor: 0 });
					reserved.set(`m${outcome}`, held - part);
				} else batch([total("m", outcome, 1 + Math.floor(random() * 50))]);
				for (const [key, risk] of reserved) expect(match.get(key) ?? 0).toBeGreaterThanOrEqual(risk);
			}
			while (totals.isOwed) batch([]);
			for (const [key, risk] of reserved) expect([key, match.get(key)]).toEqual([key, risk]);
		}
	});
});
