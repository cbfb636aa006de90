/** The books of one state at one tick, each made when its view is first asked for (MAT-5). */
import { profileOf } from "../../shared/pricing/margin-profile.ts";
import { type Book, bookOf } from "./prices.ts";
import type { MatchState } from "./state.ts";

export class BookShelf {
	#state: MatchState | null = null;
	#tickMs = 0;
	readonly #books = new Map<string, Book>();

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
}
