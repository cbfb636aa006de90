/** The topic of one match, in readable form. */
import { causeAtMs, type MatchView, matchFold, matchView } from "../shared/protocol/match-view.ts";
import type { Listener } from "./channel.ts";
import type { TouchlineClient } from "./client.ts";

/** Odds, score, clock and incidents of a match; `stale` also where the match itself holds its feed for silent. */
export function subscribeMatch(client: TouchlineClient, matchId: string, listener: Listener<MatchView>): () => void {
	return client.subscribe(
		`match:${matchId}`,
		matchFold,
		(update) => {
			const state = update.state === null ? null : matchView(update.state);
			listener({ ...update, state, stale: update.stale || state?.stale === true });
		},
		{ causeOf: causeAtMs },
	);
}
