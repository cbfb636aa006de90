/** Goal number n of a part: whose, or none. Only the next one is offered. */
import { CELLS } from "../law/cells.ts";
import { MAX_GOALS_STANDING } from "../law/score-law.ts";
import { EXTRA, FIRST, named, type PartWords, REGULAR, SECOND } from "./lines.ts";
import {
	ALWAYS,
	type FootballFamily,
	type FootballMarket,
	outcomesOf,
	places,
	Settlements,
	specOf,
	type Verdict,
	winnerPays,
} from "./market.ts";

const NEXT = outcomesOf(["home", "1"], ["none", "No goal"], ["away", "2"]);

function nextGoalMarket(of: PartWords, group: string, goalNo: number): FootballMarket {
	const { id, name, part } = named(of, `ng:${goalNo}`, `Goal ${goalNo}`);
	const spec = specOf(id, name, group, part, NEXT);
	const results = new Settlements(spec);
	const undecided = results.open([true, true, true]);
	const notReached: Verdict = {
		settled: { spec, state: { kind: "void", reason: "the goal before it did not stand" } },
		alive: [false, false, false],
	};
	return {
		spec,
		part,
		rule: { kind: "next_goal", goalNo },
		maxFair: ALWAYS,
		price: places(CELLS.next[of.part], CELLS[of.part].noMore, CELLS.next[of.part] + 1),
		verdict: (path) => {
			const { sides, isOver } = path[of.part];
			const side = sides[goalNo - 1];
			if (side !== undefined) return results.settled(winnerPays(3, side === "home" ? 0 : 2));
			if (!isOver) return undecided;
			// Offered only where the goal before it was taken back: what the bet was about has never been.
			return goalNo === sides.length + 1 ? results.settled(winnerPays(3, 1)) : notReached;
		},
	};
}

function nextGoalFamily(of: PartWords, group: string): FootballFamily {
	const numbers = Array.from({ length: MAX_GOALS_STANDING + 1 }, (_, index) => index + 1);
	const markets = numbers.map((goalNo) => nextGoalMarket(of, group, goalNo));
	return {
		family: `${of.prefix}ng`,
		name: named(of, "ng", "Next goal").name,
		group,
		part: of.part,
		markets,
		candidates: (path) => {
			const next = markets[path[of.part].sides.length];
			return next === undefined ? [] : [next];
		},
	};
}

export const NEXT_GOAL = nextGoalFamily(REGULAR, "next_goal");
export const FIRST_HALF_NEXT_GOAL = nextGoalFamily(FIRST, "next_goal");
export const SECOND_HALF_NEXT_GOAL = nextGoalFamily(SECOND, "next_goal");
export const EXTRA_NEXT_GOAL = nextGoalFamily(EXTRA, "extra");
