/**
 * Recorded matches played to the last release and to today's objects: the same messages give the same facts, results and payments,
 * and the same books to the byte, but for what was changed on purpose, which is named here with its reason (CHANGELOG.md has all).
 */
import { describe, expect, test } from "vitest";
import { TODAY } from "./code.ts";
import { lastRelease } from "./freeze.ts";
import { type Moment, type Recorded, type Replayed, replayed, type Settled, type SoldMarket } from "./recorded.ts";

const last = await lastRelease();
if (last.kind === "missing") console.error(`NO RECORDED MATCH IS COMPARED WITH THE LAST RELEASE: ${last.why}`);

/** Two times a whole match, of which each takes some two seconds of a machine that does nothing else. */
const PATIENCE_MS = 120_000;

/** One thing that is not the same in the last release and today; absent where a release does not have it. */
type Difference =
	| { readonly what: "facts" | "delta"; readonly of: string; readonly was: string; readonly now: string }
	| { readonly what: "incidents"; readonly was: Moment["incidents"]; readonly now: Moment["incidents"] }
	| { readonly what: "status"; readonly of: string; readonly was: SoldMarket; readonly now: SoldMarket | undefined }
	| { readonly what: "fair" | "odds"; readonly of: string; readonly was: SoldMarket; readonly now: SoldMarket }
	| {
			readonly what: "result";
			readonly of: string;
			readonly was: string | undefined;
			readonly now: string | undefined;
	  }
	| { readonly what: "ticket"; readonly of: string; readonly was: Settled; readonly now: Settled | undefined };
type Reason = { readonly why: string; readonly covers: (difference: Difference) => boolean };

const textOf = (value: unknown): string => JSON.stringify(value);
const oddsOf = ({ oddsMilli }: SoldMarket): readonly (number | null)[] => Object.values(oddsMilli);
/** What the worst outcome pays on average, as a part of its stake. */
const leastPaid = ({ oddsMilli, fairPpm }: SoldMarket): number =>
	Math.min(
		...Object.entries(oddsMilli).flatMap(([id, odds]) => (odds === null ? [] : (odds * (fairPpm[id] ?? 0)) / 1e9)),
	);
const isLongShot = (oddsMilli: number | null | undefined): boolean => (oddsMilli ?? 0) >= 500_000;

/** A closed market comes back only at better odds than those at which it closed. */
const NEARLY_CERTAIN_MILLI = 1_020;

const IMAGES: Reason = {
	why: "FRM-3: an image has the last incidents only, and so many of the markets that are done",
	covers: (one) =>
		one.what === "incidents"
			? textOf(one.was.slice(-one.now.length)) === textOf(one.now)
			: one.what === "status" && one.was.status === "closed" && one.now === undefined,
};
const ONE_SIDE: Reason = {
	why: "OFF-1: a market is closed or not listed while a side of it has no price or is nearly certain",
	covers: (one) =>
		(one.what === "status" &&
			(one.now?.status ?? "closed") === "closed" &&
			oddsOf(one.was).some((odds) => odds === null || odds <= NEARLY_CERTAIN_MILLI)) ||
		(one.what === "result" && one.now === undefined),
};
const TAPER: Reason = {
	why: "OFF-1: a margin tapers, where it took more than two fifths of what an outcome is worth",
	covers: (one) => one.what === "odds" && leastPaid(one.was) < 0.6,
};
const LADDER: Reason = {
	why: "OFF-1: a row whose price is beyond the ladder is closed, and not cut to its end",
	covers: (one) =>
		(one.what === "odds" && oddsOf(one.now).every((odds, at) => odds !== null || !isPriced(oddsOf(one.was)[at]))) ||
		(one.what === "ticket" && one.now?.status === "refused" && isLongShot(one.was.oddsMilli)),
};
const isPriced = (oddsMilli: number | null | undefined): boolean => !isLongShot(oddsMilli) && oddsMilli !== null;
const CLOCK: Reason = {
	why: "OFF-2: what ends with a quarter or a half closes before a bet's longest window can reach its end",
	covers: (one) => one.what === "status" && /^[qh]\d:/.test(one.of) && (one.now?.status ?? "closed") === "closed",
};
const REFITTED: Reason = {
	why: "PRI-1: the football model was fitted anew, so its prices are others; what is won or lost is the same",
	covers: ({ what, was, now }) =>
		what === "ticket" &&
		now !== undefined &&
		was.status === now.status &&
		was.outcome === now.outcome &&
		isPaidAsTaken(now),
};
const FAR_LINES: Reason = {
	why: "OFF-1: of a family only those lines are listed that can be priced on both sides",
	covers: ({ what, now }) => (what === "ticket" || what === "result") && now === undefined,
};
const isPaidAsTaken = ({ outcome, oddsMilli, returnMinor }: Settled): boolean =>
	!/"win"/.test(outcome) || returnMinor === oddsMilli;

