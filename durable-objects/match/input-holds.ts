/** Which holds an input puts on a match's markets, and which it lifts. */
import type { InputEffect } from "../../pricing/sport.ts";
import type { Input } from "../../shared/feeds/canonical.ts";
import { CONTRACT } from "../../shared/limits.ts";
import { ALL, addHold, type Hold, incidentReason, liftFeedHolds, liftReason, scopesOf } from "./holds.ts";
import { marketOf } from "./listing.ts";
import { withoutMoved } from "./references.ts";
import { type MatchState, sportOf, TICK_END_MS } from "./state.ts";

/** Groups that an input names and its sport does not have. */
export function strangeGroups(state: MatchState, input: Input): readonly string[] {
	if (!("groups" in input) || input.groups === undefined) return [];
	const { groups } = sportOf(state);
	return input.groups.filter((group) => !groups.has(group));
}

/** What the input itself says about betting. */
export function withInputHolds(state: MatchState, input: Input, provider: string, tickMs: number): MatchState {
	const isDeciding = provider === state.provider;
	switch (input.kind) {
		case "bet_stop": {
			// Whoever names a group that nobody has means something: everything stops, and an operator sees why.
			const strange = strangeGroups(state, input);
			const scopes = strange.length > 0 ? [ALL] : scopesOf(input.groups);
			return {
				...state,
				holds: scopes.reduce((holds, scope) => addHold(holds, "bet_stop", scope), state.holds),
				strangeGroups: [...new Set([...state.strangeGroups, ...strange])].slice(-CONTRACT.groups),
			};
		}
		case "bet_start": {
			const lifted = liftFeedHolds(state.holds, input.groups, sportOf(state).groups);
			return { ...state, holds: isDeciding ? liftReason(lifted, "feed_silent") : lifted };
		}
		case "confirmation":
		case "cancellation":
			return { ...state, holds: liftReason(state.holds, incidentReason(input.incidentId)) };
		case "danger":
			if (input.on === state.danger) return state;
			return { ...state, danger: input.on, dangerEndedAtMs: input.on ? state.dangerEndedAtMs : tickMs + TICK_END_MS };
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

/** What the sport says of the prices that it moves. */
export function withEffect(
	state: MatchState,
	{ withdraw, until }: InputEffect,
	input: Input,
	provider: string,
): MatchState {
	if (withdraw === "none") return state;
	const specOf = (marketId: string) => marketOf(state, marketId)?.spec;
	const deviations = withoutMoved(state.deviations, withdraw, provider, input.sentAtMs, specOf);
	if (until !== "feed" || input.kind !== "incident") return { ...state, deviations };
	const scopes = scopesOf(withdraw === "all" ? undefined : withdraw);
	const reason = incidentReason(input.incidentId);
	const holds = scopes.reduce<readonly Hold[]>((all, scope) => addHold(all, reason, scope), state.holds);
	return { ...state, deviations, holds };
}
