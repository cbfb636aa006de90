/**
 * Each seed draws another world: how many objects of what, whose players and matches they are, and how likely each thing is to go
 * wrong. Some weights are zero, since a fault that always comes with all others hides what it does alone.
 */

import type { MatchCatalogue } from "../../shared/catalogue/match-terms.ts";
import { PROVIDER_NAMES, providerOf } from "../../shared/catalogue/providers.ts";
import { REGIONS, type Region } from "../../shared/contracts/ids.ts";
import type { Offered, SportId } from "../../shared/feeds/canonical.ts";
import type { Random } from "./chance.ts";
import { drawCatalogue } from "./settlement-modes.ts";
import { offeredOf, sportOf } from "./sports.ts";

export const KINDS = [
	"crash",
	"trap",
	"supersede",
	"cut",
	"trader",
	"caps",
	"socket",
	"lateDisk",
	"power",
	"stillborn",
	"slow",
	"refusing",
	"region",
	"oneway",
	"moved",
	"clock",
	"regionClock",
	"database",
	"foreign",
	"stranger",
	"forbidden",
	"burst",
	"wrongCommand",
	"retold",
] as const;
export type Kind = (typeof KINDS)[number];
export type Weights = Readonly<Record<Kind, number>>;

export type Tenant = { readonly partnerId: string; readonly licence: string; readonly currency: string };
export type Person = { readonly region: Region; readonly no: number; readonly tenant: Tenant };

/** Where objects are and whose matches are whose: what an operator configures. */
export type Layout = {
	readonly shards: number;
	readonly lanes: number;
	readonly relays: number;
	/** Relays of a region at each level above its readers' own, from below. */
	readonly tiers: readonly number[];
	/** By match, its provider. */
	readonly providers: ReadonlyMap<string, string>;
	/** By beginning of a match's id, the group that may open it. */
	readonly owners: ReadonlyMap<string, string>;
};
export type Swarm = {
	readonly layout: Layout;
	readonly matches: readonly string[];
	readonly people: readonly Person[];
	readonly regions: readonly Region[];
	readonly weights: Weights;
	readonly maxSkewMs: number;
	readonly sports: ReadonlyMap<string, SportId>;
	/** By match, what its fixture offers of all markets. */
	readonly offered: ReadonlyMap<string, Offered>;
	/** Of the first players, who has a page, and which of them sleep now and then. */
	readonly pages: readonly ("awake" | "sleeps")[];
	/** A step's chance of a bet, and where something is about to be decided. */
	readonly betting: { readonly calm: number; readonly rush: number };
	/** How long everybody is away after the matches, before what is left is looked at; 0: nobody goes. */
	readonly nightMs: number;
	/** A provider numbers the messages of each match from one: those of two matches have the same ids. */
	readonly sameMessageIds: boolean;
	/** Providers sign by a clock that is so far ahead; null: they do not. */
	readonly signedOffsetMs: number | null;
	/** What matches are settled by. */
	readonly catalogue: MatchCatalogue;
};

/** What every actor test of this house stands on. */
export const PLAIN: Layout = { shards: 1, lanes: 2, relays: 1, tiers: [], providers: new Map(), owners: new Map() };
export const DEFAULT_TENANT: Tenant = { partnerId: "demo", licence: "generic", currency: "EUR" };

export const PROVIDER = "replay";
export const groupOf = (provider: string): string => providerOf(provider)?.group ?? "";

const PLAYERS = 6;
/** Ids that one reads for another: a sign more, another sign between, a group's name in front. */
const MATCHES = ["m1", "m2", "m-1", "m_1", "m11", "m1-m2"] as const;
/** Names of which one begins with another. */
const PARTNERS = ["demo", "alpha", "alpha-2", "al"] as const;
/** A match costs as much as the players who bet on it, and most faults need one: ids that look alike and accumulators need two. */
const HOW_MANY_MATCHES = [1, 1, 1, 2, 2, 2, 2, 3, 4] as const;
/** A page costs as much as the objects behind it. */
const PAGES: readonly [Swarm["pages"], ...Swarm["pages"][]] = [
	["awake"],
	["awake"],
	["awake", "awake"],
	["awake", "sleeps"],
	["awake", "sleeps"],
];
/** Faults of windows are found by bets: fewer of them made a history cheaper, and the same fault four times as rare. */
const CALM_BETTING = [0.2, 0.3, 0.3] as const;
const RUSH_BETTING = [0.6, 0.8, 0.8] as const;
const HOUR_MS = 3_600_000;
/** Short of what a token may live (twelve hours). */
const NIGHT_HOURS = [0, 0, 1, 3, 8] as const;
const SKEW_MS = 2_000;
/** One that signs by a clock that is behind its lane's is silent for its first ten minutes, longer than a history's play. */
const SIGNED = 0.15;
const SIGNED_AHEAD_MS = SKEW_MS + 500;
const MOST_SIGNED_AHEAD_MS = 20_000;
const LARGE_SKEW_MS = 30_000;

const below = (random: Random, many: number): number => Math.floor(random() * many);
/** One of them, each as likely as it stands there often. */
const one = <T>(random: Random, of: readonly [T, ...T[]]): T => of[below(random, of.length)] ?? of[0];

