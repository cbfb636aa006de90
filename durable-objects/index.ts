/** The live script: the objects that are the authority over odds, bets and money. It answers no HTTP of its own. */
export { Board } from "./board/object.ts";
export { Desk } from "./desk/object.ts";
export { Match } from "./match/object.ts";
export { Wallet } from "./wallet/object.ts";

export default {
	fetch(): Response {
		return new Response(null, { status: 404 });
	},
} satisfies ExportedHandler<LiveEnv>;
