/**
 * Recorded matches played to the last release and to today's objects. In each sport the same messages give the same facts, answers to
 * the feed, results, payments and markets on sale, the same fair probabilities and the same odds, outcome by outcome at every eighth
 * second, and between two books that are the same the same deltas to the byte; but for what was changed on purpose, which is named in
 * reasons.ts and here (CHANGELOG.md has all). Football was fitted anew: there probabilities are the same within three hundredths, and
 * what a whole book takes within one and a half. Versions of markets are compared nowhere.
 */
import { describe, expect, test } from "vitest";
import { TODAY } from "./code.ts";
import { type Difference, differencesBetween } from "./differences.ts";
import { lastRelease } from "./freeze.ts";
import * as reasons from "./reasons.ts";
import { type Recorded, replayed, type Settled, type SoldMarket } from "./recorded.ts";

const last = await lastRelease();
if (last.kind === "missing") console.error(`NO RECORDED MATCH IS COMPARED WITH THE LAST RELEASE: ${last.why}`);

/** Two times a whole match, of which each takes some two seconds of a machine that does nothing else. */
const PATIENCE_MS = 120_000;

const { CLOCK, IMAGES, LADDER, ONE_SIDE, REFITTED, TAPER, otherLines, unlisted } = reasons;
type Case = Recorded & { readonly reasons: readonly reasons.Reason[] };

const TENNIS: Case = { replayId: "wimbledon-2019-final", speed: 60, reasons: [IMAGES, ONE_SIDE, TAPER] };
const BASKETBALL: Case = {
	replayId: "nba2016-game7",
	speed: 60,
	reasons: [
		IMAGES,
		ONE_SIDE,
		TAPER,
		LADDER,
		CLOCK,
		unlisted("q1:sp:1.5", "q4:sp:5.5", "q4:ou:30.5", "h2:sp:11.5", "h2:ou:90.5", "race:120"),
	],
};
const FOOTBALL: Case = {
	replayId: "wc2022-final",
	speed: 60,
	reasons: [
		IMAGES,
		ONE_SIDE,
		TAPER,
		LADDER,
		REFITTED,
		unlisted("ah:2.75"),
		otherLines(
			...["ah:-0.75", "h1:ah:-0.75", "h2:ah:-0.5", "et:ah:-0.75", "et:ah:-1.25", "tt:away:2.5"],
			...["ou:1.25", "ou:4", "ou:4.25", "ou:5", "ou:5.25", "ou:5.5", "h2:ou:2.5", "et:ou:1.25", "et:ou:1.75"],
		),
	],
};
const CASES: readonly Case[] = [TENNIS, BASKETBALL, FOOTBALL];

describe.skipIf(last.kind === "missing")("a recorded match, played to the last release and to today's", () => {
	const code = last.kind === "frozen" ? last.code : TODAY;

	test.each(CASES)(
		"[MAT-2] $replayId: facts, results, payments and books are the same, but for what is named",
		async (one) => {
			const [was, now] = [await replayed(one, code), await replayed(one, TODAY)];
			const differences = differencesBetween(was, now);
			const unnamed = differences.filter((difference) => !one.reasons.some(({ covers }) => covers(difference)));
			expect(unnamed.slice(0, 5)).toEqual([]);
			// A reason that explains nothing hides what comes next.
			const idle = one.reasons.filter(({ covers }) => !differences.some(covers));
			expect(idle.map(({ why }) => why)).toEqual([]);
		},
		PATIENCE_MS,
	);
});

