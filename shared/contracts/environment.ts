/** What the scripts' environments have in common: each is decoded before anything else, and what is wrong is said in one line. */
import * as v from "valibot";
import { decode } from "../decode.ts";
import { SECRETS } from "../limits.ts";

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
