/** The ingest script's environment, decoded: a wrong binding or secret is said in one line, before anything else. */
import * as v from "valibot";
import { decode } from "../../shared/decode.ts";
import { providerOf } from "../../shared/feeds/providers.ts";
import { SECRETS } from "../../shared/limits.ts";

const secretsOfOne = v.pipe(
	v.string("not text"),
	v.transform((text) => text.split(",").map((secret) => secret.trim())),
	v.array(v.pipe(v.string(), v.minLength(SECRETS.minChars, `a secret has at least ${SECRETS.minChars} characters`))),
);
const secretsSchema = v.pipe(
	v.string("missing"),
	v.rawTransform(({ dataset, addIssue, NEVER }) => {
		try {
			return JSON.parse(dataset.value) as unknown;
		} catch {
			addIssue({ message: "not JSON" });
			return NEVER;
		}
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
	LANES_PER_GROUP: v.pipe(
		v.string("missing"),
		v.regex(/^[1-9]\d{0,3}$/, "a whole number of lanes, 1 to 9999"),
		v.transform(Number),
	),
});

export type IngestConfig = {
	/** By provider; more than one while a secret is rotated (comma-separated in the environment). */
	readonly secrets: ReadonlyMap<string, readonly string[]>;
	/** Names follow from it: changing it moves matches to lanes that do not know them. */
	readonly lanesPerGroup: number;
};

/** Throws, naming every variable that is missing or wrong and never what it holds. */
export function ingestConfig(env: { readonly [name in keyof v.InferInput<typeof envSchema>]?: unknown }): IngestConfig {
	const { INGEST_SECRETS, LANES_PER_GROUP } = env;
	const decoded = decode(envSchema, { INGEST_SECRETS, LANES_PER_GROUP });
	if (!decoded.ok) {
		const wrong = decoded.errors.map(({ path, message }) => `${path}: ${message}`).join("; ");
		throw new Error(`ingest is not configured: ${wrong}`);
	}
	return {
		secrets: new Map(Object.entries(decoded.value.INGEST_SECRETS)),
		lanesPerGroup: decoded.value.LANES_PER_GROUP,
	};
}
