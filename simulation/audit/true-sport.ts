/**
 * What really happened, and what it settles: a small football of the auditor's own. It imports nothing, so that no fault of the
 * platform's arithmetic, rules or feeds can be a fault of its judge.
 */

export type TrueSide = "home" | "away";
/** Where a goal counts: 0 and 1 are the halves of regular time, 2 is extra time. */
export type TrueGoal = {
	readonly incidentId: string;
	readonly side: TrueSide;
	readonly part: 0 | 1 | 2;
	/** On the match's clock. */
	readonly sec: number;
	/** In true time: when it happened, and when its feed sent word of it; null: it never did. */
	readonly atMs: number;
	readonly toldAtMs: number | null;
	/** Told at once, with its time, and never spoken of again but to confirm it. */
	readonly isPlain: boolean;
	readonly stands: boolean;
};

/** By outcome: what it gets. */
export type TrueResult = ReadonlyMap<string, "win" | "lose" | "void" | "half_win" | "half_lose">;

const result = (
	...pairs: readonly (readonly [string, "win" | "lose" | "void" | "half_win" | "half_lose"])[]
): TrueResult => new Map(pairs);
export const winner = (outcomes: readonly string[], wins: readonly string[]): TrueResult =>
	result(...outcomes.map((outcome) => [outcome, wins.includes(outcome) ? "win" : "lose"] as const));
export const voidOf = (outcomes: readonly string[]): TrueResult =>
	result(...outcomes.map((outcome) => [outcome, "void"] as const));

/** A stake on more than a line, by how far the number lies above it: quarters win and lose by halves. */
function above(distance: number): "win" | "lose" | "void" | "half_win" | "half_lose" {
	if (distance >= 0.5) return "win";
	if (distance > 0) return "half_win";
	if (distance === 0) return "void";
	return distance > -0.5 ? "half_lose" : "lose";
}

/** Goals that count for regular time, in the order in which they were scored. */
export const regularGoals = (goals: readonly TrueGoal[]): readonly TrueGoal[] =>
	goals
		.filter(({ stands, part }) => stands && part < 2)
		.toSorted((a, b) => a.part - b.part || a.sec - b.sec || a.atMs - b.atMs);

export function trueScore(goals: readonly TrueGoal[]): { readonly home: number; readonly away: number } {
	const home = goals.filter(({ side }) => side === "home").length;
	return { home, away: goals.length - home };
}

/** What the match, played to its end, makes of a market; null where this football does not know the market. */
export function trueResult(goals: readonly TrueGoal[], marketId: string): TrueResult | null {
	const regular = regularGoals(goals);
	const { home, away } = trueScore(regular);
	const sign = home > away ? "home" : home < away ? "away" : "draw";
	const [kind = "", line = ""] = marketId.split(":");
	switch (kind) {
		case "1x2":
			return winner(["home", "draw", "away"], [sign]);
		case "dc":
			return winner(["1x", "12", "x2"], sign === "home" ? ["1x", "12"] : sign === "away" ? ["12", "x2"] : ["1x", "x2"]);
		case "ou":
			return result(["over", above(home + away - Number(line))], ["under", above(Number(line) - home - away)]);
		case "ah":
			return result(["home", above(home - away + Number(line))], ["away", above(away - home - Number(line))]);
		case "btts":
			return winner(["yes", "no"], [home > 0 && away > 0 ? "yes" : "no"]);
		case "dnb":
			return sign === "draw" ? result(["home", "void"], ["away", "void"]) : winner(["home", "away"], [sign]);
		case "ng":
			return nextGoal(regular, Number(line));
		default:
			return null;
	}
}

function nextGoal(regular: readonly TrueGoal[], number: number): TrueResult {
	const outcomes = ["home", "none", "away"];
	const goal = regular[number - 1];
	if (goal !== undefined) return winner(outcomes, [goal.side]);
	// Without the goal before it there was nothing to bet on.
	if (number === regular.length + 1) return winner(outcomes, ["none"]);
	return result(["home", "void"], ["none", "void"], ["away", "void"]);
}
