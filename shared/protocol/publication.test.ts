import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TestState, testFold } from "../../testing/protocol.ts";
import { SOCKET } from "../limits.ts";
import { Conflator } from "./conflate.ts";
import { Publication } from "./publication.ts";
import { decodeServerFrame } from "./server-frame.ts";
import { TopicReader } from "./topic-reader.ts";

const TOPIC = "match:m1";
const NOW = 1_781_136_000_000;

function setUp(options: { readonly ringDeltas?: number; readonly ringMs?: number; readonly schema?: boolean } = {}) {
	const state = new TestState(options.schema ?? false);
	const publisher = new Publication({ topic: TOPIC, epoch: "e1", image: state.image, ...options });
	return { state, publisher };
}

function read<State>(reader: TopicReader<State>, frames: readonly string[]): readonly string[] {
	return frames.map((text) => {
		const frame = decodeServerFrame(text);
		if (frame === null) throw new Error(`no frame: ${text}`);
		return reader.read(frame);
	});
}

describe("publication", () => {
	test("[FRM-1] offsets count state frames from 1; beats use none; a last beat says so", () => {
		const { state, publisher } = setUp();
		expect(publisher.delta(state.set("a", 1), NOW)).toBe(`["delta","match:m1","e1",0,1,${NOW},{"a":1}]`);
		expect(publisher.beat({ t: 1 }, NOW)).toBe(`["beat","match:m1","e1",1,${NOW},{"t":1}]`);
		expect(publisher.lastBeat({ t: 2 }, NOW)).toBe(`["beat","match:m1","e1",1,${NOW},{"t":2,"last":1}]`);
		expect(publisher.position).toEqual({ epoch: "e1", offset: 1 });
	});

	test("[FRM-2] a known position recovers exactly what was missed, everything else gets an image", () => {
		const { state, publisher } = setUp();
		const frames = [1, 2, 3].map((n) => publisher.delta(state.set("a", n), NOW));
		expect(publisher.resume({ epoch: "e1", offset: 1 }, NOW)).toEqual({ how: "recovered", frames: frames.slice(1) });
		expect(publisher.resume({ epoch: "e1", offset: 3 }, NOW)).toEqual({ how: "recovered", frames: [] });
		for (const position of [null, { epoch: "e0", offset: 2 }, { epoch: "e1", offset: 4 }]) {
			const { how, frames: got } = publisher.resume(position, NOW);
			expect([how, got]).toEqual(["image", [`["image","match:m1","e1",3,${NOW},{"a":3}]`]]);
		}
	});

	test("[FRM-2] the history is bounded by count and by age", () => {
		const { state, publisher } = setUp();
		for (let n = 0; n < SOCKET.ringDeltas + 10; n++) publisher.delta(state.set("a", n), NOW);
		expect(publisher.resume({ epoch: "e1", offset: 9 }, NOW).how).toBe("image");
		expect(publisher.resume({ epoch: "e1", offset: 10 }, NOW).frames).toHaveLength(SOCKET.ringDeltas);
		expect(publisher.resume({ epoch: "e1", offset: 265 }, NOW + SOCKET.ringMs + 1).how).toBe("image");
		expect(publisher.resume({ epoch: "e1", offset: 266 }, NOW + SOCKET.ringMs + 1).how).toBe("recovered");
	});

	test("[FRM-3] an image is encoded once an offset", () => {
		let taken = 0;
		const publisher = new Publication({
			topic: TOPIC,
			epoch: "e1",
			image: () => ({ schemaNo: 1, schema: null, body: { taken: ++taken } }),
		});
		for (let n = 0; n < 100; n++) publisher.resume(null, NOW);
		expect(taken).toBe(1);
		publisher.delta({}, NOW);
		publisher.resume(null, NOW);
		expect(taken).toBe(2);
	});

	test("[FRM-3] a schema is encoded with its number, however many images follow, and asking for it encodes no image", () => {
		const encoded = { schemas: 0, images: 0 };
		let schemaNo = 1;
		const counted = (what: keyof typeof encoded, body: unknown) => ({
			toJSON: () => {
				encoded[what]++;
				return body;
			},
		});
		const publisher = new Publication({
			topic: TOPIC,
			epoch: "e1",
			image: () => ({ schemaNo, schema: counted("schemas", { schemaNo }), body: counted("images", {}) }),
		});
		const image = (): readonly string[] => {
			publisher.delta({}, NOW);
			return publisher.resume(null, NOW).frames;
		};
		const [schema = ""] = image();
		const { schemas } = encoded;
		for (let n = 0; n < 10; n++) expect(image()[0]).toBe(schema);
		expect(encoded).toEqual({ schemas, images: 11 });
		publisher.delta({}, NOW);
		expect(publisher.schema(String(JSON.parse(schema)[5]), NOW)).toBe('{"schemaNo":1}');
		expect(encoded.images).toBe(11);
		schemaNo++;
		expect(JSON.parse(image()[0] ?? "")[4]).toEqual({ schemaNo: 2 });
	});

	test("[FRM-8] SOCKET.schemasKept: the newest bodies are there under the names that frames gave them, and no others", () => {
		const state = new TestState(true);
		const publisher = new Publication({ topic: "match:m1", epoch: "e1", image: state.image });
		const named = Array.from({ length: SOCKET.schemasKept + 1 }, (_, no) => {
			state.schemaNo = no + 1;
			const [, , , , body, name] = JSON.parse(publisher.restart(NOW)[0] ?? "") as [
				string,
				string,
				string,
				number,
				unknown,
				string,
			];
			return { name, body: JSON.stringify(body) };
		});
		const [oldest, ...newest] = named.map(({ name }) => publisher.schema(name, NOW));
		expect(oldest).toBeNull();
		expect(newest).toEqual(named.slice(1).map(({ body }) => body));
		// One that has told nobody yet has what it would tell: its readers may come from before it began anew.
		const restarted = new Publication({ topic: "match:m1", epoch: "e2", image: state.image });
		expect(restarted.schema(named.at(-1)?.name ?? "", NOW)).toBe(named.at(-1)?.body);
	});

	test("[FRM-2] a change of schema comes with its image, and a reader from before recovers through it", () => {
		const { state, publisher } = setUp({ schema: true });
		const reader = new TopicReader(testFold);
		read(reader, publisher.subscribed(null, NOW));
		const before = publisher.position;
		publisher.delta(state.set("a", 1), NOW);
		state.schemaNo = 2;
		expect(publisher.restart(NOW).map((text) => JSON.parse(text)[0])).toEqual(["schema", "image"]);
		publisher.delta(state.set("b", 2), NOW);
		const { how, frames } = publisher.resume(before, NOW);
		expect(how).toBe("recovered");
		expect(read(reader, frames)).not.toContain("gap");
		expect(reader.state).toEqual({ a: 1, b: 2 });
	});
});

