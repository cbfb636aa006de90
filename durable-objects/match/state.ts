/** A match as it is stored, and the few questions that everything else asks of it. Plain JSON. */
import type { MarketResult, MarketResultState } from "../../shared/contracts/results.ts";
import type { FixtureInput } from "../../shared/feeds/canonical.ts";
import { sportModule } from "../../shared/pricing/registry.ts";
import type { AnySportModule } from "../../shared/pricing/sport.ts";
import type { Hold } from "./holds.ts";
import type { ListedMarket } from "./listing.ts";
import { type PriceRules, STARTING_PRICE_RULES } from "./price-rules.ts";
import { type Deviations, NO_DEVIATIONS } from "./references.ts";
import { IN_PLAY_DELAY_MS, OUTCOME_CAP_BASE_MINOR } from "./rules.ts";

export type MatchState = {
	readonly fixture: FixtureInput;
	/** The deciding feed: the provider of the fixture. */
	readonly provider: string;
	readonly params: unknown;
	readonly sport: unknown;
	readonly lastSeq: number;
	readonly lastTick: number;
	/** MAT-6: its scheduled start has come, whatever the feed says. */
	readonly kickOffDue: boolean;
	readonly holds: readonly Hold[];
	readonly danger: boolean;
	/** When danger last ended, on the match's clock. */
	readonly dangerEndedAtMs: number | null;
	readonly delayMs: number;
	readonly capBaseMinor: number;
	/** What traders and bets have done to prices. */
	readonly pricing: PriceRules;
	/** The provider's own prices, and which markets they have suspended. */
	readonly deviations: Deviations;
	/** Every market ever listed, in the order of its first listing. */
	readonly markets: readonly ListedMarket[];
	/** Of listed markets only. */
	readonly results: Readonly<Record<string, MarketResult>>;
	/** Traders' results stand before the sport's own until they are rolled back. */
	readonly traderResults: Readonly<Record<string, MarketResultState>>;
};

/** What a match starts with, and what a state stored by older code lacks. */
export const STARTING = {
	kickOffDue: false,
	holds: [],
	danger: false,
	dangerEndedAtMs: null,
	delayMs: IN_PLAY_DELAY_MS,
	capBaseMinor: OUTCOME_CAP_BASE_MINOR,
	pricing: STARTING_PRICE_RULES,
	deviations: NO_DEVIATIONS,
	markets: [],
	results: {},
	traderResults: {},
} as const satisfies Partial<MatchState>;

export function sportOf(state: Pick<MatchState, "fixture">): AnySportModule {
	const sport = sportModule(state.fixture.sport);
	if (sport === null) throw new Error(`no module for ${state.fixture.sport}`);
	return sport;
}

/** MAT-2: time as pricing knows it, the match's clock floored to a second. */
export const tickOf = (nowMs: number): number => Math.floor(nowMs / 1_000) * 1_000;
/** The tick at a moment; never before one that the state has already seen. */
export const tickAt = (state: MatchState, nowMs: number): number => Math.max(tickOf(nowMs), state.lastTick);
export const hasEnded = (state: MatchState): boolean => sportOf(state).ended(state.sport);
export const isInPlay = (state: MatchState): boolean =>
	!hasEnded(state) && (state.kickOffDue || sportOf(state).inPlay(state.sport));
