import { describe, expect, test } from "vitest";
import { RELAY, SOCKET } from "../../shared/limits.ts";
import type { Position } from "../../shared/protocol/frames.ts";
import { decodeServerFrame } from "../../shared/protocol/server-frame.ts";
import { Member } from "./member.ts";
import { RelayTopic } from "./topic.ts";

const M = "match:m1";
const NOW = 1_781_136_000_000;
const at = (offset: number, epoch = "e1"): Position => ({ epoch, offset });

function setUp() {
	const topic = new RelayTopic(M, M, NOW);
	const hear = (text: string, schemaText: string | null = null) => {
		const frame = decodeServerFrame(text);
		if (frame === null) throw new Error(`no frame: ${text}`);
		return topic.read(frame, text, schemaText, NOW);
	};
	return {
		topic,
		image: (offset: number, epoch = "e1") => hear(`["image","${M}","${epoch}",${offset},${NOW},{}]`),
		delta: (from: number, to: number, epoch = "e1") => hear(`["delta","${M}","${epoch}",${from},${to},${NOW},{}]`),
		beat: (offset: number) => hear(`["beat","${M}","e1",${offset},${NOW},{}]`),
		join: (asked: Position | null) => {
			const got: string[] = [];
			const member = new Member({ send: (text) => void got.push(text), close: () => {} }, asked, null);
			topic.join(member, NOW);
			return {
				member,
				take: () =>
					got.splice(0).flatMap((text) => {
						const [kind, , epochOrHow, offset] = JSON.parse(text);
						if (kind === "stale") return [];
						return kind === "sub" ? `sub ${epochOrHow}` : `${kind} ${offset}`;
					}),
				takeStale: () => got.splice(0).filter((text) => text.startsWith('["stale"')),
			};
		},
	};
}

