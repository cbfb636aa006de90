/** Publishers, a network and readers for tests of the relay, under a test world's virtual time. */

import { RelayActor } from "../durable-objects/relay/actor.ts";
import type { Attachment, ReaderSocket } from "../durable-objects/relay/reader-session.ts";
import type { Dial, DialEvents } from "../durable-objects/relay/upstream.ts";
import { decode, parseJson } from "../shared/decode.ts";
import { SOCKET } from "../shared/limits.ts";
import { PING, PONG, type Position, readerFrameSchema, type Topic } from "../shared/protocol/frames.ts";
import { Publication } from "../shared/protocol/publication.ts";
import { decodeServerFrame, encodeFrame, encodeRefusal } from "../shared/protocol/server-frame.ts";
import { TopicReader } from "../shared/protocol/topic-reader.ts";
import { type TestBodies, TestState, testFold } from "./protocol.ts";
import type { TestWorld } from "./world.ts";

const LATENCY_MS = 2;

type Connection = { readonly events: DialEvents; readonly topics: Set<Topic>; isOpen: boolean };

/** An object that publishes topics: what a match, the board or a wallet looks like from a relay. */
export class TestPublisher {
	readonly topics = new Map<Topic, { state: TestState; publisher: Publication<TestBodies> }>();
	readonly heard: string[] = [];
	readonly connections: Connection[] = [];
	readonly tokens: Set<string> | null;
	/** With which code it refuses a token that is not among its own. */
	refusal = "unauthorized";
	dials = 0;
	/** As releases did that gave schemas no names. */
	namesNoSchemas = false;
	/** How long behind the answer to a `sub` its frames come. */
	behindMs = 0;
	/** `down`: cannot be dialled; `hung`: dials do not end; `unknown`: 404; `mute`: takes messages and answers nothing; `garbled`: images are cut off. */
	mode: "up" | "down" | "hung" | "unknown" | "mute" | "garbled" = "up";
	readonly #world: TestWorld;
	#epoch = 0;

	constructor(world: TestWorld, topics: readonly Topic[], tokens: Set<string> | null = null) {
		this.#world = world;
		this.tokens = tokens;
		for (const topic of topics) this.#start(topic, new TestState(true));
	}

