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

/**
 * Work that goes on beside other work for as long as that takes: each is told when the other has ended or failed, and both have ended
 * when this has. A fault of one that nobody waited for just then would end the bench before what it has started is stopped.
 */
export async function beside<T, U>(
	work: (isOver: AbortSignal) => Promise<T>,
	companion: (isOver: AbortSignal) => Promise<U>,
): Promise<readonly [work: T, companion: U]> {
	const over = new AbortController();
	const both = [work(over.signal).finally(() => over.abort()), companion(over.signal)] as const;
	try {
		return await Promise.all(both);
	} finally {
		over.abort();
		await Promise.allSettled(both);
	}
}
