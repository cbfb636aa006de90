import { describe, expect, test } from "vitest";
import { applyInput, hasEnded, type MatchState, openMatch, tickOf } from "../../durable-objects/match/core.ts";
import { basketball } from "../../pricing/basketball/basketball.ts";
import type { BasketballState } from "../../pricing/basketball/state.ts";
import { nba2016Game7 } from "../../replays/basketball-nba2016-game7.ts";
import type { BasketballReplay } from "../../replays/basketball-replay.ts";
import { matchTerms } from "../../shared/catalogue/match-terms.ts";
import { decode } from "../../shared/decode.ts";
import { type FeedMessage, feedMessageSchema, type Input } from "../../shared/feeds/canonical.ts";
import { basketballTimelineOf } from "./basketball-timeline.ts";
import type { Due, Timeline } from "./timeline.ts";

const START_MS = 1_800_000_000_000;
const SPEEDS = [1, 10, 120];

type Choice = {
	readonly speed?: number;
	readonly seed?: number;
	readonly fromMinute?: number;
	readonly replay?: BasketballReplay;
};
const of = ({ speed = 10, seed = 1, fromMinute = 0, replay = nba2016Game7 }: Choice = {}): Timeline =>
	basketballTimelineOf({ replay, matchId: "nba-t", seed, speed, fromMinute, startMs: START_MS });

type Incident = Extract<FeedMessage, { kind: "incident" }>;
const incidentsOf = ({ events }: Timeline, type?: string): readonly (Incident & { readonly dueMs: number })[] =>
	events.flatMap(({ dueMs, message }) =>
		message.kind === "incident" && (type === undefined || message.incident === type) ? [{ ...message, dueMs }] : [],
	);

/** Applies a timeline to the module at its own due times; throws at the first refusal. */
function applied({ events }: Timeline, upToMs = Number.POSITIVE_INFINITY): BasketballState {
	const [fixture, ...rest] = events;
	if (fixture?.message.kind !== "fixture") throw new Error("the first message is the fixture");
	let state = basketball.initial(fixture.message);
	for (const { dueMs, message } of rest) {
		if (dueMs > upToMs) break;
		const reduced = basketball.reduce(state, message as Input, tickOf(START_MS + dueMs));
		if (!reduced.ok) throw new Error(`${JSON.stringify(message)}: ${reduced.message}`);
		state = reduced.state;
	}
	return state;
}

/** Two overtimes, so that their breaks and ends are played as well. */
const long: BasketballReplay = {
	...nba2016Game7,
	id: "long",
	quarters: [
		{ home: 25, away: 24 },
		{ home: 20, away: 21 },
		{ home: 25, away: 25 },
		{ home: 20, away: 20 },
		{ home: 9, away: 9 },
		{ home: 11, away: 6 },
	],
};

