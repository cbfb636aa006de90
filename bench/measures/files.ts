/** What a folder holds, with all below it. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

export type Held = { readonly files: number; readonly mib: number };

const MIB = 2 ** 20;

/** Files come and go while it looks: what has gone is not counted. */
export function heldIn(folder: string): Held {
	let [files, bytes] = [0, 0];
	const look = (path: string): void => {
		try {
			const entry = statSync(path);
			if (!entry.isDirectory()) {
				files++;
				bytes += entry.size;
				return;
			}
			for (const name of readdirSync(path)) look(join(path, name));
		} catch {
			// It has gone.
		}
	};
	look(folder);
	return { files, mib: bytes / MIB };
}
