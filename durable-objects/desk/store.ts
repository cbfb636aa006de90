/** What a desk keeps: its reservations, tombstones, results of its match, and what wallets have not answered yet. */
import { type LegRef, type LegResult, type ReservedLeg, reservedLegSchema } from "../../shared/contracts/desk.ts";
import {
	type LegOutcome,
	legOutcomeOf,
	legOutcomeSchema,
	type MarketResult,
	marketResultSchema,
} from "../../shared/contracts/results.ts";
import { decodeRpc } from "../../shared/decode.ts";
import type { Sql, SqlRow } from "../runtime/ports.ts";
import type { Total } from "./totals.ts";

export type Reservation = {
	readonly wallet: string;
	readonly market: string;
	readonly outcome: string;
	readonly riskBaseMinor: number;
	readonly stakeBaseMinor: number;
	readonly vote: ReservedLeg;
};

const voteOf = (row: SqlRow): ReservedLeg => decodeRpc("stored vote", reservedLegSchema, JSON.parse(String(row.vote)));

export class DeskStore {
	readonly #sql: Sql;

	constructor(sql: Sql) {
		this.#sql = sql;
	}

	transaction<T>(run: () => T): T {
		return this.#sql.transaction(run);
	}

	/** Raised and stored before the first confirm of each start: no answer to an earlier life can be taken for ours. */
	nextInc(): number {
		return Number(this.#sql.exec("UPDATE meta SET inc = inc + 1 RETURNING inc")[0]?.inc);
	}

	vote(ref: LegRef): ReservedLeg | null {
		const row = this.#sql.exec(
			"SELECT vote FROM legs WHERE ticket_key = ? AND leg_no = ?",
			ref.ticketKey,
			ref.legNo,
		)[0];
		return row === undefined ? null : voteOf(row);
	}

	isTombstoned(ref: LegRef): boolean {
		return (
			this.#sql.exec("SELECT 1 AS one FROM tombstones WHERE ticket_key = ? AND leg_no = ?", ref.ticketKey, ref.legNo)
				.length > 0
		);
	}

