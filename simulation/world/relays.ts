/**
 * Real relays between publishers and readers. Sockets carry messages in order and late, and break; what was under way is
 * then lost. An object that dies takes its sockets with it; a relay may also be evicted, which its readers' sockets outlive.
 */
import type { RelayActor } from "../../durable-objects/relay/actor.ts";
import type { Attachment } from "../../durable-objects/relay/reader-session.ts";
import type { Dial, DialledSocket } from "../../durable-objects/relay/upstream.ts";
import type { Ports } from "../../durable-objects/runtime/ports.ts";
import { type Region, relayName, relayParts } from "../../shared/contracts/ids.ts";
import { PING, PONG } from "../../shared/protocol/frames.ts";
import type { Random } from "./chance.ts";
import { Crowd, QUIET_MATCH } from "./crowd.ts";
import type { Platform, Sockets } from "./platform.ts";

const MATCH = "match:";
const BOARD = "board";

/** One direction of a socket: in order, late. */
class Way {
	readonly #wire: Ports;
	readonly #delayMs: () => number;
	#lastAtMs = 0;

	constructor(wire: Ports, delayMs: () => number) {
		this.#wire = wire;
		this.#delayMs = delayMs;
	}

	carry(arrive: () => void): void {
		const nowMs = this.#wire.now();
		this.#lastAtMs = Math.max(this.#lastAtMs, nowMs + this.#delayMs());
		this.#wire.timer(this.#lastAtMs - nowMs, arrive);
	}
}

/** A relay's connection to a publisher, as the publisher has it. */
type Connection = {
	readonly id: string;
	readonly publisher: string;
	readonly relay: string;
	readonly toRelay: (frame: string) => void;
	/** `isTold`: the publisher lives and hears of it. */
	readonly hangUp: (isTold: boolean) => void;
	listens: boolean;
};
export type ReaderEnd = { readonly message: (text: string) => void; readonly closed: () => void };
type ReaderConnection = {
	readonly id: string;
	readonly relay: string;
	readonly address: string | null;
	/** The relay of the level below that reads here; null: a reader. */
	readonly by: string | null;
	readonly end: ReaderEnd;
	readonly down: Way;
	attachment: Attachment | null;
};

/** Who looks at frames on their way. */
export type FrameWatching = {
	/** What a publisher says, before it may leave and when it has. */
	readonly said: (text: string) => void;
	readonly left: (text: string) => void;
	readonly toReader: (connection: string, text: string) => void;
	readonly fromReader: (connection: string, text: string) => void;
	/** A connection is gone, or its relay knows no more what it was sent. */
	readonly forgotten: (connection: string) => void;
	/** A connection is gone; the code is its relay's, null where nobody closed it. */
	readonly closed: (connection: string, code: number | null) => void;
};

export class Relays implements Sockets {
	readonly #platform: Platform;
	readonly #random: Random;
	readonly #watch: FrameWatching;
	readonly #wire: Ports;
	readonly #crowd: Crowd;
	readonly #relays = new Map<string, RelayActor>();
	readonly #connections = new Map<string, Connection>();
	readonly #readerConnections = new Map<string, ReaderConnection>();
	/** Which relays reach which publishers not, and until when. */
	#apart: { readonly is: (relay: string, publisher: string) => boolean; readonly untilMs: number } | null = null;
	#ids = 0;
	isHealed = false;
	watch: FrameWatching = {
		said: () => {},
		left: () => {},
		toReader: () => {},
		fromReader: () => {},
		forgotten: () => {},
		closed: () => {},
	};
	/** By relay, when a connection of it or itself broke last, or came to be. */
	readonly #brokeAtMs = new Map<string, number>();

	constructor(platform: Platform, random: Random, watch: FrameWatching) {
		this.#platform = platform;
		this.#random = random;
		this.#watch = watch;
		this.#crowd = new Crowd(random);
		this.#wire = platform.world.ports("network");
		platform.sockets = this;
	}

	get names(): readonly string[] {
		return [...this.#relays.keys()];
	}

	/** When anything broke last, or was found again, between the readers of a region and their publishers. */
	brokeAtMs(region: Region): number {
		return Math.max(
			0,
			...[...this.#brokeAtMs].flatMap(([name, atMs]) => (relayParts(name)?.region === region ? [atMs] : [])),
		);
	}

	said(frame: string): void {
		this.#watch.said(frame);
	}

	/** To whoever listens now, though it leaves later: who comes meanwhile has it in the answer to its own question. */
	send(publisher: string, frame: string): void {
		const listening = [...this.#connections.values()].filter(
			(connection) => connection.publisher === publisher && connection.listens,
		);
		this.#platform.leaves(publisher, () => {
			this.#watch.left(frame);
			for (const connection of listening) connection.toRelay(frame);
		});
	}