describe("reader of a topic", () => {
	test("[FRM-2] a gap is noticed by delta and by beat, shows the last good state, and ends with an image", () => {
		const { state, publisher } = setUp();
		const reader = new TopicReader(testFold);
		expect(read(reader, publisher.subscribed(null, NOW))).toEqual(["same", "changed"]);
		publisher.delta(state.set("a", 1), NOW);
		expect(read(reader, [publisher.beat({}, NOW)])).toEqual(["gap"]);
		expect(read(reader, [publisher.delta(state.set("a", 2), NOW), publisher.beat({}, NOW)])).toEqual(["same", "same"]);
		expect([reader.state, reader.position]).toEqual([{}, null]);
		read(reader, publisher.subscribed(reader.position, NOW));
		publisher.delta(state.set("b", 1), NOW);
		expect(read(reader, [publisher.delta(state.set("a", 3), NOW)])).toEqual(["gap"]);
		expect([reader.state, reader.position]).toEqual([{ a: 2 }, null]);
		read(reader, publisher.subscribed(reader.position, NOW));
		expect(reader.state).toEqual({ a: 3, b: 1 });
	});

	test("[FRM-2] a conflated frame moves a reader over several steps; one that overlaps does not fit", () => {
		const reader = new TopicReader(testFold);
		read(reader, [`["image","${TOPIC}","e1",4,${NOW},{"a":1}]`]);
		expect(read(reader, [`["delta","${TOPIC}","e1",4,9,${NOW},{"a":2}]`])).toEqual(["changed"]);
		expect(reader.position).toEqual({ epoch: "e1", offset: 9 });
		expect(read(reader, [`["delta","${TOPIC}","e1",7,10,${NOW},{"a":3}]`])).toEqual(["gap"]);
		expect(read(reader, [`["delta","${TOPIC}","e1",7,8,${NOW},{"a":3}]`])).toEqual(["same"]);
	});

	test("[FRM-4] what was acknowledged in one history does not count in the next", () => {
		const reader = new TopicReader(testFold);
		read(reader, [`["image","${TOPIC}","e1",400,${NOW},{}]`]);
		expect(reader.unacked).toBe(400);
		reader.acknowledged();
		expect(reader.unacked).toBe(0);
		read(reader, [`["image","${TOPIC}","e2",3,${NOW},{}]`]);
		expect(reader.unacked).toBe(3);
	});

	test("[FRM-2] a body that cannot be read is no fault of the reader: nothing is changed, and an image is needed", () => {
		for (const frame of [
			`["image","${TOPIC}","e1",4,${NOW},{"a":"x"}]`,
			`["delta","${TOPIC}","e1",1,2,${NOW},{"a":"x"}]`,
			`["schema","${TOPIC}","e1",1,{"rubbish":1}]`,
		]) {
			const reader = new TopicReader({
				...testFold,
				schema: () => {
					throw new Error("no schema");
				},
			});
			read(reader, [`["image","${TOPIC}","e1",1,${NOW},{"a":1}]`]);
			expect(read(reader, [frame])).toEqual(["unreadable"]);
			expect([reader.state, reader.position, reader.fault.length > 0]).toEqual([{ a: 1 }, null, true]);
			expect(read(reader, [`["delta","${TOPIC}","e1",1,2,${NOW},{"a":2}]`])).toEqual(["same"]);
			expect(read(reader, [`["image","${TOPIC}","e1",2,${NOW},{"a":3}]`])).toEqual(["changed"]);
			expect([reader.state, reader.unacked]).toEqual([{ a: 3 }, 2]);
		}
	});

	test("[FRM-1] a schema counts in its own history only", () => {
		const reader = new TopicReader<{ readonly no: number; readonly body: unknown }>({
			schema: (_, __, no) => ({ no, body: null }),
			image: (state, body) => {
				if (state === null) throw new Error("no schema");
				return { ...state, body };
			},
			delta: (state) => state,
		});
		read(reader, [`["schema","${TOPIC}","e1",1,{}]`, `["image","${TOPIC}","e1",1,${NOW},1]`]);
		expect(read(reader, [`["image","${TOPIC}","e1",2,${NOW},2]`])).toEqual(["changed"]);
		expect(read(reader, [`["image","${TOPIC}","e2",1,${NOW},3]`])).toEqual(["unreadable"]);
		expect(read(reader, [`["schema","${TOPIC}","e1",2,{}]`, `["image","${TOPIC}","e2",1,${NOW},3]`])).toEqual([
			"same",
			"unreadable",
		]);
		expect(reader.state).toEqual({ no: 1, body: 2 });
		read(reader, [`["schema","${TOPIC}","e2",1,{}]`, `["image","${TOPIC}","e2",1,${NOW},3]`]);
		expect(reader.state).toEqual({ no: 1, body: 3 });
	});

	test("[FRM-4] an image is acknowledged although its offset was, or one beyond it", () => {
		const reader = new TopicReader(testFold);
		const image = (offset: number): string => `["image","${TOPIC}","e1",${offset},${NOW},{}]`;
		for (const offset of [9, 9, 5, 0]) {
			read(reader, [image(offset)]);
			expect(reader.unacked > 0).toBe(offset > 0);
			reader.acknowledged();
		}
	});

	test("[FRM-2] any run of changes, losses, resumes, restarts and overlaps converges to the publisher's book", () => {
		const key = fc.constantFrom("a", "b", "c");
		const step = fc.oneof(
			{ weight: 6, arbitrary: fc.record({ kind: fc.constant("change" as const), key, value: fc.nat(99) }) },
			{ weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("lose", "resume", "repeat", "beat") }) },
			{ weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("restart", "anew", "wait") }) },
		);
		fc.assert(
			fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
				const state = new TestState(true);
				let epoch = 1;
				const make = () => new Publication({ topic: TOPIC, epoch: `e${epoch++}`, image: state.image, ringDeltas: 4 });
				let publisher = make();
				let now = NOW;
				let connected = false;
				let last: readonly string[] = [];
				const reader = new TopicReader(testFold);
				const hear = (frames: readonly string[]): void => {
					if (!connected) return;
					last = frames;
					if (read(reader, frames).includes("gap")) read(reader, publisher.subscribed(null, now));
				};
				const subscribe = (): void => {
					connected = true;
					hear(publisher.subscribed(reader.position, now));
				};
				for (const step of steps) {
					if (step.kind === "change" && "key" in step) hear([publisher.delta(state.set(step.key, step.value), now)]);
					else if (step.kind === "lose") connected = false;
					else if (step.kind === "resume") subscribe();
					else if (step.kind === "repeat") hear(last);
					else if (step.kind === "beat") hear([publisher.beat({}, now)]);
					else if (step.kind === "wait") now += 40_000;
					else if (step.kind === "restart") {
						state.schemaNo++;
						hear(publisher.restart(now));
					} else {
						publisher = make();
						hear(publisher.restart(now));
					}
				}
				subscribe();
				expect(reader.state).toEqual(state.values);
				expect(reader.position).toEqual(publisher.position);
			}),
			{ numRuns: 300 },
		);
	});
});

