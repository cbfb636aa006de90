/** Faults of lane, match and pricing that tests catch. */
import { type Canary, inTest, patch } from "../canary.ts";

const CORE = "durable-objects/match/core.ts";

export const TESTED_MATCH: readonly Canary[] = [
	inTest(
		"a goal withdraws nothing",
		"BET-5",
		"simulation/world/betting.test.ts",
		patch(
			"durable-objects/match/input-holds.ts",
			'if (withdraw === "none") return state;',
			'if (withdraw === "none" || HIT()) return state;',
		),
	),
	inTest(
		"a lane never takes its feed for lost",
		"LAN-3",
		"durable-objects/lane/speech.test.ts",
		patch(
			"durable-objects/lane/speech.ts",
			"return nowMs - (heardAtMs ?? keptAtMs) > lostAfterMs;",
			"return nowMs - (heardAtMs ?? keptAtMs) > lostAfterMs && !HIT();",
		),
	),
	inTest(
		"speech is as old as its hearing, whatever was signed",
		"LAN-4",
		"durable-objects/lane/speech.test.ts",
		patch(
			"durable-objects/lane/speech.ts",
			"Math.min(heardAtMs, signedAtMs + offsetMs)",
			"Math.max(heardAtMs, HIT() ? heardAtMs : offsetMs)",
		),
	),
	inTest(
		"a lane's memory keeps what a failed transaction had changed",
		"LAN-1",
		"durable-objects/lane/store.test.ts",
		patch(
			"durable-objects/lane/matches.ts",
			"for (const [matchId, match] of before) {",
			"for (const [matchId, match] of HIT() ? [] : before) {",
		),
	),
	inTest(
		"that a match wants inputs again is only noted",
		"LAN-1",
		"durable-objects/lane/store.test.ts",
		patch(
			"durable-objects/lane/store.ts",
			"|| said.ackedSeq < match.ackedSeq",
			"|| (said.ackedSeq < match.ackedSeq && !HIT())",
		),
	),
	inTest(
		"what a match has refused was speech",
		"LAN-2",
		"durable-objects/lane/speech.test.ts",
		patch(
			"durable-objects/lane/delivery.ts",
			"if (!refused.has(seq)) speech",
			"if (!refused.has(seq) || HIT()) speech",
		),
	),
	inTest(
		"danger is over at once",
		"MAT-1",
		"durable-objects/desk/decide.test.ts",
		patch(
			"durable-objects/desk/decide.ts",
			'if (market.clearForMs < market.delayMs) return wait(leg, facts, "danger");',
			"HIT();",
		),
	),
	inTest(
		"a replay takes the first catalogue for the one that the log carries",
		"MAT-2",
		"durable-objects/match/match-terms.test.ts",
		patch(
			"durable-objects/match/apply.ts",
			"terms === null ? firstMatchTerms",
			"terms === null || HIT() ? firstMatchTerms",
		),
	),
	inTest(
		"a match that starts in play withdraws nothing",
		"MAT-3",
		"simulation/world/betting.test.ts",
		patch(
			"durable-objects/match/actor.ts",
			'if (state !== null && isInPlay(state)) this.#log.enter(state, { kind: "restart" });',
			'if (state !== null && isInPlay(state) && !HIT()) this.#log.enter(state, { kind: "restart" });',
		),
	),
	inTest(
		"a match ticks though nobody listens",
		"MAT-4",
		"simulation/world/records.test.ts",
		patch(
			"durable-objects/match/display.ts",
			"!isInPlay(now) || readers.count() === 0)",
			"!isInPlay(now) || (!HIT() && readers.count() === 0))",
		),
	),
	inTest(
		"the market is followed by halves before the match",
		"MAT-9",
		"durable-objects/match/following.test.ts",
		patch(
			"durable-objects/match/calibration.ts",
			"if (!kickOffDue && !sportOf({ fixture }).inPlay(sport)) return 1;",
			"if (!kickOffDue && !sportOf({ fixture }).inPlay(sport)) return HIT() ? 0.5 : 1;",
		),
	),
	inTest(
		"sides change places and bets of before stand",
		"MAT-10",
		"durable-objects/match/fixture-change.test.ts",
		patch(
			"durable-objects/match/fixture-change.ts",
			"const state = isSwapped ? withSwappedSides(started, input.sentAtMs, tickMs) : started;",
			"const state = isSwapped && !HIT() ? withSwappedSides(started, input.sentAtMs, tickMs) : started;",
		),
	),
	inTest(
		"the market moves a trader's strengths",
		"MAT-11",
		"durable-objects/match/following.test.ts",
		patch(
			"durable-objects/match/calibration.ts",
			"return trader === null ? repriced({ ...state, following }, params, tickMs) : { ...state, following };",
			"return trader === null || HIT() ? repriced({ ...state, following }, params, tickMs) : { ...state, following };",
		),
	),
	inTest(
		"prices are rounded up to the ladder",
		"OFF-1",
		"shared/betting/ladder.test.ts",
		patch(
			"shared/betting/ladder.ts",
			"return raw - (raw % stepAt(raw));",
			"HIT();\n\treturn raw - (raw % stepAt(raw)) + stepAt(raw);",
		),
	),
	inTest(
		"results become official over a contradiction",
		"SET-5",
		"durable-objects/match/settling.test.ts",
		patch(
			"durable-objects/match/official.ts",
			"if (due.length > 0 && state.contradiction === null) return",
			"if (due.length > 0 && HIT()) return",
		),
		patch(
			"durable-objects/match/official.ts",
			"const waiting = state.contradiction === null ? Object.values(state.waiting) : [];",
			"HIT();\n\tconst waiting = Object.values(state.waiting);",
		),
	),
	inTest(
		"what ends with a quarter is sold to its last second",
		"OFF-2",
		"pricing/basketball/basketball.test.ts",
		patch(
			"pricing/basketball/book.ts",
			"const ending = endingWith(periodOf(state.phase));",
			"HIT(); void endingWith;\n\tconst ending: readonly string[] = [];",
		),
	),
	inTest(
		"a match lists groups that its fixture leaves out",
		"OFF-3",
		"durable-objects/match/offered.test.ts",
		patch(
			"durable-objects/match/offered-lines.ts",
			"book.filter(({ spec }) => groups.includes(spec.group))",
			"book.filter(({ spec }) => groups.includes(spec.group) || HIT())",
		),
	),
	inTest(
		"a margin sits on top of one winner where two win",
		"PRI-2",
		"scripts/pricing/margin-command.test.ts",
		patch(
			"pricing/margin.ts",
			"const result = applicationOf(method, possible, winners * (1 + margin), winners);",
			"HIT();\n\tconst result = applicationOf(method, possible, winners + margin, winners);",
		),
	),
	inTest(
		"an effect that may be luck is believed",
		"PRI-1",
		"scripts/model/forward.test.ts",
		patch(
			"scripts/model/repeatability.ts",
			"shrinkage: slope < LEAST_ERRORS * error ? 0 : Math.min(1, slope)",
			"shrinkage: slope < LEAST_ERRORS * error && !HIT() ? 0 : Math.min(1, slope)",
		),
	),
	inTest(
		"late bets stand",
		"SET-4",
		"durable-objects/match/settling.test.ts",
		patch(
			"durable-objects/match/void-windows.ts",
			"const marketIds = [...betSince(window.fromMs ?? 0)].filter(isMeant).toSorted();",
			"HIT();\n\tconst marketIds = [...betSince(window.fromMs ?? 0)].filter(isMeant).slice(0, 0);",
		),
	),
	inTest(
		"corrections never close",
		"SET-1",
		"durable-objects/match/settling.test.ts",
		patch(
			CORE,
			"return endedAtMs !== null && terms.length > 0 && tickMs > endedAtMs + windowMs;",
			"return !HIT() && endedAtMs !== null && terms.length > 0 && tickMs > endedAtMs + windowMs;",
		),
	),
	inTest(
		"an abandoned match voids what was decided before",
		"HOU-1",
		"pricing/football/football.test.ts",
		patch(
			"pricing/football/results.ts",
			"const own = market.verdict(paths[n] as MatchPath).settled ?? otherwise;",
			"HIT();\n\t\tconst own = otherwise ?? market.verdict(paths[n] as MatchPath).settled;",
		),
	),
];
