/**
 * Home and away changed places before the match: a bet on home is one on the other team now. Bets from while the sides stood the
 * other way round are void, under every licence, and count again should the sides change back. Pure.
 */
import type { FixtureInput } from "../../shared/feeds/canonical.ts";
import { marketStrengths, repriced } from "./calibration.ts";
import { ALL } from "./holds.ts";
import { type MatchState, TICK_END_MS } from "./state.ts";
import type { VoidWindow } from "./state-parts.ts";

/** Numbered, as nobody names them. */
const PREFIX = "sides:";
const isOurs = ({ windowId }: VoidWindow): boolean => windowId.startsWith(PREFIX);

export const hasSwappedSides = (before: FixtureInput, after: FixtureInput): boolean =>
	before.home.name !== before.away.name && before.home.name === after.away.name && before.away.name === after.home.name;

export function withSwappedSides(state: MatchState, sentAtMs: number, tickMs: number): MatchState {
	const every = state.terms.map(({ licence }) => licence);
	const turned = state.voidWindows.map((window): VoidWindow => {
		if (!isOurs(window)) return window;
		const isWithdrawn = !window.isWithdrawn;
		return { ...window, isWithdrawn, licences: isWithdrawn ? [] : every, saidAtMs: sentAtMs };
	});
	const last = turned.findLast(isOurs);
	const window: VoidWindow = {
		windowId: `${PREFIX}${turned.filter(isOurs).length + 1}`,
		kind: "cancelled",
		marketIds: null,
		scopes: [ALL],
		fromMs: last?.toMs ?? null,
		// Our own clock is known to the second here: who bet within it gets the stake back.
		toMs: Math.max(tickMs, last?.toMs ?? 0) + TICK_END_MS,
		reason: "home and away changed places",
		licences: every,
		isWithdrawn: false,
		saidAtMs: sentAtMs,
	};
	// What a trader thought of home he thought of the other team.
	const pricing = { ...state.pricing, traderShifts: {} };
	const following = { ...state.following, trader: null };
	const own = { ...state, pricing, fixed: {}, following };
	return { ...repriced(own, marketStrengths(state), tickMs), voidWindows: [...turned, window] };
}

/** From when bets are on the sides as they stand: whatever the match's clock shows by now, none of these came before they changed. */
export function sidesStandSinceMs({ voidWindows }: Pick<MatchState, "voidWindows">): number {
	return Math.max(0, ...voidWindows.map((window) => (isOurs(window) ? (window.toMs ?? 0) + 1 : 0)));
}
