/** Faults of what is kept for a while only: none of them shows before weeks have passed. */
import { type Canary, inWeeks, patch } from "../canary.ts";

const DESK_STORE = "durable-objects/desk/store.ts";

export const WEEKS: readonly Canary[] = [
	inWeeks(
		"in weeks a desk forgets legs that are not settled with those that are",
		"BET-8 SET-1 SET-2",
		patch(
			DESK_STORE,
			"SELECT ticket_key, leg_no FROM legs JOIN results USING (market)",
			"SELECT ticket_key, leg_no FROM legs JOIN $" +
				'{HIT() ? "(SELECT body, is_told, stored_at_ms FROM results ORDER BY stored_at_ms LIMIT 1)" : "results USING (market)"}',
		),
	),
	inWeeks(
		"in weeks a desk forgets whom it has paid, after a day",
		"SET-1 SET-2",
		patch("shared/bet-limits.ts", "keepSettledLegMs: 2_592_000_000,", "keepSettledLegMs: HIT() ? 86_400_000 : 0,"),
	),
	inWeeks(
		"in weeks a lane closes matches that go on",
		"LAN-1",
		patch(
			"durable-objects/lane/store.ts",
			'"SELECT match_id FROM matches WHERE is_closed = 0 AND ended_at <= ? AND head_seq = acked_seq",',
			'HIT() ? "SELECT match_id FROM matches WHERE is_closed = 0 AND coalesce(ended_at, 0) <= ?" : "",',
		),
	),
	inWeeks(
		"in weeks a lane never learns that a match has ended whose results wait",
		"LAN-1",
		patch(
			"durable-objects/match/actor.ts",
			"ended: state !== null && hasEnded(state),",
			"ended: HIT() && state !== null && hasEnded(state) && Object.keys(state.waiting).length === 0,",
		),
	),
	inWeeks(
		"what was paid weeks ago is settled otherwise, and nobody is paid by it",
		"SET-1 SET-7",
		patch(
			"durable-objects/match/approvals.ts",
			"endedAtMs !== null && tickMs > endedAtMs + BET.changePaidMs;",
			"!HIT() && endedAtMs !== null && tickMs > endedAtMs + BET.changePaidMs;",
		),
	),
];
