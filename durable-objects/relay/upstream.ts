/**
 * A relay's connection to one publisher (a match, the board, a wallet with all its players): dials, asks for topics one
 * `sub` at a time each, dials again with back-off when it breaks, and before it grows old (make before break).
 */
import { RELAY, SOCKET } from "../../shared/limits.ts";
import { type DeltaHead, readDeltaHead } from "../../shared/protocol/frame-head.ts";
import { PING, type Position, type Topic } from "../../shared/protocol/frames.ts";
import { decodeServerFrame, type ServerFrame } from "../../shared/protocol/server-frame.ts";
import { faultText } from "../runtime/log.ts";
import type { Ports } from "../runtime/ports.ts";
import { type Ask, type Asked, Questions } from "./questions.ts";

/** An open socket to a publisher. */
export type DialledSocket = { readonly send: (text: string) => void; readonly close: () => void };
export type DialEvents = { readonly message: (text: string) => void; readonly closed: () => void };
/** `refused`: the publisher answers, and says that there is no such topic. Anything else that fails throws. */
export type Dial = (
	publisher: string,
	events: DialEvents,
) => Promise<{ readonly kind: "open"; readonly socket: DialledSocket } | { readonly kind: "refused" }>;

/** `head`: where the publisher stood when it answered; null from one of an older release. */
export type Answer = Asked & {
	readonly how: "recovered" | "image";
	readonly head: Position | null;
};

export type UpstreamOwner = {
	/** Connected anew: what to ask for, by topic. */
	readonly reopen: () => readonly (readonly [Topic, Ask])[];
	readonly resumeFrom: (topic: Topic) => Position | null;
	readonly answered: (topic: Topic, answer: Answer) => void;
	/** `ask` is null where the publisher speaks unasked: a token was revoked, a topic is no more. */
	readonly refused: (topic: Topic, ask: Ask | null, code: string, detail: string) => void;
	readonly frame: (topic: Topic, frame: ServerFrame | DeltaHead, text: string, schemaText: string | null) => void;
	/** There is no such publisher. */
	readonly unknown: () => void;
	/** The connection has gone: from now on silence is no sign that nothing happens. */
	readonly lost: () => void;
};

type Line = { readonly schemas: Map<Topic, string>; socket: DialledSocket | null; isGone: boolean };

export class Upstream {
	readonly publisher: string;
	readonly #ports: Pick<Ports, "now" | "random" | "timer" | "background" | "log">;
	readonly #dial: Dial;
	readonly #owner: UpstreamOwner;
	readonly #questions = new Questions();
	#line: Line | null = null;
	/** The line before, kept for a moment so that nothing is missed in between. */
	#previous: { readonly line: Line; readonly sinceMs: number } | null = null;
	#isDialling = false;
	#isClosed = false;
	#failures = 0;
	#dialAtMs = 0;
	#dialledAtMs = 0;
	#heardAtMs = 0;
	#pingedAtMs: number | null = null;

	constructor(
		publisher: string,
		ports: Pick<Ports, "now" | "random" | "timer" | "background" | "log">,
		dial: Dial,
		owner: UpstreamOwner,
	) {
		this.publisher = publisher;
		this.#ports = ports;
		this.#dial = dial;
		this.#owner = owner;
		this.#connect();
	}

	get isConnected(): boolean {
		return this.#line !== null;
	}

	get isDialling(): boolean {
		return this.#isDialling;
	}

	/** True while time alone may change something: dialling, waiting for an answer, two lines at once. */
	get needsTick(): boolean {
		return this.#line === null || this.#previous !== null || this.#questions.areOut || this.#pingedAtMs !== null;
	}

	isAsking(topic: Topic): boolean {
		return this.#questions.isAsking(topic);
	}

	/** Whether this very question is on its way, and its answer will come. */
	isAskingFor(topic: Topic, token: string | null): boolean {
		return this.#questions.isAskingFor(topic, token);
	}

	/** Nobody waits for this answer any more: what has not been asked yet is not asked. */
	withdraw(topic: Topic, token: string): void {
		this.#questions.withdraw(topic, token);
	}

