import { describe, expect, test } from "vitest";
import { applyInput, type MatchState, openMatch } from "../../durable-objects/match/core.ts";
import type { TennisState } from "../../pricing/tennis/state.ts";
import { tennis } from "../../pricing/tennis/tennis.ts";
import { TENNIS_REPLAYS } from "../../replays/tennis-all.ts";
import { matchTerms } from "../../shared/catalogue/match-terms.ts";
import { decode } from "../../shared/decode.ts";
import { type FeedMessage, feedMessageSchema, type Input } from "../../shared/feeds/canonical.ts";
import { winnersIn } from "../../testing/tennis.ts";
import { tennisTimelineOf } from "./tennis-timeline.ts";
import type { Due } from "./timeline.ts";

const START_MS = 1_800_000_000_000;
const SPEEDS = [1, 10, 120];

function of(id: string, options: { fromMinute?: number; speed?: number; seed?: number } = {}): readonly Due[] {
	const replay = TENNIS_REPLAYS.find((one) => one.id === id);
	if (replay === undefined) throw new Error(`no replay ${id}`);
	const { fromMinute = 0, speed = 10, seed = 1 } = options;
	return tennisTimelineOf({ replay, matchId: `${id}-t`, seed, speed, fromMinute, startMs: START_MS }).events;
}
const isInput = (message: FeedMessage): message is Exclude<FeedMessage, { kind: "heartbeat" }> =>
	message.kind !== "heartbeat";

/** The sport's state after a timeline; any refusal is a fault. */
function applied(events: readonly Due[]): TennisState {
	const [first, ...rest] = events.map(({ message }) => message).filter(isInput);
	if (first?.kind !== "fixture") throw new Error("no fixture");
	const solved = tennis.params(first);
	if (!solved.ok) throw new Error(solved.message);
	let state = tennis.initial(first);
	for (const input of rest as readonly Input[]) {
		const reduced = tennis.reduce(state, input, START_MS);
		if (!reduced.ok) throw new Error(`${input.kind} ${input.id}: ${reduced.message}`);
		state = reduced.state;
	}
	return state;
}

describe.each(TENNIS_REPLAYS)("$id", ({ id, sets, format }) => {
	test("every message is a canonical input, in order, under an id of its own, and what was invented says so", () => {
		for (const speed of SPEEDS) {
			const events = of(id, { speed });
			for (const { message } of events) expect(decode(feedMessageSchema, message)).toMatchObject({ ok: true });
			const dues = events.map(({ dueMs }) => dueMs);
			expect(dues).toEqual(dues.toSorted((a, b) => a - b));
			expect(new Set(events.map(({ message }) => message.id)).size).toBe(events.length);
			expect(events[0]?.message.kind).toBe("fixture");
			expect(events.at(-1)?.message).toMatchObject({ kind: "state", phase: "ended", clock: { running: false } });
			const known = events.filter(({ message }) => message.invented !== true).map(({ message }) => message);
			expect(known.map((message) => (message.kind === "incident" ? message.incident : message.kind))).toEqual([
				"fixture",
				...sets.map(() => "set"),
				"state",
			]);
		}
	});

	test("no message is refused, at any seed, and the match ends with the real score", () => {
		for (const seed of [1, 2, 3, 4, 5]) {
			const events = of(id, { seed });
			const state = applied(events);
			expect(state.phase).toBe("ended");
			expect(state.now.done.map(({ home, away }) => ({ home, away }))).toEqual(
				sets.map(({ home, away }) => ({ home, away })),
			);
			// Nothing had to be filled in: every point was told, and every statement agreed with them.
			expect(JSON.stringify(state.now)).not.toMatch(/[HA>?]/);
			expect(winnersIn(state, "ml")).toEqual(["home"]);
			for (const [index, { tieBreak }] of sets.entries()) {
				expect(winnersIn(state, `set:${index + 1}:tb`)).toEqual([tieBreak === undefined ? "no" : "yes"]);
				const last = state.now.done[index]?.games.at(-1) ?? "";
				const count = (letter: string): number => last.split(letter).length - 1;
				if (tieBreak !== undefined) expect({ home: count("h"), away: count("a") }).toEqual(tieBreak);
			}
		}
	});

	test("[MAT-1] through the match core: nothing is refused, and every market that was listed is settled", () => {
		const [first, ...rest] = of(id)
			.map(({ message }) => message)
			.filter(isInput);
		const log = (input: Input, seq: number) => ({ seq, provider: "replay", receivedAtMs: START_MS, input });
		const opened = openMatch(log(first as Input, 1), START_MS, matchTerms);
		if (!opened.ok) throw new Error(opened.message);
		let state: MatchState = opened.state;
		for (const [index, input] of rest.entries()) {
			const next = applyInput(state, log(input as Input, index + 2), START_MS);
			if (!next.ok) throw new Error(next.message);
			state = next.state;
		}
		expect(state.markets.filter(({ status }) => status !== "settled").map(({ spec }) => spec.marketId)).toEqual([]);
		expect(state.markets.length).toBeGreaterThan(100);
	});

	test("the same seed gives the same bytes, another seed other points of the same sets", () => {
		expect(JSON.stringify(of(id))).toBe(JSON.stringify(of(id)));
		expect(JSON.stringify(of(id, { seed: 2 }))).not.toBe(JSON.stringify(of(id)));
	});

	test("betting stops and starts in pairs, danger comes and goes, and the longest match takes 10 to 15 minutes at ten times speed", () => {
		for (const seed of [1, 2, 3]) {
			const events = of(id, { seed });
			const all = (kind: string) => events.filter(({ message }) => message.kind === kind);
			expect(all("bet_stop").length).toBe(all("bet_start").length);
			expect(all("bet_stop").length).toBeGreaterThan(2);
			const [on, off] = [true, false].map((is) =>
				all("danger").filter(({ message }) => message.kind === "danger" && message.on === is),
			);
			expect(on?.length).toBe(off?.length);
			expect(on?.length).toBeGreaterThan(0);
			const minutes = (events.at(-1)?.dueMs ?? 0) / 60_000;
			expect(minutes).toBeLessThan(15.5);
			if (format.bestOf === 5) expect(minutes).toBeGreaterThan(9);
		}
	});

	test("a start in mid-match tells what was at once, then where the clock and the score stand", () => {
		const events = of(id, { fromMinute: 20 });
		const past = events.filter(({ dueMs }) => dueMs === 0);
		expect(past.filter(({ message }) => message.kind === "incident").length).toBeGreaterThan(20);
		for (const { message } of past)
			if (message.kind === "incident") expect(message.occurredAt?.atMs).toBeLessThanOrEqual(START_MS);
		expect(past.at(-1)?.message).toMatchObject({ kind: "state", clock: { elapsedSec: 1_200, rate: 10 } });
		expect(applied(events).phase).toBe("ended");
	});
});
