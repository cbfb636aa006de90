/** Who wins in the end, and how: after 90 minutes, after extra time, or after kicks from the penalty mark. */

import { MAX_KICKS } from "../incidents.ts";
import { CELLS } from "../law/cells.ts";
import type { MatchPath } from "../path.ts";
import { shootOutWinner } from "../shootout.ts";
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

type Decision = { readonly side: "home" | "away"; readonly after: "90" | "et" | "pens" };

/** Null where nobody has won: the match goes on, or the feed never told the kicks. */
function decisionOf(path: MatchPath): Decision | null {
	const { regular, extra } = path;
	if (regular.home !== regular.away) return { side: regular.home > regular.away ? "home" : "away", after: "90" };
	if (extra.home !== extra.away) return { side: extra.home > extra.away ? "home" : "away", after: "et" };
	const side = shootOutWinner(path.kicks);
	return side === null ? null : { side, after: "pens" };
}

const { ways: WAY, kick: KICK, kicksWinner: WINNER } = CELLS;

/** Nothing on the pitch can change it any more; the market stays closed until the feed says that the match has ended. */
function isPlayedOut(path: MatchPath): boolean {
	if (!path.regular.isOver) return false;
	if (path.regular.home !== path.regular.away) return true;
	if (path.extraTime && !path.extra.isOver) return false;
	return decisionOf(path) !== null;
}

function trophyMarket(): FootballMarket {
	const spec = specOf("trophy", "To lift the trophy", "trophy", "whole", TWO_WAY);
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

function methodMarket(): FootballMarket {
	const outcomes = (["home", "away"] as const).flatMap((side) =>
		WAYS.map(([id, words]) => [`${side}_${id}`, `${side === "home" ? "1" : "2"} ${words}`] as const),
	);
	const spec = specOf("mov", "Method of victory", "trophy", "whole", outcomesOf(...outcomes));
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
			const alive = [!path.regular.isOver, path.extraTime && !path.extra.isOver, true];
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

const TROPHY = [trophyMarket()];
const METHOD = [methodMarket()];
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
		candidates: (path) => ((path.extraTime || path.shootOut) && !isPlayedOut(path) ? TROPHY : []),
	},
	{
		family: "mov",
		name: "Method of victory",
		group: "trophy",
		part: "whole",
		markets: METHOD,
		// A draw that no kicks follow would be a way of its own.
		candidates: (path) => (path.shootOut && !isPlayedOut(path) ? METHOD : []),
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
