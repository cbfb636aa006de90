/** Postgres through drizzle and the Neon driver; a batch is one transaction in one round trip. */
import { neon, neonConfig } from "@neondatabase/serverless";
import { type SQL, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/neon-http";
import * as v from "valibot";
import { REPORTS } from "../../shared/limits.ts";
import type { ReportingConfig } from "./config.ts";

export type Rows = readonly Readonly<Record<string, unknown>>[];
export type Database = {
	readonly query: (statement: SQL) => Promise<Rows>;
	/** All or nothing, read committed. */
	readonly batch: (statements: readonly SQL[]) => Promise<readonly Rows[]>;
};

const resultSchema = v.object({ rows: v.array(v.record(v.string(), v.unknown())) });
const rowsOf = (result: unknown): Rows => v.parse(resultSchema, result).rows;

export function openDatabase(config: ReportingConfig): Database {
	if (config.neonEndpoint !== "") neonConfig.fetchEndpoint = config.neonEndpoint;
	// The request carries the password, so an answer that points elsewhere is a fault and not a way.
	neonConfig.fetchFunction = (url: string, init: RequestInit): Promise<Response> =>
		fetch(url, { ...init, redirect: "manual", signal: AbortSignal.timeout(REPORTS.databaseTimeoutMs) });
	const db = drizzle(neon(config.databaseUrl));
	return {
		query: async (statement) => rowsOf(await db.execute(statement)),
		batch: async (statements) => {
			const [first, ...rest] = statements.map((statement) => db.execute(statement));
			if (first === undefined) return [];
			return (await db.batch([first, ...rest])).map(rowsOf);
		},
	};
}

/** Tables and columns that are not there: this release has come before its migration. */
const UNMIGRATED: ReadonlySet<string> = new Set(["42P01", "42703"]);
const codeSchema = v.object({ code: v.string() });

function codesOf(fault: unknown): readonly string[] {
	const causes = [fault, fault instanceof Error ? fault.cause : null];
	return causes.flatMap((cause) => {
		const decoded = v.safeParse(codeSchema, cause);
		return decoded.success ? [decoded.output.code] : [];
	});
}

/** Whether a fault is Postgres' judgement on a statement: its data will never fit. */
export function isRefusedByPostgres(fault: unknown): boolean {
	// Classes 22 (data), 23 (integrity) and 42 (syntax, types) are of the statement; 08, 53, 57 and others of the server.
	return codesOf(fault).some((code) => /^(22|23|42)/.test(code) && !UNMIGRATED.has(code));
}

/**
 * Whether a fault is about what was asked, and not about the way to Postgres or its state: out of reach or not migrated yet, it
 * would take any row for a bad one.
 */
export async function isOfStatement(database: Database, fault: unknown): Promise<boolean> {
	if (codesOf(fault).some((code) => UNMIGRATED.has(code))) return false;
	return isRefusedByPostgres(fault) || (await isInReach(database));
}

function isInReach(database: Database): Promise<boolean> {
	return database.query(sql`SELECT 1`).then(
		() => true,
		() => false,
	);
}
