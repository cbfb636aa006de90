/**
 * The match: THE authority over one match's odds, versions and exposure. Answers at once, stores before it answers, and
 * shows only what is stored.
 */

import { type MatchCatalogue, matchTerms } from "../../shared/catalogue/match-terms.ts";
import type { BoardRpc } from "../../shared/contracts/board.ts";
import type { DeskRpc } from "../../shared/contracts/desk.ts";
import type { Region } from "../../shared/contracts/ids.ts";
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
import type { ReportMessage } from "../../shared/contracts/reports.ts";
import type { Position } from "../../shared/protocol/frames.ts";
import type { MatchImageBody } from "../../shared/protocol/match-frames.ts";
import { createDeadlines, type Deadlines } from "../runtime/deadlines.ts";
import { withLazyTables } from "../runtime/lazy-tables.ts";
import type { Ports } from "../runtime/ports.ts";
import { createReportOutbox, type ReportOutbox } from "../runtime/report-outbox.ts";
import { BoardCourier } from "./board-courier.ts";
import { BookShelf } from "./book-shelf.ts";
import { type ConfirmFacts, quoteOf } from "./confirm.ts";
import { DangerClock } from "./danger-clock.ts";
import { DeskConfirms } from "./desk-confirms.ts";
import { MatchDisplay } from "./display.ts";
import { exposureOf } from "./exposure-view.ts";
import { FeedWatch } from "./feed-watch.ts";
import { Grants } from "./grants.ts";
import { MatchLog } from "./match-log.ts";
import { MATCH_MIGRATIONS } from "./migrations.ts";
import { matchOps } from "./ops.ts";
import { createResultCourier, type ResultCourier } from "./result-courier.ts";
import { hasEnded, isInPlay, type MatchState, tickAt } from "./state.ts";
import { MatchStore } from "./store.ts";
import { TimeKeeper } from "./time-keeper.ts";

export type MatchDeps = {
	readonly ports: Ports;
	readonly matchId: string;
	/** What a match that opens takes terms from; absent: today's. */
	readonly catalogue?: MatchCatalogue;
	readonly desk: (region: Region) => Pick<DeskRpc, "results">;
	readonly board: () => Pick<BoardRpc, "upsert">;
	readonly sendReports: (messages: readonly ReportMessage[]) => Promise<void>;
	/** The relays that listen. */
	readonly readers: { readonly send: (frame: string) => void; readonly count: () => number };
};

export class MatchActor {
	readonly #deps: MatchDeps;
	readonly #ports: Ports;
	readonly #store: MatchStore;
	readonly #deadlines: Deadlines;
	readonly #reports: ReportOutbox;
	readonly #results: ResultCourier;
	readonly #danger = new DangerClock();
	readonly #grants: Grants;
	readonly #books: BookShelf;
	readonly #log: MatchLog;
	readonly #feed: FeedWatch;
	readonly #confirms: DeskConfirms;
	readonly #epoch: string;
	readonly #display: MatchDisplay;

