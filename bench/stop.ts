/** A bench that is told to stop stops what it has started: whatever it waits for fails, and each part is ended on the way out. */
export class Stopped extends Error {}

const stopped = new AbortController();

export function stopOnSignals(): void {
	for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
		process.on(signal, () => stopped.abort(new Stopped("stopped")));
}

/** @throws Stopped once the bench has been told to stop: between two steps of a wait. */
export const goOn = (): void => stopped.signal.throwIfAborted();

/** What is waited for, or the word to stop, whichever comes first. */
export async function orStopped<T>(work: Promise<T>): Promise<T> {
	goOn();
	let told: () => void = () => {};
	const stop = new Promise<never>((_, failed) => {
		told = () => failed(stopped.signal.reason);
		stopped.signal.addEventListener("abort", told);
	});
	try {
		return await Promise.race([work, stop]);
	} finally {
		stopped.signal.removeEventListener("abort", told);
	}
}
