/** A match in play inside its platform, and what its storage says of it, for tests of the match. */

import { replay } from "../durable-objects/match/apply.ts";
import type { JournalEntry } from "../durable-objects/match/journal.ts";
import type { MatchState } from "../durable-objects/match/state.ts";
import { MatchStore } from "../durable-objects/match/store.ts";
import { matchName } from "../shared/contracts/ids.ts";
import type { QuoteAnswer } from "../shared/contracts/match.ts";
import type { Input } from "../shared/feeds/canonical.ts";
import { Platform } from "../simulation/world/platform.ts";
import { fixture, phase } from "./football-inputs.ts";

export const MATCH = "final";
export type Quoted = QuoteAnswer["markets"][number];

/** Before its kick-off, in an hour. */
export async function scheduled(over: Partial<Parameters<typeof fixture>[0]> = {}): Promise<Platform> {
	const platform = new Platform();
	await platform.feed(fixture({ scheduledAtMs: platform.world.now() + 3_600_000, ...over }));
	return platform;
}

/** In the first minute, with a feed that lives. */
export async function playing(): Promise<Platform> {
	const platform = await scheduled();
	await platform.feed(phase("first_half", 0));
	await platform.live(MATCH, 3_000);
	return platform;
}

/** A phase whose clock runs a hundred times as fast as life. */
export function quick(name: string, elapsedSec: number): Input {
	return { ...phase(name, elapsedSec), clock: { elapsedSec, running: true, rate: 100 } } as Input;
}

export function quoted(platform: Platform, market: string, view = "standard"): Quoted {
	const [answer] = platform.match(MATCH).quote({ v: 1, matchId: MATCH, asks: [{ market, view }] }).markets;
	if (answer === undefined) throw new Error("no answer");
	return answer;
}

export const oddsOf = (market: Quoted, outcomeId: string): number => market.outcomes[outcomeId]?.oddsMilli ?? 0;

const storeOf = (platform: Platform): MatchStore => new MatchStore(platform.world.storage(matchName(MATCH)));

export function storedState(platform: Platform): MatchState {
	const { stored } = storeOf(platform).load();
	if (stored === null) throw new Error("no match");
	return stored.state;
}

export const journalOf = (platform: Platform): readonly JournalEntry[] => storeOf(platform).history().journal;
export const kindsOf = (platform: Platform): readonly string[] => journalOf(platform).map(({ kind }) => kind);

/** The bytes of the match, and those that its inputs and journal give from nothing (MAT-2). */
export function twice(platform: Platform): { readonly stored: string; readonly replayed: string } {
	return {
		stored: JSON.stringify(storedState(platform)),
		replayed: JSON.stringify(replay(storeOf(platform).history())),
	};
}

let prices = 0;
/** The provider's prices of a market, made when the match stands where it stands. */
export function reference(platform: Platform, marketId: string, oddsMilli: Readonly<Record<string, number>>): Input {
	return {
		v: 1,
		kind: "reference_prices",
		id: `price-${++prices}`,
		matchId: MATCH,
		sentAtMs: platform.world.now(),
		marketId,
		prices: Object.entries(oddsMilli).map(([outcomeId, odds]) => ({ outcomeId, oddsMilli: odds })),
	};
}

/** The provider's prices where it thinks exactly as we do, and where it thinks that home is `points` hundredths likelier. */
export function referenceOf1x2(platform: Platform, points = 0): Input {
	const { outcomes } = quoted(platform, "1x2");
	const fair = (outcomeId: string): number => (outcomes[outcomeId]?.fairPpm ?? 0) / 1_000_000;
	const home = fair("home") + points / 100;
	const rest = (1 - home) / (1 - fair("home"));
	const odds = (p: number): number => Math.round(1_000 / (p * 1.05));
	return reference(platform, "1x2", {
		home: odds(home),
		draw: odds(fair("draw") * rest),
		away: odds(fair("away") * rest),
	});
}
