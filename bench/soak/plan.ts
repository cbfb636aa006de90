/** What is run for long: a mixed load far below what the machine takes, in windows that are compared. */
export type Plan = {
	readonly windows: number;
	readonly windowMs: number;
	readonly matches: number;
	readonly players: number;
	readonly bettors: number;
	readonly betPauseMs: number;
	readonly pushers: number;
	readonly inputsPerPush: number;
	readonly pushPauseMs: number;
	readonly sockets: number;
	/** In a window; each takes its time to be told and to be taken back. */
	readonly goals: number;
};

const WINDOWS = 10;
const MINUTE_MS = 60_000;
const GOAL_MS = 2_000;

export function planOf(isShort: boolean, minutes: number): Plan {
	const windowMs = isShort ? 5_000 : (minutes * MINUTE_MS) / WINDOWS;
	return {
		windows: isShort ? 3 : WINDOWS,
		windowMs,
		matches: 20,
		players: 64,
		bettors: 8,
		betPauseMs: 200,
		pushers: 2,
		inputsPerPush: 10,
		pushPauseMs: 200,
		sockets: 50,
		goals: Math.max(1, Math.floor(windowMs / GOAL_MS)),
	};
}

/**
 * What must be flat, and what counts as flat: the median of the last third of the windows is at most so many times that of the first
 * third. The very first window is left out (all is still warming up), and objects' files, which hold every bet, are expected to grow.
 */
export const FLAT = {
	/** A collector's next cycle is worth a tenth. */
	"MiB resident": 1.15,
	/** Objects of a mixed load are all there after the first window. */
	files: 1.05,
	"p50 ms a bet": 1.25,
	/** Of a few hundred, one in a hundred is a handful: a busy second of the machine moves them. */
	"p99 ms a bet": 1.5,
	"p99 ms a push": 1.5,
	"p99 ms a goal": 1.5,
	/** By what was asked: a closed loop asks more where it is answered sooner. */
	"CPU ms an answer": 1.15,
} as const;
export type Flat = keyof typeof FLAT;

const median = (values: readonly number[]): number | null => {
	const sorted = values.toSorted((a, b) => a - b);
	return sorted[(sorted.length - 1) >> 1] ?? null;
};

/** How many times the first third the last one is; null where it was not counted, or there are too few windows. */
export function grown(windows: readonly (number | null)[]): number | null {
	const warm = windows.slice(1).filter((value) => value !== null);
	const third = Math.max(1, Math.floor(warm.length / 3));
	if (warm.length < 2) return null;
	const [from, to] = [median(warm.slice(0, third)), median(warm.slice(-third))];
	return from === null || to === null || from === 0 ? null : to / from;
}
