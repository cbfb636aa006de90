/** The reporting script's environment, decoded: a wrong binding or secret is said in one line. */
import * as v from "valibot";
import { countText, decodeEnvironment } from "../../shared/contracts/environment.ts";

const envSchema = v.object({
	DATABASE_URL: v.pipe(v.string("missing"), v.regex(/^postgres(ql)?:\/\//, "must be a postgres:// address")),
	/** Empty: Neon's own endpoint, which follows from the address. The password goes there, so in the clear to this machine only. */
	NEON_ENDPOINT: v.pipe(
		v.string("missing"),
		v.regex(
			/^(https:\/\/.+|http:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?(\/.*)?)?$/,
			"must be an https address (http on this machine only) or empty",
		),
	),
	WALLET_SHARDS: countText,
});

export type ReportingConfig = {
	readonly databaseUrl: string;
	readonly neonEndpoint: string;
	readonly walletShards: number;
};

export function reportingConfig(env: unknown): ReportingConfig {
	const { DATABASE_URL, NEON_ENDPOINT, WALLET_SHARDS } = decodeEnvironment("reporting", envSchema, env);
	return { databaseUrl: DATABASE_URL, neonEndpoint: NEON_ENDPOINT, walletShards: WALLET_SHARDS };
}

/** Throws, naming what is missing or wrong and never what it holds, before any message is taken. */
export function reportingStart(env: unknown): void {
	decodeEnvironment("reporting", envSchema, env, ["MATCH", "WALLET"]);
}
