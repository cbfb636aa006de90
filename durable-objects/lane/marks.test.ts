/** Marks of many matches over one timer. */
import { beforeEach, expect, test } from "vitest";
import { FEED } from "../../shared/limits.ts";
import { createTestWorld, type TestWorld } from "../../testing/world.ts";
import { Marks } from "./marks.ts";

let world: TestWorld;
let called: { readonly matchId: string; readonly atMs: number }[];
let timers: number;
let marks: Marks;
beforeEach(() => {
	world = createTestWorld();
	called = [];
	timers = 0;
	const ports = world.ports("lane");
	const timer: typeof ports.timer = (delayMs, run) => {
		timers++;
		return ports.timer(delayMs, run);
	};
	marks = new Marks({ ...ports, timer }, (matchId) => {
		called.push({ matchId, atMs: ports.now() });
		marks.setAt(matchId, ports.now() + FEED.markMs);
	});
});

const names = (count: number): readonly string[] => Array.from({ length: count }, (_, no) => `m${no}`);
const gapsOf = (matchId: string): readonly number[] => {
	const times = called.filter((call) => call.matchId === matchId).map(({ atMs }) => atMs);
	return times.slice(1).map((atMs, at) => atMs - (times[at] ?? 0));
};

test("FEED.sweepMs: matches that answered within a quarter of a mark's time have their marks together, over one timer", async () => {
	for (const name of names(10)) {
		marks.setAt(name, world.now() + FEED.markMs);
		await world.advance(20);
	}
	await world.advance(10_000);
	expect(new Set(called.map(({ atMs }) => atMs)).size).toBe(10);
	expect(timers).toBeLessThanOrEqual(11);
	for (const name of names(10)) expect(gapsOf(name)).toEqual(Array.from({ length: 9 }, () => FEED.markMs));
});

test("[LAN-2] a lane whose timers come late marks its matches that much later, and not four times as much", async () => {
	const ports = world.ports("lane");
	const lateMs = 500;
	marks = new Marks({ now: ports.now, timer: (delayMs, run) => ports.timer(delayMs + lateMs, run) }, (matchId) => {
		called.push({ matchId, atMs: ports.now() });
		marks.setAt(matchId, ports.now() + FEED.markMs);
	});
	for (const name of names(400)) marks.setAt(name, world.now() + FEED.markMs);
	await world.advance(30_000);
	for (const name of names(400)) expect(Math.max(...gapsOf(name))).toBeLessThanOrEqual(FEED.markMs + 2 * lateMs);
});

test("FEED.sweepMatches: hundreds that answered at one moment go apart, and each has its mark once a second from then on", async () => {
	for (const name of names(200)) marks.setAt(name, world.now() + FEED.markMs);
	await world.advance(FEED.markMs);
	expect(called.length).toBe(50);
	await world.advance(10_000);
	const atOnce = Map.groupBy(called, ({ atMs }) => atMs);
	expect(Math.max(...[...atOnce.values()].map(({ length }) => length))).toBe(50);
	for (const name of names(200)) expect(gapsOf(name).slice(0, 9)).toEqual(Array.from({ length: 9 }, () => FEED.markMs));
	expect(timers).toBeLessThanOrEqual(45);
	called = [];
	for (const name of names(FEED.sweepMatches)) marks.setAt(name, world.now() + 500);
	for (const name of names(200).slice(FEED.sweepMatches)) marks.clear(name);
	await world.advance(500);
	expect(called.length).toBe(FEED.sweepMatches);
});

test("a match that is called meanwhile has no mark before it has answered, and then a second later", async () => {
	marks.setAt("m1", world.now() + FEED.markMs);
	await world.advance(400);
	marks.clear("m1");
	await world.advance(5_000);
	expect(called).toEqual([]);
	const answeredAtMs = world.now();
	marks.setAt("m1", answeredAtMs + FEED.markMs);
	await world.advance(FEED.markMs);
	expect(called.map(({ atMs }) => atMs)).toEqual([answeredAtMs + FEED.markMs]);
});

test.each([-3_600_000, 3_600_000])("a clock that is set by %i ms keeps no match waiting for its mark", async (byMs) => {
	for (const name of names(40)) marks.setAt(name, world.now() + FEED.markMs);
	await world.advance(2_500);
	called = [];
	world.setClock("lane", byMs);
	await world.advance(2 * FEED.markMs);
	expect(new Set(called.map(({ matchId }) => matchId)).size).toBe(40);
	called = [];
	await world.advance(10_000);
	for (const name of names(40)) expect(Math.max(...gapsOf(name))).toBeLessThanOrEqual(FEED.markMs + FEED.sweepMs);
});
