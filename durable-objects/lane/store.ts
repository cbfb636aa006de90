/** The lane's log: every input of its matches, in order and once (LAN-1). */
import type { Appended } from "../../shared/contracts/lane.ts";
import { decodeRpc } from "../../shared/decode.ts";
import { type Input, inputSchema, type LoggedInput, loggedInputSchema } from "../../shared/feeds/canonical.ts";
import { sameContent } from "../../shared/feeds/same-content.ts";
import { FEED } from "../../shared/limits.ts";
import type { Sql, SqlRow } from "../runtime/ports.ts";
import type { Refusals } from "./refusals.ts";

export type LaneMatch = {
	readonly matchId: string;
	/** The provider of its fixture: the one whose word and silence count. */
	readonly provider: string;
	readonly headSeq: number;
	readonly ackedSeq: number;
	readonly inPlay: boolean;
	/** Null while it goes on. */
	readonly endedAtMs: number | null;
	/** Ended long ago: its inputs are gone, its numbers go on. */
	readonly isClosed: boolean;
	/** Something of its provider was refused as `busy`, and no fresh statement has come since. */
	readonly hasHole: boolean;
	/** The last input before a silence beyond the limit of which the match has not been told yet; null: there is none. */
	readonly silenceSeq: number | null;
};

/** Traders speak in every match; a provider only in its own. */
export const TRADER = "trader";

const matchOfRow = (row: SqlRow): LaneMatch => ({
	matchId: String(row.match_id),
	provider: String(row.provider),
	headSeq: Number(row.head_seq),
	ackedSeq: Number(row.acked_seq),
	inPlay: row.in_play === 1,
	endedAtMs: row.ended_at === null ? null : Number(row.ended_at),
	isClosed: row.is_closed === 1,
	hasHole: row.has_hole === 1,
	silenceSeq: row.silence_seq === null ? null : Number(row.silence_seq),
});

export class LaneStore {
	readonly #sql: Sql;
	readonly #refusals: Refusals;

	constructor(sql: Sql, refusals: Refusals) {
		this.#sql = sql;
		this.#refusals = refusals;
	}

	matchOf(matchId: string): LaneMatch | null {
		const row = this.#sql.exec("SELECT * FROM matches WHERE match_id = ?", matchId)[0];
		return row === undefined ? null : matchOfRow(row);
	}

	/** Stores one input, or says why not. Runs inside the caller's transaction. */
	append(provider: string, input: Input, nowMs: number): Appended {
		const { matchId } = input;
		const known = this.matchOf(matchId);
		if (known === null && input.kind !== "fixture") return { kind: "refused", code: "unknown_match" };
		if (known !== null && provider !== TRADER) {
			if (provider !== known.provider) return { kind: "refused", code: "foreign" };
			if (known.isClosed) return { kind: "refused", code: "ended" };
		}
		const before = this.#stored(matchId, provider, input.id);
		if (before !== null && !sameContent(before.input, input)) return { kind: "refused", code: "conflict" };
		if (before !== null && !this.#isTriedAgain(provider, matchId, before.seq))
			return { kind: "duplicate", seq: before.seq };
		if (known !== null && known.headSeq - known.ackedSeq >= FEED.maxBacklog) {
			if (provider !== TRADER) this.#markHole(matchId, true);
			return { kind: "refused", code: "busy" };
		}
		// LAN-3: what mends a silence mends a hole, for what was swallowed is stated anew.
		if (known?.hasHole === true && (input.kind === "state" || input.kind === "recovery_complete"))
			this.#markHole(matchId, false);
		return { kind: "stored", seq: this.#add(provider, input, (known?.headSeq ?? 0) + 1, nowMs) };
	}

	/** At most one apply's worth. */
	inputsFrom(matchId: string, fromSeq: number): readonly LoggedInput[] {
		const rows = this.#sql.exec(
			"SELECT seq, provider, received_at, body FROM inputs WHERE match_id = ? AND seq >= ? ORDER BY seq LIMIT ?",
			matchId,
			fromSeq,
			FEED.applyBatch,
		);
		return rows.map((row) =>
			decodeRpc(`stored input ${matchId}#${row.seq}`, loggedInputSchema, {
				seq: Number(row.seq),
				provider: row.provider,
				receivedAtMs: Number(row.received_at),
				input: JSON.parse(String(row.body)),
			}),
		);
	}

	/** What the match has said about itself; `endedAtMs` is null again where a correction brought it back. */
	saveAnswer(matchId: string, ackedSeq: number, inPlay: boolean, endedAtMs: number | null): void {
		this.#sql.exec(
			"UPDATE matches SET acked_seq = ?, in_play = ?, ended_at = ? WHERE match_id = ?",
			ackedSeq,
			inPlay ? 1 : 0,
			endedAtMs,
			matchId,
		);
	}

