/** The small worlds: what stands in them, and how much of each disturbance a schedule has. */
import type { Scene } from "./scene.ts";

export type Bet = { readonly player: number; readonly matches: readonly string[] };
/** How often a thing may happen in one schedule, at whatever moment. */
export type Disturbances = {
	/** The first match withdraws all its markets, and offers them again later. */
	readonly suspensions: number;
	readonly crashes: number;
	/** Messages that are overtaken by time itself: they come at any later moment, or never. */
	readonly late: number;
	/** Requests that arrive once more, at any later moment. */
	readonly copies: number;
	/** The first match's market is settled. */
	readonly results: number;
};
export type SmallWorld = {
	readonly name: string;
	readonly scene: Scene;
	readonly bets: readonly Bet[];
	readonly disturbances: Disturbances;
	/** Beginnings of the names of those who may die. */
	readonly mortals: readonly string[];
	/** Small enough for every `npm test`. */
	readonly isQuick: boolean;
	/** Small enough for each of its schedules to be told from its start. */
	readonly isTiny: boolean;
};

/** Room for one bet of two on an outcome: the second is told that it does not fit. */
const CAP_OF_ONE_BASE_MINOR = 2_500;
const AMPLE_BASE_MINOR = 250_000;
/** Longer than the feed is silent: that it has spoken since the bet is not yet the end of a window. */
const DELAY_MS = 1_500;
const BEFORE: Scene = { matches: ["m1"], delayMs: null, capBaseMinor: CAP_OF_ONE_BASE_MINOR };
const IN_PLAY: Scene = { ...BEFORE, delayMs: DELAY_MS };
const TWO_MATCHES: Scene = { matches: ["m1", "m2"], delayMs: null, capBaseMinor: AMPLE_BASE_MINOR };
const ONE_BET: readonly Bet[] = [{ player: 1, matches: ["m1"] }];
const TWO_BETS: readonly Bet[] = [...ONE_BET, { player: 2, matches: ["m1"] }];
const DOUBLE: readonly Bet[] = [{ player: 1, matches: ["m1", "m2"] }];

function world(
	name: string,
	scene: Scene,
	bets: readonly Bet[],
	disturbances: Partial<Disturbances> = {},
	{
		isQuick = false,
		isTiny = false,
		mortals = ["match", "desk", "wallet"],
	}: Partial<Pick<SmallWorld, "isQuick" | "isTiny" | "mortals">> = {},
): SmallWorld {
	const none = { suspensions: 0, crashes: 0, late: 0, copies: 0, results: 0 };
	return { name, scene, bets, disturbances: { ...none, ...disturbances }, isQuick, isTiny, mortals };
}

/** The one with two players at once whose market is withdrawn and whose objects die. */
export const LARGEST_WORLD = "two bets, a suspension and a crash";

export const SMALL_WORLDS: readonly SmallWorld[] = [
	world("two bets", BEFORE, TWO_BETS, {}, { isQuick: true }),
	world("one bet and a suspension", BEFORE, ONE_BET, { suspensions: 1 }, { isQuick: true, isTiny: true }),
	world("one bet and a crash", BEFORE, ONE_BET, { crashes: 1 }, { isQuick: true, isTiny: true }),
	world("one bet and a repeated request", BEFORE, ONE_BET, { copies: 1 }, { isQuick: true }),
	world("one bet and its result", BEFORE, ONE_BET, { results: 1 }, { isQuick: true }),
	world("a bet in play", IN_PLAY, ONE_BET, {}, { isQuick: true }),
	world("a bet in play and a suspension", IN_PLAY, ONE_BET, { suspensions: 1 }, { isQuick: true }),
	world("a bet in play and a crash", IN_PLAY, ONE_BET, { crashes: 1 }, { isQuick: true, isTiny: true }),
	world("a bet in play and a repeated request", IN_PLAY, ONE_BET, { copies: 1 }, { isQuick: true }),
	world("one bet and a late message", BEFORE, ONE_BET, { late: 1 }),
	world("a bet in play and a late message", IN_PLAY, ONE_BET, { late: 1 }),
	world("one bet, a suspension and a crash", BEFORE, ONE_BET, { suspensions: 1, crashes: 1 }),
	world("one bet, a crash and a repeated request", BEFORE, ONE_BET, { crashes: 1, copies: 1 }),
	world(
		"one bet, a crash of its desk and a repeated request",
		BEFORE,
		ONE_BET,
		{ crashes: 1, copies: 1 },
		{ mortals: ["desk"] },
	),
	world("one bet, its result and a crash", BEFORE, ONE_BET, { results: 1, crashes: 1 }),
	world("a bet in play, a suspension and a crash", IN_PLAY, ONE_BET, { suspensions: 1, crashes: 1 }),
	world("two bets and a suspension", BEFORE, TWO_BETS, { suspensions: 1 }),
	world("two bets and a crash", BEFORE, TWO_BETS, { crashes: 1 }),
	world(LARGEST_WORLD, BEFORE, TWO_BETS, { suspensions: 1, crashes: 1 }),
	world("two bets in play, a suspension and a crash", IN_PLAY, TWO_BETS, { suspensions: 1, crashes: 1 }),
	world("two bets in play and a crash", IN_PLAY, TWO_BETS, { crashes: 1 }),
	world("a double and a suspension", TWO_MATCHES, DOUBLE, { suspensions: 1 }),
	world("a double and a crash", TWO_MATCHES, DOUBLE, { crashes: 1 }),
	world("a double and a repeated request", TWO_MATCHES, DOUBLE, { copies: 1 }),
	world("a double, a suspension and a crash", TWO_MATCHES, DOUBLE, { suspensions: 1, crashes: 1 }),
];
