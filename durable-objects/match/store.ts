/** What a match keeps: its inputs and journal, the state they lead to, what it granted, and results on their way to desks. */

import {
	type MatchTerms,
	type SettlementTerms,
	type StoredTerms,
	storedTermsSchema,
} from "../../shared/catalogue/schemas.ts";
import { REGIONS, type Region } from "../../shared/contracts/ids.ts";
import { type RejectedInput, rejectedInputSchema } from "../../shared/contracts/match.ts";
import { type MarketResult, marketResultSchema } from "../../shared/contracts/results.ts";
import { decodeRpc } from "../../shared/decode.ts";
import { type LoggedInput, loggedInputSchema } from "../../shared/feeds/canonical.ts";
import { jsonPieces } from "../runtime/json-pieces.ts";
import type { Sql } from "../runtime/ports.ts";
import type { Grant } from "./grants.ts";
import { type JournalEntry, journalEntryOf, journalRow } from "./journal.ts";
import type { MatchState } from "./state.ts";
import { changedRows, type StoredState, storedStateOf, wholeStateOf } from "./state-rows.ts";

export type StoredInput = {
	readonly logged: LoggedInput;
	readonly tickMs: number;
	readonly rejected: boolean;
	/** Of the input that opened the match: what it took of the catalogue. Null in a log that does not carry it yet. */
	readonly terms: StoredTerms | null;
};
export type History = {
	readonly inputs: readonly StoredInput[];
	readonly journal: readonly JournalEntry[];
	/** What the match settles by, as its state has it: the only place, where its log carries no terms. */
	readonly settlement: readonly SettlementTerms[];
};

const regionOf = (text: unknown): Region => {
	const region = REGIONS.find((candidate) => candidate === text);
	if (region === undefined) throw new Error(`stored region ${String(text)}`);
	return region;
};

/** Our own state as we wrote it; `stored` is null where it is one text and not in rows. Null while there is no match. */
export function readState(
	sql: Pick<Sql, "exec">,
): { readonly state: MatchState; readonly stored: StoredState | null } | null {
	const head = sql.exec("SELECT state FROM meta")[0]?.state;
	if (head == null) return null;
	const whole = wholeStateOf(String(head));
	if (whole !== null) return { state: whole, stored: null };
	const rows = sql.exec("SELECT part, no, body FROM state_rows ORDER BY part, no");
	const stored = storedStateOf(
		String(head),
		rows.map(({ part, no, body }) => ({ part: String(part), no: Number(no), text: String(body) })),
	);
	return { state: stored.state, stored };
}

export class MatchStore {
	readonly #sql: Sql;
	/** Results may wait for desks: looked for in storage while it is not known that none does. */
	#mayOwe = true;

	constructor(sql: Sql) {
		this.#sql = sql;
	}

	transaction<T>(run: () => T): T {
		return this.#sql.transaction(run);
	}

	/** Counts this start; the number is part of the epoch, so no two instances share one. 0 while there is no match. */
	countStart(): number {
		return Number(this.#sql.exec("UPDATE meta SET starts = starts + 1 RETURNING starts")[0]?.starts ?? 0);
	}

	/** What older code stored as one text is put into rows first. */
	load(): { readonly stored: StoredState | null; readonly lastSeq: number; readonly lane: string | null } {
		const row = this.#sql.exec("SELECT lane, last_seq FROM meta")[0];
		const [lane, lastSeq] = [row?.lane == null ? null : String(row.lane), Number(row?.last_seq ?? 0)];
		const read = readState(this.#sql);
		if (read === null || read.stored !== null) return { stored: read?.stored ?? null, lastSeq, lane };
		this.#sql.transaction(() => {
			this.#sql.exec("DELETE FROM state_rows");
			this.saveState(null, read.state, lastSeq, lane);
		});
		return { stored: readState(this.#sql)?.stored ?? null, lastSeq, lane };
	}

	/** Writes what differs from what is stored. */
	saveState(
		before: StoredState | null,
		state: MatchState | null,
		lastSeq: number,
		lane: string | null,
	): StoredState | null {
		const changed = state === null ? null : changedRows(before, state);
		const { written, gone, stored } = changed ?? { written: [], gone: [], stored: null };
		for (const piece of jsonPieces(written.map(({ part, no, body }) => [part, no, body])))
			this.#sql.exec(
				`INSERT INTO state_rows (part, no, body) SELECT value ->> 0, value ->> 1, value -> 2 FROM json_each(?)
				WHERE true ON CONFLICT (part, no) DO UPDATE SET body = excluded.body`,
				piece,
			);
		for (const piece of jsonPieces(gone.map(({ part, no }) => [part, no])))
			this.#sql.exec(
				"DELETE FROM state_rows WHERE (part, no) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))",
				piece,
			);
		this.#sql.exec("UPDATE meta SET state = ?, last_seq = ?, lane = ?", stored?.head ?? null, lastSeq, lane);
		return stored;
	}

