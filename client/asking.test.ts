import { expect, test } from "vitest";
import { CLIENT } from "../shared/limits.ts";
import { Asking } from "./asking.ts";

/** When it is due, counted from now, to the millisecond. */
function dueIn(asking: Asking, nowMs: number): number | null {
	for (let ms = 0; ms <= 10 * CLIENT.resyncMaxMs; ms++) if (asking.isDue(nowMs + ms)) return ms;
	return null;
}

test("[FRM-2] CLIENT.resyncMinMs, resyncMaxMs: after a first gap at once, then doubling, each at a random half of it", () => {
	for (const random of [0, 0.999_999]) {
		const asking = new Asking(() => random);
		const part = (0.5 + random / 2) * 1;
		asking.asked(0);
		asking.answered(0);
		asking.gap(1);
		expect(dueIn(asking, 1)).toBe(0);
		let limitMs: number = CLIENT.resyncMinMs * 2;
		for (let n = 0; n < 8; n++) {
			asking.asked(10);
			asking.answered(10);
			asking.gap(20);
			expect(dueIn(asking, 20)).toBe(Math.ceil(Math.min(limitMs, CLIENT.resyncMaxMs) * part));
			limitMs *= 2;
		}
	}
});

test("[FRM-2] CLIENT.calmMs: a topic that was whole for so long is asked for at once again", () => {
	const asking = new Asking(() => 0);
	for (let n = 0; n < 5; n++) {
		asking.asked(0);
		asking.answered(0);
		asking.gap(0);
	}
	asking.asked(0);
	asking.answered(0);
	asking.gap(CLIENT.calmMs - 1);
	expect(dueIn(asking, CLIENT.calmMs - 1)).toBeGreaterThan(0);
	asking.asked(0);
	asking.answered(0);
	asking.gap(CLIENT.calmMs);
	expect(dueIn(asking, CLIENT.calmMs)).toBe(0);
});

test("[FRM-2] a question that is put in other words is put at once, and counts as no try", () => {
	const asking = new Asking(() => 0);
	for (let n = 0; n < 3; n++) {
		asking.asked(0);
		asking.gap(0);
	}
	const later = dueIn(asking, 0);
	asking.asked(0);
	asking.reworded(0);
	expect(dueIn(asking, 0)).toBe(0);
	asking.gap(0);
	expect([dueIn(asking, 0), (later ?? 0) > 0]).toEqual([later, true]);
});

test("[FRM-2] CLIENT.answerMs: without an answer it is asked again, for as long as it takes", () => {
	const asking = new Asking(() => 0);
	let nowMs = 0;
	const waits: number[] = [];
	for (let n = 0; n < 7; n++) {
		asking.asked(nowMs);
		const ms = dueIn(asking, nowMs) ?? 0;
		waits.push(ms);
		nowMs += ms;
	}
	expect(waits).toEqual([5_000, 5_000, 5_000, 8_000, 15_000, 15_000, 15_000]);
	asking.answered(nowMs);
	expect(dueIn(asking, nowMs)).toBeNull();
});

test("[FRM-2] what cannot be read is never asked for at once, and more of it puts no question off", () => {
	const asking = new Asking(() => 0.5);
	asking.asked(0);
	asking.answered(0);
	asking.unreadable(0);
	const first = dueIn(asking, 0) ?? 0;
	expect(first).toBe(0.75 * CLIENT.resyncMinMs);
	for (let ms = 0; ms < first; ms += 100) asking.unreadable(ms);
	expect(dueIn(asking, 0)).toBe(first);
});
