/** The edge script: public API, documents, pages, and the way to everything else. It keeps no state. */
import { env as environment } from "cloudflare:workers";
import { edgeApp } from "./app.ts";
import { edgeStart } from "./config.ts";

edgeStart(environment);

const app = edgeApp();

export default {
	fetch: (request, env, ctx): Response | Promise<Response> => app.fetch(request, env, ctx),
} satisfies ExportedHandler<EdgeEnv>;
