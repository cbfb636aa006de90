/** How a football match is played and what it decides, read from its fixture's `format`. */
import type { FixtureInput } from "../../shared/feeds/canonical.ts";
import type { SportRefusal } from "../sport.ts";
import { MAX_GOALS_STANDING } from "./law/score-law.ts";
import type { SecondLeg } from "./tie.ts";

export type FootballFormat = {
	/** What follows where nobody is ahead after 90 minutes: in a second leg over both legs. */
	readonly extraTime: boolean;
	readonly shootOut: boolean;
	readonly decides: "trophy" | "next_round";
	/** Null for a single match, and for a first leg, which is played like one. */
	readonly tie: SecondLeg | null;
};
export type FormatReading = { readonly ok: true; readonly format: FootballFormat } | SportRefusal;

export const SINGLE_MATCH: FootballFormat = { extraTime: false, shootOut: false, decides: "trophy", tie: null };

/** What only the second leg of a tie can say. */
const OF_SECOND_LEG = ["firstLegHome", "firstLegAway"] as const;
const RULES = ["awayGoals", "awayGoalsInExtraTime"] as const;

const refuse = (message: string): SportRefusal => ({ ok: false, code: "bad_fixture", message });
const isGoals = (value: unknown): value is number =>
	typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= MAX_GOALS_STANDING;

/**
 * `extraTime`, `shootOut`: true or false. `leg`: 1 or 2 of a tie. Of a second leg `firstLegHome` and `firstLegAway`, the goals
 * that this match's home and away side scored in the first; `awayGoals`, whether they break a tie after 90 minutes, and
 * `awayGoalsInExtraTime`, whether after extra time (as after 90 minutes, where it is not said). `decides`: `trophy` or
 * `next_round`. What contradicts itself is refused: a tie priced by the wrong rules is worse than none.
 */
export function formatOf({ format }: Pick<FixtureInput, "format">): FormatReading {
	const { extraTime = false, shootOut = false, leg, awayGoals = false } = format;
	const { awayGoalsInExtraTime = awayGoals, decides = leg === undefined ? "trophy" : "next_round" } = format;
	if (typeof extraTime !== "boolean") return refuse("extraTime is true or false");
	if (typeof shootOut !== "boolean") return refuse("shootOut is true or false");
	if (decides !== "trophy" && decides !== "next_round") return refuse("decides is trophy or next_round");
	if (leg !== undefined && leg !== 1 && leg !== 2) return refuse("leg is 1 or 2 of a tie");
	const stray = [...OF_SECOND_LEG, ...(leg === 1 ? [] : RULES)].find((name) => format[name] !== undefined);
	if (leg !== 2 && stray !== undefined) return refuse(`${stray} needs leg: 2`);
	if (typeof awayGoals !== "boolean") return refuse("awayGoals is true or false");
	if (typeof awayGoalsInExtraTime !== "boolean") return refuse("awayGoalsInExtraTime is true or false");
	// Extra time and kicks that a first leg's format names are those of its tie.
	if (leg === 1) return { ok: true, format: { extraTime: false, shootOut: false, decides, tie: null } };
	if (leg === undefined) return { ok: true, format: { extraTime, shootOut, decides, tie: null } };
	const { firstLegHome: home, firstLegAway: away } = format;
	if (!isGoals(home) || !isGoals(away))
		return refuse("a second leg needs firstLegHome and firstLegAway, its own sides' goals in the first leg");
	const tie: SecondLeg = { firstLeg: { home, away }, awayGoals, awayGoalsInExtraTime };
	return { ok: true, format: { extraTime, shootOut, decides, tie } };
}