	/**
	 * Forgets the inputs of matches that ended before and have acted on everything; the match itself keeps what it applied.
	 * Their names and numbers stay, so that nothing old is ever taken for new. Returns which, and when the next one ended.
	 */
	prune(endedBeforeMs: number): { readonly closed: readonly string[]; readonly nextEndedAtMs: number | null } {
		const closed = this.#sql
			.exec(
				"SELECT match_id FROM matches WHERE is_closed = 0 AND ended_at <= ? AND head_seq = acked_seq",
				endedBeforeMs,
			)
			.map((row) => String(row.match_id));
		for (const matchId of closed) {
			this.#sql.exec("DELETE FROM inputs WHERE match_id = ?", matchId);
			this.#sql.exec("DELETE FROM refusals WHERE match_id = ?", matchId);
			this.#sql.exec("UPDATE matches SET is_closed = 1 WHERE match_id = ?", matchId);
		}
		const next = this.#sql.exec("SELECT min(ended_at) AS at FROM matches WHERE is_closed = 0")[0]?.at ?? null;
		return { closed, nextEndedAtMs: next === null ? null : Number(next) };
	}

	/** Matches that need the lane: something undelivered, or play going on. */
	active(): readonly string[] {
		return this.#sql
			.exec("SELECT match_id FROM matches WHERE in_play = 1 OR acked_seq < head_seq")
			.map((row) => String(row.match_id));
	}

	/** Inputs that are stored and not applied, by match. */
	waiting(): ReadonlyMap<string, number> {
		const rows = this.#sql.exec("SELECT match_id, head_seq - acked_seq AS n FROM matches WHERE acked_seq < head_seq");
		return new Map(rows.map((row) => [String(row.match_id), Number(row.n)]));
	}

	/** Matches whose log is kept. */
	kept(): readonly LaneMatch[] {
		return this.#sql.exec("SELECT * FROM matches WHERE is_closed = 0 ORDER BY match_id").map(matchOfRow);
	}

	/** What a match has refused may be right by now. A command's id stands for its answer, whatever that was. */
	#isTriedAgain(provider: string, matchId: string, seq: number): boolean {
		return provider !== TRADER && this.#refusals.verdict(matchId, seq).kind === "refused";
	}

	/** The newest try of a message. */
	#stored(matchId: string, provider: string, id: string): { readonly seq: number; readonly input: Input } | null {
		const row = this.#sql.exec(
			"SELECT seq, body FROM inputs WHERE match_id = ? AND provider = ? AND input_id = ? ORDER BY seq DESC LIMIT 1",
			matchId,
			provider,
			id,
		)[0];
		if (row === undefined) return null;
		return { seq: Number(row.seq), input: decodeRpc("stored input", inputSchema, JSON.parse(String(row.body))) };
	}

	#add(provider: string, input: Input, seq: number, nowMs: number): number {
		this.#sql.exec(
			`INSERT INTO matches (match_id, provider, head_seq, acked_seq, in_play) VALUES (?, ?, 1, 0, 0)
			ON CONFLICT (match_id) DO UPDATE SET head_seq = head_seq + 1`,
			input.matchId,
			provider,
		);
		this.#sql.exec(
			"INSERT INTO inputs (match_id, seq, provider, input_id, received_at, body) VALUES (?, ?, ?, ?, ?, ?)",
			input.matchId,
			seq,
			provider,
			input.id,
			nowMs,
			JSON.stringify(input),
		);
		return seq;
	}

	#markHole(matchId: string, hasHole: boolean): void {
		this.#sql.exec("UPDATE matches SET has_hole = ? WHERE match_id = ?", hasHole ? 1 : 0, matchId);
	}
}
