/**
 * The desk: bet windows, reservations and the settlement of its legs, for one match in one region. Undecided legs live in
 * memory only; a desk that dies forgets them, and their wallets ask. What it has reserved or been told is stored, and its
 * alarm is the net under everything it owes its wallets and its match.
 */
import type {
	AskAnswer,
	AskRequest,
	LegsAnswered,
	OfferAnswer,
	RefusedLeg,
	ReleaseRequest,
	ResultsAnswer,
	ResultsRequest,
	StartRequest,
	Vote,
} from "../../shared/contracts/desk.ts";
import type { LegRef, Region } from "../../shared/contracts/ids.ts";
import type { MatchRpc } from "../../shared/contracts/match.ts";
import { legsOffered, type OfferRequest } from "../../shared/contracts/offers.ts";
import type { WalletRpc } from "../../shared/contracts/wallet.ts";
import { BET } from "../../shared/limits.ts";
import { createDeadlines, type Deadlines } from "../runtime/deadlines.ts";
import { withLazyTables } from "../runtime/lazy-tables.ts";
import type { Ports } from "../runtime/ports.ts";
import { type Batch, ConfirmLoop } from "./confirm-loop.ts";
import type { Answer } from "./decide.ts";
import { decideBatch, type Verdict } from "./decide-batch.ts";
import { LegNotes } from "./leg-notes.ts";
import { DESK_MIGRATIONS } from "./migrations.ts";
import { Quotes } from "./quotes.ts";
import { DeskStore } from "./store.ts";
import { Totals } from "./totals.ts";
import { WalletCourier } from "./wallet-courier.ts";
import { WindowClock } from "./window-clock.ts";
import { WindowWatch } from "./window-watch.ts";
import { type PendingTicket, Windows } from "./windows.ts";

export type DeskDeps = {
	readonly ports: Ports;
	readonly name: string;
	readonly matchId: string;
	readonly region: Region;
	readonly match: () => Pick<MatchRpc, "quote" | "confirm">;
	readonly wallet: (name: string) => Pick<WalletRpc, "votes" | "legResults">;
};

/** Names of deadlines. */
const NET = "net";
const FORGET = "forget";

const refOf = ({ ticketKey, legNo }: LegRef): LegRef => ({ ticketKey, legNo });

export class DeskActor {
	readonly #ports: Ports;
	readonly #store: DeskStore;
	readonly #deadlines: Deadlines;
	readonly #totals: Totals;
	readonly #windows = new Windows();
	readonly #clock: WindowClock;
	readonly #confirms: ConfirmLoop;
	readonly #wallets: WalletCourier;
	readonly #notes: LegNotes;
	readonly #watch: WindowWatch;

