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
	schemaRequestSchema,
} from "../../shared/contracts/match.ts";
import { confirmReportsSchema } from "../../shared/contracts/reports.ts";
import { decodeRpc } from "../../shared/decode.ts";
import { PING, PONG } from "../../shared/protocol/frames.ts";
import { doPorts } from "../runtime/do-ports.ts";
import { answerReader } from "../runtime/readers.ts";
import { Listeners } from "../runtime/sockets.ts";
import { rpcClient } from "../runtime/stubs.ts";
import { MatchActor } from "./actor.ts";

/** `match:{matchId}`: the authority over one match. Relays read it over sockets, lanes and desks call it. */
export class Match extends DurableObject<LiveEnv> implements MatchRpc {
	readonly #actor: MatchActor;
	readonly #matchId: string;
	readonly #listeners: Listeners;

	constructor(ctx: DurableObjectState, env: LiveEnv) {
		super(ctx, env);
		this.#matchId = decodeRpc("match name", matchIdSchema, ctx.id.name?.slice(matchName("").length));
		ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING, PONG));
		this.#listeners = new Listeners(ctx, matchName(this.#matchId));
		this.#actor = new MatchActor({
			ports: doPorts(ctx, "match"),
			matchId: this.#matchId,
			desk: (region) => rpcClient<DeskRpc>(env.DESK, deskName(this.#matchId, region)),
			board: () => rpcClient<BoardRpc>(env.BOARD, BOARD_NAME),
			sendReports: async (messages) => {
				await env.REPORTS.sendBatch(messages.map((body) => ({ body })));
			},
			readers: this.#listeners,
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

	async schema(request: { v: 1; name: string }): Promise<string | null> {
		return this.#actor.schema(decodeRpc("match.schema", schemaRequestSchema, request).name);
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
		return this.#listeners.accept(request);
	}

	override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): void {
		const isNew = this.#listeners.answer(socket, message, (text) =>
			answerReader(text, {
				topic: matchName(this.#matchId),
				unknown: "no such match",
				subscribed: (position) => this.#actor.subscribed(position),
			}),
		);
		if (isNew) this.#actor.listened();
	}

	override webSocketClose(socket: WebSocket): void {
		this.#listeners.closed(socket);
	}

	override alarm(): void {
		this.#actor.onAlarm();
	}
}
