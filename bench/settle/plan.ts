/** What is run of settlement, long and short. */
export type Plan = {
	/** Bets on the match that ends. */
	readonly legs: number;
	readonly clients: number;
	readonly players: number;
	/** Pages of another match, and goals by which their frames are timed: before, and while the first match is settled. */
	readonly sockets: number;
	readonly goals: number;
};

/** A player of 1,000 units places a thousand of the least stake and more; each may bet ten times a second. */
const PLAYERS = 256;

export const planOf = (isShort: boolean, legs: number | null): Plan => ({
	legs: legs ?? (isShort ? 500 : 100_000),
	clients: 64,
	players: PLAYERS,
	sockets: isShort ? 20 : 100,
	goals: isShort ? 5 : 30,
});