	constructor(deps: DeskDeps) {
		const { matchId, region, match, name, wallet } = deps;
		const ports = withLazyTables(deps.ports, DESK_MIGRATIONS);
		this.#ports = ports;
		this.#clock = new WindowClock(ports.now);
		const store = new DeskStore(ports.sql);
		this.#store = store;
		this.#deadlines = createDeadlines(ports);
		this.#totals = new Totals(store.totals(), store.inc() > 0);
		const quotes = new Quotes(ports, matchId, match);
		const windows = this.#windows;
		const windowMs = () => this.#clock.now();
		this.#confirms = new ConfirmLoop({
			ports,
			matchId,
			region,
			windows,
			windowMs,
			totals: this.#totals,
			match,
			leaving: () => this.#setNet(),
			told: () => this.#restIfDone(),
			nextInc: () => store.nextInc(),
			answered: (answer, batch) => this.#answered(answer, batch),
		});
		const wakeAt = (atMs: number): void => this.#deadlines.setIfSooner(NET, atMs);
		this.#wallets = new WalletCourier({ ports, desk: name, store, wallet, wakeAt });
		this.#notes = new LegNotes({ store, windows, windowMs, quotes, wallets: this.#wallets });
		this.#watch = new WindowWatch({
			ports,
			windows,
			windowMs,
			quotes,
			refuse: (ticket, vote) => this.#refuse(ticket, vote),
			looked: () => this.#wallets.kickVotes(),
		});
		this.#kick();
	}

	/** P2. Idempotent by (ticket, leg). */
	async offer({ wallet, offers }: OfferRequest): Promise<OfferAnswer> {
		const legs = await this.#notes.answer(legsOffered(offers), wallet);
		this.#confirms.schedule();
		this.#watch.start();
		return { v: 1, legs };
	}

	/** P2 of a ticket over several desks: the windows begin now, for as long as the slowest of them. */
	start(request: StartRequest): { v: 1 } {
		const nowMs = this.#clock.now();
		for (const leg of request.legs) this.#windows.start(leg, leg, nowMs);
		this.#confirms.schedule();
		return { v: 1 };
	}

	/** P5: the ticket was refused; its reservations go, and nothing revives them. */
	release(request: ReleaseRequest): LegsAnswered {
		const nowMs = this.#ports.now();
		const released = this.#store.transaction(() => request.legs.map((leg) => this.#store.release(leg, nowMs)));
		for (const total of released) if (total !== null) this.#totals.subtract(total);
		if (this.#totals.isOwed) this.#setNet();
		this.#dropLegs(request, nowMs);
		this.#confirms.schedule();
		return { v: 1, answered: request.legs.map(refOf) };
	}

	/** P5: the wallet's deadline has passed. What is not reserved here by now never will be. */
	ask(request: AskRequest): AskAnswer {
		const nowMs = this.#ports.now();
		const votes = this.#store.transaction(() =>
			request.legs.map((leg): Vote => {
				const yes = this.#store.vote(leg);
				if (yes !== null) return yes;
				this.#store.storeTombstone(leg, nowMs);
				return this.#wallets.refused(request.wallet, leg) ?? { ...refOf(leg), vote: "no", code: "timed_out" };
			}),
		);
		this.#dropLegs({ ...request, legs: votes.filter(({ vote }) => vote === "no").map(refOf) }, nowMs);
		return { v: 1, votes };
	}

	/** SET-2: results and where their telling stands, in one transaction; wallets are told at their own pace. */
	results(request: ResultsRequest): ResultsAnswer {
		const nowMs = this.#ports.now();
		const fresh = this.#store.transaction(() =>
			request.results.filter((result) => this.#store.saveResult(result, nowMs)),
		);
		if (fresh.length > 0) {
			this.#setNet();
			this.#deadlines.setIfSooner(FORGET, nowMs + BET.keepSettledLegMs);
		}
		this.#wallets.kickResults();
		this.#confirms.schedule();
		const stored = request.results.map(({ marketId, settlementVersion }) => ({ marketId, settlementVersion }));
		return { v: 1, stored };
	}

	ops(): { pendingLegs: number; reservedLegs: number; outboxDepth: number; inc: number; n: number } {
		const { reserved, outbox } = this.#store.counts();
		return {
			pendingLegs: this.#windows.legCount,
			reservedLegs: reserved,
			outboxDepth: outbox,
			...this.#confirms.position,
		};
	}

	onAlarm(): void {
		const nowMs = this.#ports.now();
		const due = this.#deadlines.takeDue(nowMs);
		this.#store.noteAnswered();
		if (due.includes(FORGET)) this.#forget(nowMs);
		this.#kick();
	}

	/** Everything owed is on its way; the alarm stays set until it has been answered. */
	#kick(): void {
		this.#wallets.kickVotes();
		this.#wallets.kickResults();
		this.#confirms.schedule();
		if (this.#totals.isOwed || this.#store.owesAnything()) this.#setNet();
	}

	#setNet(): void {
		this.#deadlines.setIfSooner(NET, this.#ports.now() + BET.deskNetMs);
	}

	/** Every start owes its match all totals: an alarm that stayed set would start a desk at rest again and again. */
	#restIfDone(): void {
		if (this.#totals.isOwed || this.#store.owesAnything()) return;
		this.#store.noteAnswered();
		this.#deadlines.clear(NET);
	}

	#forget(nowMs: number): void {
		const { keepTombstoneMs, keepSettledLegMs } = BET;
		const hasMore = this.#store.forget(nowMs - keepTombstoneMs, nowMs - keepSettledLegMs);
		const { tombstoneMs, settledMs } = this.#store.oldest();
		const soonestMs = nowMs + (hasMore ? BET.forgetPauseMs : keepTombstoneMs);
		if (tombstoneMs !== null) this.#deadlines.setIfSooner(FORGET, Math.max(tombstoneMs + keepTombstoneMs, soonestMs));
		if (settledMs !== null) this.#deadlines.setIfSooner(FORGET, Math.max(settledMs + keepSettledLegMs, soonestMs));
	}

	/** After their tombstones are stored: these legs are not ours to decide any more, wherever they stand. */
	#dropLegs({ wallet, legs }: ReleaseRequest, nowMs: number): void {
		if (legs.length === 0) return;
		for (const leg of legs) this.#windows.forgetTicket(leg.ticketKey);
		this.#wallets.forget(wallet, legs);
		this.#deadlines.setIfSooner(FORGET, nowMs + BET.keepTombstoneMs);
	}

	/** P3: decisions on this batch, and one transaction for everything they reserve. */
	#answered(answer: Answer, { tickets, sentAtMs, said }: Batch): void {
		// Asked about, released or refused while we waited: no longer ours to decide.
		const ours = tickets.filter((ticket) => this.#windows.ticket(ticket.ticketKey) === ticket);
		const reserved = (marketId: string, outcomeId: string) => this.#totals.reserved(marketId, outcomeId);
		const verdicts = decideBatch(ours, { answer, sentAtMs, said, reserved });
		this.#reserve(verdicts.filter((verdict) => verdict.kind === "yes"));
		for (const verdict of verdicts) {
			if (verdict.kind === "no") this.#refuse(verdict.ticket, verdict.vote);
			else if (verdict.kind === "wait") this.#windows.hold(verdict.ticket.ticketKey, verdict.legs, verdict.notBeforeMs);
		}
		this.#wallets.kickVotes();
	}

	#reserve(verdicts: readonly Extract<Verdict, { kind: "yes" }>[]): void {
		if (verdicts.length === 0) return;
		const tickets = verdicts.map(({ reservations }) => reservations);
		const { reserved, hasResult } = this.#store.transaction(() => this.#store.reserve(tickets));
		this.#setNet();
		verdicts.forEach(({ ticket, reservations }, index) => {
			this.#windows.forgetTicket(ticket.ticketKey);
			if (reserved[index]) for (const reservation of reservations) this.#totals.add(reservation);
		});
		if (hasResult) this.#wallets.kickResults();
	}

	/** The first no of a ticket decides it: its other legs here reserve nothing and are forgotten. */
	#refuse(ticket: PendingTicket, vote: RefusedLeg): void {
		this.#windows.forgetTicket(ticket.ticketKey);
		this.#wallets.refuse(ticket.wallet, vote);
	}
}
