/**
 * Rows into a table by the table's own description: a column takes the property of its name, and a time the property in
 * milliseconds. A column that is added to the schema is stored as soon as rows have it.
 */
import { type Column, getTableColumns, type SQL, sql } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";
import { jsonText } from "./json-text.ts";

type Row = Readonly<Record<string, unknown>>;

/** Types as a record set names them; a schema with another type is refused when it is first written. */
const TYPES: ReadonlyMap<string, SQL> = new Map([
	["text", sql`text`],
	["integer", sql`int`],
	["bigint", sql`bigint`],
	["boolean", sql`boolean`],
	["jsonb", sql`jsonb`],
	["timestamp with time zone", sql`timestamptz`],
]);

function typeOf(column: Column): SQL {
	const type = TYPES.get(column.getSQLType());
	if (type === undefined) throw new Error(`no way to write a column of type ${column.getSQLType()}`);
	return type;
}

/** What a row says of a column; undefined: nothing. */
function saidOf(row: Row, property: string, column: Column): unknown {
	if (column.dataType !== "date") return row[property];
	const ms = row[`${property}Ms`];
	return typeof ms === "number" ? new Date(ms).toISOString() : ms;
}

const listed = (parts: readonly SQL[]): SQL => sql.join([...parts], sql`, `);

/** The insert itself, without an end; columns of which no row says anything are left to their defaults. */
function inserting(
	table: PgTable,
	rows: readonly Row[],
): { readonly statement: SQL; readonly columns: readonly Column[] } {
	const columns = Object.entries(getTableColumns(table)).filter(([property, column]) =>
		rows.some((row) => saidOf(row, property, column) !== undefined),
	);
	const data = rows.map((row) => {
		const said: Record<string, unknown> = {};
		for (const [property, column] of columns) said[property] = saidOf(row, property, column);
		return said;
	});
	const names = listed(columns.map(([, column]) => sql.identifier(column.name)).map((name) => sql`${name}`));
	const properties = listed(columns.map(([property]) => sql`${sql.identifier(property)}`));
	const record = listed(columns.map(([property, column]) => sql`${sql.identifier(property)} ${typeOf(column)}`));
	const statement = sql`INSERT INTO ${table} (${names}) SELECT ${properties} FROM jsonb_to_recordset(${jsonText(data)}::jsonb) AS r(${record})`;
	return { statement, columns: columns.map(([, column]) => column) };
}

/** Each row once: one whose key is there already stays as it is. */
export const insertInto = (table: PgTable, rows: readonly Row[]): SQL =>
	sql`${inserting(table, rows).statement} ON CONFLICT DO NOTHING`;

/** One row a key, the one with the highest `order`. */
export function upsertInto(table: PgTable, rows: readonly Row[], key: Column, order: Column): SQL {
	const { statement, columns } = inserting(table, rows);
	const changes = columns
		.filter((column) => column !== key)
		.map((column) => sql`${sql.identifier(column.name)} = excluded.${sql.identifier(column.name)}`);
	return sql`${statement} ON CONFLICT (${sql.identifier(key.name)}) DO UPDATE SET ${listed(changes)} WHERE ${order} < excluded.${sql.identifier(order.name)}`;
}