	/** `opened`: what the match takes of the catalogue, where this input opens it. */
	addInput(logged: LoggedInput, tickMs: number, rejected: RejectedInput | null, opened: MatchTerms | null): void {
		this.#sql.exec(
			"INSERT INTO inputs (seq, tick, body, rejected, terms) VALUES (?, ?, ?, ?, ?)",
			logged.seq,
			tickMs,
			JSON.stringify(logged),
			rejected === null ? null : JSON.stringify(rejected),
			opened === null ? null : JSON.stringify(opened),
		);
	}

	/** What was refused among inputs applied before: said again to a lane that lost the answer. */
	rejectedBetween(fromSeq: number, toSeq: number): readonly RejectedInput[] {
		return this.#sql
			.exec(
				"SELECT rejected FROM inputs WHERE seq BETWEEN ? AND ? AND rejected IS NOT NULL ORDER BY seq",
				fromSeq,
				toSeq,
			)
			.map((row) => decodeRpc("stored rejection", rejectedInputSchema, JSON.parse(String(row.rejected))));
	}

	addJournal(entry: JournalEntry): void {
		const { afterSeq, atMs, kind, data } = journalRow(entry);
		this.#sql.exec(
			"INSERT INTO journal (after_seq, at_ms, kind, data) VALUES (?, ?, ?, ?)",
			afterSeq,
			atMs,
			kind,
			data,
		);
	}

	/** Everything that ever changed this match, for replay and archive. */
	history(): History {
		const inputs = this.#sql.exec("SELECT tick, body, rejected, terms FROM inputs ORDER BY seq").map((row) => ({
			logged: decodeRpc("stored input", loggedInputSchema, JSON.parse(String(row.body))),
			tickMs: Number(row.tick),
			rejected: row.rejected !== null,
			terms: row.terms === null ? null : decodeRpc("stored terms", storedTermsSchema, JSON.parse(String(row.terms))),
		}));
		const journal = this.#sql.exec("SELECT after_seq, at_ms, kind, data FROM journal ORDER BY id").map(journalEntryOf);
		return { inputs, journal, settlement: this.load().stored?.state.terms ?? [] };
	}

	/** The highest (inc, n) of each desk this match has ever answered. */
	desks(): ReadonlyMap<Region, { readonly inc: number; readonly n: number }> {
		const rows = this.#sql.exec("SELECT region, inc, n FROM desks");
		return new Map(rows.map((row) => [regionOf(row.region), { inc: Number(row.inc), n: Number(row.n) }]));
	}

	saveDesk(region: Region, inc: number, n: number): void {
		this.#sql.exec(
			"INSERT INTO desks (region, inc, n) VALUES (?, ?, ?) ON CONFLICT (region) DO UPDATE SET inc = excluded.inc, n = excluded.n",
			region,
			inc,
			n,
		);
	}

	grants(): readonly Grant[] {
		return this.#sql.exec("SELECT region, market, outcome, risk, stake FROM grants").map((row) => ({
			region: String(row.region),
			marketId: String(row.market),
			outcomeId: String(row.outcome),
			riskBaseMinor: Number(row.risk),
			stakeBaseMinor: Number(row.stake),
		}));
	}

	/** Regions whose desks have ever had risk on a market. */
	regionsGranted(marketId: string): readonly Region[] {
		return this.#sql
			.exec("SELECT DISTINCT region FROM grants WHERE market = ?", marketId)
			.map((row) => regionOf(row.region));
	}

	saveGrant(grant: Grant): void {
		this.#sql.exec(
			`INSERT INTO grants (region, market, outcome, risk, stake) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (region, market, outcome) DO UPDATE SET risk = excluded.risk, stake = excluded.stake`,
			grant.region,
			grant.marketId,
			grant.outcomeId,
			grant.riskBaseMinor,
			grant.stakeBaseMinor,
		);
	}

	queueResult(region: Region, result: MarketResult): void {
		this.#mayOwe = true;
		this.#sql.exec(
			`INSERT INTO result_outbox (region, market, settlement_version, body) VALUES (?, ?, ?, ?)
			ON CONFLICT (region, market) DO UPDATE SET settlement_version = excluded.settlement_version, body = excluded.body`,
			region,
			result.marketId,
			result.settlementVersion,
			JSON.stringify(result),
		);
	}

	queuedResults(region: Region, limit: number): readonly MarketResult[] {
		return this.#sql
			.exec("SELECT body FROM result_outbox WHERE region = ? ORDER BY market LIMIT ?", region, limit)
			.map((row) => decodeRpc("stored result", marketResultSchema, JSON.parse(String(row.body))));
	}

	/** The desk has stored it; a newer version that was queued meanwhile stays. */
	resultDelivered(region: Region, marketId: string, settlementVersion: number): void {
		this.#sql.exec(
			"DELETE FROM result_outbox WHERE region = ? AND market = ? AND settlement_version <= ?",
			region,
			marketId,
			settlementVersion,
		);
	}

	/** Not inside a transaction that may still be undone. */
	outboxRegions(): readonly Region[] {
		if (!this.#mayOwe) return [];
		const regions = this.#sql.exec("SELECT DISTINCT region FROM result_outbox").map((row) => regionOf(row.region));
		this.#mayOwe = regions.length > 0;
		return regions;
	}

	outboxDepth(): number {
		return Number(this.#sql.exec("SELECT count(*) AS n FROM result_outbox")[0]?.n ?? 0);
	}
}
