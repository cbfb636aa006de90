/** The stream script: players' sockets. It answers no HTTP of its own; the edge sends upgrades to a relay. */
export { Relay } from "./object.ts";

export default {
	fetch(): Response {
		return new Response(null, { status: 404 });
	},
} satisfies ExportedHandler<StreamEnv>;
