/** A page: one socket to a relay, the topics of a player, resumed after every break; what it shows is compared in the end. */
import type { Region } from "../../shared/contracts/ids.ts";
import { SOCKET } from "../../shared/limits.ts";
import { type MatchBook, matchFold } from "../../shared/protocol/match-view.ts";
import { meFold } from "../../shared/protocol/me-view.ts";
import { type DecodedFrame, decodeServerFrame } from "../../shared/protocol/server-frame.ts";
import { type Fold, TopicReader } from "../../shared/protocol/topic-reader.ts";
import type { Player } from "../world/player.ts";
import type { Relays } from "../world/relays.ts";

const RECONNECT_MS = 1_000;
type AnyReader = TopicReader<unknown>;

export class Page {
	readonly player: Player;
	readonly topics = new Map<string, AnyReader>();
	readonly #relays: Relays;
	readonly #region: Region;
	#send: ((text: string) => void) | null = null;
	#connectAtMs = 0;
	#ackedAtMs = 0;
	/** Nothing of it counts once a newer connection stands. */
	#connection = 0;

	constructor(relays: Relays, player: Player, region: Region, matches: readonly string[]) {
		this.#relays = relays;
		this.player = player;
		this.#region = region;
		for (const matchId of matches) this.topics.set(`match:${matchId}`, readerOf(matchFold));
		this.topics.set("me", readerOf(meFold));
	}

	/** What it shows of a match. */
	bookOf(matchId: string): MatchBook | null {
		return (this.topics.get(`match:${matchId}`)?.state ?? null) as MatchBook | null;
	}

	/** What a page does as time goes by: connect again, acknowledge. */
	work(nowMs: number): void {
		if (this.#send === null) {
			if (nowMs >= this.#connectAtMs) this.#connect(nowMs);
			return;
		}
		if (nowMs - this.#ackedAtMs < SOCKET.ackMs) return;
		this.#ackedAtMs = nowMs;
		const acks = [...this.topics].flatMap(([topic, reader]) => {
			const { position } = reader;
			if (position === null || reader.unacked === 0) return [];
			reader.acknowledged();
			return [[topic, position.epoch, position.offset]];
		});
		if (acks.length > 0) this.#send(JSON.stringify(["ack", acks]));
	}

	#connect(nowMs: number): void {
		this.#connectAtMs = nowMs + RECONNECT_MS;
		const connection = ++this.#connection;
		this.#send = this.#relays.connect(this.#region, {
			message: (text) => {
				if (connection === this.#connection) this.#read(text);
			},
			closed: () => {
				if (connection === this.#connection) this.#send = null;
			},
		});
		for (const topic of this.topics.keys()) this.#subscribe(topic);
	}

	#subscribe(topic: string): void {
		const terms = topic === "me" ? { token: this.player.token } : {};
		this.#send?.(JSON.stringify(["sub", topic, this.topics.get(topic)?.position ?? null, terms]));
	}

	#read(text: string): void {
		const frame = decoded(text);
		if (frame === null) throw new Error(`a relay sent ${text.slice(0, 200)}`);
		const topic = frame[0] === "hello" ? null : frame[1];
		const reader = topic === null ? undefined : this.topics.get(topic);
		if (topic === null || reader === undefined) return;
		// A topic may not be there yet: asked for again, as a page does.
		if (frame[0] === "error") {
			this.#send = null;
			this.#connection++;
			return;
		}
		const result = reader.read(frame);
		if (result === "unreadable") throw new Error(`a relay sent ${text.slice(0, 200)}: ${reader.fault}`);
		if (result === "gap") this.#subscribe(topic);
	}
}

/** Frames read lately: every page that listens to a match gets the same bytes, and a frame read is never changed. */
const READ = new Map<string, DecodedFrame | null>();
const MAX_READ = 64;

function decoded(text: string): DecodedFrame | null {
	const known = READ.get(text);
	if (known !== undefined) return known;
	const frame = decodeServerFrame(text);
	READ.set(text, frame);
	for (const oldest of READ.keys()) {
		if (READ.size <= MAX_READ) break;
		READ.delete(oldest);
	}
	return frame;
}

const readerOf = <State>(fold: Fold<State>): AnyReader => new TopicReader(fold) as unknown as AnyReader;
