/** The real world for an actor inside workerd. */
import { doSql } from "./do-sql.ts";
import { Durable } from "./durable.ts";
import { consoleLog, faultText } from "./log.ts";
import type { Ports } from "./ports.ts";

const ID_BYTES = 8;

/** `part` names the object in its log lines. */
export function doPorts(ctx: DurableObjectState, part: string): Ports {
	const log = consoleLog(part);
	const durable = new Durable(() => ctx.storage.sync());
	return {
		sql: doSql(ctx.storage, () => durable.wrote()),
		now: () => Date.now(),
		random: () => Math.random(),
		newId: () =>
			Array.from(crypto.getRandomValues(new Uint8Array(ID_BYTES)), (byte) => byte.toString(16).padStart(2, "0")).join(
				"",
			),
		timer: (delayMs, run) => {
			const handle = setTimeout(run, delayMs);
			return () => clearTimeout(handle);
		},
		setAlarm: (atMs) => {
			// Write coalescing orders this with the transaction around it; a failure breaks the object, which is what we want.
			durable.wrote();
			void (atMs === null ? ctx.storage.deleteAlarm() : ctx.storage.setAlarm(atMs));
		},
		sync: () => durable.sync(),
		background: (work) => {
			ctx.waitUntil(work.catch((fault) => log.error("background_failed", { fault: faultText(fault) })));
		},
		log,
	};
}