describe("one topic at a relay", () => {
	test("[FRM-6] it is opened from the oldest position that its readers ask for", () => {
		const { topic, join } = setUp();
		join(at(7, "e0"));
		join(at(30));
		join(at(20));
		join(null);
		expect(topic.resumeFrom).toEqual(at(20));
	});

	test("[FRM-2] readers at different positions of a reopened topic each get what they miss, once", () => {
		const { topic, join, delta } = setUp();
		const [old, newer, newest] = [join(at(20)), join(at(22)), join(null)];
		topic.recovered(at(20), NOW);
		expect([old.take(), newer.take(), newest.take()]).toEqual([["sub recovered"], ["sub recovered"], []]);
		expect(topic.wantsImage).toBe(true);
		for (let n = 20; n < 24; n++) delta(n, n + 1);
		expect([old.take(), newer.take()]).toEqual([
			["delta 20", "delta 21", "delta 22", "delta 23"],
			["delta 22", "delta 23"],
		]);
	});

	test("[FRM-4] a reader that is served anew without having asked owes its acknowledgement as before", () => {
		const { member } = setUp().join(null);
		const lateMs = SOCKET.behindMs + 1;
		member.caughtUp(at(5), null, NOW);
		member.doubt();
		member.verified();
		member.caughtUp(at(8), 5, NOW + SOCKET.behindMs);
		expect(member.acked).toBe(0);
		member.isLost(NOW + lateMs);
		expect(member.phase).toBe("behind");

		const { member: asking } = setUp().join(at(5));
		asking.caughtUp(at(8), 5, NOW + SOCKET.behindMs);
		asking.isLost(NOW + lateMs);
		expect([asking.acked, asking.phase]).toEqual([5, "live"]);
	});

	test("[FRM-2] a conflated frame that a reader cannot apply leaves it waiting for an image", () => {
		const { topic, join, delta, image } = setUp();
		const [old, newer] = [join(at(20)), join(at(22))];
		topic.recovered(at(20), NOW);
		delta(20, 24);
		expect([old.take(), newer.take()]).toEqual([["sub recovered", "delta 20"], ["sub recovered"]]);
		expect(topic.wantsImage).toBe(true);
		image(24);
		expect([old.take(), newer.take()]).toEqual([[], ["image 24"]]);
		expect(topic.wantsImage).toBe(false);
		delta(24, 25);
		expect([old.take(), newer.take()]).toEqual([["delta 24"], ["delta 24"]]);
	});

	test("[FRM-2] a reader ahead of a publisher that goes on without reaching it gets an image after all", () => {
		const { topic, join, image } = setUp();
		const [honest, liar] = [join(at(20)), join(at(900))];
		topic.recovered(at(20), NOW);
		topic.tick(true, NOW + 1_999);
		expect(topic.wantsImage).toBe(false);
		topic.tick(true, NOW + 2_000);
		expect(topic.wantsImage).toBe(true);
		image(20);
		expect([honest.take(), liar.take()]).toEqual([["sub recovered"], ["sub recovered", "image 20"]]);
	});

	test("[FRM-2] a beat beyond the head is a gap, and reaches only those who are there", () => {
		const { topic, join, beat, image } = setUp();
		const reader = join(null);
		topic.isImageAsked = true;
		image(5);
		expect([beat(5), beat(6)]).toEqual(["ok", "gap"]);
		expect(reader.take()).toEqual(["sub image", "image 5", "beat 5"]);
	});

	test("[FRM-6] every answer says whether the publisher is silent, and an image that nobody asked for does not", () => {
		const { topic, join, beat, image } = setUp();
		image(5);
		const before = join(null);
		expect(before.takeStale()).toEqual([`["stale","${M}",false]`]);
		beat(5);
		topic.tick(true, NOW + 3_001);
		const [late, resumed] = [join(null), join(at(5))];
		for (const reader of [before, late, resumed]) expect(reader.takeStale()).toEqual([`["stale","${M}",true]`]);
		beat(5);
		expect(late.takeStale()).toEqual([`["stale","${M}",false]`]);
		image(1, "e2");
		expect(late.takeStale()).toEqual([]);
	});

	test("[FRM-6] a reader ahead of its publisher is told as well", () => {
		const { topic, join } = setUp();
		const reader = join(at(30));
		topic.recovered(at(20), NOW);
		expect(reader.takeStale()).toEqual([`["stale","${M}",false]`]);
	});

	test("[FRM-2] while the head that an answer names has not been reached, what its readers have is stale", () => {
		const { topic, join, delta } = setUp();
		const reader = join(at(20));
		topic.recovered(at(20), NOW, at(22));
		expect(reader.takeStale()).toEqual([`["stale","${M}",true]`]);
		delta(20, 21);
		expect(reader.takeStale()).toEqual([]);
		delta(21, 22);
		expect(reader.takeStale()).toEqual([`["stale","${M}",false]`]);
	});

	test("[FRM-2] a gap makes a topic stale at once, whatever beats say, until it is mended", () => {
		const { topic, join, image, beat, delta } = setUp();
		image(5);
		const reader = join(null);
		delta(6, 7);
		expect(reader.takeStale()).toEqual([`["stale","${M}",false]`, `["stale","${M}",true]`]);
		beat(7);
		expect(reader.takeStale()).toEqual([]);
		topic.recovered(at(5), NOW, at(7));
		delta(5, 6);
		expect(reader.takeStale()).toEqual([]);
		delta(6, 7);
		expect(reader.takeStale()).toEqual([`["stale","${M}",false]`]);
	});

	test("[FRM-2] an answer from an older release names no head, and leaves nothing stale", () => {
		const { topic, join } = setUp();
		const reader = join(at(20));
		topic.recovered(at(20), NOW);
		expect(reader.takeStale()).toEqual([`["stale","${M}",false]`]);
	});

	test("[FRM-4] an acknowledgement of more than was sent here counts once that is sent", () => {
		const { topic, join, delta } = setUp();
		const { member } = join(at(20));
		topic.recovered(at(20), NOW);
		topic.acknowledge(member, "e1", 21, NOW);
		delta(20, 21);
		expect([member.isUnacked, member.isLost(NOW + SOCKET.behindMs + 1), member.phase]).toEqual([false, false, "live"]);
	});

	test("[FRM-4] whoever says to have more than any relay can have sent is no faster for it", () => {
		const { topic, join, delta } = setUp();
		const { member } = join(at(20));
		topic.recovered(at(20), NOW);
		delta(20, 21);
		topic.acknowledge(member, "e1", Number.MAX_SAFE_INTEGER, NOW);
		topic.acknowledge(member, "e1", 22 + SOCKET.ringDeltas, NOW);
		expect([member.acked, member.isUnacked]).toEqual([20, true]);
		for (let n = 21; n <= 21 + SOCKET.behindFrames; n++) delta(n, n + 1);
		expect(member.phase).toBe("behind");

		const { member: asking } = join(at(20));
		asking.acknowledge("e1", Number.MAX_SAFE_INTEGER, NOW);
		expect(asking.asked).toEqual(at(20));
	});

	test("[FRM-2] RELAY.imageMs: an image that was promised and cannot be read is asked for again", () => {
		const { topic, join, image } = setUp();
		const reader = join(null);
		topic.isImageAsked = true;
		topic.tick(true, NOW);
		topic.tick(true, NOW + RELAY.imageMs);
		expect(topic.wantsImage).toBe(false);
		topic.tick(true, NOW + RELAY.imageMs + 1);
		expect(topic.wantsImage).toBe(true);
		image(5);
		expect([reader.take(), topic.wantsImage]).toEqual([["sub image", "image 5"], false]);
	});

	test("[FRM-4] whoever fell behind is never set back to the image that is kept here", () => {
		const { topic, join, image, delta } = setUp();
		const { member, take } = join(null);
		topic.recovered(at(0), NOW);
		image(1);
		for (let n = 1; n < 5; n++) delta(n, n + 1);
		expect(take()).toEqual(["sub image", "image 1", "delta 1", "delta 2", "delta 3", "delta 4"]);
		member.isLost(NOW + SOCKET.behindMs + 1);
		topic.acknowledge(member, "e1", 5, NOW);
		topic.recovered(at(5), NOW);
		expect(take()).toEqual([]);
		expect(topic.wantsImage).toBe(true);
		image(6);
		expect(take()).toEqual(["image 6"]);
	});

	test("[FRM-4] whoever was left out is so still when its token has been judged again, and is not set back", () => {
		const topic = new RelayTopic("me:p_weur_0123456789abcdef", "me", NOW);
		const got: string[] = [];
		const hear = (text: string): void => {
			const frame = decodeServerFrame(text);
			if (frame !== null) topic.read(frame, text, null, NOW);
		};
		const member = new Member({ send: (text) => void got.push(text), close: () => {} }, null, "token");
		topic.join(member, NOW);
		topic.verify("token", NOW);
		hear(`["image","me","e1",1,${NOW},{}]`);
		hear(`["delta","me","e1",1,2,${NOW},{}]`);
		topic.tick(true, NOW + SOCKET.behindMs + 1);
		topic.doubt();
		got.length = 0;
		hear(`["delta","me","e1",2,3,${NOW},{}]`);
		topic.verify("token", NOW);
		expect([member.phase, got]).toEqual(["behind", []]);
		topic.acknowledge(member, "e1", 2, NOW);
		expect([member.phase, topic.wantsImage, got]).toEqual(["waiting", true, []]);
		hear(`["image","me","e1",3,${NOW},{}]`);
		expect(got.map((text) => text.slice(0, 9))).toEqual([`["image",`, `["stale",`]);
	});

	test("[FRM-4] a long answer is no sign of a slow reader, and neither is a new epoch", () => {
		const { topic, join, delta, image } = setUp();
		image(0);
		for (let n = 0; n < 2 * SOCKET.behindFrames; n++) delta(n, n + 1);
		const { member } = join(at(0));
		delta(2 * SOCKET.behindFrames, 2 * SOCKET.behindFrames + 1);
		expect(member.phase).toBe("live");
		topic.acknowledge(member, "e1", 2 * SOCKET.behindFrames + 1, NOW);
		image(3, "e2");
		for (let n = 3; n < 3 + SOCKET.behindFrames; n++) delta(n, n + 1, "e2");
		expect([member.phase, member.position]).toEqual(["live", at(0, "e2")]);
		delta(3 + SOCKET.behindFrames, 4 + SOCKET.behindFrames, "e2");
		expect(member.phase).toBe("behind");
	});
});

