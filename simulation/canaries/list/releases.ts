/** Faults between two releases, most of which only a history shows that begins with the last one. */
import { type Canary, inDeploys, inTest, patch } from "../canary.ts";

export const RELEASES: readonly Canary[] = [
	inDeploys(
		"a confirmation of the last release is not read",
		"RUN-5",
		patch(
			"shared/contracts/match.ts",
			"atMs: v.optional(epochMs),\n\t\tinPlay",
			"atMs: HIT() ? epochMs : v.optional(epochMs),\n\t\tinPlay",
		),
	),
	inDeploys(
		"what a call is refused for is never tried again",
		"RUN-5",
		patch(
			"durable-objects/runtime/courier.ts",
			"waitMs: RETRY.refusedMs, calledBy",
			"waitMs: HIT() ? 86_400_000 : RETRY.refusedMs, calledBy",
		),
	),
	inTest(
		"a desk that refuses an offer's words is told no others",
		"RUN-5",
		"durable-objects/wallet/offer-words.test.ts",
		patch("durable-objects/wallet/offers.ts", "if (isRefused) this.#saidOtherwise(desk);", "if (isRefused) HIT();"),
	),
	inDeploys(
		"votes of the last release are not read",
		"RUN-5 BET-8",
		patch(
			"shared/contracts/desk.ts",
			"atMs: v.optional(epochMs),\n\tdelayMs",
			"atMs: HIT() ? epochMs : v.optional(epochMs),\n\tdelayMs",
		),
	),
	inDeploys(
		"the house rules of the last release are gone",
		"HOU-1 RUN-5",
		patch(
			"shared/catalogue/house-rules.ts",
			"export const HOUSE_RULES: readonly HouseRules[] = [V2026_11, V2026_12];",
			"HIT();\nexport const HOUSE_RULES: readonly HouseRules[] = [V2026_12];",
		),
	),
	inDeploys(
		"a log that is opened by a new release loses its inputs",
		"LAN-1",
		patch(
			"durable-objects/lane/migrations.ts",
			"DROP INDEX inputs_by_id;",
			"DROP INDEX inputs_by_id; $" + '{HIT() ? "DELETE FROM inputs;" : ""}',
		),
	),
];
