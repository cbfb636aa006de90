/** SQLite migrations of one object: an append-only list, run in its constructor. */
import type { Sql } from "./ports.ts";

export type Migration = { readonly id: number; readonly sql: string };

/**
 * Runs what is missing, in order, each in its own transaction. Faults when ids are not 1, 2, 3 … or when an applied
 * migration's text has changed: history is never rewritten.
 */
export function migrate(sql: Sql, migrations: readonly Migration[]): void {
	sql.exec("CREATE TABLE IF NOT EXISTS _migrations (id INTEGER PRIMARY KEY, text TEXT NOT NULL)");
	const applied = new Map(
		sql.exec("SELECT id, text FROM _migrations").map((row) => [Number(row.id), String(row.text)]),
	);
	migrations.forEach((migration, index) => {
		if (migration.id !== index + 1) throw new Error(`migration ${migration.id} stands at place ${index + 1}`);
		const text = applied.get(migration.id);
		if (text === migration.sql) return;
		if (text !== undefined) throw new Error(`migration ${migration.id} was changed after it had been applied`);
		sql.transaction(() => {
			for (const statement of migration.sql.split(";\n")) {
				if (statement.trim() !== "") sql.exec(statement);
			}
			sql.exec("INSERT INTO _migrations (id, text) VALUES (?, ?)", migration.id, migration.sql);
		});
	});
	if (applied.size > migrations.length) throw new Error("storage was written by a newer version");
}
