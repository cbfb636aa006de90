/**
 * The wallet: players' money and tickets. Its decision is the only commit point of a bet; everything it promises others is
 * stored first and repeated until answered.
 */
import type { DeskRpc, LegResultsRequest, LegsAnswered, VotesRequest } from "../../shared/contracts/desk.ts";
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
import { BET } from "../../shared/limits.ts";
import type { TicketView } from "../../shared/ticket/schema.ts";
import type { Ticket } from "../../shared/ticket/ticket.ts";
import { createDeadlines, type Deadlines } from "../runtime/deadlines.ts";
import { withLazyTables } from "../runtime/lazy-tables.ts";
import type { Ports } from "../runtime/ports.ts";
import { createReportOutbox, type ReportOutbox } from "../runtime/report-outbox.ts";
import { Admission } from "./admission.ts";
import { Authority, errorOf } from "./authority.ts";
import { answeredOf, createCommits, type VoteItem, type WalletCommits } from "./commits.ts";
import { DeskAsks } from "./desk-asks.ts";
import { conservationOf, DecisionTimes, measuresOf, type WalletFacts } from "./figures.ts";
import { WALLET_MIGRATIONS } from "./migrations.ts";
import { Offers } from "./offers.ts";
import { WalletPlayers } from "./players.ts";
import { createReleases, type Releases } from "./releases.ts";
import { WalletStore } from "./store.ts";
import { TicketNews } from "./ticket-news.ts";
import type { Tokens } from "./tokens.ts";
import { WalletTransactions } from "./transactions.ts";
import { TicketWaiters } from "./waiters.ts";

export type WalletDeps = {
	readonly ports: Ports;
	readonly name: string;
	readonly tokens: Tokens;
	readonly desk: (name: string) => Pick<DeskRpc, "offer" | "start" | "release" | "ask">;
	readonly sendReports: (messages: readonly ReportMessage[]) => Promise<void>;
	readonly sendToReader: (socket: string, frame: string) => boolean;
};

export class WalletActor {
	readonly #deps: WalletDeps;
	readonly #ports: Ports;
	readonly #store: WalletStore;
	readonly #authority: Authority;
	readonly #transactions: WalletTransactions;
	readonly #deadlines: Deadlines;
	readonly #reports: ReportOutbox;
	readonly #offers: Offers;
	readonly #releases: Releases;
	readonly #news: TicketNews;
	readonly #players: WalletPlayers;
	readonly #commits: WalletCommits;
	readonly #waiters: TicketWaiters;
	readonly #decisions = new DecisionTimes();
	readonly #admission = new Admission();
	readonly #asks: DeskAsks;

	constructor(deps: WalletDeps) {
		const { name, tokens, sendToReader } = deps;
		const ports = withLazyTables(deps.ports, WALLET_MIGRATIONS);
		this.#deps = deps;
		this.#ports = ports;
		this.#deadlines = createDeadlines(ports);
		const wakeAt = (what: string) => (atMs: number) => this.#deadlines.setIfSooner(what, atMs);
		const reports = createReportOutbox({ ports, source: name, send: deps.sendReports, wakeAt: wakeAt("reports") });
		const store = new WalletStore({
			sql: ports.sql,
			report: (bodies) => reports.append(bodies),
			unreadable: (key, fault) => ports.log.error("ticket_unreadable", { wallet: name, ticketKey: key, fault }),
		});
		const authority = new Authority({ tokens, player: (id) => store.player(id), now: ports.now });
		const waiters = new TicketWaiters(ports);
		const transactions = new WalletTransactions(store);
		const news = new TicketNews({ ports, store, transactions, reports, waiters, sendToReader });
		this.#reports = reports;
		this.#store = store;
		this.#authority = authority;
		this.#waiters = waiters;
		this.#transactions = transactions;
		this.#news = news;
		this.#players = new WalletPlayers({ ports, store, transactions, reports, authority, tokens, waiters, news });
		this.#commits = createCommits({ ports, store, transactions, placed: (tickets) => this.#placed(tickets) });
		this.#offers = new Offers({
			ports,
			wallet: name,
			desk: deps.desk,
			isPending: (key) => this.#store.isPending(key),
			voted: (desk, votes) => ports.background(this.#takeVotes({ desk, votes })),
			windowsRun: (...window) => this.#news.windowsRun(...window),
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
		// What was on its way when we died: desks note a leg only once, so all of it may be said again.
		for (const ticket of this.#store.pending(Number.MAX_SAFE_INTEGER)) {
			if (ports.now() < ticket.deadlineMs) this.#offers.offer(ticket);
		}
		this.#asks.arm();
		this.#releases.kick();
	}

	createPlayer(request: CreatePlayer): Promise<NewPlayer> {
		return this.#players.create(request);
	}

	renewToken(request: PlayerRead): Promise<ReadAnswer<FreshToken>> {
		return this.#players.renewToken(request);
	}

	/** P1, then P2 in the background. What is answered is durable. */
	async place(request: PlaceRequest): Promise<PlaceAnswer> {
		const admitted = this.#admission.enter(request);
		if (admitted.leave === null) return { kind: "error", code: "busy", full: admitted.full };
		try {
			return await this.#place(request);
		} finally {
			admitted.leave();
		}
	}

	async #place(request: PlaceRequest): Promise<PlaceAnswer> {
		const authorized = await this.#authority.judge(request.playerId, request.token, "bet");
		if (!authorized.ok) return errorOf(authorized);
		const placed = await this.#commits.place({ request, generation: authorized.generation });
		if (placed.kind === "error") return placed;
		const { key } = placed.ticket;
		if (placed.kind === "placed" && placed.ticket.status === "pending")
			await this.#waiters.wait(request.playerId, key, BET.firstWordMs, "first word");
		const ticket = this.#news.view(this.#store.ticket(key) ?? placed.ticket);
		// It may have been decided in this very moment.
		await this.#ports.sync();
		return { kind: "ticket", ticket, replayed: placed.kind === "replayed" };
	}

