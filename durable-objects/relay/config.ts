/** The stream script's environment, decoded. */
import * as v from "valibot";
import { countText, decodeEnvironment } from "../../shared/contracts/environment.ts";
import { RELAY } from "../../shared/limits.ts";

/**
 * How many relays a region has at each level above its readers' own, from below: `2,1` has two that readers' relays hang on, and one
 * above them. Empty: each relay dials publishers itself. A topic hangs on one of each level, by its name.
 */
export const tiersText = v.optional(
	v.pipe(
		v.string("not text"),
		v.regex(/^$|^[1-9]\d?(,[1-9]\d?)*$/, "whole numbers, separated by commas"),
		v.transform((text): readonly number[] => (text === "" ? [] : text.split(",").map(Number))),
		v.check((tiers) => tiers.length <= RELAY.maxTiers, `at most ${RELAY.maxTiers} levels`),
		v.check(
			(tiers) => tiers.every((count) => count <= RELAY.maxTierRelays),
			`at most ${RELAY.maxTierRelays} relays a level`,
		),
	),
	"",
);

/** Throws, naming what is missing or wrong, before any socket is opened. */
export function streamStart(env: unknown): void {
	const schema = v.object({ WALLET_SHARDS: countText, RELAY_TIERS: tiersText });
	decodeEnvironment("stream", schema, env, ["RELAY", "MATCH", "WALLET", "BOARD"]);
}
