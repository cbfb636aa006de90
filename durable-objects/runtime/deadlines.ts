/** Many named deadlines on an object's one alarm, stored, so that they outlive the object's memory. */

import { prepare } from "./lazy-tables.ts";
import type { Ports } from "./ports.ts";

export type Deadlines = {
	/** Sets or moves a deadline. */
	readonly set: (name: string, atMs: number) => void;
	/** Sets it unless it already stands at an earlier time. */
	readonly setIfSooner: (name: string, atMs: number) => void;
	readonly clear: (name: string) => void;
	readonly next: () => number | null;
	/** Takes what is due and arms the alarm for the rest. Call it first thing in `alarm()`; what it names must be idempotent. */
	readonly takeDue: (nowMs: number) => readonly string[];
};

/** Creates its own table; call it after the object's migrations. */
export function createDeadlines(ports: Pick<Ports, "sql" | "setAlarm">): Deadlines {
	const { sql } = ports;
	prepare(sql, (storage) =>
		storage.exec("CREATE TABLE IF NOT EXISTS _deadlines (name TEXT PRIMARY KEY, at_ms INTEGER NOT NULL)"),
	);
	const stored = new Map(
		sql.exec("SELECT name, at_ms FROM _deadlines").map((row) => [String(row.name), Number(row.at_ms)]),
	);
	let armed: number | null | undefined;

	const next = (): number | null => {
		let soonest: number | null = null;
		for (const at of stored.values()) if (soonest === null || at < soonest) soonest = at;
		return soonest;
	};
	const arm = (): void => {
		const at = next();
		if (at === armed) return;
		armed = at;
		ports.setAlarm(at);
	};
	const set = (name: string, atMs: number): void => {
		if (stored.get(name) === atMs) return;
		// First: a deadline that could not be stored must not be taken for one that stands.
		sql.exec(
			"INSERT INTO _deadlines (name, at_ms) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET at_ms = excluded.at_ms",
			name,
			atMs,
		);
		stored.set(name, atMs);
		arm();
	};
	if (stored.size > 0) arm();

	return {
		set,
		setIfSooner: (name, atMs) => {
			const at = stored.get(name);
			if (at === undefined || atMs < at) set(name, atMs);
		},
		clear: (name) => {
			if (!stored.delete(name)) return;
			sql.exec("DELETE FROM _deadlines WHERE name = ?", name);
			arm();
		},
		next,
		takeDue: (nowMs) => {
			const due = [...stored].filter(([, at]) => at <= nowMs).map(([name]) => name);
			for (const name of due) {
				stored.delete(name);
				sql.exec("DELETE FROM _deadlines WHERE name = ?", name);
			}
			// The alarm that called us is spent, whatever we remember of it.
			armed = undefined;
			arm();
			return due;
		},
	};
}
