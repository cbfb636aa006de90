import { expect, test } from "vitest";
import { FOOTBALL_REPLAYS } from "./all.ts";
import type { FootballReplay } from "./football-replay.ts";

const score = ({ goals }: FootballReplay): string =>
	["home", "away"].map((side) => goals.filter((goal) => goal.side === side).length).join("-");

test.each([
	["wc2022-final", "3-3"],
	["wc2018-fra-arg", "4-3"],
	["wc2018-bel-jpn", "3-2"],
	["wc2014-bra-ger", "1-7"],
])("%s ended %s", (id, expected) => {
	const replay = FOOTBALL_REPLAYS.find((candidate) => candidate.id === id);
	expect(replay === undefined ? null : score(replay)).toBe(expected);
});

test.each(FOOTBALL_REPLAYS.map((replay) => [replay.id, replay] as const))(
	"%s is consistent in itself",
	(_id, replay) => {
		const { first, second, extraFirst = 0, extraSecond = 0 } = replay.stoppage;
		const added: Readonly<Record<number, number>> = { 45: first, 90: second, 105: extraFirst, 120: extraSecond };
		for (const { minute } of [...replay.goals, ...replay.cards]) {
			const [base = 0, extra = 0] = minute.split("+").map(Number);
			expect(base).toBeLessThanOrEqual(replay.extraTimePlayed ? 120 : 90);
			if (extra > 0) expect(extra).toBeLessThanOrEqual(added[base] ?? 0);
		}
		const inOrder = replay.goals.map(({ minute }) => Number(minute.split("+")[0]));
		expect(inOrder).toEqual(inOrder.toSorted((a, b) => a - b));
		// A book of prices has a margin: the implied probabilities add up to a little more than one.
		for (const prices of [replay.prices.oneXTwo, replay.prices.total25]) {
			const sum = prices.reduce((total, oddsMilli) => total + 1_000 / oddsMilli, 0);
			expect(sum).toBeGreaterThan(1);
			expect(sum).toBeLessThan(1.1);
		}
	},
);
