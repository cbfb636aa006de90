/**
 * The match, purely: inputs and journal entries at named ticks → state. Replaying both in order gives the same bytes
 * (MAT-2), so everything that decides whether a bet may be taken stands in here and nowhere else.
 */
import type { MarketStatus } from "../../shared/contracts/match.ts";
import type { MarketResult, MarketResultState } from "../../shared/contracts/results.ts";
import type { FixtureInput, Input, LoggedInput } from "../../shared/feeds/canonical.ts";
import { sportModule } from "../../shared/pricing/registry.ts";
import type { AnySportModule, FairMarket, MarketSpec } from "../../shared/pricing/sport.ts";
import { ALL, addHold, type Hold, incidentReason, isHeld, liftFeedHolds, liftReason, scopesOf } from "./holds.ts";
import { mergeResults } from "./results.ts";
import { IN_PLAY_DELAY_MS, OUTCOME_CAP_BASE_MINOR } from "./rules.ts";

export type ListedMarket = { readonly spec: MarketSpec; readonly version: number; readonly status: MarketStatus };

export type MatchState = {
	readonly fixture: FixtureInput;
	/** The deciding feed: the provider of the fixture. */
	readonly provider: string;
	readonly params: unknown;
	readonly sport: unknown;
	readonly lastSeq: number;
	readonly lastTick: number;
	/** MAT-6: its scheduled start has come, whatever the feed says. */
	readonly kickOffDue: boolean;
	readonly holds: readonly Hold[];
	readonly danger: boolean;
	/** When danger last ended, on the match's clock. */
	readonly dangerEndedAtMs: number | null;
	readonly delayMs: number;
	readonly capBaseMinor: number;
	/** Every market ever listed, in the order of its first listing. */
	readonly markets: readonly ListedMarket[];
	readonly results: Readonly<Record<string, MarketResult>>;
	/** Traders' results stand before the sport's own until they are rolled back. */
	readonly traderResults: Readonly<Record<string, MarketResultState>>;
};

/** A change of status that is no input (MAT-3): stored before it takes effect. */
export type JournalKind = "restart" | "restart_over" | "kickoff_due" | "feed_lost";
export type JournalEntry = { readonly afterSeq: number; readonly atMs: number; readonly kind: JournalKind };

export type Applied =
	| { readonly ok: true; readonly state: MatchState }
	| { readonly ok: false; readonly code: string; readonly message: string };

export function sportOf(state: Pick<MatchState, "fixture">): AnySportModule {
	const sport = sportModule(state.fixture.sport);
	if (sport === null) throw new Error(`no module for ${state.fixture.sport}`);
	return sport;
}

export const tickOf = (nowMs: number): number => Math.floor(nowMs / 1_000) * 1_000;
export const hasEnded = (state: MatchState): boolean => sportOf(state).ended(state.sport);
export const isInPlay = (state: MatchState): boolean =>
	!hasEnded(state) && (state.kickOffDue || sportOf(state).inPlay(state.sport));

/** The first input of a match; null state until then. */
export function openMatch(logged: LoggedInput, tickMs: number): Applied {
	const { input } = logged;
	if (input.kind !== "fixture")
		return { ok: false, code: "no_fixture", message: "the first input of a match is its fixture" };
	const sport = sportModule(input.sport);
	if (sport === null) return { ok: false, code: "unknown_sport", message: `there is no model of ${input.sport}` };
	const params = sport.params(input);
	if (!params.ok) return { ok: false, code: params.code, message: params.message };
	const state: MatchState = {
		fixture: input,
		provider: logged.provider,
		params: params.params,
		sport: sport.initial(input),
		lastSeq: logged.seq,
		lastTick: tickMs,
		kickOffDue: false,
		holds: [],
		danger: false,
		dangerEndedAtMs: null,
		delayMs: IN_PLAY_DELAY_MS,
		capBaseMinor: OUTCOME_CAP_BASE_MINOR,
		markets: [],
		results: {},
		traderResults: {},
	};
	return { ok: true, state: relist(state, tickMs, false) };
}

