/** How many files and sockets one process may have open, as Linux tells it of ours; the processes that we start inherit it. */
import { readFileSync } from "node:fs";
import { UsageFault } from "../options.ts";

/** workerd has two a socket: the reader's, and the one by which the edge hands it to a relay. */
const EACH = 2;
/** What a process has open beside: bundles, databases with their logs, pipes, its own connections. */
const BESIDE = 1_000;

/** Null where the text does not say: on another system, or where there is no limit. */
export function openFilesIn(limits: string): number | null {
	const [, soft] = /^Max open files\s+(\d+)/m.exec(limits) ?? [];
	return soft === undefined ? null : Number(soft);
}

/** @throws UsageFault where so many sockets have no room in one process. */
export function requireOpenFiles(sockets: number, limits: string = readFileSync("/proc/self/limits", "utf8")): void {
	const [most, needed] = [openFilesIn(limits), sockets * EACH + BESIDE];
	if (most === null || most >= needed) return;
	throw new UsageFault(
		`${sockets} sockets need ${needed} open files in one process, and here it may have ${most}: say \`ulimit -n ${needed}\` before, or ask for fewer`,
	);
}
