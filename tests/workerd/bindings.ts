/// <reference types="@cloudflare/vitest-plugin/types" />
/** The bindings of `tests/workerd/wrangler.toml`: those of all scripts at once. */
import { env } from "cloudflare:workers";

export const bindings = env as unknown as LiveEnv &
	StreamEnv &
	IngestEnv & { readonly TIERED_RELAY: StreamEnv["RELAY"] };
