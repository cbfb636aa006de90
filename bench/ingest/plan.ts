/** What is run of inputs, long and short. */
export type Plan = {
	readonly matches: number;
	readonly pushers: number;
	readonly inputsPerPush: number;
	readonly warmUpMs: number;
	readonly runMs: number;
};

export const planOf = (isShort: boolean, matches: number): Plan => ({
	matches,
	pushers: Math.min(8, matches),
	inputsPerPush: 50,
	warmUpMs: isShort ? 2_000 : 5_000,
	runMs: isShort ? 6_000 : 30_000,
});
