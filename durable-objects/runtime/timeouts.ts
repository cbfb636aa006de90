/**
 * Timers of one length over one timer of the object. Nearly every call is answered long before it would be given up, so of all
 * that are under way only the oldest needs a timer, and in quiet times there is one every few seconds instead of one a call.
 */
import type { Ports } from "./ports.ts";

type Waiting = { readonly dueMs: number; readonly run: () => void };

export function createTimeouts(ports: Pick<Ports, "now" | "timer">, lengthMs: number): Pick<Ports, "timer"> {
	const waiting = new Set<Waiting>();
	/** Elapsed time, as far as timers have told it; the clock is asked only for the part of it since, and may be set. */
	let elapsedMs = 0;
	let armed: { readonly atMs: number; readonly forMs: number } | null = null;

	const nowMs = (): number =>
		armed === null ? elapsedMs : elapsedMs + Math.min(Math.max(0, ports.now() - armed.atMs), armed.forMs);
	const arm = (forMs: number): void => {
		armed = { atMs: ports.now(), forMs };
		ports.timer(forMs, ended);
	};
	const ended = (): void => {
		elapsedMs += armed?.forMs ?? 0;
		armed = null;
		const due: Waiting[] = [];
		let next: Waiting | null = null;
		for (const entry of waiting) {
			if (entry.dueMs > elapsedMs) {
				next = entry;
				break;
			}
			due.push(entry);
			waiting.delete(entry);
		}
		if (next !== null) arm(next.dueMs - elapsedMs);
		for (const { run } of due) run();
	};

	return {
		timer: (delayMs, run) => {
			if (delayMs !== lengthMs) return ports.timer(delayMs, run);
			const entry = { dueMs: nowMs() + lengthMs, run };
			waiting.add(entry);
			if (armed === null) arm(lengthMs);
			return () => void waiting.delete(entry);
		},
	};
}
