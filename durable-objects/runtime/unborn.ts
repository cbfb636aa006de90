/**
 * Storage that is made with its first row: whoever only looks makes no table. Until then whatever is read is empty, what is
 * changed or deleted is nothing, and how the tables are made is kept for the first `INSERT`.
 */
import { type Migration, migrate } from "./migrate.ts";
import type { Ports, Sql } from "./ports.ts";

/** Every object that is born has this table: the first thing that `migrate` makes. */
const IS_BORN = "SELECT 1 AS one FROM sqlite_master WHERE type = 'table' AND name = '_migrations'";

export type BornLater = Sql & {
	/** Runs at once where there is storage, and otherwise just before the first row, in that row's transaction. */
	readonly prepare: (run: (sql: Sql) => void) => void;
	readonly isBorn: () => boolean;
};

/** The ports of an actor whose tables come with its first row. */
export function bornLaterPorts(
	ports: Ports,
	migrations: readonly Migration[],
): Omit<Ports, "sql"> & { readonly sql: BornLater } {
	const sql = bornLater(ports.sql);
	sql.prepare((storage) => migrate(storage, migrations));
	return { ...ports, sql };
}

/** Makes tables: now, or with the first row where the storage is of that kind. */
export function prepare(sql: Sql | BornLater, run: (sql: Sql) => void): void {
	if ("prepare" in sql) sql.prepare(run);
	else run(sql);
}

function bornLater(sql: Sql): BornLater {
	let isBorn = sql.exec(IS_BORN).length > 0;
	let isInside = false;
	let waiting: readonly ((sql: Sql) => void)[] = [];
	/** Migrations bring transactions of their own; in the first row's there is one already. */
	const inside: Sql = { exec: sql.exec, transaction: (run) => run() };
	const beBorn = (): void => {
		isBorn = true;
		const steps = waiting;
		const make = (): void => {
			for (const step of steps) step(inside);
		};
		try {
			if (isInside) make();
			else sql.transaction(make);
		} catch (fault) {
			isBorn = false;
			throw fault;
		}
	};
	return {
		exec: (query, ...bindings) => {
			if (!isBorn) {
				if (!/^\s*INSERT\b/i.test(query)) return [];
				beBorn();
			}
			return sql.exec(query, ...bindings);
		},
		transaction: (run) => {
			const wasBorn = isBorn;
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
				isBorn = wasBorn;
				throw fault;
			} finally {
				if (isBorn) waiting = [];
			}
		},
		prepare: (run) => {
			if (isBorn) run(sql);
			else waiting = [...waiting, run];
		},
		isBorn: () => isBorn,
	};
}
