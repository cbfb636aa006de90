/** The Sql port on a Durable Object's storage. */
import type { Sql, SqlRow } from "./ports.ts";

export function doSql(storage: DurableObjectStorage): Sql {
	let inTransaction = false;
	return {
		exec: (query, ...bindings) => storage.sql.exec(query, ...bindings).toArray() as SqlRow[],
		transaction: (run) => {
			if (inTransaction) throw new Error("transactions do not nest");
			inTransaction = true;
			try {
				return storage.transactionSync(run);
			} finally {
				inTransaction = false;
			}
		},
	};
}
