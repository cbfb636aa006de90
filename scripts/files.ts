/** Files of the state folder, written so that a full disk or a stop in the middle leaves the old one or the new one, whole. */
import { renameSync, rmSync, writeFileSync } from "node:fs";

/** Replaces a file as a whole; throws, and leaves what was there, where it cannot be written. */
export function replaceFile(path: string, text: string, mode = 0o644): void {
	const fresh = `${path}.new`;
	try {
		writeFileSync(fresh, text, { mode });
		renameSync(fresh, path);
	} catch (fault) {
		rmSync(fresh, { force: true });
		throw fault;
	}
}

/** The same for what may be missing for a while: whether it was written. */
export function couldReplaceFile(path: string, text: string, mode?: number): boolean {
	try {
		replaceFile(path, text, mode);
		return true;
	} catch {
		return false;
	}
}
