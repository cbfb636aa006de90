/**
 * When each feed was last heard, kept (LAN-3): a silence that its lane did not live through would otherwise be known to nobody.
 */
import { providerOf } from "../../shared/catalogue/providers.ts";
import { FEED } from "../../shared/limits.ts";
import type { LazyTables } from "../runtime/lazy-tables.ts";

export class Silences {
	readonly #sql: LazyTables;
	/** As it is in storage. */
	#heardAtMs: Map<string, number>;

	constructor(sql: LazyTables) {
		this.#sql = sql;
		const rows = sql.exec("SELECT provider, heard_at FROM feeds");
		this.#heardAtMs = new Map(rows.map((row) => [String(row.provider), Number(row.heard_at)]));
	}

	/** By provider, as it is kept. */
	heardAtMs(): ReadonlyMap<string, number> {
		return new Map(this.#heardAtMs);
	}

	/** The returned function goes back to now, where the transaction that is about to run does not come about. */
	mark(): () => void {
		const heardAtMs = new Map(this.#heardAtMs);
		return () => {
			this.#heardAtMs = heardAtMs;
		};
	}

	/** Whether what is kept of the feed is as exact as it has to be. A time of after now was written by another clock, and says nothing. */
	isKept(provider: string, saidAtMs: number, nowMs: number): boolean {
		if (!this.#sql.hasTables()) return true;
		const keptAtMs = this.#heardAtMs.get(provider);
		if (keptAtMs === undefined || keptAtMs > nowMs) return false;
		return saidAtMs < keptAtMs + (providerOf(provider)?.lostAfterMs ?? 0) / FEED.heardKeptShare;
	}

	/** Runs inside the caller's transaction. */
	heard(provider: string, saidAtMs: number, nowMs: number): void {
		if (this.isKept(provider, saidAtMs, nowMs)) return;
		this.#heardAtMs.set(provider, saidAtMs);
		this.#sql.exec(
			"INSERT INTO feeds (provider, heard_at) VALUES (?, ?) ON CONFLICT (provider) DO UPDATE SET heard_at = excluded.heard_at",
			provider,
			saidAtMs,
		);
	}
}
