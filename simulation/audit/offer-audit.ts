/** Judges what was on sale by the goals that the feed stood by: nothing that is decided is sold, and nothing after its part is over. */
import type { Violation } from "./facts.ts";

import type { MatchTruth } from "./match-truth.ts";
import { AFTER_REGULAR, DECIDED_BY_END } from "./regular-time.ts";
import type { Watched } from "./watched.ts";

type Score = { readonly home: number; readonly away: number };

/** What is certain after each input: regular goals that stand for sure, and whether regular time is over. */
type Certain = { readonly score: Score; readonly isOver: boolean };

function certainty({ goals, log }: MatchTruth): ReadonlyMap<number, Certain> {
	const parts = new Map(goals.map(({ incidentId, part }) => [incidentId, part]));
	const told = new Map<string, "home" | "away">();
	// What corrects a goal stands against what it corrects, though that comes later.
	const corrected = new Set<string>();
	const certain = new Set<string>();
	const gone = new Set<string>();
	const after = new Map<number, Certain>();
	let isOver = false;
	let isOverruled = false;
	/** What came after its time, and counts once a trader says so. */
	let late: string | null = null;
	for (const word of log) {
		const { kind, incidentId, side, phase } = word;
		if (word.command === "resolve" || word.command === "approve") isOverruled = true;
		if (word.isRefused && word.code === "correction_closed") late = phase ?? late;
		if (!word.isRefused) {
			if (word.command === "approve" && late !== null) isOver = AFTER_REGULAR.has(late);
			if (kind === "state" && phase !== null) isOver = AFTER_REGULAR.has(phase);
			if (kind === "bet_start") for (const id of told.keys()) certain.add(id);
			if (incidentId !== null) {
				if (kind === "correction") corrected.add(incidentId);
				const isOutdone = kind === "incident" && corrected.has(incidentId);
				if (word.incident === "goal" && side !== null && !isOutdone) told.set(incidentId, side);
				if (kind === "confirmation" || kind === "correction") certain.add(incidentId);
				if (kind === "cancellation") gone.add(incidentId);
				else if (kind === "correction") gone.delete(incidentId);
			}
		}
		after.set(word.seq, { score: isOverruled ? NONE : scoreOf(told, certain, gone, parts), isOver });
	}
	return after;
}

const NONE: Score = { home: 0, away: 0 };

function scoreOf(
	told: ReadonlyMap<string, "home" | "away">,
	certain: ReadonlySet<string>,
	gone: ReadonlySet<string>,
	parts: ReadonlyMap<string, number>,
): Score {
	const score = { home: 0, away: 0 };
	for (const [id, side] of told) if (certain.has(id) && !gone.has(id) && (parts.get(id) ?? 2) < 2) score[side]++;
	return score;
}

export function auditOffer(truth: MatchTruth, { moments }: Watched): readonly Violation[] {
	const certain = certainty(truth);
	return moments.flatMap(({ seq, toMs, onSale }) => {
		const known = certain.get(seq);
		if (known === undefined || onSale.size === 0) return [];
		return [...onSale.keys()].flatMap((marketId) => {
			const why = whyNotForSale(marketId, known);
			const what = `${truth.matchId} had ${marketId} on sale after input ${seq} at ${toMs}: ${why?.what}`;
			return why === null ? [] : [{ rule: why.rule, what }];
		});
	});
}

function whyNotForSale(marketId: string, { score: { home, away }, isOver }: Certain): Violation | null {
	const [kind = "", line = ""] = marketId.split(":");
	const isRegular = DECIDED_BY_END.has(kind) || kind === "ou" || kind === "btts" || kind === "ng";
	if (isRegular && isOver) return { rule: "SET-0", what: "regular time is over" };
	const isDecided =
		(kind === "ou" && home + away >= Number(line) + 0.5) ||
		(kind === "ng" && home + away >= Number(line)) ||
		(kind === "btts" && home > 0 && away > 0);
	return isDecided ? { rule: "OFF-1", what: `${home}-${away} has decided it` } : null;
}
