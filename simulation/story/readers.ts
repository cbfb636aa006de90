/** A page: one socket to a relay, the topics of a player, resumed after every break; what it shows is compared in the end. */
import type { Region } from "../../shared/contracts/ids.ts";
import { SOCKET } from "../../shared/limits.ts";
import { type MatchBook, matchFold } from "../../shared/protocol/match-view.ts";
import { meFold } from "../../shared/protocol/me-view.ts";
import { decodeServerFrame } from "../../shared/protocol/server-frame.ts";
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

	/** The price of an outcome as the page shows it, with the version of its market; null: it shows none. */
	price(matchId: string, marketId: string, outcomeId: string): { oddsMilli: number; marketVersion: number } | null {
		const { schema, image } = (this.topics.get(`match:${matchId}`)?.state ?? {}) as Partial<MatchBook>;
		const at = schema?.markets.findIndex(([id]) => id === marketId) ?? -1;
		const outcome = schema?.markets[at]?.[3].findIndex(([id]) => id === outcomeId) ?? -1;
		const [, marketVersion = 0, odds = []] = image?.m[at] ?? [];
		const oddsMilli = odds[outcome] ?? 0;
		return oddsMilli === 0 ? null : { oddsMilli, marketVersion };
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
		const frame = decodeServerFrame(text);
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

const readerOf = <State>(fold: Fold<State>): AnyReader => new TopicReader(fold) as unknown as AnyReader;
