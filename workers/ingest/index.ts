/** The ingest script: feeds come in here, signed; lanes keep and order them. */
import { env as environment } from "cloudflare:workers";
import { rpcClient } from "../../durable-objects/runtime/stubs.ts";
import type { LaneRpc } from "../../shared/contracts/lane.ts";
import { ingestApp } from "./app.ts";
import { ingestStart } from "./config.ts";

export { Lane } from "../../durable-objects/lane/object.ts";

ingestStart(environment);
const app = ingestApp({
	lane: (env, name) => rpcClient<LaneRpc>(env.LANE, name),
	now: () => Date.now(),
	newId: () => crypto.randomUUID(),
	log: (line) => console.error(JSON.stringify(line)),
});

export default { fetch: app.fetch } satisfies ExportedHandler<IngestEnv>;
