/**
 * A page that shows all it may: the matches of this world and the lobby, and quiet ones of a crowd until it has sixty-four topics on
 * its one socket. After a break each goes on from where it stood; in the end it asks for one more, which is a mistake (FRM-5).
 */
import type { Region } from "../../shared/contracts/ids.ts";
import { SOCKET } from "../../shared/limits.ts";
import type { Position } from "../../shared/protocol/frames.ts";
import { decodeServerFrame } from "../../shared/protocol/server-frame.ts";
import type { Random } from "../world/chance.ts";
import { QUIET_MATCH } from "../world/crowd.ts";
import type { ReaderEnd, Relays } from "../world/relays.ts";

/** Its sockets cost as much as all others of a world together: few worlds have one, and not for long. */
const SELDOM = 0.15;
const COMES_WITHIN_MS = 90_000;
const STAYS_MS = 25_000;
const AGAIN_MS = 1_000;
/** A step's chance that it looks away for a moment, and connects again. */
const BREAKS = 0.03;

/** What readers of all kinds need of their world. */
export type AudienceDeps = {
	readonly relays: Relays;
	readonly world: {
		readonly matches: readonly string[];
		readonly regions: readonly Region[];
		/** Of the first players, one after the other; whoever has none is at the phone. */
		readonly pages: readonly ("awake" | "sleeps")[];
	};
	readonly chance: (part: string) => Random;
	/** When the history begins. */
	readonly fromMs: number;
};

export class Collector {
	readonly #relays: Relays;
	readonly #region: Region;
	readonly #random: Random;
	readonly #topics: readonly string[];
	readonly #positions = new Map<string, Position | null>();
	readonly #comesAtMs: number;
	#send: ((text: string) => void) | null = null;
	#end: ReaderEnd | null = null;
	#asksAtMs: number;
	#ackedAtMs = 0;
	#nowMs = 0;
	#isTooMuch = false;

	private constructor({ relays, world }: AudienceDeps, region: Region, random: Random, comesAtMs: number) {
		this.#relays = relays;
		this.#region = region;
		this.#random = random;
		const own = ["lobby", ...world.matches.map((matchId) => `match:${matchId}`)];
		const quiet = Array.from({ length: SOCKET.maxTopics + 1 - own.length }, (_, no) => `${QUIET_MATCH}${no}`);
		this.#topics = [...own, ...quiet];
		this.#comesAtMs = comesAtMs;
		this.#asksAtMs = comesAtMs;
	}

	/** Mostly nobody in a world shows so much. */
	static draw(deps: AudienceDeps, random: Random): readonly Collector[] {
		const { regions } = deps.world;
		const isHere = random() < SELDOM;
		const region = regions[Math.floor(random() * regions.length)];
		if (!isHere || region === undefined) return [];
		return [new Collector(deps, region, random, deps.fromMs + Math.floor(random() * COMES_WITHIN_MS))];
	}

	work(nowMs: number): void {
		this.#nowMs = nowMs;
		if (nowMs < this.#comesAtMs || this.#isTooMuch) return;
		this.#relays.gossip();
		if (this.#send === null) {
			if (nowMs >= this.#asksAtMs) this.#connect();
			return;
		}
		if (nowMs - this.#comesAtMs > STAYS_MS) {
			this.#isTooMuch = true;
			this.#subscribe(this.#topics[SOCKET.maxTopics] ?? "");
			return;
		}
		if (this.#end !== null && this.#random() < BREAKS) this.#relays.leave(this.#end);
		if (nowMs - this.#ackedAtMs >= SOCKET.ackMs) this.#acknowledge();
	}

	#connect(): void {
		this.#asksAtMs = this.#nowMs + AGAIN_MS;
		const end: ReaderEnd = {
			message: (text) => end === this.#end && this.#read(text),
			closed: () => {
				if (end === this.#end) this.#send = null;
			},
		};
		this.#end = end;
		this.#send = this.#relays.connect(this.#region, end);
		for (const topic of this.#topics.slice(0, SOCKET.maxTopics)) this.#subscribe(topic);
	}

	#subscribe(topic: string): void {
		this.#send?.(JSON.stringify(["sub", topic, this.#positions.get(topic) ?? null, {}]));
	}

	#acknowledge(): void {
		this.#ackedAtMs = this.#nowMs;
		const acks = [...this.#positions].flatMap(([topic, at]) => (at === null ? [] : [[topic, at.epoch, at.offset]]));
		if (acks.length > 0) this.#send?.(JSON.stringify(["ack", acks]));
	}

	/** What it has missed it asks for anew, without a position. */
	#read(text: string): void {
		const frame = decodeServerFrame(text);
		if (frame?.[0] === "image") this.#positions.set(frame[1], { epoch: frame[2], offset: frame[3] });
		if (frame?.[0] !== "delta") return;
		const [, topic, epoch, from, to] = frame;
		const has = this.#positions.get(topic) ?? null;
		if (has === null || (has.epoch === epoch && to <= has.offset)) return;
		if (has.epoch === epoch && has.offset === from) {
			this.#positions.set(topic, { epoch, offset: to });
			return;
		}
		this.#positions.set(topic, null);
		this.#subscribe(topic);
	}
}
