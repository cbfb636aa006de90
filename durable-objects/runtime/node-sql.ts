/** The Sql port on Node's own SQLite: unit tests and the simulator run the real stores on it. */
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import type { Sql, SqlRow } from "./ports.ts";

export type NodeSql = Sql & { readonly close: () => void };

/** Opens (or creates) a database; `:memory:` lives as long as the handle. */
export function nodeSql(path = ":memory:"): NodeSql {
	const database = new DatabaseSync(path);
	const statements = new Map<string, StatementSync>();
	let inTransaction = false;

	const prepare = (query: string): StatementSync => {
		let statement = statements.get(query);
		if (statement === undefined) {
			statement = database.prepare(query);
			statements.set(query, statement);
		}
		return statement;
	};

	return {
		exec: (query, ...bindings) => {
			// Several statements in one string (migrations) take no bindings and give no rows.
			if (bindings.length === 0 && query.trimEnd().slice(0, -1).includes(";")) {
				database.exec(query);
				return [];
			}
			return prepare(query).all(...(bindings as SQLInputValue[])) as SqlRow[];
		},
		transaction: (run) => {
			if (inTransaction) throw new Error("transactions do not nest");
			inTransaction = true;
			database.exec("BEGIN IMMEDIATE");
			try {
				const result = run();
				database.exec("COMMIT");
				return result;
			} catch (fault) {
				database.exec("ROLLBACK");
				throw fault;
			} finally {
				inTransaction = false;
			}
		},
		close: () => database.close(),
	};
}
