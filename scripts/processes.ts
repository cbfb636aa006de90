/** Processes of this machine, as far as starting and stopping our own needs to know them. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** A number alone is soon another process's: together with when it was born it is one process for ever (RUN-3). */
export type ProcessId = { readonly pid: number; readonly bornAt: string };

/** The process that has this number now; null where none has, or where it has ended and only waits to be buried. */
export function processOf(pid: number): ProcessId | null {
	if (!Number.isSafeInteger(pid) || pid <= 0) return null;
	const stat = statOf(pid);
	if (stat !== null) return stat.state === "Z" ? null : { pid, bornAt: `${bootId()}:${stat.startTicks}` };
	const told = spawnSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).stdout?.trim() ?? "";
	return told === "" ? null : { pid, bornAt: told };
}

export const isRunning = ({ pid, bornAt }: ProcessId): boolean => processOf(pid)?.bornAt === bornAt;

/** The words of a process's command; empty where there is none. */
export function commandOf(pid: number): readonly string[] {
	const told = read(`/proc/${pid}/cmdline`);
	if (told !== "") return told.split("\0").slice(0, -1);
	return (
		spawnSync("ps", ["-o", "command=", "-ww", "-p", String(pid)], { encoding: "utf8" })
			.stdout?.trim()
			.split(" ") ?? []
	);
}

export function signalGroup(group: number, signal: NodeJS.Signals): void {
	try {
		process.kill(-group, signal);
	} catch {
		// Nobody is left in it.
	}
}

/**
 * Whether somebody of this group has a file of the folder open: the group outlives its leader, and its number is given to
 * nobody while it has a member. False where the system does not say (it does on Linux).
 */
export function groupHolds(group: number, folder: string): boolean {
	return pids().some((pid) => statOf(pid)?.group === group && holds(pid, folder));
}

/**
 * The process of this name, below another, that has a file open in a folder; null where there is none, or where the system
 * does not say (it does on Linux).
 */
export function holderBelow(ancestor: number, name: string, folder: string): number | null {
	const parents = new Map<number, number>();
	const named: number[] = [];
	for (const pid of pids()) {
		const stat = statOf(pid);
		if (stat === null) continue;
		parents.set(pid, stat.parent);
		if (stat.command === name) named.push(pid);
	}
	const isBelow = (pid: number): boolean => {
		for (let at: number | undefined = pid; at !== undefined && at > 1; at = parents.get(at))
			if (at === ancestor) return true;
		return false;
	};
	return named.find((pid) => isBelow(pid) && holds(pid, folder)) ?? null;
}

type Stat = {
	readonly command: string;
	readonly state: string;
	readonly parent: number;
	readonly group: number;
	readonly startTicks: string;
};

/** What Linux says of a process. Its name may hold anything, brackets too: what follows begins behind the last one. */
function statOf(pid: number): Stat | null {
	const [, command = "", rest = ""] = /^\d+ \((.*)\) (.*)$/s.exec(read(`/proc/${pid}/stat`)) ?? [];
	if (rest === "") return null;
	const fields = rest.trim().split(" ");
	return {
		command,
		state: fields[0] ?? "",
		parent: Number(fields[1]),
		group: Number(fields[2]),
		startTicks: fields[19] ?? "",
	};
}

/** Ticks count from the start of the machine: after another one they begin anew. */
const bootId = (): string => read("/proc/sys/kernel/random/boot_id").trim();
const pids = (): readonly number[] => listed("/proc").flatMap((entry) => (/^\d+$/.test(entry) ? [Number(entry)] : []));
const holds = (pid: number, folder: string): boolean =>
	listed(`/proc/${pid}/fd`).some((fd) => linkOf(`/proc/${pid}/fd/${fd}`).startsWith(`${folder}/`));

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
