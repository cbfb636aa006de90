/** The edge script: public API, documents, pages, and the way to everything else. It keeps no state. */
import { edgeApp } from "./app.ts";

const app = edgeApp();

export default {
	fetch: (request, env, ctx): Response | Promise<Response> => app.fetch(request, env, ctx),
} satisfies ExportedHandler<EdgeEnv>;