/** Applies one input. A refusal leaves everything but `lastSeq` as it was. */
export function applyInput(state: MatchState, logged: LoggedInput, tickMs: number): Applied {
	const { input, seq } = logged;
	const sport = sportOf(state);
	const effect = sport.effect(state.sport, input);
	const reduced = sport.reduce(state.sport, input, tickMs);
	if (!reduced.ok) return { ok: false, code: reduced.code, message: reduced.message };
	const before = { ...state, lastSeq: seq, lastTick: tickMs };
	const wasInPlay = isInPlay(before);
	let next: MatchState = { ...before, sport: reduced.state };
	next = withInputHolds(next, input, logged.provider, tickMs);
	if (effect.withdraw !== "none" && effect.until === "feed" && input.kind === "incident") {
		const scopes = scopesOf(effect.withdraw === "all" ? undefined : effect.withdraw);
		next = {
			...next,
			holds: scopes.reduce((holds, scope) => addHold(holds, incidentReason(input.incidentId), scope), next.holds),
		};
	}
	const traded = withTraderAction(next, input);
	if (!traded.ok) return traded;
	// Withdrawn and reopened in one turn: the version alone tells, and it must (MAT-1, MAT-6).
	const isReissued = (effect.withdraw === "all" && effect.until === "self") || (!wasInPlay && isInPlay(traded.state));
	return { ok: true, state: relist(traded.state, tickMs, isReissued) };
}

export function applyJournal(state: MatchState, entry: JournalEntry): MatchState {
	const tickMs = tickOf(entry.atMs);
	const held = (reason: string): MatchState => ({
		...state,
		lastTick: tickMs,
		holds: addHold(state.holds, reason, ALL),
	});
	switch (entry.kind) {
		case "restart":
			return relist(held("restart"), tickMs, false);
		case "restart_over":
			return relist({ ...state, lastTick: tickMs, holds: liftReason(state.holds, "restart") }, tickMs, false);
		case "kickoff_due":
			return relist({ ...held("kick_off"), kickOffDue: true }, tickMs, false);
		case "feed_lost":
			return relist(held("feed_silent"), tickMs, false);
	}
}

function withInputHolds(state: MatchState, input: Input, provider: string, tickMs: number): MatchState {
	const isDeciding = provider === state.provider;
	switch (input.kind) {
		case "bet_stop":
			return {
				...state,
				holds: scopesOf(input.groups).reduce((holds, scope) => addHold(holds, "bet_stop", scope), state.holds),
			};
		case "bet_start": {
			const lifted = liftFeedHolds(state.holds, input.groups);
			return { ...state, holds: isDeciding ? liftReason(lifted, "feed_silent") : lifted };
		}
		case "confirmation":
		case "cancellation":
			return { ...state, holds: liftReason(state.holds, incidentReason(input.incidentId)) };
		case "danger":
			if (input.on === state.danger) return state;
			return { ...state, danger: input.on, dangerEndedAtMs: input.on ? state.dangerEndedAtMs : tickMs + 999 };
		case "state": {
			// LAN-3: a full statement is fresh. MAT-6: only the feed says that play runs.
			const fresh = isDeciding ? liftReason(state.holds, "feed_silent") : state.holds;
			return {
				...state,
				holds: isDeciding && sportOf(state).inPlay(state.sport) ? liftReason(fresh, "kick_off") : fresh,
			};
		}
		case "recovery_complete":
			return isDeciding ? { ...state, holds: liftReason(state.holds, "feed_silent") } : state;
		default:
			return state;
	}
}

