/** What matches have refused of their inputs: the answer to a trader, and what a provider is told. */
import type { CommandAnswer, MatchRefusal } from "../../shared/contracts/lane.ts";
import type { RejectedInput } from "../../shared/contracts/match.ts";
import { FEED } from "../../shared/limits.ts";
import { jsonPieces } from "../runtime/json-pieces.ts";
import type { Sql, SqlRow } from "../runtime/ports.ts";

const refusalOf = (row: SqlRow): MatchRefusal => ({
	no: Number(row.no),
	matchId: String(row.match_id),
	id: String(row.input_id),
	seq: Number(row.seq),
	code: String(row.code),
	message: String(row.message),
	refusedAtMs: Number(row.refused_at),
});

export class Refusals {
	readonly #sql: Sql;
	/** Providers with refusals that no answer has told them yet, so that a heartbeat asks storage for nothing. */
	#untold: Set<string>;

	constructor(sql: Sql) {
		this.#sql = sql;
		const rows = sql.exec("SELECT DISTINCT provider FROM refusals WHERE is_told = 0");
		this.#untold = new Set(rows.map((row) => String(row.provider)));
	}

	/** Once an input, however often its match says so. */
	save(matchId: string, rejected: readonly RejectedInput[], nowMs: number): void {
		for (const piece of jsonPieces(rejected.map(({ seq, code, message }) => [seq, code, message]))) {
			const rows = this.#sql.exec(
				`INSERT OR IGNORE INTO refusals (provider, match_id, seq, input_id, code, message, refused_at, is_told)
				SELECT i.provider, i.match_id, i.seq, i.input_id, k.value ->> 1, k.value ->> 2, ?, 0
				FROM json_each(?) k CROSS JOIN inputs i ON i.match_id = ? AND i.seq = k.value ->> 0 ORDER BY k.key
				RETURNING provider`,
				nowMs,
				piece,
				matchId,
			);
			for (const row of rows) this.#untold.add(String(row.provider));
		}
	}

	/** What became of an input that the match has passed. */
	verdict(matchId: string, seq: number): CommandAnswer {
		const row = this.#sql.exec("SELECT code, message FROM refusals WHERE match_id = ? AND seq = ?", matchId, seq)[0];
		if (row === undefined) return { kind: "applied", seq };
		return { kind: "refused", code: String(row.code), message: String(row.message) };
	}

	hasToTell(provider: string): boolean {
		return this.#untold.has(provider);
	}

	/** The returned function goes back to now, where the transaction that is about to run does not come about. */
	mark(): () => void {
		const untold = new Set(this.#untold);
		return () => {
			this.#untold = untold;
		};
	}

	/** The oldest that no answer has told; each is told by one. Runs inside the caller's transaction. */
	tell(provider: string): readonly MatchRefusal[] {
		if (!this.#untold.has(provider)) return [];
		const told = this.#sql
			.exec(
				"SELECT * FROM refusals WHERE provider = ? AND is_told = 0 ORDER BY no LIMIT ?",
				provider,
				FEED.refusalsTold,
			)
			.map(refusalOf);
		this.#sql.exec(
			"UPDATE refusals SET is_told = 1 WHERE provider = ? AND is_told = 0 AND no <= ?",
			provider,
			told.at(-1)?.no ?? 0,
		);
		if (told.length < FEED.refusalsTold) this.#untold.delete(provider);
		return told;
	}

	/** At most a page of those behind a number, told or not. */
	after(provider: string, no: number): readonly MatchRefusal[] {
		return this.#sql
			.exec(
				"SELECT * FROM refusals WHERE provider = ? AND no > ? ORDER BY no LIMIT ?",
				provider,
				no,
				FEED.refusalsPerPage,
			)
			.map(refusalOf);
	}
}