function shuffled<T>(random: Random, list: readonly T[]): readonly T[] {
	return list
		.map((item) => ({ item, at: random() }))
		.toSorted((a, b) => a.at - b.at)
		.map(({ item }) => item);
}

/** Some are named to their group; so is whatever would be another's by how it begins. */
function ownersOf(
	random: Random,
	matches: readonly string[],
	providers: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
	const named = matches.filter(() => random() < 0.5);
	const covered = matches.filter((id) => named.some((own) => id.startsWith(own)));
	return new Map(covered.map((id) => [id, groupOf(providers.get(id) ?? PROVIDER)]));
}

/** What every match has, since players bet on it; and what some have beside it, each by its chance. */
const GROUPS = ["main", "totals", "handicap", "next_goal", "trophy"] as const;
const MORE_GROUPS: readonly (readonly [group: string, chance: number])[] = [
	["goals", 0.3],
	["teams", 0.2],
	["intervals", 0.3],
	["halves", 0.1],
	["combos", 0.2],
	["correct_score", 0.1],
	["extra", 0.4],
	["shootout", 0.4],
];
const LINES = ["ou:1.5", "ou:2.25", "ou:2.5", "ah:-0.25"] as const;
const MORE_LINES = ["ou:0.5", "ou:3", "ou:3.5", "ou:4.5", "ah:0", "ah:0.5", "ah:-1", "ah:1.75"] as const;
const WHOLE_OFFER = 0.12;

/** Most regions have no relays above their readers' own. */
const TIERS: readonly [readonly number[], ...(readonly number[])[]] = [[], [], [], [], [1], [2], [1, 1]];

/** A whole book has some two hundred markets, and most faults need only a few: most matches have few, so that more can be played. */
function offeredBy(random: Random): Offered {
	const isWhole = random() < WHOLE_OFFER;
	const groups = [...GROUPS, ...MORE_GROUPS.flatMap(([group, chance]) => (random() < chance ? [group] : []))];
	const lines = [...LINES, ...MORE_LINES.filter(() => random() < 0.3)];
	return isWhole ? {} : { groups, lines };
}

export function drawSwarm(random: Random): Swarm {
	const matches = MATCHES.slice(0, one(random, HOW_MANY_MATCHES));
	const named = shuffled(random, MATCHES).slice(0, matches.length);
	const others = PROVIDER_NAMES.filter((provider) => provider !== PROVIDER);
	const providers = new Map(
		named.map((matchId) => [matchId, random() < 0.6 ? PROVIDER : (others[below(random, others.length)] ?? PROVIDER)]),
	);
	const regions = shuffled(random, REGIONS).slice(0, one(random, [1, 2, 2, 2, 2, 3, 4, PLAYERS]));
	const partners = shuffled(random, PARTNERS).slice(0, one(random, [1, 2, 2, 3]));
	const people = Array.from({ length: PLAYERS }, (_, n): Person => {
		const region = regions[n % regions.length] ?? "weur";
		const partnerId = partners[below(random, partners.length)] ?? DEFAULT_TENANT.partnerId;
		// The first of each region have the same number, and so on: ids that differ by their region only.
		return { region, no: 1 + Math.floor(n / regions.length), tenant: { ...DEFAULT_TENANT, partnerId } };
	});
	const weight = (): number => (random() < 0.3 ? 0 : 0.3 + random() * 1.7);
	const drawn = {
		layout: {
			shards: one(random, [1, 1, 2, 3, 4]),
			lanes: one(random, [1, 2, 2, 3, 4]),
			relays: one(random, [1, 1, 2, 3]),
			tiers: [],
			providers,
			owners: ownersOf(random, named, providers),
		},
		matches: named,
		people,
		regions,
		weights: Object.fromEntries(KINDS.map((kind) => [kind, weight()])) as Weights,
		maxSkewMs: random() < 0.15 ? LARGE_SKEW_MS : SKEW_MS,
		sameMessageIds: random() < 0.5,
		pages: one(random, PAGES),
		betting: { calm: one(random, CALM_BETTING), rush: one(random, RUSH_BETTING) },
		nightMs: one(random, NIGHT_HOURS) * HOUR_MS,
	};
	const offered = new Map(named.map((matchId) => [matchId, offeredBy(random)]));
	const sports = new Map(named.map((matchId) => [matchId, sportOf(random)]));
	for (const [matchId, sport] of sports) if (sport !== "football") offered.set(matchId, offeredOf(random, sport));
	const signedOffsetMs = random() < SIGNED ? SIGNED_AHEAD_MS + below(random, MOST_SIGNED_AHEAD_MS) : null;
	// Who signs is out of step with a lane whose clock is set, as long as it stays so (LAN-4).
	const weights = { ...drawn.weights, clock: 0, regionClock: 0 };
	const steady = signedOffsetMs === null ? {} : { weights, maxSkewMs: SKEW_MS };
	const catalogue = drawCatalogue(random, sports.values());
	const layout = { ...drawn.layout, tiers: one(random, TIERS) };
	return { ...drawn, ...steady, layout, signedOffsetMs, sports, offered, catalogue };
}
