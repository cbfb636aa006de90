/** What readers have of a match: its frames and its summary on the board, from books of what is stored, and never of less. */
import { DEFAULT_VIEW } from "../../shared/contracts/ids.ts";
import type { Histogram } from "../../shared/metrics.ts";
import type { Position } from "../../shared/protocol/frames.ts";
import type { MatchImageBody } from "../../shared/protocol/match-frames.ts";
import type { MatchView } from "../../shared/protocol/match-view.ts";
import type { Cancel, Ports } from "../runtime/ports.ts";
import type { BoardCourier } from "./board-courier.ts";
import type { BookShelf } from "./book-shelf.ts";
import { type Cause, MatchBroadcast } from "./broadcast.ts";
import type { FeedWatch } from "./feed-watch.ts";
import type { Grants } from "./grants.ts";
import type { MatchLog } from "./match-log.ts";
import { isInPlay, type MatchState, tickAt, tickOf } from "./state.ts";
import { summaryOf } from "./wire.ts";

export type MatchDisplayDeps = {
	readonly ports: Pick<Ports, "now" | "timer">;
	readonly matchId: string;
	readonly epoch: string;
	readonly log: MatchLog;
	readonly feed: FeedWatch;
	readonly grants: Grants;
	readonly books: BookShelf;
	readonly board: BoardCourier;
	readonly readers: { readonly send: (frame: string) => void; readonly count: () => number };
};

export class MatchDisplay {
	readonly #deps: MatchDisplayDeps;
	readonly #frames: MatchBroadcast;
	/** What readers have. */
	#shown: { readonly state: MatchState; readonly tickMs: number; readonly isStale: boolean } | null = null;
	#tick: Cancel | null = null;

	constructor(deps: MatchDisplayDeps) {
		this.#deps = deps;
		this.#frames = new MatchBroadcast({
			topic: `match:${deps.matchId}`,
			epoch: deps.epoch,
			send: deps.readers.send,
			betOn: () => deps.grants.markets(),
		});
	}

	get eventToFrame(): Histogram {
		return this.#frames.eventToFrame;
	}

	/** The match as it stands now, which readers know then; null where there is none. */
	noticed(nowMs: number): MatchState | null {
		const { log } = this.#deps;
		if (log.notice(nowMs)) this.publish(null);
		return log.state;
	}

	publish(cause: Cause | null): void {
		const { ports, log, feed, books, board } = this.#deps;
		const { state } = log;
		if (state === null) return;
		const nowMs = ports.now();
		const tickMs = tickAt(state, nowMs);
		const isStale = feed.isStale(state, nowMs);
		const { state: known, tickMs: knownMs, isStale: wasStale } = this.#shown ?? {};
		if (known === state && knownMs === tickMs && wasStale === isStale) return;
		const book = books.whole(state, tickMs, DEFAULT_VIEW);
		this.#shown = { state, tickMs, isStale };
		this.#frames.publish({ state, book, tickMs, isStale }, nowMs, cause);
		board.show(summaryOf(state, book, tickMs, isStale), tickMs);
	}

	/** A relay subscribes: the answer, with everything it missed or an image. Null while there is no match. */
	subscribed(position: Position | null): readonly string[] | null {
		const { ports, log } = this.#deps;
		if (log.state === null) return null;
		this.#refresh();
		const frames = this.#frames.subscribed(position, ports.now());
		this.keepTicking();
		return frames;
	}

	/** The body of a schema by the name that frames give it; null where it is not, or no more, this match's. */
	schema(name: string): string | null {
		const { ports, log } = this.#deps;
		if (log.state === null) return null;
		this.#refresh();
		return this.#frames.schemaText(name, ports.now());
	}

	/** The book as readers have it once they have read everything. */
	wire(): MatchImageBody | null {
		this.#refresh();
		return this.#frames.image;
	}

	/** The same as a page sees it, and where it stands among the frames. */
	readableImage(): (Position & MatchView) | null {
		const { log } = this.#deps;
		if (log.state === null) return null;
		this.#refresh();
		const { readableImage, position } = this.#frames;
		return readableImage === null ? null : { ...position, ...readableImage };
	}

	/** MAT-4: ticks in play and while somebody listens; beats go with the ticks. */
	keepTicking(): void {
		const { ports, log, feed, readers } = this.#deps;
		const { state: now } = log;
		if (this.#tick !== null || now === null || !isInPlay(now) || readers.count() === 0) return;
		const nowMs = ports.now();
		this.#tick = ports.timer(tickOf(nowMs) + 1_000 - nowMs, () => {
			this.#tick = null;
			const { state } = log;
			if (state === null) return;
			const atMs = ports.now();
			log.notice(atMs);
			this.publish(null);
			// The last beat says that silence from now on is no fault.
			this.#frames.beat(feed.marksLost(atMs), tickOf(atMs), atMs, !isInPlay(state));
			this.keepTicking();
		});
	}

	#refresh(): void {
		this.#deps.log.notice(this.#deps.ports.now());
		this.publish(null);
	}
}
