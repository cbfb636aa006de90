/** Judges a tennis match by its points: what it came to, what was paid when, and what was on sale (SET-1, OFF-1, SET-0, MAT-1, MAT-8). */

import type { Violation } from "./facts.ts";
import type { ConfirmedScore, LoggedWord, MatchTruth, ToldResult } from "./match-truth.ts";
import { movesWithAPoint, type TennisLog } from "./tennis-log.ts";
import { Court, courtOf, type TrueTennis, tennisResult } from "./true-tennis.ts";
import type { Moment, Watched } from "./watched.ts";

/** What was seen of a match beside its log. */
type TennisSeen = {
	readonly told: readonly ToldResult[];
	readonly confirmed: readonly ConfirmedScore[];
	readonly watched: Watched | null;
};

export function auditTennis(
	truth: MatchTruth,
	match: TrueTennis,
	log: TennisLog,
	seen: TennisSeen,
): readonly Violation[] {
	const prefixes = new Prefixes(match);
	return [
		...auditScores(truth, log, prefixes, seen.confirmed),
		...auditTold(truth, log, prefixes, seen.told, isInDoubt(match, log)),
		...(seen.watched === null ? [] : auditOnSale(truth, log, prefixes, seen.watched)),
		...(seen.watched === null ? [] : auditMoves(truth, log, seen.watched)),
	];
}

/** The match as far as it has been told, broken off there: what is decided of it is not void. */
class Prefixes {
	readonly #match: TrueTennis;
	readonly #known = new Map<number, TrueTennis>();

	constructor(match: TrueTennis) {
		this.#match = match;
	}

	at(points: number): TrueTennis {
		const known = this.#known.get(points);
		if (known !== undefined) return known;
		const made = { ...this.#match, points: this.#match.points.slice(0, points), isAbandoned: true };
		this.#known.set(points, made);
		return made;
	}
}

/** Whether what was played so far decides a market. */
function isDecided(match: TrueTennis, marketId: string): boolean {
	const result = tennisResult(match, marketId);
	return result !== null && [...result.values()].some((kind) => kind !== "void");
}

/** MAT-8: whoever says ok stands at the sets that his feed has told. */
function auditScores(
	{ matchId }: MatchTruth,
	log: TennisLog,
	prefixes: Prefixes,
	confirmed: readonly ConfirmedScore[],
): readonly Violation[] {
	return confirmed.flatMap(({ seq, inPlay, matchState, okMarkets }) => {
		const known = log.known.get(seq) ?? null;
		if (!inPlay || okMarkets.length === 0 || known === null) return [];
		const { rules, points } = prefixes.at(known);
		const court = new Court(rules, points);
		const due = `${court.setsWon("home")}-${court.setsWon("away")}`;
		const [shown = ""] = matchState.split(" ");
		const what = `${matchId} confirmed ${okMarkets[0]} at ${shown} after input ${seq}, where ${due} in sets had been told`;
		return shown === due ? [] : [{ rule: "MAT-8", what }];
	});
}

/** SET-1: nothing is paid that what was told does not decide. */
function auditTold(
	{ matchId, byTrader, log: words }: MatchTruth,
	log: TennisLog,
	prefixes: Prefixes,
	told: readonly ToldResult[],
	isDoubtful: ReturnType<typeof isInDoubt>,
): readonly Violation[] {
	const abandoned = words.find(({ phase, isRefused }) => phase === "abandoned" && !isRefused)?.seq;
	return told.flatMap(({ seq, marketId, outcomes }) => {
		const known = log.known.get(seq) ?? null;
		const wins = [...outcomes].find(([, kind]) => kind === "win")?.[0];
		if (known === null || wins === undefined || byTrader.has(marketId) || seq > (abandoned ?? seq)) return [];
		if (isDoubtful(marketId) || isDecided(prefixes.at(known), marketId)) return [];
		return [
			{ rule: "SET-1", what: `${matchId} told ${marketId} as ${wins} after input ${seq}, with ${known} points played` },
		];
	});
}

/** OFF-1, SET-0: nothing is on sale that is decided, nor anything of a match that is over. */
function auditOnSale(
	{ matchId, log: words }: MatchTruth,
	log: TennisLog,
	prefixes: Prefixes,
	{ moments }: Watched,
): readonly Violation[] {
	return moments.flatMap(({ seq, toMs, onSale }) => {
		const what = (marketId: string, why: string): string =>
			`${matchId} had ${marketId} on sale after input ${seq} at ${toMs}: ${why}`;
		const [first] = onSale.keys();
		if (first === undefined) return [];
		if (isOver(words, seq)) return [{ rule: "SET-0", what: what(first, "the match is over") }];
		const known = log.known.get(seq) ?? null;
		if (known === null) return [];
		return [...onSale.keys()]
			.filter((marketId) => isDecided(prefixes.at(known), marketId))
			.map((marketId) => ({ rule: "OFF-1", what: what(marketId, `${known} points have decided it`) }));
	});
}

function isOver(words: readonly LoggedWord[], seq: number): boolean {
	const phase = words.findLast((word) => word.seq <= seq && word.kind === "state" && !word.isRefused)?.phase;
	return phase === "ended" || phase === "abandoned";
}

/** MAT-1: what a point moves comes back under a new version: all of a match where it ends a game. */
function auditMoves({ matchId }: MatchTruth, { steps }: TennisLog, { moments }: Watched): readonly Violation[] {
	return moments.flatMap((now, index) => {
		const before: Moment | undefined = moments[index - 1];
		if (before === undefined) return [];
		const moves = steps.filter(({ seq }) => seq > before.seq && seq <= now.seq).map(({ moves: of }) => of);
		const isMoved = (marketId: string): boolean =>
			moves.includes("all") || (moves.includes("near") && movesWithAPoint(marketId));
		const kept = [...now.onSale].find(([id, version]) => isMoved(id) && before.onSale.get(id) === version);
		if (kept === undefined) return [];
		const what = `${matchId} kept ${kept[0]} on sale under version ${kept[1]} from input ${before.seq} to ${now.seq}, between which a point moved it`;
		return [{ rule: "MAT-1", what }];
	});
}

/**
 * Whether a market of a game rests on points that were not told in the clear: the match may have counted them into another game, or
 * have lost them, and what it makes of the market nobody outside can say.
 */
export function isInDoubt(match: TrueTennis, { clear }: TennisLog): (marketId: string) => boolean {
	return (marketId) => {
		const [, set, kind, number, , point] = marketId.split(":");
		if (kind !== "g") return false;
		const game = courtOf(match)[Number(set) - 1]?.games[Number(number) - 1];
		const points = game?.points.slice(0, point === undefined ? undefined : Number(point)) ?? [];
		return points.some(({ incidentId }) => !clear.has(incidentId));
	};
}