	entomb(ref: LegRef, nowMs: number): void {
		this.#sql.exec(
			"INSERT INTO tombstones (ticket_key, leg_no, at_ms) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
			ref.ticketKey,
			ref.legNo,
			nowMs,
		);
	}

	/** P3: a yes is a reservation. False where the leg was tombstoned in the meantime: then there is none. */
	reserve(reservation: Reservation): boolean {
		const { vote } = reservation;
		if (this.isTombstoned(vote)) return false;
		this.#sql.exec(
			"INSERT INTO legs (ticket_key, leg_no, wallet, market, outcome, risk, stake, vote, vote_answered) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)",
			vote.ticketKey,
			vote.legNo,
			reservation.wallet,
			reservation.market,
			reservation.outcome,
			reservation.riskBaseMinor,
			reservation.stakeBaseMinor,
			JSON.stringify(vote),
		);
		this.#settleLegs("AND l.ticket_key = ? AND l.leg_no = ?", this.result(reservation.market), [
			vote.ticketKey,
			vote.legNo,
		]);
		return true;
	}

	/** The reservation is gone, whatever it was; a late offer can not revive it. */
	release(ref: LegRef, nowMs: number): { readonly market: string; readonly outcome: string } | null {
		const row = this.#sql.exec(
			"DELETE FROM legs WHERE ticket_key = ? AND leg_no = ? RETURNING market, outcome",
			ref.ticketKey,
			ref.legNo,
		)[0];
		this.#sql.exec("DELETE FROM leg_results WHERE ticket_key = ? AND leg_no = ?", ref.ticketKey, ref.legNo);
		this.entomb(ref, nowMs);
		return row === undefined ? null : { market: String(row.market), outcome: String(row.outcome) };
	}

	unansweredWallets(): readonly string[] {
		return this.#sql.exec("SELECT DISTINCT wallet FROM legs WHERE vote_answered = 0").map((row) => String(row.wallet));
	}

	unansweredVotes(wallet: string, limit: number): readonly ReservedLeg[] {
		return this.#sql
			.exec("SELECT vote FROM legs WHERE wallet = ? AND vote_answered = 0 LIMIT ?", wallet, limit)
			.map(voteOf);
	}

	voteAnswered(ref: LegRef): void {
		this.#sql.exec("UPDATE legs SET vote_answered = 1 WHERE ticket_key = ? AND leg_no = ?", ref.ticketKey, ref.legNo);
	}

	result(market: string): MarketResult | null {
		const row = this.#sql.exec("SELECT body FROM results WHERE market = ?", market)[0];
		return row === undefined ? null : decodeRpc("stored result", marketResultSchema, JSON.parse(String(row.body)));
	}

	/** Stores a result above the one it has and queues it for every leg on the market, in one transaction of the caller's. */
	saveResult(result: MarketResult): boolean {
		const known = this.result(result.marketId);
		if (known !== null && known.settlementVersion >= result.settlementVersion) return false;
		this.#sql.exec(
			`INSERT INTO results (market, settlement_version, body) VALUES (?, ?, ?)
			ON CONFLICT (market) DO UPDATE SET settlement_version = excluded.settlement_version, body = excluded.body`,
			result.marketId,
			result.settlementVersion,
			JSON.stringify(result),
		);
		this.#settleLegs("", result, []);
		return true;
	}

	resultWallets(): readonly string[] {
		return this.#sql.exec("SELECT DISTINCT wallet FROM leg_results").map((row) => String(row.wallet));
	}

	queuedResults(wallet: string, limit: number): readonly LegResult[] {
		return this.#sql
			.exec(
				"SELECT ticket_key, leg_no, settlement_version, outcome FROM leg_results WHERE wallet = ? LIMIT ?",
				wallet,
				limit,
			)
			.map((row) => ({
				ticketKey: String(row.ticket_key),
				legNo: Number(row.leg_no),
				settlementVersion: Number(row.settlement_version),
				outcome: row.outcome === null ? null : outcomeOf(String(row.outcome)),
			}));
	}

	resultAnswered(ref: LegRef, settlementVersion: number): void {
		this.#sql.exec(
			"DELETE FROM leg_results WHERE ticket_key = ? AND leg_no = ? AND settlement_version <= ?",
			ref.ticketKey,
			ref.legNo,
			settlementVersion,
		);
	}

	/** Risk of all reservations by outcome, on markets that are not settled. */
	totals(): readonly Total[] {
		const settled = new Set(
			this.#sql
				.exec("SELECT body FROM results")
				.map((row) => decodeRpc("stored result", marketResultSchema, JSON.parse(String(row.body))))
				.flatMap((result) => (result.state.kind === "open" ? [] : [result.marketId])),
		);
		return this.#sql
			.exec("SELECT market, outcome, sum(risk) AS risk, sum(stake) AS stake FROM legs GROUP BY market, outcome")
			.map((row) => ({
				market: String(row.market),
				outcome: String(row.outcome),
				riskBaseMinor: Number(row.risk),
				stakeBaseMinor: Number(row.stake),
			}))
			.filter(({ market }) => !settled.has(market));
	}

	counts(): { readonly reserved: number; readonly outbox: number } {
		const reserved = Number(this.#sql.exec("SELECT count(*) AS n FROM legs")[0]?.n);
		const votes = Number(this.#sql.exec("SELECT count(*) AS n FROM legs WHERE vote_answered = 0")[0]?.n);
		return { reserved, outbox: votes + Number(this.#sql.exec("SELECT count(*) AS n FROM leg_results")[0]?.n) };
	}

	#settleLegs(where: string, result: MarketResult | null, bindings: readonly (string | number)[]): void {
		if (result === null) return;
		const outcomes = this.#sql
			.exec("SELECT DISTINCT outcome FROM legs WHERE market = ?", result.marketId)
			.map((row) => String(row.outcome));
		for (const outcome of outcomes) {
			const settled = legOutcomeOf(result.state, outcome);
			// `WHERE true` keeps SQLite from reading the upsert's ON as a join.
			this.#sql.exec(
				`INSERT INTO leg_results (ticket_key, leg_no, wallet, settlement_version, outcome)
				SELECT l.ticket_key, l.leg_no, l.wallet, ?, ? FROM legs l WHERE true AND l.market = ? AND l.outcome = ? ${where}
				ON CONFLICT (ticket_key, leg_no) DO UPDATE SET settlement_version = excluded.settlement_version, outcome = excluded.outcome`,
				result.settlementVersion,
				settled === null ? null : JSON.stringify(settled),
				result.marketId,
				outcome,
				...bindings,
			);
		}
	}
}

const outcomeOf = (text: string): LegOutcome => decodeRpc("stored leg result", legOutcomeSchema, JSON.parse(text));
