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
