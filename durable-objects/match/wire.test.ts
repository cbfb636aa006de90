import { expect, test } from "vitest";
import { SOCKET } from "../../shared/limits.ts";
import { profileOf } from "../../shared/pricing/margin-profile.ts";
import type { MatchSchemaBody } from "../../shared/protocol/match-frames.ts";
import { MatchBroadcast } from "./broadcast.ts";
import type { ListedMarket } from "./listing.ts";
import { bookOf } from "./prices.ts";
import type { MatchState } from "./state.ts";
import { playing, storedState } from "./testing.ts";
import { wireOrder } from "./wire.ts";

const DONE = SOCKET.imageDoneMarkets + 30;

/** A match in play that has had so many games and points that most of its markets are closed. */
async function longMatch(): Promise<MatchState> {
	const state = storedState(await playing());
	const [first] = state.markets;
	if (first === undefined) throw new Error("no markets");
	const done = Array.from(
		{ length: DONE },
		(_, n): ListedMarket => ({ spec: { ...first.spec, marketId: `done:${n}` }, version: 2, status: "closed" }),
	);
	return { ...state, markets: [...state.markets.filter(({ status }) => status === "open"), ...done] };
}

test("SOCKET.imageDoneMarkets: of what is done so many are kept, of what can be bet on all", async () => {
	const state = await longMatch();
	const order = wireOrder(state);
	const done = order.filter((marketId) => marketId.startsWith("done:"));
	expect(done).toEqual(Array.from({ length: SOCKET.imageDoneMarkets }, (_, n) => `done:${n}`));
	for (const { spec, status } of state.markets) if (status === "open") expect(order).toContain(spec.marketId);
});

test("[FRM-2] a market that was left out as done and is open again comes back to every reader", async () => {
	const state = await longMatch();
	const profile = profileOf("standard");
	if (profile === null) throw new Error("no standard view");
	const sent: string[] = [];
	const frames = new MatchBroadcast({ topic: "match:final", epoch: "e", send: (frame) => sent.push(frame) });
	const publish = (markets: readonly ListedMarket[], second: number): void => {
		const tickMs = state.lastTick + second * 1_000;
		const now = { ...state, markets };
		frames.publish({ state: now, book: bookOf(now, tickMs, profile), tickMs, isStale: false }, tickMs, null);
	};
	const shown = (): readonly string[] =>
		(frames.schema as MatchSchemaBody).markets.map(([marketId]) => marketId).filter((id) => id === `done:${DONE - 1}`);
	publish(state.markets, 1);
	const before = sent.length;
	publish(state.markets, 2);
	expect(shown()).toEqual([]);
	const reopened = state.markets.map((market) =>
		market.spec.marketId === `done:${DONE - 1}` ? { ...market, version: 3, status: "suspended" as const } : market,
	);
	publish(reopened, 3);
	expect(shown()).toEqual([`done:${DONE - 1}`]);
	expect(sent.slice(before).some((frame) => frame.startsWith('["schema"'))).toBe(true);
});
