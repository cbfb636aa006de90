/** Whether the disk of the state folder takes anything: a full one is said once, and so is that there is room again. */
import { rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** `isWritable`: a small file could just be written. A quota that is used up shows there, and not in the free bytes. */
export type DiskLook = { readonly isWritable: boolean; readonly freeBytes: number };

/** PostgreSQL writes its log in pieces of 16 MiB: with less room than two of them it would be full again at once. */
const ROOM_BYTES = 32 * 1_048_576;
const PROBE = Buffer.alloc(65_536);
const LOOK_EVERY_MS = 1_000;

/** Full from the first write that fails, until there is room for more than the next few. */
export const isFullNow = (wasFull: boolean, { isWritable, freeBytes }: DiskLook): boolean =>
	!isWritable || (wasFull && freeBytes < ROOM_BYTES);

export function lookAtDisk(dir: string): DiskLook {
	const probe = join(dir, "disk.probe");
	try {
		writeFileSync(probe, PROBE);
		const { bavail, bsize } = statfsSync(dir);
		return { isWritable: true, freeBytes: bavail * bsize };
	} catch {
		return { isWritable: false, freeBytes: 0 };
	} finally {
		rmSync(probe, { force: true });
	}
}

/** Returns what ends the watch. */
export function watchDisk(options: {
	readonly dir: string;
	readonly say: (line: string) => void;
	readonly look?: (dir: string) => DiskLook;
	readonly everyMs?: number;
}): () => void {
	const { dir, say, look = lookAtDisk, everyMs = LOOK_EVERY_MS } = options;
	let isFull = false;
	const watch = setInterval(() => {
		const wasFull = isFull;
		isFull = isFullNow(wasFull, look(dir));
		if (isFull === wasFull) return;
		say(
			isFull
				? `The disk of ${dir} is full: bets are refused until there is room on it`
				: `The disk of ${dir} has room again: all parts come back by themselves`,
		);
	}, everyMs);
	return () => clearInterval(watch);
}
