/** The live script's environment, decoded: without a proper secret nobody may sign tokens. */
import * as v from "valibot";
import { countText, decodeEnvironment, secretText } from "../shared/contracts/environment.ts";

/** Throws, naming what is missing or wrong and never what it holds, before any object starts. */
export function liveStart(env: unknown): void {
	const schema = v.object({ TOKEN_SECRET: secretText, WALLET_SHARDS: countText });
	decodeEnvironment("live", schema, env, ["MATCH", "DESK", "WALLET", "BOARD", "REPORTS"]);
}