	ticket(request: PlayerRead & { ticketId: string; waitMs: number }): Promise<ReadAnswer<TicketView>> {
		return this.#players.ticket(request);
	}

	tickets(request: PlayerRead & { limit: number; before: string | null }): Promise<ReadAnswer<TicketView[]>> {
		return this.#players.tickets(request);
	}

	me(request: PlayerRead): Promise<ReadAnswer<MeView>> {
		return this.#players.me(request);
	}

	/** P4: every vote is answered once it is durable, whatever became of its ticket. */
	async votes(request: VotesRequest): Promise<LegsAnswered> {
		await this.#takeVotes(request);
		return { v: 1, answered: answeredOf(this.#store, request.votes) };
	}

	async legResults(request: LegResultsRequest): Promise<LegsAnswered> {
		this.#news.tell(await this.#commits.results(request.results));
		return { v: 1, answered: answeredOf(this.#store, request.results) };
	}

	conservation(): WalletConservation {
		return conservationOf(this.#facts());
	}

	measures(): WalletMeasures {
		return measuresOf(this.#facts(), this.#decisions.histogram);
	}

	#facts(): WalletFacts {
		return { wallet: this.#deps.name, nowMs: this.#ports.now(), store: this.#store, reports: this.#reports };
	}

	confirmReports(mark: number): void {
		this.#reports.confirm(mark);
	}

	/** FRM-7, BET-9: all tokens of a player are void from now on; sockets are told of the refusals and then closed. */
	revoke(playerId: string, reason: string, partnerId: string | null = null): RevokeAnswer {
		const refused = this.#store.transaction(() => this.#transactions.revoke(playerId, partnerId, this.#ports.now()));
		if (refused === null) return { v: 1, kind: "not_found" };
		const refusedBets = refused.length;
		this.#ports.log.info("revoked", { wallet: this.#deps.name, playerId, partnerId, reason, refusedBets });
		this.#decided(refused);
		this.#news.me.revoke(playerId, reason);
		return { v: 1, kind: "revoked", refusedBets };
	}

	subscribe(...reader: Parameters<WalletPlayers["subscribe"]>): ReturnType<WalletPlayers["subscribe"]> {
		return this.#players.subscribe(...reader);
	}

	unsubscribe(socket: string, playerId: string): void {
		this.#news.me.unsubscribe(socket, playerId);
	}

	readerClosed(socket: string): void {
		this.#news.me.closed(socket);
	}

	onAlarm(): void {
		const nowMs = this.#ports.now();
		this.#deadlines.takeDue(nowMs);
		this.#reports.resendDue(nowMs);
		this.#reports.kick();
		this.#releases.kick();
		this.#asks.askOverdue();
	}

	#placed(tickets: readonly Ticket[]): void {
		this.#decisions.count(tickets);
		const pending = tickets.filter(({ status }) => status === "pending");
		for (const ticket of pending) this.#offers.offer(ticket);
		this.#asks.arm(soonestDeadline(pending));
		this.#news.tell(tickets);
	}

	async #takeVotes(item: VoteItem): Promise<void> {
		this.#decided(await this.#commits.votes(item));
	}

	#decided(decided: readonly Ticket[]): void {
		this.#decisions.count(decided);
		for (const { key } of decided) this.#offers.forget(key);
		this.#news.decided(decided);
		this.#releases.kick();
	}
}

const soonestDeadline = (tickets: readonly Ticket[]): number | null =>
	tickets.length === 0 ? null : Math.min(...tickets.map(({ deadlineMs }) => deadlineMs));
