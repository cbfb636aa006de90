/**
 * Judges a match by what really happened: what was confirmed against the score that its feed had stated, results against what really
 * happened, and bets that were accepted after what they were about. Imports nothing but the auditor's own sports.
 */
import type { Violation } from "./facts.ts";
import { CLOCK_SET_MS } from "./figures.ts";
import { sidesChanged } from "./fixture-audit.ts";
import { type Lateness, latenessOfPoint } from "./late-bets.ts";
import type { ConfirmedScore, LoggedWord, MatchTruth, ToldResult } from "./match-truth.ts";
import { DECIDED_BY_END, isRegularOver } from "./regular-time.ts";
import { resultOf, type TrueMatch } from "./true-match.ts";
import { type TrueResult, trueScore } from "./true-sport.ts";

/** MAT-7, MAT-8: whoever says ok has to stand at the score that the feed stated last, if nothing was told of goals since. */
export function auditScores(truth: MatchTruth, confirmed: readonly ConfirmedScore[]): readonly Violation[] {
	return confirmed.flatMap(({ seq, inPlay, matchState, okMarkets }) => {
		if (!inPlay || okMarkets.length === 0) return [];
		const stated = statedScore(truth.log, seq);
		if (stated === null) return [];
		const [shown = ""] = matchState.split(" ");
		return shown === `${stated.home}-${stated.away}`
			? []
			: [
					{
						rule: "MAT-8",
						what: `${truth.matchId} confirmed ${okMarkets[0]} at ${shown} after input ${seq}, where its feed had stated ${stated.home}-${stated.away}`,
					},
				];
	});
}

const ABOUT_GOALS: ReadonlySet<string> = new Set(["incident", "correction", "cancellation", "confirmation"]);

/**
 * The newest score stated, by its provider's clock; null where goals were told since, or a trader decided who is right: a claim that
 * he has overruled says nothing when it is made again.
 */
function statedScore(log: readonly LoggedWord[], seq: number): LoggedWord["score"] {
	let newest: LoggedWord | null = null;
	for (const word of log) {
		if (word.seq > seq) break;
		if (word.kind === "state" && word.score !== null && word.sentAtMs >= (newest?.sentAtMs ?? 0)) newest = word;
	}
	if (newest === null) return null;
	const { seq: from, sentAtMs } = newest;
	const isOpen = log.some(
		(word) =>
			word.seq <= seq &&
			((word.seq > from && (word.command === "resolve" || word.command === "approve")) ||
				(ABOUT_GOALS.has(word.kind) && word.incident !== "corner" && (word.seq > from || word.sentAtMs > sentAtMs))),
	);
	return isOpen || isOverruled(log, seq, newest.score) ? null : newest.score;
}

/** Whether a trader has said by then that this very claim is wrong: it says nothing when it is made again. */
const isOverruled = (log: readonly LoggedWord[], upToSeq: number, score: LoggedWord["score"]): boolean =>
	log.some(({ isOurs, isRefused, seq }) => {
		if (!isOurs || isRefused || seq > upToSeq) return false;
		const claim = log.findLast((word) => word.seq < seq && word.code === "contradiction")?.score;
		return claim != null && claim.home === score?.home && claim.away === score.away;
	});

const DECIDES_TIE: ReadonlySet<string> = new Set(["trophy", "mov"]);

/** SET-0, SET-1, SET-5, SET-6: what a market came to follows from what really happened, in the order in which it did. */
export function auditResults(
	{ matchId, played, results, byTrader, log }: MatchTruth,
	isDoubtful: (marketId: string) => boolean,
): readonly Violation[] {
	if (isMisjudged(played, log)) return [];
	return [...results].flatMap(([marketId, outcomes]) => {
		const due = byTrader.has(marketId) ? null : resultOf(played, marketId);
		if (due === null || same(outcomes, due)) return [];
		if (isDoubtful(marketId)) return [];
		const words = (of: ReadonlyMap<string, string> | null): string =>
			of === null ? "void" : [...of].map(([outcome, kind]) => `${outcome} ${kind}`).join(", ");
		return [
			{
				rule: DECIDES_TIE.has(marketId) ? "SET-6" : countsExtraTime(played, marketId, outcomes) ? "SET-0" : "SET-1",
				what: `${matchId} ${marketId} came to ${words(outcomes)}, what happened says ${words(due)}`,
			},
		];
	});
}

