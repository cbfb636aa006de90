/** The ingest script's environment, decoded: a wrong binding or secret is said in one line, before anything else. */
import * as v from "valibot";
import { decode } from "../../shared/decode.ts";
import { providerOf } from "../../shared/feeds/providers.ts";

const secretsSchema = v.pipe(
	v.string(),
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
		v.pipe(v.string(), v.minLength(16, "a secret has at least 16 characters")),
	),
);
const envSchema = v.object({
	INGEST_SECRETS: secretsSchema,
	LANES_PER_GROUP: v.pipe(v.string(), v.regex(/^[1-9]\d{0,3}$/), v.transform(Number)),
});

export type IngestConfig = {
	/** By provider; more than one while a secret is rotated (comma-separated). */
	readonly secrets: ReadonlyMap<string, readonly string[]>;
	readonly lanesPerGroup: number;
};

export function ingestConfig(env: unknown): IngestConfig {
	const decoded = decode(envSchema, env);
	if (!decoded.ok) {
		throw new Error(
			`ingest is not configured: ${decoded.errors.map((error) => `${error.path}: ${error.message}`).join("; ")}`,
		);
	}
	const secrets = new Map(Object.entries(decoded.value.INGEST_SECRETS).map(([name, text]) => [name, text.split(",")]));
	return { secrets, lanesPerGroup: decoded.value.LANES_PER_GROUP };
}
