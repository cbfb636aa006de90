/**
 * When each feed was last heard, kept, and which matches are to be told of a silence (LAN-3): one that a lane did not live through,
 * or that was over before its match could be reached, would otherwise be known to nobody.
 */
import { providerOf } from "../../shared/catalogue/providers.ts";
import { FEED } from "../../shared/limits.ts";
import type { LazyTables } from "../runtime/lazy-tables.ts";
import type { FeedSpeech } from "./speech.ts";

export class Silences {
	readonly #sql: LazyTables;

	constructor(sql: LazyTables) {
		this.#sql = sql;
	}

	/** By provider, as it was kept before this object was started. */
	heardAtMs(): ReadonlyMap<string, number> {
		const rows = this.#sql.exec("SELECT provider, heard_at FROM feeds");
		return new Map(rows.map((row) => [String(row.provider), Number(row.heard_at)]));
	}

	/** Runs inside the caller's transaction, before these providers' inputs are stored: they come after the silence. */
	noteLost(providers: ReadonlySet<string>, speech: FeedSpeech, nowMs: number): void {
		for (const provider of providers) {
			const lostAfterMs = providerOf(provider)?.lostAfterMs;
			if (lostAfterMs === undefined || !speech.isLost(provider, nowMs, lostAfterMs)) continue;
			this.#sql.exec("UPDATE matches SET silence_seq = head_seq WHERE provider = ? AND is_closed = 0", provider);
		}
	}

	/** Runs inside the caller's transaction. A time of after now was written by another clock, and says nothing. */
	heard(provider: string, saidAtMs: number, nowMs: number): void {
		if (!this.#sql.hasTables()) return;
		this.#sql.exec(
			`INSERT INTO feeds (provider, heard_at) VALUES (?, ?) ON CONFLICT (provider) DO UPDATE SET heard_at = excluded.heard_at
			WHERE excluded.heard_at >= heard_at + ? OR heard_at > ?`,
			provider,
			saidAtMs,
			FEED.heardKeptMs,
			nowMs,
		);
	}

	/** The match has been told of the silence after this input; a later one stays to be told. */
	told(matchId: string, silenceSeq: number): void {
		this.#sql.exec("UPDATE matches SET silence_seq = NULL WHERE match_id = ? AND silence_seq = ?", matchId, silenceSeq);
	}
}