/** Whether a trader overruled a score that may have been right: he had another one in mind, which had gone when his word came. */
function isMisjudged(played: TrueMatch, log: readonly LoggedWord[]): boolean {
	if (played.sport !== "football") return false;
	const { home, away } = trueScore(played.goals);
	return log.some(({ isOurs, isRefused, seq }) => {
		const claim = log.findLast((word) => word.seq < seq && word.code === "contradiction")?.score;
		return isOurs && !isRefused && claim != null && claim.home >= home && claim.away >= away;
	});
}

/** Whether it came to what it would have if goals of extra time counted for its ninety minutes. */
function countsExtraTime(played: TrueMatch, marketId: string, outcomes: ReadonlyMap<string, string> | null): boolean {
	if (played.sport !== "football") return false;
	const goals = played.goals.map((goal) => (goal.part === 2 ? { ...goal, part: 1 as const } : goal));
	const wrong = resultOf({ ...played, goals }, marketId);
	return wrong !== null && same(outcomes, wrong);
}

function same(outcomes: ReadonlyMap<string, string> | null, due: TrueResult): boolean {
	if (outcomes === null) return [...due.values()].every((kind) => kind === "void");
	return [...due].every(([outcome, kind]) => (outcomes.get(outcome) ?? "lose") === kind);
}

/** SET-1, SET-0: nothing is paid on a goal that the feed does not stand by yet, nor on regular time before it is over. */
export function auditDoubts({ matchId, log, byTrader }: MatchTruth, told: readonly ToldResult[]): readonly Violation[] {
	return told.flatMap(({ seq, marketId, outcomes }) => {
		const needs = byTrader.has(marketId) ? null : neededFor(marketId, outcomes);
		if (needs === null) return [];
		const known = log.filter((word) => word.seq <= seq);
		const what = `${matchId} told ${marketId} as ${[...outcomes].find(([, kind]) => kind === "win")?.[0]} after input ${seq}`;
		if (needs === "end")
			return isRegularOver(known) ? [] : [{ rule: "SET-1", what: `${what}, before its regular time was over` }];
		// A score stands for all before it, whether they were told or not; what was told since comes on top.
		const stated = known.flatMap(({ score, seq: at }) => {
			const since = certainGoals(known.filter((word) => word.seq > at));
			return score === null ? [] : [{ home: score.home + since.home, away: score.away + since.away }];
		});
		const certain = [certainGoals(known), ...stated];
		return certain.some(needs) ? [] : [{ rule: "SET-1", what: `${what}, with goals that its feed did not stand by` }];
	});
}

type Score = { readonly home: number; readonly away: number };
type Needed = "end" | ((certain: Score) => boolean) | null;

/** What must be certain before a market may come to this. */
function neededFor(marketId: string, outcomes: ReadonlyMap<string, string>): Needed {
	const [kind = "", line = ""] = marketId.split(":");
	const wins = [...outcomes].find(([, result]) => result === "win")?.[0];
	if (outcomes.size === 0) return null;
	if (DECIDED_BY_END.has(kind)) return "end";
	if (kind === "ou") return wins === "over" ? ({ home, away }) => home + away > Number(line) : "end";
	if (kind === "btts") return wins === "yes" ? ({ home, away }) => home > 0 && away > 0 : "end";
	if (kind === "ng") return wins === "none" ? "end" : ({ home, away }) => home + away >= Number(line);
	return null;
}

/** Goals that were told and then stood by: confirmed, told anew as they are, or followed by the word that betting goes on. */
function certainGoals(known: readonly LoggedWord[]): Score {
	const certain = new Set<string>();
	const told = new Set<string>();
	const sides = new Map<string, Set<string>>();
	const approvedSeq = known.findLast(({ command, isRefused }) => command === "approve" && !isRefused)?.seq ?? 0;
	for (const { seq, kind, incident, incidentId, isRefused, code, side } of known) {
		if (incidentId !== null && incident === "goal" && side !== null)
			sides.set(incidentId, (sides.get(incidentId) ?? new Set()).add(side));
		// What came after its time counts once a trader says so.
		if (isRefused && (code !== "correction_closed" || approvedSeq < seq)) continue;
		if (kind === "bet_start") for (const id of told) certain.add(id);
		if (incidentId === null) continue;
		if (kind === "incident" && incident === "goal") told.add(incidentId);
		if (kind === "correction" && incident === "goal") certain.add(incidentId);
		if (kind === "confirmation") certain.add(incidentId);
	}
	// One that was taken back since had been certain all the same: what it paid is reversed. So had one of the other side.
	const of = (side: string): number => [...certain].filter((id) => sides.get(id)?.has(side) === true).length;
	return { home: of("home"), away: of("away") };
}

