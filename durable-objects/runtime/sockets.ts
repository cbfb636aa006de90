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
	#count: number;

	constructor(ctx: DurableObjectState) {
		this.#ctx = ctx;
		this.#count = this.#listening().length;
	}

	count = (): number => this.#count;

	send = (frame: string): void => {
		for (const socket of this.#listening()) sendTo(socket, frame);
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
		const { frames, listens } = read(message);
		for (const frame of frames) sendTo(socket, frame);
		if (listens === null) return false;
		socket.serializeAttachment(listens ? LISTENS : null);
		this.#count = this.#listening().length;
		return listens;
	}

	closed(socket: WebSocket): void {
		socket.serializeAttachment(null);
		this.#count = this.#listening().length;
	}

	#listening(): readonly WebSocket[] {
		return this.#ctx
			.getWebSockets()
			.filter((socket) => socket.readyState === WebSocket.OPEN && socket.deserializeAttachment() === LISTENS);
	}
}
