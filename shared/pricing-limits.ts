/** The limits of prices and of what is on sale; `limits.ts` gives these too. */

/** The provider's prices against ours, both as fair probabilities */
export const DEVIATION = {
	/**
	 * Further apart than this suspends the market: eight points. A margin of 5 % is worth two and a half at evens, so a model
	 * that errs by this much sells at a loss three times what it earns; models and closing prices differ by two or three.
	 */
	alarmPpm: 80_000,
	/** Closer than this again lifts it: half, so that a difference at the bound does not open and close a market. */
	overPpm: 40_000,
	/** Feeds restate the odds of a running match every few seconds; what is older says nothing of now. */
	maxAgeMs: 15_000,
} as const;

/** A bookmaker's prices of a market of few outcomes, as the sum of 1/odds by outcome that wins */
export const QUOTED_BOOK = {
	/** Results, winners, lines: what has more outcomes carries more, and says nothing of strengths. */
	mostOutcomes: 3,
	/** Below is a mistake, or a present: best prices of many bookmakers together sum to 0.98. */
	least: 0.95,
	/** Above is a price that lost a digit: margins of three outcomes end at a fifth, and in the last minutes at a quarter. */
	most: 1.5,
} as const;

/** What is on sale */
export const ON_SALE = {
	/**
	 * A margin multiplies no odds against an outcome by more than this (the odds ratio): with the ladder's widest step, a
	 * tenth, on top, a price stays above half the fair odds.
	 */
	mostLoad: 1.8,
	/**
	 * A market closes once an outcome's fair odds are below this: loaded by 1.8 and moved by a tenth of a logit of sold bets,
	 * 1.02 is the last that reaches the ladder's 1.01, so until there every side has its price, in every view.
	 */
	closesBelowMilli: 1_020,
	/** It comes back from here on: one per cent of probability apart, more than a point or a minute moves it so near the end. */
	opensFromMilli: 1_030,
	/**
	 * A piece of the clock closes so long before its end: the longest bet delay, 12 s, and the 8 s by which a feed and the
	 * seconds it states may be behind the pitch.
	 */
	footballLastSec: 20,
	/** The same of quarters and halves; their clock never runs faster than life. */
	basketballLastSec: 20,
} as const;

/** Strengths that follow the provider's prices of a running match, or of one to come */
export const FOLLOWING = {
	/**
	 * A market that moves further than this in one step before the match is not followed: fifteen points. News of a line-up moves
	 * a favourite by five to ten; a price that lost a digit moves it by thirty. The deviation alarm suspends what is not followed.
	 */
	maxStepPpm: 150_000,
	/** In play what the alarm would suspend is not followed either. */
	maxStepInPlayPpm: DEVIATION.alarmPpm,
	/** Prices of several markets that no strengths give more closely than this are not of one match; as for a fixture's. */
	maxMisfitPpm: 40_000,
	/** Closer than this we agree already: less moves no price by a rung, and each move is an entry in the journal. */
	agreedPpm: 50,
	/** Markets of a match whose price traders hold at a time; more is a script gone wrong. */
	maxFixedMarkets: 64,
	/** A held price lies within this of the model's, in log-odds: as far as shifts go. Further off, strengths are wrong. */
	maxFixedLogit: 1,
	/** Strengths that a trader names in one command: two sides, and room for a third word. */
	namedStrengths: 4,
} as const;
