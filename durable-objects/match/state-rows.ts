/**
 * A match's state as rows, of which a step writes those that it changed. Nine tenths of a state are markets, results and what
 * the feed has told, which hardly ever change once they are there; what an attack moves is a few hundred bytes. Pure.
 */
import type { MarketSpec } from "../../pricing/sport.ts";
import { firstMatchTerms } from "../../shared/catalogue/match-terms.ts";
import type { MarketStatus } from "../../shared/contracts/match.ts";
import type { MarketResult } from "../../shared/contracts/results.ts";
import { type MatchState, STARTING, withTerms } from "./state.ts";
import type { ListedMarket } from "./state-parts.ts";

type Place = { readonly part: string; readonly no: number };
export type StateRow = Place & { readonly text: string };
/** Rows of one kind by their numbers, of which the first one is `from`; where there is nothing there is no row. */
type List = { readonly from: number; readonly bodies: readonly unknown[] };
type Lists = ReadonlyMap<string, List>;
/** A state with the rows that are stored of it. `head` is what nearly every step moves. */
export type StoredState = { readonly state: MatchState; readonly head: string; readonly lists: Lists };
export type Changed = {
	readonly stored: StoredState;
	readonly written: readonly (Place & { readonly body: unknown })[];
	readonly gone: readonly Place[];
};

const SELDOM = "seldom";
const WAITING = "waiting";
/** By their place in the listing: what a market is, and its result. */
const MARKETS = "market";
const RESULTS = "result";
/** Statuses and versions of so many markets, which a withdrawal moves together. */
const STANDING = "standing";
const A_BLOCK = 128;
/** A list of the sport's state. */
const SPORTS = "sport.";

const LETTERS = {
	open: "o",
	danger: "d",
	suspended: "s",
	closed: "c",
	settled: "x",
} as const satisfies Record<MarketStatus, string>;
const STATUSES = new Map(
	(Object.keys(LETTERS) as (keyof typeof LETTERS)[]).map((status) => [LETTERS[status] as string, status]),
);

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
const isList = (value: unknown): value is readonly object[] =>
	Array.isArray(value) && value.length > 0 && value.every(isObject);

/** The rows of a state that differ from those that are stored; null: none are. */
export function changedRows(before: StoredState | null, state: MatchState): Changed {
	const { head, lists: bodies } = partsOf(before, state);
	const lists = new Map<string, List>();
	const written: (Place & { readonly body: unknown })[] = [];
	const gone: Place[] = [];
	for (const part of new Set([...(before?.lists.keys() ?? []), ...bodies.keys()])) {
		const was = before?.lists.get(part) ?? { from: 0, bodies: [] };
		const now = moved(was, bodies.get(part) ?? []);
		if (now.bodies.length > 0) lists.set(part, now);
		if (now.bodies === was.bodies) continue;
		const end = Math.max(was.from + was.bodies.length, now.from + now.bodies.length);
		for (let no = Math.min(was.from, now.from); no < end; no++) {
			const [old, body] = [was.bodies[no - was.from], now.bodies[no - now.from]];
			if (old === body) continue;
			if (body === undefined) gone.push({ part, no });
			else if (old === undefined || JSON.stringify(old) !== JSON.stringify(body)) written.push({ part, no, body });
		}
	}
	return { stored: { state, head, lists }, written, gone };
}

/** A list that loses its first rows as it gets new ones keeps the numbers of the others. */
function moved({ from, bodies: was }: List, bodies: readonly unknown[]): List {
	const first = bodies[0];
	const lost = first === undefined ? -1 : was.indexOf(first);
	return { from: from + Math.max(0, lost), bodies };
}

/** Moves with nearly every input. */
type Moving = Pick<
	MatchState,
	"holds" | "danger" | "dangerEndedAtMs" | "deviations" | "feedOffsetsMs" | "feedTickOffsetsMs" | "lastSeq" | "lastTick"
>;
/** `lists`: which of the sport's fields have rows of their own; here they are null, in their place. */
type Head = Moving & { readonly sport: object; readonly lists: readonly string[] };

function partsOf(
	before: StoredState | null,
	whole: MatchState,
): { readonly head: string; readonly lists: ReadonlyMap<string, readonly unknown[]> } {
	const { markets, results, waiting, sport, ...fields } = whole;
	const { holds, danger, dangerEndedAtMs, deviations, feedOffsetsMs, feedTickOffsetsMs, lastSeq, lastTick, ...seldom } =
		fields;
	if (!isObject(sport)) throw new Error("a sport's state is an object");
	const told = Object.entries(sport).filter(([, value]) => isList(value));
	const head: Head = {
		...{ holds, danger, dangerEndedAtMs, deviations, feedOffsetsMs, feedTickOffsetsMs, lastSeq, lastTick },
		sport: { ...sport, ...Object.fromEntries(told.map(([key]) => [key, null])) },
		lists: told.map(([key]) => key),
	};
	const kept = (part: string): readonly unknown[] => before?.lists.get(part)?.bodies ?? [];
	const isSameMarkets = before?.state.markets === markets;
	const isSameResults = isSameMarkets && before?.state.results === results;
	const lists: readonly (readonly [string, readonly unknown[]])[] = [
		[SELDOM, isSame(kept(SELDOM)[0], seldom) ? kept(SELDOM) : [seldom]],
		[WAITING, kept(WAITING)[0] === waiting ? kept(WAITING) : [waiting]],
		[MARKETS, isSameMarkets ? kept(MARKETS) : markets.map(({ spec }) => spec)],
		[STANDING, isSameMarkets ? kept(STANDING) : standingOf(markets)],
		[RESULTS, isSameResults ? kept(RESULTS) : markets.map(({ spec }) => results[spec.marketId])],
		...told.map(([key, list]) => [SPORTS + key, list] as const),
	];
	return { head: JSON.stringify(head), lists: new Map(lists) };
}

