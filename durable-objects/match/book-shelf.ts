/** The books of one state at one tick, each made when its view is first asked for (MAT-5). */
import { profileOf } from "../../shared/pricing/margin-profile.ts";
import { BookEngine } from "./book-engine.ts";
import { type Book, bookOf } from "./prices.ts";
import type { MatchState } from "./state.ts";

export class BookShelf {
	#state: MatchState | null = null;
	#tickMs = 0;
	readonly #books = new Map<string, Book>();
	readonly #engines = new Map<string, BookEngine>();

	/** Null where there is no such view: nothing is priced by another. */
	book(state: MatchState, tickMs: number, view: string): Book | null {
		if (this.#state !== state || this.#tickMs !== tickMs) this.#books.clear();
		this.#state = state;
		this.#tickMs = tickMs;
		const known = this.#books.get(view);
		if (known !== undefined) return known;
		const profile = profileOf(view);
		if (profile === null) return null;
		const book = bookOf(state, tickMs, profile);
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
}
