/**
 * A queue that loses and repeats, and a consumer that keeps what REP-2 says: rows once by (source, seq), a mark over stored
 * rows only, read back to the source. Stands where Cloudflare's queue and Postgres stand; its rows are what is audited.
 */
import {
	type ReportBody,
	type ReportMessage,
	reportBodySchema,
	reportMessageSchema,
} from "../../shared/contracts/reports.ts";
import { decodeRpc } from "../../shared/decode.ts";

export class Reports {
	readonly rows = new Map<string, Map<number, ReportBody>>();
	readonly #marks = new Map<string, number>();

	/** Stores a message and returns the source's mark. */
	store(message: ReportMessage): { readonly source: string; readonly mark: number } {
		const { source, rows } = decodeRpc("report message", reportMessageSchema, message);
		const stored = this.rows.get(source) ?? new Map<number, ReportBody>();
		this.rows.set(source, stored);
		for (const { seq, body } of rows)
			if (!stored.has(seq)) stored.set(seq, decodeRpc(`row ${source}#${seq}`, reportBodySchema, body));
		let mark = this.#marks.get(source) ?? 0;
		while (stored.has(mark + 1)) mark++;
		this.#marks.set(source, mark);
		return { source, mark };
	}
}
