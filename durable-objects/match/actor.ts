/**
 * The match: THE authority over one match's odds, versions and exposure. Answers at once, stores before it answers, and
 * shows only what is stored.
 */

import { DEFAULT_VIEW, type Region } from "../../shared/contracts/ids.ts";
import type {
	ApplyAnswer,
	ApplyRequest,
	ConfirmAnswer,
	ConfirmRequest,
	MatchExposure,
	MatchOps,
	QuoteAnswer,
	QuoteRequest,
} from "../../shared/contracts/match.ts";
import { ContractFault } from "../../shared/errors.ts";
import { FEED } from "../../shared/limits.ts";
import type { Position } from "../../shared/protocol/frames.ts";
import type { MatchImageBody } from "../../shared/protocol/match-frames.ts";
import { matchView } from "../../shared/protocol/match-view.ts";
import { createDeadlines, type Deadlines } from "../runtime/deadlines.ts";
import type { Cancel, Ports } from "../runtime/ports.ts";
import { createReportOutbox, type ReportOutbox } from "../runtime/report-outbox.ts";
import { bornLaterPorts } from "../runtime/unborn.ts";
import { applyBatch, applyEntry, type StepDeps } from "./apply.ts";
import { BoardLine } from "./board-line.ts";
import { BookShelf } from "./book-shelf.ts";
import { type Cause, MatchBroadcast } from "./broadcast.ts";
import { type ConfirmFacts, codeOf, confirmMarket, quoteMarkets, recentPrices, unknownMarkets } from "./confirm.ts";
import { DangerClock } from "./danger-clock.ts";
import type { MatchDeps } from "./deps.ts";
import { exposureOf } from "./exposure.ts";
import { Grants } from "./grants.ts";
import type { JournalEvent } from "./journal.ts";
import { MATCH_MIGRATIONS } from "./migrations.ts";
import { isDone, nextDueAtMs, officialResults } from "./official.ts";
import { stateOps } from "./ops.ts";
import { createResultOutbox, type ResultOutbox } from "./result-outbox.ts";
import { SpeechClock } from "./speech.ts";
import { isInPlay, type MatchState, tickAt, tickOf } from "./state.ts";
import { MatchStore } from "./store.ts";
import { TimeKeeper } from "./time-keeper.ts";
import { matchWords, summaryOf } from "./wire.ts";

export class MatchActor {
	readonly #deps: MatchDeps;
	readonly #ports: Ports;
	readonly #store: MatchStore;
	readonly #deadlines: Deadlines;
	readonly #reports: ReportOutbox;
	readonly #results: ResultOutbox;
	readonly #board: BoardLine;
	readonly #frames: MatchBroadcast;
	readonly #speech: SpeechClock;
	readonly #danger = new DangerClock();
	readonly #grants: Grants;
	readonly #time: TimeKeeper;
	readonly #books: BookShelf;
	readonly #desks: Map<Region, { readonly inc: number; readonly n: number }>;
	readonly #epoch: string;
	readonly #step: StepDeps;
	#state: MatchState | null;
	#lastSeq: number;
	#lane: string | null;
	#quietLimitMs = 0;
	#markedAtMs: number | null = null;
	/** What readers have. */
	#shown: { readonly state: MatchState; readonly tickMs: number; readonly isStale: boolean } | null = null;
	#tick: Cancel | null = null;

