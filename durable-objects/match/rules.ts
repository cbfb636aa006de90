/** Numbers a match starts with; a trader may change the first two in its log. */

/** In-play bet delay. The industry uses 1–12 s, typically 5; ours is 4, with a confirmation behind it. */
export const IN_PLAY_DELAY_MS = 4_000;
/** The most an outcome may cost, over all regions, in base minor units: 50,000.00. */
export const OUTCOME_CAP_BASE_MINOR = 5_000_000;
/** `clearForMs` where there was no danger: longer than any delay. */
export const ALWAYS_CLEAR_MS = 1_000_000_000;

/** Margins by market group (MAT-5: the `standard` view); two-way markets carry less than many-way ones. */
const MARGINS: Readonly<Record<string, number>> = {
	main: 0.05,
	totals: 0.05,
	next_goal: 0.06,
	correct_score: 0.12,
	extra: 0.06,
	trophy: 0.05,
	shootout: 0.05,
};
const DEFAULT_MARGIN = 0.06;

export const marginOf = (group: string): number => MARGINS[group] ?? DEFAULT_MARGIN;
