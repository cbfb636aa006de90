/**
 * The wallet: players' money and tickets. Its decision is the only commit point of a bet; everything it promises others is
 * stored first and repeated until answered.
 */
import type {
	DeskRpc,
	LegRef,
	LegResult,
	LegResultsRequest,
	LegsAnswered,
	NotedLeg,
	Vote,
	VotesRequest,
} from "../../shared/contracts/desk.ts";
import { ticketKey } from "../../shared/contracts/ids.ts";
import type { ReportMessage } from "../../shared/contracts/reports.ts";
import type {
	CreatePlayer,
	FreshToken,
	MeView,
	NewPlayer,
	PlaceAnswer,
	PlaceRequest,
	PlayerRead,
	ReadAnswer,
	RevokeAnswer,
	WalletConservation,
	WalletMeasures,
} from "../../shared/contracts/wallet.ts";
import { BET, GROUP_COMMIT_MAX, SOCKET } from "../../shared/limits.ts";
import type { Position } from "../../shared/protocol/frames.ts";
import type { Ticket } from "../../shared/ticket/lifecycle.ts";
import type { TicketView } from "../../shared/ticket/schema.ts";
import { ticketView } from "../../shared/ticket/views.ts";
import { createDeadlines, type Deadlines } from "../runtime/deadlines.ts";
import { groupCommit } from "../runtime/group-commit.ts";
import type { Ports } from "../runtime/ports.ts";
import { createReportOutbox, type ReportOutbox } from "../runtime/report-outbox.ts";
import { bornLaterPorts } from "../runtime/unborn.ts";
import { Authority, type Authorized, errorOf, renewed } from "./authority.ts";
import { type Placed, WalletBooks } from "./books.ts";
import { Decisions } from "./decisions.ts";
import { DeskAsks } from "./desk-asks.ts";
import { MeFeed, meView } from "./me-feed.ts";
import { WALLET_MIGRATIONS } from "./migrations.ts";
import { Offers } from "./offers.ts";
import { createReleases, type Releases } from "./releases.ts";
import { eachReadable, type Player, UnreadableTicket, WalletStore } from "./store.ts";
import type { Tokens } from "./tokens.ts";
import { TicketWaiters } from "./waiters.ts";

export type WalletDeps = {
	readonly ports: Ports;
	readonly name: string;
	readonly tokens: Tokens;
	readonly desk: (name: string) => Pick<DeskRpc, "offer" | "start" | "release" | "ask">;
	readonly sendReports: (messages: readonly ReportMessage[]) => Promise<void>;
	readonly sendToReader: (socket: string, frame: string) => boolean;
};

type PlaceItem = { readonly request: PlaceRequest; readonly generation: number };
type VoteItem = { readonly desk: string; readonly votes: readonly Vote[] };

export class WalletActor {
	readonly #deps: WalletDeps;
	readonly #ports: Ports;
	readonly #store: WalletStore;
	readonly #authority: Authority;
	readonly #books: WalletBooks;
	readonly #deadlines: Deadlines;
	readonly #reports: ReportOutbox;
	readonly #offers: Offers;
	readonly #releases: Releases;
	readonly #me: MeFeed;
	readonly #placeCommit: (item: PlaceItem) => Promise<Placed>;
	readonly #voteCommit: (item: VoteItem) => Promise<readonly Ticket[]>;
	readonly #resultCommit: (item: readonly LegResult[]) => Promise<readonly Ticket[]>;
	readonly #decideAt = new Map<string, number>();
	readonly #waiters: TicketWaiters;
	readonly #decisions = new Decisions();
	readonly #asks: DeskAsks;