/** What clocks that differ and messages under way leave open. */
const SLACK_MS = 1_200;

/** By how much the match's own clock was set between a bet and the word of a goal, beyond what floored ticks make of it. */
function clockSetByMs(log: readonly LoggedWord[], acceptedAtMs: number, told: LoggedWord): number {
	const aheadMs = ({ tick, appliedAtMs }: LoggedWord): number => tick - (appliedAtMs ?? tick);
	const before = log.findLast(({ appliedAtMs }) => appliedAtMs !== null && appliedAtMs <= acceptedAtMs);
	const setByMs = before === undefined ? 0 : Math.abs(aheadMs(told) - aheadMs(before));
	return setByMs <= SLACK_MS ? 0 : setByMs;
}

/**
 * Whether a word of the provider's cancels a bet: one that was not refused, of its market, and of a while in which it was accepted. The
 * while is of the provider's clock, and the match adds what its messages usually take. It may have been taken back since.
 */
function mayCancel({ groups, log }: MatchTruth, word: LoggedWord, acceptedAtMs: number, marketId: string): boolean {
	const { kind, isRefused, window } = word;
	if (kind !== "void_window" || isRefused || window === null) return false;
	const { marketIds, fromMs, toMs } = window;
	const group = groups.get(marketId);
	const isOfGroup = group === undefined || word.groups?.includes(group) === true;
	const isMeant = word.groups === null ? (marketIds?.includes(marketId) ?? true) : isOfGroup;
	if (!isMeant && marketIds?.includes(marketId) !== true) return false;
	if (fromMs !== null && acceptedAtMs < fromMs - CLOCK_SET_MS) return false;
	return toMs === null || acceptedAtMs <= toMs + usuallyTakesMs(log) + CLOCK_SET_MS;
}

/** Of every second word at least. */
function usuallyTakesMs(log: readonly LoggedWord[]): number {
	const taken = log.flatMap(({ appliedAtMs, sentAtMs }) => (appliedAtMs === null ? [] : [appliedAtMs - sentAtMs]));
	return Math.max(0, taken.toSorted((a, b) => a - b)[Math.floor(taken.length / 2)] ?? 0);
}

/**
 * SET-4: whether a bet accepted then is void because it was late: `sure`, `not`, or `open` where nobody outside the platform can say,
 * or where its licence leaves it to a trader. Under one that only reports it stands.
 */
export function lateness(truth: MatchTruth, acceptedAtMs: number, marketId: string, licence: string): Lateness {
	const mode = truth.lateBets.get(licence) ?? "void";
	if (mode === "report") return sidesChanged(truth, acceptedAtMs);
	const late = latenessOf(truth, acceptedAtMs, marketId);
	const isByTrader = mode === "propose" && late === "sure" && sidesChanged(truth, acceptedAtMs) !== "sure";
	return isByTrader ? "open" : late;
}

function latenessOf(truth: MatchTruth, acceptedAtMs: number, marketId: string): Lateness {
	const { played, goals, log } = truth;
	// Bets that its provider cancels are void, and given back, whatever was played.
	if (log.some((word) => mayCancel(truth, word, acceptedAtMs, marketId))) return "open";
	const bySides = sidesChanged(truth, acceptedAtMs);
	if (bySides !== "not") return bySides;
	if (played.sport !== "football") return latenessOfPoint(truth, acceptedAtMs, marketId);
	let isOpen = false;
	for (const goal of goals) {
		const told = log.find(({ incidentId, kind }) => incidentId === goal.incidentId && kind === "incident");
		const appliedAtMs = told?.appliedAtMs ?? null;
		if (told === undefined || appliedAtMs === null) continue;
		const setByMs = clockSetByMs(log, acceptedAtMs, told);
		if (acceptedAtMs < goal.atMs - SLACK_MS - setByMs) continue;
		if (acceptedAtMs > appliedAtMs + SLACK_MS) continue;
		// A score that was stated meanwhile had repriced the match already.
		const isRepriced = log.some(
			({ kind, score, seq, appliedAtMs: at }) =>
				kind === "state" && score !== null && seq < told.seq && at !== null && at >= goal.atMs - SLACK_MS,
		);
		const underWayMs = appliedAtMs - told.sentAtMs;
		const isSure = setByMs === 0 && acceptedAtMs >= goal.atMs + underWayMs + SLACK_MS && acceptedAtMs < appliedAtMs;
		if (goal.isPlain && goal.stands && !isRepriced && !told.isRefused && isSure) return "sure";
		isOpen = true;
	}
	return isOpen ? "open" : "not";
}
