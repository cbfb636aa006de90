/** State and book → the bodies of frames, and the difference between two of them (FRM-3). */

import type { IncidentView } from "../../pricing/sport.ts";
import type { MatchSummary } from "../../shared/contracts/board.ts";
import type { LegOutcome, MarketResult } from "../../shared/contracts/results.ts";
import { CONTRACT, SOCKET } from "../../shared/limits.ts";
import {
	type MatchDeltaBody,
	type MatchImageBody,
	type MatchSchemaBody,
	STATUS_CODES,
	type WireIncident,
	type WireMarket,
} from "../../shared/protocol/match-frames.ts";
import { marketOf } from "./listing.ts";
import { familyOf } from "./offered-lines.ts";
import type { Book } from "./prices.ts";
import { hasEnded, isInPlay, type MatchState, sportOf } from "./state.ts";
import type { ListedMarket } from "./state-parts.ts";

/** A match at one moment, as it is shown. */
export type Snapshot = {
	readonly state: MatchState;
	readonly book: Book;
	readonly tickMs: number;
	readonly isStale: boolean;
};

const LETTERS: Readonly<Record<LegOutcome["kind"], string>> = {
	win: "w",
	lose: "l",
	void: "v",
	half_win: "h",
	half_lose: "k",
	dead_heat: "d",
};

const isDone = ({ status }: ListedMarket): boolean => status === "settled" || status === "closed";

/**
 * The order of the markets on the wire: what can be bet on first, what is settled last, where an image packs it closely. Of
 * what is done so many stay: a long tennis match has hundreds of points and games.
 */
export function wireOrder(state: MatchState, betOn: ReadonlySet<string>): readonly string[] {
	const kept = keptOfDone(state, betOn);
	const rank = ({ status }: ListedMarket): number => (status === "settled" ? 1 : 0);
	const done = state.markets.filter((market) => kept.has(market)).toSorted((a, b) => rank(a) - rank(b));
	return [...state.markets.filter((market) => !isDone(market)), ...done].map(({ spec }) => spec.marketId);
}

/**
 * FRM-3: what somebody has bet on goes before everything else, and a result before what has none. Where there is too much of it
 * each family keeps as many lines, its first listed, so that thirty totals do not put out the one market on who wins the cup.
 */
function keptOfDone(state: MatchState, betOn: ReadonlySet<string>): ReadonlySet<ListedMarket> {
	const counts = new Map<string, number>();
	const placed = state.markets.filter(isDone).map((market) => {
		const { spec, status } = market;
		const importance = betOn.has(spec.marketId) ? 0 : status === "settled" ? 1 : 2;
		const kind = `${importance} ${familyOf(spec.marketId) ?? spec.marketId}`;
		const place = counts.get(kind) ?? 0;
		counts.set(kind, place + 1);
		return { market, importance, place };
	});
	const byImportance = placed.toSorted((a, b) => a.importance - b.importance || a.place - b.place);
	return new Set(byImportance.slice(0, SOCKET.imageDoneMarkets).map(({ market }) => market));
}

/** Markets that readers do not know of and should: listed since, or left out as done and open again. */
export function isMissing(state: MatchState, listed: number, order: ReadonlySet<string>): boolean {
	if (state.markets.length !== listed) return true;
	return order.size < listed && state.markets.some((market) => !isDone(market) && !order.has(market.spec.marketId));
}

export function inOrder(state: MatchState, order: readonly string[]): readonly ListedMarket[] {
	return order.map((marketId) => {
		const market = marketOf(state, marketId);
		// A market that was ever listed stays listed.
		if (market === undefined) throw new Error(`no market ${marketId}`);
		return market;
	});
}

export function schemaBody(state: MatchState, order: readonly string[]): MatchSchemaBody {
	const { fixture } = state;
	return {
		sport: fixture.sport,
		competition: fixture.competition,
		home: [fixture.home.name, fixture.home.short],
		away: [fixture.away.name, fixture.away.short],
		scheduledAtMs: fixture.scheduledAtMs,
		markets: inOrder(state, order).map(({ spec }) => [
			spec.marketId,
			spec.name,
			spec.group,
			spec.outcomes.map(({ outcomeId, name }) => [outcomeId, name]),
		]),
	};
}

/** The letters of each result: most of a late book is done, and a result is replaced and never changed. */
const KNOWN_LETTERS = new WeakMap<MarketResult, string>();

function resultLetters(market: ListedMarket, result: MarketResult): string {
	const known = KNOWN_LETTERS.get(result);
	if (known !== undefined) return known;
	const letters = lettersOf(market, result);
	KNOWN_LETTERS.set(result, letters);
	return letters;
}

const lettersOf = (market: ListedMarket, result: MarketResult): string =>
	market.spec.outcomes.map(({ outcomeId }) => LETTERS[outcomeKind(result, outcomeId)]).join("");

/** What a settled market shows of an outcome. */
export const outcomeKind = ({ state }: MarketResult, outcomeId: string): LegOutcome["kind"] =>
	state.kind === "settled" ? (state.outcomes[outcomeId]?.kind ?? "lose") : "void";

