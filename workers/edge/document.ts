/** The API's own description (OpenAPI 3.1), as far as no single route owns it. */

import type { EdgeApp } from "./context.ts";
import { RefusalSchema } from "./schemas.ts";

export const DOCUMENT = {
	openapi: "3.1.0" as const,
	info: {
		title: "Touchline",
		version: "1",
		description:
			"Live betting at the edge. Prices and bets of matches in play; frames on one socket (`GET /v1/stream`). Money is integer minor units, odds are integer thousandths. What is no success is a problem with a code (RFC 9457); a refused bet is a success with a code.",
	},
	servers: [{ url: "/" }],
	tags: [
		{ name: "Matches", description: "What can be bet on: lists, images, frames" },
		{ name: "Players", description: "Bets and balances" },
		{ name: "Demo", description: "Play money, in demo environments only" },
		{ name: "Providers", description: "Feeds come in here" },
		{ name: "Partners", description: "What a partner may do for its own players" },
		{ name: "Operators", description: "Traders and engineers" },
		{ name: "Platform", description: "Whether it is alive, and how it does" },
	],
};

export function registerSecuritySchemes(app: EdgeApp): void {
	const bearer = { type: "http", scheme: "bearer" } as const;
	app.openAPIRegistry.register("Refusal", RefusalSchema);
	app.openAPIRegistry.registerComponent("securitySchemes", "player", { ...bearer, description: "A player's token" });
	app.openAPIRegistry.registerComponent("securitySchemes", "operator", {
		...bearer,
		description: "The operator's token",
	});
	app.openAPIRegistry.registerComponent("securitySchemes", "partner", { ...bearer, description: "A partner's secret" });
}
