/** Processes of this machine, as far as starting and stopping our own needs to know them. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

export function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (fault) {
		return fault instanceof Error && "code" in fault && fault.code === "EPERM";
	}
}

/** The command line of a process, or nothing where there is none. */
export function commandOf(pid: number): string {
	return spawnSync("ps", ["-o", "command=", "-ww", "-p", String(pid)], { encoding: "utf8" }).stdout?.trim() ?? "";
}

export function signalGroup(group: number, signal: NodeJS.Signals): void {
	try {
		process.kill(-group, signal);
	} catch {
		// Nobody is left in it.
	}
}

/**
 * The process of this name, below another, that has a file open in a folder; null where there is none, or where the system
 * does not say (it does on Linux).
 */
export function holderBelow(ancestor: number, name: string, folder: string): number | null {
	const parents = new Map<number, number>();
	const named: number[] = [];
	for (const entry of listed("/proc")) {
		if (!/^\d+$/.test(entry)) continue;
		const [, command = "", rest = ""] = /^\d+ \((.*)\) (.*)$/s.exec(read(`/proc/${entry}/stat`)) ?? [];
		parents.set(Number(entry), Number(rest.split(" ")[1]));
		if (command === name) named.push(Number(entry));
	}
	const isBelow = (pid: number): boolean => {
		for (let at: number | undefined = pid; at !== undefined && at > 1; at = parents.get(at))
			if (at === ancestor) return true;
		return false;
	};
	const holds = (pid: number): boolean =>
		listed(`/proc/${pid}/fd`).some((fd) => linkOf(`/proc/${pid}/fd/${fd}`).startsWith(`${folder}/`));
	return named.find((pid) => isBelow(pid) && holds(pid)) ?? null;
}

/** A process may end while we look: then it is as if it had not been there. */
function orElse<T>(look: () => T, nothing: T): T {
	try {
		return look();
	} catch {
		return nothing;
	}
}
const listed = (path: string): readonly string[] => orElse(() => readdirSync(path), []);
const read = (path: string): string => orElse(() => readFileSync(path, "utf8"), "");
const linkOf = (path: string): string => orElse(() => readlinkSync(path), "");