	/** Without a connection nothing is kept: `reopen` will tell when there is one. */
	ask(topic: Topic, ask: Ask): void {
		if (this.#line !== null && this.#questions.add(topic, ask)) this.#sendNext(topic);
	}

	drop(topic: Topic): void {
		this.#questions.drop(topic);
		for (const line of [this.#line, this.#previous?.line]) line?.socket?.send(JSON.stringify(["unsub", topic]));
	}

	close(): void {
		this.#isClosed = true;
		this.#hangUp(this.#line);
		this.#hangUp(this.#previous?.line ?? null);
		this.#line = null;
		this.#previous = null;
	}

	/** A beating topic has been silent for too long, or the publisher sent nonsense: this line is no good. */
	redial(why: string): void {
		if (this.#line === null) return;
		this.#ports.log.warn("upstream_redialled", { publisher: this.publisher, why });
		const line = this.#line;
		this.#hangUp(line);
		this.#lost(line);
	}

	tick(nowMs: number): void {
		if (this.#previous !== null && nowMs - this.#previous.sinceMs > RELAY.answerMs) {
			this.#hangUp(this.#previous.line);
			this.#previous = null;
		}
		if (this.#line === null) {
			if (nowMs >= this.#dialAtMs) this.#connect();
			return;
		}
		if (this.#questions.isOverdue(nowMs)) {
			this.redial("no answer");
			return;
		}
		if (this.#pingedAtMs !== null && nowMs - this.#pingedAtMs > RELAY.answerMs) {
			this.redial("no pong");
			return;
		}
		if (nowMs - this.#dialledAtMs > SOCKET.redialMs) this.#connect();
		if (this.#pingedAtMs === null && nowMs - this.#heardAtMs > RELAY.netMs) {
			this.#pingedAtMs = nowMs;
			this.#line.socket?.send(PING);
		}
	}

	#connect(): void {
		if (this.#isDialling || this.#isClosed) return;
		this.#isDialling = true;
		const line: Line = { schemas: new Map(), socket: null, isGone: false };
		const dial = async (): Promise<void> => {
			let dialled: Awaited<ReturnType<Dial>> | null = null;
			let why = "";
			let isTooLate = false;
			// A dial that never answers must not stop the next one; should it answer after all, its socket is closed.
			const cancel = this.#ports.timer(RELAY.answerMs, () => {
				isTooLate = true;
				this.#isDialling = false;
				this.#failed("no answer to the dial");
			});
			try {
				const closed = (): void => this.#lost(line);
				dialled = await this.#dial(this.publisher, { message: (text) => this.#message(line, text), closed });
			} catch (fault) {
				why = faultText(fault);
			}
			cancel();
			if (!isTooLate) this.#dialled(line, dialled, why);
			else if (dialled?.kind === "open") dialled.socket.close();
		};
		this.#ports.background(dial());
	}

	#dialled(line: Line, dialled: Awaited<ReturnType<Dial>> | null, why: string): void {
		this.#isDialling = false;
		if (dialled === null) this.#failed(why);
		else if (dialled.kind === "refused") this.#owner.unknown();
		else this.#opened(line, dialled.socket);
	}

	#opened(line: Line, socket: DialledSocket): void {
		line.socket = socket;
		if (this.#isClosed || line.isGone) {
			this.#hangUp(line);
			if (!this.#isClosed) this.#failed("closed at once");
			return;
		}
		const nowMs = this.#ports.now();
		if (this.#line !== null) this.#previous = { line: this.#line, sinceMs: nowMs };
		this.#line = line;
		this.#dialledAtMs = nowMs;
		this.#heardAtMs = nowMs;
		this.#pingedAtMs = null;
		this.#questions.clear();
		for (const [topic, ask] of this.#owner.reopen()) this.ask(topic, ask);
	}

	#message(line: Line, text: string): void {
		const isCurrent = line === this.#line;
		if (line.isGone || (!isCurrent && line !== this.#previous?.line)) return;
		if (isCurrent) {
			this.#heardAtMs = this.#ports.now();
			this.#pingedAtMs = null;
		}
		// FRM-3: a delta is passed on as it is. An image is read whole, for it is kept and given to whoever asks after it.
		const frame = readDeltaHead(text) ?? decodeServerFrame(text);
		if (frame === null) return;
		switch (frame[0]) {
			case "hello":
			case "stale":
				return;
			case "sub":
				if (isCurrent) this.#answered(frame[1], frame[2], frame.length === 4 ? frame[3] : null);
				return;
			case "error":
				if (isCurrent && frame[1] !== null) this.#refused(frame[1], frame[2], frame[3]);
				return;
			case "schema":
				line.schemas.set(frame[1], text);
				return;
			case "image": {
				const schemaText = line.schemas.get(frame[1]) ?? null;
				line.schemas.delete(frame[1]);
				this.#owner.frame(frame[1], frame, text, schemaText);
				return;
			}
			case "delta":
			case "beat":
				this.#owner.frame(frame[1], frame, text, null);
		}
	}

	#answered(topic: Topic, how: "recovered" | "image", head: Position | null): void {
		this.#failures = 0;
		const asked = this.#questions.answered(topic);
		if (asked === null) return;
		this.#owner.answered(topic, { ...asked, how, head });
		this.#sendNext(topic);
	}

	#refused(topic: Topic, code: string, detail: string): void {
		this.#owner.refused(topic, this.#questions.answered(topic)?.ask ?? null, code, detail);
		this.#sendNext(topic);
	}

	#sendNext(topic: Topic): void {
		const socket = this.#line?.socket ?? null;
		if (socket === null) return;
		const text = this.#questions.next(topic, () => this.#owner.resumeFrom(topic), this.#ports.now());
		if (text !== null) socket.send(text);
	}

	#lost(line: Line): void {
		line.isGone = true;
		if (line === this.#previous?.line) this.#previous = null;
		if (line !== this.#line) return;
		this.#line = null;
		this.#questions.clear();
		if (this.#isClosed) return;
		this.#failed("closed");
		this.#owner.lost();
	}

	/** The first try comes at once-ish, and every one at a random part of its delay: relays must not come back as a wave. */
	#failed(why: string): void {
		const limitMs = Math.min(RELAY.redialMinMs * 2 ** this.#failures, RELAY.redialMaxMs);
		const delayMs = Math.ceil(limitMs * (0.5 + this.#ports.random() / 2));
		this.#failures++;
		this.#dialAtMs = this.#ports.now() + delayMs;
		this.#ports.log.warn("upstream_lost", { publisher: this.publisher, why, delayMs });
		if (this.#line !== null) {
			// The make of a make-before-break failed: the old line still serves.
			this.#dialledAtMs = this.#dialAtMs - SOCKET.redialMs;
			return;
		}
		this.#ports.timer(delayMs, () => {
			if (this.#line === null) this.#connect();
		});
	}

	#hangUp(line: Line | null): void {
		if (line === null) return;
		line.isGone = true;
		try {
			line.socket?.close();
		} catch {
			// Closed already.
		}
	}
}
