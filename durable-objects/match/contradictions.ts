/**
 * What the deciding feed says and what we know do not go together: all markets are held in the same turn, with words for an
 * operator, until the feed's own words agree again or a trader says who is right (MAT-8). No recovery reopens over it. Pure.
 */

import type { StateInput } from "../../pricing/sport.ts";
import type { Input } from "../../shared/feeds/canonical.ts";
import { ALL, addHold, liftReason } from "./holds.ts";
import { type MatchState, sportOf } from "./state.ts";
import type { Contradiction } from "./state-parts.ts";

export const CONTRADICTION_REASON = "contradiction";
/** Held while a stated score tells of what nobody told. */
export const INFERRED_REASON = "inferred";

const FACTS: ReadonlySet<Input["kind"]> = new Set(["state", "incident", "correction", "cancellation", "confirmation"]);
/** What says something of the match itself, and not of betting on it. */
export const isFact = ({ kind }: Input): boolean => FACTS.has(kind);

export function withContradiction(state: MatchState, contradiction: Contradiction): MatchState {
	const known = state.contradiction;
	// An operator sees since when something does not fit. Of two contradictions one incident, once told, resolves only its own.
	const first = known === null ? contradiction : { ...contradiction, sinceMs: known.sinceMs, incidentId: null };
	return { ...state, contradiction: first, holds: addHold(state.holds, CONTRADICTION_REASON, ALL) };
}

const withoutContradiction = (state: MatchState): MatchState => ({
	...state,
	contradiction: null,
	holds: liftReason(state.holds, CONTRADICTION_REASON),
});

/**
 * The match after a fact that fits: whether what did not fit before does now. A statement that something newer has overtaken
 * (`saysScore` false) shows nothing of the score.
 */
export function reconsidered(state: MatchState, input: Input, tickMs: number, saysScore: boolean): MatchState {
	const { contradiction } = state;
	if (contradiction === null) return state;
	const sport = sportOf(state);
	if (input.kind === "state" && (!contradiction.needsFull || (saysScore && sport.isFullStatement(input))))
		return withoutContradiction(state);
	if ((input.kind === "incident" || input.kind === "correction") && input.incidentId === contradiction.incidentId)
		return withoutContradiction(state);
	if (contradiction.statement === null) return state;
	const again = sport.reduce(state.sport, contradiction.statement, tickMs);
	const agrees =
		again.ok &&
		again.unclear === undefined &&
		again.isOvertaken !== true &&
		sport.unproven.of(again.state).length <= sport.unproven.of(state.sport).length;
	return agrees ? withoutContradiction(state) : state;
}

/** Holds everything exactly while there is something that only a score tells of. */
export function withUnprovenHold(state: MatchState): MatchState {
	const { unproven } = sportOf(state);
	const isHeld = unproven.holds && unproven.of(state.sport).length > 0;
	const holds = isHeld ? addHold(state.holds, INFERRED_REASON, ALL) : liftReason(state.holds, INFERRED_REASON);
	return holds.length === state.holds.length ? state : { ...state, holds };
}

/** What a statement claims of the score, in words to compare; null where it claims nothing. */
function claimOf({ score, facts }: StateInput): string | null {
	const claim = [score ?? null, facts?.games ?? null, facts?.points ?? null];
	return claim.every((part) => part === null) ? null : JSON.stringify(claim);
}

/** A trader has overruled this very claim: what is left of the statement still counts. */
export function withoutOverruled(state: MatchState, input: Input): Input {
	if (input.kind !== "state" || state.overruled === null || claimOf(input) !== state.overruled) return input;
	const { score: _score, facts, ...rest } = input;
	const { games: _games, points: _points, ...others } = facts ?? {};
	return { ...rest, ...(facts === undefined ? {} : { facts: others }) };
}

/** A trader overruled a claim about the score as it was: where that is another now, or was put right, it may be claimed anew. */
export function withOverruledOf(before: MatchState, after: MatchState, { kind }: Input): MatchState {
	if (after.overruled === null) return after;
	const isCorrecting = kind === "correction" || kind === "cancellation";
	const [was, is] = [before, after].map((state) => sportOf(state).scoreView(state.sport));
	const isSame = !isCorrecting && was?.home === is?.home && was?.away === is?.away;
	return isSame ? after : { ...after, overruled: null };
}

export type Resolved =
	| { readonly ok: true; readonly state: MatchState }
	| { readonly ok: false; readonly code: string; readonly message: string };

/** A trader says who is right. */
export function resolved(state: MatchState, take: "feed" | "ours", tickMs: number): Resolved {
	const { contradiction } = state;
	if (contradiction === null) return { ok: false, code: "nothing_to_resolve", message: "nothing contradicts" };
	const { statement } = contradiction;
	if (take === "ours") {
		const overruled = statement === null ? state.overruled : claimOf(statement);
		return { ok: true, state: withoutContradiction({ ...state, overruled }) };
	}
	if (statement === null)
		return {
			ok: false,
			code: "nothing_to_take",
			message: "the feed's word was no statement of the match: wait for one",
		};
	const adopted = sportOf(state).adopt(state.sport, statement, tickMs);
	if (!adopted.ok) return { ok: false, code: adopted.code, message: adopted.message };
	return {
		ok: true,
		state: withUnprovenHold(withoutContradiction({ ...state, sport: adopted.state, overruled: null })),
	};
}
