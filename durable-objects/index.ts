/** The live script: the objects that are the authority over odds, bets and money. It answers no HTTP of its own. */
import { env as environment } from "cloudflare:workers";
import { liveStart } from "./config.ts";

export { Board } from "./board/object.ts";
export { Desk } from "./desk/object.ts";
export { Match } from "./match/object.ts";
export { Wallet } from "./wallet/object.ts";

liveStart(environment);

export default {
	fetch(): Response {
		return new Response(null, { status: 404 });
	},
} satisfies ExportedHandler<LiveEnv>;
