/** What is judged of a match: this is where its judges are called. */
import { auditBasketball, isMisled } from "./basketball-audit.ts";
import type { Confirmed, Violation } from "./facts.ts";
import { auditFixtures, type PricedWinner } from "./fixture-audit.ts";
import type { History } from "./history.ts";
import type { MatchTruth, ToldResult } from "./match-truth.ts";
import { auditOffer } from "./offer-audit.ts";
import { auditPrices, type PricedOutcome } from "./price-audit.ts";
import { auditSuspensions } from "./suspension-audit.ts";
import { auditTennis, isInDoubt } from "./tennis-audit.ts";
import { readTennis, type TennisLog } from "./tennis-log.ts";
import { auditDoubts, auditResults, auditScores } from "./truth-audit.ts";
import { auditVersions, type DeskResult } from "./version-audit.ts";
import type { Watched } from "./watched.ts";

/** Each match by what really happened, by what it said, and by what it had on sale. */
export function auditMatches(history: History): readonly Violation[] {
	const { truths, confirmed, told, watched, desks, shown } = history;
	const judged = [...truths.values()].flatMap((truth) => {
		const { matchId, played } = truth;
		const seen = watched.get(matchId);
		const results = told.get(matchId) ?? [];
		const watching = seen === undefined ? [] : auditWatched(truth, seen, results, desks.get(matchId) ?? [], history);
		const scores = (confirmed.get(matchId) ?? []).map(({ markets, ...facts }) => ({
			...facts,
			okMarkets: markets.filter(({ code }) => code === "ok" || code === "over_limit").map(({ market }) => market),
		}));
		const met = { told: results, confirmed: scores, watched: seen ?? null };
		const tennis = played.sport === "tennis" ? { played, log: readTennis(played, truth.log) } : null;
		const sportFree = [
			...auditResults(truth, doubtsOf(truth, tennis?.log ?? null)),
			...watching,
			...auditFixtures(truth, seen ?? null, (confirmed.get(matchId) ?? []).map(takeableOf)),
		];
		if (tennis !== null) return [...sportFree, ...auditTennis(truth, tennis.played, tennis.log, met)];
		if (played.sport === "basketball") return [...sportFree, ...auditBasketball(truth, met)];
		return [
			...sportFree,
			...auditDoubts(truth, results),
			...auditPrices(truth, shown.get(matchId) ?? [], pricesOf(confirmed.get(matchId) ?? [])),
			...auditScores(truth, scores),
		];
	});
	return [...judged, ...auditReplays(history)];
}

/** Markets of which nobody outside the match can say what it has to make of them. */
function doubtsOf(truth: MatchTruth, tennis: TennisLog | null): (marketId: string) => boolean {
	const { played } = truth;
	if (played.sport === "tennis" && tennis !== null) return isInDoubt(played, tennis);
	return played.sport === "basketball" ? isMisled(truth, played) : () => false;
}

/** What could be taken in the standard view. */
function takeableOf({ seq, atMs, tick, inPlay, markets }: Confirmed): PricedWinner {
	const taken = markets.filter(({ code, view }) => code === "ok" && view === "standard");
	return { seq, atMs, tick, inPlay, fairPpm: new Map(taken.map(({ market, fairPpm }) => [market, fairPpm])) };
}

/** Only what could be taken was priced. */
function pricesOf(confirmed: readonly Confirmed[]): readonly PricedOutcome[] {
	return confirmed.flatMap(({ seq, tick, markets }) =>
		markets.flatMap(({ market: marketId, code, oddsMilli, fairPpm }) =>
			code !== "ok" && code !== "over_limit"
				? []
				: Object.entries(oddsMilli).map(([outcomeId, odds]) => ({
						seq,
						tick,
						marketId,
						outcomeId,
						oddsMilli: odds,
						fairPpm: fairPpm[outcomeId] ?? 0,
					})),
		),
	);
}

function auditWatched(
	truth: MatchTruth,
	watched: Watched,
	told: readonly ToldResult[],
	desks: readonly DeskResult[],
	{ tickets }: History,
): readonly Violation[] {
	const legs = tickets
		.filter(({ status }) => status === "accepted" || status === "settled")
		.flatMap(({ key, legs: all }) =>
			all
				.filter(({ matchId }) => matchId === truth.matchId)
				.map(({ marketId, settlementVersion: version }) => ({ ticketKey: key, marketId, version })),
		);
	const isFootball = truth.played.sport === "football";
	return [
		...auditSuspensions(truth, watched),
		...(isFootball ? auditOffer(truth, watched) : []),
		...auditVersions(truth, { watched, told, desks, legs }),
	];
}

/** MAT-2: the same bytes. */
function auditReplays({ replayed: matches }: History): readonly Violation[] {
	return matches.flatMap(({ matchId, stored, replayed }) => {
		if (stored === replayed) return [];
		const at = [...stored].findIndex((char, index) => char !== replayed[index]);
		const what = `${matchId} is ${stored.slice(at - 60, at + 60)}, replayed ${replayed.slice(at - 60, at + 60)}`;
		return [{ rule: "MAT-2", what }];
	});
}
