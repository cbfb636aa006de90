import { describe, expect, test } from "vitest";
import { FOOTBALL_REPLAYS } from "../../replays/all.ts";
import type { FootballReplay } from "../../replays/football-replay.ts";
import { decode } from "../../shared/decode.ts";
import { type FeedMessage, feedMessageSchema } from "../../shared/feeds/canonical.ts";
import { footballTimelineOf, secondsOf } from "./football-timeline.ts";
import type { Due } from "./timeline.ts";

const replayOf = (id: string): FootballReplay | null => FOOTBALL_REPLAYS.find((replay) => replay.id === id) ?? null;
const START_MS = 1_800_000_000_000;
const SPEEDS = [1, 10, 120];

function of(id: string, options: { fromMinute?: number; speed?: number; seed?: number } = {}): readonly Due[] {
	const replay = replayOf(id);
	if (replay === null) throw new Error(`no replay ${id}`);
	const { fromMinute = 0, speed = 10, seed = 1 } = options;
	return footballTimelineOf({ replay, matchId: `${id}-t`, seed, speed, fromMinute, startMs: START_MS }).events;
}

const incidentsOf = (events: readonly Due[], incident: string): readonly (Due & { message: Incident })[] =>
	events.filter(
		(due): due is Due & { message: Incident } => isIncident(due.message) && due.message.incident === incident,
	);
type Incident = Extract<FeedMessage, { kind: "incident" }>;
const isIncident = (message: FeedMessage): message is Incident => message.kind === "incident";
const isInvented = ({ message }: Due): boolean => message.invented === true;

describe.each(FOOTBALL_REPLAYS.map((replay) => replay.id))("%s", (id) => {
	test("every message is a canonical input, in order, under an id of its own", () => {
		for (const speed of SPEEDS) {
			const events = of(id, { speed });
			for (const { message } of events) expect(decode(feedMessageSchema, message)).toMatchObject({ ok: true });
			expect(events.map(({ dueMs }) => dueMs)).toEqual(events.map(({ dueMs }) => dueMs).toSorted((a, b) => a - b));
			expect(new Set(events.map(({ message }) => message.id)).size).toBe(events.length);
			expect(events[0]?.message.kind).toBe("fixture");
			expect(events.at(-1)?.message).toMatchObject({ kind: "state", phase: "ended", clock: { running: false } });
		}
	});

	test("the same seed gives the same bytes, another seed the same facts", () => {
		const [first, again, other] = [of(id), of(id), of(id, { seed: 2 })];
		expect(JSON.stringify(again)).toBe(JSON.stringify(first));
		expect(JSON.stringify(other)).not.toBe(JSON.stringify(first));
		const facts = (events: readonly Due[]) =>
			events.flatMap(({ dueMs, message }) =>
				isIncident(message) && message.invented !== true ? [[dueMs, message.incidentId]] : [],
			);
		expect(facts(other)).toEqual(facts(first));
	});

	test("goals and cards fall into their phases, and the final score is the real one", () => {
		for (const speed of SPEEDS) {
			const events = of(id, { speed });
			let phase = "";
			const found: string[] = [];
			for (const { message } of events) {
				if (message.kind === "state") phase = message.phase;
				if (isIncident(message) && /goal|card/.test(message.incident)) found.push(`${message.minuteText} ${phase}`);
			}
			const expected = [...(replayOf(id)?.goals ?? []), ...(replayOf(id)?.cards ?? [])].map(({ minute }) => {
				const { base } = secondsOf(minute);
				const name =
					base <= 45 ? "first_half" : base <= 90 ? "second_half" : base <= 105 ? "extra_first" : "extra_second";
				return `${minute} ${name}`;
			});
			expect(found.toSorted()).toEqual(expected.toSorted());
		}
	});

	test("after a goal the market waits four to six real seconds at any speed", () => {
		for (const speed of SPEEDS) {
			const events = of(id, { speed });
			for (const { dueMs, message } of incidentsOf(events, "goal")) {
				const stands = events.find(
					(due) => due.message.kind === "confirmation" && due.message.incidentId === message.incidentId,
				);
				expect((stands?.dueMs ?? 0) - dueMs).toBeGreaterThanOrEqual(4_000);
				expect((stands?.dueMs ?? 0) - dueMs).toBeLessThanOrEqual(6_000);
			}
		}
	});

	test("what is added says that it is invented, comes in pairs, and stays clear of what happened", () => {
		for (const seed of [1, 2, 3]) {
			const events = of(id, { seed });
			const invented = events.filter(isInvented);
			expect(invented.length).toBeGreaterThan(4);
			const real = events.filter((due) => !isInvented(due) && /goal|card/.test(incidentOf(due)));
			for (const { dueMs } of invented)
				for (const { dueMs: happenedMs } of real) expect(Math.abs(dueMs - happenedMs)).toBeGreaterThanOrEqual(1_999);
			// An all-clear never comes between a goal and its confirmation, where it would lift the goal's suspension.
			const goals = incidentsOf(events, "goal").map(({ dueMs }) => dueMs);
			for (const { dueMs, message } of invented)
				if (message.kind === "bet_start")
					expect(goals.some((goalMs) => dueMs > goalMs && dueMs < goalMs + 4_000)).toBe(false);
			const count = (kind: string) => events.filter(({ message }) => message.kind === kind).length;
			expect(count("bet_start")).toBe(count("bet_stop"));
		}
	});
});