function wireMarket(market: ListedMarket, book: Book, result: MarketResult | undefined): WireMarket {
	const status = STATUS_CODES.indexOf(market.status);
	if (market.status === "settled" && result !== undefined)
		return [status, market.version, [], resultLetters(market, result)];
	const odds = market.status === "closed" ? [] : (book.get(market.spec.marketId)?.oddsMilli ?? []);
	return [status, market.version, odds.map((price) => price ?? 0)];
}

function wireIncident(incident: IncidentView): WireIncident {
	const { incidentId, type, side, minuteText, text, cancelled, invented } = incident;
	return [incidentId, type, side, minuteText, text, cancelled ? 1 : 0, invented ? 1 : 0];
}

export function imageBody(
	state: MatchState,
	book: Book,
	tickMs: number,
	schemaNo: number,
	isStale: boolean,
	order: readonly string[],
): MatchImageBody {
	const sport = sportOf(state);
	const clock = sport.clockView(state.sport, tickMs);
	const score = sport.scoreView(state.sport);
	return {
		n: schemaNo,
		t: tickMs,
		q: state.lastSeq,
		st: isStale ? 1 : 0,
		c: [
			clock.phase,
			clock.text,
			Math.round(clock.elapsedSec),
			clock.running ? 1 : 0,
			clock.rate,
			clock.addedMin,
			tickMs,
		],
		s: [score.home, score.away, score.reds.home, score.reds.away, score.lines],
		i: sport.incidents(state.sport).slice(-SOCKET.imageIncidents).map(wireIncident),
		m: inOrder(state, order).map((market) => wireMarket(market, book, state.results[market.spec.marketId])),
	};
}

/** Whether two arrays of the wire say the same; nested arrays are compared within. */
function same(a: unknown, b: unknown): boolean {
	if (a === b) return true;
	if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
	for (let index = 0; index < a.length; index++) if (!same(a[index], b[index])) return false;
	return true;
}

/** What changed between two images of one schema, or null. A running clock by itself is no change: readers let it run. */
export function deltaBody(
	before: MatchImageBody,
	after: MatchImageBody,
	causedAtMs: number | null,
): MatchDeltaBody | null {
	const markets = after.m.flatMap((market, index) =>
		same(before.m[index], market) ? [] : [[index, ...market] as const],
	);
	const known = new Map(before.i.map((incident) => [incident[0], incident]));
	const incidents = after.i.filter((incident) => !same(known.get(incident[0]), incident));
	const [phase, text, , running, rate, addedMin] = after.c;
	const [phaseBefore, textBefore, , runningBefore, rateBefore, addedBefore] = before.c;
	const isClockMoved =
		phase !== phaseBefore ||
		text !== textBefore ||
		running !== runningBefore ||
		rate !== rateBefore ||
		addedMin !== addedBefore;
	const isScoreMoved = !same(before.s, after.s);
	if (markets.length === 0 && incidents.length === 0 && !isClockMoved && !isScoreMoved && before.st === after.st)
		return null;
	return {
		t: after.t,
		...(after.q !== before.q ? { q: after.q } : {}),
		...(causedAtMs !== null ? { e: causedAtMs } : {}),
		...(before.st !== after.st ? { st: after.st } : {}),
		...(isClockMoved ? { c: after.c } : {}),
		...(isScoreMoved ? { s: after.s } : {}),
		...(incidents.length > 0 ? { i: incidents } : {}),
		...(markets.length > 0 ? { m: markets } : {}),
	};
}

/** The match as the board lists it. */
export function summaryOf(state: MatchState, book: Book, tickMs: number, isStale: boolean): MatchSummary {
	const { fixture } = state;
	const sport = sportOf(state);
	const clock = sport.clockView(state.sport, tickMs);
	const score = sport.scoreView(state.sport);
	const headline = marketOf(state, sport.headlineMarketId);
	const prices = book.get(sport.headlineMarketId)?.oddsMilli ?? [];
	return {
		matchId: fixture.matchId,
		sport: fixture.sport,
		competition: fixture.competition,
		home: fixture.home,
		away: fixture.away,
		scheduledAtMs: fixture.scheduledAtMs,
		status: hasEnded(state) ? "ended" : isInPlay(state) ? "live" : "scheduled",
		stale: isStale,
		clock: {
			phase: clock.phase,
			text: clock.text,
			elapsedSec: Math.round(clock.elapsedSec),
			running: clock.running,
			rate: clock.rate,
		},
		score: { home: score.home, away: score.away },
		headline:
			headline === undefined
				? null
				: {
						marketId: headline.spec.marketId,
						status: headline.status,
						version: headline.version,
						outcomes: headline.spec.outcomes.map(({ outcomeId, name }, index) => ({
							outcomeId,
							name,
							oddsMilli: prices[index] ?? null,
						})),
					},
		openMarkets: state.markets.filter(({ status }) => status === "open" || status === "danger").length,
	};
}

/** Score and clock in words, kept on tickets (BET-7). */
export function matchWords(state: MatchState, tickMs: number): string {
	const sport = sportOf(state);
	const score = sport.scoreView(state.sport);
	return `${score.home}-${score.away} ${sport.clockView(state.sport, tickMs).text}`.slice(0, CONTRACT.textChars);
}
