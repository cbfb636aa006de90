import { DurableObject } from "cloudflare:workers";
import {
	type DeskRpc,
	type LegResultsRequest,
	type LegsAnswered,
	legResultsRequestSchema,
	type VotesRequest,
	votesRequestSchema,
} from "../../shared/contracts/desk.ts";
import { confirmReportsSchema } from "../../shared/contracts/reports.ts";
import {
	type CreatePlayer,
	createPlayerSchema,
	type FreshToken,
	type MeView,
	type NewPlayer,
	type PlaceAnswer,
	type PlaceRequest,
	type PlayerRead,
	placeRequestSchema,
	playerReadSchema,
	type ReadAnswer,
	type RevokeAnswer,
	type RevokeRequest,
	revokeSchema,
	type TicketsRead,
	ticketReadSchema,
	ticketsReadSchema,
	type WalletConservation,
	type WalletMeasures,
	type WalletRpc,
} from "../../shared/contracts/wallet.ts";
import { decodeRpc } from "../../shared/decode.ts";
import { PING, PONG } from "../../shared/protocol/frames.ts";
import type { TicketView } from "../../shared/ticket/schema.ts";
import { doPorts } from "../runtime/do-ports.ts";
import { sendTo } from "../runtime/sockets.ts";
import { rpcClient } from "../runtime/stubs.ts";
import { WalletActor } from "./actor.ts";
import { walletConfig } from "./config.ts";
import { readMeFrame } from "./me-frames.ts";
import { hmacTokens } from "./tokens.ts";

/** `wallet:{region}:{shard}`: accounts, ledger, tickets and limits of its players (docs/decisions/0003-wallet-shards.md). */
export class Wallet extends DurableObject<LiveEnv> implements WalletRpc {
	readonly #actor: WalletActor;

	constructor(ctx: DurableObjectState, env: LiveEnv) {
		super(ctx, env);
		ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING, PONG));
		this.#actor = new WalletActor({
			ports: doPorts(ctx, "wallet"),
			name: ctx.id.name ?? "wallet",
			tokens: hmacTokens(walletConfig(env).tokenSecret),
			desk: (name) => rpcClient<DeskRpc>(env.DESK, name),
			sendReports: async (messages) => {
				await env.REPORTS.sendBatch(messages.map((body) => ({ body })));
			},
			sendToReader: (socket, frame) => {
				const found = ctx.getWebSockets(socket);
				for (const open of found) sendTo(open, frame);
				return found.length > 0;
			},
		});
	}

	createPlayer(request: CreatePlayer): Promise<NewPlayer> {
		return this.#actor.createPlayer(decodeRpc("wallet.createPlayer", createPlayerSchema, request));
	}

	place(request: PlaceRequest): Promise<PlaceAnswer> {
		return this.#actor.place(decodeRpc("wallet.place", placeRequestSchema, request));
	}

	ticket(request: PlayerRead & { ticketId: string; waitMs: number }): Promise<ReadAnswer<TicketView>> {
		return this.#actor.ticket(decodeRpc("wallet.ticket", ticketReadSchema, request));
	}

	tickets(request: TicketsRead): Promise<ReadAnswer<TicketView[]>> {
		return this.#actor.tickets(decodeRpc("wallet.tickets", ticketsReadSchema, request));
	}

	me(request: PlayerRead): Promise<ReadAnswer<MeView>> {
		return this.#actor.me(decodeRpc("wallet.me", playerReadSchema, request));
	}

	renewToken(request: PlayerRead): Promise<ReadAnswer<FreshToken>> {
		return this.#actor.renewToken(decodeRpc("wallet.renewToken", playerReadSchema, request));
	}

	votes(request: VotesRequest): Promise<LegsAnswered> {
		return this.#actor.votes(decodeRpc("wallet.votes", votesRequestSchema, request));
	}

	legResults(request: LegResultsRequest): Promise<LegsAnswered> {
		return this.#actor.legResults(decodeRpc("wallet.legResults", legResultsRequestSchema, request));
	}

	async conservation(): Promise<WalletConservation> {
		return this.#actor.conservation();
	}

	async measures(): Promise<WalletMeasures> {
		return this.#actor.measures();
	}

	async confirmReports(request: { v: 1; source: string; mark: number }): Promise<void> {
		this.#actor.confirmReports(decodeRpc("wallet.confirmReports", confirmReportsSchema, request).mark);
	}

	async revoke(request: RevokeRequest): Promise<RevokeAnswer> {
		const { playerId, reason, partnerId } = decodeRpc("wallet.revoke", revokeSchema, request);
		return this.#actor.revoke(playerId, reason, partnerId);
	}

	override async fetch(request: Request): Promise<Response> {
		if (request.headers.get("upgrade") !== "websocket") return new Response(null, { status: 426 });
		const [client, server] = Object.values(new WebSocketPair());
		if (client === undefined || server === undefined) throw new Error("no socket pair");
		// The tag names the socket for as long as it lives, through hibernation.
		this.ctx.acceptWebSocket(server, [crypto.randomUUID()]);
		return new Response(null, { status: 101, webSocket: client });
	}

	override async webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
		const [tag] = this.ctx.getTags(socket);
		if (typeof message !== "string" || tag === undefined) {
			socket.close(1003, "text only");
			return;
		}
		for (const frame of await readMeFrame(this.#actor, tag, message)) sendTo(socket, frame);
	}

	override webSocketClose(socket: WebSocket): void {
		const [tag] = this.ctx.getTags(socket);
		if (tag !== undefined) this.#actor.readerClosed(tag);
	}

	override alarm(): void {
		this.#actor.onAlarm();
	}
}
