/**
 * A recorded match played to the objects of one release, from its fixture to its last payment, and what came of it. Two releases
 * get the same messages at the same moments, so whatever differs is theirs.
 */
import { replayOf } from "../../replays/all.ts";
import { timelineOf } from "../../scripts/replay/timelines.ts";
import { matchName } from "../../shared/contracts/ids.ts";
import type { MarketResult } from "../../shared/contracts/results.ts";
import type { Input } from "../../shared/feeds/canonical.ts";
import { WALLET_SHARE } from "../../shared/limits.ts";
import type { MatchView } from "../../shared/protocol/match-view.ts";
import { Platform } from "../world/platform.ts";
import type { Player } from "../world/player.ts";
import type { Code } from "./code.ts";

const MATCH = "recorded";
const BEFORE_MS = 30_000;
/** After the last message: hold-offs are over, desks and wallets have been told. */
const AFTER_MS = 15_000;
/** To price every market alone takes longer than to play the match. */
const ASK_EVERY = 8;
const STAKE_MINOR = 1_000;
/** In which a first word of each bet comes. */
const PLACING_MS = 5;
/** A quote's largest. */
const ASKED = 64;

export type SoldMarket = {
	readonly status: string;
	readonly version: number;
	/** By outcome, in millionths: what the model says, before any margin. */
	readonly fairPpm: Readonly<Record<string, number>>;
	readonly oddsMilli: Readonly<Record<string, number | null>>;
};
/** Once a second. */
export type Moment = {
	readonly atMs: number;
	readonly state: Omit<MatchView["state"], "incidents">;
	readonly clock: MatchView["clock"];
	readonly incidents: MatchView["state"]["incidents"];
	readonly seq: number;
	readonly isStale: boolean;
	/** What readers see of all markets, as text. */
	readonly shown: string;
	/** What the match says of these when it is asked, at every eighth moment. */
	readonly markets: ReadonlyMap<string, SoldMarket>;
	/** What readers were sent since the last moment; whose history it belongs to is left out. */
	readonly frames: readonly string[];
};
export type Settled = {
	readonly status: string;
	readonly oddsMilli: number | null;
	readonly returnMinor: number | null;
	readonly outcome: string;
};
export type Replayed = {
	/** By input: stored, and what its match refused of it. */
	readonly fates: readonly string[];
	/** By market: the last result that its desk was told. */
	readonly results: ReadonlyMap<string, MarketResult["state"]>;
	/** By market and outcome: a bet of before the match. */
	readonly tickets: ReadonlyMap<string, Settled>;
	readonly moments: readonly Moment[];
};
export type Recorded = { readonly replayId: string; readonly speed: number };

type Bet = { readonly key: string; readonly player: Player; readonly ticketId: string };

export async function replayed({ replayId, speed }: Recorded, code: Code): Promise<Replayed> {
	const replay = replayOf(replayId);
	if (replay === null) throw new Error(`no replay ${replayId}`);
	const platform = new Platform();
	platform.startUnder = () => code;
	platform.codeOf = () => code;
	const results = new Map<string, MarketResult["state"]>();
	platform.observe = ({ method, request }) => {
		if (method !== "results") return;
		for (const { marketId, state } of (request as { results: readonly MarketResult[] }).results)
			results.set(marketId, state);
	};
	const frames: string[] = [];
	platform.sockets = {
		...platform.sockets,
		send: (publisher, frame) => void (publisher === matchName(MATCH) && frames.push(withoutEpoch(frame))),
	};
	const startMs = platform.world.now() + BEFORE_MS;
	const { events, endsMs } = timelineOf({ replay, matchId: MATCH, seed: 1, speed, fromMinute: 0, startMs });
	const waiting = [...events];
	const fates: string[] = [];
	const pushDue = async (): Promise<void> => {
		const dueMs = platform.world.now() - startMs;
		const due = waiting.splice(0, waiting.findIndex((event) => event.dueMs > dueMs) >>> 0);
		fates.push(
			...(await pushed(
				platform,
				due.map(({ message }) => message as Input),
			)),
		);
	};
	waiting.unshift(...waiting.splice(0, 1).map((fixture) => ({ ...fixture, dueMs: -BEFORE_MS })));
	await pushDue();
	const bets = await placed(platform);
	const moments: Moment[] = [];
	while (platform.world.now() - startMs < endsMs + AFTER_MS) {
		await platform.live(MATCH, 1_000);
		await pushDue();
		const isAsked = moments.length % ASK_EVERY === 0;
		moments.push(momentOf(platform, frames.splice(0), isAsked));
	}
	return { fates, results, tickets: await settled(bets), moments };
}

