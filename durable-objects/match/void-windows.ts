/**
 * Spans of time whose bets are void (SET-4): from when something had happened to when its markets were withdrawn, and what a
 * provider cancels. A window is absolute and stands by its id, so it may come late, twice, changed, or after its own rollback. Pure.
 */

import type { InputEffect, MarketSpec } from "../../pricing/sport.ts";
import type { SettlementTerms } from "../../shared/catalogue/schemas.ts";
import type { VoidSpan } from "../../shared/contracts/results.ts";
import type { Input, LoggedInput } from "../../shared/feeds/canonical.ts";
import { CONTRACT } from "../../shared/limits.ts";
import { underWayMs, usualOffsetMs } from "./feed-offsets.ts";
import { covers, type HoldScope, scopesOf } from "./holds.ts";
import type { JournalEvent } from "./journal.ts";
import { withoutProposal, withProposal } from "./proposals.ts";
import { type MatchState, sportOf, TICK_END_MS } from "./state.ts";
import type { VoidWindow } from "./state-parts.ts";

type Dated = Extract<Input, { kind: "incident" | "correction" }>;

/**
 * How long before its receipt something happened, at least; null where nobody says, or only to the minute. What counts are the
 * provider's two times and how much longer than usual its message was under way: two machines' clocks are never compared. A time
 * after the sending was not read off the clock that dated the sending, and is taken as it is.
 */
function agoMs(
	state: MatchState,
	{ occurredAt, sentAtMs }: Dated,
	receivedAtMs: number,
	tickMs: number,
): number | null {
	if (occurredAt === undefined || occurredAt.precision === "minute") return null;
	const latestMs = occurredAt.atMs + (occurredAt.precision === "second" ? 999 : 0);
	if (latestMs > sentAtMs) return Math.max(0, Math.min(receivedAtMs, tickMs + TICK_END_MS) - latestMs);
	return sentAtMs - latestMs + underWayMs(state, { sentAtMs, receivedAtMs, tickMs });
}

const windowIdOf = (incidentId: string): string => `incident:${incidentId}`;
const windowOf = (state: MatchState, windowId: string): VoidWindow | undefined =>
	state.voidWindows.find((window) => window.windowId === windowId);

/** What an applied input says of bets that came too late, or are cancelled. */
export function withVoidWindows(
	state: MatchState,
	logged: LoggedInput,
	effect: InputEffect,
	tickMs: number,
): MatchState {
	const { input } = logged;
	switch (input.kind) {
		case "incident":
		case "correction":
			// A card to somebody off the pitch moved no price: whoever saw it knew nothing that was worth a bet.
			if (input.incident === "red_card" && input.recipient !== undefined && input.recipient !== "player")
				return withdrawn(state, windowIdOf(input.incidentId), input.sentAtMs);
			return withLateBets(state, input, logged.receivedAtMs, effect, tickMs);
		case "cancellation":
			return withdrawn(state, windowIdOf(input.incidentId), input.sentAtMs);
		case "void_window_rollback":
			return withdrawn(state, input.windowId, input.sentAtMs);
		case "void_window": {
			const offset = (ms: number | undefined): number | null => (ms === undefined ? null : ms + usualOffsetMs(state));
			const markets = (input.marketIds ?? []).map((marketId): HoldScope => ({ kind: "market", marketId }));
			const scopes =
				input.groups === undefined && markets.length > 0 ? markets : [...markets, ...scopesOf(input.groups)];
			return withWindow(
				state,
				{
					windowId: input.windowId,
					kind: "cancelled",
					marketIds: null,
					scopes,
					fromMs: offset(input.fromMs),
					toMs: offset(input.toMs),
					reason: input.reason,
					isWithdrawn: false,
					saidAtMs: input.sentAtMs,
				},
				tickMs,
			);
		}
		default:
			return state;
	}
}

/** Bets between when it happened and when its markets were withdrawn: whoever took them may have seen it. */
function withLateBets(
	state: MatchState,
	input: Dated,
	receivedAtMs: number,
	effect: InputEffect,
	tickMs: number,
): MatchState {
	const ago = agoMs(state, input, receivedAtMs, tickMs);
	const known = windowOf(state, windowIdOf(input.incidentId));
	if (ago === null || effect.withdraw === "none") return state;
	// Our own clock is known to the second here; within it the player is right.
	const nowMs = tickMs + TICK_END_MS;
	const fromMs = Math.max(nowMs - ago, state.startedAtMs ?? nowMs);
	const repricedMs = sportOf(state).repricedAtMs(state.sport, input.incidentId);
	// What was taken back before it was told repriced nothing.
	if (repricedMs === null) return state;
	const toMs = known?.toMs ?? repricedMs + TICK_END_MS;
	if (fromMs > toMs) return known === undefined ? state : withdrawn(state, known.windowId, input.sentAtMs);
	return withWindow(
		state,
		{
			windowId: windowIdOf(input.incidentId),
			kind: "late",
			marketIds: null,
			scopes: known?.scopes ?? scopesOf(effect.withdraw === "all" ? undefined : effect.withdraw),
			fromMs,
			toMs,
			reason: `${input.incident} ${input.minuteText ?? ""}`.trim(),
			isWithdrawn: false,
			saidAtMs: input.sentAtMs,
		},
		tickMs,
	);
}

