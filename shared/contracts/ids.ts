/**
 * Names of things that more than one part of the platform must agree on.
 *
 * An object's name is its address for ever, so every name is made here and nowhere else.
 */
import * as v from "valibot";
import { BET, CONTRACT } from "../limits.ts";

/** Cloudflare's location hints; an object is placed by the region in its name, once, at its first `get`. */
export const REGIONS = ["wnam", "enam", "sam", "weur", "eeur", "apac", "oc", "afr", "me"] as const;
export type Region = (typeof REGIONS)[number];
export const regionSchema = v.picklist(REGIONS);

/**
 * Whether an id may name an entry of a record. `constructor` and its like are found in every object: one who bets on an
 * outcome of that name would be given a function for a price.
 */
export const isOwnName = (id: string): boolean => !(id in Object.prototype);
const ownName = v.check(isOwnName, "a name that every object has");

const idText = (max: number) =>
	v.pipe(v.string(), v.regex(/^[A-Za-z0-9][A-Za-z0-9._:+-]*$/), v.maxLength(max), ownName);

/** A match id as the provider group names it: lower case, digits, `-`, `_`, `.` (no `:`, which separates object names). */
export const matchIdSchema = v.pipe(
	v.string(),
	v.regex(/^[a-z0-9][a-z0-9._-]*$/),
	v.maxLength(CONTRACT.idChars),
	ownName,
);
/** A market id, e.g. `1x2`, `ou:2.5`, `ng:3`. The line is part of the id: another line is another market (BET-4). */
export const marketIdSchema = idText(48);
export const outcomeIdSchema = idText(32);
/** `p_{region}_{16 hex}`: the region of registration is in the id, so the wallet's name follows from the id alone. */
export const playerIdSchema = v.pipe(v.string(), v.regex(/^p_(wnam|enam|sam|weur|eeur|apac|oc|afr|me)_[0-9a-f]{16}$/));
/** Made by the client (BET-1), unique per player. */
export const ticketIdSchema = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{8,64}$/));
export const providerSchema = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,31}$/));
export const partnerIdSchema = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,31}$/));
export const licenceSchema = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,31}$/));
/** ISO 4217 alphabetic code. */
export const currencySchema = v.pipe(v.string(), v.regex(/^[A-Z]{3}$/));
/** A margin profile × a set of allowed markets (MAT-5). */
export const viewSchema = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,31}$/));
export const DEFAULT_VIEW = "standard";

/** An outcome of a match as one text, for maps and sets. */
export const outcomeKey = (marketId: string, outcomeId: string): string => `${marketId}\n${outcomeId}`;

/** FNV-1a over UTF-16 code units: the stable hash behind lanes and wallet shards. Never change it: names follow from it. */
export function stableHash(text: string): number {
	let hash = 0x811c9dc5;
	for (let i = 0; i < text.length; i++) {
		hash ^= text.charCodeAt(i);
		hash = Math.imul(hash, 0x01000193);
	}
	return hash >>> 0;
}

export function laneName(providerGroup: string, matchId: string, laneCount: number): string {
	return `lane:${providerGroup}:${stableHash(matchId) % laneCount}`;
}

/** Every lane of a provider group: a provider's heartbeat goes to all of them (LAN-2). */
export function laneNamesOf(providerGroup: string, laneCount: number): readonly string[] {
	return Array.from({ length: laneCount }, (_, index) => `lane:${providerGroup}:${index}`);
}

export function matchName(matchId: string): string {
	return `match:${matchId}`;
}

export function deskName(matchId: string, region: Region): string {
	return `desk:${matchId}:${region}`;
}

export function deskParts(name: string): { readonly matchId: string; readonly region: Region } {
	const [kind, matchId, region] = name.split(":");
	if (kind !== "desk" || matchId === undefined) throw new Error(`not a desk's name: ${name}`);
	return { matchId: v.parse(matchIdSchema, matchId), region: v.parse(regionSchema, region) };
}

export function walletNameOf(playerId: string, shardCount: number): string {
	return `wallet:${playerRegion(playerId)}:${stableHash(playerId) % shardCount}`;
}

export function walletRegion(name: string): Region {
	const [kind, region] = name.split(":");
	if (kind !== "wallet") throw new Error(`not a wallet's name: ${name}`);
	return v.parse(regionSchema, region);
}

export function playerRegion(playerId: string): Region {
	return v.parse(regionSchema, playerId.split("_")[1]);
}

export function relayName(region: Region, index: number): string {
	return `relay:${region}:${index}`;
}

/** A relay that relays of the level below hang on; readers' own are of level 0. */
export function upperRelayName(region: Region, level: number, index: number): string {
	return `relay:${region}:up${level}:${index}`;
}

/** Null for what is no relay's name. */
export function relayParts(name: string): { readonly region: Region; readonly level: number } | null {
	const [, regionText, level = "0"] = /^relay:([a-z]+)(?::up([1-9]))?:\d+$/.exec(name) ?? [];
	const region = REGIONS.find((known) => known === regionText);
	return region === undefined ? null : { region, level: Number(level) };
}

export const BOARD_NAME = "board";

/** Identity of a ticket everywhere outside its wallet: two players may choose the same ticket id (BET-1). */
export function ticketKey(playerId: string, ticketId: string): string {
	return `${playerId}/${ticketId}`;
}
export const ticketKeySchema = v.pipe(
	v.string(),
	v.regex(/^p_(wnam|enam|sam|weur|eeur|apac|oc|afr|me)_[0-9a-f]{16}\/[A-Za-z0-9_-]{8,64}$/),
);

export const legNoSchema = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(BET.maxLegs - 1));
/** What names a leg everywhere outside its ticket. */
export const legRefEntries = { ticketKey: ticketKeySchema, legNo: legNoSchema } as const;
export const legRefSchema = v.strictObject(legRefEntries);
export type LegRef = v.InferOutput<typeof legRefSchema>;
/** The same as one text, for maps and sets. */
export const legKey = ({ ticketKey, legNo }: LegRef): string => `${ticketKey}#${legNo}`;
