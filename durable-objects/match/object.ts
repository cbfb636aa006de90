import { DurableObject } from "cloudflare:workers";
import type { BoardRpc } from "../../shared/contracts/board.ts";
import type { DeskRpc } from "../../shared/contracts/desk.ts";
import { BOARD_NAME, deskName, matchIdSchema, matchName } from "../../shared/contracts/ids.ts";
import {
	type ApplyAnswer,
	type ApplyRequest,
	applyRequestSchema,
	type ConfirmAnswer,
	type ConfirmRequest,
	confirmRequestSchema,
	type MatchExposure,
	type MatchOps,
	type MatchRpc,
	type QuoteAnswer,
	type QuoteRequest,
	quoteRequestSchema,
} from "../../shared/contracts/match.ts";
import { confirmReportsSchema } from "../../shared/contracts/reports.ts";
import { decodeRpc } from "../../shared/decode.ts";
import { PING, PONG } from "../../shared/protocol/frames.ts";
import { doPorts } from "../runtime/do-ports.ts";
import { sendTo } from "../runtime/sockets.ts";
import { rpcClient } from "../runtime/stubs.ts";
import { MatchActor } from "./actor.ts";
import { answerReader } from "./readers.ts";

const LISTENS = "listens";

/** `match:{matchId}`: the authority over one match. Relays read it over sockets, lanes and desks call it. */
export class Match extends DurableObject<LiveEnv> implements MatchRpc {
	readonly #actor: MatchActor;
	readonly #matchId: string;
	#listening = 0;

	constructor(ctx: DurableObjectState, env: LiveEnv) {
		super(ctx, env);
		this.#matchId = decodeRpc("match name", matchIdSchema, ctx.id.name?.slice(matchName("").length));
		ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING, PONG));
		this.#listening = this.#listeners().length;
		this.#actor = new MatchActor({
			ports: doPorts(ctx, "match"),
			matchId: this.#matchId,
			desk: (region) => rpcClient<DeskRpc>(env.DESK, deskName(this.#matchId, region)),
			board: () => rpcClient<BoardRpc>(env.BOARD, BOARD_NAME),
			sendReports: async (messages) => {
				await env.REPORTS.sendBatch(messages.map((body) => ({ body })));
			},
			readers: {
				send: (frame) => {
					for (const socket of this.#listeners()) sendTo(socket, frame);
				},
				count: () => this.#listening,
			},
		});
	}

	async apply(request: ApplyRequest): Promise<ApplyAnswer> {
		return this.#actor.apply(decodeRpc("match.apply", applyRequestSchema, request));
	}

	async quote(request: QuoteRequest): Promise<QuoteAnswer> {
		return this.#actor.quote(decodeRpc("match.quote", quoteRequestSchema, request));
	}

	async confirm(request: ConfirmRequest): Promise<ConfirmAnswer> {
		return this.#actor.confirm(decodeRpc("match.confirm", confirmRequestSchema, request));
	}

	async image(): Promise<string | null> {
		return this.#actor.image();
	}

	async exposure(): Promise<MatchExposure | null> {
		return this.#actor.exposure();
	}

	async ops(): Promise<MatchOps | null> {
		return this.#actor.ops();
	}

	async confirmReports(request: { v: 1; source: string; mark: number }): Promise<void> {
		this.#actor.confirmReports(decodeRpc("match.confirmReports", confirmReportsSchema, request).mark);
	}

	override async fetch(request: Request): Promise<Response> {
		if (request.headers.get("upgrade") !== "websocket") return new Response(null, { status: 426 });
		const [client, server] = Object.values(new WebSocketPair());
		if (client === undefined || server === undefined) throw new Error("no socket pair");
		this.ctx.acceptWebSocket(server);
		return new Response(null, { status: 101, webSocket: client });
	}

	override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): void {
		if (typeof message !== "string") {
			socket.close(1003, "text only");
			return;
		}
		const { frames, listens } = answerReader(this.#actor, matchName(this.#matchId), message);
		for (const frame of frames) sendTo(socket, frame);
		if (listens === null) return;
		socket.serializeAttachment(listens ? LISTENS : null);
		this.#listening = this.#listeners().length;
		if (listens) this.#actor.listened();
	}

	override webSocketClose(socket: WebSocket): void {
		socket.serializeAttachment(null);
		this.#listening = this.#listeners().length;
	}

	override alarm(): void {
		this.#actor.onAlarm();
	}

	#listeners(): readonly WebSocket[] {
		return this.ctx
			.getWebSockets()
			.filter((socket) => socket.readyState === WebSocket.OPEN && socket.deserializeAttachment() === LISTENS);
	}
}
