/**
 * When a decided market pays, by sport and group of markets (SET-5), and when a match without a decision needs somebody's eyes.
 * Real seconds: a scout puts a slip of his hand right as fast in a replay as in life.
 */
import type { SportId } from "../feeds/canonical.ts";

type HoldOff = { readonly otherwiseMs: number; readonly byGroupMs: Readonly<Record<string, number>> };

const HOLD_OFF: Readonly<Record<SportId, HoldOff>> = {
	/** A goal has waited for the feed's confirmation before; what is left is a phase or a side tapped by mistake. */
	football: { otherwiseMs: 2_000, byGroupMs: {} },
	/** The umpire calls a point before its scout taps it; most slips are taken back before the next point. */
	tennis: { otherwiseMs: 2_000, byGroupMs: { point: 1_000 } },
	basketball: { otherwiseMs: 2_000, byGroupMs: {} },
};

/** How long a fact that only a stated score tells of must stand unchallenged before it counts as told. */
const INFERRED_STANDS_MS: Readonly<Record<SportId, number>> = { football: 5_000, tennis: 0, basketball: 3_000 };

/** After its end a match is decided within seconds; markets that are not by then wait for a trader. */
export const UNDECIDED_AFTER_MS = 600_000;

export function holdOffMs(sport: SportId, group: string): number {
	const { otherwiseMs, byGroupMs } = HOLD_OFF[sport];
	return Object.hasOwn(byGroupMs, group) ? (byGroupMs[group] ?? otherwiseMs) : otherwiseMs;
}

export const inferredStandsMs = (sport: SportId): number => INFERRED_STANDS_MS[sport];
