/**
 * The desk: bet windows, reservations and the settlement of its legs, for one match in one region. Undecided legs live in
 * memory only; a desk that dies forgets them, and their wallets ask.
 */
import type {
	AskAnswer,
	AskRequest,
	LegRef,
	LegRefusal,
	LegsAnswered,
	NotedLeg,
	OfferAnswer,
	OfferedLeg,
	OfferRequest,
	RefusedLeg,
	ReleaseRequest,
	ResultsRequest,
	StartRequest,
	Vote,
} from "../../shared/contracts/desk.ts";
import type { Region } from "../../shared/contracts/ids.ts";
import type { ConfirmAnswer, MatchRpc, QuoteAnswer } from "../../shared/contracts/match.ts";
import type { WalletRpc } from "../../shared/contracts/wallet.ts";
import { BET } from "../../shared/limits.ts";
import { createDeadlines, type Deadlines } from "../runtime/deadlines.ts";
import { faultText } from "../runtime/log.ts";
import { migrate } from "../runtime/migrate.ts";
import { PeerSender } from "../runtime/peer-sender.ts";
import type { Cancel, Ports } from "../runtime/ports.ts";
import { type Batch, ConfirmLoop } from "./confirm-loop.ts";
import { decide, longestWaitMs, type PendingLeg, waitLimitMs } from "./decide.ts";
import { DESK_MIGRATIONS } from "./migrations.ts";
import { note, refusalOf } from "./offer.ts";
import { Quotes } from "./quotes.ts";
import { DeskStore, type Reservation } from "./store.ts";
import { Totals } from "./totals.ts";

export type DeskDeps = {
	readonly ports: Ports;
	readonly name: string;
	readonly matchId: string;
	readonly region: Region;
	readonly match: () => Pick<MatchRpc, "quote" | "confirm">;
	readonly wallet: (name: string) => Pick<WalletRpc, "votes" | "legResults">;
};

const NET = "net";
const keyOf = ({ ticketKey, legNo }: LegRef): string => `${ticketKey}#${legNo}`;
const refOf = ({ ticketKey, legNo }: LegRef): LegRef => ({ ticketKey, legNo });

export class DeskActor {
	readonly #deps: DeskDeps;
	readonly #ports: Ports;
	readonly #store: DeskStore;
	readonly #deadlines: Deadlines;
	readonly #totals: Totals;
	readonly #quotes: Quotes;
	readonly #confirms: ConfirmLoop;
	readonly #votes: PeerSender;
	readonly #results: PeerSender;
	readonly #pending = new Map<string, PendingLeg>();
	/** No-votes a wallet has not answered: kept in memory, because a lost one is asked for. */
	readonly #noes = new Map<string, Map<string, RefusedLeg>>();
	readonly #waiting = new Map<string, number>();
	#order = 0;
	#watch: Cancel | null = null;