	sendTo(id: string, frame: string): void {
		this.#connections.get(id)?.toRelay(frame);
	}

	has(id: string): boolean {
		return this.#connections.has(id);
	}

	count(publisher: string): number {
		return [...this.#connections.values()].filter(
			(connection) => connection.publisher === publisher && connection.listens,
		).length;
	}

	/** A publisher is gone: nobody tells it that its connections are closed. */
	broken(publisher: string): void {
		for (const connection of [...this.#connections.values()])
			if (connection.publisher === publisher) connection.hangUp(false);
	}

	/** One connection between a relay and a publisher, or between a reader and a relay, breaks. */
	cut(): void {
		const all = [...this.#connections.keys(), ...this.#readerConnections.keys()];
		const id = all[Math.floor(this.#random() * all.length)] ?? "";
		this.#connections.get(id)?.hangUp(true);
		this.#hangUpReader(id);
	}

	/** A reader goes. */
	leave(end: ReaderEnd): void {
		for (const connection of this.#readerConnections.values())
			if (connection.end === end) this.#hangUpReader(connection.id);
	}

	/** Of the crowd somebody has news. */
	gossip(): void {
		const news = this.#crowd.news(this.#platform.world.now());
		for (const connection of this.#connections.values())
			if (connection.publisher === news?.topic && connection.listens) connection.toRelay(news.frame);
	}

	/** Relays and publishers lose each other, and do not find each other again before then. */
	part(is: (relay: string, publisher: string) => boolean, untilMs: number): void {
		this.#apart = { is, untilMs };
		for (const connection of [...this.#connections.values()])
			if (is(connection.relay, connection.publisher)) connection.hangUp(true);
	}

	/** `crash`: its readers' sockets go with it. Evicted: they stay, and what they had stands in their attachments. */
	restart(name: string, isCrash: boolean): void {
		this.#platform.world.crash(name);
		this.#relays.delete(name);
		this.#brokeAtMs.set(name, this.#platform.world.now());
		for (const { id, relay } of this.#readerConnections.values()) if (relay === name) this.#watch.forgotten(id);
		for (const connection of [...this.#connections.values()]) if (connection.relay === name) connection.hangUp(true);
		for (const { id, by } of [...this.#readerConnections.values()]) if (by === name) this.#hangUpReader(id);
		if (isCrash) {
			for (const { id, relay } of [...this.#readerConnections.values()]) if (relay === name) this.#hangUpReader(id);
			return;
		}
		const relay = this.#relay(name);
		for (const connection of this.#readerConnections.values())
			if (connection.relay === name) relay.adopted(this.#socketOf(connection), structuredClone(connection.attachment));
	}

	/** Everybody has left, and what nobody reads is forgotten. */
	closed(): void {
		for (const name of this.names) this.restart(name, true);
	}

	/** A reader connects, from an address that is counted or none; returns how to speak, or null where nobody answers. */
	connect(region: Region, end: ReaderEnd, address: string | null = null): ((text: string) => void) | null {
		if (!this.isHealed && this.#random() < 0.1) return null;
		const name = relayName(region, Math.floor(this.#random() * this.#platform.layout.relays));
		return this.#read(name, end, address, null).send;
	}

	/** A socket to a relay: a reader's, or that of a relay below. */
	#read(relay: string, end: ReaderEnd, address: string | null, by: string | null): DialledSocket {
		const id = `reader-${++this.#ids}`;
		const connection: ReaderConnection = { id, relay, address, by, end, down: this.#way(), attachment: null };
		this.#readerConnections.set(id, connection);
		this.#relay(relay).opened(this.#socketOf(connection));
		const up = this.#way();
		const hear = (text: string): void => {
			if (!this.#readerConnections.has(id)) return;
			this.#watch.fromReader(id, text);
			// Answered without waking the object.
			if (text === PING) connection.down.carry(() => this.#readerConnections.has(id) && end.message(PONG));
			else this.#relay(relay).message(id, text);
		};
		return { send: (text) => up.carry(() => hear(text)), close: () => this.#hangUpReader(id) };
	}

	#relay(name: string): RelayActor {
		const known = this.#relays.get(name);
		if (known !== undefined) return known;
		const relay = new (this.#platform.startUnder(name).RelayActor)({
			ports: this.#platform.world.ports(name),
			name,
			walletShards: this.#platform.layout.shards,
			tiers: this.#platform.layout.tiers,
			dial: (publisher, events) => this.#dial(name, publisher, events),
		});
		this.#relays.set(name, relay);
		this.#platform.world.onAlarm(name, () => this.#relay(name).onAlarm());
		return relay;
	}

	#socketOf(connection: ReaderConnection): Parameters<RelayActor["opened"]>[0] {
		return {
			id: connection.id,
			address: connection.address,
			isRelay: connection.by !== null,
			send: (text) => {
				this.#watch.toReader(connection.id, text);
				connection.down.carry(() => this.#readerConnections.has(connection.id) && connection.end.message(text));
			},
			close: (code) => this.#hangUpReader(connection.id, code),
			save: (attachment) => {
				connection.attachment = attachment;
			},
		};
	}

	#hangUpReader(id: string, code: number | null = null): void {
		const connection = this.#readerConnections.get(id);
		if (connection === undefined) return;
		this.#readerConnections.delete(id);
		this.#watch.forgotten(id);
		this.#watch.closed(id, code);
		if (connection.by !== null) this.#brokeAtMs.set(connection.by, this.#platform.world.now());
		this.#relays.get(connection.relay)?.closed(id);
		connection.end.closed();
	}

	async #dial(relay: string, publisher: string, events: Parameters<Dial>[1]): Promise<Awaited<ReturnType<Dial>>> {
		const up = this.#way();
		const life = this.#platform.world.generation(relay);
		await new Promise<void>((arrived) => up.carry(arrived));
		if (this.#platform.world.generation(relay) !== life) throw new Error("whoever dialled is no more");
		const apart = this.#apart;
		const isApart = apart?.is(relay, publisher) === true && this.#platform.world.now() < apart.untilMs;
		if (!this.isHealed && (isApart || this.#random() < 0.05)) throw new Error("connection refused");
		this.#brokeAtMs.set(relay, this.#platform.world.now());
		if (relayParts(publisher) !== null) return { kind: "open", socket: this.#read(publisher, events, null, relay) };
		const id = `connection-${++this.#ids}`;
		const down = this.#way();
		const connection: Connection = {
			id,
			publisher,
			relay,
			listens: false,
			toRelay: (frame) => down.carry(() => this.#connections.has(id) && events.message(frame)),
			hangUp: (isTold) => {
				if (!this.#connections.delete(id)) return;
				this.#brokeAtMs.set(relay, this.#platform.world.now());
				if (isTold && publisher === BOARD) this.#platform.board().readersChanged();
				if (isTold && publisher.startsWith("wallet:")) this.#platform.wallet(publisher).readerClosed(id);
				events.closed();
			},
		};
		this.#connections.set(id, connection);
		return {
			kind: "open",
			socket: {
				send: (text) => up.carry(() => this.#connections.has(id) && this.#hear(connection, text)),
				close: () => connection.hangUp(true),
			},
		};
	}

	#hear(connection: Connection, text: string): void {
		const { publisher, id } = connection;
		if (text === PING) {
			connection.toRelay(PONG);
			return;
		}
		if (publisher.startsWith(QUIET_MATCH)) {
			const { frames, listens } = this.#crowd.hear(publisher, text, this.#platform.world.now());
			for (const frame of frames) connection.toRelay(frame);
			connection.listens = listens;
			return;
		}
		if (publisher.startsWith(MATCH)) {
			const match = this.#platform.match(publisher.slice(MATCH.length));
			const { frames, listens } = this.#platform.codeOf(match).answerReader(match, publisher, text);
			for (const frame of frames) this.#platform.leaves(publisher, () => connection.toRelay(frame));
			if (listens === null) return;
			connection.listens = listens;
			if (listens) match.listened();
			return;
		}
		if (publisher === BOARD) {
			const board = this.#platform.board();
			const { frames, listens } = board.answer(text);
			for (const frame of frames) connection.toRelay(frame);
			connection.listens = listens ?? connection.listens;
			board.readersChanged();
			return;
		}
		const wallet = this.#platform.wallet(publisher);
		const answered = this.#platform.codeOf(wallet).readMeFrame(wallet, id, text);
		this.#wire.background(
			answered.then((frames) => {
				for (const frame of frames) this.#platform.leaves(publisher, () => connection.toRelay(frame));
			}),
		);
	}

	#way(): Way {
		return new Way(this.#wire, () => (this.isHealed ? 1 : Math.floor(this.#random() ** 4 * 400)));
	}
}
