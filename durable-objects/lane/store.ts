/** The lane's log: every input of its matches, in order and once (LAN-1). */
import type { Appended } from "../../shared/contracts/lane.ts";
import { decode } from "../../shared/decode.ts";
import { type Input, type LoggedInput, loggedInputSchema } from "../../shared/feeds/canonical.ts";
import { FEED } from "../../shared/limits.ts";
import type { Sql } from "../runtime/ports.ts";

export type LaneMatch = {
	readonly matchId: string;
	readonly provider: string;
	readonly headSeq: number;
	readonly ackedSeq: number;
	readonly inPlay: boolean;
};

/** Traders speak in every match; a provider only in its own. */
export const TRADER = "trader";

export class LaneStore {
	readonly #sql: Sql;

	constructor(sql: Sql) {
		this.#sql = sql;
	}

	matchOf(matchId: string): LaneMatch | null {
		const row = this.#sql.exec(
			"SELECT provider, head_seq, acked_seq, in_play FROM matches WHERE match_id = ?",
			matchId,
		)[0];
		if (row === undefined) return null;
		return {
			matchId,
			provider: String(row.provider),
			headSeq: Number(row.head_seq),
			ackedSeq: Number(row.acked_seq),
			inPlay: row.in_play === 1,
		};
	}

	/** Stores one input, or says why not. Runs inside the caller's transaction. */
	append(provider: string, input: Input, nowMs: number): Appended {
		const { matchId } = input;
		const known = this.matchOf(matchId);
		if (known === null && input.kind !== "fixture") return { kind: "refused", code: "unknown_match" };
		if (known !== null && provider !== TRADER && provider !== known.provider)
			return { kind: "refused", code: "foreign" };
		const body = JSON.stringify(input);
		const before = this.#sql.exec(
			"SELECT seq, body FROM inputs WHERE match_id = ? AND provider = ? AND input_id = ?",
			matchId,
			provider,
			input.id,
		)[0];
		if (before !== undefined) {
			return before.body === body
				? { kind: "duplicate", seq: Number(before.seq) }
				: { kind: "refused", code: "conflict" };
		}
		if (known !== null && known.headSeq - known.ackedSeq >= FEED.maxBacklog) return { kind: "refused", code: "busy" };
		const seq = (known?.headSeq ?? 0) + 1;
		this.#sql.exec(
			`INSERT INTO matches (match_id, provider, head_seq, acked_seq, in_play) VALUES (?, ?, 1, 0, 0)
			ON CONFLICT (match_id) DO UPDATE SET head_seq = head_seq + 1`,
			matchId,
			provider,
		);
		this.#sql.exec(
			"INSERT INTO inputs (match_id, seq, provider, input_id, received_at, body) VALUES (?, ?, ?, ?, ?, ?)",
			matchId,
			seq,
			provider,
			input.id,
			nowMs,
			body,
		);
		return { kind: "stored", seq };
	}

	inputsFrom(matchId: string, fromSeq: number): readonly LoggedInput[] {
		const rows = this.#sql.exec(
			"SELECT seq, provider, received_at, body FROM inputs WHERE match_id = ? AND seq >= ? ORDER BY seq LIMIT ?",
			matchId,
			fromSeq,
			FEED.applyBatch,
		);
		return rows.map((row) => {
			const decoded = decode(loggedInputSchema, {
				seq: Number(row.seq),
				provider: row.provider,
				receivedAtMs: Number(row.received_at),
				input: JSON.parse(String(row.body)),
			});
			if (!decoded.ok)
				throw new Error(`stored input ${matchId}#${row.seq} does not fit: ${decoded.errors[0]?.message}`);
			return decoded.value;
		});
	}

	saveAnswer(matchId: string, ackedSeq: number, inPlay: boolean): void {
		this.#sql.exec(
			"UPDATE matches SET acked_seq = ?, in_play = ? WHERE match_id = ?",
			ackedSeq,
			inPlay ? 1 : 0,
			matchId,
		);
	}

	saveEnded(matchId: string, nowMs: number): void {
		this.#sql.exec("UPDATE matches SET ended_at = ? WHERE match_id = ? AND ended_at IS NULL", nowMs, matchId);
	}

	/** Forgets the inputs of matches that ended before; the match itself keeps what it applied. */
	prune(endedBeforeMs: number): void {
		const old = this.#sql.exec(
			"SELECT match_id FROM matches WHERE ended_at < ? AND head_seq = acked_seq",
			endedBeforeMs,
		);
		for (const { match_id } of old) {
			this.#sql.exec("DELETE FROM inputs WHERE match_id = ?", String(match_id));
			this.#sql.exec("DELETE FROM matches WHERE match_id = ?", String(match_id));
		}
	}

	/** Matches that need the lane: something undelivered, or play going on. */
	active(): readonly string[] {
		return this.#sql
			.exec("SELECT match_id FROM matches WHERE in_play = 1 OR acked_seq < head_seq")
			.map((row) => String(row.match_id));
	}

	all(): readonly string[] {
		return this.#sql.exec("SELECT match_id FROM matches ORDER BY match_id").map((row) => String(row.match_id));
	}
}
