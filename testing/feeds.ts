/** Any message a provider may send, for property tests. */
import fc from "fast-check";
import type { FeedMessage } from "../shared/feeds/canonical.ts";

const id = fc.string({ minLength: 1, maxLength: 12 });
const matchId = fc.constantFrom("m1", "m2", "m3", "wc-2022_final.1");
const envelope = { v: fc.constant(1 as const), id, sentAtMs: fc.nat(2_000_000_000) };
const side = fc.constantFrom("home" as const, "away" as const);
const odds = fc.integer({ min: 1_001, max: 10_000_000 });
const team = fc.record({ name: fc.string({ maxLength: 30 }), short: fc.string({ minLength: 1, maxLength: 3 }) });
const groups = fc.uniqueArray(fc.constantFrom("goals", "cards", "corners"), { minLength: 1 });

export const anyFeedMessage: fc.Arbitrary<FeedMessage> = fc.oneof(
	fc.record({ ...envelope, kind: fc.constant("heartbeat" as const) }),
	fc.record({
		...envelope,
		matchId,
		kind: fc.constant("fixture" as const),
		sport: fc.constant("football" as const),
		competition: fc.string({ maxLength: 30 }),
		home: team,
		away: team,
		scheduledAtMs: fc.nat(2_000_000_000),
		format: fc.constant({ extraTime: true, rounds: 2, host: "neutral" }),
		prices: fc.record({ oneXTwo: fc.array(odds, { minLength: 3, maxLength: 3 }) }),
	}),
	fc.record(
		{
			...envelope,
			matchId,
			kind: fc.constant("state" as const),
			phase: fc.constantFrom("first_half", "half_time"),
			clock: fc.record({ elapsedSec: fc.nat(5_400), running: fc.boolean() }),
			facts: fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.oneof(fc.boolean(), fc.nat(), fc.constant("x"))),
		},
		{ requiredKeys: ["v", "id", "sentAtMs", "matchId", "kind", "phase"] },
	),
	fc.record(
		{
			...envelope,
			matchId,
			kind: fc.constant("incident" as const),
			incidentId: id,
			incident: fc.constantFrom("goal" as const, "corner" as const),
			side,
			player: fc.string({ maxLength: 20 }),
		},
		{ requiredKeys: ["v", "id", "sentAtMs", "matchId", "kind", "incidentId", "incident"] },
	),
	fc.record({ ...envelope, matchId, kind: fc.constant("bet_start" as const), groups }),
	fc.record({ ...envelope, matchId, kind: fc.constant("danger" as const), on: fc.boolean(), side }),
);
