/** Histories that did not hold once, by what was wrong then: they hold for ever now. */
import type { SimulationOptions } from "./simulator.ts";

export type Regression = { readonly name: string; readonly options: SimulationOptions };

const MINUTES = 2;
const of = (seed: number, name: string): Regression => ({ name, options: { seed, minutes: MINUTES } });

export const REGRESSIONS: readonly Regression[] = [
	of(910_133, "a start that came again after the reservation began the window anew"),
	of(920_081, "a start that came again after the reservation began the window anew, by way of a desk that had died"),
	of(960_015, "no trader settled a cup that the facts left open"),
	of(810_065, "an image reached a relay that had begun to listen after its schema had gone"),
	of(810_126, "a lane could not ask whose a match was, and its push failed"),
	of(820_018, "a goal of extra time, whose beginning was lost, counted for the ninety minutes"),
	of(810_175, "a power cut took back what a match had journalled and told to nobody"),
	of(2_000_084, "a leg was noted anew after another leg of its ticket was taken at another price"),
	of(1_400_024, "the clock of a match was ahead, and its last results waited for the true time to come there"),
	of(2_000_147, "a lane died over the last push, and the provider waited for its answer for ever"),
	of(
		2_000_139,
		"a lane moved to a machine whose clock was 70 s ahead, and every bet in play before the next goal was void",
	),
	of(2_000_149, "a lane moved to a machine whose clock was 24 s ahead, and bets of before a goal were void"),
];
