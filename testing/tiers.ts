/** Relays that hang on relays, under a test world's virtual time. Each can die, be out of reach or be of another configuration. */
import { RelayActor } from "../durable-objects/relay/actor.ts";
import type { Attachment } from "../durable-objects/relay/reader-session.ts";
import type { Dial, DialEvents } from "../durable-objects/relay/upstream.ts";
import { CLOSE, PING, PONG, type Topic } from "../shared/protocol/frames.ts";
import { TestPublisher, TestReader } from "./relay.ts";
import type { TestWorld } from "./world.ts";

const LATENCY_MS = 2;

/** A relay's connection to a relay above. */
type Hanging = { readonly id: string; readonly from: string; readonly to: string; readonly closed: () => void };

export class TieredWorld {
	readonly world: TestWorld;
	readonly publishers = new Map<string, TestPublisher>();
	readonly readers: TestReader[] = [];
	/** Relays that cannot be dialled. */
	readonly unreachable = new Set<string>();
	/** Relays that reach no publisher. */
	readonly apart = new Set<string>();
	/** Relays that take what they are sent and say nothing. */
	readonly mute = new Set<string>();
	/** Relays of before there were levels: their `hello` says nothing of relays. */
	readonly old = new Set<string>();
	/** What relays below say to each. */
	readonly heard = new Map<string, string[]>();
	/** By how much later than usual whatever a relay sends arrives below. */
	readonly slowMs = new Map<string, number>();
	/** How many relays a region has by level; each relay reads it when it starts. */
	tiers: readonly number[];
	readonly #relays = new Map<string, RelayActor>();
	readonly #hanging = new Map<string, Hanging>();
	#ids = 0;

	constructor(world: TestWorld, tiers: readonly number[]) {
		this.world = world;
		this.tiers = tiers;
	}

	publisher(name: string, topics: readonly Topic[]): TestPublisher {
		const publisher = new TestPublisher(this.world, topics);
		this.publishers.set(name, publisher);
		return publisher;
	}

	relay(name: string): RelayActor {
		const known = this.#relays.get(name);
		if (known !== undefined) return known;
		const relay = new RelayActor({
			ports: this.world.ports(name),
			name,
			walletShards: 1,
			tiers: this.tiers,
			dial: (dialled, events) => this.#dial(name, dialled, events),
		});
		this.world.onAlarm(name, () => this.relay(name).onAlarm());
		this.#relays.set(name, relay);
		return relay;
	}

	reader(relay: string): TestReader {
		const reader = new TestReader(`r${this.readers.length}`, this.relay(relay), null);
		this.readers.push(reader);
		return reader;
	}

	/** Who is dialled by whom, among relays. */
	get hangings(): readonly string[] {
		return [...this.#hanging.values()].map(({ from, to }) => `${from} > ${to}`);
	}

	/** It is gone with its sockets, and another of its name starts when it is next dialled. */
	kill(name: string): void {
		this.world.crash(name);
		this.#relays.delete(name);
		for (const hanging of [...this.#hanging.values()])
			if (hanging.to === name || hanging.from === name) this.#breaks(hanging, hanging.to === name);
	}

	/** Time passes, and readers do their work each second. */
	async pass(ms: number): Promise<void> {
		for (let left = ms; left > 0; left -= 1_000) {
			await this.world.advance(Math.min(left, 1_000));
			for (const reader of this.readers) reader.work();
		}
	}

	#breaks(hanging: Hanging, isTold: boolean): void {
		if (!this.#hanging.delete(hanging.id)) return;
		if (isTold) hanging.closed();
		else this.#relays.get(hanging.to)?.closed(hanging.id);
	}

	async #dial(from: string, to: string, events: DialEvents): ReturnType<Dial> {
		if (!to.startsWith("relay:")) {
			if (this.apart.has(from)) throw new Error("connection refused");
			const found = this.publishers.get(to);
			return found === undefined ? { kind: "refused" } : found.dial(events);
		}
		if (this.unreachable.has(to)) throw new Error("connection refused");
		const id = `${from}-${++this.#ids}`;
		const hanging: Hanging = { id, from, to, closed: events.closed };
		const later = (run: () => void, lateMs = 0): void =>
			void this.world.ports("network").timer(LATENCY_MS + lateMs, () => this.#hanging.has(id) && run());
		this.#hanging.set(id, hanging);
		const say = (text: string): void => later(() => events.message(text), this.slowMs.get(to) ?? 0);
		this.relay(to).opened({
			id,
			address: null,
			isRelay: true,
			send: (text) => {
				if (!this.mute.has(to)) say(this.old.has(to) ? text.replace(',"serves":"relays"', "") : text);
			},
			close: (code) => {
				if (code !== CLOSE.slow || this.#hanging.has(id)) this.#breaks(hanging, true);
			},
			save: (_: Attachment) => {},
		});
		return {
			kind: "open",
			socket: {
				send: (text) =>
					later(() => {
						this.heard.set(to, [...(this.heard.get(to) ?? []), text]);
						if (text === PING) say(PONG);
						else this.relay(to).message(id, text);
					}),
				close: () => this.#breaks(hanging, false),
			},
		};
	}
}
