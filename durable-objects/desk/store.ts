/** What a desk keeps: its reservations, tombstones, results of its match, and what wallets have not answered yet. */
import { type LegResult, type ReservedLeg, reservedLegSchema } from "../../shared/contracts/desk.ts";
import type { LegRef } from "../../shared/contracts/ids.ts";
import type { OutcomeRisk } from "../../shared/contracts/match.ts";
import { legOutcomeOf, type MarketResult, marketResultSchema } from "../../shared/contracts/results.ts";
import { decodeRpc } from "../../shared/decode.ts";
import { BET } from "../../shared/limits.ts";
import type { Sql, SqlRow } from "../runtime/ports.ts";
import type { Reservation } from "./decide-batch.ts";

const voteOf = (row: SqlRow): ReservedLeg => decodeRpc("stored vote", reservedLegSchema, JSON.parse(String(row.vote)));
const resultOf = (row: SqlRow): MarketResult =>
	decodeRpc("stored result", marketResultSchema, JSON.parse(String(row.body)));
const riskOf = (row: SqlRow): OutcomeRisk => ({
	marketId: String(row.market),
	outcomeId: String(row.outcome),
	riskBaseMinor: Number(row.risk),
	stakeBaseMinor: Number(row.stake),
});

/** A result that was taken back leaves its market undecided. */
const IS_DECIDED = "json_extract(body, '$.state.kind') <> 'open'";

export class DeskStore {
	readonly #sql: Sql;

	constructor(sql: Sql) {
		this.#sql = sql;
	}

	transaction<T>(run: () => T): T {
		return this.#sql.transaction(run);
	}

	inc(): number {
		return Number(this.#sql.exec("SELECT inc FROM meta")[0]?.inc ?? 0);
	}

	/** Raised and stored before the first confirm of each start: no answer to an earlier life can be taken for ours. */
	nextInc(): number {
		const query =
			"INSERT INTO meta (one, inc) VALUES (1, 1) ON CONFLICT (one) DO UPDATE SET inc = inc + 1 RETURNING inc";
		return Number(this.#sql.exec(query)[0]?.inc);
	}

	vote({ ticketKey, legNo }: LegRef): ReservedLeg | null {
		const row = this.#sql.exec("SELECT vote FROM legs WHERE ticket_key = ? AND leg_no = ?", ticketKey, legNo)[0];
		return row === undefined ? null : voteOf(row);
	}

	isTombstoned({ ticketKey, legNo }: LegRef): boolean {
		const query = "SELECT 1 AS one FROM tombstones WHERE ticket_key = ? AND leg_no = ?";
		return this.#sql.exec(query, ticketKey, legNo).length > 0;
	}

	/** From now on this leg is never reserved. */
	entomb({ ticketKey, legNo }: LegRef, nowMs: number): void {
		const query = "INSERT INTO tombstones (ticket_key, leg_no, at_ms) VALUES (?, ?, ?) ON CONFLICT DO NOTHING";
		this.#sql.exec(query, ticketKey, legNo, nowMs);
	}

	/**
	 * P3, all legs of a ticket at this desk: none of them where one is tombstoned. `hasResult`: a market of theirs has been decided
	 * since its match said ok, and their wallet is to be told at once.
	 */
	reserve(reservations: readonly Reservation[]): { readonly isReserved: boolean; readonly hasResult: boolean } {
		if (reservations.some(({ vote }) => this.isTombstoned(vote))) return { isReserved: false, hasResult: false };
		let hasResult = false;
		for (const reservation of reservations) {
			const { wallet, licence, marketId, outcomeId, riskBaseMinor, stakeBaseMinor, settlementVersion, vote } =
				reservation;
			this.#sql.exec(
				`INSERT INTO legs (ticket_key, leg_no, wallet, market, outcome, risk, stake, vote, vote_answered, told_version, licence, accepted_at_ms)
				VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?)`,
				vote.ticketKey,
				vote.legNo,
				wallet,
				marketId,
				outcomeId,
				riskBaseMinor,
				stakeBaseMinor,
				JSON.stringify(vote),
				settlementVersion,
				licence,
				vote.atMs ?? vote.tick,
			);
			const decided = this.#sql.exec(
				"UPDATE results SET is_told = 0 WHERE market = ? AND settlement_version > ? RETURNING market",
				marketId,
				settlementVersion,
			);
			hasResult ||= decided.length > 0;
		}
		return { isReserved: true, hasResult };
	}