const incidentOf = ({ message }: Due): string => (isIncident(message) ? message.incident : "");

describe("the 2022 final", () => {
	test("goals: 2-0, 2-2 after ninety minutes, 3-3 after extra time", () => {
		expect(
			incidentsOf(of("wc2022-final"), "goal").map(({ message }) => `${message.minuteText} ${message.side}`),
		).toEqual(["23 home", "36 home", "80 away", "81 away", "108 home", "118 away"]);
	});

	test("the shoot-out kick by kick: France began, Argentina won 4-2", () => {
		const kicks = incidentsOf(of("wc2022-final"), "shootout_kick").map(({ message }) => message);
		expect(kicks.map(({ player, detail }) => `${player} ${detail}`)).toEqual([
			"Kylian Mbappé scored",
			"Lionel Messi scored",
			"Kingsley Coman missed",
			"Paulo Dybala scored",
			"Aurélien Tchouaméni missed",
			"Leandro Paredes scored",
			"Randal Kolo Muani scored",
			"Gonzalo Montiel scored",
		]);
		const scored = (side: string) => kicks.filter((kick) => kick.side === side && kick.detail === "scored").length;
		expect([scored("home"), scored("away")]).toEqual([4, 2]);
	});

	test("stoppage is announced for every period", () => {
		expect(incidentsOf(of("wc2022-final"), "stoppage_announced").map(({ message }) => message.value)).toEqual([
			7, 8, 1, 5,
		]);
	});

	test("kicks leave ten real seconds to bet at any speed", () => {
		for (const speed of SPEEDS) {
			const dues = incidentsOf(of("wc2022-final", { speed }), "shootout_kick").map(({ dueMs }) => dueMs);
			for (const [index, dueMs] of dues.entries())
				if (index > 0) expect(dueMs - (dues[index - 1] ?? 0)).toBeGreaterThanOrEqual(10_000);
		}
	});
});

describe("a start in mid-match", () => {
	test("what was is sent at once, in order, as having happened then; the rest follows", () => {
		const events = of("wc2022-final", { fromMinute: 78 });
		const past = events.filter(({ dueMs }) => dueMs === 0);
		expect(incidentsOf(past, "goal").map(({ message }) => message.minuteText)).toEqual(["23", "36"]);
		for (const { message } of incidentsOf(past, "goal")) expect(message.occurredAt?.atMs).toBeLessThan(START_MS);
		expect(past.findLast(({ message }) => message.kind === "state")?.message).toMatchObject({
			phase: "second_half",
			clock: { elapsedSec: 78 * 60, running: true, rate: 10 },
		});
		const [late] = incidentsOf(events, "goal").slice(2);
		expect(late).toMatchObject({ dueMs: 9_000, message: { occurredAt: { atMs: START_MS + 9_000, precision: "ms" } } });
		expect(past.some(isInvented)).toBe(false);
	});

	test("the clock is restated each fifteen seconds, as it then stands", () => {
		const states = of("wc2022-final", { fromMinute: 78 }).flatMap(({ dueMs, message }) =>
			message.kind === "state" && message.phase === "second_half" ? [[dueMs, message.clock?.elapsedSec]] : [],
		);
		// The first is the half's beginning, told at once; then from the moment of the start.
		expect(states.slice(0, 4)).toEqual([
			[0, 2_700],
			[0, 4_680],
			[15_000, 4_830],
			[30_000, 4_980],
		]);
	});

	test.each(SPEEDS)("at speed %d something suspends within thirty seconds of a start at 78' and at 88'", (speed) => {
		for (const [id, fromMinute] of [
			["wc2022-final", 78],
			["wc2018-bel-jpn", 88],
		] as const) {
			const first = of(id, { fromMinute, speed }).find(
				({ dueMs, message }) =>
					dueMs > 0 && (message.kind === "bet_stop" || (isIncident(message) && message.incident === "goal")),
			);
			expect(first?.dueMs).toBeLessThanOrEqual(30_000);
		}
	});

	test("a match from 88' ends, and its markets settle, within 120 s at ten times speed", () => {
		expect(of("wc2018-bel-jpn", { fromMinute: 88 }).at(-1)?.dueMs).toBeLessThanOrEqual(60_000);
	});
});
