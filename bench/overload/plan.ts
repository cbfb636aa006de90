/** What is run of too much: how long what is sustained is looked for, how long twice as much is offered, and on what. */
export type Plan = {
	readonly matches: number;
	readonly players: number;
	/** The closed loops that find the peak. */
	readonly clients: number;
	readonly pushers: number;
	readonly inputsPerPush: number;
	readonly warmUpMs: number;
	readonly peakMs: number;
	/** How often the peak is offered, by the clock and whatever comes back. */
	readonly times: number;
	readonly offerMs: number;
};

export const planOf = (isShort: boolean): Plan => ({
	matches: 50,
	// Each bets ten times a second at most: enough for 5,000 bets a second.
	players: 512,
	clients: 64,
	pushers: 8,
	inputsPerPush: 50,
	warmUpMs: isShort ? 1_500 : 5_000,
	peakMs: isShort ? 4_000 : 15_000,
	times: 2,
	offerMs: isShort ? 6_000 : 20_000,
});

/** What must hold at so many times the peak. */
export const AIMS = { goodputShare: 0.8, refusedWithinMs: 100 } as const;
