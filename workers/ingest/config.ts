/** The ingest script's environment, decoded: a wrong binding or secret is said in one line, before anything else. */
import * as v from "valibot";
import { providerOf } from "../../shared/catalogue/providers.ts";
import { countText, decodeEnvironment, secretsText } from "../../shared/contracts/environment.ts";
import { matchOwnersText } from "../../shared/feeds/match-owners.ts";

const providerName = v.pipe(
	v.string(),
	v.check((name) => providerOf(name) !== null, "no such provider"),
);
const envSchema = v.object({
	INGEST_SECRETS: secretsText(providerName),
	LANES_PER_GROUP: countText,
	/** Lanes judge by it. */
	MATCH_OWNERS: matchOwnersText,
});

export type IngestConfig = {
	/** By provider; more than one while a secret is rotated (comma-separated in the environment). */
	readonly secrets: ReadonlyMap<string, readonly string[]>;
	/** Names follow from it: changing it moves matches to lanes that do not know them. */
	readonly lanesPerGroup: number;
};

/** Throws, naming every variable that is missing or wrong and never what it holds. */
export function ingestConfig(env: unknown): IngestConfig {
	const { INGEST_SECRETS, LANES_PER_GROUP } = decodeEnvironment("ingest", envSchema, env);
	return {
		secrets: INGEST_SECRETS,
		lanesPerGroup: LANES_PER_GROUP,
	};
}

/** Throws, naming what is missing or wrong and never what it holds, before any push is taken. */
export function ingestStart(env: unknown): void {
	decodeEnvironment("ingest", envSchema, env, ["LANE", "MATCH", "BOARD"]);
}
