/** Books that pages showed while their match was played: what could be bet on, and its prices. */

import type { MatchBook } from "../../shared/protocol/match-view.ts";
import type { ShownBook } from "../audit/price-audit.ts";

/** Status codes of markets that can be bet on: open, and open in danger. */
const ON_SALE: ReadonlySet<number> = new Set([0, 1]);

export class ShownBooks {
	readonly all = new Map<string, ShownBook[]>();
	readonly #last = new Map<string, unknown>();

	/** A book that has been seen already is not kept again. */
	add(matchId: string, book: MatchBook | null): void {
		const image = book?.image ?? null;
		if (book === null || image === null || this.#last.get(matchId) === image) return;
		this.#last.set(matchId, image);
		const list = this.all.get(matchId) ?? [];
		const last = list.at(-1);
		if (image.st === 1 || (last?.seq === image.q && last.tick === image.t)) return;
		const markets = book.schema.markets.flatMap(([marketId, , , outcomes], index) => {
			const [status = -1, , odds = []] = image.m[index] ?? [];
			return ON_SALE.has(status)
				? [{ marketId, outcomes: outcomes.map(([outcomeId]) => outcomeId), oddsMilli: odds }]
				: [];
		});
		if (markets.length > 0) list.push({ seq: image.q, tick: image.t, markets });
		this.all.set(matchId, list);
	}
}
