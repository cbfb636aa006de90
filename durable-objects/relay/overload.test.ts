/** Twice as much as a reader can take: what waits for it has an end, and what it shows is new again and again (FRM-4). */
import { describe, expect, test } from "vitest";
import { RELAY, SOCKET } from "../../shared/limits.ts";
import type { Position } from "../../shared/protocol/frames.ts";
import { decodeServerFrame } from "../../shared/protocol/server-frame.ts";
import { Following } from "../runtime/following.ts";
import type { Ports } from "../runtime/ports.ts";
import { RelayActor } from "./actor.ts";
import { Member } from "./member.ts";
import { RelayTopic } from "./topic.ts";
import type { DialEvents } from "./upstream.ts";

const M = "match:m1";
const NOW = 1_781_136_000_000;
const DELTAS = 20_000;
/** So many frames are made while it takes one. */
const TOO_FAST = 2;
/** What it may be behind, what it had not taken when it was given an image, the image and its `stale`. */
const MOST = 2 * SOCKET.behindFrames + 4;
const delta = (to: number): string => `["delta","${M}","e1",${to - 1},${to},${NOW},{}]`;
const image = (offset: number): string => `["image","${M}","e1",${offset},${NOW},{}]`;

/** Takes frames one by one and acknowledges as pages do; what has been sent to it and not taken waits. */
class SlowReader {
	readonly waiting: string[] = [];
	most = 0;
	images = 0;
	gaps = 0;
	offset = 0;
	#unacked = 0;

	send = (text: string): void => {
		this.waiting.push(text);
		this.most = Math.max(this.most, this.waiting.length);
	};

	/** Where it stands, if it acknowledges now. */
	take(): Position | null {
		const frame = decodeServerFrame(this.waiting.shift() ?? "");
		if (frame?.[0] === "image") {
			this.images++;
			this.offset = frame[3];
		} else if (frame?.[0] === "delta") {
			if (frame[3] !== this.offset) this.gaps++;
			this.offset = frame[4];
		} else return null;
		if (++this.#unacked < SOCKET.ackFrames) return null;
		this.#unacked = 0;
		return { epoch: "e1", offset: this.offset };
	}
}

describe("[FRM-4] a flood of deltas", () => {
	test("at a relay: a slow socket gets images in place of what it cannot take, and another one every delta", () => {
		const topic = new RelayTopic(M, M, NOW);
		const [slow, quick] = [new SlowReader(), new SlowReader()];
		const hear = (text: string): void => {
			const frame = decodeServerFrame(text);
			if (frame !== null) topic.read(frame, text, null, NOW);
		};
		const members = [slow, quick].map(({ send }) => new Member({ send, close: () => {} }, null, null));
		hear(image(0));
		for (const member of members) topic.join(member, NOW);
		for (let to = 1; to <= DELTAS; to++) {
			hear(delta(to));
			for (const [no, reader] of [slow, quick].entries()) {
				const member = members[no];
				if (no === 0 && to % TOO_FAST !== 0) continue;
				const acked = reader.take();
				if (acked !== null && member !== undefined) topic.acknowledge(member, acked.epoch, acked.offset, NOW);
			}
			if (topic.wantsImage) hear(image(to));
		}
		expect(slow.most).toBeLessThanOrEqual(MOST);
		expect(slow.images).toBeGreaterThan(DELTAS / 1_000);
		expect(DELTAS - slow.offset).toBeLessThanOrEqual(2 * MOST);
		expect([slow.gaps, quick.gaps, quick.images]).toEqual([0, 0, 1]);
	});

	test("at a publisher: a slow relay gets images in place of what it cannot take", () => {
		const following = new Following<SlowReader>();
		const slow = new SlowReader();
		following.acknowledged(slow, { epoch: "e1", offset: 0 });
		for (let to = 1; to <= DELTAS; to++) {
			const head = { epoch: "e1", offset: to };
			if (following.next(slow, head) === "send") slow.send(delta(to));
			if (to % TOO_FAST !== 0) continue;
			const acked = slow.take();
			if (acked === null || !following.acknowledged(slow, acked)) continue;
			slow.send(image(to));
			following.caughtUp(slow, head);
		}
		expect(slow.most).toBeLessThanOrEqual(MOST);
		expect(slow.images).toBeGreaterThan(DELTAS / 1_000);
		expect(slow.gaps).toBe(0);
	});
});

/** A relay whose clock and timers are moved by hand: a tick may come before what was sent long before it. */
async function starved() {
	const clock = { nowMs: NOW };
	const due: (() => void)[] = [];
	const dialled: DialEvents[] = [];
	const warned: string[] = [];
	const ports: ConstructorParameters<typeof RelayActor>[0]["ports"] = {
		now: () => clock.nowMs,
		random: () => 0.5,
		timer: (ms, run) => {
			if (ms === RELAY.tickMs) due.push(run);
			return () => {};
		},
		setAlarm: () => {},
		background: (work) => void work,
		log: { info: () => {}, warn: (event) => void warned.push(event), error: () => {} } satisfies Ports["log"],
	};
	const dial = async (_: string, events: DialEvents) => {
		dialled.push(events);
		return { kind: "open" as const, socket: { send: () => {}, close: () => {} } };
	};
	const relay = new RelayActor({ ports, name: "relay:weur:0", walletShards: 1, dial });
	relay.opened({ id: "r", address: null, send: () => {}, close: () => {}, save: () => {} });
	relay.message("r", JSON.stringify(["sub", M, null, {}]));
	await Promise.resolve();
	await Promise.resolve();
	const [events] = dialled;
	for (const text of [`["sub","${M}","image",{"epoch":"e1","offset":0}]`, image(0), `["beat","${M}","e1",0,${NOW},{}]`])
		events?.message(text);
	/** How often it dials anew for it. */
	const tick = (laterMs: number): number => {
		clock.nowMs += laterMs;
		for (const run of due.splice(0)) run();
		return warned.splice(0).filter((event) => event === "upstream_redialled").length;
	};
	return { tick };
}

describe("[FRM-6] a relay that has no time", () => {
	test("does not take for a silent publisher what it has not read yet, until it has had a second for it", async () => {
		const { tick } = await starved();
		expect(tick(1_000)).toBe(0);
		expect(tick(RELAY.silentRedialMs)).toBe(0);
		expect(tick(1_000)).toBe(1);
	});

	test("RELAY.lateTickMs: does so at last, though it never has any", async () => {
		const { tick } = await starved();
		expect([tick(1_000), tick(RELAY.silentRedialMs), tick(RELAY.silentRedialMs)]).toEqual([0, 0, 1]);
	});
});
