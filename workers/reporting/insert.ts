/** Statements that store report rows: one per table, whatever the number of rows; each row once (REP-1, REP-2). */
import { type SQL, sql } from "drizzle-orm";
import type { ReportBody } from "../../shared/contracts/reports.ts";
import { jsonText } from "./json-text.ts";

export type DecodedRow = { readonly source: string; readonly seq: number; readonly body: ReportBody };
export type RejectedRow = {
	readonly source: string;
	readonly seq: number;
	readonly reason: string;
	readonly body: unknown;
};

const json = (value: unknown): SQL => sql`${jsonText(value)}::jsonb`;
const time = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

/** Marks of these sources, locked in the order of their names until the batch ends. */
export function lockMarks(sources: readonly string[]): SQL {
	return sql`INSERT INTO report_marks (source, mark) SELECT name, 0 FROM jsonb_array_elements_text(${json(sources.toSorted())}) WITH ORDINALITY AS s(name, ord) ORDER BY ord
		ON CONFLICT (source) DO UPDATE SET mark = report_marks.mark`;
}

/** Moves each mark over stored rows only, up to the first gap, and reads it back. */
export function moveMarks(sources: readonly string[]): SQL {
	return sql`UPDATE report_marks m SET moved_at = now(), mark = coalesce((
			SELECT max(seq) FROM (
				SELECT r.seq, r.seq - row_number() OVER (ORDER BY r.seq) AS run FROM report_rows r WHERE r.source = m.source AND r.seq > m.mark
			) contiguous WHERE run = m.mark), m.mark)
		WHERE m.source IN (SELECT jsonb_array_elements_text(${json(sources)})) RETURNING source, mark`;
}

export function insertRows(rows: readonly DecodedRow[], rejected: readonly RejectedRow[]): readonly SQL[] {
	const statements: SQL[] = [
		storeSeqs([
			...rows.map(({ source, seq, body }) => ({ source, seq, kind: body.kind })),
			...rejected.map(({ source, seq }) => ({ source, seq, kind: "rejected" })),
		]),
	];
	const of = <K extends ReportBody["kind"]>(
		kind: K,
	): readonly { source: string; seq: number; body: Extract<ReportBody, { kind: K }> }[] =>
		rows.flatMap(({ source, seq, body }) =>
			body.kind === kind ? [{ source, seq, body: body as Extract<ReportBody, { kind: K }> }] : [],
		);
	const add = (list: readonly unknown[], statement: (data: SQL) => SQL): void => {
		if (list.length > 0) statements.push(statement(json(list)));
	};
	add(
		rejected,
		(data) =>
			sql`INSERT INTO rejected (source, seq, reason, body) SELECT source, seq, reason, body FROM jsonb_to_recordset(${data}) AS r(source text, seq bigint, reason text, body jsonb) ON CONFLICT DO NOTHING`,
	);
	add(
		of("player").map(({ body }) => ({ ...body, createdAt: time(body.createdAtMs) })),
		insertPlayers,
	);
	add(
		of("ticket").map(({ source, body }) => ({
			...body,
			source,
			placedAt: time(body.placedAtMs),
			decidedAt: time(body.decidedAtMs),
			settledAt: time(body.settledAtMs),
		})),
		insertTickets,
	);
	add(
		of("ticket").flatMap(({ body }) =>
			body.legs.map((leg) => ({
				...leg,
				...tenantOf(body),
				playerId: body.playerId,
				ticketId: body.ticketId,
				ticketVersion: body.ticketVersion,
			})),
		),
		insertLegs,
	);
	add(
		of("ledger").map(({ source, body }) => ({ ...body, source, at: time(body.atMs) })),
		insertEntries,
	);
	// Of several rows of one match in a batch the newest is taken: a statement may touch a row only once.
	const newest = new Map(of("match").map((row) => [row.body.matchId, row]));
	add(
		[...newest.values()].map(({ seq, body }) => ({ ...body, seq, scheduledAt: time(body.scheduledAtMs) })),
		upsertMatches,
	);
	add(
		of("market").map(({ body }) => body),
		insertMarkets,
	);
	add(
		of("result").map(({ body }) => ({
			...body,
			kind: body.state.kind,
			isOpen: body.state.kind === "open",
			at: time(body.atMs),
		})),
		insertResults,
	);
	return statements;
}

const tenantOf = ({ partnerId, licence }: { readonly partnerId: string; readonly licence: string }) => ({
	partnerId,
	licence,
});

const storeSeqs = (rows: readonly { readonly source: string; readonly seq: number; readonly kind: string }[]): SQL =>
	sql`INSERT INTO report_rows (source, seq, kind) SELECT source, seq, kind FROM jsonb_to_recordset(${json(rows)}) AS r(source text, seq bigint, kind text) ON CONFLICT (source, seq) DO NOTHING`;

