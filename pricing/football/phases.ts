/** The phases of a football match, in the only order in which they can follow each other. */

export const PHASES = [
	"scheduled",
	"first_half",
	"half_time",
	"second_half",
	"extra_break",
	"extra_first",
	"extra_half_time",
	"extra_second",
	"shootout_break",
	"shootout",
	"ended",
	"abandoned",
] as const;
export type Phase = (typeof PHASES)[number];
/** What a goal counts for (SET-0). */
export type Period = "regular" | "extra" | "shootout";

export function isPhase(text: string): text is Phase {
	return (PHASES as readonly string[]).includes(text);
}

export const phaseIndex = (phase: Phase): number => PHASES.indexOf(phase);

export function periodOf(phase: Phase): Period {
	const index = phaseIndex(phase);
	if (index >= phaseIndex("shootout_break") && phase !== "ended" && phase !== "abandoned") return "shootout";
	return index >= phaseIndex("extra_break") && phase !== "ended" && phase !== "abandoned" ? "extra" : "regular";
}

export const isInPlay = (phase: Phase): boolean => phase !== "scheduled" && phase !== "ended" && phase !== "abandoned";

/** The bounds of the match clock by phase, in seconds; the second is the end of the period's regular time. */
export const CLOCK_BOUNDS: Readonly<Partial<Record<Phase, readonly [startSec: number, endSec: number]>>> = {
	first_half: [0, 2_700],
	second_half: [2_700, 5_400],
	extra_first: [5_400, 6_300],
	extra_second: [6_300, 7_200],
};
