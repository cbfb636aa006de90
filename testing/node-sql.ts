/** The Sql port on Node's own SQLite: unit tests and the simulator run the real stores on it. */
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import type { Sql, SqlRow } from "../durable-objects/runtime/ports.ts";

export type NodeSql = Sql & {
	readonly close: () => void;
	/** A place to come back to: everything written after it can be taken back. Places lie upon each other. */
	readonly mark: () => void;
	/** Takes back everything since the newest `count` places. */
	readonly takeBack: (count: number) => void;
	/** What stands stays; no place is left to come back to. */
	readonly keep: () => void;
};

/** What a Durable Object's storage takes in one value. */
const MOST_BYTES = 2_000_000;

/** Opens (or creates) a database; `:memory:` lives as long as the handle. */
export function nodeSql(path = ":memory:"): NodeSql {
	const database = new DatabaseSync(path);
	const statements = new Map<string, StatementSync>();
	let inTransaction = false;
	let marks = 0;

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
			for (const value of bindings)
				if (typeof value === "string" && value.length * 3 > MOST_BYTES && Buffer.byteLength(value) > MOST_BYTES)
					throw new Error(`SQLITE_TOOBIG: ${Buffer.byteLength(value)} bytes in one value`);
			const known = statements.get(query);
			// Several statements in one string (migrations) take no bindings and give no rows.
			if (known === undefined && bindings.length === 0 && query.trimEnd().slice(0, -1).includes(";")) {
				database.exec(query);
				return [];
			}
			return (known ?? prepare(query)).all(...(bindings as SQLInputValue[])) as SqlRow[];
		},
		// A savepoint is a transaction of its own where there is no other, and one inside the writes that can still be taken back.
		transaction: (run) => {
			if (inTransaction) throw new Error("transactions do not nest");
			inTransaction = true;
			prepare("SAVEPOINT transaction_").run();
			try {
				const result = run();
				prepare("RELEASE transaction_").run();
				return result;
			} catch (fault) {
				prepare("ROLLBACK TO transaction_").run();
				prepare("RELEASE transaction_").run();
				throw fault;
			} finally {
				inTransaction = false;
			}
		},
		mark: () => {
			if (inTransaction) throw new Error("a place to come back to lies between transactions");
			prepare("SAVEPOINT mark_").run();
			marks++;
		},
		takeBack: (count) => {
			if (inTransaction) throw new Error("nothing is taken back inside a transaction");
			for (let left = count; left > 0; left--) {
				prepare("ROLLBACK TO mark_").run();
				prepare("RELEASE mark_").run();
				marks--;
			}
		},
		keep: () => {
			if (inTransaction) throw new Error("a transaction keeps its writes by itself");
			if (marks > 0) prepare("COMMIT").run();
			marks = 0;
		},
		close: () => database.close(),
	};
}
