/** The ingest script's environment, decoded: a wrong binding or secret is said in one line, before anything else. */
import * as v from "valibot";
import { countText, decodeEnvironment } from "../../shared/contracts/environment.ts";
import { matchOwnersText } from "../../shared/feeds/match-owners.ts";
import { providerOf } from "../../shared/feeds/providers.ts";
import { SECRETS } from "../../shared/limits.ts";
import { readJson } from "../../shared/strict-json.ts";

const secretsOfOne = v.pipe(
	v.string("not text"),
	v.transform((text) => text.split(",").map((secret) => secret.trim())),
	v.array(v.pipe(v.string(), v.minLength(SECRETS.minChars, `a secret has at least ${SECRETS.minChars} characters`))),
);
const secretsSchema = v.pipe(
	v.string("missing"),
	v.rawTransform(({ dataset, addIssue, NEVER }) => {
		// A provider named twice would silently lose a secret.
		const read = readJson(dataset.value);
		if (read.ok) return read.value;
		addIssue({ message: read.kind === "malformed" ? "not JSON" : `${read.error.path}: ${read.error.message}` });
		return NEVER;
	}),
	v.record(
		v.pipe(
			v.string(),
			v.check((name) => providerOf(name) !== null, "no such provider"),
		),
		secretsOfOne,
	),
);
const envSchema = v.object({
	INGEST_SECRETS: secretsSchema,
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
		secrets: new Map(Object.entries(INGEST_SECRETS)),
		lanesPerGroup: LANES_PER_GROUP,
	};
}

/** Throws, naming what is missing or wrong and never what it holds, before any push is taken. */
export function ingestStart(env: unknown): void {
	decodeEnvironment("ingest", envSchema, env, ["LANE", "MATCH", "BOARD"]);
}