const insertPlayers = (data: SQL): SQL => sql`INSERT INTO players (player_id, partner_id, licence, currency, created_at)
	SELECT "playerId", "partnerId", licence, currency, "createdAt" FROM jsonb_to_recordset(${data})
	AS r("playerId" text, "partnerId" text, licence text, currency text, "createdAt" timestamptz) ON CONFLICT DO NOTHING`;

const insertTickets = (
	data: SQL,
): SQL => sql`INSERT INTO tickets (player_id, ticket_id, ticket_version, partner_id, licence, source, status, code, currency,
		stake_minor, return_minor, potential_return_minor, house_rules_version, placed_at, decided_at, settled_at)
	SELECT "playerId", "ticketId", "ticketVersion", "partnerId", licence, source, status, code, currency,
		"stakeMinor", "returnMinor", "potentialReturnMinor", "houseRulesVersion", "placedAt", "decidedAt", "settledAt" FROM jsonb_to_recordset(${data})
	AS r("playerId" text, "ticketId" text, "ticketVersion" int, "partnerId" text, licence text, source text, status text, code text, currency text,
		"stakeMinor" bigint, "returnMinor" bigint, "potentialReturnMinor" bigint, "houseRulesVersion" text, "placedAt" timestamptz, "decidedAt" timestamptz, "settledAt" timestamptz)
	ON CONFLICT DO NOTHING`;

const insertLegs = (
	data: SQL,
): SQL => sql`INSERT INTO ticket_legs (player_id, ticket_id, ticket_version, leg_no, partner_id, licence, match_id, market_id, outcome_id,
		shown_odds_milli, taken_odds_milli, market_version, match_state_at_request, match_state_at_decision, epoch, seq, tick, settlement_version, result)
	SELECT "playerId", "ticketId", "ticketVersion", "legNo", "partnerId", licence, "matchId", "marketId", "outcomeId",
		"shownOddsMilli", "takenOddsMilli", "marketVersion", "matchStateAtRequest", "matchStateAtDecision", epoch, seq, tick, "settlementVersion", result FROM jsonb_to_recordset(${data})
	AS r("playerId" text, "ticketId" text, "ticketVersion" int, "legNo" int, "partnerId" text, licence text, "matchId" text, "marketId" text, "outcomeId" text,
		"shownOddsMilli" int, "takenOddsMilli" int, "marketVersion" int, "matchStateAtRequest" text, "matchStateAtDecision" text, epoch text, seq bigint, tick bigint, "settlementVersion" int, result text)
	ON CONFLICT DO NOTHING`;

const insertEntries = (
	data: SQL,
): SQL => sql`INSERT INTO ledger_entries (source, entry_id, txn, partner_id, licence, reason, account, player_id, ticket_id, currency, amount_minor, balance_minor, at)
	SELECT source, "entryId", txn, "partnerId", licence, reason, account, "playerId", "ticketId", currency, "amountMinor", "balanceMinor", at FROM jsonb_to_recordset(${data})
	AS r(source text, "entryId" bigint, txn bigint, "partnerId" text, licence text, reason text, account text, "playerId" text, "ticketId" text, currency text, "amountMinor" bigint, "balanceMinor" bigint, at timestamptz)
	ON CONFLICT DO NOTHING`;

const upsertMatches = (
	data: SQL,
): SQL => sql`INSERT INTO matches (match_id, seq, sport, competition, home, away, scheduled_at, status, score)
	SELECT "matchId", seq, sport, competition, home, away, "scheduledAt", status, score FROM jsonb_to_recordset(${data})
	AS r("matchId" text, seq bigint, sport text, competition text, home text, away text, "scheduledAt" timestamptz, status text, score text)
	ON CONFLICT (match_id) DO UPDATE SET seq = excluded.seq, competition = excluded.competition, home = excluded.home, away = excluded.away,
		scheduled_at = excluded.scheduled_at, status = excluded.status, score = excluded.score WHERE matches.seq < excluded.seq`;

const insertMarkets = (data: SQL): SQL => sql`INSERT INTO markets (match_id, market_id, name, market_group, period)
	SELECT "matchId", "marketId", name, "group", period FROM jsonb_to_recordset(${data}) AS r("matchId" text, "marketId" text, name text, "group" text, period text) ON CONFLICT DO NOTHING`;

const insertResults = (
	data: SQL,
): SQL => sql`INSERT INTO results (match_id, market_id, settlement_version, kind, state, voids, is_open, at)
	SELECT "matchId", "marketId", "settlementVersion", kind, state, voids, "isOpen", at FROM jsonb_to_recordset(${data})
	AS r("matchId" text, "marketId" text, "settlementVersion" int, kind text, state jsonb, voids jsonb, "isOpen" boolean, at timestamptz) ON CONFLICT DO NOTHING`;
