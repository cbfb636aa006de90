import { describe, expect, test } from "vitest";
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

	test("counts nothing that was dropped with its request, once it would be over", () => {
		let nowMs = 5_000;
		const underWay = new UnderWay(1, 1_000, () => nowMs);
		const lost = underWay.enter("a");
		nowMs += 1_000;
		expect(underWay.enter("a")).toBeNull();
		nowMs += 1;
		expect(underWay.enter("a")).not.toBeNull();
		lost?.();
		expect(underWay.hasRoom("a")).toBe(false);
		nowMs -= 4_000;
		expect(underWay.hasRoom("a")).toBe(true);
	});
});