	constructor(deps: DeskDeps) {
		const { ports, matchId, region, match } = deps;
		this.#deps = deps;
		this.#ports = ports;
		migrate(ports.sql, DESK_MIGRATIONS);
		this.#store = new DeskStore(ports.sql);
		this.#deadlines = createDeadlines(ports);
		this.#totals = new Totals(this.#store.totals());
		this.#quotes = new Quotes(ports, matchId, match);
		const wakeAt = (atMs: number): void => this.#deadlines.setIfSooner(NET, atMs);
		this.#confirms = new ConfirmLoop({
			ports,
			matchId,
			region,
			store: this.#store,
			totals: this.#totals,
			match,
			ripe: (nowMs) =>
				[...this.#pending.values()].filter((leg) => this.#ripeAtMs(leg) <= nowMs).toSorted((a, b) => a.order - b.order),
			nextRipeAtMs: () => {
				const times = [...this.#pending.values()].map((leg) => this.#ripeAtMs(leg)).filter(Number.isFinite);
				return times.length === 0 ? null : Math.min(...times);
			},
			answered: (answer, batch) => this.#answered(answer, batch),
		});
		this.#votes = new PeerSender({
			ports,
			what: "votes",
			wakeAt,
			peers: () => this.#voteWallets(),
			sendBatch: (wallet, timed) => this.#sendVotes(wallet, timed),
		});
		this.#results = new PeerSender({
			ports,
			what: "leg_results",
			wakeAt,
			peers: () => this.#store.resultWallets(),
			sendBatch: (wallet, timed) => this.#sendResults(wallet, timed),
		});
		this.#kick();
	}

	/** P2. Idempotent by (ticket, leg): a leg noted before keeps its clock, a decided one gives its vote again. */
	async offer(request: OfferRequest): Promise<OfferAnswer> {
		const fresh = request.legs.filter((leg) => this.#known(leg) === null);
		let quote: QuoteAnswer | null = null;
		if (fresh.length > 0) {
			try {
				quote = await this.#quotes.ask(fresh.map(({ marketId, view }) => ({ market: marketId, view })));
			} catch (fault) {
				this.#ports.log.warn("quote_failed", { matchId: this.#deps.matchId, fault: faultText(fault) });
			}
		}
		// Others may have come in while we waited: look again before anything is noted.
		const legs = request.legs.map((leg) => this.#known(leg) ?? this.#note(leg, request.wallet, quote));
		this.#confirms.schedule();
		this.#watchWindows();
		return { v: 1, legs };
	}

	/** P2 of a ticket over several desks: the windows begin now, for as long as the slowest of them. */
	start(request: StartRequest): { v: 1 } {
		const nowMs = this.#ports.now();
		for (const { delayMs, weightPpm, otherOddsMilli, ...ref } of request.legs) {
			const leg = this.#pending.get(keyOf(ref));
			if (leg === undefined || leg.startedAtMs !== null) continue;
			this.#pending.set(keyOf(ref), {
				...leg,
				startedAtMs: nowMs,
				delayMs: Math.max(leg.delayMs, delayMs),
				weightPpm,
				otherOddsMilli,
			});
		}
		this.#confirms.schedule();
		return { v: 1 };
	}

	/** P5: the ticket was refused elsewhere; the reservation goes, and nothing revives it. */
	release(request: ReleaseRequest): LegsAnswered {
		const nowMs = this.#ports.now();
		this.#store.transaction(() => {
			for (const leg of request.legs) this.#store.release(leg, nowMs);
		});
		for (const leg of request.legs) this.#pending.delete(keyOf(leg));
		this.#totals.replace(this.#store.totals());
		this.#confirms.schedule();
		return { v: 1, answered: request.legs.map(refOf) };
	}

	/** The wallet's deadline has passed: what is not decided here never will be. */
	ask(request: AskRequest): AskAnswer {
		const nowMs = this.#ports.now();
		const votes = this.#store.transaction(() =>
			request.legs.map((leg): Vote => {
				const vote = this.#store.vote(leg);
				if (vote !== null) return vote;
				this.#store.entomb(leg, nowMs);
				return { ...refOf(leg), vote: "no", code: "timed_out" };
			}),
		);
		for (const vote of votes) this.#pending.delete(keyOf(vote));
		return { v: 1, votes };
	}

	/** SET-2: results and what they mean for our legs, in one transaction; wallets are told at their own pace. */
	results(request: ResultsRequest): { v: 1; stored: { marketId: string; settlementVersion: number }[] } {
		this.#store.transaction(() => {
			for (const result of request.results) this.#store.saveResult(result);
		});
		this.#totals.replace(this.#store.totals());
		this.#results.kick();
		this.#confirms.schedule();
		return {
			v: 1,
			stored: request.results.map(({ marketId, settlementVersion }) => ({ marketId, settlementVersion })),
		};
	}

	ops(): { pendingLegs: number; reservedLegs: number; outboxDepth: number; inc: number; n: number } {
		const { reserved, outbox } = this.#store.counts();
		return { pendingLegs: this.#pending.size, reservedLegs: reserved, outboxDepth: outbox, ...this.#confirms.position };
	}

	onAlarm(): void {
		this.#deadlines.takeDue(this.#ports.now());
		this.#kick();
	}

	#kick(): void {
		this.#votes.kick();
		this.#results.kick();
		this.#confirms.schedule();
	}

	#ripeAtMs(leg: PendingLeg): number {
		if (leg.startedAtMs === null) return Number.POSITIVE_INFINITY;
		return Math.max(leg.startedAtMs + leg.delayMs, this.#waiting.get(keyOf(leg.offer)) ?? 0);
	}

	#known(offer: OfferedLeg): Vote | NotedLeg | null {
		const vote = this.#store.vote(offer);
		if (vote !== null) return vote;
		const leg = this.#pending.get(keyOf(offer));
		if (leg !== undefined) return notedAnswer(leg);
		return this.#store.isTombstoned(offer) ? { ...refOf(offer), vote: "no", code: "timed_out" } : null;
	}

	#note(offer: OfferedLeg, wallet: string, quote: QuoteAnswer | null): RefusedLeg | NotedLeg {
		if (quote === null || this.#pending.size >= BET.maxPendingLegs)
			return { ...refOf(offer), vote: "no", code: "busy" };
		const noted = note(offer, quote, this.#ports.now());
		if (!noted.ok) {
			const { ok, ...refusal } = noted;
			return { ...refOf(offer), vote: "no", matchState: quote.matchState, ...refusal };
		}
		const leg: PendingLeg = { ...noted.leg, wallet, order: this.#order++ };
		this.#pending.set(keyOf(offer), leg);
		return notedAnswer(leg);
	}

	/** P3: decisions on this batch, and one transaction for everything they reserve. */
	#answered(answer: Extract<ConfirmAnswer, { kind: "answer" }>, batch: Batch): void {
		const yes: { readonly leg: PendingLeg; readonly reservation: Reservation }[] = [];
		for (const sent of batch.legs) {
			const leg = this.#pending.get(keyOf(sent.offer));
			// Asked about or released while we waited: no longer ours to decide.
			if (leg === undefined) continue;
			const { marketId, outcomeId, view } = leg.offer;
			const market = answer.markets.find(
				(entry) => entry.market === marketId && entry.askedVersion === sent.version && entry.view === view,
			);
			if (market === undefined) continue;
			const said = batch.totals.get(`${marketId}\n${outcomeId}`) ?? 0;
			const decision = decide(leg, {
				answer,
				market,
				sentAtMs: batch.sentAtMs,
				carriedBaseMinor: this.#totals.reserved(marketId, outcomeId).riskBaseMinor,
				grantedBaseMinor: market.granted?.[outcomeId] ?? said,
			});
			if (decision.kind === "wait") this.#keepWaiting(leg, decision);
			else if (decision.kind === "no") {
				const { kind, ...refusal } = decision;
				this.#refuse(leg, { ...refusal, marketVersion: market.version, matchState: answer.matchState });
			} else {
				const { riskBaseMinor, stakeBaseMinor } = decision;
				this.#totals.add(marketId, outcomeId, { riskBaseMinor, stakeBaseMinor });
				const vote = {
					...refOf(leg.offer),
					vote: "yes" as const,
					oddsMilli: decision.oddsMilli,
					marketVersion: market.version,
					matchState: answer.matchState,
					epoch: answer.epoch,
					seq: answer.seq,
					tick: answer.tick,
					delayMs: market.delayMs,
					fairPpm: market.fairPpm[outcomeId] ?? 0,
				};
				yes.push({
					leg,
					reservation: {
						wallet: leg.wallet,
						market: marketId,
						outcome: outcomeId,
						riskBaseMinor,
						stakeBaseMinor,
						vote,
					},
				});
			}
		}
		if (yes.length > 0) this.#reserve(yes);
		this.#totals.wasGranted(batch.totals);
		this.#votes.kick();
	}

	#reserve(yes: readonly { readonly leg: PendingLeg; readonly reservation: Reservation }[]): void {
		this.#store.transaction(() => {
			for (const { reservation } of yes) this.#store.reserve(reservation);
		});
		for (const { leg } of yes) this.#forget(leg);
		this.#results.kick();
	}

	#forget(leg: PendingLeg): void {
		this.#pending.delete(keyOf(leg.offer));
		this.#waiting.delete(keyOf(leg.offer));
	}

	#keepWaiting(
		leg: PendingLeg,
		wait: { readonly because: LegRefusal; readonly askOddsMilli?: number; readonly delayMs?: number },
	): void {
		const nowMs = this.#ports.now();
		const next: PendingLeg = {
			...leg,
			askOddsMilli: wait.askOddsMilli ?? leg.askOddsMilli,
			delayMs: wait.delayMs ?? leg.delayMs,
		};
		const waitedMs = nowMs - (leg.startedAtMs ?? nowMs);
		if (waitedMs > waitLimitMs(next, wait.because)) {
			this.#refuse(leg, { code: wait.because });
			return;
		}
		this.#pending.set(keyOf(leg.offer), next);
		const pauseMs = wait.because === "over_limit" || wait.because === "timed_out" ? BET.confirmMinMs : BET.confirmMaxMs;
		this.#waiting.set(keyOf(leg.offer), nowMs + pauseMs);
	}

	#refuse(leg: PendingLeg, refusal: Omit<RefusedLeg, "ticketKey" | "legNo" | "vote">): void {
		this.#forget(leg);
		const noes = this.#noes.get(leg.wallet) ?? new Map<string, RefusedLeg>();
		noes.set(keyOf(leg.offer), { ...refOf(leg.offer), vote: "no", ...refusal });
		this.#noes.set(leg.wallet, noes);
	}

	/** Early refusal: while legs wait, a withdrawn market is noticed within half a second, and no leg waits for ever. */
	#watchWindows(): void {
		if (this.#watch !== null || this.#pending.size === 0) return;
		this.#watch = this.#ports.timer(BET.quoteWatchMs, () => {
			this.#watch = null;
			this.#ports.background(this.#lookAtWindows());
		});
	}

	async #lookAtWindows(): Promise<void> {
		const nowMs = this.#ports.now();
		for (const leg of this.#pending.values()) {
			if (nowMs - leg.notedAtMs > longestWaitMs(leg)) this.#refuse(leg, { code: "timed_out" });
		}
		try {
			const legs = [...this.#pending.values()];
			if (legs.length > 0) {
				const quote = await this.#quotes.ask(legs.map(({ offer }) => ({ market: offer.marketId, view: offer.view })));
				for (const leg of this.#pending.values()) {
					const market = quote.markets.find(
						({ market: id, view }) => id === leg.offer.marketId && view === leg.offer.view,
					);
					const code = market === undefined ? null : refusalOf(market, leg.version);
					if (code !== null) this.#refuse(leg, { code, marketVersion: market?.version, matchState: quote.matchState });
				}
			}
		} catch (fault) {
			this.#ports.log.warn("quote_failed", { matchId: this.#deps.matchId, fault: faultText(fault) });
		}
		this.#votes.kick();
		this.#watchWindows();
	}

	#voteWallets(): readonly string[] {
		return [...new Set([...this.#noes.keys(), ...this.#store.unansweredWallets()])];
	}

	async #sendVotes(wallet: string, timed: <T>(call: Promise<T>) => Promise<T>): Promise<boolean> {
		const noes = [...(this.#noes.get(wallet)?.values() ?? [])].slice(0, BET.legsPerWalletCall);
		const votes: Vote[] = [...this.#store.unansweredVotes(wallet, BET.legsPerWalletCall), ...noes];
		if (votes.length === 0) return false;
		const { answered } = await timed(this.#deps.wallet(wallet).votes({ v: 1, wallet, desk: this.#deps.name, votes }));
		if (answered.length === 0) throw new Error(`${wallet} answered none of ${votes.length} votes`);
		const waiting = this.#noes.get(wallet);
		this.#store.transaction(() => {
			for (const ref of answered) this.#store.voteAnswered(ref);
		});
		for (const ref of answered) waiting?.delete(keyOf(ref));
		if (waiting?.size === 0) this.#noes.delete(wallet);
		return true;
	}

	async #sendResults(wallet: string, timed: <T>(call: Promise<T>) => Promise<T>): Promise<boolean> {
		const results = [...this.#store.queuedResults(wallet, BET.legsPerWalletCall)];
		if (results.length === 0) return false;
		const { answered } = await timed(
			this.#deps.wallet(wallet).legResults({ v: 1, wallet, desk: this.#deps.name, results }),
		);
		if (answered.length === 0) throw new Error(`${wallet} answered none of ${results.length} results`);
		const versions = new Map(results.map((result) => [keyOf(result), result.settlementVersion]));
		this.#store.transaction(() => {
			for (const ref of answered) this.#store.resultAnswered(ref, versions.get(keyOf(ref)) ?? 0);
		});
		return true;
	}
}

function notedAnswer(leg: PendingLeg): NotedLeg {
	const { delayMs, version, fairPpm, matchState, askOddsMilli } = leg;
	return { ...refOf(leg.offer), vote: "noted", delayMs, version, fairPpm, oddsMilli: askOddsMilli, matchState };
}
