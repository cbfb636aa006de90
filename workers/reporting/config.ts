/** The reporting script's environment, decoded: a wrong binding or secret is said in one line. */
import * as v from "valibot";
import { decode } from "../../shared/decode.ts";

const envSchema = v.object({
	DATABASE_URL: v.pipe(v.string(), v.regex(/^postgres(ql)?:\/\//, "must be a postgres:// address")),
	/** Empty: Neon's own endpoint, which follows from the address. */
	NEON_ENDPOINT: v.pipe(v.string(), v.regex(/^(https?:\/\/.+)?$/, "must be an http address or empty")),
	WALLET_SHARDS: v.pipe(v.string(), v.regex(/^[1-9]\d{0,3}$/), v.transform(Number)),
});

export type ReportingConfig = {
	readonly databaseUrl: string;
	readonly neonEndpoint: string;
	readonly walletShards: number;
};

export function reportingConfig(env: unknown): ReportingConfig {
	const decoded = decode(envSchema, env);
	if (!decoded.ok) {
		throw new Error(
			`reporting is not configured: ${decoded.errors.map((error) => `${error.path}: ${error.message}`).join("; ")}`,
		);
	}
	const { DATABASE_URL, NEON_ENDPOINT, WALLET_SHARDS } = decoded.value;
	return { databaseUrl: DATABASE_URL, neonEndpoint: NEON_ENDPOINT, walletShards: WALLET_SHARDS };
}
