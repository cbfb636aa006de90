/** What is not the same in a recorded match that was played to two releases. Versions of markets are not compared: they count what was closed too. */
import type { Moment, Replayed, Settled, SoldMarket } from "./recorded.ts";

/** Absent where a release does not have it. Odds differ by outcome: what excuses one of a book excuses no other. */
export type Difference =
	| { readonly what: "facts" | "delta"; readonly of: string; readonly was: string; readonly now: string }
	| { readonly what: "incidents"; readonly was: Moment["incidents"]; readonly now: Moment["incidents"] }
	| {
			readonly what: "status";
			readonly of: string;
			/** Of the match's clock. */
			readonly elapsedSec: number;
			readonly was: SoldMarket | undefined;
			readonly now: SoldMarket | undefined;
	  }
	| { readonly what: "fair"; readonly of: string; readonly was: SoldMarket; readonly now: SoldMarket }
	| {
			readonly what: "odds";
			readonly of: string;
			readonly outcomeId: string;
			readonly was: SoldMarket;
			readonly now: SoldMarket;
	  }
	| {
			readonly what: "result";
			readonly of: string;
			readonly was: string | undefined;
			readonly now: string | undefined;
	  }
	| {
			readonly what: "ticket";
			readonly of: string;
			readonly was: Settled | undefined;
			readonly now: Settled | undefined;
	  };

const textOf = (value: unknown): string => JSON.stringify(value);

export function differencesBetween(was: Replayed, now: Replayed): readonly Difference[] {
	const found: Difference[] = [];
	for (const at of Array.from({ length: Math.max(was.fates.length, now.fates.length) }).keys())
		if (was.fates[at] !== now.fates[at])
			found.push({ what: "facts", of: `input ${at}`, was: `${was.fates[at]}`, now: `${now.fates[at]}` });
	for (const of of new Set([...was.results.keys(), ...now.results.keys()])) {
		const [before, after] = [was, now].map(({ results }) => textOf(results.get(of)));
		if (before !== after) found.push({ what: "result", of, was: before, now: after });
	}
	for (const of of new Set([...was.tickets.keys(), ...now.tickets.keys()])) {
		const [before, after] = [was.tickets.get(of), now.tickets.get(of)];
		if (textOf(before) !== textOf(after)) found.push({ what: "ticket", of, was: before, now: after });
	}
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
	const { elapsedSec } = was.clock;
	for (const of of new Set([...was.markets.keys(), ...now.markets.keys()])) {
		const [before, after] = [was.markets.get(of), now.markets.get(of)];
		if (before === undefined || after === undefined || before.status !== after.status)
			found.push({ what: "status", of, elapsedSec, was: before, now: after });
		else found.push(...ofBook(of, before, after));
	}
	return found;
}

function ofBook(of: string, was: SoldMarket, now: SoldMarket): readonly Difference[] {
	const found: Difference[] = [];
	if (textOf(was.fairPpm) !== textOf(now.fairPpm)) found.push({ what: "fair", of, was, now });
	for (const outcomeId of new Set([...Object.keys(was.oddsMilli), ...Object.keys(now.oddsMilli)]))
		if (was.oddsMilli[outcomeId] !== now.oddsMilli[outcomeId]) found.push({ what: "odds", of, outcomeId, was, now });
	return found;
}