	constructor(deps: WalletDeps) {
		const { name } = deps;
		const ports = bornLaterPorts(deps.ports, WALLET_MIGRATIONS);
		this.#deps = deps;
		this.#ports = ports;
		this.#deadlines = createDeadlines(ports);
		const wakeAt = (what: string) => (atMs: number) => this.#deadlines.setIfSooner(what, atMs);
		this.#reports = createReportOutbox({ ports, source: name, send: deps.sendReports, wakeAt: wakeAt("reports") });
		const report = (body: Parameters<ReportOutbox["append"]>[0]): void => void this.#reports.append(body);
		this.#store = new WalletStore({
			sql: ports.sql,
			report,
			unreadable: (key, fault) => ports.log.error("ticket_unreadable", { wallet: name, ticketKey: key, fault }),
		});
		const player = (playerId: string): Player | null => this.#store.player(playerId);
		this.#authority = new Authority({ tokens: deps.tokens, player, now: ports.now });
		this.#waiters = new TicketWaiters(ports);
		this.#books = new WalletBooks(this.#store, report);
		this.#offers = new Offers({
			ports,
			wallet: name,
			desk: deps.desk,
			isPending: (key) => this.#store.isPending(key),
			voted: (desk, votes) => ports.background(this.#takeVotes({ desk, votes })),
			windowsRun: (ticket, noted, decideAtMs) => this.#windowsRun(ticket, noted, decideAtMs),
		});
		this.#releases = createReleases({
			ports,
			wallet: name,
			store: this.#store,
			desk: deps.desk,
			wakeAt: wakeAt("releases"),
		});
		this.#asks = new DeskAsks({
			ports,
			wallet: name,
			store: this.#store,
			desk: deps.desk,
			voted: (desk, votes) => this.#takeVotes({ desk, votes }),
			wakeAt: wakeAt("ask"),
		});
		this.#me = new MeFeed({
			ports,
			store: this.#store,
			image: (playerId) => this.#meImage(playerId),
			send: deps.sendToReader,
		});
		this.#placeCommit = groupCommit({ ports, maxBatch: GROUP_COMMIT_MAX, run: (batch) => this.#commitPlaces(batch) });
		this.#voteCommit = groupCommit({ ports, maxBatch: GROUP_COMMIT_MAX, run: (batch) => this.#commitVotes(batch) });
		this.#resultCommit = groupCommit({ ports, maxBatch: GROUP_COMMIT_MAX, run: (batch) => this.#commitResults(batch) });
		// What was on its way when we died: desks note a leg only once, so all of it may be said again.
		for (const ticket of this.#store.pending(Number.MAX_SAFE_INTEGER)) {
			if (ports.now() < ticket.deadlineMs) this.#offers.offer(ticket);
		}
		this.#asks.arm();
		this.#releases.kick();
	}

	async createPlayer(request: CreatePlayer): Promise<NewPlayer> {
		const nowMs = this.#ports.now();
		const player = this.#store.transaction(() => this.#books.openPlayer(request, nowMs));
		this.#reports.kick();
		const expiresAtMs = nowMs + request.tokenTtlMs;
		const { playerId, tokenGeneration } = player;
		const token = await this.#deps.tokens.sign({ p: playerId, g: tokenGeneration, e: expiresAtMs, f: nowMs });
		return {
			playerId,
			token,
			expiresAtMs,
			balanceMinor: this.#store.balances(player).cashMinor,
			currency: player.currency,
		};
	}

	/** A token that is still good for one that lasts longer. */
	async renewToken(request: PlayerRead): Promise<ReadAnswer<FreshToken>> {
		const authorized = await this.#authority.judge(request.playerId, request.token, "read");
		if (!authorized.ok) return errorOf(authorized);
		const next = renewed(authorized.token, this.#ports.now());
		const token = await this.#deps.tokens.sign(next);
		return this.#authority.isRevoked(authorized) ? REVOKED : { kind: "ok", value: { token, expiresAtMs: next.e } };
	}

	/** P1, then P2 in the background. What is answered is durable. */
	async place(request: PlaceRequest): Promise<PlaceAnswer> {
		const authorized = await this.#authority.judge(request.playerId, request.token, "bet");
		if (!authorized.ok) return errorOf(authorized);
		const placed = await this.#placeCommit({ request, generation: authorized.generation });
		if (placed.kind === "error") return placed;
		const { key } = placed.ticket;
		if (placed.kind === "placed" && placed.ticket.status === "pending")
			await this.#waiters.wait(request.playerId, key, BET.firstWordMs, "first word");
		const ticket = this.#view(this.#store.ticket(key) ?? placed.ticket);
		// It may have been decided in this very moment.
		await this.#ports.sync();
		return { kind: "ticket", ticket, replayed: placed.kind === "replayed" };
	}

	async ticket(request: PlayerRead & { ticketId: string; waitMs: number }): Promise<ReadAnswer<TicketView>> {
		const authorized = await this.#authority.judge(request.playerId, request.token, "read");
		if (!authorized.ok) return errorOf(authorized);
		const key = ticketKey(request.playerId, request.ticketId);
		if (this.#store.ticket(key)?.status === "pending" && request.waitMs > 0)
			await this.#waiters.wait(request.playerId, key, Math.min(request.waitMs, BET.maxWaitMs), "decision");
		if (this.#authority.isRevoked(authorized)) return REVOKED;
		const ticket = this.#store.ticket(key);
		return ticket === null ? { kind: "error", code: "not_found" } : { kind: "ok", value: this.#view(ticket) };
	}

	async tickets(request: PlayerRead & { limit: number; before: string | null }): Promise<ReadAnswer<TicketView[]>> {
		const authorized = await this.#authority.judge(request.playerId, request.token, "read");
		if (!authorized.ok) return errorOf(authorized);
		const before = request.before === null ? null : ticketKey(request.playerId, request.before);
		const limit = Math.min(request.limit, BET.maxTicketsPerPage);
		const page = this.#store.tickets(request.playerId, limit, before);
		return { kind: "ok", value: page.map((ticket) => this.#view(ticket)) };
	}

	async me(request: PlayerRead): Promise<ReadAnswer<MeView>> {
		const authorized = await this.#authority.judge(request.playerId, request.token, "read");
		return authorized.ok ? { kind: "ok", value: meView(this.#store, authorized.player) } : errorOf(authorized);
	}

	/** P4: every vote is answered once it is durable, whatever became of its ticket. */
	async votes(request: VotesRequest): Promise<LegsAnswered> {
		await this.#takeVotes(request);
		return { v: 1, answered: this.#answered(request.votes) };
	}

	async legResults(request: LegResultsRequest): Promise<LegsAnswered> {
		const changed = await this.#resultCommit(request.results);
		this.#tell(changed);
		return { v: 1, answered: this.#answered(request.results) };
	}

	/** What could not be stored is not answered, and its desk says it again. */
	#answered(legs: readonly LegRef[]): LegRef[] {
		return legs.filter(({ ticketKey: key }) => !this.#store.isBroken(key)).map(refOf);
	}

	conservation(): WalletConservation {
		const nowMs = this.#ports.now();
		return {
			wallet: this.#deps.name,
			atMs: nowMs,
			...this.#store.conservation(nowMs - BET.overdueMs),
			lastSeq: this.#reports.lastSeq(),
			confirmedSeq: this.#reports.confirmedSeq(),
		};
	}

	measures(): WalletMeasures {
		const counts = this.#store.counts(this.#ports.now() - BET.overdueMs);
		return {
			wallet: this.#deps.name,
			...counts,
			reportOutboxDepth: this.#reports.depth(),
			reportOutboxAgeMs: this.#reports.oldestAgeMs(),
			betToDecision: this.#decisions.histogram,
		};
	}

	confirmReports(mark: number): void {
		this.#reports.confirm(mark);
	}

	/** FRM-7, BET-9: all tokens of a player are void from now on; sockets are told of the refusals and then closed. */
	revoke(playerId: string, reason: string, partnerId: string | null = null): RevokeAnswer {
		const refused = this.#store.transaction(() => this.#books.revoke(playerId, partnerId, this.#ports.now()));
		if (refused === null) return { v: 1, kind: "not_found" };
		this.#ports.log.info("revoked", {
			wallet: this.#deps.name,
			playerId,
			partnerId,
			reason,
			refusedBets: refused.length,
		});
		this.#decided(refused);
		this.#me.revoke(playerId, reason);
		return { v: 1, kind: "revoked", refusedBets: refused.length };
	}

	async subscribe(
		socket: string,
		playerId: string,
		position: Position | null,
		token: string,
	): Promise<"ok" | Extract<Authorized, { ok: false }>["code"]> {
		const authorized = await this.#authority.judge(playerId, token, "read");
		if (!authorized.ok) return authorized.code;
		if (this.#authority.isRevoked(authorized)) return "unauthorized";
		this.#me.subscribe(socket, playerId, position);
		return "ok";
	}

	unsubscribe(socket: string, playerId: string): void {
		this.#me.unsubscribe(socket, playerId);
	}

	readerClosed(socket: string): void {
		this.#me.closed(socket);
	}

	onAlarm(): void {
		const nowMs = this.#ports.now();
		this.#deadlines.takeDue(nowMs);
		this.#reports.resendDue(nowMs);
		this.#reports.kick();
		this.#releases.kick();
		this.#asks.askOverdue();
	}

	#commitPlaces(batch: readonly PlaceItem[]): readonly Placed[] {
		const nowMs = this.#ports.now();
		const placed = this.#store.transaction(() => batch.map((item) => this.#place(item, nowMs)));
		const fresh = placed.flatMap((entry) => (entry.kind === "placed" ? [entry.ticket] : []));
		this.#decisions.count(fresh);
		for (const ticket of fresh) if (ticket.status === "pending") this.#offers.offer(ticket);
		this.#asks.arm();
		this.#tell(fresh);
		return placed;
	}

	/** A repeated bet whose ticket cannot be read may be asked for again; those that are placed beside it go on. */
	#place({ request, generation }: PlaceItem, nowMs: number): Placed {
		try {
			return this.#books.place(request, generation, nowMs);
		} catch (fault) {
			if (fault instanceof UnreadableTicket) return { kind: "error", code: "busy" };
			throw fault;
		}
	}

	#commitVotes(batch: readonly VoteItem[]): readonly (readonly Ticket[])[] {
		const nowMs = this.#ports.now();
		return this.#store.transaction(() =>
			batch.map(({ desk, votes }) => eachReadable(votes, (vote) => this.#books.vote(desk, vote, nowMs))),
		);
	}

	#commitResults(batch: readonly (readonly LegResult[])[]): readonly (readonly Ticket[])[] {
		const nowMs = this.#ports.now();
		return this.#store.transaction(() =>
			batch.map((results) => eachReadable(results, (result) => this.#books.settle(result, nowMs))),
		);
	}

	async #takeVotes(item: VoteItem): Promise<void> {
		this.#decided(await this.#voteCommit(item));
	}

	#decided(decided: readonly Ticket[]): void {
		this.#decisions.count(decided);
		for (const { key } of decided) {
			this.#offers.forget(key);
			this.#decideAt.delete(key);
			this.#waiters.decided(key);
		}
		this.#tell(decided);
		this.#releases.kick();
	}

	#windowsRun(ticket: Ticket, noted: readonly NotedLeg[], decideAtMs: number): void {
		this.#decideAt.set(ticket.key, decideAtMs);
		const states = new Map(noted.map((leg) => [leg.legNo, leg.matchState]));
		this.#store.transaction(() => this.#books.noteMatchStates(ticket.key, states));
		// Without a delay the decision itself is a moment away: that is the word worth waiting for.
		if (decideAtMs > this.#ports.now()) this.#waiters.firstWord(ticket.key);
		const now = this.#store.ticket(ticket.key);
		if (now?.status === "pending") this.#tell([now]);
	}

	/** After a commit: the players' sockets, and Postgres. */
	#tell(tickets: readonly Ticket[]): void {
		const byPlayer = new Map<string, Ticket[]>();
		for (const ticket of tickets) byPlayer.set(ticket.playerId, [...(byPlayer.get(ticket.playerId) ?? []), ticket]);
		for (const [playerId, changed] of byPlayer) {
			const player = this.#store.player(playerId);
			if (player !== null)
				this.#me.changed(
					playerId,
					meView(this.#store, player),
					changed.map((ticket) => this.#view(ticket)),
				);
		}
		this.#reports.kick();
	}

	#view(ticket: Ticket): TicketView {
		return ticketView(ticket, this.#decideAt.get(ticket.key) ?? null);
	}

	#meImage(playerId: string): { me: MeView; tickets: TicketView[] } {
		const player = this.#store.player(playerId);
		if (player === null) throw new Error(`no player ${playerId}`);
		const tickets = this.#store.tickets(playerId, SOCKET.imageTickets, null).map((ticket) => this.#view(ticket));
		return { me: meView(this.#store, player), tickets };
	}
}

const REVOKED = { kind: "error", code: "unauthorized" } as const;

const refOf = ({ ticketKey: key, legNo }: LegRef): LegRef => ({ ticketKey: key, legNo });
