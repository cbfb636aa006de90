/** What is run of settlement, long and short. */
export type Plan = {
	/** Bets on the match that ends. */
	readonly legs: number;
	readonly clients: number;
	readonly players: number;
	/** Pages of another match, and goals by which their frames are timed before; while the first match is settled they go on to its end. */
	readonly sockets: number;
	readonly goals: number;
	/** Until all bets are placed, and again until all are settled. */
	readonly patienceMs: number;
};

/** A player of 1,000 units places a thousand of the least stake and more; each may bet ten times a second. */
const PLAYERS = 256;
/** What so many players can pay, a few refusals included. */
export const MOST_LEGS = 200_000;
/** What a busy machine places and settles in any case, after a start that may take its time. */
const LEAST_PER_SEC = 60;
const START_MS = 120_000;

export function planOf(isShort: boolean, given: number | null): Plan {
	const legs = given ?? (isShort ? 500 : 100_000);
	return {
		legs,
		clients: 64,
		players: PLAYERS,
		sockets: isShort ? 20 : 100,
		goals: isShort ? 5 : 30,
		patienceMs: START_MS + Math.ceil((legs * 1_000) / LEAST_PER_SEC),
	};
}
