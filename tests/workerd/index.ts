export { Board } from "../../durable-objects/board/object.ts";
export { Desk } from "../../durable-objects/desk/object.ts";
export { Lane } from "../../durable-objects/lane/object.ts";
export { Match } from "../../durable-objects/match/object.ts";

import { Relay } from "../../durable-objects/relay/object.ts";

export { Wallet } from "../../durable-objects/wallet/object.ts";
export { Relay };

/** A relay that hangs on others of its class, as `RELAY_TIERS` would have it. */
export class TieredRelay extends Relay {
	constructor(ctx: DurableObjectState, env: StreamEnv & { readonly TIERED_RELAY: StreamEnv["RELAY"] }) {
		super(ctx, { ...env, RELAY_TIERS: "1", RELAY: env.TIERED_RELAY });
	}
}

export default {
	fetch(): Response {
		return new Response(null, { status: 404 });
	},
} satisfies ExportedHandler;
