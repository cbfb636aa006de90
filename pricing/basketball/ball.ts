/** Who has the ball: what the next seconds begin with, by what is stated and by what was told last. Pure. */
import type { Input, Side } from "../../shared/feeds/canonical.ts";
import { isPlaying, periodOf } from "./phases.ts";
import { type Ball, type BasketballIncident, type BasketballState, foulsOf, opponentOf } from "./state.ts";

export const MAX_FREE_THROWS = 3;

/** Who has the ball after a statement; null where it says what cannot be. */
export function ballOf(
	state: BasketballState,
	phase: string,
	stated: Extract<Input, { kind: "state" }>["facts"],
): Ball | null {
	const { possession, freeThrows = 0 } = stated ?? {};
	if (typeof freeThrows !== "number" || !Number.isInteger(freeThrows) || freeThrows < 0 || freeThrows > MAX_FREE_THROWS)
		return null;
	if (possession === undefined) return phase === state.phase && freeThrows === 0 ? state.ball : { kind: "unknown" };
	if (possession === "none") return { kind: "unknown" };
	if (possession !== "home" && possession !== "away") return null;
	return freeThrows > 0
		? { kind: "free_throws", side: possession, attempts: freeThrows }
		: { kind: "possession", side: possession };
}

export function ballAfter(state: BasketballState, { type, side, value, detail }: BasketballIncident): Ball {
	const { ball } = state;
	if (side === null || !isPlaying(state.phase)) return ball;
	if (type === "basket") return afterBasket(ball, side, value ?? 0);
	if (type !== "foul") return ball;
	if (detail === "offensive") return { kind: "possession", side: opponentOf(side) };
	const inBonus = foulsOf(state, periodOf(state.phase))[side] >= state.format.bonusFouls;
	const attempts = value ?? (inBonus && detail !== "technical" ? 2 : 0);
	return attempts > 0
		? { kind: "free_throws", side: opponentOf(side), attempts }
		: { kind: "possession", side: opponentOf(side) };
}

/**
 * A single point is a free throw. Announced, it takes one of those to come; otherwise who goes on with the ball is not known
 * (after a technical foul it is who had it), and it stays where it was until the feed says more. A field goal while the same
 * side's free throws stand announced came with the foul: the throws are still to come.
 */
function afterBasket(ball: Ball, side: Side, points: number): Ball {
	const isAtTheLine = ball.kind === "free_throws" && ball.side === side;
	if (points > 1) return isAtTheLine ? ball : { kind: "possession", side: opponentOf(side) };
	if (!isAtTheLine) return ball;
	return ball.attempts > 1 ? { ...ball, attempts: ball.attempts - 1 } : { kind: "possession", side: opponentOf(side) };
}
