/** What is run of bets, long and short. */
export type Load = { readonly work: string; readonly clients: number; readonly matches: number };
export type Plan = {
	readonly loads: readonly Load[];
	readonly matches: number;
	readonly players: number;
	readonly warmUpMs: number;
	readonly runMs: number;
};

/** Each player bets ten times a second at most: enough for 5,000 bets a second. */
const PLAYERS = 512;
const MATCHES = 50;
const LOADS: readonly Load[] = [
	{ work: "one client", clients: 1, matches: 1 },
	{ work: "64 clients, one market", clients: 64, matches: 1 },
	{ work: `64 clients, ${MATCHES} matches`, clients: 64, matches: MATCHES },
];

export const planOf = (isShort: boolean): Plan => ({
	loads: LOADS,
	matches: MATCHES,
	players: PLAYERS,
	warmUpMs: isShort ? 1_500 : 5_000,
	runMs: isShort ? 4_000 : 20_000,
});