	constructor(deps: MatchDeps) {
		const { matchId } = deps;
		const ports = withLazyTables(deps.ports, MATCH_MIGRATIONS);
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
		this.#results = createResultCourier({
			ports,
			matchId,
			store: this.#store,
			desk: deps.desk,
			wakeAt: wakeAt("results"),
		});
		this.#grants = new Grants(this.#store.grants());
		const time = new TimeKeeper(this.#grants, ports.now());
		this.#log = new MatchLog({
			ports,
			matchId,
			store: this.#store,
			report: (bodies) => this.#reports.append(bodies),
			termsFor: (sport, provider) => matchTerms(sport, provider, deps.catalogue),
			deadlines: this.#deadlines,
			time,
		});
		this.#feed = new FeedWatch(this.#epoch, this.#log);
		this.#confirms = new DeskConfirms({
			ports,
			store: this.#store,
			grants: this.#grants,
			time,
			firstAsked: () => this.#results.kick(),
		});
		const { state } = this.#log;
		this.#books = BookShelf.of(state, ports.now());
		this.#display = new MatchDisplay({
			ports,
			matchId,
			epoch: this.#epoch,
			log: this.#log,
			feed: this.#feed,
			grants: this.#grants,
			books: this.#books,
			board: new BoardCourier(ports, startNo, deps.board),
			readers: deps.readers,
		});
		// MAT-3: nobody knows what happened while we were gone.
		if (state !== null && isInPlay(state)) this.#log.enter(state, { kind: "restart" });
		this.#display.publish(null);
		this.#results.kick();
	}

	apply(request: ApplyRequest): ApplyAnswer {
		const log = this.#log;
		const feed = this.#feed;
		log.requireLane(request.lane);
		const nowMs = this.#ports.now();
		// A lane that is behind this match has been superseded, or its call is old: what it knows of the feed is not so any more.
		const isBehind = request.headSeq < log.lastSeq;
		if (!isBehind) feed.marked(request, nowMs);
		if (request.inputs.some(({ input }) => input.kind === "danger" && input.on)) this.#danger.begun();
		const rejected = request.fromSeq > log.lastSeq + 1 ? [] : log.apply(request, nowMs);
		// LAN-2: a feed has spoken for a match that has all it said and refused nothing of it.
		if (log.lastSeq === request.headSeq && rejected.length === 0) feed.hear(request.speech, nowMs);
		log.notice(nowMs);
		if (!isBehind) feed.told(request, nowMs);
		const newest = request.inputs.at(-1);
		this.#display.publish(
			newest === undefined ? null : { sentAtMs: newest.input.sentAtMs, receivedAtMs: newest.receivedAtMs },
		);
		this.#results.kick();
		this.#reports.kick();
		this.#display.keepTicking();
		const { state, lastSeq } = log;
		return {
			v: 1,
			epoch: this.#epoch,
			answerNo: feed.answer(nowMs),
			lastSeq,
			inPlay: state !== null && isInPlay(state),
			ended: state !== null && hasEnded(state),
			rejected: [...rejected],
		};
	}

	quote({ asks }: QuoteRequest): QuoteAnswer {
		const nowMs = this.#ports.now();
		const state = this.#display.noticed(nowMs);
		const books = this.#books;
		return quoteOf(asks, nowMs, {
			epoch: this.#epoch,
			state,
			books: (view) => (state === null ? null : books.book(state, tickAt(state, nowMs), view)),
			knowsRecentPrices: () => books.knowsRecentPrices,
			recent: (...which) => books.recentOddsMilli(...which),
		});
	}

	/** Never waits, never replays an answer; the pair and the grants are stored in the turn that answers. */
	confirm(request: ConfirmRequest): ConfirmAnswer {
		const nowMs = this.#ports.now();
		const state = this.#display.noticed(nowMs);
		if (state === null || this.#confirms.isStale(request)) return { kind: "stale", v: 1 };
		return this.#confirms.answer(request, this.#epoch, nowMs, this.#confirmFacts(state, request.region, nowMs));
	}

	/** A relay subscribes: the answer, with everything it missed or an image. Null while there is no match. */
	subscribed(position: Position | null): readonly string[] | null {
		return this.#display.subscribed(position);
	}

	/** Somebody listens from now on. */
	listened(): void {
		this.#display.keepTicking();
	}

	/** The book as readers have it once they have read everything. */
	wire(): MatchImageBody | null {
		return this.#display.wire();
	}

	image(): string | null {
		const image = this.#display.readableImage();
		return image === null ? null : JSON.stringify({ matchId: this.#deps.matchId, ...image });
	}

	schema(name: string): string | null {
		return this.#display.schema(name);
	}

	exposure(): MatchExposure | null {
		const { state } = this.#log;
		return state === null ? null : exposureOf(state, this.#grants.totals());
	}

	ops(): MatchOps | null {
		const parts = { log: this.#log, epoch: this.#epoch, feed: this.#feed, store: this.#store, reports: this.#reports };
		const { readers } = this.#deps;
		const { eventToFrame } = this.#display;
		return matchOps({ ...parts, readers, eventToFrame }, this.#ports.now());
	}

	confirmReports(mark: number): void {
		this.#reports.confirm(mark);
	}

	onAlarm(): void {
		const nowMs = this.#ports.now();
		const due = this.#deadlines.takeDue(nowMs);
		this.#log.notice(nowMs);
		if (due.includes("reports")) this.#reports.resendDue(nowMs);
		this.#results.kick();
		this.#reports.kick();
		this.#display.publish(null);
	}

	#confirmFacts(state: MatchState, region: Region, nowMs: number): ConfirmFacts {
		return {
			state,
			books: (view) => this.#books.book(state, tickAt(state, nowMs), view),
			clearForMs: this.#danger.clearForMs(state, nowMs),
			spokeAgoMs: this.#feed.spokeAgoMs(nowMs),
			quietLimitMs: this.#feed.quietLimitMs,
			marksLost: this.#feed.marksLost(nowMs),
			granted: (marketId, outcomeId) => this.#grants.of(region, marketId, outcomeId),
		};
	}
}
