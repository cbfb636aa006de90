import { DurableObject } from "cloudflare:workers";
import {
	type BoardRpc,
	type MatchSummary,
	type UpsertRequest,
	upsertRequestSchema,
} from "../../shared/contracts/board.ts";
import { decodeRpc } from "../../shared/decode.ts";
import { CLOSE, PING, PONG } from "../../shared/protocol/frames.ts";
import { doPorts } from "../runtime/do-ports.ts";
import { sendTo } from "../runtime/sockets.ts";
import { BoardActor } from "./actor.ts";

const LISTENS = "listens";

/** `board`: which matches exist. Matches tell it, relays read the topic `lobby` from it, the edge lists it. */
export class Board extends DurableObject<LiveEnv> implements BoardRpc {
	readonly #actor: BoardActor;
	#listeners: readonly WebSocket[];

	constructor(ctx: DurableObjectState, env: LiveEnv) {
		super(ctx, env);
		ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING, PONG));
		this.#listeners = this.#readListeners();
		this.#actor = new BoardActor({
			ports: doPorts(ctx, "board"),
			readers: {
				send: (frame) => {
					for (const socket of this.#listeners) sendTo(socket, frame);
				},
				count: () => this.#listeners.length,
			},
		});
	}

	async upsert(request: UpsertRequest): Promise<{ v: 1 }> {
		this.#actor.upsert(decodeRpc("board.upsert", upsertRequestSchema, request));
		return { v: 1 };
	}

	async list(): Promise<MatchSummary[]> {
		return this.#actor.list();
	}

	override fetch(request: Request): Response {
		if (request.headers.get("upgrade") !== "websocket") return new Response(null, { status: 426 });
		const { 0: client, 1: server } = new WebSocketPair();
		this.ctx.acceptWebSocket(server);
		return new Response(null, { status: 101, webSocket: client });
	}

	override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): void {
		if (typeof message !== "string") {
			socket.close(CLOSE.badFrame, "text only");
			return;
		}
		const { frames, listens } = this.#actor.answer(message);
		for (const frame of frames) sendTo(socket, frame);
		if (listens === null) return;
		socket.serializeAttachment(listens ? LISTENS : null);
		this.#readersChanged();
	}

	override webSocketClose(socket: WebSocket): void {
		socket.serializeAttachment(null);
		this.#readersChanged();
	}

	override alarm(): void {
		this.#actor.onAlarm();
	}

	#readersChanged(): void {
		this.#listeners = this.#readListeners();
		this.#actor.readersChanged();
	}

	#readListeners(): readonly WebSocket[] {
		return this.ctx
			.getWebSockets()
			.filter((socket) => socket.readyState === WebSocket.OPEN && socket.deserializeAttachment() === LISTENS);
	}
}
