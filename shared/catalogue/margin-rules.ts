/**
 * The two rules that margins of every sport begin with. Odds ratio, because it stays below one and above the fair probability at
 * every price and costs one square root on a two-way market; power where a market has many long shots, because it loads them
 * hardest and the model is least sure of them. Margins are higher in play, where prices are older than what happens on the pitch.
 */
import { MAX_ODDS_MILLI, MIN_ODDS_MILLI } from "../betting/ladder.ts";
import type { MarginRule } from "./sport-rows.ts";

export const base = (margin: number): MarginRule => ({
	method: "odds-ratio",
	margin,
	minOddsMilli: MIN_ODDS_MILLI,
	maxOddsMilli: 500_000,
});

export const longShots = (margin: number): Partial<MarginRule> => ({
	method: "power",
	margin,
	maxOddsMilli: MAX_ODDS_MILLI,
});
