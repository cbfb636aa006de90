/** What an operator sees of a match. */
import type { MatchOps } from "../../shared/contracts/match.ts";
import type { Histogram } from "../../shared/metrics.ts";
import type { ReportOutbox } from "../runtime/report-outbox.ts";
import { attentionOf } from "./attention.ts";
import { followingWeight, marketStrengths } from "./calibration.ts";
import { deviating, distances } from "./deviation.ts";
import type { FeedWatch } from "./feed-watch.ts";
import { scopeText } from "./holds.ts";
import type { MatchLog } from "./match-log.ts";
import { hasEnded, isInPlay, type MatchState, sportOf, tickAt } from "./state.ts";
import type { MatchStore } from "./store.ts";

type OfState =
	| "matchId"
	| "inPlay"
	| "ended"
	| "scheduledAtMs"
	| "venue"
	| "strengths"
	| "heldPrices"
	| "chosenLines"
	| "holds"
	| "attention"
	| "deviations"
	| "pricing"
	| "capBaseMinor"
	| "delayMs"
	| "name"
	| "score"
	| "clock";

/** The match's parts that an operator looks at. */
export type MatchParts = {
	readonly log: Pick<MatchLog, "state" | "lane" | "lastSeq">;
	readonly epoch: string;
	readonly feed: Pick<FeedWatch, "spokeAgoMs">;
	readonly store: Pick<MatchStore, "outboxDepth">;
	readonly reports: Pick<ReportOutbox, "depth" | "oldestAgeMs">;
	readonly readers: { readonly count: () => number };
	readonly eventToFrame: Histogram;
};

/** Null while there is no match. */
export function matchOps(parts: MatchParts, nowMs: number): MatchOps | null {
	const { log, epoch, feed, store, reports, readers, eventToFrame } = parts;
	const { state, lane, lastSeq } = log;
	if (state === null) return null;
	return {
		...stateOps(state, nowMs),
		lane,
		epoch,
		lastSeq,
		spokeAgoMs: feed.spokeAgoMs(nowMs),
		subscribers: readers.count(),
		deskOutboxDepth: store.outboxDepth(),
		reportOutboxDepth: reports.depth(),
		reportOutboxAgeMs: reports.oldestAgeMs(),
		eventToFrame,
	};
}

/** The part of the answer that follows from the state alone. */
function stateOps(state: MatchState, nowMs: number): Pick<MatchOps, OfState> {
	const sport = sportOf(state);
	const score = sport.scoreView(state.sport);
	const tickMs = tickAt(state, nowMs);
	return {
		matchId: state.fixture.matchId,
		inPlay: isInPlay(state),
		ended: hasEnded(state),
		scheduledAtMs: state.fixture.scheduledAtMs,
		venue: state.fixture.venue ?? null,
		strengths: strengthsOps(state),
		heldPrices: Object.entries(state.fixed).map(([marketId, { oddsMilli, trader, sinceMs }]) => ({
			marketId,
			oddsMilli,
			trader,
			sinceMs,
		})),
		chosenLines: Object.values(state.lines).flat(),
		holds: state.holds.map(({ reason, scope }) => ({ reason, scope: scopeText(scope) })),
		attention: attentionOf(state),
		deviations: deviationOps(state, tickMs),
		pricing: state.pricing,
		capBaseMinor: state.capBaseMinor,
		delayMs: state.delayMs,
		name: `${state.fixture.home.name} – ${state.fixture.away.name}`,
		score: `${score.home}-${score.away}`,
		clock: sport.clockView(state.sport, tickMs).text,
	};
}

function strengthsOps(state: MatchState): MatchOps["strengths"] {
	const { source, sinceMs, trader } = state.following;
	const named = (params: unknown): Readonly<Record<string, number>> => sportOf(state).namedStrengths(params);
	return {
		values: named(state.params),
		source: trader === null ? source : "trader",
		sinceMs: trader?.sinceMs ?? sinceMs,
		trader: trader?.name ?? null,
		market: named(marketStrengths(state)),
		followingPpm: Math.round(followingWeight(state) * 1_000_000),
	};
}

function deviationOps(state: MatchState, tickMs: number): MatchOps["deviations"] {
	const now = distances(state, tickMs);
	const alarmed = deviating(state).map((marketId) => ({ marketId, status: "alarm" as const }));
	const waived = state.deviations.waived.map((marketId) => ({ marketId, status: "waived" as const }));
	return [...alarmed, ...waived].map(({ marketId, status }) => ({
		marketId,
		status,
		distancePpm: now.get(marketId) ?? null,
	}));
}
