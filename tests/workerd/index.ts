export { Board } from "../../durable-objects/board/object.ts";
export { Desk } from "../../durable-objects/desk/object.ts";
export { Lane } from "../../durable-objects/lane/object.ts";
export { Match } from "../../durable-objects/match/object.ts";
export { Relay } from "../../durable-objects/relay/object.ts";
export { Wallet } from "../../durable-objects/wallet/object.ts";

export default {
	fetch(): Response {
		return new Response(null, { status: 404 });
	},
} satisfies ExportedHandler;
