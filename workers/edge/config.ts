/** The edge's environment, decoded: a wrong binding or secret is said in one line. */
import * as v from "valibot";
import { decode } from "../../shared/decode.ts";
import { SECRETS } from "../../shared/limits.ts";

const list = v.pipe(
	v.string("missing"),
	v.transform((text) =>
		text
			.split(",")
			.map((entry) => entry.trim())
			.filter((entry) => entry !== ""),
	),
);
const isOrigin = (text: string): boolean => URL.canParse(text) && new URL(text).origin === text;
const count = v.pipe(v.string("missing"), v.regex(/^[1-9]\d{0,3}$/, "a whole number, 1 to 9999"), v.transform(Number));
const envSchema = v.object({
	WALLET_SHARDS: count,
	RELAYS_PER_REGION: count,
	DEMO: v.pipe(
		v.picklist(["0", "1"], "0 or 1"),
		v.transform((text) => text === "1"),
	),
	ALLOWED_ORIGINS: v.pipe(
		list,
		v.array(v.pipe(v.string(), v.check(isOrigin, "an origin, like https://partner.example"))),
	),
	UNCOUNTED_ADDRESSES: v.pipe(list, v.array(v.pipe(v.string(), v.regex(/^[0-9a-f.:]{2,39}$/, "an IP address")))),
	OPERATOR_TOKEN: v.pipe(
		v.string("missing"),
		v.minLength(SECRETS.minChars, `has at least ${SECRETS.minChars} characters`),
	),
});

export type EdgeConfig = {
	readonly walletShards: number;
	readonly relaysPerRegion: number;
	/** A demo environment: it gives away players, and lets a request say where it comes from. */
	readonly demo: boolean;
	readonly allowedOrigins: readonly string[];
	/** Not counted by address: this machine's own, for load tools and tests. Behind Cloudflare no request comes from there. */
	readonly uncountedAddresses: readonly string[];
	readonly operatorToken: string;
};

export function edgeConfig(env: unknown): EdgeConfig {
	const decoded = decode(envSchema, env);
	if (!decoded.ok)
		throw new Error(
			`edge is not configured: ${decoded.errors.map((error) => `${error.path}: ${error.message}`).join("; ")}`,
		);
	const { WALLET_SHARDS, RELAYS_PER_REGION, DEMO, ALLOWED_ORIGINS, UNCOUNTED_ADDRESSES, OPERATOR_TOKEN } =
		decoded.value;
	return {
		walletShards: WALLET_SHARDS,
		relaysPerRegion: RELAYS_PER_REGION,
		demo: DEMO,
		allowedOrigins: ALLOWED_ORIGINS,
		uncountedAddresses: UNCOUNTED_ADDRESSES,
		operatorToken: OPERATOR_TOKEN,
	};
}
