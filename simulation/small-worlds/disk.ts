/** Storage that can be set back: a small world is told from its start thousands of times, and its setting-up only once. */
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import type { Sql, SqlRow, SqlValue } from "../../durable-objects/runtime/ports.ts";

export class Disk implements Sql {
	readonly #database = new DatabaseSync(":memory:");
	readonly #statements = new Map<string, StatementSync>();
	#isInside = false;

	exec = (query: string, ...bindings: readonly SqlValue[]): readonly SqlRow[] => {
		// Several statements in one string (migrations) take no bindings and give no rows.
		if (bindings.length === 0 && query.trimEnd().slice(0, -1).includes(";")) {
			this.#database.exec(query);
			return [];
		}
		let statement = this.#statements.get(query);
		if (statement === undefined) {
			statement = this.#database.prepare(query);
			this.#statements.set(query, statement);
		}
		return statement.all(...(bindings as SQLInputValue[])) as SqlRow[];
	};

	/** A savepoint where an object would begin a transaction: all of a schedule stands in one that is never committed. */
	transaction = <T>(run: () => T): T => {
		if (this.#isInside) throw new Error("transactions do not nest");
		this.#isInside = true;
		this.#database.exec("SAVEPOINT one");
		try {
			const result = run();
			this.#database.exec("RELEASE one");
			return result;
		} catch (fault) {
			this.#database.exec("ROLLBACK TO one; RELEASE one");
			throw fault;
		} finally {
			this.#isInside = false;
		}
	};

	/** What is stored now is where `back` leads to. */
	mark(): void {
		this.#database.exec("SAVEPOINT start");
	}

	back(): void {
		this.#database.exec("ROLLBACK TO start");
	}

	/** Every row there is, for telling two stored states apart. */
	content(): string {
		const tables = this.exec("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name");
		return JSON.stringify(tables.map(({ name }) => [name, this.exec(`SELECT * FROM "${String(name)}"`)]));
	}
}
