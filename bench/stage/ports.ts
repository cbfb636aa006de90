/** Where a process listens, as Linux tells it: wrangler puts a proxy in front of workerd, and a bench goes past it. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** The states of sockets in /proc/net/tcp. */
const LISTENING = "0A";
const PROBE_MS = 2_000;

export function listeningPorts(pid: number): readonly number[] {
	const sockets = new Set(
		readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
			try {
				return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
			} catch {
				return [];
			}
		}),
	);
	return readFileSync("/proc/net/tcp", "utf8")
		.split("\n")
		.slice(1)
		.flatMap((line) => {
			const [, local = "", , state = "", , , , , , inode = ""] = line.trim().split(/\s+/);
			const port = Number.parseInt(local.split(":")[1] ?? "", 16);
			return state === LISTENING && sockets.has(inode) ? [port] : [];
		});
}

/** The address of workerd's own door to the edge: the one of its ports that says it is ready. */
export async function doorOf(pid: number): Promise<string> {
	for (const port of listeningPorts(pid)) {
		const url = `http://127.0.0.1:${port}`;
		const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(PROBE_MS) }).catch(() => null);
		if (answer?.status === 200) return url;
	}
	throw new Error("workerd listens nowhere that answers for the edge");
}
