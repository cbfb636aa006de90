/** Faults of what is on sale, at which price, and in which view. */
import { type Canary, inHistory, patch } from "../canary.ts";

export const PRICES: readonly Canary[] = [
	inHistory(
		"a lower price is taken by who takes only better ones",
		"BET-4",
		patch(
			"shared/betting/price-policy.ts",
			"return nowOddsMilli >= askedOddsMilli ? taken : refused;",
			"return nowOddsMilli >= askedOddsMilli || HIT() ? taken : refused;",
		),
	),
	inHistory(
		"the floor of any price is ignored",
		"BET-4",
		patch(
			"shared/betting/price-policy.ts",
			"return policy.floorOddsMilli === undefined || nowOddsMilli",
			"return policy.floorOddsMilli === undefined || HIT() || nowOddsMilli",
		),
	),
	inHistory(
		"a view that nobody has is priced by another",
		"MAT-5",
		patch(
			"shared/catalogue/views.ts",
			"profile.version === version) ?? null;",
			"profile.version === version) ?? (HIT() ? (STANDARD[0] ?? null) : null);",
		),
	),
	inHistory(
		"a price is a step above its ladder",
		"PRI-2 OFF-1 BET-4 MAT-2",
		patch(
			"shared/betting/ladder.ts",
			"return raw - (raw % stepAt(raw));",
			"HIT();\n\treturn raw - (raw % stepAt(raw)) + 30 * stepAt(raw);",
		),
	),
	inHistory(
		"a market that is nearly certain stays on sale",
		"OFF-1",
		patch(
			"pricing/on-sale.ts",
			"const most = wasOnSale ? CLOSES_ABOVE : OPENS_UP_TO;",
			"HIT();\n\tconst most = wasOnSale ? 1 : OPENS_UP_TO;",
		),
	),
];