const CASES: readonly (Recorded & { readonly reasons: readonly Reason[] })[] = [
	{ replayId: "wimbledon-2019-final", speed: 60, hasBooks: true, reasons: [IMAGES, ONE_SIDE, TAPER] },
	{ replayId: "nba2016-game7", speed: 60, hasBooks: true, reasons: [IMAGES, ONE_SIDE, TAPER, LADDER, CLOCK] },
	{ replayId: "wc2022-final", speed: 60, hasBooks: false, reasons: [IMAGES, LADDER, REFITTED, FAR_LINES] },
];

function differencesBetween(was: Replayed, now: Replayed): readonly Difference[] {
	const found: Difference[] = [];
	for (const at of [...was.fates.keys(), was.fates.length])
		if (was.fates[at] !== now.fates[at])
			found.push({ what: "facts", of: `input ${at}`, was: `${was.fates[at]}`, now: `${now.fates[at]}` });
	for (const marketId of new Set([...was.results.keys(), ...now.results.keys()])) {
		const [before, after] = [was, now].map(({ results }) => textOf(results.get(marketId)));
		if (before !== after) found.push({ what: "result", of: marketId, was: before, now: after });
	}
	for (const [of, ticket] of was.tickets)
		if (textOf(ticket) !== textOf(now.tickets.get(of)))
			found.push({ what: "ticket", of, was: ticket, now: now.tickets.get(of) });
	for (const [at, moment] of was.moments.entries()) {
		const today = now.moments[at];
		found.push(...ofMoment(moment, today));
		// What readers were sent on the way from one book that is the same to the next.
		const isSame = moment.shown === today?.shown && was.moments[at - 1]?.shown === now.moments[at - 1]?.shown;
		if (isSame && deltasOf(moment) !== deltasOf(today))
			found.push({ what: "delta", of: `${moment.atMs}`, was: deltasOf(moment), now: deltasOf(today) });
	}
	return found;
}

const deltasOf = ({ frames }: Moment): string => frames.filter((frame) => frame.startsWith('["delta"')).join("\n");

function ofMoment(was: Moment, now: Moment | undefined): readonly Difference[] {
	if (now === undefined) return [{ what: "facts", of: `${was.atMs}`, was: "a moment", now: "none" }];
	const facts = ({ atMs, state, clock, seq, isStale }: Moment): string => textOf([atMs, state, clock, seq, isStale]);
	const found: Difference[] = [];
	if (facts(was) !== facts(now)) found.push({ what: "facts", of: `${was.atMs}`, was: facts(was), now: facts(now) });
	if (textOf(was.incidents) !== textOf(now.incidents))
		found.push({ what: "incidents", was: was.incidents, now: now.incidents });
	for (const [of, market] of was.markets) {
		const today = now.markets.get(of);
		if (today === undefined || market.status !== today.status) {
			found.push({ what: "status", of, was: market, now: today });
			continue;
		}
		if (textOf(market.fairPpm) !== textOf(today.fairPpm)) found.push({ what: "fair", of, was: market, now: today });
		if (textOf(market.oddsMilli) !== textOf(today.oddsMilli)) found.push({ what: "odds", of, was: market, now: today });
	}
	return found;
}

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
