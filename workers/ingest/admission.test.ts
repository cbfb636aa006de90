import { describe, expect, test } from "vitest";
import { FEED } from "../../shared/limits.ts";
import { Admission } from "./admission.ts";

describe("[SHR-1] pushes that are taken at a time", () => {
	test("FEED.pushesUnderWay: each provider has its own, and one that is answered makes room for one", () => {
		const admission = new Admission(() => 0);
		const under = Array.from({ length: FEED.pushesUnderWay }, () => admission.enter("loud"));
		expect(under).not.toContain(null);
		expect(admission.enter("loud")).toBeNull();
		expect(admission.enter("other")).not.toBeNull();
		under[0]?.();
		expect(admission.enter("loud")).not.toBeNull();
		expect(admission.enter("loud")).toBeNull();
	});

	test("FEED.maxWaiting, behindMs: while lanes are behind nothing more is taken, for a moment, and of that provider only", () => {
		let nowMs = 10_000;
		const admission = new Admission(() => nowMs);
		admission.waiting("loud", FEED.maxWaiting);
		expect(admission.enter("loud")).not.toBeNull();
		admission.waiting("loud", FEED.maxWaiting + 1);
		expect(admission.enter("loud")).toBeNull();
		expect(admission.enter("other")).not.toBeNull();
		nowMs += FEED.behindMs - 1;
		expect(admission.enter("loud")).toBeNull();
		nowMs += 1;
		expect(admission.enter("loud")).not.toBeNull();
		admission.waiting("loud", FEED.maxWaiting + 1);
		nowMs -= 5_000;
		expect(admission.enter("loud")).not.toBeNull();
	});
});
