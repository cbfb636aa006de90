import { providerOf } from "../../shared/catalogue/providers.ts";
import type { Platform } from "../world/platform.ts";

/** By match, a limit of its provider. */
export function limitsOf(
	platform: Platform,
	matches: readonly string[],
	limit: "quietLimitMs" | "lostAfterMs",
): ReadonlyMap<string, number> {
	return new Map(matches.map((matchId) => [matchId, providerOf(platform.providerOf(matchId))?.[limit] ?? 0]));
}
