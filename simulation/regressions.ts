/** Histories that did not hold once, by what was wrong then: they hold for ever now. */
import type { SimulationOptions } from "./simulator.ts";

export type Regression = { readonly name: string; readonly options: SimulationOptions };

const MINUTES = 2;
/** None of them began with the last release when it was found. */
const of = (seed: number, name: string): Regression => ({ name, options: { seed, minutes: MINUTES, deploys: false } });

export const REGRESSIONS: readonly Regression[] = [
	of(910_133, "a start that came again after the reservation began the window anew"),
	of(920_081, "a start that came again after the reservation began the window anew, by way of a desk that had died"),
	of(960_015, "no trader settled a cup that the facts left open"),
	of(810_065, "an image reached a relay that had begun to listen after its schema had gone"),
	of(810_126, "a lane could not ask whose a match was, and its push failed"),
	of(820_018, "a goal of extra time, whose beginning was lost, counted for the ninety minutes"),
	of(810_175, "a power cut took back what a match had journalled and told to nobody"),
	of(
		2_000_247,
		"a reader that acknowledged while its relay was coming back was left out, and showed what its match had been before it started anew",
	),
	of(2_000_041, "another group came first to an id that nobody was named for"),
	of(3_100_002, "a page waited for ever for the beats of a match that had ended while it was left out"),
	of(2_000_084, "a leg was noted anew after another leg of its ticket was taken at another price"),
	of(1_400_024, "the clock of a match was ahead, and its last results waited for the true time to come there"),
	of(2_000_147, "a lane died over the last push, and the provider waited for its answer for ever"),
	of(
		2_000_139,
		"a lane moved to a machine whose clock was 70 s ahead, and every bet in play before the next goal was void",
	),
	of(2_000_149, "a lane moved to a machine whose clock was 24 s ahead, and bets of before a goal were void"),
	of(5_500_035, "a basket overtook the word that its quarter had begun, and counted for the one before"),
	of(6_300_043, "a trader followed a score of before, and the baskets that were told after it were gone"),
	of(6_300_053, "a match won in four quarters by a correction had its overtime all the same"),
	of(
		9_100_044,
		"a page that had slept was told that its topic is fresh by a relay that had just lost its publisher: the judge gave it no time to know",
	),
	of(
		3_500_014,
		"a result was on its way while its match heard that its point had not been played: the judge took it for said after that",
	),
	of(
		7_000_093,
		"a format was told back when its match had begun: the judge went by a format in which it was not played",
	),
	of(
		9_720_027,
		"a trader followed a wrong score into a quarter that was over: the judge asked for the quarters as they were",
	),
	of(5_100_244, "a match's clock was set back after danger, and every bet was refused for as long"),
	{
		name: "a trader followed the word that four quarters were over: the judge did not know of it, for it had been refused",
		options: { seed: 9_800_283, minutes: 1, deploys: false },
	},
	{
		name: "a fixture brought other prices after the first whistle, which move nothing: the judge went by them",
		options: { seed: 9_800_181, minutes: 1, deploys: false },
	},
	{
		name: "a match died over a call, and its readers' book was compared with what its death had left in store",
		options: { seed: 9_800_370, minutes: 1, deploys: false },
	},
	{
		name: "a wallet of the last release told Postgres nothing of a result that paid nothing: the judge missed it there",
		options: { seed: 9_800_665, minutes: 1, deploys: true },
	},
	{
		name: "a match's clock was set back after home and away had changed places, and bets of after counted as of before",
		options: { seed: 9_800_727, minutes: 1, deploys: false },
	},
	{
		name: "a desk asked about a market under two versions: the judge took what had no room under one of them for granted",
		options: { seed: 9_710_035, minutes: 1, deploys: true },
	},
	{
		name: "a goal came after the word that confirmed it, and after a wrong score: the judge went by that score",
		options: { seed: 9_701_011, minutes: 1, deploys: false },
	},
	{
		name: "a wallet died over a revocation that it had stored: nobody who told the story knew that its tokens were void",
		options: { seed: 9_850_005, minutes: 1, deploys: false },
	},
	{
		name: "a wallet of the last release weighed a leg by the shown prices of the others: the judge took its desk for over its grant",
		options: { seed: 9_600_114, minutes: 1, deploys: true },
	},
	{
		name: "a tennis score that was stated as it had been before: the judge took it for one of points that nobody had told",
		options: { seed: 5, minutes: 3, deploys: false },
	},
];
