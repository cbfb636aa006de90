/**
 * Who wins in the end: a match by its own goals, the second leg of a tie by those of both legs. Every question of whether
 * extra time or kicks follow is asked here, of the aggregate and never of this match's score alone.
 */
import type { Side } from "../../shared/feeds/canonical.ts";
import type { Rates } from "./outlook.ts";
import { type ShootOut, shootOutWinner } from "./shootout.ts";

export type SecondLeg = {
	/** What this match's home side and its away side scored in the first leg, where the home side was the guest. */
	readonly firstLeg: Rates;
	/** Level over both legs, more goals scored away win: after 90 minutes, and after extra time. */
	readonly awayGoals: boolean;
	readonly awayGoalsInExtraTime: boolean;
};

const ahead = (home: number, away: number): Side | null => (home > away ? "home" : home < away ? "away" : null);

/** The difference of this match's goals at which nobody is ahead. */
export const levelDifference = (tie: SecondLeg | null): number =>
	tie === null ? 0 : tie.firstLeg.away - tie.firstLeg.home;

/** Who is ahead after 90 minutes of this match; null where extra time or kicks must tell. */
export function leaderAfter90(tie: SecondLeg | null, regular: Rates): Side | null {
	const byGoals = ahead(regular.home - regular.away, levelDifference(tie));
	if (byGoals !== null || tie === null || !tie.awayGoals) return byGoals;
	return ahead(tie.firstLeg.home, regular.away);
}

/** Who is ahead after extra time, which is played only where nobody was before it. */
export function leaderAfterExtra(tie: SecondLeg | null, regular: Rates, extra: Rates): Side | null {
	const byGoals = ahead(extra.home, extra.away);
	if (byGoals !== null || tie === null || !tie.awayGoalsInExtraTime) return byGoals;
	return ahead(tie.firstLeg.home, regular.away + extra.away);
}

export type Decision = { readonly side: Side; readonly after: "90" | "et" | "pens" };

/** What a decision is read from, of a match that may still go on. */
export type Deciding = {
	readonly tie: SecondLeg | null;
	readonly extraTime: boolean;
	readonly regular: Rates & { readonly isOver: boolean };
	readonly extra: Rates & { readonly isOver: boolean };
	readonly kicks: ShootOut;
};

/** By the score as it stands; null where nobody has won: the match goes on, or the feed never told the kicks. */
export function decisionOf({ tie, regular, extra, kicks }: Deciding): Decision | null {
	const after90 = leaderAfter90(tie, regular);
	if (after90 !== null) return { side: after90, after: "90" };
	// Extra time that was not played to its end breaks nothing by away goals.
	const afterExtra = leaderAfterExtra(extra.isOver ? tie : null, regular, extra);
	if (afterExtra !== null) return { side: afterExtra, after: "et" };
	const side = shootOutWinner(kicks);
	return side === null ? null : { side, after: "pens" };
}

/** Nothing on the pitch can change it any more. */
export function isPlayedOut(deciding: Deciding): boolean {
	const { tie, regular, extra, extraTime } = deciding;
	if (!regular.isOver) return false;
	if (leaderAfter90(tie, regular) !== null) return true;
	return (!extraTime || extra.isOver) && decisionOf(deciding) !== null;
}

/** Whether it can still be decided after 90 minutes, in extra time, on penalties; the match is not played out. */
export function openWays({ tie, extraTime, regular, extra }: Deciding): readonly [boolean, boolean, boolean] {
	// Under the away-goals rule only the first leg's own score, the other way round, is level.
	const isOpen = regular.isOver
		? leaderAfter90(tie, regular) === null
		: tie === null || !tie.awayGoals || (regular.home <= tie.firstLeg.away && regular.away <= tie.firstLeg.home);
	// With goals enough away, no score of extra time is level any more.
	const hasKicks = !extraTime || !tie?.awayGoalsInExtraTime || regular.away + extra.away <= tie.firstLeg.home;
	return [!regular.isOver, isOpen && extraTime && !extra.isOver, isOpen && hasKicks];
}
