/** What a desk keeps: its reservations, tombstones, results of its match, and what wallets have not answered yet. */
import { type LegResult, type ReservedLeg, reservedLegSchema } from "../../shared/contracts/desk.ts";
import { type LegRef, legKey } from "../../shared/contracts/ids.ts";
import type { OutcomeRisk } from "../../shared/contracts/match.ts";
import { legOutcomeOf, type MarketResult, marketResultSchema } from "../../shared/contracts/results.ts";
import { decodeRpc } from "../../shared/decode.ts";
import { BET } from "../../shared/limits.ts";
import type { Sql, SqlRow } from "../runtime/ports.ts";
import type { Reservation } from "./decide-batch.ts";
import { UnansweredVotes } from "./unanswered-votes.ts";

const voteOf = (row: SqlRow): ReservedLeg => decodeRpc("stored vote", reservedLegSchema, JSON.parse(String(row.vote)));
const NO_KEYS: ReadonlySet<string> = new Set();
const resultOf = (row: SqlRow): MarketResult =>
	decodeRpc("stored result", marketResultSchema, JSON.parse(String(row.body)));
const riskOf = (row: SqlRow): OutcomeRisk => ({
	marketId: String(row.market),
	outcomeId: String(row.outcome),
	riskBaseMinor: Number(row.risk),
	stakeBaseMinor: Number(row.stake),
});

/** Legs of a list that is one binding, however many they are. */
const IS_ONE_OF = "(ticket_key, leg_no) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))";
const listed = (refs: readonly LegRef[]): string =>
	JSON.stringify(refs.map(({ ticketKey, legNo }) => [ticketKey, legNo]));

const legRow = (reservation: Reservation) => {
	const { wallet, licence, marketId, outcomeId, riskBaseMinor, stakeBaseMinor, settlementVersion, vote } = reservation;
	const { ticketKey, legNo, atMs, tick } = vote;
	const risk = [riskBaseMinor, stakeBaseMinor] as const;
	return [ticketKey, legNo, wallet, marketId, outcomeId, ...risk, vote, settlementVersion, licence, atMs ?? tick];
};

/** Of a result and a leg: its wallet has not answered it. Results are joined first (`CROSS`): they are few, and legs have an index for it. */
const IS_UNTOLD = "legs.market = results.market AND told_version < settlement_version";

/** One that cannot be read stops no other: its wallet asks for it when its deadline has passed, and hears what is wrong. */
function readableVote(row: SqlRow): readonly { readonly wallet: string; readonly vote: ReservedLeg }[] {
	try {
		return [{ wallet: String(row.wallet), vote: voteOf(row) }];
	} catch {
		return [];
	}
}

/** A result that was taken back leaves its market undecided. */
const IS_DECIDED = "json_extract(body, '$.state.kind') <> 'open'";

export class DeskStore {
	readonly #sql: Sql;
	readonly #unanswered: UnansweredVotes;
	/** Whether there may be any: of most legs there is neither when they are reserved. */
	#hasTombstones: boolean;
	#hasResults: boolean;
	#changes = 0;

