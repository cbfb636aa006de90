/** Preloaded before a program (`node --import`): its sources are read with a canary's patches in them, and no file is touched. */
import { registerHooks } from "node:module";
import { PATCHES_VARIABLE, type Patch } from "./canaries.ts";

const patches = JSON.parse(process.env[PATCHES_VARIABLE] ?? "[]") as readonly Patch[];

registerHooks({
	load: (url, context, next) => {
		const loaded = next(url, context);
		const meant = patches.filter(({ file }) => url.endsWith(`/${file}`));
		if (meant.length === 0) return loaded;
		let source = String(loaded.source instanceof Uint8Array ? Buffer.from(loaded.source) : loaded.source);
		for (const { file, find, put } of meant) {
			if (source.split(find).length !== 2) throw new Error(`a patch no longer fits ${file}`);
			source = source.replace(find, () => put);
		}
		return { ...loaded, source };
	},
});
