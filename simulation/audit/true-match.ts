/** What really happened in a match, whichever sport it is, and what that makes of its markets. */
import { basketballResult, type TrueBasketball } from "./true-basketball.ts";
import { type TrueGoal, type TrueResult, trueResult } from "./true-sport.ts";
import { type TrueTennis, tennisResult } from "./true-tennis.ts";
import { type FirstLeg, tieResult } from "./true-tie.ts";

export type TrueFootball = {
	readonly sport: "football";
	readonly goals: readonly TrueGoal[];
	/** Of a second leg: how the first one ended. */
	readonly firstLeg?: FirstLeg;
};
export type TrueMatch = TrueFootball | TrueBasketball | TrueTennis;

/** Null where the auditor's small sports do not know the market. */
export function resultOf(match: TrueMatch, marketId: string): TrueResult | null {
	switch (match.sport) {
		case "football":
			// Kicks of the scripts are always won by the home side.
			return tieResult(match.goals, match.firstLeg ?? null, "home", marketId) ?? trueResult(match.goals, marketId);
		case "basketball":
			return basketballResult(match, marketId);
		case "tennis":
			return tennisResult(match, marketId);
	}
}

/** Goals of a football match; no other sport has any. */
export const goalsOf = (match: TrueMatch): readonly TrueGoal[] => (match.sport === "football" ? match.goals : []);
