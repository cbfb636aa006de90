/** Judges a basketball match by its periods and points: what was paid when, and what was on sale (SET-1, OFF-1, SET-0, MAT-8). */

import type { Violation } from "./facts.ts";
import type { ConfirmedScore, LoggedWord, MatchTruth, ToldResult } from "./match-truth.ts";
import { scoresOf } from "./suspension-audit.ts";
import { pointsIn, QUARTERS, type TrueBasketball } from "./true-basketball.ts";
import type { Watched } from "./watched.ts";

type Score = { readonly home: number; readonly away: number };
type BasketballSeen = {
	readonly told: readonly ToldResult[];
	readonly confirmed: readonly ConfirmedScore[];
	readonly watched: Watched | null;
};

export function auditBasketball(truth: MatchTruth, { told, confirmed, watched }: BasketballSeen): readonly Violation[] {
	const scores = scoresOf(truth);
	return [
		...auditScores(truth, scores, confirmed),
		...auditTold(truth, told),
		...(watched === null ? [] : auditOnSale(truth, scores, watched)),
	];
}

/** Four quarters, and more overtimes than any match had. */
const MOST_PERIODS = 12;
const BREAKS: Readonly<Record<string, number>> = { break_1: 1, half_time: 2, break_3: 3 };
/** Periods that are over by a phase; all of them where the match is. */
function overAt(phase: string): number {
	const [, kind, number] = /^(q|ot|break_ot)(\d)$/.exec(phase) ?? [];
	if (kind === "q") return Number(number) - 1;
	if (kind !== undefined) return QUARTERS + Number(number) - 1;
	return BREAKS[phase] ?? (phase === "ended" ? Number.POSITIVE_INFINITY : 0);
}

/** The phase that its feed stated last, of what the match took. */
const phaseAt = (log: readonly LoggedWord[], seq: number): string =>
	log.findLast((word) => word.seq <= seq && word.phase !== null && !word.isRefused)?.phase ?? "scheduled";

/** MAT-8: whoever says ok stands at the points that his feed has told. */
function auditScores(
	{ matchId }: MatchTruth,
	scores: ReadonlyMap<number, Score | null>,
	confirmed: readonly ConfirmedScore[],
): readonly Violation[] {
	return confirmed.flatMap(({ seq, inPlay, matchState, okMarkets }) => {
		const due = scores.get(seq) ?? null;
		if (!inPlay || okMarkets.length === 0 || due === null) return [];
		const [shown = ""] = matchState.split(" ");
		if (shown === `${due.home}-${due.away}`) return [];
		const what = `${matchId} confirmed ${okMarkets[0]} at ${shown} after input ${seq}, where ${due.home}-${due.away} had been told`;
		return [{ rule: "MAT-8", what }];
	});
}

/** Which periods a market counts; null: the auditor does not say. */
function lastPeriodOf(marketId: string): number | null {
	const [kind = ""] = marketId.split(":");
	if (/^q\d$/.test(kind)) return Number(kind[1]);
	if (/^h\d$/.test(kind)) return 2 * Number(kind[1]);
	if (["1x2", "ot", "htft", "race"].includes(kind)) return QUARTERS;
	return ["ml", "oe", "wm", "sp", "ou", "tt"].includes(kind) ? Number.POSITIVE_INFINITY : null;
}

/** What may be won before its part is over, where points are enough. */
const ofPoints = (marketId: string, wins: string): boolean =>
	wins === "over" || (marketId.startsWith("race:") && wins !== "none");

/** SET-1, SET-0: what only the end of its part decides is not paid before. */
function auditTold({ matchId, log, byTrader }: MatchTruth, told: readonly ToldResult[]): readonly Violation[] {
	return told.flatMap(({ seq, marketId, outcomes }) => {
		const wins = [...outcomes].find(([, kind]) => kind === "win")?.[0];
		const last = lastPeriodOf(marketId);
		if (wins === undefined || last === null || byTrader.has(marketId) || ofPoints(marketId, wins)) return [];
		const known = log.filter(({ seq: at }) => at <= seq);
		const takenOver = known.findLast(isTakingOver)?.seq ?? 0;
		const over = Math.max(0, ...known.map((word) => overOf(word, takenOver)));
		if (over >= last) return [];
		return [
			{ rule: "SET-1", what: `${matchId} told ${marketId} as ${wins} after input ${seq}, with ${over} periods over` },
		];
	});
}

