/** Turnover and gross gaming revenue out of Postgres, by tenant, currency and day; and how reporting itself is doing. */
import { sql } from "drizzle-orm";
import type { Database, Rows } from "./database.ts";

export type Summary = {
	readonly atMs: number;
	readonly totals: readonly {
		readonly currency: string;
		readonly turnoverMinor: number;
		readonly ggrMinor: number;
		readonly tickets: number;
		readonly open: number;
	}[];
	readonly byDay: readonly {
		readonly partnerId: string;
		readonly licence: string;
		readonly currency: string;
		readonly day: string;
		readonly turnoverMinor: number;
		readonly ggrMinor: number;
		readonly tickets: number;
	}[];
	readonly byStatus: readonly { readonly status: string; readonly tickets: number }[];
};

/** Each ticket as it stands: its highest version. GGR counts settled tickets: stakes less returns. */
const CURRENT = sql`WITH now AS (SELECT DISTINCT ON (player_id, ticket_id) * FROM tickets ORDER BY player_id, ticket_id, ticket_version DESC)`;
const AMOUNTS = sql`coalesce(sum(stake_minor) FILTER (WHERE status IN ('accepted', 'settled')), 0)::text AS turnover,
	coalesce(sum(stake_minor - return_minor) FILTER (WHERE status = 'settled'), 0)::text AS ggr,
	count(*) FILTER (WHERE status IN ('accepted', 'settled')) AS tickets, count(*) FILTER (WHERE status = 'accepted') AS open`;

const amounts = (row: Rows[number]) => ({
	turnoverMinor: Number(row.turnover),
	ggrMinor: Number(row.ggr),
	tickets: Number(row.tickets),
});

export async function summary(database: Database, nowMs: number): Promise<Summary> {
	const [totals = [], days = [], statuses = []] = await database.batch([
		sql`${CURRENT} SELECT currency, ${AMOUNTS} FROM now GROUP BY currency ORDER BY currency`,
		sql`${CURRENT} SELECT partner_id, licence, currency, to_char(placed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day, ${AMOUNTS} FROM now
			GROUP BY partner_id, licence, currency, day ORDER BY day DESC, partner_id, licence, currency LIMIT 400`,
		sql`${CURRENT} SELECT status, count(*) AS tickets FROM now GROUP BY status ORDER BY status`,
	]);
	return {
		atMs: nowMs,
		totals: totals.map((row) => ({ currency: String(row.currency), ...amounts(row), open: Number(row.open) })),
		byDay: days.map((row) => ({
			partnerId: String(row.partner_id),
			licence: String(row.licence),
			currency: String(row.currency),
			day: String(row.day),
			...amounts(row),
		})),
		byStatus: statuses.map((row) => ({ status: String(row.status), tickets: Number(row.tickets) })),
	};
}

export type ReportingHealth = {
	readonly rejected: number;
	readonly deadLetters: number;
	readonly rows: number;
	readonly newestRowAgeMs: number | null;
};

export async function health(database: Database): Promise<ReportingHealth> {
	const [row] =
		await database.query(sql`SELECT (SELECT count(*) FROM rejected) AS rejected, (SELECT count(*) FROM dead_letters) AS dead,
		(SELECT coalesce(sum(mark), 0) FROM report_marks) AS rows, (SELECT extract(epoch FROM now() - max(moved_at)) * 1000 FROM report_marks) AS age`);
	return {
		rejected: Number(row?.rejected ?? 0),
		deadLetters: Number(row?.dead ?? 0),
		rows: Number(row?.rows ?? 0),
		newestRowAgeMs: row?.age === null || row?.age === undefined ? null : Math.round(Number(row.age)),
	};
}
