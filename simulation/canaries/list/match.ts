/** Faults of the match: versions, speech, grants, facts, results. */
import { type Canary, inHistory, patch } from "../canary.ts";

export const MATCH: readonly Canary[] = [
	inHistory(
		"the version is not compared",
		"BET-3",
		patch(
			"durable-objects/match/confirm.ts",
			'if (ask.version === null ? inPlay : ask.version !== market.version) return "moved";',
			"HIT();",
		),
		patch(
			"durable-objects/desk/decide.ts",
			'if (leg.version !== null && leg.version !== market.version) return no("market_changed");',
			"HIT();",
		),
	),
	inHistory(
		"a lower batch overwrites the exposure",
		"MON-5",
		patch(
			"durable-objects/match/actor.ts",
			"const isStale = highest !== undefined && (inc < highest.inc || (inc === highest.inc && n <= highest.n));",
			"HIT();\n\t\tconst isStale = highest !== undefined && Number.isNaN(inc);",
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
		"the match answers without storing pair and grants",
		"MON-5 SET-2",
		patch(
			"durable-objects/match/actor.ts",
			"this.#ports.sql.transaction(() => {\n\t\t\tthis.#store.saveDesk(region, inc, n);",
			"(() => {",
		),
		patch(
			"durable-objects/match/actor.ts",
			"for (const grant of changed) this.#store.saveGrant(grant);\n\t\t\tif (highest === undefined)\n\t\t\t\tfor (const result of Object.values(state.results)) this.#store.queueResult(region, result);\n\t\t});",
			"HIT(); void changed;\n\t\t})();",
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
			"shared/pricing/football/inference.ts",
			"const missing = stated[side] - wholeScore(next)[side];",
			"const missing = 0 * wholeScore(next)[side];",
		),
	),
	inHistory(
		"a phase cannot be taken back",
		"SET-1 SET-2 MAT-8",
		patch(
			"shared/pricing/football/reduce.ts",
			"const wrongClock = unfitClock(input.phase, input.clock?.elapsedSec);",
			'if (goesBack(state, input.phase) && HIT()) return refuse("not back");\n\tconst wrongClock = unfitClock(input.phase, input.clock?.elapsedSec);',
		),
	),
	inHistory(
		"a goal told after the end is refused",
		"SET-1",
		patch(
			"shared/pricing/football/incidents.ts",
			"const phase = isInPlay(state.phase) ? state.phase : state.furthest;\n\tif (phase",
			'if (!isInPlay(state.phase) && HIT()) return refuse("over");\n\tconst phase = state.phase;\n\tif (phase',
		),
	),
	inHistory(
		"goals count in the order of their telling",
		"SET-1",
		patch(
			"shared/pricing/football/state.ts",
			"return goals.toSorted((a, b) => {",
			"return goals.toSorted((a, b) => {\n\t\tif (a !== b && HIT()) return 0;",
		),
	),
	inHistory(
		"what is in doubt settles",
		"SET-1",
		patch(
			"shared/pricing/football/state.ts",
			"=> !confirmed || doubted === true;",
			"=> HIT() && confirmed && doubted === true && Number.isNaN(0);",
		),
	),
	inHistory(
		"bets that came too late stand",
		"SET-1 SET-4",
		patch(
			"durable-objects/match/void-windows.ts",
			"const marketIds = [...betSince(window.fromMs ?? 0)].filter(isMeant).toSorted();",
			"const marketIds = [...betSince(window.fromMs ?? 0)].filter(isMeant).slice(0, HIT() && 0);",
		),
	),
];
