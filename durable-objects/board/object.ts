import { DurableObject } from "cloudflare:workers";
import {
	type BoardRpc,
	type ClaimAnswer,
	type ClaimRequest,
	claimRequestSchema,
	type KnowsAnswer,
	type KnowsRequest,
	knowsRequestSchema,
	type MatchSummary,
	type UpsertRequest,
	upsertRequestSchema,
} from "../../shared/contracts/board.ts";
import { decodeRpc } from "../../shared/decode.ts";
import { PING, PONG } from "../../shared/protocol/frames.ts";
import { doPorts } from "../runtime/do-ports.ts";
import { Listeners } from "../runtime/sockets.ts";
import { BoardActor, LOBBY } from "./actor.ts";

/** `board`: which matches exist and whose they are. Matches tell it, relays read the topic `lobby` from it, the edge lists it. */
export class Board extends DurableObject<LiveEnv> implements BoardRpc {
	readonly #actor: BoardActor;
	readonly #listeners: Listeners;

	constructor(ctx: DurableObjectState, env: LiveEnv) {
		super(ctx, env);
		ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING, PONG));
		this.#listeners = new Listeners(ctx, LOBBY);
		this.#actor = new BoardActor({ ports: doPorts(ctx, "board"), readers: this.#listeners });
	}

	async upsert(request: UpsertRequest): Promise<{ v: 1 }> {
		this.#actor.upsert(decodeRpc("board.upsert", upsertRequestSchema, request));
		return { v: 1 };
	}

	async list(): Promise<MatchSummary[]> {
		return this.#actor.list();
	}

	async claim(request: ClaimRequest): Promise<ClaimAnswer> {
		return this.#actor.claim(decodeRpc("board.claim", claimRequestSchema, request));
	}

	async knows(request: KnowsRequest): Promise<KnowsAnswer> {
		return this.#actor.knows(decodeRpc("board.knows", knowsRequestSchema, request).matchIds);
	}

	override fetch(request: Request): Response {
		return this.#listeners.accept(request);
	}

	override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): void {
		this.#listeners.answer(socket, message, (text) => this.#actor.answer(text));
		this.#actor.readersChanged();
	}

	override webSocketClose(socket: WebSocket): void {
		this.#listeners.closed(socket);
		this.#actor.readersChanged();
	}

	override alarm(): void {
		this.#actor.onAlarm();
	}
}