/** A trader may have said that his feed is right. */
const isTakingOver = ({ command, isRefused }: LoggedWord): boolean =>
	(command === "resolve" || command === "approve") && !isRefused;

/** A phase that was taken back since had been stated all the same, and one that was refused counts once a trader takes it over. */
function overOf({ seq, phase, isRefused, code }: LoggedWord, takenOver: number): number {
	const mayCount = !isRefused || (code === "contradiction" && seq < takenOver);
	return phase === null || !mayCount ? 0 : overAt(phase);
}

const WHOLE: ReadonlySet<string> = new Set(["ml", "oe", "wm", "sp", "ou", "tt"]);

/**
 * A trader may have followed a score that was not the true one: what falls in which period from then on is lost with it, and only what
 * counts the whole match comes out right by the scores that follow. Of periods that were over by then he said nothing, unless points of
 * theirs were taken away.
 */
export function isMisled({ log }: MatchTruth, { baskets }: TrueBasketball): (marketId: string) => boolean {
	const fallenBy = ({ sentAtMs }: LoggedWord, last = Number.POSITIVE_INFINITY): Score =>
		pointsIn(
			baskets.filter(({ atMs }) => atMs <= sentAtMs),
			1,
			last,
		);
	const isFalse = (word: LoggedWord): boolean => {
		const fallen = fallenBy(word);
		return word.score !== null && (word.score.home !== fallen.home || word.score.away !== fallen.away);
	};
	// Points that a statement takes away were the last ones, whichever period they fell in.
	const takesFrom = (word: LoggedWord): number => {
		const { score } = word;
		for (let period = 1; score !== null && period <= MOST_PERIODS; period++) {
			const { home, away } = fallenBy(word, period);
			if (home > score.home || away > score.away) return period - 1;
		}
		return Number.POSITIVE_INFINITY;
	};
	const followed = takenOverIn(log).filter(isFalse);
	// Points that a statement brings are put where it says that the match stands.
	const overBefore = followed.map((word) =>
		Math.min(overAt(phaseAt(log, word.seq)), overAt(word.phase ?? ""), takesFrom(word)),
	);
	const over = Math.min(...overBefore);
	return (marketId) => !WHOLE.has(marketId.split(":")[0] ?? "") && (lastPeriodOf(marketId) ?? 0) > over;
}

/** Words that did not fit and that a trader has followed: of each time that he said so, what was pending then. */
function takenOverIn(log: readonly LoggedWord[]): readonly LoggedWord[] {
	const followed: LoggedWord[] = [];
	let pending: LoggedWord | null = null;
	for (const word of log) {
		if (word.code === "contradiction") pending = word;
		if (pending === null || !isTakingOver(word)) continue;
		followed.push(pending);
		pending = null;
	}
	return followed;
}

/** OFF-1, SET-0: nothing is on sale that is decided, nor anything of a part that is over. */
function auditOnSale(
	{ matchId, log }: MatchTruth,
	scores: ReadonlyMap<number, Score | null>,
	{ moments }: Watched,
): readonly Violation[] {
	return moments.flatMap(({ seq, toMs, onSale }) => {
		if (onSale.size === 0) return [];
		const phase = phaseAt(log, seq);
		const isDone = phase === "ended" || phase === "abandoned";
		const over = overAt(phase);
		const score = scores.get(seq) ?? null;
		return [...onSale.keys()].flatMap((marketId) => {
			const last = lastPeriodOf(marketId);
			const isOver = isDone || (last !== null && over >= last);
			if (!isOver && (score === null || !isPassed(marketId, score))) return [];
			const why = isOver ? `its part is over in ${phase}` : `${score?.home}-${score?.away} has decided it`;
			const what = `${matchId} had ${marketId} on sale after input ${seq} at ${toMs}: ${why}`;
			return [{ rule: isOver ? "SET-0" : "OFF-1", what }];
		});
	});
}

/** Points only grow: a line that they have passed is decided. */
function isPassed(marketId: string, { home, away }: Score): boolean {
	const [kind, second = "", third] = marketId.split(":");
	if (kind === "ou") return home + away > Number(second);
	if (kind === "tt") return (second === "home" ? home : away) > Number(third);
	return kind === "race" && Math.max(home, away) >= Number(second);
}
