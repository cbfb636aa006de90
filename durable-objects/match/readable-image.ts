/** The match as `GET /v1/matches/{matchId}` gives it, of the moment whose frames readers have: the same as `matchView` makes of the frames. */
import type { MarketResult } from "../../shared/contracts/results.ts";
import { SOCKET } from "../../shared/limits.ts";
import type { MarketView, MatchView } from "../../shared/protocol/match-view.ts";
import type { Book } from "./prices.ts";
import { sportOf } from "./state.ts";
import type { ListedMarket } from "./state-parts.ts";
import { inOrder, outcomeKind, type Snapshot } from "./wire.ts";

export function readableImage({ state, book, tickMs, isStale }: Snapshot, order: readonly string[]): MatchView {
	const { fixture } = state;
	const sport = sportOf(state);
	const { phase, text, elapsedSec, running, rate, addedMin } = sport.clockView(state.sport, tickMs);
	const { home, away, reds, lines } = sport.scoreView(state.sport);
	return {
		sport: fixture.sport,
		competition: fixture.competition,
		home: { name: fixture.home.name, short: fixture.home.short },
		away: { name: fixture.away.name, short: fixture.away.short },
		scheduledAtMs: fixture.scheduledAtMs,
		tick: tickMs,
		seq: state.lastSeq,
		stale: isStale,
		state: {
			phase,
			score: { home, away },
			reds: { home: reds.home, away: reds.away },
			lines,
			incidents: sport
				.incidents(state.sport)
				.slice(-SOCKET.imageIncidents)
				.map(({ incidentId, type, side, minuteText, text: words, cancelled, invented }) => {
					return { incidentId, type, side, minuteText, text: words, cancelled, invented };
				}),
		},
		clock: { text, elapsedSec: Math.round(elapsedSec), running, rate, addedMin, atMs: tickMs },
		markets: inOrder(state, order).map((market) => marketView(market, book, state.results[market.spec.marketId])),
	};
}

function marketView({ spec, status, version }: ListedMarket, book: Book, known: MarketResult | undefined): MarketView {
	const result = status === "settled" ? known : undefined;
	const hasPrices = status !== "closed" && result === undefined;
	const oddsMilli = hasPrices ? (book.get(spec.marketId)?.oddsMilli ?? []) : [];
	return {
		marketId: spec.marketId,
		name: spec.name,
		group: spec.group,
		status,
		version,
		outcomes: spec.outcomes.map(({ outcomeId, name }, index) => ({
			outcomeId,
			name,
			oddsMilli: oddsMilli[index] ?? null,
			result: result === undefined ? null : outcomeKind(result, outcomeId),
		})),
	};
}
