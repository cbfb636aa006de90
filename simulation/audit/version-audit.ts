/**
 * Judges results and their versions (SET-1, SET-2): one counter a market that only rises, one thing said under each
 * number, and in the end everybody at the highest.
 */
import type { Violation } from "./facts.ts";

import type { MatchTruth, ToldResult } from "./match-truth.ts";
import type { Watched } from "./watched.ts";

type Said = { readonly version: number; readonly says: string };
/** What a desk has stored of a market in the end. */
export type DeskResult = Said & { readonly desk: string; readonly marketId: string };
/** A leg of a ticket that was taken: the version of the result that its wallet has. */
export type LegVersion = { readonly ticketKey: string; readonly marketId: string; readonly version: number };
export type Settlement = {
	readonly watched: Watched;
	readonly told: readonly ToldResult[];
	readonly desks: readonly DeskResult[];
	readonly legs: readonly LegVersion[];
};

export function auditVersions(truth: MatchTruth, { watched, told, desks, legs }: Settlement): readonly Violation[] {
	const { matchId } = truth;
	const said = new Map<string, string>();
	const fault = (rule: string, what: string): Violation => ({ rule, what: `${matchId} ${what}` });
	const differs = (who: string, marketId: string, { version, says }: Said): readonly Violation[] => {
		const key = `${marketId} ${version}`;
		const known = said.get(key) ?? says;
		said.set(key, known);
		return known === says
			? []
			: [fault("SET-1", `${who} says ${says} under version ${version}, where ${known} was said`)];
	};
	const last = watched.moments.at(-1)?.results ?? new Map<string, Said>();
	return [
		...auditCounters(matchId, watched),
		...watched.moments.flatMap(({ results }) =>
			[...results].flatMap(([marketId, result]) => differs("its own state", marketId, result)),
		),
		...told.flatMap((one) => differs(`what it told ${one.desk}`, one.marketId, one)),
		...desks.flatMap(({ desk, marketId, ...one }) => [
			...differs(desk, marketId, one),
			// Of an undecided market only those desks are told that ever had a bet on it: their legs are judged below.
			...(last.get(marketId)?.version === one.version || isOpen(last.get(marketId))
				? []
				: [fault("SET-2", `${desk} has version ${one.version} of ${marketId}, not ${last.get(marketId)?.version}`)]),
		]),
		...legs.flatMap(({ ticketKey, marketId, version }) =>
			last.get(marketId)?.version === version || last.get(marketId) === undefined
				? []
				: [fault("SET-1", `${ticketKey} has version ${version} of ${marketId}, not ${last.get(marketId)?.version}`)],
		),
	];
}

const isOpen = (result: Said | undefined): boolean => result?.says.includes('"kind":"open"') === true;

/** No counter falls, and none rises by more than there were changes. */
function auditCounters(matchId: string, { moments }: Watched): readonly Violation[] {
	return moments.flatMap((now, index) => {
		const before = moments[index - 1];
		if (before === undefined || before.results.size === 0) return [];
		const changes = now.seq - before.seq + now.journalled - before.journalled;
		return [...before.results].flatMap(([marketId, { version }]) => {
			const risen = (now.results.get(marketId)?.version ?? 0) - version;
			if (risen >= 0 && risen <= changes) return [];
			const what = `${matchId} ${marketId} went from version ${version} by ${risen} in ${changes} changes`;
			return [{ rule: "SET-1", what }];
		});
	});
}
