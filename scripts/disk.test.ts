/** A full disk is said once, and so is that there is room; a file of the state folder is the old one or the new one, whole. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type DiskLook, isFullNow, lookAtDisk, watchDisk } from "./disk.ts";
import { couldReplaceFile, replaceFile } from "./files.ts";

const MIB = 1_048_576;
let dir = "";
beforeEach(() => {
	vi.useFakeTimers();
	dir = mkdtempSync(join(tmpdir(), "touchline-disk-"));
});
afterEach(() => {
	vi.useRealTimers();
	rmSync(dir, { recursive: true, force: true });
});

test("[RUN-4] each change is said in one line, and a disk that takes a little now and then is still full", async () => {
	let look: DiskLook = { isWritable: true, freeBytes: MIB };
	const said: string[] = [];
	const stop = watchDisk({ dir: "/state", say: (line) => said.push(line), look: () => look, everyMs: 10 });
	const after = async (next: DiskLook): Promise<number> => {
		look = next;
		await vi.advanceTimersByTimeAsync(30);
		return said.length;
	};
	expect(await after(look)).toBe(0);
	expect(await after({ isWritable: false, freeBytes: 0 })).toBe(1);
	expect(await after({ isWritable: true, freeBytes: MIB })).toBe(1);
	expect(await after({ isWritable: false, freeBytes: 0 })).toBe(1);
	expect(await after({ isWritable: true, freeBytes: 64 * MIB })).toBe(2);
	stop();
	expect(await after({ isWritable: false, freeBytes: 0 })).toBe(2);
	expect(said).toEqual([
		"The disk of /state is full: bets are refused until there is room on it",
		"The disk of /state has room again: all parts come back by themselves",
	]);
});

test("[RUN-4] a quota that is used up is a full disk, however many bytes are free", () => {
	expect(isFullNow(false, { isWritable: false, freeBytes: 1_000 * MIB })).toBe(true);
	expect(isFullNow(false, { isWritable: true, freeBytes: 0 })).toBe(false);
});

test("[RUN-4] a look leaves nothing behind, and a folder that cannot be written is full", () => {
	expect(lookAtDisk(dir).isWritable).toBe(true);
	expect(readdirSync(dir)).toEqual([]);
	expect(lookAtDisk(join(dir, "gone"))).toEqual({ isWritable: false, freeBytes: 0 });
});

test("[RUN-4] a file that cannot be replaced stays as it was", () => {
	const path = join(dir, "kept.json");
	replaceFile(path, "old", 0o600);
	writeFileSync(join(dir, "blocked"), "");
	expect(couldReplaceFile(join(dir, "blocked", "x"), "new")).toBe(false);
	// A longer name than a disk takes stands for any fault of the write.
	expect(couldReplaceFile(join(dir, "x".repeat(300)), "new")).toBe(false);
	expect(couldReplaceFile(path, "new")).toBe(true);
	expect([readFileSync(path, "utf8"), readdirSync(dir).toSorted()]).toEqual(["new", ["blocked", "kept.json"]]);
});
