/** What the scripts' environments have in common: each is decoded before anything else, and what is wrong is said in one line. */
import * as v from "valibot";
import { decode } from "../decode.ts";
import { SECRETS } from "../limits.ts";
import { readJson } from "../strict-json.ts";

/** Shards, relays, lanes: names follow from it, so it is never guessed. */
export const countText = v.pipe(
	v.string("missing"),
	v.regex(/^[1-9]\d{0,3}$/, "a whole number, 1 to 9999"),
	v.transform(Number),
);
/** What `npm start` makes its secrets begin with, so that they are known wherever they turn up. */
export const DEVELOPMENT_SECRET = "development-";
export const secretText = v.pipe(
	v.string("missing"),
	v.minLength(SECRETS.minChars, `has at least ${SECRETS.minChars} characters`),
);

const secretsOfOne = v.pipe(
	v.string("not text"),
	v.transform((text) => text.split(",").map((secret) => secret.trim())),
	v.array(v.pipe(v.string(), v.minLength(SECRETS.minChars, `a secret has at least ${SECRETS.minChars} characters`))),
);

/** JSON, name → secret; more than one while a secret is rotated, separated by commas. */
export const secretsText = (name: v.GenericSchema<string, string>) =>
	v.pipe(
		v.string("missing"),
		v.rawTransform(({ dataset, addIssue, NEVER }): unknown => {
			// A name that stands twice would silently lose a secret.
			const read = readJson(dataset.value);
			if (read.ok) return read.value;
			addIssue({ message: read.kind === "malformed" ? "not JSON" : `${read.error.path}: ${read.error.message}` });
			return NEVER;
		}),
		v.record(name, secretsOfOne),
		v.transform((secrets): ReadonlyMap<string, readonly string[]> => new Map(Object.entries(secrets))),
	);

/**
 * Throws one line that names every variable and binding that is missing or wrong, and never what it holds. What a binding can
 * do is Cloudflare's to check; that it is there is ours. Where a script knows demos, a development secret outside one is wrong:
 * whoever has a state folder may know it (RUN-1).
 */
export function decodeEnvironment<Entries extends v.ObjectEntries>(
	script: string,
	schema: v.ObjectSchema<Entries, undefined>,
	env: unknown,
	bindings: readonly string[] = [],
): v.InferOutput<v.ObjectSchema<Entries, undefined>> {
	const named = env as Readonly<Record<string, unknown>>;
	const decoded = decode(schema, Object.fromEntries(Object.keys(schema.entries).map((name) => [name, named[name]])));
	const absent = bindings.filter((name) => typeof named[name] !== "object" || named[name] === null);
	const development =
		!("DEMO" in schema.entries) || named.DEMO === "1"
			? []
			: Object.keys(schema.entries).filter((name) => String(named[name] ?? "").includes(DEVELOPMENT_SECRET));
	if (decoded.ok && absent.length + development.length === 0) return decoded.value;
	const wrong = [
		...(decoded.ok ? [] : decoded.errors.map(({ path, message }) => `${path}: ${message}`)),
		...development.map((name) => `${name}: a development secret, outside a demo environment`),
		...absent.map((name) => `${name}: no such binding`),
	];
	throw new Error(`${script} is not configured: ${wrong.join("; ")}`);
}
