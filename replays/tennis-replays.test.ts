import { expect, test } from "vitest";
import { setFormatOf } from "../pricing/tennis/format.ts";
import { gameWinner, setStatus } from "../pricing/tennis/score.ts";
import { TENNIS_REPLAYS } from "./tennis-all.ts";

test.each([
	["wimbledon-2019-final", "7-6(5) 1-6 7-6(4) 4-6 13-12(3)"],
	["us-open-2021-women", "6-4 6-3"],
])("%s ended %s", (id, expected) => {
	const sets = TENNIS_REPLAYS.find((replay) => replay.id === id)?.sets ?? [];
	const words = sets.map(({ home, away, tieBreak }) => {
		const lost = tieBreak === undefined ? "" : `(${Math.min(tieBreak.home, tieBreak.away)})`;
		return `${home}-${away}${lost}`;
	});
	expect(words.join(" ")).toBe(expected);
});

test.each(TENNIS_REPLAYS.map((replay) => [replay.id, replay] as const))("%s is consistent in itself", (_id, replay) => {
	const format = { ...replay.format, noAd: false };
	let [home, away] = [0, 0];
	for (const [index, set] of replay.sets.entries()) {
		const { tieBreakAt, tieBreakTo } = setFormatOf(format, index);
		const winner = setStatus(set.home, set.away, tieBreakAt);
		expect(winner === "home" || winner === "away").toBe(true);
		expect(Math.max(home, away) * 2).toBeLessThan(format.bestOf);
		if (winner === "home") home++;
		else away++;
		const hasTieBreak = tieBreakAt !== null && set.home + set.away === 2 * tieBreakAt + 1;
		expect(set.tieBreak !== undefined).toBe(hasTieBreak);
		if (set.tieBreak !== undefined) expect(gameWinner(set.tieBreak, tieBreakTo, false)).toBe(winner);
	}
	expect(Math.max(home, away) * 2).toBeGreaterThan(format.bestOf);
	for (const prices of [replay.prices.moneyline, replay.prices.totalGames.odds]) {
		const sum = prices.reduce((total, oddsMilli) => total + 1_000 / oddsMilli, 0);
		expect(sum).toBeGreaterThan(1);
		expect(sum).toBeLessThan(1.1);
	}
});
