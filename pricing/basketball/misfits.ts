/** What a feed may not say of a basketball match as it stands: each gives what is wrong, or null. */
import type { IncidentInput, Side } from "../../shared/feeds/canonical.ts";
import { MAX_FREE_THROWS } from "./ball.ts";
import { boundsOf, isPlaying, periodOf, periodsOver } from "./phases.ts";
import { type BasketballState, basketsOf, scoreOf } from "./state.ts";

const KNOWN: ReadonlySet<string> = new Set(["basket", "foul", "timeout", "substitution", "var_review", "var_over"]);

/** Overtime and the end both depend on who leads. */
export function impossibleMove(state: BasketballState, phase: string): string | null {
	if (phase === state.phase) return null;
	if (phase === "scheduled") return basketsOf(state).length > 0 ? "no baskets before the start" : null;
	if (phase === "ended") {
		const { home, away } = scoreOf(state);
		if (state.furthest === "scheduled") return "no end before the start";
		return home === away ? `a match does not end level at ${home}-${away}` : null;
	}
	// What has been told of an overtime already does not make it one that was never reached.
	const over = periodsOver(phase);
	const { home, away } = scoreOf(state, 1, over);
	const isLevel = home === away || home + maybeOf(state, "home", over) === away + maybeOf(state, "away", over);
	return isOvertimePhase(phase) && !isLevel ? `no ${phase} at ${home}-${away}` : null;
}

/** Points that only a score tells of: kept in the period that it named, they may have been made by the end of this one. */
const maybeOf = (state: BasketballState, side: Side, last: number): number =>
	basketsOf(state)
		.filter((basket) => basket.side === side && basket.period > last && (basket.fromPeriod ?? basket.period) <= last)
		.reduce((points, { value }) => points + (value ?? 0), 0);

const isOvertimePhase = (phase: string): boolean => /^(break_)?ot\d$/.test(phase);

export function outsideOf(state: BasketballState, phase: string, elapsedSec: number): string | null {
	if (!isPlaying(phase)) return null;
	const [startSec, endSec] = boundsOf(periodOf(phase), state.format);
	return elapsedSec < startSec || elapsedSec > endSec
		? `${elapsedSec} s are not within ${phase} (${startSec} to ${endSec})`
		: null;
}

export function unfit({ incident, side, value }: Pick<IncidentInput, "incident" | "side" | "value">): string | null {
	if (!KNOWN.has(incident)) return `basketball has no ${incident}`;
	if ((incident === "basket" || incident === "foul") && side === undefined) return `a ${incident} needs a side`;
	if (incident === "basket" && value !== 1 && value !== 2 && value !== 3) return "a basket brings 1, 2 or 3 points";
	if (incident === "foul" && value !== undefined && !(Number.isInteger(value) && value <= MAX_FREE_THROWS))
		return "a foul gives 0 to 3 free throws";
	return null;
}
