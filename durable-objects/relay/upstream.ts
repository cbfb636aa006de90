/**
 * A relay's connection to one publisher (a match, the board, a wallet with all its players), or to a relay above that has it: dials,
 * asks for topics one `sub` at a time each, dials again with back-off when it breaks, by another way where this one does not serve,
 * and before it grows old (make before break).
 */
import { RELAY, SOCKET } from "../../shared/limits.ts";
import { type DeltaHead, readDeltaHead } from "../../shared/protocol/frame-head.ts";
import { PING, type Position, SERVES_RELAYS, type Topic } from "../../shared/protocol/frames.ts";
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

/** `head`: where the publisher stood when it answered; null from one of an older release, and from a relay. */
export type Answer = Asked & {
	readonly how: "recovered" | "image";
	readonly head: Position | null;
	/** A relay has answered: whether the topic is stale stands behind its answer. */
	readonly isByRelay: boolean;
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

type Connection = {
	readonly schemas: Map<Topic, string>;
	socket: DialledSocket | null;
	isGone: boolean;
	/** It said `hello`, as only relays do. */
	isRelay: boolean;
	hasAnswered: boolean;
};

export class Upstream {
	readonly publisher: string;
	/** Whom to dial for it, the best first. */
	readonly #ways: readonly string[];
	readonly #ports: Pick<Ports, "now" | "random" | "timer" | "background" | "log">;
	readonly #dial: Dial;
	readonly #owner: UpstreamOwner;
	readonly #questions = new Questions();
	#connection: Connection | null = null;
	/** The connection before, kept for a moment so that nothing is missed in between. */
	#previous: { readonly connection: Connection; readonly sinceMs: number } | null = null;
	#isDialling = false;
	#isClosed = false;
	#failures = 0;
	/** Of `#ways`, counted on over its end. */
	#way = 0;
	#dialAtMs = 0;
	#dialledAtMs = 0;
	#heardAtMs = 0;
	#pingedAtMs: number | null = null;

	constructor(
		publisher: string,
		ways: readonly string[],
		ports: Pick<Ports, "now" | "random" | "timer" | "background" | "log">,
		dial: Dial,
		owner: UpstreamOwner,
	) {
		this.publisher = publisher;
		this.#ways = ways;
		this.#ports = ports;
		this.#dial = dial;
		this.#owner = owner;
		this.#connect();
	}

	get isConnected(): boolean {
		return this.#connection !== null;
	}

	get isDialling(): boolean {
		return this.#isDialling;
	}

	/** True while time alone may change something: dialling, waiting for an answer, two connections at once. */
	get needsTick(): boolean {
		return this.#connection === null || this.#previous !== null || this.#questions.areOut || this.#pingedAtMs !== null;
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
		if (this.#connection !== null && this.#questions.add(topic, ask)) this.#sendNext(topic);
	}

	/** What has come this far, so that whoever sends knows that it can be followed (FRM-4). */
	acknowledge(topic: Topic, { epoch, offset }: Position): void {
		this.#connection?.socket?.send(JSON.stringify(["ack", [[topic, epoch, offset]]]));
	}

	drop(topic: Topic): void {
		this.#questions.drop(topic);
		for (const connection of [this.#connection, this.#previous?.connection])
			connection?.socket?.send(JSON.stringify(["unsub", topic]));
	}

	close(): void {
		this.#isClosed = true;
		this.#hangUp(this.#connection);
		this.#hangUp(this.#previous?.connection ?? null);
		this.#connection = null;
		this.#previous = null;
	}

	/** A beating topic has been silent for too long, or the publisher sent nonsense: this connection is no good. */
	redial(why: string): void {
		if (this.#connection === null) return;
		this.#ports.log.warn("upstream_redialled", { publisher: this.publisher, why });
		const connection = this.#connection;
		this.#hangUp(connection);
		this.#way++;
		this.#lost(connection, true);
	}

	tick(nowMs: number): void {
		if (this.#previous !== null && nowMs - this.#previous.sinceMs > RELAY.answerMs) {
			this.#hangUp(this.#previous.connection);
			this.#previous = null;
		}
		if (this.#connection === null) {
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
		if (nowMs - this.#dialledAtMs > SOCKET.redialMs) {
			// Whatever was in the way of the best one is given a chance to be over.
			if (this.#failures === 0) this.#way = 0;
			this.#connect();
		}
		if (this.#pingedAtMs === null && nowMs - this.#heardAtMs > RELAY.netMs) {
			this.#pingedAtMs = nowMs;
			this.#connection.socket?.send(PING);
		}
	}

	#connect(): void {
		if (this.#isDialling || this.#isClosed) return;
		this.#isDialling = true;
		const schemas = new Map<Topic, string>();
		const connection: Connection = { schemas, socket: null, isGone: false, isRelay: false, hasAnswered: false };
		const dialled = this.#ways[this.#way % this.#ways.length] ?? this.publisher;
		const dial = async (): Promise<void> => {
			let answer: Awaited<ReturnType<Dial>> | null = null;
			let why = "";
			let isTooLate = false;
			// A dial that never answers must not stop the next one; should it answer after all, its socket is closed.
			const cancel = this.#ports.timer(RELAY.answerMs, () => {
				isTooLate = true;
				this.#isDialling = false;
				this.#way++;
				this.#failed("no answer to the dial");
			});
			try {
				const closed = (): void => this.#lost(connection);
				answer = await this.#dial(dialled, { message: (text) => this.#message(connection, text), closed });
			} catch (fault) {
				why = faultText(fault);
			}
			cancel();
			if (!isTooLate) this.#dialled(connection, answer, why);
			else if (answer?.kind === "open") answer.socket.close();
		};
		this.#ports.background(dial());
	}

	#dialled(connection: Connection, answer: Awaited<ReturnType<Dial>> | null, why: string): void {
		this.#isDialling = false;
		if (answer === null) {
			this.#way++;
			this.#failed(why);
		} else if (answer.kind === "refused") this.#owner.unknown();
		else this.#opened(connection, answer.socket);
	}

	#opened(connection: Connection, socket: DialledSocket): void {
		connection.socket = socket;
		if (this.#isClosed || connection.isGone) {
			this.#hangUp(connection);
			if (this.#isClosed) return;
			this.#way++;
			this.#failed("closed at once");
			return;
		}
		const nowMs = this.#ports.now();
		if (this.#connection !== null) this.#previous = { connection: this.#connection, sinceMs: nowMs };
		this.#connection = connection;
		this.#dialledAtMs = nowMs;
		this.#heardAtMs = nowMs;
		this.#pingedAtMs = null;
		this.#questions.clear();
		for (const [topic, ask] of this.#owner.reopen()) this.ask(topic, ask);
	}

	#message(connection: Connection, text: string): void {
		const isCurrent = connection === this.#connection;
		if (connection.isGone || (!isCurrent && connection !== this.#previous?.connection)) return;
		if (isCurrent) {
			this.#heardAtMs = this.#ports.now();
			this.#pingedAtMs = null;
		}
		// FRM-3: a delta is passed on as it is. An image is read whole, for it is kept and given to whoever asks after it.
		const frame = readDeltaHead(text) ?? decodeServerFrame(text);
		if (frame === null) return;
		switch (frame[0]) {
			case "hello":
				connection.isRelay = true;
				// One of an older release does not say of each answer whether it is fresh.
				if (isCurrent && frame[1].serves !== SERVES_RELAYS) this.redial("serves no relays");
				return;
			case "stale":
				if (isCurrent) this.#owner.frame(frame[1], frame, text, null);
				return;
			case "sub":
				if (isCurrent) this.#answered(connection, frame[1], frame[2], frame.length === 4 ? frame[3] : null);
				return;
			case "error":
				if (isCurrent && frame[1] !== null) this.#refused(connection, frame[1], frame[2], frame[3]);
				return;
			case "schema":
				connection.schemas.set(frame[1], text);
				return;
			case "image": {
				const schemaText = connection.schemas.get(frame[1]) ?? null;
				connection.schemas.delete(frame[1]);
				this.#owner.frame(frame[1], frame, text, schemaText);
				return;
			}
			case "delta":
			case "beat":
				this.#owner.frame(frame[1], frame, text, null);
		}
	}

	#answered(connection: Connection, topic: Topic, how: "recovered" | "image", head: Position | null): void {
		this.#failures = 0;
		connection.hasAnswered = true;
		const asked = this.#questions.answered(topic);
		if (asked === null) return;
		this.#owner.answered(topic, { ...asked, how, head, isByRelay: connection.isRelay });
		this.#sendNext(topic);
	}

	#refused({ isRelay }: Connection, topic: Topic, code: string, detail: string): void {
		// What a relay cannot do now another way may: only that there is no such topic is the publisher's own word.
		if (isRelay && code !== "unknown_topic") {
			this.redial(code);
			return;
		}
		this.#owner.refused(topic, this.#questions.answered(topic)?.ask ?? null, code, detail);
		this.#sendNext(topic);
	}

	#sendNext(topic: Topic): void {
		const socket = this.#connection?.socket ?? null;
		if (socket === null) return;
		const text = this.#questions.next(topic, () => this.#owner.resumeFrom(topic), this.#ports.now());
		if (text !== null) socket.send(text);
	}

	#lost(connection: Connection, isRedialled = false): void {
		connection.isGone = true;
		if (connection === this.#previous?.connection) this.#previous = null;
		if (connection !== this.#connection) return;
		this.#connection = null;
		this.#questions.clear();
		if (this.#isClosed) return;
		// What has served until now is dialled again: a relay that moves or starts anew is there at once.
		if (!connection.hasAnswered && !isRedialled) this.#way++;
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
		if (this.#connection !== null) {
			// The make of a make-before-break failed: the old connection still serves.
			this.#dialledAtMs = this.#dialAtMs - SOCKET.redialMs;
			return;
		}
		this.#ports.timer(delayMs, () => {
			if (this.#connection === null) this.#connect();
		});
	}

	#hangUp(connection: Connection | null): void {
		if (connection === null) return;
		connection.isGone = true;
		try {
			connection.socket?.close();
		} catch {
			// Closed already.
		}
	}
}
