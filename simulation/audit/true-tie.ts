/** Who wins a cup or a tie over two legs, and how (SET-6): a small law of the auditor's own. */
import { type TrueGoal, type TrueResult, type TrueSide, trueScore, winner } from "./true-sport.ts";

/** What was played before, seen from the sides of today. */
export type FirstLeg = { readonly home: number; readonly away: number; readonly awayGoals: boolean };
type Decision = { readonly side: TrueSide; readonly after: "90" | "et" | "pens" };
type Score = { readonly home: number; readonly away: number };

const ahead = (home: number, away: number): TrueSide | null => (home > away ? "home" : home < away ? "away" : null);
const of = (goals: readonly TrueGoal[], isExtra: boolean): Score =>
	trueScore(goals.filter(({ stands, part }) => stands && (part === 2) === isExtra));

/** Where nobody is ahead after extra time, `kicks` are won by this side. */
function decided(goals: readonly TrueGoal[], leg: FirstLeg | null, kicks: TrueSide): Decision {
	const first = leg ?? { home: 0, away: 0, awayGoals: false };
	const [regular, extra] = [of(goals, false), of(goals, true)];
	const after90 =
		ahead(regular.home + first.home, regular.away + first.away) ??
		(first.awayGoals ? ahead(first.home, regular.away) : null);
	if (after90 !== null) return { side: after90, after: "90" };
	const afterExtra =
		ahead(extra.home, extra.away) ?? (first.awayGoals ? ahead(first.home, regular.away + extra.away) : null);
	return afterExtra === null ? { side: kicks, after: "pens" } : { side: afterExtra, after: "et" };
}

/** Null where the market is not about who wins in the end. */
export function tieResult(
	goals: readonly TrueGoal[],
	leg: FirstLeg | null,
	kicks: TrueSide,
	marketId: string,
): TrueResult | null {
	const { side, after } = decided(goals, leg, kicks);
	if (marketId === "trophy") return winner(["home", "away"], [side]);
	const ways = ["home", "away"].flatMap((one) => ["90", "et", "pens"].map((way) => `${one}_${way}`));
	return marketId === "mov" ? winner(ways, [`${side}_${after}`]) : null;
}
