/**
 * A page: one socket to a relay, the topics of a player, resumed after every break. It knows when what it shows may be old, as a
 * page must; what it shows is compared now and then, and in the end. A page that sleeps reads on and acknowledges nothing.
 */
import type { Region } from "../../shared/contracts/ids.ts";
import { CLIENT, SOCKET } from "../../shared/limits.ts";
import { lobbyFold } from "../../shared/protocol/lobby-view.ts";
import { type MatchBook, matchFold } from "../../shared/protocol/match-view.ts";
import { meFold } from "../../shared/protocol/me-view.ts";
import { decodeServerFrame, type ServerFrame } from "../../shared/protocol/server-frame.ts";
import { type Fold, TopicReader } from "../../shared/protocol/topic-reader.ts";
import type { Random } from "../world/chance.ts";
import type { Player } from "../world/player.ts";
import type { Relays } from "../world/relays.ts";

const RECONNECT_MS = 1_000;
/** What is shown of a page that slept is judged again once it must have been closed, or has caught up. */
const DROWSY_MS = 60_000;
/** When it would acknowledge: a chance that it sleeps instead, for longer than any reader is borne. */
const FALLS_ASLEEP = 0.15;
const LONGEST_SLEEP_MS = 55_000;
type AnyReader = TopicReader<unknown>;

export class Page {
	readonly player: Player;
	readonly topics = new Map<string, AnyReader>();
	/** What it was sent and could not read. */
	readonly unreadable: string[] = [];
	readonly #relays: Relays;
	readonly #region: Region;
	#send: ((text: string) => void) | null = null;
	#connectAtMs = 0;
	#ackedAtMs = 0;
	/** Nothing of it counts once a newer connection stands. */
	#connection = 0;
	#connectedAtMs = 0;
	#sleptAtMs = Number.NEGATIVE_INFINITY;
	readonly #sleep: Random | null;
	#sleepsUntilMs = 0;
	/** By topic: when anything was last heard of it, whether it beats, and whether its relay calls it stale. */
	readonly #heard = new Map<string, { atMs: number; isBeating: boolean; isStale: boolean }>();
	#nowMs = 0;

	/** `sleep`: the chance by which it sleeps now and then; null: never. */
	constructor(relays: Relays, player: Player, region: Region, matches: readonly string[], sleep: Random | null = null) {
		this.#sleep = sleep;
		this.#relays = relays;
		this.player = player;
		this.#region = region;
		for (const matchId of matches) this.topics.set(`match:${matchId}`, readerOf(matchFold));
		this.topics.set("lobby", readerOf(lobbyFold));
		this.topics.set("me", readerOf(meFold));
	}

	/** What it shows of a match. */
	bookOf(matchId: string): MatchBook | null {
		return (this.topics.get(`match:${matchId}`)?.state ?? null) as MatchBook | null;
	}

	get name(): string {
		return `the page of ${this.player.playerId}`;
	}

	/** Since when nothing has broken between it and its publishers, as far as it could know. */
	get calmSinceMs(): number {
		return Math.max(this.#connectedAtMs, this.#relays.brokeAtMs(this.#region));
	}

	/** Whether it shows a topic without a word that it may be old. */
	isSure(topic: string, nowMs: number): boolean {
		const heard = this.#heard.get(topic);
		if (this.#send === null || heard === undefined || nowMs - this.#sleptAtMs < DROWSY_MS) return false;
		return !heard.isStale && !(heard.isBeating && nowMs - heard.atMs > CLIENT.silentMs);
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
		this.#nowMs = nowMs;
		if (this.#send === null) {
			if (nowMs >= this.#connectAtMs) this.#connect(nowMs);
			return;
		}
		if (nowMs - this.#ackedAtMs < SOCKET.ackMs || this.#isAsleep(nowMs)) return;
		this.#ackedAtMs = nowMs;
		const acks = [...this.topics].flatMap(([topic, reader]) => {
			const { position } = reader;
			if (position === null || reader.unacked === 0) return [];
			reader.acknowledged();
			return [[topic, position.epoch, position.offset]];
		});
		if (acks.length > 0) this.#send(JSON.stringify(["ack", acks]));
	}

	#isAsleep(nowMs: number): boolean {
		if (this.#sleep === null) return false;
		if (nowMs >= this.#sleepsUntilMs && this.#sleep() < FALLS_ASLEEP)
			this.#sleepsUntilMs = nowMs + Math.floor(this.#sleep() * LONGEST_SLEEP_MS);
		const isAsleep = nowMs < this.#sleepsUntilMs;
		if (isAsleep) this.#sleptAtMs = nowMs;
		return isAsleep;
	}

	#connect(nowMs: number): void {
		this.#connectAtMs = nowMs + RECONNECT_MS;
		this.#connectedAtMs = nowMs;
		this.#heard.clear();
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

	#hear(topic: string, frame: ServerFrame): void {
		const heard = this.#heard.get(topic) ?? { atMs: 0, isBeating: false, isStale: false };
		// A step late at most: pages look at their clocks no oftener.
		heard.atMs = this.#nowMs;
		if (frame[0] === "stale") {
			heard.isStale = frame[2];
			heard.isBeating &&= !frame[2];
		}
		if (frame[0] === "beat") heard.isBeating = !isLast(frame[5]);
		this.#heard.set(topic, heard);
	}

	#read(text: string): void {
		const frame = decoded(text);
		if (frame === null) {
			this.unreadable.push(text);
			return;
		}
		const topic = frame[0] === "hello" ? null : frame[1];
		const reader = topic === null ? undefined : this.topics.get(topic);
		if (topic === null || reader === undefined) return;
		this.#hear(topic, frame);
		// A topic may not be there yet: asked for again, as a page does.
		if (frame[0] === "error") {
			this.#send = null;
			this.#connection++;
			return;
		}
		const result = reader.read(frame);
		if (result === "unreadable") this.unreadable.push(`${reader.fault} in ${text}`);
		if (result === "gap" || result === "unreadable") this.#subscribe(topic);
	}
}

/** What a beat says that is the last one. */
const isLast = (body: unknown): boolean => typeof body === "object" && body !== null && "last" in body;

/** Frames read lately: every page that listens to a match gets the same bytes, and a frame read is never changed. */
const READ = new Map<string, ServerFrame | null>();
const MAX_READ = 64;

function decoded(text: string): ServerFrame | null {
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
