/** Which histories begin with the last release, and what is judged of those. */
import { seededRandom } from "../../durable-objects/runtime/testing.ts";
import type { Violation } from "../audit/auditor.ts";
import { hash } from "../chance.ts";
import type { Code } from "./code.ts";
import type { Deploys } from "./deploys.ts";
import { lastRelease } from "./freeze.ts";

const SHARE = 0.1;

let hasWarned = false;

/** The release with which a history begins; null: today's. */
export async function releaseOf(options: { readonly seed: number; readonly deploys?: boolean }): Promise<Code | null> {
	const isDrawn = seededRandom(options.seed ^ hash("release"))() < SHARE;
	if (!(options.deploys ?? isDrawn)) return null;
	const last = await lastRelease();
	if (last.kind === "frozen") return last.code;
	if (!hasWarned) console.error(`NO DEPLOYS ARE SIMULATED: ${last.why}`);
	hasWarned = true;
	return null;
}

/**
 * What both releases promise: money, answers given, bets decided once and on what their match stood by, rows of reports, and that all
 * of it goes on in the end. How the feed is understood, what is on sale and what a bet is told has been mended since the last
 * release, and a match that began under it carries on what it had made of its feed.
 */
const PROMISED_BY_BOTH: ReadonlySet<string> = new Set([
	...["fault", "liveness", "LAN-1", "BET-1", "BET-3", "BET-5", "BET-8", "BET-9", "FRM-2"],
	...[
		"MON-1",
		"MON-2",
		"MON-3",
		"MON-4",
		"MON-5",
		"SET-2",
		"SET-3",
		"REP-1",
		"REP-2",
		"REP-3",
		"TEN-1",
		"HOU-1",
		"RUN-5",
	],
]);

export function judgedThrough(deploys: Deploys | null, violations: readonly Violation[]): readonly Violation[] {
	if (deploys === null) return violations;
	return [...violations, ...deploys.violations].filter(({ rule }) => PROMISED_BY_BOTH.has(rule));
}