	#start(topic: Topic, state: TestState): void {
		const publisher = new Publication({ topic, epoch: `e${++this.#epoch}`, image: state.image });
		this.topics.set(topic, { state, publisher });
	}

	of(topic: Topic): { state: TestState; publisher: Publication<TestBodies> } {
		const found = this.topics.get(topic);
		if (found === undefined) throw new Error(`no topic ${topic}`);
		return found;
	}

	/** A new instance without the old history. */
	startAnew(topic: Topic): void {
		this.#start(topic, this.of(topic).state);
	}

	change(topic: Topic, key: string, value: number): void {
		const { state, publisher } = this.of(topic);
		this.broadcast(topic, [publisher.delta(state.set(key, value), this.#world.now())]);
	}

	/** A change whose frame is lost on its way to everybody. */
	changeUnheard(topic: Topic, key: string, value: number): void {
		const { state, publisher } = this.of(topic);
		publisher.delta(state.set(key, value), this.#world.now());
	}

	reschema(topic: Topic): void {
		const { state, publisher } = this.of(topic);
		state.schemaNo++;
		this.broadcast(topic, publisher.restart(this.#world.now()));
	}

	beat(topic: Topic, isLast = false): void {
		const { publisher } = this.of(topic);
		const nowMs = this.#world.now();
		this.broadcast(topic, [isLast ? publisher.lastBeat({}, nowMs) : publisher.beat({}, nowMs)]);
	}

	broadcast(topic: Topic, frames: readonly string[]): void {
		for (const connection of this.connections)
			if (connection.topics.has(topic)) for (const frame of frames) this.#deliver(connection, frame);
	}

	/** Every connection breaks. */
	breakLines(): void {
		for (const connection of this.connections.splice(0)) {
			connection.isOpen = false;
			connection.events.closed();
		}
	}

	readonly dial = async (events: DialEvents): ReturnType<Dial> => {
		this.dials++;
		if (this.mode === "down") throw new Error("connection refused");
		if (this.mode === "hung") await new Promise(() => {});
		if (this.mode === "unknown") return { kind: "refused" };
		const connection: Connection = { events, topics: new Set(), isOpen: true };
		this.connections.push(connection);
		return {
			kind: "open",
			socket: {
				send: (text) => void this.#later(() => connection.isOpen && this.#receive(connection, text)),
				close: () => {
					connection.isOpen = false;
					const at = this.connections.indexOf(connection);
					if (at >= 0) this.connections.splice(at, 1);
				},
			},
		};
	};

	#receive(connection: Connection, text: string): void {
		if (this.mode === "mute") return;
		if (text === PING) this.#deliver(connection, PONG);
		else this.#hear(connection, text);
	}

	#hear(connection: Connection, text: string): void {
		this.heard.push(text);
		const decoded = decode(readerFrameSchema, parseJson(text));
		if (!decoded.ok) throw new Error(`the relay sent ${text}`);
		const frame = decoded.value;
		if (frame[0] === "unsub") connection.topics.delete(frame[1]);
		if (frame[0] !== "sub") return;
		const [answer, ...rest] = this.#answers(connection, frame[1], frame[2], frame[3].token ?? "");
		if (answer !== undefined) this.#deliver(connection, answer);
		for (const text of rest) this.#deliver(connection, text, this.behindMs);
	}

	#answers(connection: Connection, topic: Topic, position: Position | null, token: string): readonly string[] {
		if (this.tokens !== null && !this.tokens.has(token))
			return [encodeFrame(["error", topic, this.refusal, "bad token"])];
		const known = this.topics.get(topic);
		if (known === undefined) return [encodeRefusal(topic, "unknown_topic", "none")];
		connection.topics.add(topic);
		const answer = known.publisher
			.subscribed(position, this.#world.now())
			.map((text) => (this.namesNoSchemas ? text.replace(/,"[^"]+~[0-9a-f]{16}"\]$/, "]") : text));
		if (this.mode !== "garbled") return answer;
		return answer.map((text) => (text.startsWith('["image"') ? text.slice(0, -2) : text));
	}

	#deliver(connection: Connection, text: string, lateMs = 0): void {
		this.#later(() => connection.isOpen && connection.events.message(text), lateMs);
	}

	#later(run: () => void, lateMs = 0): void {
		this.#world.ports("network").timer(LATENCY_MS + lateMs, run);
	}
}

/** A reader with one socket to the relay. */
export class TestReader implements ReaderSocket {
	readonly id: string;
	readonly frames: string[] = [];
	readonly readers = new Map<Topic, TopicReader<Readonly<Record<string, number>>>>();
	/** What it was last told of each topic's staleness. */
	readonly stale = new Map<Topic, boolean>();
	closed: number | null = null;
	attachment: Attachment | null = null;
	readonly address: string | null;
	/** A reader that does not acknowledge looks like a slow one. */
	isAcking = true;
	relay: RelayActor;

	constructor(id: string, relay: RelayActor, address: string | null) {
		this.id = id;
		this.address = address;
		this.relay = relay;
		relay.opened(this);
	}

	send = (text: string): void => {
		if (this.closed !== null) return;
		this.frames.push(text);
		const frame = decodeServerFrame(text);
		if (frame === null) throw new Error(`the relay sent ${text}`);
		if (frame[0] === "hello" || frame[0] === "error") return;
		if (frame[0] === "stale") this.stale.set(frame[1], frame[2]);
		const reader = this.readers.get(frame[1]);
		const result = reader?.read(frame);
		if (result === "unreadable") throw new Error(`the relay sent ${text}: ${reader?.fault}`);
		if (result === "gap") this.#gaps.push(frame[1]);
	};

	readonly #gaps: Topic[] = [];

	close = (code: number): void => {
		this.closed ??= code;
	};

	save = (attachment: Attachment): void => {
		this.attachment = attachment;
	};

	subscribe(topic: Topic, token?: string): void {
		const reader = this.readers.get(topic) ?? new TopicReader(testFold);
		this.readers.set(topic, reader);
		this.say(["sub", topic, reader.position, token === undefined ? {} : { token }]);
	}

	say(frame: unknown): void {
		this.relay.message(this.id, JSON.stringify(frame));
	}

	/** What a page does each second: mend gaps, acknowledge. */
	work(): void {
		if (this.closed !== null) return;
		for (const topic of this.#gaps.splice(0)) this.subscribe(topic);
		if (!this.isAcking) return;
		const acks = [...this.readers].flatMap(([topic, reader]) => {
			const position = reader.position;
			if (position === null || reader.unacked === 0) return [];
			reader.acknowledged();
			return [[topic, position.epoch, position.offset]];
		});
		if (acks.length > 0) this.say(["ack", acks]);
	}

	state(topic: Topic): unknown {
		return this.readers.get(topic)?.state ?? null;
	}

	/** Kinds of the frames since the last call. */
	takeKinds(): readonly string[] {
		return this.frames.splice(0).map((text) => String((JSON.parse(text) as readonly unknown[])[0]));
	}
}

/** A relay that can be restarted, its publishers, and its readers. */
export class RelayWorld {
	readonly world: TestWorld;
	readonly publishers = new Map<string, TestPublisher>();
	readonly readers: TestReader[] = [];
	relay: RelayActor;

	constructor(world: TestWorld) {
		this.world = world;
		this.relay = this.#make();
	}

	#make(): RelayActor {
		const relay = new RelayActor({
			ports: this.world.ports("relay"),
			name: "relay:weur:0",
			walletShards: 1,
			dial: async (publisher, events) => {
				const found = this.publishers.get(publisher);
				return found === undefined ? { kind: "refused" } : found.dial(events);
			},
		});
		this.world.onAlarm("relay", () => relay.onAlarm());
		return relay;
	}

	publisher(name: string, topics: readonly Topic[], tokens: Set<string> | null = null): TestPublisher {
		const publisher = new TestPublisher(this.world, topics, tokens);
		this.publishers.set(name, publisher);
		return publisher;
	}

	reader(address: string | null = null): TestReader {
		const reader = new TestReader(`r${this.readers.length}`, this.relay, address);
		this.readers.push(reader);
		return reader;
	}

	/** The relay is evicted: its memory and its connections go, its readers' sockets stay. */
	hibernate(): void {
		this.world.crash("relay");
		for (const publisher of this.publishers.values())
			for (const connection of publisher.connections.splice(0)) connection.isOpen = false;
		this.relay = this.#make();
		for (const reader of this.readers) {
			reader.relay = this.relay;
			if (reader.closed === null) this.relay.adopted(reader, structuredClone(reader.attachment));
		}
	}

	/** Time passes, and readers do their work each second. */
	async pass(ms: number): Promise<void> {
		for (let left = ms; left > 0; left -= 1_000) {
			await this.world.advance(Math.min(left, 1_000));
			for (const reader of this.readers) reader.work();
		}
	}
}

/** Longer than anything a healthy relay needs to answer. */
export const SOON_MS = 100;
export const STALE_MS = SOCKET.staleMs + 2_000;