	constructor(deps: MatchDeps) {
		const { matchId } = deps;
		const ports = bornLaterPorts(deps.ports, MATCH_MIGRATIONS);
		this.#deps = deps;
		this.#ports = ports;
		this.#store = new MatchStore(ports.sql);
		const startNo = this.#store.countStart();
		this.#epoch = `${startNo}.${ports.newId()}`;
		this.#deadlines = createDeadlines(ports);
		const wakeAt = (name: string) => (atMs: number) => this.#deadlines.setIfSooner(name, atMs);
		this.#reports = createReportOutbox({
			ports,
			source: `match:${matchId}`,
			send: deps.sendReports,
			wakeAt: wakeAt("reports"),
		});
		this.#results = createResultOutbox({
			ports,
			matchId,
			store: this.#store,
			desk: deps.desk,
			wakeAt: wakeAt("results"),
		});
		this.#board = new BoardLine(ports, startNo, deps.board);
		this.#grants = new Grants(this.#store.grants());
		this.#frames = new MatchBroadcast({
			topic: `match:${matchId}`,
			epoch: this.#epoch,
			send: deps.readers.send,
			betOn: () => this.#grants.markets(),
		});
		this.#speech = new SpeechClock(this.#epoch);
		this.#desks = new Map(this.#store.desks());
		this.#time = new TimeKeeper(this.#grants, ports.now());
		this.#step = { store: this.#store, report: (body) => void this.#reports.append(body) };
		const { state, lastSeq, lane } = this.#store.load();
		this.#state = state;
		this.#lastSeq = lastSeq;
		this.#lane = lane;
		// Before the match a price follows from the state alone; in play all that was shown before a start has been withdrawn by it.
		const isRunning = state !== null && isInPlay(state);
		this.#books = new BookShelf(state === null ? Number.NEGATIVE_INFINITY : isRunning ? ports.now() : state.lastTick);
		// MAT-3: nobody knows what happened while we were gone.
		if (isRunning) this.#journal(state, { kind: "restart" });
		this.#publish(null);
		this.#results.kick();
	}

	apply(request: ApplyRequest): ApplyAnswer {
		if (this.#lane !== null && request.lane !== this.#lane) {
			// LAN-1: another lane numbers other inputs; taking its word would mix two logs.
			const message = `${this.#deps.matchId} listens to ${this.#lane}`;
			throw new ContractFault("match.apply", [{ path: "lane", message }]);
		}
		const nowMs = this.#ports.now();
		// A lane that is behind this match has been superseded, or its call is old: what it knows of the feed is not so any more.
		const isBehind = request.headSeq < this.#lastSeq;
		if (!isBehind) {
			this.#markedAtMs = nowMs;
			this.#quietLimitMs = request.quietLimitMs;
		}
		if (!isBehind) this.#noticeSilence(request.lostAfterMs, nowMs);
		const rejected = request.fromSeq > this.#lastSeq + 1 ? [] : this.#applyInputs(request, nowMs);
		// LAN-2: a feed has spoken for a match that has all it said and refused nothing of it.
		if (this.#lastSeq === request.headSeq && rejected.length === 0) this.#speech.hear(request.speech, nowMs);
		this.#notice(nowMs);
		if (!isBehind && this.#state !== null && isInPlay(this.#state)) this.#noticeFeed(this.#state, request, nowMs);
		const newest = request.inputs.at(-1);
		this.#publish(newest === undefined ? null : { sentAtMs: newest.input.sentAtMs, receivedAtMs: newest.receivedAtMs });
		this.#results.kick();
		this.#reports.kick();
		this.#keepTicking();
		const inPlay = this.#state !== null && isInPlay(this.#state);
		const ended = this.#state !== null && isDone(this.#state) && this.#store.outboxDepth() === 0;
		return {
			v: 1,
			epoch: this.#epoch,
			answerNo: this.#speech.answer(nowMs),
			lastSeq: this.#lastSeq,
			inPlay,
			ended,
			rejected: [...rejected],
		};
	}

	quote(request: QuoteRequest): QuoteAnswer {
		const nowMs = this.#ports.now();
		if (this.#notice(nowMs)) this.#publish(null);
		const state = this.#state;
		const head = { v: 1 as const, epoch: this.#epoch, tick: tickOf(nowMs), known: state !== null };
		if (state === null) return { ...head, inPlay: false, matchState: "", markets: unknownMarkets(request.asks) };
		const markets = quoteMarkets(request.asks, state, (view) => this.#books.book(state, tickAt(state, nowMs), view));
		return {
			...head,
			inPlay: isInPlay(state),
			matchState: matchWords(state, tickOf(nowMs)),
			markets,
			recentPrices: {
				isComplete: this.#books.knowsRecentPrices,
				markets: recentPrices(markets, state, (...which) => this.#books.recentOddsMilli(...which)),
			},
		};
	}

	/** Never waits, never replays an answer; the pair and the grants are stored in the turn that answers. */
	confirm(request: ConfirmRequest): ConfirmAnswer {
		const nowMs = this.#ports.now();
		if (this.#notice(nowMs)) this.#publish(null);
		const state = this.#state;
		const { region, inc, n } = request;
		const highest = this.#desks.get(region);
		const isStale = highest !== undefined && (inc < highest.inc || (inc === highest.inc && n <= highest.n));
		if (isStale || state === null) return { kind: "stale", v: 1 };
		const facts = this.#confirmFacts(state, region, nowMs);
		const rising = new Set(request.asks.filter((ask) => codeOf(ask, facts) === "ok").map((ask) => ask.market));
		this.#ports.sql.transaction(() => {
			this.#store.saveDesk(region, inc, n);
			const isNewborn = highest !== undefined && inc > highest.inc;
			const totals = isNewborn ? this.#grants.complete(region, request.totals) : request.totals;
			const changed = this.#grants.ask(region, totals, state.capBaseMinor, (market) => rising.has(market));
			this.#time.sold(changed);
			this.#time.confirmed(rising, nowMs);
			for (const grant of changed) this.#store.saveGrant(grant);
			if (highest === undefined) for (const result of officialResults(state)) this.#store.queueResult(region, result);
		});
		this.#desks.set(region, { inc, n });
		if (highest === undefined) this.#results.kick();
		const asked = new Map(
			request.totals.map(({ market, outcome, riskBaseMinor }) => [`${market}\n${outcome}`, riskBaseMinor]),
		);
		return {
			kind: "answer",
			v: 1,
			inc,
			n,
			epoch: this.#epoch,
			seq: state.lastSeq,
			tick: tickOf(nowMs),
			atMs: nowMs,
			inPlay: isInPlay(state),
			spokeAgoMs: facts.spokeAgoMs,
			matchState: matchWords(state, tickOf(nowMs)),
			markets: request.asks.map((ask) => confirmMarket(ask, asked, facts)),
		};
	}

	/** A relay subscribes: the answer, with everything it missed or an image. Null while there is no match. */
	subscribed(position: Position | null): readonly string[] | null {
		if (this.#state === null) return null;
		this.#notice(this.#ports.now());
		this.#publish(null);
		const frames = this.#frames.subscribed(position, this.#ports.now());
		this.#keepTicking();
		return frames;
	}

	/** Somebody listens from now on. */
	listened(): void {
		this.#keepTicking();
	}

	/** The book as readers have it once they have read everything. */
	wire(): MatchImageBody | null {
		this.#notice(this.#ports.now());
		this.#publish(null);
		return this.#frames.image;
	}

	image(): string | null {
		if (this.#state === null) return null;
		this.#notice(this.#ports.now());
		this.#publish(null);
		const { schema, image } = this.#frames;
		const view = schema === null ? null : matchView({ schemaNo: 0, schema, image });
		return view === null ? null : JSON.stringify({ matchId: this.#deps.matchId, ...this.#frames.position, ...view });
	}

	exposure(): MatchExposure | null {
		return this.#state === null ? null : exposureOf(this.#state, this.#grants.totals());
	}

	ops(): MatchOps | null {
		const state = this.#state;
		if (state === null) return null;
		const nowMs = this.#ports.now();
		return {
			...stateOps(state, nowMs),
			lane: this.#lane,
			epoch: this.#epoch,
			lastSeq: this.#lastSeq,
			spokeAgoMs: this.#speech.spokeAgoMs(nowMs),
			subscribers: this.#deps.readers.count(),
			deskOutboxDepth: this.#store.outboxDepth(),
			reportOutboxDepth: this.#reports.depth(),
			reportOutboxAgeMs: this.#reports.oldestAgeMs(),
			eventToFrame: this.#frames.eventToFrame,
		};
	}

	confirmReports(mark: number): void {
		this.#reports.confirm(mark);
	}

	onAlarm(): void {
		const nowMs = this.#ports.now();
		const due = this.#deadlines.takeDue(nowMs);
		this.#notice(nowMs);
		if (due.includes("reports")) this.#reports.resendDue(nowMs);
		this.#results.kick();
		this.#reports.kick();
		this.#publish(null);
	}

	#applyInputs(request: ApplyRequest, nowMs: number): ApplyAnswer["rejected"] {
		const first = request.inputs[0]?.seq;
		if (first === undefined) return [];
		const repeated = first <= this.#lastSeq ? this.#store.rejectedBetween(first, this.#lastSeq) : [];
		if (!request.inputs.some(({ seq }) => seq > this.#lastSeq)) return [...repeated];
		const stepped = this.#ports.sql.transaction(() => {
			const result = applyBatch(this.#step, this.#state, this.#lastSeq, request, nowMs);
			this.#store.saveState(result.state, result.lastSeq, request.lane);
			const startMs = result.state?.fixture.scheduledAtMs;
			if (startMs !== undefined && startMs !== this.#state?.fixture.scheduledAtMs)
				this.#deadlines.set("kick_off", startMs);
			return result;
		});
		this.#time.applied(this.#state, stepped.state);
		this.#state = stepped.state;
		this.#wakeForDue();
		this.#lastSeq = stepped.lastSeq;
		this.#lane = request.lane;
		return [...repeated, ...stepped.rejected];
	}

	/** MAT-3: what time asks for is entered first. True: readers do not know it yet. */
	#notice(nowMs: number): boolean {
		const before = this.#state;
		return (
			before !== null && this.#time.notice(before, nowMs, (state, event) => this.#journal(state, event)) !== before
		);
	}

	/** LAN-3: a lane that has just started, or was cut off, no longer knows how long its feed was silent; the match does. */
	#noticeSilence(lostAfterMs: number, nowMs: number): void {
		const state = this.#state;
		if (state === null || !isInPlay(state) || state.holds.some(({ reason }) => reason === "feed_silent")) return;
		if ((this.#speech.spokeAgoMs(nowMs) ?? 0) > lostAfterMs) this.#journal(state, { kind: "feed_lost" });
	}

	#noticeFeed(before: MatchState, request: ApplyRequest, nowMs: number): void {
		const has = (reason: string): boolean => before.holds.some((hold) => hold.reason === reason);
		const state = request.feedLost && !has("feed_silent") ? this.#journal(before, { kind: "feed_lost" }) : before;
		if (has("restart") && this.#lastSeq >= request.headSeq && this.#speech.spokeAgoMs(nowMs) !== null)
			this.#journal(state, { kind: "restart_over" });
	}

	#journal(state: MatchState, event: JournalEvent): MatchState {
		const next = this.#ports.sql.transaction(() => {
			const entered = applyEntry(this.#step, state, event, this.#ports.now());
			this.#store.saveState(entered, this.#lastSeq, this.#lane);
			return entered;
		});
		this.#state = next;
		this.#wakeForDue();
		const line = { matchId: this.#deps.matchId, ...event, afterSeq: state.lastSeq };
		if (event.kind === "deviation_alarm" || event.kind === "overdue") this.#ports.log.warn("deviation", line);
		else this.#ports.log.info("journal", line);
		return next;
	}

	/** Results, facts and alarms that time alone makes due: nobody needs to be listening. */
	#wakeForDue(): void {
		const atMs = this.#state === null ? null : nextDueAtMs(this.#state);
		if (atMs === null) this.#deadlines.clear("due");
		else this.#deadlines.set("due", atMs);
	}

	#marksLost(nowMs: number): boolean {
		return this.#markedAtMs === null || nowMs - this.#markedAtMs > FEED.markLostMs;
	}

	#confirmFacts(state: MatchState, region: Region, nowMs: number): ConfirmFacts {
		return {
			state,
			books: (view) => this.#books.book(state, tickAt(state, nowMs), view),
			clearForMs: this.#danger.clearForMs(state, nowMs),
			spokeAgoMs: this.#speech.spokeAgoMs(nowMs),
			quietLimitMs: this.#quietLimitMs,
			marksLost: this.#marksLost(nowMs),
			granted: (market, outcome) => this.#grants.of(region, market, outcome),
		};
	}

	#publish(cause: Cause | null): void {
		const state = this.#state;
		if (state === null) return;
		const nowMs = this.#ports.now();
		const tickMs = tickAt(state, nowMs);
		const isStale =
			isInPlay(state) && (this.#marksLost(nowMs) || state.holds.some(({ reason }) => reason === "feed_silent"));
		const { state: known, tickMs: knownMs, isStale: wasStale } = this.#shown ?? {};
		if (known === state && knownMs === tickMs && wasStale === isStale) return;
		const book = this.#books.whole(state, tickMs, DEFAULT_VIEW);
		this.#shown = { state, tickMs, isStale };
		this.#frames.publish({ state, book, tickMs, isStale }, nowMs, cause);
		this.#board.show(summaryOf(state, book, tickMs, isStale));
	}

	/** MAT-4: ticks in play and while somebody listens; beats go with the ticks. */
	#keepTicking(): void {
		if (this.#tick !== null || this.#state === null || !isInPlay(this.#state) || this.#deps.readers.count() === 0)
			return;
		const nowMs = this.#ports.now();
		this.#tick = this.#ports.timer(tickOf(nowMs) + 1_000 - nowMs, () => {
			this.#tick = null;
			const state = this.#state;
			if (state === null) return;
			const atMs = this.#ports.now();
			this.#notice(atMs);
			this.#publish(null);
			// The last beat says that silence from now on is no fault.
			this.#frames.beat(this.#marksLost(atMs), tickOf(atMs), atMs, !isInPlay(state));
			this.#keepTicking();
		});
	}
}
