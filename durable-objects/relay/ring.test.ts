import { describe, expect, test } from "vitest";
import { RELAY, SOCKET } from "../../shared/limits.ts";
import { TopicRing } from "./ring.ts";

const NOW = 1_781_136_000_000;
const at = (offset: number, epoch = "e1") => ({ epoch, offset });

function filled(count: number): TopicRing {
	const ring = new TopicRing();
	ring.image("e1", 10, { schema: null, name: null, image: "image10" });
	for (let n = 0; n < count; n++) ring.delta("e1", 10 + n, 11 + n, `d${11 + n}`, NOW);
	return ring;
}

describe("a relay's ring", () => {
	test("[FRM-2] takes what follows, ignores what it knows, and says what is missing", () => {
		const ring = filled(2);
		expect(ring.delta("e1", 11, 12, "d12", NOW)).toBe("old");
		expect(ring.delta("e1", 13, 14, "d14", NOW)).toBe("gap");
		expect(ring.delta("e2", 12, 13, "x", NOW)).toBe("gap");
		expect(ring.delta("e1", 11, 14, "overlapping", NOW)).toBe("gap");
		expect(ring.delta("e1", 12, 15, "conflated", NOW)).toBe("next");
		expect(ring.head).toEqual(at(15));
		expect(ring.resume(at(12))).toEqual({ how: "recovered", frames: ["conflated"] });
	});

	test("[FRM-2] resumes from every position it covers, completely, and from no other", () => {
		const ring = filled(3);
		expect(ring.resume(at(13))).toEqual({ how: "recovered", frames: [] });
		expect(ring.resume(at(11))).toEqual({ how: "recovered", frames: ["d12", "d13"] });
		const whole = { how: "image", frames: ["image10", "d11", "d12", "d13"] };
		for (const position of [null, at(9), at(14), at(11, "e0")]) expect(ring.resume(position)).toEqual(whole);
		expect(new TopicRing().resume(at(1))).toBeNull();
	});

	test("[FRM-2] an image at the head is kept beside the history, one beyond it begins a new one", () => {
		const ring = filled(3);
		expect(ring.image("e1", 13, { schema: null, name: null, image: "image13" })).toBe(false);
		expect([ring.tailDeltas, ring.resume(at(11))?.how]).toEqual([0, "recovered"]);
		expect(ring.image("e1", 12, { schema: null, name: null, image: "image12" })).toBe(false);
		expect(ring.resume(null)?.frames).toEqual(["image12", "d13"]);
		expect(ring.image("e1", 20, { schema: null, name: null, image: "image20" })).toBe(true);
		expect(ring.resume(at(13))).toEqual({ how: "image", frames: ["image20"] });
		expect(ring.image("e2", 1, { schema: null, name: null, image: "new" })).toBe(true);
		expect(ring.head).toEqual(at(1, "e2"));
	});

	test("a publisher that goes on from the head, or from behind it, changes nothing; from elsewhere it begins anew", () => {
		const ring = filled(3);
		ring.start(at(12));
		expect([ring.head, ring.resume(at(10))?.frames.length]).toEqual([at(13), 3]);
		ring.start(at(40));
		expect([ring.head, ring.resume(null)]).toEqual([at(40), null]);
	});

	test("[FRM-6] history is bounded by count, bytes and age, and an image that lost its tail is gone", () => {
		const ring = filled(SOCKET.ringDeltas + 1);
		expect([ring.resume(at(10)), ring.tailDeltas]).toEqual([null, null]);
		expect(ring.resume(at(11))?.frames).toHaveLength(SOCKET.ringDeltas);
		ring.trim(NOW + SOCKET.ringMs + 1);
		expect([ring.resume(at(11)), ring.resume(ring.head)?.how]).toEqual([null, "recovered"]);
		const large = new TopicRing();
		large.start(at(0));
		for (let n = 0; n < 4; n++) large.delta("e1", n, n + 1, "x".repeat(RELAY.ringBytes / 2), NOW);
		expect([large.resume(at(1)), large.resume(at(2))?.frames.length]).toEqual([null, 2]);
	});
});
