/** Players and their tokens: who opens an account, and what is asked with a token. No bet is placed here. */
import { ticketKey } from "../../shared/contracts/ids.ts";
import type {
	CreatePlayer,
	FreshToken,
	MeView,
	NewPlayer,
	PlayerRead,
	ReadAnswer,
} from "../../shared/contracts/wallet.ts";
import { BET } from "../../shared/limits.ts";
import type { Position } from "../../shared/protocol/frames.ts";
import type { TicketView } from "../../shared/ticket/schema.ts";
import type { Ports } from "../runtime/ports.ts";
import type { ReportOutbox } from "../runtime/report-outbox.ts";
import { type Authority, type Authorized, errorOf, renewed } from "./authority.ts";
import { meView } from "./me-feed.ts";
import type { WalletStore } from "./store.ts";
import type { TicketNews } from "./ticket-news.ts";
import type { Tokens } from "./tokens.ts";
import type { WalletTransactions } from "./transactions.ts";
import type { TicketWaiters } from "./waiters.ts";

export type WalletPlayersDeps = {
	readonly ports: Pick<Ports, "now">;
	readonly store: WalletStore;
	readonly transactions: WalletTransactions;
	readonly reports: Pick<ReportOutbox, "kick">;
	readonly authority: Authority;
	readonly tokens: Tokens;
	readonly waiters: TicketWaiters;
	readonly news: TicketNews;
};

const REVOKED = { kind: "error", code: "unauthorized" } as const;

export class WalletPlayers {
	readonly #deps: WalletPlayersDeps;

	constructor(deps: WalletPlayersDeps) {
		this.#deps = deps;
	}

	async create(request: CreatePlayer): Promise<NewPlayer> {
		const { ports, store, transactions, reports, tokens } = this.#deps;
		const nowMs = ports.now();
		const player = store.transaction(() => transactions.openPlayer(request, nowMs));
		reports.kick();
		const expiresAtMs = nowMs + request.tokenTtlMs;
		const { playerId, tokenGeneration, currency } = player;
		const token = await tokens.sign({ p: playerId, g: tokenGeneration, e: expiresAtMs, f: nowMs });
		return { playerId, token, expiresAtMs, balanceMinor: store.balances(player).cashMinor, currency };
	}

	/** A token that is still good for one that lasts longer. */
	async renewToken(request: PlayerRead): Promise<ReadAnswer<FreshToken>> {
		const { ports, authority, tokens } = this.#deps;
		const authorized = await authority.judge(request.playerId, request.token, "read");
		if (!authorized.ok) return errorOf(authorized);
		const next = renewed(authorized.token, ports.now());
		const token = await tokens.sign(next);
		return authority.isRevoked(authorized) ? REVOKED : { kind: "ok", value: { token, expiresAtMs: next.e } };
	}

	async ticket(request: PlayerRead & { ticketId: string; waitMs: number }): Promise<ReadAnswer<TicketView>> {
		const { store, authority, waiters, news } = this.#deps;
		const authorized = await authority.judge(request.playerId, request.token, "read");
		if (!authorized.ok) return errorOf(authorized);
		const key = ticketKey(request.playerId, request.ticketId);
		if (store.ticket(key)?.status === "pending" && request.waitMs > 0)
			await waiters.wait(request.playerId, key, Math.min(request.waitMs, BET.maxWaitMs), "decision");
		if (authority.isRevoked(authorized)) return REVOKED;
		const ticket = store.ticket(key);
		return ticket === null ? { kind: "error", code: "not_found" } : { kind: "ok", value: news.view(ticket) };
	}

	async tickets(request: PlayerRead & { limit: number; before: string | null }): Promise<ReadAnswer<TicketView[]>> {
		const { store, authority, news } = this.#deps;
		const authorized = await authority.judge(request.playerId, request.token, "read");
		if (!authorized.ok) return errorOf(authorized);
		const before = request.before === null ? null : ticketKey(request.playerId, request.before);
		const limit = Math.min(request.limit, BET.maxTicketsPerPage);
		const page = store.tickets(request.playerId, limit, before);
		return { kind: "ok", value: page.map((ticket) => news.view(ticket)) };
	}

	async me(request: PlayerRead): Promise<ReadAnswer<MeView>> {
		const { store, authority } = this.#deps;
		const authorized = await authority.judge(request.playerId, request.token, "read");
		return authorized.ok ? { kind: "ok", value: meView(store, authorized.player) } : errorOf(authorized);
	}

	async subscribe(
		socket: string,
		playerId: string,
		position: Position | null,
		token: string,
	): Promise<"ok" | Extract<Authorized, { ok: false }>["code"]> {
		const { authority, news } = this.#deps;
		const authorized = await authority.judge(playerId, token, "read");
		if (!authorized.ok) return authorized.code;
		if (authority.isRevoked(authorized)) return "unauthorized";
		news.me.subscribe(socket, playerId, position);
		return "ok";
	}
}