/** An epoch names a start of an object by chance. */
const withoutEpoch = (frame: string): string => frame.replaceAll(/"\d+\.[0-9a-f]{16}"/g, '"epoch"');

async function pushed(platform: Platform, inputs: readonly Input[]): Promise<readonly string[]> {
	if (inputs.length === 0) return [];
	const answering = platform.push(MATCH, inputs);
	await platform.world.settle();
	const { results, rejected = [] } = await answering;
	return [
		...inputs.map(({ id }, at) => `${id} ${results[at]?.kind}`),
		...rejected.map(({ id, code }) => `${id} refused ${code}`),
	];
}

const viewOf = (platform: Platform): MatchView => JSON.parse(platform.match(MATCH).image() ?? "null");

/** A bet on each outcome of each market, by a player each. */
async function placed(platform: Platform): Promise<readonly Bet[]> {
	const bets: Bet[] = [];
	for (const { marketId, outcomes } of viewOf(platform).markets)
		for (const { outcomeId } of outcomes) {
			const player = await platform.player();
			const ticketId = `recorded-${bets.length}`;
			void player.place([{ matchId: MATCH, marketId, outcomeId }], { id: ticketId, stakeMinor: STAKE_MINOR });
			bets.push({ key: `${marketId} ${outcomeId}`, player, ticketId });
			// A wallet takes no more than so many of a match at one moment.
			if (bets.length % WALLET_SHARE.placing === 0) await platform.world.advance(PLACING_MS);
		}
	return bets;
}

async function settled(bets: readonly Bet[]): Promise<ReadonlyMap<string, Settled>> {
	const tickets = new Map<string, Settled>();
	for (const { key, player, ticketId } of bets) {
		const { status, totalOddsMilli: oddsMilli, returnMinor, legs } = await player.ticket(ticketId);
		tickets.set(key, { status, oddsMilli, returnMinor, outcome: JSON.stringify(legs[0]?.outcome) });
	}
	return tickets;
}

function momentOf(platform: Platform, frames: readonly string[], isAsked: boolean): Moment {
	const { state, clock, seq, stale, markets } = viewOf(platform);
	const { incidents, ...rest } = state;
	const undecided = markets.filter(({ status }) => status !== "settled").map(({ marketId }) => marketId);
	return {
		atMs: platform.world.now(),
		state: rest,
		clock,
		incidents,
		seq,
		isStale: stale,
		shown: JSON.stringify(markets),
		markets: isAsked ? soldOf(platform, undecided) : new Map<string, SoldMarket>(),
		frames,
	};
}

function soldOf(platform: Platform, marketIds: readonly string[]): ReadonlyMap<string, SoldMarket> {
	const sold = new Map<string, SoldMarket>();
	for (let at = 0; at < marketIds.length; at += ASKED) {
		const asks = marketIds.slice(at, at + ASKED).map((market) => ({ market, view: "standard" }));
		for (const quoted of platform.match(MATCH).quote({ v: 1, matchId: MATCH, asks }).markets) {
			const { market, status, version } = quoted;
			const outcomes = Object.entries(quoted.outcomes);
			sold.set(market, {
				status,
				version,
				fairPpm: Object.fromEntries(outcomes.map(([outcomeId, { fairPpm }]) => [outcomeId, fairPpm])),
				oddsMilli: Object.fromEntries(outcomes.map(([outcomeId, { oddsMilli }]) => [outcomeId, oddsMilli])),
			});
		}
	}
	return sold;
}
