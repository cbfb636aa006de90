/** Who wins in the end, match or tie, and how: after 90 minutes, after extra time, or after kicks from the penalty mark. */

import { MAX_KICKS } from "../incidents.ts";
import { CELLS } from "../law/cells.ts";
import type { MatchPath } from "../path.ts";
import { shootOutWinner } from "../shootout.ts";
import { decisionOf, isPlayedOut, openWays } from "../tie.ts";
import {
	ALWAYS,
	cellSum,
	type FootballFamily,
	type FootballMarket,
	outcomesOf,
	places,
	Settlements,
	specOf,
	sums,
	TWO_WAY,
	type Verdict,
	winnerPays,
} from "./market.ts";

const { ways: WAY, kick: KICK, kicksWinner: WINNER } = CELLS;

/** One id under two names: what it pays is the same, and stored bets and results know the id. */
function trophyMarket(name: string): FootballMarket {
	const spec = specOf("trophy", name, "trophy", "whole", TWO_WAY);
	const results = new Settlements(spec);
	const undecided = results.open([true, true]);
	return {
		spec,
		part: "whole",
		rule: { kind: "winner", byMethod: false },
		maxFair: ALWAYS,
		price: sums(cellSum([WAY, WAY + 1, WAY + 2]), cellSum([WAY + 3, WAY + 4, WAY + 5])),
		verdict: (path) => {
			const decision = path.hasEnded ? decisionOf(path) : null;
			return decision === null ? undecided : results.settled(winnerPays(2, decision.side === "home" ? 0 : 1));
		},
	};
}

const WAYS = [
	["90", "in 90 minutes"],
	["et", "in extra time"],
	["pens", "on penalties"],
] as const;

function methodMarket(name: string): FootballMarket {
	const outcomes = (["home", "away"] as const).flatMap((side) =>
		WAYS.map(([id, words]) => [`${side}_${id}`, `${side === "home" ? "1" : "2"} ${words}`] as const),
	);
	const spec = specOf("mov", name, "trophy", "whole", outcomesOf(...outcomes));
	const results = new Settlements(spec);
	return {
		spec,
		part: "whole",
		rule: { kind: "winner", byMethod: true },
		maxFair: ALWAYS,
		price: places(...spec.outcomes.map((_, index) => WAY + index)),
		verdict: (path) => {
			const decision = path.hasEnded ? decisionOf(path) : null;
			if (decision !== null) {
				const way = WAYS.findIndex(([id]) => id === decision.after);
				return results.settled(winnerPays(6, (decision.side === "home" ? 0 : 3) + way));
			}
			const alive = openWays(path);
			return results.open([...alive, ...alive]);
		},
	};
}

function kickMarket(kickNo: number): FootballMarket {
	const spec = specOf(
		`so:kick:${kickNo}`,
		`Shoot-out: kick ${kickNo}`,
		"shootout",
		"shootout",
		outcomesOf(["scored", "Scored"], ["missed", "Missed"]),
	);
	const results = new Settlements(spec);
	const undecided = results.open([true, true]);
	const notTaken: Verdict = {
		settled: { spec, state: { kind: "void", reason: "not taken" } },
		alive: [false, false],
	};
	return {
		spec,
		part: "shootout",
		rule: { kind: "kick", kickNo },
		maxFair: ALWAYS,
		price: places(KICK, KICK + 1),
		verdict: ({ kickDetails, hasEnded, shootOutWasReached }) => {
			const detail = kickDetails[kickNo - 1];
			if (detail !== undefined) return results.settled(winnerPays(2, detail === "scored" ? 0 : 1));
			// If it was offered, the match ended without it: the feed lost kicks, took some back, or they were called off.
			return hasEnded && shootOutWasReached ? notTaken : undecided;
		},
	};
}

function kicksWinnerMarket(): FootballMarket {
	const spec = specOf("so:winner", "Shoot-out winner", "shootout", "shootout", TWO_WAY);
	const results = new Settlements(spec);
	const undecided = results.open([true, true]);
	return {
		spec,
		part: "shootout",
		rule: { kind: "kicks_winner" },
		maxFair: ALWAYS,
		price: places(WINNER, WINNER + 1),
		verdict: ({ kicks }) => {
			const winner = shootOutWinner(kicks);
			return winner === null ? undecided : results.settled(winnerPays(2, winner === "home" ? 0 : 1));
		},
	};
}

const TROPHY = [trophyMarket("To lift the trophy")];
const NEXT_ROUND = [trophyMarket("To qualify")];
const METHOD = [methodMarket("Method of victory")];
const NEXT_ROUND_METHOD = [methodMarket("Method of qualification")];
const KICKS = Array.from({ length: MAX_KICKS }, (_, index) => kickMarket(index + 1));
const KICKS_WINNER = [kicksWinnerMarket()];
const goesOn = ({ shootOutWasReached, kicks }: MatchPath): boolean =>
	shootOutWasReached && shootOutWinner(kicks) === null;

export const DECISION_FAMILIES: readonly FootballFamily[] = [
	{
		family: "trophy",
		name: "To lift the trophy",
		group: "trophy",
		part: "whole",
		markets: TROPHY,
		candidates: (path) => {
			if (!(path.extraTime || path.shootOut) || isPlayedOut(path)) return [];
			return path.decides === "trophy" ? TROPHY : NEXT_ROUND;
		},
	},
	{
		family: "mov",
		name: "Method of victory",
		group: "trophy",
		part: "whole",
		markets: METHOD,
		// A draw that no kicks follow would be a way of its own.
		candidates: (path) => {
			if (!path.shootOut || isPlayedOut(path)) return [];
			return path.decides === "trophy" ? METHOD : NEXT_ROUND_METHOD;
		},
	},
	{
		family: "so:kick",
		name: "Shoot-out, kick by kick",
		group: "shootout",
		part: "shootout",
		markets: KICKS,
		candidates: (path) => {
			const next = KICKS[path.kickDetails.length];
			return goesOn(path) && next !== undefined ? [next] : [];
		},
	},
	{
		family: "so:winner",
		name: "Shoot-out winner",
		group: "shootout",
		part: "shootout",
		markets: KICKS_WINNER,
		candidates: (path) => (goesOn(path) ? KICKS_WINNER : []),
	},
];
