/** How a tennis match is played: the number of sets, and how the last one ends. */
import type { FixtureInput, Side } from "../../shared/feeds/canonical.ts";
import type { SportRefusal } from "../sport.ts";

/**
 * The deciding set: a tie-break to seven or to ten at six games all, a tie-break to seven at twelve all (Wimbledon 2019–2021),
 * or none, when it goes on until one side is two games ahead.
 */
export const FINAL_SETS = ["tiebreak7", "tiebreak10", "tiebreak7_at_12", "advantage"] as const;
export type FinalSet = (typeof FINAL_SETS)[number];

export type Format = {
	readonly bestOf: 3 | 5;
	readonly finalSet: FinalSet;
	/** At 40-40 the next point decides the game. */
	readonly noAd: boolean;
};

export type SetFormat = {
	/** Games of each side at which the tie-break is played; null: never. */
	readonly tieBreakAt: number | null;
	/** Points that win the tie-break, two ahead. */
	readonly tieBreakTo: number;
};

export const setsToWin = (format: Format): number => (format.bestOf + 1) / 2;
export const other = (side: Side): Side => (side === "home" ? "away" : "home");

const REGULAR: SetFormat = { tieBreakAt: 6, tieBreakTo: 7 };
const FINAL_FORMATS: Readonly<Record<FinalSet, SetFormat>> = {
	tiebreak7: REGULAR,
	tiebreak10: { tieBreakAt: 6, tieBreakTo: 10 },
	tiebreak7_at_12: { tieBreakAt: 12, tieBreakTo: 7 },
	advantage: { tieBreakAt: null, tieBreakTo: 7 },
};

/** The format of a set; `index` counts from 0. */
export const setFormatOf = (format: Format, index: number): SetFormat =>
	index === format.bestOf - 1 ? FINAL_FORMATS[format.finalSet] : REGULAR;

const isFinalSet = (text: unknown): text is FinalSet => (FINAL_SETS as readonly unknown[]).includes(text);

/**
 * Reads the fixture's `format`: `bestOf` 3 or 5, `finalSet` one of {@link FINAL_SETS} (a tie-break to seven where it is not
 * said), `noAd`. What it does not know it refuses: a match priced by the wrong rules is worse than none.
 */
export function formatOf(fixture: FixtureInput): { readonly ok: true; readonly format: Format } | SportRefusal {
	const { bestOf, finalSet = "tiebreak7", noAd = false } = fixture.format;
	const refuse = (message: string): SportRefusal => ({ ok: false, code: "bad_fixture", message });
	if (bestOf !== 3 && bestOf !== 5) return refuse("bestOf is 3 or 5 sets");
	if (!isFinalSet(finalSet)) return refuse(`finalSet is one of ${FINAL_SETS.join(", ")}`);
	if (typeof noAd !== "boolean") return refuse("noAd is true or false");
	return { ok: true, format: { bestOf, finalSet, noAd } };
}