describe("the seventh game of 2016", () => {
	test("every message is a canonical input, in order, under an id of its own", () => {
		for (const speed of SPEEDS) {
			const { events } = of({ speed });
			for (const { message } of events) expect(decode(feedMessageSchema, message)).toMatchObject({ ok: true });
			const dues = events.map(({ dueMs }) => dueMs);
			expect(dues).toEqual(dues.toSorted((a, b) => a - b));
			expect(new Set(events.map(({ message }) => message.id)).size).toBe(events.length);
			expect(events.at(-1)?.message).toMatchObject({ kind: "state", phase: "ended", clock: { running: false } });
		}
	});

	test("the module takes all of it at any speed and with any seed, and ends with the real score by quarters", () => {
		for (const [speed, seed] of [
			[1, 1],
			[10, 1],
			[120, 1],
			[10, 2],
			[10, 3],
			[10, 4],
		] as const) {
			const state = applied(of({ speed, seed }));
			expect(basketball.ended(state)).toBe(true);
			expect(basketball.scoreView(state)).toMatchObject({
				home: 89,
				away: 93,
				lines: [
					["Q1", "22", "23"],
					["Q2", "27", "19"],
					["Q3", "27", "33"],
					["Q4", "13", "18"],
				],
			});
			const winner = basketball.results(state).find(({ spec }) => spec.marketId === "ml");
			expect(winner?.state).toMatchObject({ kind: "settled", outcomes: { away: { kind: "win" } } });
		}
	});

	test("a match of two overtimes is played to its end as well", () => {
		const state = applied(of({ replay: long }));
		expect(basketball.scoreView(state)).toMatchObject({ home: 110, away: 105 });
		expect(basketball.scoreView(state).lines.map(([label]) => label)).toEqual(["Q1", "Q2", "Q3", "Q4", "OT1", "OT2"]);
	});

	test("the same seed gives the same bytes; another one another course to the same quarters", () => {
		expect(JSON.stringify(of())).toBe(JSON.stringify(of()));
		expect(JSON.stringify(of({ seed: 2 }))).not.toBe(JSON.stringify(of()));
	});

	test("what happens within the quarters says that it is invented: baskets, fouls, time-outs, reviews", () => {
		for (const seed of [1, 2, 3, 4, 5]) {
			const timeline = of({ seed });
			const incidents = incidentsOf(timeline);
			expect(incidents.every(({ invented }) => invented === true)).toBe(true);
			expect(incidentsOf(timeline, "basket").length).toBeGreaterThan(70);
			expect(incidentsOf(timeline, "foul").length).toBeGreaterThan(20);
			expect(incidentsOf(timeline, "timeout").length).toBeGreaterThan(3);
			expect(incidentsOf(timeline, "var_review").length).toBeGreaterThan(0);
			// No side calls more time-outs than it has, and no foul of a period gives free throws that nobody takes.
			for (const side of ["home", "away"])
				expect(incidentsOf(timeline, "timeout").filter((one) => one.side === side).length).toBeLessThanOrEqual(6);
		}
	});

	test("in a time-out the clock stands and the ball stays", () => {
		const timeline = of();
		const [timeout] = incidentsOf(timeline, "timeout");
		const called = applied(timeline, timeout?.dueMs);
		expect(called.clock.running).toBe(false);
		expect(called.ball).toEqual({ kind: "possession", side: timeout?.side });
		const next = timeline.events.find(({ dueMs }) => dueMs > (timeout?.dueMs ?? 0));
		expect((next?.dueMs ?? 0) - (timeout?.dueMs ?? 0)).toBe(5_000);
		expect(next?.message).toMatchObject({
			kind: "state",
			clock: { elapsedSec: called.clock.elapsedSec, running: true },
		});
	});

	test("a review stops for four to six seconds and is confirmed, at any speed", () => {
		for (const speed of SPEEDS) {
			const timeline = of({ speed });
			for (const review of incidentsOf(timeline, "var_review")) {
				const isOver = ({ message }: Due): boolean =>
					message.kind === "confirmation" && message.incidentId === review.incidentId;
				const over = timeline.events.find(isOver);
				expect((over?.dueMs ?? 0) - review.dueMs).toBeGreaterThanOrEqual(4_000);
				expect((over?.dueMs ?? 0) - review.dueMs).toBeLessThanOrEqual(6_000);
			}
		}
	});

	test("at ten times speed it lasts six to ten minutes, and something suspends in its second quarter", () => {
		const timeline = of();
		expect(timeline.endsMs).toBeGreaterThan(6 * 60_000);
		expect(timeline.endsMs).toBeLessThan(10 * 60_000);
		const first = incidentsOf(timeline, "var_review")[0];
		expect(applied(timeline, first?.dueMs).phase).toBe("q2");
	});

	test("a start in mid-match tells at once what was, as having happened then, and where the clock is", () => {
		for (const fromMinute of [13, 24, 30.5, 46, 47.5, 60]) {
			const timeline = of({ fromMinute });
			const past = timeline.events.filter(({ dueMs }) => dueMs === 0);
			for (const { message } of past)
				if (message.kind === "incident") expect(message.occurredAt?.atMs).toBeLessThanOrEqual(START_MS);
			const state = applied(timeline, 0);
			if (fromMinute === 60) expect(state.phase).toBe("ended");
			else expect(Math.abs(basketball.clockView(state, START_MS).elapsedSec - fromMinute * 60)).toBeLessThan(0.2);
			expect(basketball.scoreView(applied(timeline))).toMatchObject({ home: 89, away: 93 });
		}
	});

	test("the match object's core takes it: prices, suspension in reviews, new versions in the last two minutes, every market settled", () => {
		const { events } = of();
		let state: MatchState | null = null;
		const statuses = new Set<string>();
		for (const [index, { dueMs, message }] of events.entries()) {
			const atMs = START_MS + dueMs;
			const logged = { seq: index + 1, provider: "replay", receivedAtMs: atMs, input: message as Input };
			const now: ReturnType<typeof openMatch> =
				state === null ? openMatch(logged, tickOf(atMs), matchTerms) : applyInput(state, logged, tickOf(atMs));
			if (!now.ok) throw new Error(`${message.id}: ${now.message}`);
			state = now.state;
			for (const market of state.markets) if (market.spec.marketId === "ml") statuses.add(market.status);
		}
		if (state === null) throw new Error("nothing was played");
		expect(hasEnded(state)).toBe(true);
		expect([...statuses].toSorted()).toEqual(["closed", "open", "settled", "suspended"]);
		expect(state.markets.length).toBeGreaterThan(100);
		expect(state.markets.filter(({ status }) => status !== "settled").map(({ spec }) => spec.marketId)).toEqual([]);
		expect(state.markets.find(({ spec }) => spec.marketId === "ml")?.version).toBeGreaterThan(8);
	});
});
