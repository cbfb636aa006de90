/** What stands in wallets: tickets and lines of the ledger, to be compared with what stands there later. */
import type { Platform } from "../world/platform.ts";
import type { Player } from "../world/player.ts";

export class SettledBooks {
	readonly #lines: ReadonlyMap<string, string>;
	readonly #counts: ReadonlyMap<string, number>;

	/** `lines`: what stands under each name. `counts`: postings by ticket. */
	constructor(lines: ReadonlyMap<string, string>, counts: ReadonlyMap<string, number>) {
		this.#lines = lines;
		this.#counts = counts;
	}

	/** What is gone or another one by then, and tickets for which more money has moved. */
	missingIn(later: SettledBooks): readonly string[] {
		const other = [...this.#lines].flatMap(([name, text]) => (later.#lines.get(name) === text ? [] : [name]));
		const posted = [...this.#counts].flatMap(([ticket, count]) =>
			later.#counts.get(ticket) === count ? [] : [`postings of ${ticket}`],
		);
		return [...other, ...posted];
	}
}

/** Of all tickets but those on one match. */
export function settledBooks(platform: Platform, players: readonly Player[], besides: string): SettledBooks {
	const lines = new Map<string, string>();
	const counts = new Map<string, number>();
	for (const wallet of new Set(players.map(({ walletName }) => walletName))) {
		const storage = platform.world.storage(wallet);
		for (const { ticket_key: key, body } of storage.exec("SELECT ticket_key, body FROM tickets")) {
			if (String(body).includes(`"${besides}"`)) continue;
			lines.set(`ticket ${key}`, String(body));
			const rows = storage.exec(
				"SELECT id, amount, balance FROM entries WHERE ticket_key = ? ORDER BY id",
				String(key),
			);
			counts.set(String(key), rows.length);
			for (const { id, ...row } of rows) lines.set(`${wallet} line ${id}`, JSON.stringify(row));
		}
	}
	return new SettledBooks(lines, counts);
}