/** Field by field. */
const isSame = (a: unknown, b: object): boolean =>
	isObject(a) && Object.entries(b).every(([key, value]) => value === (a as Readonly<Record<string, unknown>>)[key]);

function standingOf(markets: readonly ListedMarket[]): readonly Block[] {
	const blocks: Block[] = [];
	for (let from = 0; from < markets.length; from += A_BLOCK) {
		const block = markets.slice(from, from + A_BLOCK);
		blocks.push([block.map(({ status }) => LETTERS[status]).join(""), block.map(({ version }) => version)]);
	}
	return blocks;
}

type Block = readonly [letters: string, versions: readonly number[]];
type Fields = Partial<MatchState> &
	Pick<MatchState, "fixture" | "provider" | "params" | "sport" | "lastSeq" | "lastTick">;

/** The state of which these are head and rows, a part's in their order. */
export function storedStateOf(head: string, rows: readonly StateRow[]): StoredState {
	const lists = new Map<string, { readonly from: number; readonly bodies: unknown[] }>();
	for (const { part, no, text } of rows) {
		const list = lists.get(part) ?? { from: part.startsWith(SPORTS) ? no : 0, bodies: [] };
		list.bodies[no - list.from] = JSON.parse(text);
		lists.set(part, list);
	}
	const bodiesOf = (part: string): readonly unknown[] => lists.get(part)?.bodies ?? [];
	const { lists: keys, sport, ...moving }: Head = JSON.parse(head);
	const results = bodiesOf(RESULTS) as (MarketResult | undefined)[];
	const state = stateOf({
		...(bodiesOf(SELDOM)[0] as Fields),
		...moving,
		waiting: bodiesOf(WAITING)[0] as MatchState["waiting"],
		markets: marketsOf(bodiesOf(MARKETS) as MarketSpec[], bodiesOf(STANDING) as Block[]),
		results: Object.fromEntries(results.flatMap((result) => (result === undefined ? [] : [[result.marketId, result]]))),
		sport: { ...sport, ...Object.fromEntries(keys.map((key) => [key, bodiesOf(SPORTS + key)])) },
	});
	return { state, head, lists };
}

function marketsOf(specs: readonly MarketSpec[], blocks: readonly Block[]): readonly ListedMarket[] {
	return specs.map((spec, no) => {
		const [letters = "", versions = []] = blocks[Math.floor(no / A_BLOCK)] ?? [];
		const status = STATUSES.get(letters[no % A_BLOCK] ?? "");
		const version = versions[no % A_BLOCK];
		if (status === undefined || version === undefined) throw new Error(`no standing is stored of ${spec.marketId}`);
		return { spec, version, status };
	});
}

/** A state that was stored as one text, before there were rows; null where there are. */
export function wholeStateOf(text: string): MatchState | null {
	const stored = JSON.parse(text);
	return "lists" in stored ? null : stateOf(stored);
}

/** Fields that an older version of the code did not know start as in a new match; what it took of the catalogue is what there was then. */
function stateOf(stored: Fields): MatchState {
	const { delayMs, holdOff, inferredStandsMs, marginsVersion, capBaseMinor, followingInPlayPpm, terms, ...known } =
		stored;
	const { fixture, provider, params, sport, lastSeq, lastTick, ...rest } = known;
	// A sport that came later has no first rows, and its matches lack nothing.
	const first = () => withTerms(firstMatchTerms(fixture.sport, provider, []));
	return {
		...STARTING,
		delayMs: delayMs ?? first().delayMs,
		holdOff: holdOff ?? first().holdOff,
		inferredStandsMs: inferredStandsMs ?? first().inferredStandsMs,
		marginsVersion: marginsVersion ?? first().marginsVersion,
		capBaseMinor: capBaseMinor ?? first().capBaseMinor,
		followingInPlayPpm: followingInPlayPpm ?? first().followingInPlayPpm,
		terms: terms ?? first().terms,
		...rest,
		// In the order of a new match, whichever way they came: so that a replay has the same bytes (MAT-2).
		...{ fixture, provider, params, sport, lastSeq, lastTick },
	};
}
