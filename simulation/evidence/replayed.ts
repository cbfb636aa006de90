/** What is compared in the end: a match with its own history, and the results that its desks hold. */
import { replay } from "../../durable-objects/match/apply.ts";
import { MatchStore } from "../../durable-objects/match/store.ts";
import type { DeskResult } from "../audit/version-audit.ts";
import type { Platform } from "../world/platform.ts";

export type Replayed = { readonly matchId: string; readonly stored: string; readonly replayed: string };

/** MAT-2: inputs and journal, from nothing. */
export function replayed(platform: Platform, matchId: string): Replayed {
	const store = new MatchStore(platform.world.storage(`match:${matchId}`));
	return {
		matchId,
		stored: JSON.stringify(store.load().stored?.state ?? null),
		replayed: JSON.stringify(replay(store.history())),
	};
}

export function deskResults(platform: Platform, matchId: string): readonly DeskResult[] {
	const desks = platform.names.filter((name) => name.startsWith(`desk:${matchId}:`));
	return desks.flatMap((desk) =>
		platform.world
			.storage(desk)
			.exec("SELECT market, settlement_version, body FROM results")
			.map((row) => ({
				desk,
				marketId: String(row.market),
				version: Number(row.settlement_version),
				says: String(row.body),
			})),
	);
}
