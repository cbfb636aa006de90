import { expect, test } from "vitest";
import { CURRENT_MARGINS, profileOf } from "../../shared/catalogue/views.ts";
import { SOCKET } from "../../shared/limits.ts";
import type { MatchSchemaBody } from "../../shared/protocol/match-frames.ts";
import { playing, storedState } from "../../testing/match.ts";
import { MatchBroadcast } from "./broadcast.ts";
import { bookOf } from "./prices.ts";
import type { MatchState } from "./state.ts";
import type { ListedMarket } from "./state-parts.ts";
import { wireOrder } from "./wire.ts";

const NONE: ReadonlySet<string> = new Set();
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
	const order = wireOrder(state, NONE);
	const done = order.filter((marketId) => marketId.startsWith("done:"));
	expect(done).toEqual(Array.from({ length: SOCKET.imageDoneMarkets }, (_, n) => `done:${n}`));
	for (const { spec, status } of state.markets) if (status === "open") expect(order).toContain(spec.marketId);
});

/** The long match, whose last markets are these. */
async function longMatchWith(last: Readonly<Record<string, "closed" | "settled">>): Promise<MatchState> {
	const state = await longMatch();
	const [done] = state.markets.filter(({ spec }) => spec.marketId === "done:0");
	if (done === undefined) throw new Error("nothing is done");
	const others = Object.entries(last).map(([marketId, status]): ListedMarket => {
		return { ...done, status, spec: { ...done.spec, marketId } };
	});
	return { ...state, markets: [...state.markets, ...others] };
}

test("[FRM-3] a result is shown before markets that are closed, and what has been bet on before both", async () => {
	const state = await longMatchWith({ "done:990": "closed", "done:991": "settled", "done:992": "closed" });
	const order = wireOrder(state, new Set(["done:990"]));
	expect(order).toContain("done:990");
	expect(order).toContain("done:991");
	expect(order).not.toContain("done:992");
	expect(order).not.toContain(`done:${SOCKET.imageDoneMarkets - 2}`);
	expect(wireOrder(state, NONE)).not.toContain("done:990");
});

test("[FRM-3] lines of one kind do not put out a market of which there is one, with bets on all of them or on none", async () => {
	const state = await longMatchWith({ lifted: "closed" });
	expect(wireOrder(state, NONE)).toContain("lifted");
	const all = new Set(state.markets.map(({ spec }) => spec.marketId));
	expect(wireOrder(state, all)).toContain("lifted");
});

test("[FRM-2] a market that was left out as done and is open again comes back to every reader", async () => {
	const state = await longMatch();
	const profile = profileOf("standard", CURRENT_MARGINS);
	if (profile === null) throw new Error("no standard view");
	const sent: string[] = [];
	const frames = new MatchBroadcast({
		topic: "match:final",
		epoch: "e",
		send: (frame) => sent.push(frame),
		betOn: () => NONE,
	});
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
