/** So many sockets, and what they have been shown. */
import { WebSocket } from "ws";
import { SOCKET } from "../../shared/limits.ts";
import { decodeServerFrame } from "../../shared/protocol/server-frame.ts";
import type { SocketLoad } from "./socket-load.ts";
import { NOTHING, type Shown, type Tongue, tongueOf } from "./tongues.ts";

/** Opened at a time: more would wait in the kernel's queue. */
const AT_ONCE = 25;
const READY_MS = 30_000;

type Wait = { readonly is: (shown: Shown) => boolean; readonly left: Set<number>; readonly seen: (no: number) => void };

export class Crowd {
	deliveries = 0;
	bytes = 0;
	firstOddsBytes = 0;
	/** Of the newest message that was waited for. */
	frameBytes = 0;
	readonly #load: SocketLoad;
	readonly #tongue: Tongue;
	readonly #sockets: WebSocket[] = [];
	readonly #ackers: NodeJS.Timeout[] = [];
	#wait: Wait | null = null;
	/** All sockets get the same text: it is read once. */
	#last: { readonly text: string; readonly shown: Shown; readonly ack: string | null } = {
		text: "",
		shown: NOTHING,
		ack: null,
	};
	/** By socket, what it would acknowledge now; null: nothing new. */
	readonly #acks: (string | null)[] = [];

	constructor(load: SocketLoad) {
		this.#load = load;
		this.#tongue = tongueOf(load);
	}

	/** Resolves when every socket can show odds. */
	async open(): Promise<void> {
		for (let no = 0; no < this.#load.sockets; no += AT_ONCE) {
			const count = Math.min(AT_ONCE, this.#load.sockets - no);
			await Promise.all(Array.from({ length: count }, (_, at) => this.#connect(no + at)));
		}
	}

	close(): void {
		for (const timer of this.#ackers) clearInterval(timer);
		for (const socket of this.#sockets) socket.terminate();
	}

	/** Waits until each socket was shown this; tells when each was, and throws where it takes too long. */
	shown(is: (shown: Shown) => boolean, limitMs: number, seen: (no: number) => void = () => {}): Promise<void> {
		const left = new Set(this.#sockets.keys());
		return new Promise((all, failed) => {
			const timer = setTimeout(
				() => failed(new Error(`${left.size} of ${this.#sockets.length} sockets were not told`)),
				limitMs,
			);
			const end = (no: number): void => {
				seen(no);
				if (left.size > 0) return;
				clearTimeout(timer);
				this.#wait = null;
				all();
			};
			this.#wait = { is, left, seen: end };
		});
	}

	#connect(no: number): Promise<void> {
		const { path, protocol, hello, answer } = this.#tongue;
		// Each an address of its own, as readers have: a relay gives one address a share of its sockets only.
		const address = `10.${(no >> 14) & 127}.${(no >> 7) & 127}.${no & 127}`;
		const socket = new WebSocket(`${this.#load.url.replace("http", "ws")}${path}`, protocol, {
			perMessageDeflate: false,
			headers: { "cf-connecting-ip": address },
		});
		this.#sockets[no] = socket;
		let bytes = 0;
		return new Promise((ready, failed) => {
			const timer = setTimeout(() => failed(new Error(`socket ${no} saw no odds`)), READY_MS);
			socket.on("error", failed);
			socket.on("open", () => {
				for (const text of hello) socket.send(text);
			});
			socket.on("message", (data: Buffer) => {
				const text = data.toString();
				answer(socket, text);
				const shown = this.#take(no, text, data.length);
				if (bytes < 0) return;
				bytes += data.length;
				if (!shown.isImage) return;
				if (no === 0) this.firstOddsBytes = bytes;
				bytes = -1;
				clearTimeout(timer);
				if (this.#load.speaks === "touchline") this.#acknowledge(no, socket);
				ready();
			});
		});
	}

	#take(no: number, text: string, bytes: number): Shown {
		this.deliveries++;
		this.bytes += bytes;
		if (text !== this.#last.text) this.#last = { text, shown: this.#tongue.read(text), ack: this.#ackOf(text) };
		const { shown, ack } = this.#last;
		if (ack !== null) this.#acks[no] = ack;
		if (this.#wait?.is(shown) && this.#wait.left.delete(no)) {
			this.frameBytes = bytes;
			this.#wait.seen(no);
		}
		return shown;
	}

	/** As a page does: what it has, every few seconds, beats or not. Who says nothing is left out after ten. */
	#acknowledge(no: number, socket: WebSocket): void {
		const timer = setInterval(() => {
			const ack = this.#acks[no] ?? null;
			if (ack !== null) socket.send(ack);
			this.#acks[no] = null;
		}, SOCKET.ackMs);
		this.#ackers.push(timer);
	}

	#ackOf(text: string): string | null {
		const frame = this.#load.speaks === "touchline" ? decodeServerFrame(text) : null;
		if (frame?.[0] === "delta") return JSON.stringify(["ack", [[frame[1], frame[2], frame[4]]]]);
		return frame?.[0] === "image" ? JSON.stringify(["ack", [[frame[1], frame[2], frame[3]]]]) : null;
	}
}
