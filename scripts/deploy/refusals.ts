/** Why a deployment is refused: what is open in its configs, and what is known of its secrets (RUN-1). */
import { DEVELOPMENT_SECRET } from "../../shared/contracts/environment.ts";
import { SECRETS } from "../../shared/limits.ts";

/** A script's config, of one environment, as far as it opens or closes anything. */
export type ScriptConfig = {
	/** The file, and the environment in it where that has a name. */
	readonly where: string;
	readonly isEdge: boolean;
	readonly vars: Readonly<Record<string, unknown>>;
	readonly workersDev: boolean | undefined;
	readonly previewUrls: boolean | undefined;
	readonly routes: number;
	readonly keepsVars: boolean;
	readonly requiredSecrets: readonly string[];
};

/** Secrets by the name of their variable: those that whoever deploys has at hand. */
export type GivenSecrets = Readonly<Record<string, string>>;

export const SECRET_NAMES = [
	"OPERATOR_TOKEN",
	"TOKEN_SECRET",
	"INGEST_SECRETS",
	"PARTNER_SECRETS",
	"DATABASE_URL",
	"NEON_ENDPOINT",
] as const;
/** Of providers and of partners: JSON, name → secret, two separated by a comma while one is rotated. */
const SEVERAL: ReadonlySet<string> = new Set(["INGEST_SECRETS", "PARTNER_SECRETS"]);
const isSecretName = (name: string): boolean =>
	SECRET_NAMES.some((known) => known === name) || /SECRET|TOKEN|PASSWORD|_KEY$/.test(name);
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\]|0\.0\.0\.0)$/;
/** Words of tests, examples and whoever was in a hurry. */
const NO_SECRET = /of-the-tests|change-?me|example|password|secret|hunter2/i;
/** Plays recorded matches to whoever develops: no provider. */
const REPLAYS = "replay";

export function refusalsOf(
	configs: readonly ScriptConfig[],
	given: GivenSecrets,
	development: readonly string[],
): readonly string[] {
	return [
		...configs.flatMap((config) => refusalsOfConfig(config).map((why) => `${config.where}: ${why}`)),
		...refusalsOfSecrets(given, development),
	];
}

function refusalsOfConfig(config: ScriptConfig): readonly string[] {
	const { vars, isEdge } = config;
	return [
		...Object.keys(vars).flatMap((name) => (isSecretName(name) ? [`${name} is a secret, and stands in a config`] : [])),
		...config.requiredSecrets.flatMap((name) =>
			SECRET_NAMES.some((known) => known === name) ? [] : [`${name} is a secret that this check does not know`],
		),
		...(config.keepsVars ? ["keep_vars leaves vars in force that no config shows"] : []),
		...(config.previewUrls === false ? [] : ["preview_urls must be false"]),
		...("DEMO" in vars && vars.DEMO !== "0" ? ["DEMO must be 0: a demo gives away players"] : []),
		...(isEdge ? refusalsOfEdge(vars) : refusalsOfInner(config)),
	];
}

function refusalsOfEdge(vars: ScriptConfig["vars"]): readonly string[] {
	const origins = listOf(vars.ALLOWED_ORIGINS);
	return [
		...("DEMO" in vars ? [] : ["DEMO is not set: it must be 0"]),
		...(listOf(vars.UNCOUNTED_ADDRESSES).length > 0
			? ["UNCOUNTED_ADDRESSES must be empty: rates count every address"]
			: []),
		...(origins.length === 0 ? ["ALLOWED_ORIGINS is not set: no page could open a socket, its own neither"] : []),
		...origins.flatMap((origin) =>
			isPublicOrigin(origin) ? [] : [`ALLOWED_ORIGINS names ${origin}, which is no https origin of a public host`],
		),
	];
}

/** Only the edge counts, compares and decodes for strangers; whatever stands behind it has no door of its own. */
function refusalsOfInner({ workersDev, routes }: ScriptConfig): readonly string[] {
	return [
		...(workersDev === false ? [] : ["workers_dev must be false: only the edge has an address"]),
		...(routes > 0 ? ["a route leads past the edge"] : []),
	];
}

function refusalsOfSecrets(given: GivenSecrets, development: readonly string[]): readonly string[] {
	const named = SECRET_NAMES.flatMap((name) => {
		const text = given[name];
		return text === undefined ? [] : partsOf(name, text).map((secret) => ({ name, secret }));
	});
	const twice = named.find(({ secret, name }) => named.some((other) => other.secret === secret && other.name !== name));
	return [
		...named.flatMap(({ name, secret }) => {
			const why = whyNoSecret(name, secret, development);
			return why === null ? [] : [`${name}: ${why}`];
		}),
		...(twice === undefined ? [] : [`${twice.name}: the same secret serves two purposes`]),
		...(REPLAYS in namedIn(given.INGEST_SECRETS)
			? ["INGEST_SECRETS: the provider of replays is for demonstrations"]
			: []),
	];
}

function whyNoSecret(name: string, secret: string, development: readonly string[]): string | null {
	if (secret.includes(DEVELOPMENT_SECRET) || development.includes(secret)) return "a development secret";
	if (name === "DATABASE_URL")
		return isElsewhere(secret, "postgres:", "postgresql:") ? null : "no database of a public host";
	if (name === "NEON_ENDPOINT") return isElsewhere(secret, "https:") ? null : "no https address of a public host";
	if (secret.length < SECRETS.minChars) return `has fewer than ${SECRETS.minChars} characters`;
	return NO_SECRET.test(secret) ? "an example, and no secret" : null;
}

/** The secrets in a variable: some have several, and Neon's own endpoint needs none. */
function partsOf(name: string, text: string): readonly string[] {
	if (name === "NEON_ENDPOINT" && text === "") return [];
	if (!SEVERAL.has(name)) return [text];
	return Object.values(namedIn(text)).flatMap(listOf);
}

function namedIn(text: string | undefined): Readonly<Record<string, unknown>> {
	try {
		const read: unknown = JSON.parse(text ?? "{}");
		return typeof read === "object" && read !== null ? { ...read } : {};
	} catch {
		// The script itself names what is no JSON, and does not start.
		return {};
	}
}

const listOf = (text: unknown): readonly string[] =>
	String(text ?? "")
		.split(",")
		.map((entry) => entry.trim())
		.filter((entry) => entry !== "");

function isElsewhere(address: string, ...protocols: readonly string[]): boolean {
	if (!URL.canParse(address)) return false;
	const { protocol, hostname } = new URL(address);
	return protocols.includes(protocol) && hostname !== "" && !LOOPBACK.test(hostname);
}

const isPublicOrigin = (origin: string): boolean =>
	isElsewhere(origin, "https:") && new URL(origin).origin === origin && !origin.includes("*");