function withTraderAction(state: MatchState, input: Input): Applied {
	if (input.kind !== "trader") return { ok: true, state };
	const { command } = input;
	const done = (change: Partial<MatchState>): Applied => ({ ok: true, state: { ...state, ...change } });
	const known = (marketId: string): boolean => state.markets.some(({ spec }) => spec.marketId === marketId);
	const unknown = (marketId: string): Applied => ({
		ok: false,
		code: "unknown_market",
		message: `no market ${marketId}`,
	});
	switch (command.action) {
		case "suspend": {
			const scopes =
				command.marketIds === undefined
					? [ALL]
					: command.marketIds.map((marketId) => ({ kind: "market" as const, marketId }));
			return done({
				holds: scopes.reduce<readonly Hold[]>((holds, scope) => addHold(holds, "trader", scope), state.holds),
			});
		}
		case "reopen": {
			const { marketIds } = command;
			if (marketIds === undefined) return done({ holds: liftReason(state.holds, "trader") });
			const lifts = (hold: Hold): boolean =>
				hold.reason === "trader" && hold.scope.kind === "market" && marketIds.includes(hold.scope.marketId);
			return done({ holds: state.holds.filter((hold) => !lifts(hold)) });
		}
		case "set_cap":
			return done({ capBaseMinor: command.capBaseMinor });
		case "set_delay":
			return done({ delayMs: command.delayMs });
		case "void_market":
			if (!known(command.marketId)) return unknown(command.marketId);
			return done({
				traderResults: { ...state.traderResults, [command.marketId]: { kind: "void", reason: command.reason } },
			});
		case "rollback_result":
			if (state.results[command.marketId] === undefined) return unknown(command.marketId);
			return done({
				traderResults: { ...state.traderResults, [command.marketId]: { kind: "open", reason: command.reason } },
			});
		case "settle_market": {
			const spec = state.markets.find((market) => market.spec.marketId === command.marketId)?.spec;
			if (spec === undefined) return unknown(command.marketId);
			const stranger = command.winners.find((winner) => !spec.outcomes.some(({ outcomeId }) => outcomeId === winner));
			if (stranger !== undefined)
				return { ok: false, code: "unknown_outcome", message: `no outcome ${stranger} in ${command.marketId}` };
			const outcomes = Object.fromEntries(
				spec.outcomes.map(({ outcomeId }) => [
					outcomeId,
					{ kind: command.winners.includes(outcomeId) ? ("win" as const) : ("lose" as const) },
				]),
			);
			return done({ traderResults: { ...state.traderResults, [command.marketId]: { kind: "settled", outcomes } } });
		}
	}
}

export function fairBook(state: MatchState, tickMs: number): readonly FairMarket[] {
	return sportOf(state).book(state.sport, state.params, tickMs);
}

const isAvailable = (status: MarketStatus): boolean => status === "open" || status === "danger";

/**
 * Lists what the sport offers, derives each market's status, and raises its version at every withdrawal and every
 * reopening. An equal version therefore means: open throughout.
 */
function relist(state: MatchState, tickMs: number, isReissued: boolean): MatchState {
	const offered = new Map(fairBook(state, tickMs).map((market) => [market.spec.marketId, market.spec]));
	const results = mergeResults(state.results, sportOf(state).results(state.sport), state.traderResults);
	const listed = state.markets.map(({ spec, version, status }): ListedMarket => {
		const now = statusOf(state, spec, offered.has(spec.marketId), results[spec.marketId]);
		const moved = isAvailable(status) !== isAvailable(now) || (isReissued && isAvailable(now));
		return { spec, version: moved ? version + 1 : version, status: now };
	});
	const known = new Set(listed.map(({ spec }) => spec.marketId));
	const added = [...offered.values()]
		.filter((spec) => !known.has(spec.marketId))
		.map((spec): ListedMarket => ({ spec, version: 1, status: statusOf(state, spec, true, results[spec.marketId]) }));
	return { ...state, markets: [...listed, ...added], results };
}

function statusOf(
	state: MatchState,
	spec: MarketSpec,
	isOffered: boolean,
	result: MarketResult | undefined,
): MarketStatus {
	if (result !== undefined && result.state.kind !== "open") return "settled";
	if (!isOffered) return "closed";
	if (isHeld(state.holds, spec)) return "suspended";
	return state.danger ? "danger" : "open";
}
