import fc from "fast-check";
import { expect, test } from "vitest";
import { type Bucket, Buckets, take } from "./token-bucket.ts";

const terms = { burst: 3, perSec: 2 };

test("a burst is granted at once, the next after what it takes to come back", () => {
	let bucket: Bucket | undefined;
	const at = (nowMs: number): number | null => {
		const taken = take(bucket, terms, nowMs);
		bucket = taken.bucket;
		return taken.retryAfterMs;
	};
	expect([at(0), at(0), at(0), at(0)]).toEqual([null, null, null, 500]);
	expect(at(499)).toBe(1);
	expect(at(500)).toBeNull();
	expect(at(500)).toBe(500);
});

test("whoever waits as long as told is granted, and nobody gets more than burst + rate × time", () => {
	const rates = fc.record({ burst: fc.integer({ min: 1, max: 50 }), perSec: fc.integer({ min: 1, max: 50 }) });
	fc.assert(
		fc.property(rates, fc.array(fc.integer({ min: -500, max: 2_000 }), { maxLength: 200 }), (some, steps) => {
			let bucket: Bucket | undefined;
			let nowMs = 1_000_000;
			let newestMs = nowMs;
			let granted = 0;
			for (const step of steps) {
				nowMs += step;
				// A clock may step back; what came back before that is not given again.
				newestMs += Math.max(0, step);
				const taken = take(bucket, some, nowMs);
				bucket = taken.bucket;
				if (taken.retryAfterMs === null) granted++;
				else expect(take(bucket, some, nowMs + taken.retryAfterMs).retryAfterMs).toBeNull();
				expect(bucket.milli).toBeGreaterThanOrEqual(0);
			}
			expect(granted).toBeLessThanOrEqual(some.burst + ((newestMs - 1_000_000) * some.perSec) / 1_000);
		}),
	);
});

test("buckets are bounded, full ones go first, and who is rushing is not forgotten for a newcomer", () => {
	const buckets = new Buckets({ burst: 2, perSec: 1 }, 3);
	buckets.take("resting", 0);
	for (const key of ["rushing", "rushing", "other"]) buckets.take(key, 1_500);
	buckets.take("newcomer", 1_600);
	expect(buckets.size).toBe(3);
	expect([buckets.has("rushing", 1_700), buckets.has("nobody", 1_700)]).toEqual([false, true]);
	expect(buckets.take("rushing", 1_700)).toBe(800);
	for (let stranger = 0; stranger < 1_000; stranger++) buckets.take(`s${stranger}`, 1_800);
	expect(buckets.size).toBe(3);
});
