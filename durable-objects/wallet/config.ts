/** The wallet's environment, decoded: without a proper secret nobody may sign tokens. */
import * as v from "valibot";
import { decode } from "../../shared/decode.ts";
import { SECRETS } from "../../shared/limits.ts";

const envSchema = v.object({
	TOKEN_SECRET: v.pipe(
		v.string("missing"),
		v.minLength(SECRETS.minChars, `has at least ${SECRETS.minChars} characters`),
	),
});

/** Throws, naming what is missing or wrong and never what it holds. */
export function walletConfig(env: { readonly TOKEN_SECRET?: unknown }): { readonly tokenSecret: string } {
	const decoded = decode(envSchema, { TOKEN_SECRET: env.TOKEN_SECRET });
	if (decoded.ok) return { tokenSecret: decoded.value.TOKEN_SECRET };
	throw new Error(
		`live is not configured: ${decoded.errors.map(({ path, message }) => `${path}: ${message}`).join("; ")}`,
	);
}
