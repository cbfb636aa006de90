/**
 * Storage that is made with its first row: whoever only looks makes no table. Until then whatever is read is empty, what is
 * changed or deleted is nothing, and how the tables are made is kept for the first `INSERT`.
 */
import { type Migration, migrate } from "./migrate.ts";
import type { Ports, Sql } from "./ports.ts";

/** Every object that has tables has this one: the first thing that `migrate` makes. */
const IS_MADE = "SELECT 1 AS one FROM sqlite_master WHERE type = 'table' AND name = '_migrations'";

export type LazyTables = Sql & {
	/** Runs at once where there is storage, and otherwise just before the first row, in that row's transaction. */
	readonly prepare: (run: (sql: Sql) => void) => void;
	readonly hasTables: () => boolean;
};

/** The ports of an actor whose tables come with its first row. */
export function withLazyTables(
	ports: Ports,
	migrations: readonly Migration[],
): Omit<Ports, "sql"> & { readonly sql: LazyTables } {
	const sql = lazyTables(ports.sql);
	sql.prepare((storage) => migrate(storage, migrations));
	return { ...ports, sql };
}

/** Makes tables: now, or with the first row where the storage is of that kind. */
export function prepare(sql: Sql | LazyTables, run: (sql: Sql) => void): void {
	if ("prepare" in sql) sql.prepare(run);
	else run(sql);
}

function lazyTables(sql: Sql): LazyTables {
	let isMade = sql.exec(IS_MADE).length > 0;
	let isInside = false;
	let waiting: readonly ((sql: Sql) => void)[] = [];
	/** Migrations bring transactions of their own; in the first row's there is one already. */
	const inside: Sql = { exec: sql.exec, transaction: (run) => run() };
	const makeTables = (): void => {
		isMade = true;
		const steps = waiting;
		const make = (): void => {
			for (const step of steps) step(inside);
		};
		try {
			if (isInside) make();
			else sql.transaction(make);
		} catch (fault) {
			isMade = false;
			throw fault;
		}
	};
	return {
		exec: (query, ...bindings) => {
			if (!isMade) {
				if (!/^\s*INSERT\b/i.test(query)) return [];
				makeTables();
			}
			return sql.exec(query, ...bindings);
		},
		transaction: (run) => {
			const wasMade = isMade;
			try {
				return sql.transaction(() => {
					isInside = true;
					try {
						return run();
					} finally {
						isInside = false;
					}
				});
			} catch (fault) {
				// What was made for a row that did not come about is gone with it.
				isMade = wasMade;
				throw fault;
			} finally {
				if (isMade) waiting = [];
			}
		},
		prepare: (run) => {
			if (isMade) run(sql);
			else waiting = [...waiting, run];
		},
		hasTables: () => isMade,
	};
}