	/** The reservation is gone, whatever it was, and nothing revives it. Returns the risk it carried. */
	release(ref: LegRef, nowMs: number): OutcomeRisk | null {
		const row = this.#sql.exec(
			"DELETE FROM legs WHERE ticket_key = ? AND leg_no = ? RETURNING market, outcome, risk, stake",
			ref.ticketKey,
			ref.legNo,
		)[0];
		this.entomb(ref, nowMs);
		return row === undefined ? null : riskOf(row);
	}

	unansweredWallets(): readonly string[] {
		return this.#sql.exec("SELECT DISTINCT wallet FROM legs WHERE vote_answered = 0").map((row) => String(row.wallet));
	}

	unansweredVotes(wallet: string, limit: number): readonly ReservedLeg[] {
		const query = "SELECT vote FROM legs WHERE wallet = ? AND vote_answered = 0 LIMIT ?";
		return this.#sql.exec(query, wallet, limit).map(voteOf);
	}

	voteAnswered({ ticketKey, legNo }: LegRef): void {
		this.#sql.exec("UPDATE legs SET vote_answered = 1 WHERE ticket_key = ? AND leg_no = ?", ticketKey, legNo);
	}

	/** Stores a result above the one it has; its cursor starts again for every leg of the market. False: nothing new. */
	saveResult(result: MarketResult, nowMs: number): boolean {
		const stored = this.#sql.exec(
			`INSERT INTO results (market, settlement_version, body, is_told, stored_at_ms) VALUES (?, ?, ?, 0, ?)
			ON CONFLICT (market) DO UPDATE SET settlement_version = excluded.settlement_version, body = excluded.body,
				is_told = 0, stored_at_ms = excluded.stored_at_ms
			WHERE excluded.settlement_version > results.settlement_version RETURNING market`,
			result.marketId,
			result.settlementVersion,
			JSON.stringify(result),
			nowMs,
		);
		return stored.length > 0;
	}

	/** Wallets with legs whose market's newest result they have not answered. A market nobody waits for is marked as told. */
	untoldWallets(): readonly string[] {
		const wallets = new Set<string>();
		for (const { marketId, settlementVersion } of this.#untoldResults()) {
			const query = "SELECT DISTINCT wallet FROM legs WHERE market = ? AND told_version < ?";
			const found = this.#sql.exec(query, marketId, settlementVersion);
			if (found.length === 0) this.#sql.exec("UPDATE results SET is_told = 1 WHERE market = ?", marketId);
			for (const row of found) wallets.add(String(row.wallet));
		}
		return [...wallets];
	}

	/** What a wallet is to be told next, by the newest results. */
	untoldResults(wallet: string, limit: number): readonly LegResult[] {
		const told: LegResult[] = [];
		for (const result of this.#untoldResults()) {
			const { marketId, settlementVersion } = result;
			if (told.length >= limit) break;
			const rows = this.#sql.exec(
				`SELECT ticket_key, leg_no, outcome, licence, accepted_at_ms FROM legs
				WHERE market = ? AND wallet = ? AND told_version < ? LIMIT ?`,
				marketId,
				wallet,
				settlementVersion,
				limit - told.length,
			);
			for (const row of rows) {
				const outcome = legOutcomeOf(result, {
					outcomeId: String(row.outcome),
					licence: String(row.licence),
					acceptedAtMs: Number(row.accepted_at_ms),
				});
				told.push({ ticketKey: String(row.ticket_key), legNo: Number(row.leg_no), settlementVersion, outcome });
			}
		}
		return told;
	}

	resultAnswered({ ticketKey, legNo }: LegRef, settlementVersion: number): void {
		this.#sql.exec(
			"UPDATE legs SET told_version = ? WHERE ticket_key = ? AND leg_no = ? AND told_version < ?",
			settlementVersion,
			ticketKey,
			legNo,
			settlementVersion,
		);
	}

	/** Risk of all reservations by outcome, decided markets included: a result may be taken back. */
	totals(): readonly OutcomeRisk[] {
		const query = "SELECT market, outcome, sum(risk) AS risk, sum(stake) AS stake FROM legs GROUP BY market, outcome";
		return this.#sql.exec(query).map(riskOf);
	}

	counts(): { readonly reserved: number; readonly outbox: number } {
		const count = (query: string): number => Number(this.#sql.exec(query)[0]?.n ?? 0);
		const untold = count(
			"SELECT count(*) AS n FROM legs JOIN results USING (market) WHERE is_told = 0 AND told_version < settlement_version",
		);
		return {
			reserved: count("SELECT count(*) AS n FROM legs"),
			outbox: count("SELECT count(*) AS n FROM legs WHERE vote_answered = 0") + untold,
		};
	}

	owesAnything(): boolean {
		const query =
			"SELECT 1 AS one WHERE EXISTS (SELECT 1 FROM legs WHERE vote_answered = 0) OR EXISTS (SELECT 1 FROM results WHERE is_told = 0)";
		return this.#sql.exec(query).length > 0;
	}

	/** Forgets tombstones, and told legs of markets decided, up to these times; some at a time. True: there is more. */
	forget(tombstonesUntilMs: number, settledUntilMs: number): boolean {
		const tombstones = this.#sql.exec(
			"DELETE FROM tombstones WHERE (ticket_key, leg_no) IN (SELECT ticket_key, leg_no FROM tombstones WHERE at_ms <= ? LIMIT ?) RETURNING 1 AS one",
			tombstonesUntilMs,
			BET.forgetRows,
		);
		const legs = this.#sql.exec(
			`DELETE FROM legs WHERE (ticket_key, leg_no) IN (
				SELECT ticket_key, leg_no FROM legs JOIN results USING (market)
				WHERE vote_answered = 1 AND ${IS_DECIDED} AND is_told = 1 AND stored_at_ms <= ? LIMIT ?) RETURNING 1 AS one`,
			settledUntilMs,
			BET.forgetRows,
		);
		return tombstones.length === BET.forgetRows || legs.length === BET.forgetRows;
	}

	/** When the oldest tombstone and the oldest decided market with legs were stored; null where there is none. */
	oldest(): { readonly tombstoneMs: number | null; readonly settledMs: number | null } {
		const time = (query: string): number | null => {
			const at = this.#sql.exec(query)[0]?.at;
			return typeof at === "number" ? at : null;
		};
		return {
			tombstoneMs: time("SELECT min(at_ms) AS at FROM tombstones"),
			settledMs: time(
				`SELECT min(stored_at_ms) AS at FROM results r WHERE ${IS_DECIDED} AND EXISTS (SELECT 1 FROM legs l WHERE l.market = r.market)`,
			),
		};
	}

	#untoldResults(): readonly MarketResult[] {
		return this.#sql.exec("SELECT body FROM results WHERE is_told = 0 ORDER BY market").map(resultOf);
	}
}
