/**
 * What was changed on purpose since the last release, as far as recorded matches show it. Each reason covers what it must and no more:
 * by kind, by a bound of its own, and by id where no bound says which.
 */
import type { Difference } from "./differences.ts";
import type { Settled, SoldMarket } from "./recorded.ts";

export type Reason = { readonly why: string; readonly covers: (difference: Difference) => boolean };

const textOf = (value: unknown): string => JSON.stringify(value);
const oddsOf = ({ oddsMilli }: SoldMarket, outcomeId: string): number | null => oddsMilli[outcomeId] ?? null;
/** What an outcome pays on average, as a part of its stake; null: it has no price. */
function paidOn(market: SoldMarket, outcomeId: string): number | null {
	const oddsMilli = oddsOf(market, outcomeId);
	return oddsMilli === null ? null : (oddsMilli * (market.fairPpm[outcomeId] ?? 0)) / 1e9;
}
const leastPaid = (market: SoldMarket): number =>
	Math.min(...Object.keys(market.oddsMilli).map((id) => paidOn(market, id) ?? Number.POSITIVE_INFINITY));

/** An image holds so many. */
const IMAGE_INCIDENTS = 20;

export const IMAGES: Reason = {
	why: "FRM-3: an image has the last incidents only, and so many of the markets that are done",
	covers: (one) =>
		one.what === "incidents"
			? one.now.length === IMAGE_INCIDENTS && textOf(one.was.slice(-IMAGE_INCIDENTS)) === textOf(one.now)
			: one.what === "status" && one.was?.status === "closed" && one.now === undefined,
};

/** What was on sale or suspended there is closed or not listed here. */
const isClosedNow = (one: Difference): one is Difference & { readonly what: "status"; readonly was: SoldMarket } =>
	one.what === "status" &&
	(one.was?.status === "open" || one.was?.status === "suspended") &&
	(one.now?.status ?? "closed") === "closed";

/** Fair odds of 1.03, from which on a market that was closed comes back: whatever is closed has an outcome as likely. */
const NEARLY_CERTAIN_PPM = 1e9 / 1_030;

export const ONE_SIDE: Reason = {
	why: "OFF-1: a market is closed or not listed while an outcome of it is nearly certain",
	covers: (one) => isClosedNow(one) && Object.values(one.was.fairPpm).some((ppm) => ppm > NEARLY_CERTAIN_PPM),
};

/** A margin took more than two fifths of what some outcome is worth. Now it takes four ninths, and a rung, where it took more than that. */
const TOOK_MORE_SHARE = 0.6;
const TAPERS_TO_SHARE = 0.65;
const tookMore = (market: SoldMarket): boolean => leastPaid(market) < TOOK_MORE_SHARE;

/** The ends of the ladder, by group of markets: the last release cut to them what was beyond. */
const ENDS_MILLI = [500_000, 1_000_000] as const;
const isCut = (oddsMilli: number | null | undefined): boolean => ENDS_MILLI.some((end) => end === oddsMilli);
/** Under the margin that it had an outcome was on the ladder; under today's it is as far beyond as it is worth. */
const isTakenBeyond = (was: SoldMarket, now: SoldMarket, outcomeId: string): boolean =>
	tookMore(was) && 1e9 / (now.fairPpm[outcomeId] ?? 0) > ENDS_MILLI[0];

export const LADDER: Reason = {
	why: "OFF-1: a row whose price is beyond the ladder is closed, and not cut to its end",
	covers: (one) => {
		if (one.what === "ticket") return one.now?.status === "refused" && isCut(one.was?.oddsMilli);
		if (one.what !== "odds" || oddsOf(one.now, one.outcomeId) !== null) return false;
		return isCut(oddsOf(one.was, one.outcomeId)) || isTakenBeyond(one.was, one.now, one.outcomeId);
	},
};

export const TAPER: Reason = {
	why: "OFF-1: a margin tapers, where it took more than two fifths of what an outcome is worth: no outcome pays less for it",
	covers: (one) => {
		if (one.what !== "odds" || !tookMore(one.was) || leastPaid(one.now) > TAPERS_TO_SHARE) return false;
		const [was, now] = [paidOn(one.was, one.outcomeId) ?? 0, paidOn(one.now, one.outcomeId)];
		return now !== null && now > was && now <= 1;
	},
};