describe("conflation", () => {
	type Body = { readonly a?: number; readonly off?: true };
	const make = () =>
		new Conflator<Body>({
			minGapMs: 1_000,
			merge: (x, y) => ({ ...x, ...y }),
		});

	test("[FRM-2] changes are merged to one a second, the first at once", () => {
		const conflator = make();
		expect(conflator.offer({ a: 1 }, false, NOW)).toEqual({ a: 1 });
		expect(conflator.offer({ a: 2 }, false, NOW + 300)).toBeNull();
		expect(conflator.offer({ a: 3 }, false, NOW + 600)).toBeNull();
		expect(conflator.dueAtMs).toBe(NOW + 1_000);
		expect(conflator.takeDue(NOW + 999)).toBeNull();
		expect(conflator.takeDue(NOW + 1_000)).toEqual({ a: 3 });
		expect([conflator.dueAtMs, conflator.takeDue(NOW + 9_000)]).toEqual([null, null]);
	});

	test("[FRM-2] a suspension is neither held back nor merged away", () => {
		const conflator = make();
		conflator.offer({ a: 1 }, false, NOW);
		conflator.offer({ a: 2 }, false, NOW + 10);
		expect(conflator.offer({ off: true }, true, NOW + 20)).toEqual({ a: 2, off: true });
		expect(conflator.offer({ a: 5 }, false, NOW + 30)).toBeNull();
		expect(conflator.takeDue(NOW + 1_020)).toEqual({ a: 5 });
	});
});
