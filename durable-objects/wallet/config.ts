/** The wallet's environment, decoded: without a proper secret nobody may sign tokens. */
import * as v from "valibot";
import { decodeEnvironment, secretText } from "../../shared/contracts/environment.ts";

/** Throws, naming what is missing or wrong and never what it holds. */
export function walletConfig(env: unknown): { readonly tokenSecret: string } {
	return { tokenSecret: decodeEnvironment("live", v.object({ TOKEN_SECRET: secretText }), env).TOKEN_SECRET };
}
