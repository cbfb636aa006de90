/** An object's ports with a counter in front of each: the same actors run, and nothing in them knows that it is counted. */
import type { Ports, Sql, SqlRow, SqlValue } from "../../durable-objects/runtime/ports.ts";
import type { Tally } from "./tally.ts";

const READS = /^\s*(SELECT|PRAGMA)\b/i;
const NUMBER_BYTES = 8;

/** `wallet:weur:0` and all its sisters count as `wallet`. */
export const classOf = (name: string): string => name.split(":")[0] ?? name;

const bytesOf = (value: SqlValue | undefined): number => {
	if (typeof value === "string") return Buffer.byteLength(value);
	if (value instanceof Uint8Array) return value.byteLength;
	return value === null || value === undefined ? 0 : NUMBER_BYTES;
};
const rowBytes = (row: SqlRow): number => Object.values(row).reduce<number>((sum, value) => sum + bytesOf(value), 0);

/** `changes`: how many rows this owner's storage has ever changed, as SQLite counts them. */
export function countedPorts(owner: string, ports: Ports, tally: Tally, changes: () => number): Ports {
	const part = classOf(owner);
	const log = (write: Ports["log"]["info"]): Ports["log"]["info"] => {
		return (event, fields) => {
			tally.add("logLines", `${part} ${event}`);
			write(event, fields);
		};
	};
	return {
		...ports,
		sql: countedSql(part, ports.sql, tally, changes),
		timer: (delayMs, run) => {
			tally.add("timers", part);
			return ports.timer(delayMs, run);
		},
		setAlarm: (atMs) => {
			tally.add("alarms", part);
			ports.setAlarm(atMs);
		},
		sync: () => {
			tally.add("waits", part);
			return ports.sync();
		},
		log: { info: log(ports.log.info), warn: log(ports.log.warn), error: log(ports.log.error) },
	};
}

/** Writes of one turn become durable together in workerd, inside a transaction or not: a turn that writes is one commit. */
function countedSql(part: string, sql: Sql, tally: Tally, changes: () => number): Sql {
	let isTurnCounted = false;
	const wrote = (): void => {
		if (isTurnCounted) return;
		isTurnCounted = true;
		tally.add("commits", part);
		queueMicrotask(() => {
			isTurnCounted = false;
		});
	};
	return {
		exec: (query, ...bindings) => {
			const isRead = READS.test(query);
			const before = isRead ? 0 : changes();
			const rows = sql.exec(query, ...bindings);
			tally.add("statements", `${part}: ${query.replaceAll(/\s+/g, " ").trim()}`);
			tally.add(isRead ? "reads" : "writes", part);
			tally.add("rowsRead", part, rows.length);
			tally.add(
				"sqlBytes",
				part,
				bindings.reduce<number>((sum, value) => sum + bytesOf(value), 0) +
					rows.reduce((sum, row) => sum + rowBytes(row), 0),
			);
			if (!isRead) {
				const changed = changes() - before;
				tally.add("rowsWritten", part, changed);
				if (changed > 0) wrote();
			}
			return rows;
		},
		transaction: (run) => {
			tally.add("transactions", part);
			return sql.transaction(run);
		},
	};
}
