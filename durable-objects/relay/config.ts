/** The stream script's environment, decoded. */
import * as v from "valibot";
import { countText, decodeEnvironment } from "../../shared/contracts/environment.ts";

/** Throws, naming what is missing or wrong, before any socket is opened. */
export function streamStart(env: unknown): void {
	const schema = v.object({ WALLET_SHARDS: countText });
	decodeEnvironment("stream", schema, env, ["RELAY", "MATCH", "WALLET", "BOARD"]);
}
