/** What a match keeps: its inputs and journal, the state they lead to, what it granted, and results on their way to desks. */

import { firstMatchTerms } from "../../shared/catalogue/match-terms.ts";
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
import type { Sql } from "../runtime/ports.ts";
import type { Grant } from "./grants.ts";
import { type JournalEntry, journalEntryOf, journalRow } from "./journal.ts";
import { type MatchState, STARTING, withTerms } from "./state.ts";
import { stateText } from "./state-text.ts";

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

type StoredState = Partial<MatchState> &
	Pick<MatchState, "fixture" | "provider" | "params" | "sport" | "lastSeq" | "lastTick">;

/** Fields that an older version of the code did not know start as in a new match; what it took of the catalogue is what there was then. */
function stateOf(stored: StoredState): MatchState {
	const { delayMs, holdOff, inferredStandsMs, marginsVersion, capBaseMinor, followingInPlayPpm, terms, ...rest } =
		stored;
	// A sport that came later has no first rows, and its matches lack nothing.
	const first = () => withTerms(firstMatchTerms(stored.fixture.sport, stored.provider, []));
	return {
		...STARTING,
		delayMs: delayMs ?? first().delayMs,
		holdOff: holdOff ?? first().holdOff,
		inferredStandsMs: inferredStandsMs ?? first().inferredStandsMs,
		marginsVersion: marginsVersion ?? first().marginsVersion,
		capBaseMinor: capBaseMinor ?? first().capBaseMinor,
		followingInPlayPpm: followingInPlayPpm ?? first().followingInPlayPpm,
		terms: terms ?? first().terms,
		...rest,
	};
}

export class MatchStore {
	readonly #sql: Sql;

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

	/** Our own state as we wrote it: JSON of this very type. */
	load(): { readonly state: MatchState | null; readonly lastSeq: number; readonly lane: string | null } {
		const row = this.#sql.exec("SELECT lane, last_seq, state FROM meta")[0];
		const state = row?.state === null || row?.state === undefined ? null : stateOf(JSON.parse(String(row.state)));
		return { state, lastSeq: Number(row?.last_seq ?? 0), lane: row?.lane == null ? null : String(row.lane) };
	}

	saveState(state: MatchState | null, lastSeq: number, lane: string | null): void {
		this.#sql.exec(
			"UPDATE meta SET state = ?, last_seq = ?, lane = ?",
			state === null ? null : stateText(state),
			lastSeq,
			lane,
		);
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
		return { inputs, journal, settlement: this.load().state?.terms ?? [] };
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

	outboxRegions(): readonly Region[] {
		return this.#sql.exec("SELECT DISTINCT region FROM result_outbox").map((row) => regionOf(row.region));
	}

	outboxDepth(): number {
		return Number(this.#sql.exec("SELECT count(*) AS n FROM result_outbox")[0]?.n ?? 0);
	}
}
