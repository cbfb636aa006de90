/**
 * SET-4 in sports whose points come by the minute: a bet accepted between a point or a basket and the word of it is late where that
 * word reissued its market, and no other bet is. Goals are judged by `truth-audit.ts`.
 */

import { NEAR_CLOCKS_MS } from "./figures.ts";
import type { LoggedWord, MatchTruth } from "./match-truth.ts";
import { movesWithAPoint } from "./tennis-log.ts";
import { Court, type TrueTennis } from "./true-tennis.ts";

export type Lateness = "sure" | "open" | "not";
const WORDS: ReadonlySet<string> = new Set(["incident", "correction"]);

/** What happened, and what its word reissued. */
type Happened = { readonly incidentId: string; readonly atMs: number; readonly isPlain: boolean };

export function latenessOfPoint(truth: MatchTruth, acceptedAtMs: number, marketId: string): Lateness {
	const happened = happenedIn(truth);
	const open = truth.log.filter(
		(word) => WORDS.has(word.kind) && mayReissue(truth, word, marketId) && isWithin(happened, word, acceptedAtMs),
	);
	if (open.length === 0) return "not";
	return open.some((word) => isSure(truth, happened, word, acceptedAtMs, marketId)) ? "sure" : "open";
}

function happenedIn({ played }: MatchTruth): ReadonlyMap<string, Happened> {
	const list: readonly Happened[] =
		played.sport === "tennis" ? played.points : played.sport === "basketball" ? played.baskets : [];
	return new Map(list.map((one) => [one.incidentId, one]));
}

/** From when it was, by what the feed says, until the match had heard of it. */
function isWithin(happened: ReadonlyMap<string, Happened>, word: LoggedWord, acceptedAtMs: number): boolean {
	if (word.incidentId === null || word.appliedAtMs === null || word.isRefused) return false;
	const sinceMs = Math.min(happened.get(word.incidentId)?.atMs ?? word.sentAtMs, word.sentAtMs);
	return acceptedAtMs >= sinceMs - NEAR_CLOCKS_MS && acceptedAtMs <= word.appliedAtMs + NEAR_CLOCKS_MS;
}

/** Baskets reissue nothing but in the last minutes; points what they decide. A correction reissues everything. */
function mayReissue({ played }: MatchTruth, { kind, incident, incidentId }: LoggedWord, marketId: string): boolean {
	if (kind === "correction") return true;
	if (played.sport === "tennis")
		return incident === "point" && (movesWithAPoint(marketId) || incidentId === null || mayEndGame(played, incidentId));
	// By what clock the match stood in its last minutes is its own affair.
	return played.sport === "basketball" && (incident === "basket" || incident === "foul") && isLate(played, incidentId);
}

/** A point of which nobody knows where it was may have ended a game. */
function mayEndGame({ rules, points }: TrueTennis, incidentId: string): boolean {
	const at = points.findIndex((point) => point.incidentId === incidentId);
	const point = points[at];
	if (point === undefined || !point.isPlain) return true;
	return new Court(rules, points.slice(0, at)).wouldWin(point.side);
}

function isLate(
	{ baskets }: Extract<MatchTruth["played"], { sport: "basketball" }>,
	incidentId: string | null,
): boolean {
	const basket = baskets.find((one) => one.incidentId === incidentId);
	return basket === undefined || basket.period >= 4;
}

/** A point that was told plainly, late, and before any score told of it: who bet on its game in between may have seen it. */
function isSure(
	{ played, log }: MatchTruth,
	happened: ReadonlyMap<string, Happened>,
	word: LoggedWord,
	acceptedAtMs: number,
	marketId: string,
): boolean {
	const point = happened.get(word.incidentId ?? "");
	if (played.sport !== "tennis" || point === undefined || !point.isPlain || !movesWithAPoint(marketId)) return false;
	const { appliedAtMs, sentAtMs, seq } = word;
	if (appliedAtMs === null || Math.abs(word.tick - appliedAtMs) > NEAR_CLOCKS_MS) return false;
	const isTold = log.some((one) => one.seq < seq && one.sentAtMs >= point.atMs && one.kind !== "trader");
	const underWayMs = appliedAtMs - sentAtMs;
	return !isTold && acceptedAtMs >= point.atMs + underWayMs + NEAR_CLOCKS_MS && acceptedAtMs < appliedAtMs;
}
