import { readDeltaHead } from "../../shared/protocol/frame-head.ts";
import type { Topic } from "../../shared/protocol/frames.ts";
import { decodeServerFrame, encodeFrame } from "../../shared/protocol/server-frame.ts";
import { Following } from "./following.ts";
import type { ReaderAnswer } from "./readers.ts";

/** Sending on a socket that may be gone: the reader will notice the gap, the sender has others to serve. */
export function sendTo(socket: Pick<WebSocket, "send">, frame: string): void {
	try {
		socket.send(frame);
	} catch {
		// Closed while we were sending; its close event follows.
	}
}

const LISTENS = "listens";

/** The relays that read a publisher of one topic, through hibernation: a socket that listens says so in its attachment. */
export class Listeners {
	readonly #ctx: DurableObjectState;
	readonly #topic: Topic;
	readonly #following = new Following<WebSocket>();
	/** Looked up once and not for every frame: only answers and closed sockets change who listens. */
	#listening: readonly WebSocket[];

	constructor(ctx: DurableObjectState, topic: Topic) {
		this.#ctx = ctx;
		this.#topic = topic;
		this.#listening = this.#look();
	}

	count = (): number => this.#listening.length;

	send = (frame: string): void => {
		const [, , epoch, , offset] = readDeltaHead(frame) ?? [];
		const to = epoch === undefined || offset === undefined ? null : { epoch, offset };
		for (const socket of this.#listening) {
			const next = this.#following.next(socket, to);
			if (next === "send") sendTo(socket, frame);
			else if (next === "leave_out") sendTo(socket, encodeFrame(["stale", this.#topic, true]));
		}
	};

	accept(request: Request): Response {
		if (request.headers.get("upgrade") !== "websocket") return new Response(null, { status: 426 });
		const [client, server] = Object.values(new WebSocketPair());
		if (client === undefined || server === undefined) throw new Error("no socket pair");
		this.#ctx.acceptWebSocket(server);
		return new Response(null, { status: 101, webSocket: client });
	}

	/** Answers one message of a reader. True where it listens from now on. */
	answer(socket: WebSocket, message: string | ArrayBuffer, read: (text: string) => ReaderAnswer): boolean {
		if (typeof message !== "string") {
			socket.close(1003, "text only");
			return false;
		}
		const { frames, listens, acked } = read(message);
		for (const frame of frames) sendTo(socket, frame);
		if (acked !== undefined && this.#following.acknowledged(socket, acked)) this.#catchUp(socket, read);
		if (listens === null) return false;
		if (listens) this.#caughtUp(socket, frames[0]);
		else this.#following.forget(socket);
		socket.serializeAttachment(listens ? LISTENS : null);
		this.#listening = this.#look();
		return listens;
	}

	closed(socket: WebSocket): void {
		socket.serializeAttachment(null);
		this.#following.forget(socket);
		this.#listening = this.#look();
	}

	/** As if it had asked for an image; it has not, so that it waits for no answer. */
	#catchUp(socket: WebSocket, read: (text: string) => ReaderAnswer): void {
		const [answer, ...image] = read(JSON.stringify(["sub", this.#topic, null, {}])).frames;
		for (const frame of image) sendTo(socket, frame);
		sendTo(socket, encodeFrame(["stale", this.#topic, false]));
		this.#caughtUp(socket, answer);
	}

	/** An answer to `sub` names the head that its frames lead to. */
	#caughtUp(socket: WebSocket, answer: string | undefined): void {
		const frame = answer === undefined ? null : decodeServerFrame(answer);
		if (frame?.[0] === "sub" && frame.length === 4) this.#following.caughtUp(socket, frame[3]);
	}

	#look(): readonly WebSocket[] {
		return this.#ctx
			.getWebSockets()
			.filter((socket) => socket.readyState === WebSocket.OPEN && socket.deserializeAttachment() === LISTENS);
	}
}
