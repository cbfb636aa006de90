/**
 * The desk: bet windows, reservations and the settlement of its legs, for one match in one region. Undecided legs live in
 * memory only; a desk that dies forgets them, and their wallets ask. What it has reserved or been told is stored, and its
 * alarm is the net under everything it owes its wallets and its match.
 */
import type {
	AskAnswer,
	AskRequest,
	LegsAnswered,
	NotedLeg,
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
import { type LegOffer, legsOffered, type OfferRequest } from "../../shared/contracts/offers.ts";
import type { WalletRpc } from "../../shared/contracts/wallet.ts";
import { BET } from "../../shared/limits.ts";
import { createDeadlines, type Deadlines } from "../runtime/deadlines.ts";
import { faultText } from "../runtime/log.ts";
import type { Cancel, Ports } from "../runtime/ports.ts";
import { bornLaterPorts } from "../runtime/unborn.ts";
import { type Batch, ConfirmLoop } from "./confirm-loop.ts";
import { type Answer, inVain } from "./decide.ts";
import { decideBatch, type Verdict } from "./decide-batch.ts";
import { DESK_MIGRATIONS } from "./migrations.ts";
import { askOf, knowsPrice, note, refusalOf } from "./offer.ts";
import { type Quote, type QuoteAsk, Quotes } from "./quotes.ts";
import { DeskStore } from "./store.ts";
import { Totals } from "./totals.ts";
import { WalletLine } from "./wallet-line.ts";
import { WindowClock } from "./window-clock.ts";
import { overdueLeg, type PendingLeg, type PendingTicket, Windows } from "./windows.ts";

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
	readonly #deps: DeskDeps;
	readonly #ports: Ports;
	readonly #store: DeskStore;
	readonly #deadlines: Deadlines;
	readonly #totals: Totals;
	readonly #quotes: Quotes;
	readonly #windows = new Windows();
	readonly #clock: WindowClock;
	readonly #confirms: ConfirmLoop;
	readonly #wallets: WalletLine;
	#watch: Cancel | null = null;
	#isLooking = false;

	constructor(deps: DeskDeps) {
		const { matchId, region, match, name, wallet } = deps;
		const ports = bornLaterPorts(deps.ports, DESK_MIGRATIONS);
		this.#deps = deps;
		this.#ports = ports;
		this.#clock = new WindowClock(ports.now);
		const store = new DeskStore(ports.sql);
		this.#store = store;
		this.#deadlines = createDeadlines(ports);
		this.#totals = new Totals(store.totals(), store.inc() > 0);
		this.#quotes = new Quotes(ports, matchId, match);
		this.#confirms = new ConfirmLoop({
			ports,
			matchId,
			region,
			windows: this.#windows,
			windowMs: () => this.#clock.now(),
			totals: this.#totals,
			match,
			leaving: () => this.#setNet(),
			told: () => this.#restIfDone(),
			nextInc: () => store.nextInc(),
			answered: (answer, batch) => this.#answered(answer, batch),
		});
		const wakeAt = (atMs: number): void => this.#deadlines.setIfSooner(NET, atMs);
		this.#wallets = new WalletLine({ ports, desk: name, store, wallet, wakeAt });
		this.#kick();
	}

	/** P2. Idempotent by (ticket, leg): a leg noted before keeps its clock, a decided one gives its vote again. */
	async offer({ wallet, offers }: OfferRequest): Promise<OfferAnswer> {
		const offered = legsOffered(offers);
		const fresh = offered.filter((offer) => this.#known(offer, wallet) === null);
		const quote = fresh.length === 0 ? null : await this.#quoteOfOffer(fresh);
		// Others may have come in while we waited: look again before anything is noted.
		const legs = offered.map((offer) => this.#known(offer, wallet) ?? this.#note(offer, wallet, quote));
		this.#confirms.schedule();
		this.#watchWindows();
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
				this.#store.entomb(leg, nowMs);
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
		if (!this.#totals.isOwed && !this.#store.owesAnything()) this.#deadlines.clear(NET);
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

	/** A kept quote may be older than a price that a player has just been shown: none is called unknown by it. */
	async #quoteOfOffer(legs: readonly LegOffer[]): Promise<Quote | null> {
		const asks = legs.map(askOf);
		const quote = await this.#quote(asks);
		return quote === null || legs.every((leg) => knowsPrice(leg, quote)) ? quote : await this.#quote(asks, 0);
	}

	async #quote(asks: readonly QuoteAsk[], maxAgeMs?: number): Promise<Quote | null> {
		try {
			return await this.#quotes.ask(asks, maxAgeMs);
		} catch (fault) {
			this.#ports.log.warn("quote_failed", { matchId: this.#deps.matchId, fault: faultText(fault) });
			return null;
		}
	}

	#known(ref: LegRef, wallet: string): Vote | NotedLeg | null {
		const vote = this.#store.vote(ref) ?? this.#wallets.refused(wallet, ref);
		if (vote !== null) return vote;
		const leg = this.#windows.leg(ref);
		if (leg !== undefined) return notedAnswer(ref, leg);
		return this.#store.isTombstoned(ref) ? { ...refOf(ref), vote: "no", code: "timed_out" } : null;
	}

	/** A no at the offer is this answer and nothing else: nothing is reserved, so nothing needs to be kept. */
	#note(offer: LegOffer, wallet: string, quote: Quote | null): RefusedLeg | NotedLeg {
		if (quote === null || this.#windows.legCount >= BET.maxPendingLegs)
			return { ...refOf(offer), vote: "no", code: "busy" };
		const noted = note(offer, quote, this.#clock.now());
		if (!noted.ok) {
			const { ok, ...refusal } = noted;
			return { ...refOf(offer), vote: "no", matchState: quote.matchState, ...refusal };
		}
		this.#windows.add(wallet, offer, noted.leg);
		return notedAnswer(offer, noted.leg);
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
		const stored = this.#store.transaction(() => verdicts.map(({ reservations }) => this.#store.reserve(reservations)));
		this.#setNet();
		verdicts.forEach(({ ticket, reservations }, index) => {
			this.#windows.forgetTicket(ticket.ticketKey);
			if (stored[index]?.isReserved) for (const reservation of reservations) this.#totals.add(reservation);
		});
		if (stored.some(({ hasResult }) => hasResult)) this.#wallets.kickResults();
	}

	/** The first no of a ticket decides it: its other legs here reserve nothing and are forgotten. */
	#refuse(ticket: PendingTicket, vote: RefusedLeg): void {
		this.#windows.forgetTicket(ticket.ticketKey);
		this.#wallets.refuse(ticket.wallet, vote);
	}

	/** While legs wait, a withdrawn market is noticed within half a second, and no leg waits for ever. */
	#watchWindows(): void {
		if (this.#watch !== null || this.#windows.legCount === 0) return;
		this.#watch = this.#ports.timer(BET.quoteWatchMs, () => {
			this.#watch = null;
			this.#refuseOverdue();
			// A match that is slow to answer delays nothing but its own quote.
			if (!this.#isLooking) this.#ports.background(this.#lookAtMarkets());
			this.#watchWindows();
		});
	}

	#refuseOverdue(): void {
		const nowMs = this.#clock.now();
		for (const ticket of [...this.#windows.tickets()]) {
			const leg = overdueLeg(ticket, nowMs);
			if (leg !== undefined) this.#refuse(ticket, { ...pendingRef(ticket, leg), vote: "no", ...inVain(leg) });
		}
		this.#wallets.kickVotes();
	}

	async #lookAtMarkets(): Promise<void> {
		this.#isLooking = true;
		const asks = [...this.#windows.tickets()].flatMap((ticket) => ticket.legs.map((leg) => pendingAsk(ticket, leg)));
		const quote = asks.length === 0 ? null : await this.#quote(asks);
		this.#isLooking = false;
		if (quote === null) return;
		this.#refuseEarly(quote);
		this.#wallets.kickVotes();
	}

	#refuseEarly(quote: Quote): void {
		for (const ticket of [...this.#windows.tickets()]) {
			for (const leg of ticket.legs) {
				const market = quote.market(pendingAsk(ticket, leg));
				const code = market === undefined ? null : refusalOf(market, leg.marketVersion);
				if (code === null) continue;
				const { matchState } = quote;
				const ref = pendingRef(ticket, leg);
				this.#refuse(ticket, { ...ref, vote: "no", code, marketVersion: market?.version, matchState });
				break;
			}
		}
	}
}

const pendingRef = ({ ticketKey }: PendingTicket, { offered }: PendingLeg): LegRef => ({
	ticketKey,
	legNo: offered.legNo,
});
const pendingAsk = ({ terms }: PendingTicket, { offered }: PendingLeg): QuoteAsk => ({
	marketId: offered.marketId,
	view: terms.view,
});

function notedAnswer(ref: LegRef, leg: PendingLeg): NotedLeg {
	const { delayMs, marketVersion, fairPpm, matchState, askOddsMilli: oddsMilli } = leg;
	return { ...refOf(ref), vote: "noted", delayMs, version: marketVersion, fairPpm, oddsMilli, matchState };
}