/** By each licence's mode: void at once, once a trader approves, or only told. */
function withWindow(state: MatchState, made: Omit<VoidWindow, "licences">, tickMs: number): MatchState {
	const known = windowOf(state, made.windowId);
	if (known !== undefined && known.saidAtMs > made.saidAtMs) return state;
	// What a trader has approved stays approved when the window moves.
	const approved = (known?.licences ?? []).filter((licence) => licencesBy(state, "propose").includes(licence));
	const window: VoidWindow = { ...made, licences: [...licencesBy(state, "void"), ...approved] };
	const next = withReplaced(state, window);
	return made.kind === "cancelled" ? withAsked(next, window, tickMs) : next;
}

const licencesBy = ({ terms }: MatchState, mode: SettlementTerms["lateBets"]): readonly string[] =>
	terms.flatMap(({ licence, lateBets }) => (lateBets === mode ? [licence] : []));

/** A licence that asks first has its bets stand until a trader says otherwise. */
function withAsked(state: MatchState, { windowId, licences }: VoidWindow, tickMs: number): MatchState {
	const waits = licencesBy(state, "propose").filter((licence) => !licences.includes(licence));
	if (waits.length === 0) return state;
	const what = { kind: "void_window" as const, windowId, licences: waits };
	return withProposal(state, { proposalId: proposalIdOf(windowId), by: null, sinceMs: tickMs, what });
}

/** Markets on which a bet may have been accepted since then. */
export type BetSince = (atMs: number) => Iterable<string>;

/** Who looks finds out which markets were bet on in a window; what nobody bet on needs no window. */
export function lateBetsEvent(state: MatchState, betSince: BetSince): JournalEvent | null {
	const window = state.voidWindows.find(
		({ kind, marketIds, isWithdrawn }) => kind === "late" && marketIds === null && !isWithdrawn,
	);
	if (window === undefined) return null;
	const markets = new Map(state.markets.map(({ spec }) => [spec.marketId, spec]));
	const isMeant = (marketId: string): boolean => {
		const spec = markets.get(marketId);
		return spec !== undefined && window.scopes.some((scope) => covers(scope, spec));
	};
	const marketIds = [...betSince(window.fromMs ?? 0)].filter(isMeant).toSorted();
	return { kind: "late_bets", windowId: window.windowId, marketIds };
}

export function withLateBetsFound(
	state: MatchState,
	windowId: string,
	marketIds: readonly string[],
	tickMs: number,
): MatchState {
	const known = windowOf(state, windowId);
	if (known === undefined) return state;
	if (marketIds.length === 0) return { ...state, voidWindows: state.voidWindows.filter((window) => window !== known) };
	const window = { ...known, marketIds };
	return withAsked(withReplaced(state, window), window, tickMs);
}

const proposalIdOf = (windowId: string): string => `void:${windowId}`.slice(0, CONTRACT.idChars);

/**
 * The window as it stands now. At the bound those that are rolled back give way; of the others none does, because it would pay its
 * bets again, and an operator sees that no more are taken.
 */
function withReplaced(state: MatchState, window: VoidWindow): MatchState {
	const others = state.voidWindows.filter(({ windowId }) => windowId !== window.windowId);
	const oldest = others.length < CONTRACT.voidSpans ? -1 : others.findIndex(({ isWithdrawn }) => isWithdrawn);
	const kept = oldest < 0 ? others : others.toSpliced(oldest, 1);
	return kept.length >= CONTRACT.voidSpans ? state : { ...state, voidWindows: [...kept, window] };
}

/** A rollback that comes before its window is kept, so that the window finds it. */
function withdrawn(state: MatchState, windowId: string, saidAtMs: number): MatchState {
	const known = windowOf(state, windowId);
	if (known === undefined) {
		if (windowId.startsWith("incident:")) return state;
		const gone: VoidWindow = {
			windowId,
			kind: "cancelled",
			marketIds: null,
			scopes: [],
			fromMs: null,
			toMs: null,
			reason: "",
			licences: [],
			isWithdrawn: true,
			saidAtMs,
		};
		return withReplaced(state, gone);
	}
	if (known.saidAtMs > saidAtMs || known.isWithdrawn) return state;
	const window = { ...known, isWithdrawn: true, licences: [], saidAtMs };
	return withoutProposal(withReplaced(state, window), proposalIdOf(windowId));
}

/** A trader approves that a window's bets are void under these licences too. */
export function approvedWindow(state: MatchState, windowId: string, licences: readonly string[]): MatchState {
	const known = windowOf(state, windowId);
	if (known === undefined || known.isWithdrawn) return state;
	const window = { ...known, licences: [...new Set([...known.licences, ...licences])] };
	return withReplaced(state, window);
}

/** The spans in which bets are void, by market. */
export function voidSpans(
	{ voidWindows }: Pick<MatchState, "voidWindows">,
	markets: readonly Pick<MarketSpec, "marketId" | "group">[],
): ReadonlyMap<string, readonly VoidSpan[]> {
	const spans = new Map<string, VoidSpan[]>();
	for (const { kind, marketIds, isWithdrawn, licences, scopes, fromMs, toMs } of voidWindows) {
		if (isWithdrawn || licences.length === 0) continue;
		const meant =
			kind === "late"
				? (marketIds ?? [])
				: markets.filter((market) => scopes.some((scope) => covers(scope, market))).map(({ marketId }) => marketId);
		for (const marketId of meant) {
			const known = spans.get(marketId) ?? [];
			known.push({ fromMs, toMs, licences: [...licences] });
			spans.set(marketId, known);
		}
	}
	return spans;
}
