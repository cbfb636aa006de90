/** Markets that follow from the final score of one part: everything about them but the price comes from the rule. */
import type { MarketSpec } from "../../sport.ts";
import { MAX_GOALS_STANDING } from "../law/score-law.ts";
import {
	ALWAYS,
	type FootballMarket,
	type MaxFair,
	type Part,
	type Pays,
	type Price,
	Settlements,
	type Verdict,
} from "./market.ts";

export type ScorePart = Extract<Part, "regular" | "first" | "second" | "extra">;
type ScoreRule = (home: number, away: number) => Pays;

/**
 * No line or list of outcomes reaches further than this many goals, so a rule that says the same of all scores up to so many
 * goals ahead says the same of all.
 */
export const RULE_REACH = 10;

/**
 * What the rule leaves open from a score on: decided as soon as every score still to come pays the same. `before`: goals of an
 * earlier part that the rule counts too.
 */
export function openVerdict(results: Settlements, pays: ScoreRule, home: number, away: number, before = 0): Verdict {
	const now = pays(home, away);
	const alive = now.map((pay) => pay > -2);
	let isSame = true;
	/** True once nothing more can be learnt: it is open, and every outcome can still get something back. */
	const look = (h: number, a: number): boolean => {
		const later = pays(h, a);
		for (let index = 0; index < now.length; index++) {
			if (later[index] !== now[index]) isSame = false;
			if ((later[index] ?? -2) > -2) alive[index] = true;
		}
		return !isSame && !alive.includes(false);
	};
	// Reach from level, so that a side far ahead can still be caught by the rule's furthest line.
	const reach = RULE_REACH + 1 + Math.abs(home - away) + before;
	// The furthest scores first: they tell at once that a line is open.
	if (look(home + reach, away) || look(home, away + reach)) return results.open(alive);
	for (let h = home; h <= home + reach; h++) {
		for (let a = away; a <= away + reach; a++) if (look(h, a)) return results.open(alive);
	}
	return isSame ? results.settled(now) : results.open(alive);
}

/** A market by its rule and its price. Verdicts are kept by score: a score is met many times, by every match there is. */
export function scoreMarket(
	spec: MarketSpec,
	part: ScorePart,
	pays: ScoreRule,
	price: Price,
	maxFair: MaxFair = ALWAYS,
): FootballMarket {
	const results = new Settlements(spec);
	const known = new Map<number, Verdict>();
	const undecided = results.open(spec.outcomes.map(() => true));
	return {
		spec,
		part,
		rule: { kind: "score", pays },
		maxFair,
		price,
		verdict: (path) => {
			if (part === "extra" && !path.extraWasReached) return undecided;
			const { home, away, isOver } = path[part];
			const key = 2 * (home * (MAX_GOALS_STANDING + 1) + away) + (isOver ? 1 : 0);
			const before = known.get(key);
			if (before !== undefined) return before;
			const verdict = isOver ? results.settled(pays(home, away)) : openVerdict(results, pays, home, away);
			known.set(key, verdict);
			return verdict;
		},
	};
}
