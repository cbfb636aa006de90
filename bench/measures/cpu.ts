/** Processor time of processes with all that they have started, as Linux counts it (a tick is 10 ms). */
import { readdirSync, readFileSync } from "node:fs";

export type Part = { readonly name: string; readonly cpuMs: () => number };

const TICK_MS = 10;
/** In /proc/{pid}/stat, counted from what stands behind the name's bracket: parent, and times of it and of children that ended. */
const PARENT = 1;
const TIMES = [11, 12, 13, 14] as const;

/** A process and whatever lives below it; who ended below it counts with its parent. */
export const treeOf = (name: string, pid: () => number | null): Part => ({ name, cpuMs: () => treeCpuMs(pid()) });
/** Of this very process: where it is a part of what is measured. */
export const selfOf = (name: string): Part => ({
	name,
	cpuMs: () => {
		const { user, system } = process.cpuUsage();
		return (user + system) / 1_000;
	},
});

type Stats = ReadonlyMap<number, readonly string[]>;

function allStats(): Stats {
	const pids = readdirSync("/proc").flatMap((entry) => (/^\d+$/.test(entry) ? [Number(entry)] : []));
	return new Map(
		pids.flatMap((pid) => {
			const fields = fieldsOf(pid);
			return fields === null ? [] : [[pid, fields] as const];
		}),
	);
}

function below(root: number, stats: Stats): readonly number[] {
	const isBelow = (pid: number): boolean => {
		for (let at = pid; at > 1; at = Number(stats.get(at)?.[PARENT] ?? 0)) if (at === root) return true;
		return false;
	};
	return [...stats.keys()].filter(isBelow);
}

/** A process and all that live below it. */
export const family = (root: number | null): readonly number[] => (root === null ? [] : below(root, allStats()));

function treeCpuMs(root: number | null): number {
	if (root === null) return 0;
	const stats = allStats();
	let ticks = 0;
	for (const pid of below(root, stats)) for (const at of TIMES) ticks += Number(stats.get(pid)?.[at]);
	return ticks * TICK_MS;
}

function fieldsOf(pid: number): readonly string[] | null {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
		return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
	} catch {
		return null;
	}
}

/** Memory that a process and what lives in it has resident, in MiB. */
export function residentMiB(pid: number | null): number | null {
	if (pid === null) return null;
	try {
		const [, kib] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
		return kib === undefined ? null : Number(kib) / 1_024;
	} catch {
		return null;
	}
}

/** Starts counting; what it returns tells what each part has used since. */
export function startCpu(parts: readonly Part[]): () => ReadonlyMap<string, number> {
	const from = parts.map(({ cpuMs }) => cpuMs());
	return () => new Map(parts.map(({ name, cpuMs }, index) => [name, cpuMs() - (from[index] ?? 0)]));
}

export const sumOf = (used: ReadonlyMap<string, number>): number => [...used.values()].reduce((sum, ms) => sum + ms, 0);