describe("a topic that is taken from another relay", () => {
	const scene = () => {
		const topic = new RelayTopic(M, M, 0);
		const said: string[] = [];
		topic.join(new Member({ send: (text) => void said.push(text), close: () => {} }, null, null), 0);
		const read = (atMs: number, ...said: readonly unknown[]): void => {
			const text = JSON.stringify(said);
			const frame = decodeServerFrame(text);
			if (frame === null) throw new Error(`no frame: ${text}`);
			topic.read(frame, text, null, atMs);
		};
		return { topic, said, read };
	};

	test("[FRM-6] that was called stale and fresh again beats no more until it beats", () => {
		const { topic, said, read } = scene();
		topic.answered(true, 0);
		topic.reconnected();
		topic.promised(null);
		read(1, "image", M, "e", 5, NOW, {});
		read(1, "stale", M, false);
		read(1_000, "beat", M, "e", 5, NOW, {});
		read(2_000, "stale", M, true);
		read(2_100, "stale", M, false);
		said.splice(0);
		for (let atMs = 3_000; atMs <= 9_000; atMs += 1_000) topic.tick(true, atMs);
		expect(said).toEqual([]);
	});

	test("[FRM-2] what its publisher has said of the head is still missing after a relay has answered", () => {
		const { topic, read } = scene();
		topic.answered(false, 0);
		topic.promised({ epoch: "e", offset: 5 });
		read(1, "image", M, "e", 5, NOW, {});
		read(1_000, "beat", M, "e", 9, NOW, {});
		expect(topic.isStale).toBe(true);
		topic.disconnected();
		topic.answered(true, 1_300);
		topic.reconnected();
		topic.recovered({ epoch: "e", offset: 5 }, 1_300, null);
		read(1_300, "stale", M, false);
		expect(topic.isStale).toBe(true);
	});
});
