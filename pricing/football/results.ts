/** Markets that are decided, on the facts the feed stands by (SET-0). A market taken back is simply not among them. */
import type { SettledMarket } from "../sport.ts";
import type { FootballMarket } from "./markets/market.ts";
import type { MatchPath } from "./path.ts";
import { settlementPaths } from "./settlement-paths.ts";
import type { FootballState } from "./state.ts";
import { FOOTBALL_FAMILIES } from "./table.ts";

const ALL_MARKETS: readonly FootballMarket[] = FOOTBALL_FAMILIES.flatMap(({ markets }) => markets);
/** HOU-1: decided markets stand, all others are void. */
const ABANDONED: readonly SettledMarket[] = ALL_MARKETS.map(({ spec }) => ({
	spec,
	state: { kind: "void", reason: "abandoned" },
}));

/**
 * Every market of the table that is decided, whether or not it was ever offered. Equal results are the same object. A goal in
 * doubt settles nothing that depends on it, whatever phase follows, abandonment included.
 */
export function results(state: FootballState): readonly SettledMarket[] {
	const paths = settlementPaths(state);
	if (paths === null) return [];
	const isAbandoned = state.phase === "abandoned";
	const [path] = paths;
	if (path === undefined || paths.length > 1) return decidedOn(paths, isAbandoned);
	const key = keyOf(path, isAbandoned);
	const known = KNOWN.get(key);
	if (known !== undefined) return known;
	if (KNOWN.size >= MAX_KNOWN) KNOWN.clear();
	const decided = decidedOn(paths, isAbandoned);
	KNOWN.set(key, decided);
	return decided;
}

/** Attacks and statements move only the clock: what is decided was decided at the input before. Matches of one process take turns. */
const KNOWN = new Map<string, readonly SettledMarket[]>();
const MAX_KNOWN = 256;
/** Seconds at which the clock alone decides something. */
const DECISIVE_SECS = [
	...new Set(ALL_MARKETS.flatMap(({ price }) => (price.kind === "interval" ? [price.interval.endSec ?? 0] : []))),
];

/** All that a verdict reads: of the clock, what it has passed. */
function keyOf({ knownSec, ...path }: MatchPath, isAbandoned: boolean): string {
	const passed = DECISIVE_SECS.filter((sec) => knownSec >= sec).length;
	return `${isAbandoned} ${passed} ${JSON.stringify(path)}`;
}

function decidedOn(paths: readonly MatchPath[], isAbandoned: boolean): readonly SettledMarket[] {
	const decided: SettledMarket[] = [];
	for (let index = 0; index < ALL_MARKETS.length; index++) {
		const market = ALL_MARKETS[index] as FootballMarket;
		const otherwise = isAbandoned ? (ABANDONED[index] as SettledMarket) : null;
		const result = agreed(market, paths, otherwise);
		if (result !== null) decided.push(result);
	}
	return decided;
}

function agreed(
	market: FootballMarket,
	paths: readonly MatchPath[],
	otherwise: SettledMarket | null,
): SettledMarket | null {
	let result: SettledMarket | null = null;
	for (let n = 0; n < paths.length; n++) {
		const own = market.verdict(paths[n] as MatchPath).settled ?? otherwise;
		if (own === null || (n > 0 && own !== result)) return null;
		result = own;
	}
	return result;
}
