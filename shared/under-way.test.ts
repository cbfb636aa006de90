import { describe, expect, test } from "vitest";
import { EDGE_SHARE, FEED } from "./limits.ts";
import { UnderWay } from "./under-way.ts";

describe("[SHR-1] what is under way", () => {
	test("has a bound by name, and one that ends makes room for one, once", () => {
		const underWay = new UnderWay(2, 1_000, () => 0);
		const [first, second] = [underWay.enter("a"), underWay.enter("a")];
		expect([first, second]).not.toContain(null);
		expect([underWay.enter("a"), underWay.hasRoom("a"), underWay.hasRoom("b")]).toEqual([null, false, true]);
		first?.();
		first?.();
		expect(underWay.enter("a")).not.toBeNull();
		expect(underWay.enter("a")).toBeNull();
	});

	test.each([
		["EDGE_SHARE.longestPlacingMs", EDGE_SHARE.longestPlacingMs],
		["FEED.longestPushMs", FEED.longestPushMs],
	])("%s: counts nothing that was dropped with its request, once it would be over", (_, longestMs) => {
		let nowMs = 100_000;
		const underWay = new UnderWay(1, longestMs, () => nowMs);
		const lost = underWay.enter("a");
		nowMs += longestMs;
		expect(underWay.enter("a")).toBeNull();
		nowMs += 1;
		expect(underWay.enter("a")).not.toBeNull();
		lost?.();
		expect(underWay.hasRoom("a")).toBe(false);
		nowMs -= 2 * longestMs;
		expect(underWay.hasRoom("a")).toBe(true);
	});
});
