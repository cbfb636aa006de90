/** What an operator sees of a match. */
import type { MatchOps } from "../../shared/contracts/match.ts";
import { attentionOf } from "./attention.ts";
import { deviating, distances } from "./deviation.ts";
import { scopeText } from "./holds.ts";
import { hasEnded, isInPlay, type MatchState, sportOf, tickAt } from "./state.ts";

type OfState =
	| "matchId"
	| "inPlay"
	| "ended"
	| "holds"
	| "attention"
	| "deviations"
	| "pricing"
	| "capBaseMinor"
	| "delayMs"
	| "name"
	| "score"
	| "clock";

/** The part of the answer that follows from the state alone. */
export function stateOps(state: MatchState, nowMs: number): Pick<MatchOps, OfState> {
	const sport = sportOf(state);
	const score = sport.scoreView(state.sport);
	const tickMs = tickAt(state, nowMs);
	return {
		matchId: state.fixture.matchId,
		inPlay: isInPlay(state),
		ended: hasEnded(state),
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
