/** The Sql port on a Durable Object's storage. */
import type { Sql, SqlRow } from "./ports.ts";

const IS_READ = /^\s*SELECT\b/i;

/** `wrote` hears of each statement that may have written. */
export function doSql(storage: DurableObjectStorage, wrote: () => void): Sql {
	let inTransaction = false;
	return {
		exec: (query, ...bindings) => {
			if (!IS_READ.test(query)) wrote();
			return storage.sql.exec(query, ...bindings).toArray() as SqlRow[];
		},
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