describe("what no reason covers", () => {
	const market = (odds: readonly (number | null)[], ppm: readonly number[], status = "open"): SoldMarket => ({
		status,
		version: 1,
		oddsMilli: Object.fromEntries(odds.map((oddsMilli, at) => [`${at}`, oddsMilli])),
		fairPpm: Object.fromEntries(ppm.map((fairPpm, at) => [`${at}`, fairPpm])),
	});
	const EVEN = [500_000, 500_000] as const;
	const odds = (was: SoldMarket, now: SoldMarket): Difference => ({ what: "odds", of: "ml", outcomeId: "0", was, now });
	const status = (of: string, elapsedSec: number, now: SoldMarket | undefined): Difference => ({
		what: "status",
		of,
		elapsedSec,
		was: market([1_900, 1_900], EVEN),
		now,
	});
	const ticket = (was: Partial<Settled>, now: Partial<Settled> | undefined): Difference => {
		const lost = { status: "settled", oddsMilli: 2_000, returnMinor: 0, outcome: '{"kind":"lose"}' };
		return { what: "ticket", of: "ou:2.5 over", was: { ...lost, ...was }, now: now && { ...lost, ...now } };
	};
	const [closed, tapered] = [market([null, null], [0, 0], "closed"), market([8_000, 1_010], [50_000, 950_000])];

	test.each<readonly [string, Case, Difference]>([
		["lower odds", BASKETBALL, odds(market([1_900, 1_900], EVEN), market([1_800, 1_900], EVEN))],
		["higher odds", TENNIS, odds(market([1_900, 1_900], EVEN), market([1_920, 1_900], EVEN))],
		["a row that is closed", BASKETBALL, odds(market([1_900, 1_900], EVEN), market([null, 1_900], EVEN))],
		["a long shot that gets cheaper", BASKETBALL, odds(market([500_000, 1_010], EVEN), market([1_010, 1_010], EVEN))],
		["a taper that takes more", TENNIS, odds(tapered, market([7_800, 1_010], [50_000, 950_000]))],
		["a taper that pays more than it is worth", TENNIS, odds(tapered, market([20_500, 1_010], [50_000, 950_000]))],
		["a taper that leaves nothing", TENNIS, odds(tapered, market([19_000, 1_010], [50_000, 950_000]))],
		[
			"a higher margin on refitted odds",
			FOOTBALL,
			odds(market([1_900, 1_900], EVEN), market([1_850, 1_820], [501_000, 499_000])),
		],
		["a lower one", FOOTBALL, odds(market([1_900, 1_900], EVEN), market([1_950, 1_940], [501_000, 499_000]))],
		[
			"another probability",
			TENNIS,
			{ what: "fair", of: "ml", was: market([], EVEN), now: market([], [500_001, 499_999]) },
		],
		[
			"one far from the last fit",
			FOOTBALL,
			{ what: "fair", of: "1x2", was: market([], EVEN), now: market([], [540_000, 460_000]) },
		],
		["a market that closes", BASKETBALL, status("ml", 1_435, closed)],
		["one of a quarter, before its end", BASKETBALL, status("q2:ou:44.5", 1_300, closed)],
		["one of a later quarter", BASKETBALL, status("q3:ou:44.5", 1_435, undefined)],
		[
			"a market that opens",
			FOOTBALL,
			{ what: "status", of: "1x2", elapsedSec: 60, was: closed, now: market([1_900, 1_900], EVEN) },
		],
		["a result that is gone", BASKETBALL, { what: "result", of: "ml", was: "{}", now: undefined }],
		["one of football", FOOTBALL, { what: "result", of: "1x2", was: "{}", now: undefined }],
		["a result that is another", FOOTBALL, { what: "result", of: "ah:2.75", was: "{}", now: '{"kind":"void"}' }],
		["a ticket that is gone", FOOTBALL, ticket({}, undefined)],
		["a lost ticket that is paid", FOOTBALL, ticket({}, { returnMinor: 2_000 })],
		[
			"a void ticket that is paid as a won one",
			FOOTBALL,
			ticket({ outcome: '{"kind":"void"}', returnMinor: 1_000 }, { outcome: '{"kind":"void"}', returnMinor: 2_000 }),
		],
		[
			"a won one that is paid less",
			FOOTBALL,
			ticket({ outcome: '{"kind":"win"}', returnMinor: 2_000 }, { outcome: '{"kind":"win"}', returnMinor: 1_990 }),
		],
		[
			"a ticket that is refused",
			BASKETBALL,
			ticket({}, { status: "refused", oddsMilli: null, returnMinor: null, outcome: "null" }),
		],
		["incidents that are fewer", FOOTBALL, { what: "incidents", was: [], now: [] }],
	])("[MAT-2] %s", (_, { reasons: all }, difference) => {
		expect(all.filter(({ covers }) => covers(difference)).map(({ why }) => why)).toEqual([]);
	});
});
