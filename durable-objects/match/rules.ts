/** Numbers a match starts with; a trader may change the first two in its log. */

/** In-play bet delay. The industry uses 1–12 s, typically 5; ours is 4, with a confirmation behind it. */
export const IN_PLAY_DELAY_MS = 4_000;
/** The most an outcome may cost, over all regions, in base minor units: 50,000.00. */
export const OUTCOME_CAP_BASE_MINOR = 5_000_000;
/** `clearForMs` where there was no danger: longer than any delay. */
export const ALWAYS_CLEAR_MS = 1_000_000_000;
