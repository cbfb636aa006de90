/** The edge's environment, decoded: a wrong binding or secret is said in one line. */
import * as v from "valibot";
import { decode } from "../../shared/decode.ts";

const count = v.pipe(v.string(), v.regex(/^[1-9]\d{0,3}$/), v.transform(Number));
const envSchema = v.object({
	WALLET_SHARDS: count,
	RELAYS_PER_REGION: count,
	DEMO: v.pipe(
		v.picklist(["0", "1"]),
		v.transform((text) => text === "1"),
	),
	ALLOWED_ORIGINS: v.pipe(
		v.string(),
		v.transform((text) =>
			text
				.split(",")
				.map((origin) => origin.trim())
				.filter((origin) => origin !== ""),
		),
	),
	OPERATOR_TOKEN: v.pipe(v.string(), v.minLength(16, "has at least 16 characters")),
});

export type EdgeConfig = {
	readonly walletShards: number;
	readonly relaysPerRegion: number;
	/** A demo environment: it gives away players, and lets a request say where it comes from. */
	readonly demo: boolean;
	readonly allowedOrigins: readonly string[];
	readonly operatorToken: string;
};

export function edgeConfig(env: unknown): EdgeConfig {
	const decoded = decode(envSchema, env);
	if (!decoded.ok)
		throw new Error(
			`edge is not configured: ${decoded.errors.map((error) => `${error.path}: ${error.message}`).join("; ")}`,
		);
	const { WALLET_SHARDS, RELAYS_PER_REGION, DEMO, ALLOWED_ORIGINS, OPERATOR_TOKEN } = decoded.value;
	return {
		walletShards: WALLET_SHARDS,
		relaysPerRegion: RELAYS_PER_REGION,
		demo: DEMO,
		allowedOrigins: ALLOWED_ORIGINS,
		operatorToken: OPERATOR_TOKEN,
	};
}
