/** How often processes wait for the disk: counted by the kernel, without slowing them, where `perf` is there and may. */
import { spawn } from "node:child_process";
import { family } from "./cpu.ts";

const CALLS = "syscalls:sys_enter_fdatasync,syscalls:sys_enter_fsync";
const PATIENCE_MS = 3_000;

/** Of these processes and all below them. What it returns ends the count; null where nobody can count. */
export function startFsyncs(pids: readonly (number | null)[]): () => Promise<number | null> {
	const list = pids.flatMap(family).join(",");
	const child = spawn("perf", ["stat", "-x,", "-e", CALLS, "-p", list], { stdio: ["ignore", "ignore", "pipe"] });
	let said = "";
	child.stderr.on("data", (chunk: Buffer) => {
		said += chunk.toString();
	});
	const ended = new Promise<void>((over) => {
		child.once("error", () => over());
		child.once("exit", () => over());
	});
	return async () => {
		child.kill("SIGINT");
		const timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
		await ended;
		clearTimeout(timer);
		const counts = [...said.matchAll(/^(\d+),,syscalls:/gm)].map(([, count]) => Number(count));
		return counts.length === 0 ? null : counts.reduce((sum, count) => sum + count, 0);
	};
}