	constructor(sql: Sql) {
		this.#sql = sql;
		this.#unanswered = new UnansweredVotes(() =>
			sql.exec("SELECT wallet, vote FROM legs WHERE vote_answered = 0").flatMap(readableVote),
		);
		this.#hasTombstones = sql.exec("SELECT 1 AS one FROM tombstones LIMIT 1").length > 0;
		this.#hasResults = sql.exec("SELECT 1 AS one FROM results LIMIT 1").length > 0;
	}

	/** All or nothing, here and in storage. */
	transaction<T>(run: () => T): T {
		try {
			return this.#sql.transaction(run);
		} catch (fault) {
			this.#unanswered.reload();
			throw fault;
		}
	}

	/** As long as it stays the same, no leg has been reserved, released or tombstoned. */
	get changes(): number {
		return this.#changes;
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

	vote(ref: LegRef): ReservedLeg | null {
		return this.votes([ref]).get(legKey(ref)) ?? null;
	}

	/** By leg, of those that are reserved. */
	votes(refs: readonly LegRef[]): ReadonlyMap<string, ReservedLeg> {
		const rows = this.#sql.exec(`SELECT vote FROM legs WHERE ${IS_ONE_OF}`, listed(refs));
		return new Map(rows.map(voteOf).map((vote) => [legKey(vote), vote]));
	}

	/** Those of these legs that are never reserved any more. */
	tombstoned(refs: readonly LegRef[]): ReadonlySet<string> {
		if (!this.#hasTombstones) return NO_KEYS;
		const rows = this.#sql.exec(`SELECT ticket_key, leg_no FROM tombstones WHERE ${IS_ONE_OF}`, listed(refs));
		return new Set(rows.map((row) => legKey({ ticketKey: String(row.ticket_key), legNo: Number(row.leg_no) })));
	}

	/** From now on this leg is never reserved. */
	storeTombstone({ ticketKey, legNo }: LegRef, nowMs: number): void {
		this.#hasTombstones = true;
		this.#changes++;
		const query = "INSERT INTO tombstones (ticket_key, leg_no, at_ms) VALUES (?, ?, ?) ON CONFLICT DO NOTHING";
		this.#sql.exec(query, ticketKey, legNo, nowMs);
	}

	/**
	 * P3, of each ticket all its legs at this desk: none of them where one is tombstoned. `reserved` says it of each ticket;
	 * `hasResult`: a market of theirs has been decided since its match said ok, and their wallet is to be told at once.
	 */
	reserve(tickets: readonly (readonly Reservation[])[]): {
		readonly reserved: readonly boolean[];
		readonly hasResult: boolean;
	} {
		const tombstoned = this.tombstoned(tickets.flatMap((legs) => legs.map(({ vote }) => vote)));
		const reserved = tickets.map((legs) => !legs.some(({ vote }) => tombstoned.has(legKey(vote))));
		const legs = tickets.filter((_, at) => reserved[at]).flat();
		if (legs.length === 0) return { reserved, hasResult: false };
		this.#changes++;
		this.noteAnswered();
		this.#sql.exec(
			`INSERT INTO legs (ticket_key, leg_no, wallet, market, outcome, risk, stake, vote, vote_answered, told_version, licence, accepted_at_ms)
			SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value -> 7, 0, value ->> 8, value ->> 9, value ->> 10
			FROM json_each(?)`,
			JSON.stringify(legs.map(legRow)),
		);
		for (const { wallet, vote } of legs) this.#unanswered.add(wallet, vote);
		if (!this.#hasResults) return { reserved, hasResult: false };
		const decided = this.#sql.exec(
			`UPDATE results SET is_told = 0 FROM (
				SELECT value ->> 0 AS asked, min(value ->> 1) AS told FROM json_each(?) GROUP BY 1)
			WHERE market = asked AND settlement_version > told RETURNING market`,
			JSON.stringify(legs.map(({ marketId, settlementVersion }) => [marketId, settlementVersion])),
		);
		return { reserved, hasResult: decided.length > 0 };
	}

	/** The reservation is gone, whatever it was, and nothing revives it. Returns the risk it carried. */
	release(ref: LegRef, nowMs: number): OutcomeRisk | null {
		const row = this.#sql.exec(
			"DELETE FROM legs WHERE ticket_key = ? AND leg_no = ? RETURNING market, outcome, risk, stake",
			ref.ticketKey,
			ref.legNo,
		)[0];
		this.storeTombstone(ref, nowMs);
		this.#unanswered.remove(ref);
		return row === undefined ? null : riskOf(row);
	}

	unansweredWallets(): readonly string[] {
		return this.#unanswered.wallets();
	}

	unansweredVotes(wallet: string, limit: number): readonly ReservedLeg[] {
		return this.#unanswered.of(wallet, limit);
	}

	/** Stored with the next reservation or by `noteAnswered`: a desk that dies before says them again, and is answered the same. */
	votesAnswered(refs: readonly LegRef[]): void {
		for (const ref of refs) this.#unanswered.answered(ref);
	}

	noteAnswered(): void {
		const refs = this.#unanswered.toNote();
		if (refs.length === 0) return;
		this.#sql.exec(`UPDATE legs SET vote_answered = 1 WHERE ${IS_ONE_OF}`, listed(refs));
		this.#unanswered.noted();
	}

	/** Stores a result above the one it has; its cursor starts again for every leg of the market. False: nothing new. */
	saveResult(result: MarketResult, nowMs: number): boolean {
		this.#hasResults = true;
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
		if (!this.#hasResults) return [];
		this.#sql.exec(
			`UPDATE results SET is_told = 1 WHERE is_told = 0 AND NOT EXISTS (SELECT 1 FROM legs WHERE ${IS_UNTOLD})`,
		);
		const query = `SELECT DISTINCT legs.wallet FROM results CROSS JOIN legs ON ${IS_UNTOLD} WHERE is_told = 0`;
		return this.#sql.exec(query).map((row) => String(row.wallet));
	}

	/** What a wallet is to be told next, by the newest results. */
	untoldResults(wallet: string, limit: number): readonly LegResult[] {
		if (!this.#hasResults) return [];
		const rows = this.#sql.exec(
			`SELECT legs.market, settlement_version, ticket_key, leg_no, outcome, licence, accepted_at_ms
			FROM results CROSS JOIN legs ON ${IS_UNTOLD} AND wallet = ? WHERE is_told = 0 LIMIT ?`,
			wallet,
			limit,
		);
		const results = this.#resultsOf(new Set(rows.map((row) => String(row.market))));
		return rows.flatMap((row) => {
			const result = results.get(String(row.market));
			if (result === undefined) return [];
			const outcome = legOutcomeOf(result, {
				outcomeId: String(row.outcome),
				licence: String(row.licence),
				acceptedAtMs: Number(row.accepted_at_ms),
			});
			const { settlementVersion } = result;
			return [{ ticketKey: String(row.ticket_key), legNo: Number(row.leg_no), settlementVersion, outcome }];
		});
	}

	/** By market, the newest results of these. */
	#resultsOf(markets: ReadonlySet<string>): ReadonlyMap<string, MarketResult> {
		const query = "SELECT body FROM results WHERE market IN (SELECT value FROM json_each(?))";
		const rows = this.#sql.exec(query, JSON.stringify([...markets]));
		return new Map(rows.map(resultOf).map((result) => [result.marketId, result]));
	}

	/** A leg has been told of results up to a version. */
	resultsAnswered(told: readonly (LegRef & { readonly settlementVersion: number })[]): void {
		this.#sql.exec(
			`UPDATE legs SET told_version = told FROM (
				SELECT value ->> 0 AS asked, value ->> 1 AS no, value ->> 2 AS told FROM json_each(?))
			WHERE ticket_key = asked AND leg_no = no AND told_version < told`,
			JSON.stringify(told.map(({ ticketKey, legNo, settlementVersion }) => [ticketKey, legNo, settlementVersion])),
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
			outbox: this.#unanswered.count + untold,
		};
	}

	owesAnything(): boolean {
		if (this.#unanswered.count > 0) return true;
		return this.#hasResults && this.#sql.exec("SELECT 1 AS one FROM results WHERE is_told = 0 LIMIT 1").length > 0;
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
}
