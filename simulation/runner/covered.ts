/** Which parts of the sources a process has run, as V8 counts them. */
import { Session } from "node:inspector/promises";
import { fileURLToPath } from "node:url";

/** A function's ranges, the outermost first; the innermost that holds a place says how often it ran. */
export type CoveredFunction = {
	readonly ranges: readonly { readonly startOffset: number; readonly endOffset: number; readonly count: number }[];
};
export type CoveredFile = { readonly path: string; readonly functions: readonly CoveredFunction[] };

/** Begins to count; call it before what is counted is loaded. The returned function tells what has run so far. */
export async function countRuns(): Promise<(isAsked: (path: string) => boolean) => Promise<readonly CoveredFile[]>> {
	const session = new Session();
	session.connect();
	await session.post("Profiler.enable");
	await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
	return async (isAsked) => {
		const { result } = await session.post("Profiler.takePreciseCoverage");
		return result.flatMap(({ url, functions }) => {
			const path = url.startsWith("file:") ? fileURLToPath(url) : "";
			return isAsked(path) ? [{ path, functions }] : [];
		});
	};
}
