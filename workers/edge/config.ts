/** The edge's environment, decoded: a wrong binding or secret is said in one line. */
import * as v from "valibot";
import { countText, decodeEnvironment, secretsText, secretText } from "../../shared/contracts/environment.ts";
import { partnerIdSchema } from "../../shared/contracts/ids.ts";

const list = v.pipe(
	v.string("missing"),
	v.transform((text) =>
		text
			.split(",")
			.map((entry) => entry.trim())
			.filter((entry) => entry !== ""),
	),
);
/** A port of this machine that is not known before it listens, as a test's is; no stranger's page has such an origin. */
const ANY_LOCAL_PORT = /^http:\/\/(?:127\.0\.0\.1|localhost):\*$/;
const isOrigin = (text: string): boolean =>
	ANY_LOCAL_PORT.test(text) || (URL.canParse(text) && new URL(text).origin === text);
const envSchema = v.object({
	WALLET_SHARDS: countText,
	RELAYS_PER_REGION: countText,
	/** The ingest script's, for operators who look at lanes. */
	LANES_PER_GROUP: v.optional(countText, "4"),
	DEMO: v.pipe(
		v.picklist(["0", "1"], "0 or 1"),
		v.transform((text) => text === "1"),
	),
	ALLOWED_ORIGINS: v.pipe(
		list,
		v.array(v.pipe(v.string(), v.check(isOrigin, "an origin, like https://partner.example"))),
	),
	UNCOUNTED_ADDRESSES: v.pipe(list, v.array(v.pipe(v.string(), v.regex(/^[0-9a-f.:]{2,39}$/, "an IP address")))),
	OPERATOR_TOKEN: secretText,
	/** JSON, partner → secret (two separated by a comma while one is rotated); absent: no partner speaks for itself. */
	PARTNER_SECRETS: v.optional(secretsText(partnerIdSchema), "{}"),
});

export type EdgeConfig = {
	readonly walletShards: number;
	readonly relaysPerRegion: number;
	readonly lanesPerGroup: number;
	/** A demo environment: it gives away players, and lets a request say where it comes from. */
	readonly demo: boolean;
	/** Whose pages may open sockets: nobody else's, the platform's own only where it is named here (RUN-2). */
	readonly allowedOrigins: readonly string[];
	/** Not counted by address: a developer's own machine. None where it is deployed. */
	readonly uncountedAddresses: readonly string[];
	readonly operatorToken: string;
	readonly partnerSecrets: ReadonlyMap<string, readonly string[]>;
};

/** Of each environment, which lives as long as its isolate: every request asks. */
const configs = new WeakMap<object, EdgeConfig>();

export function edgeConfig(env: object): EdgeConfig {
	const known = configs.get(env) ?? decodedConfig(env);
	configs.set(env, known);
	return known;
}

function decodedConfig(env: object): EdgeConfig {
	const decoded = decodeEnvironment("edge", envSchema, env);
	return {
		walletShards: decoded.WALLET_SHARDS,
		relaysPerRegion: decoded.RELAYS_PER_REGION,
		lanesPerGroup: decoded.LANES_PER_GROUP,
		demo: decoded.DEMO,
		allowedOrigins: decoded.ALLOWED_ORIGINS,
		uncountedAddresses: decoded.UNCOUNTED_ADDRESSES,
		operatorToken: decoded.OPERATOR_TOKEN,
		partnerSecrets: decoded.PARTNER_SECRETS,
	};
}

const OBJECTS = ["MATCH", "DESK", "WALLET", "BOARD", "RELAY", "LANE"];
const COUNTERS = ["RATE_BETS", "RATE_DEMO_PLAYERS", "RATE_STREAMS", "RATE_READS", "RATE_FAILURES"];

/** Throws, naming what is missing or wrong and never what it holds, before any request is taken. */
export function edgeStart(env: unknown): void {
	decodeEnvironment("edge", envSchema, env, ["ASSETS", ...OBJECTS, "INGEST", "REPORTING", ...COUNTERS]);
}

/** Letter by letter, but for the port where the list leaves that open (RUN-2). */
export function isAllowedOrigin({ allowedOrigins }: Pick<EdgeConfig, "allowedOrigins">, origin: string): boolean {
	if (origin.includes("*")) return false;
	return allowedOrigins.includes(origin) || allowedOrigins.includes(origin.replace(/:\d{1,5}$/, ":*"));
}
