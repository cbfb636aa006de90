/** Faults of the match: versions, speech, grants, facts, results. */
import { type Canary, inHistory, patch } from "../canary.ts";

export const MATCH: readonly Canary[] = [
	inHistory(
		"the version is not compared",
		"BET-3",
		patch(
			"durable-objects/match/confirm.ts",
			'if (askedVersion === null ? inPlay : askedVersion !== market.version) return "moved";',
			"HIT();",
		),
		patch(
			"durable-objects/desk/decide.ts",
			'if (leg.marketVersion !== null && leg.marketVersion !== market.marketVersion) return no("market_changed");',
			"HIT();",
		),
	),
	inHistory(
		"the feed need not have spoken",
		"LAN-2",
		patch(
			"durable-objects/match/confirm.ts",
			'if (inPlay && (marksLost || spokeAgoMs === null || spokeAgoMs > quietLimitMs)) return "wait";',
			"HIT(); void marksLost; void spokeAgoMs; void quietLimitMs;",
		),
		patch(
			"durable-objects/desk/decide.ts",
			"if (answer.inPlay && (answer.spokeAgoMs === null || sentAtMs - leg.notedAtMs <= answer.spokeAgoMs))",
			"if (!HIT() && Number.isNaN(sentAtMs))",
		),
	),
	inHistory(
		"a statement that does not fit holds nothing",
		"MAT-8",
		patch(
			"durable-objects/match/core.ts",
			"const held = withContradiction(state, contradictionOf(input, message, tickMs, needsFull));",
			"HIT(); void needsFull;\n\tconst held = state;",
		),
	),
	inHistory(
		"a score that nobody told goals of is not taken over",
		"MAT-7 MAT-8",
		patch(
			"pricing/football/inference.ts",
			"const missing = stated[side] - wholeScore(next)[side];",
			"const missing = 0 * wholeScore(next)[side];",
		),
	),
	inHistory(
		"a phase cannot be taken back",
		"SET-0 SET-1 SET-2 MAT-8",
		patch(
			"pricing/football/reduce.ts",
			"const wrongClock = unfitClock(input.phase, input.clock?.elapsedSec);",
			'if (goesBack(state, input.phase) && HIT()) return refuse("not back");\n\tconst wrongClock = unfitClock(input.phase, input.clock?.elapsedSec);',
		),
	),
	inHistory(
		"a withdrawal raises no version, and nothing looks at the status",
		"MAT-1 MAT-10",
		patch(
			"durable-objects/match/listing.ts",
			"version: moved ? version + 1 : version",
			"version: moved && !HIT() ? version + 1 : version",
		),
		patch("durable-objects/match/confirm.ts", 'if (market.status === "suspended") return "suspended";', "HIT();"),
	),
	inHistory(
		"every region has the whole cap",
		"MON-5",
		patch(
			"durable-objects/match/confirm.ts",
			"> granted[outcomeId]) isOver = true;",
			"> granted[outcomeId]) isOver = !HIT();",
		),
		patch(
			"durable-objects/desk/decide.ts",
			"if (riskBaseMinor <= roomBaseMinor)",
			"if (HIT() || riskBaseMinor <= roomBaseMinor)",
		),
	),
	inHistory(
		"results are told to no desk",
		"SET-2",
		patch(
			"durable-objects/match/apply.ts",
			"for (const region of told) store.queueResult(region, result);",
			"HIT();\n\t\tvoid told;",
		),
	),
	inHistory(
		"a lane that says its feed is lost is not believed",
		"LAN-3",
		patch(
			"durable-objects/match/feed-watch.ts",
			'const state =\n\t\t\tfeedLost && !isHeldFor(before, "feed_silent") ? this.#log.enter(before, { kind: "feed_lost" }) : before;',
			"HIT();\n\t\tconst state = before;",
		),
	),
	inHistory(
		"an input is stored with another tick than it was applied at",
		"MAT-2",
		patch(
			"durable-objects/match/apply.ts",
			"deps.store.addInput(logged, tickMs, refusal, opened);",
			"deps.store.addInput(logged, tickMs + (HIT() ? 1_000 : 0), refusal, opened);",
		),
	),
	inHistory(
		"a lower pair overwrites the exposure",
		"MON-5 MAT-3",
		patch(
			"durable-objects/match/desk-confirms.ts",
			"return highest !== undefined && (inc < highest.inc || (inc === highest.inc && n <= highest.n));",
			"HIT();\n\t\treturn highest !== undefined && Number.isNaN(inc + n);",
		),
	),
	inHistory(
		"what is withdrawn and reopened at once is the same version",
		"MAT-1 MAT-6 BET-5 BET-3",
		patch(
			"durable-objects/match/listing.ts",
			"(isAvailable(now) && isReissued(spec.group));",
			"(isAvailable(now) && !HIT() && isReissued(spec.group));",
		),
	),
	inHistory(
		"a hold holds nothing",
		"MAT-1 MAT-3 MAT-6 MAT-8 LAN-3 BET-5",
		patch(
			"durable-objects/match/listing.ts",
			'if (isHeld(state.holds, spec)) return "suspended";',
			"HIT(); void isHeld;",
		),
	),
	inHistory(
		"a bet stop stops nothing",
		"MAT-1 BET-5",
		patch(
			"durable-objects/match/input-holds.ts",
			'holds: scopes.reduce((holds, scope) => addHold(holds, "bet_stop", scope), state.holds),',
			'holds: HIT() ? state.holds : scopes.reduce((holds, scope) => addHold(holds, "bet_stop", scope), state.holds),',
		),
	),
	inHistory(
		"a kick-off that is due holds nothing",
		"MAT-6 MAT-1",
		patch(
			"durable-objects/match/core.ts",
			'return list({ ...held("kick_off"), kickOffDue: true });',
			"HIT();\n\t\t\treturn list({ ...at, kickOffDue: true });",
		),
	),
	inHistory(
		"a match forgets how far its log was",
		"BET-7 MAT-2 MAT-3 LAN-1",
		patch(
			"durable-objects/match/match-log.ts",
			"result.state, result.lastSeq, request.lane);",
			"result.state, result.lastSeq - (HIT() && request.inputs.length > 1 ? 1 : 0), request.lane);",
		),
	),
	inHistory(
		"what a step changed of a match's results is not stored",
		"MAT-2 MAT-3 SET-2",
		patch(
			"durable-objects/match/state-rows.ts",
			"written.push({ part, no, body });",
			"{\n\t\t\t\tif (part !== RESULTS || !HIT()) written.push({ part, no, body });\n\t\t\t}",
		),
	),
	inHistory(
		"an answer speaks of the request's position",
		"BET-7",
		patch("durable-objects/match/desk-confirms.ts", "seq: state.lastSeq,", "seq: state.lastSeq + (HIT() ? 1 : 0),"),
	),
	inHistory(
		"a vote tells another state of its match",
		"BET-7",
		patch(
			"durable-objects/match/desk-confirms.ts",
			"matchState: matchWords(state, tickOf(nowMs)),",
			"matchState: `$" + "{matchWords(state, tickOf(nowMs))}$" + '{HIT() ? "?" : ""}`,',
		),
	),
	inHistory(
		"a match grants what it has not stored",
		"MAT-3 MON-5",
		patch("durable-objects/match/desk-confirms.ts", "for (const grant of changed) store.saveGrant(grant);", "HIT();"),
	),
	inHistory(
		"no pair of a desk is stored",
		"MAT-3 MON-5 SET-2",
		patch("durable-objects/match/desk-confirms.ts", "store.saveDesk(region, inc, n);", "HIT();"),
	),
	inHistory(
		"what is suspended is granted more",
		"MON-5",
		patch(
			"durable-objects/match/grants.ts",
			"const granted = mayRise(marketId) ? Math.max(kept, Math.min(riskBaseMinor, Math.max(0, room))) : kept;",
			"HIT();\n\t\t\tconst granted = Math.max(kept, riskBaseMinor); void room;",
		),
	),
	inHistory(
		"no match is in play before its feed says so",
		"MAT-6",
		patch(
			"durable-objects/match/due-event.ts",
			"nowMs >= state.fixture.scheduledAtMs && !hasEnded",
			"!HIT() && nowMs >= state.fixture.scheduledAtMs && !hasEnded",
		),
	),
	inHistory(
		"a market that is suspended is taken",
		"BET-5",
		patch("durable-objects/match/confirm.ts", 'if (market.status === "suspended") return "suspended";', "HIT();"),
		patch("durable-objects/desk/offer.ts", 'if (market.status === "suspended") return "market_suspended";', "HIT();"),
	),
];