const QUARTER_SEC = 720;
/** So long before their end. */
const CLOSING_SEC = 20;

export const CLOCK: Reason = {
	why: "OFF-2: what ends with a quarter or a half closes before a bet's longest window can reach its end",
	covers: (one) => {
		if (!isClosedNow(one)) return false;
		const [, part = "", no = ""] = /^([qh])(\d):/.exec(one.of) ?? [];
		const leftSec = Number(no) * (part === "q" ? 1 : 2) * QUARTER_SEC - one.elapsedSec;
		return leftSec >= 0 && leftSec <= CLOSING_SEC;
	},
};

/** Of these there is nothing today: no market, so no bet and no result. */
export const unlisted = (...marketIds: readonly string[]): Reason => ({
	why: "OFF-1: what has a price on one side only is not listed any more",
	covers: (one) =>
		(one.what === "ticket" || one.what === "result") &&
		one.now === undefined &&
		marketIds.some((marketId) => one.of === marketId || one.of.startsWith(`${marketId} `)),
});

/** Of these it is other lines that are on sale at times. */
export const otherLines = (...marketIds: readonly string[]): Reason => ({
	why: "OFF-1, PRI-1: which lines of a family are listed follows what they are worth, and that was fitted anew",
	covers: (one) => one.what === "status" && marketIds.includes(one.of),
});

/** By which the new fit moved an outcome at most. */
const REFITTED_PPM = 30_000;
/** What is left of a difference between two fits when both are rounded to rungs: by outcome, and over all of a book. */
const OUTCOME_SHARE = 0.1;
/** Of a bet on a long shot: its margin tapers too. */
const TAPERED_SHARE = 0.5;
const BOOK_SHARE = 0.015;

export const REFITTED: Reason = {
	why: "PRI-1: the football model was fitted anew: other prices of the same margin; what is won or lost is the same",
	covers: (one) => {
		switch (one.what) {
			case "fair":
				return Object.entries(one.was.fairPpm).every(
					([id, ppm]) => Math.abs(ppm - (one.now.fairPpm[id] ?? Number.NaN)) <= REFITTED_PPM,
				);
			case "odds":
				return isRefittedPrice(one);
			case "ticket":
				return isRefittedTicket(one.was, one.now);
			default:
				return false;
		}
	},
};

function isRefittedPrice({ was, now, outcomeId }: Difference & { readonly what: "odds" }): boolean {
	const [before, after] = [paidOn(was, outcomeId), paidOn(now, outcomeId)];
	if (before === null || after === null || textOf(was.fairPpm) === textOf(now.fairPpm)) return false;
	const both = Object.keys(was.oddsMilli).filter((id) => oddsOf(was, id) !== null && oddsOf(now, id) !== null);
	const impliedBy = (market: SoldMarket): number => both.reduce((sum, id) => sum + 1 / (oddsOf(market, id) ?? 1), 0);
	const book = impliedBy(now) / impliedBy(was);
	// A margin that tapers takes less of the whole book, never more.
	const isBook = book <= 1 + BOOK_SHARE && (book >= 1 - BOOK_SHARE || tookMore(was));
	return isBook && Math.abs(after / before - 1) <= OUTCOME_SHARE;
}

/** In thousandths of the stake; null: it is paid in no way that is known here. */
function returnOf({ oddsMilli, outcome }: Settled): number | null {
	const odds = oddsMilli ?? 0;
	switch (outcome) {
		case '{"kind":"win"}':
			return odds;
		case '{"kind":"half_win"}':
			return Math.floor((odds + 1_000) / 2);
		case '{"kind":"void"}':
			return 1_000;
		case '{"kind":"half_lose"}':
			return 500;
		case '{"kind":"lose"}':
			return 0;
		default:
			return null;
	}
}

/** Bets of a thousand minor units: what a ticket returns is what its odds and its outcome say. */
const isRefittedTicket = (was: Settled | undefined, now: Settled | undefined): boolean =>
	was !== undefined &&
	now !== undefined &&
	was.status === now.status &&
	was.outcome === now.outcome &&
	was.oddsMilli !== null &&
	now.oddsMilli !== null &&
	now.oddsMilli >= was.oddsMilli * (1 - OUTCOME_SHARE) &&
	now.oddsMilli <= was.oddsMilli * (1 + TAPERED_SHARE) &&
	now.returnMinor === returnOf(now);
