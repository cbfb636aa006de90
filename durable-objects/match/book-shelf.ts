/** The books of one state at one tick, each made when its view is first asked for (MAT-5), and the prices that were in them. */

import { profileOf } from "../../shared/catalogue/views.ts";
import { DEFAULT_VIEW } from "../../shared/contracts/ids.ts";
import { BET } from "../../shared/limits.ts";
import { BookEngine } from "./book-engine.ts";
import { PriceMemory } from "./price-memory.ts";
import { type Book, bookOf } from "./prices.ts";
import { isInPlay, type MatchState } from "./state.ts";

export class BookShelf {
	readonly #knownSinceMs: number;
	#state: MatchState | null = null;
	#tickMs = 0;
	readonly #books = new Map<string, Book>();
	readonly #engines = new Map<string, BookEngine>();
	readonly #memories = new Map<string, PriceMemory>();

	/** `knownSinceMs`: from when on every price of this match passes here. */
	constructor(knownSinceMs: number) {
		this.#knownSinceMs = knownSinceMs;
	}

	/** Before the match a price follows from the state alone; in play all that was shown before a start has been withdrawn by it. */
	static of(state: MatchState | null, nowMs: number): BookShelf {
		if (state === null) return new BookShelf(Number.NEGATIVE_INFINITY);
		return new BookShelf(isInPlay(state) ? nowMs : state.lastTick);
	}

	/** Null where there is no such view: nothing is priced by another. */
	book(state: MatchState, tickMs: number, view: string): Book | null {
		if (this.#state !== state || this.#tickMs !== tickMs) this.#books.clear();
		this.#state = state;
		this.#tickMs = tickMs;
		const known = this.#books.get(view);
		if (known !== undefined) return known;
		const profile = profileOf(view, state.marginsVersion);
		if (profile === null) return null;
		const memory = this.#memories.get(view) ?? new PriceMemory();
		this.#memories.set(view, memory);
		const book = bookOf(state, tickMs, profile, (market) => memory.saw(market, tickMs));
		this.#books.set(view, book);
		return book;
	}

	/** The same with every market priced. */
	whole(state: MatchState, tickMs: number, view: string): Book {
		const book = this.book(state, tickMs, view);
		if (book === null) throw new Error(`there is no view ${view}`);
		const engine = this.#engines.get(view) ?? new BookEngine();
		this.#engines.set(view, engine);
		book.fill(engine);
		return book;
	}

	/** Prices of an outcome that its players may still see: frames show everybody the default view. */
	recentOddsMilli(view: string, marketId: string, outcome: number): readonly number[] {
		const memories = [...new Set([view, DEFAULT_VIEW])].flatMap((name) => this.#memories.get(name) ?? []);
		return memories.flatMap((memory) => memory.recent(marketId, outcome, this.#tickMs));
	}

	/** Whether these are all there were: not so for a while after a start in the middle of something. */
	get knowsRecentPrices(): boolean {
		return this.#tickMs - this.#knownSinceMs >= BET.shownPriceMs;
	}
}
