/** The stream script: players' sockets. It answers no HTTP of its own; the edge sends upgrades to a relay. */
import { env as environment } from "cloudflare:workers";
import { streamStart } from "./config.ts";

export { Relay } from "./object.ts";

streamStart(environment);

export default {
	fetch(): Response {
		return new Response(null, { status: 404 });
	},
} satisfies ExportedHandler<StreamEnv>;
