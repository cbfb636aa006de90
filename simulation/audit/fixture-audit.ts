/** Judges what fixtures did to a match that was still to come (MAT-6, MAT-9, MAT-10): their order, what they reissued, and its prices. */

import type { Violation } from "./facts.ts";
import { NEAR_CLOCKS_MS } from "./figures.ts";
import { type LoggedWord, type MatchTruth, OUR_PRICES } from "./match-truth.ts";
import type { Watched } from "./watched.ts";

export type PricedWinner = {
	readonly seq: number;
	readonly atMs: number;
	/** What the match's own clock showed. */
	readonly tick: number;
	readonly inPlay: boolean;
	/** By market, whatever was priced. */
	readonly fairPpm: ReadonlyMap<string, Readonly<Record<string, number>>>;
};

/** How far the model may stand from the prices from which its strengths were made: margins can be taken out in several ways. */
const NEAR_PPM = 25_000;
/** Two clocks, the second they are floored to, and a call under way. */
const START_SLACK_MS = 5_500;
const IN_PLAY: ReadonlySet<string> = new Set(["first_half", "q1", "playing", "abandoned"]);

export function auditFixtures(
	truth: MatchTruth,
	watched: Watched | null,
	priced: readonly PricedWinner[],
): readonly Violation[] {
	const { matchId, log } = truth;
	const begun = log.find(({ phase, isRefused }) => phase !== null && IN_PLAY.has(phase) && !isRefused);
	const before = log.filter(({ seq }) => seq < (begun?.seq ?? Number.POSITIVE_INFINITY));
	return [
		...auditOrder(matchId, before),
		...(watched === null ? [] : auditReissued(matchId, before, watched)),
		...auditPrices(matchId, before, priced),
	];
}

/** Fixtures that counted, each with the one before it. */
function changesIn(log: readonly LoggedWord[]) {
	const taken = log.filter(({ fixture, isRefused }) => fixture !== null && !isRefused);
	return taken.flatMap((word, index) => {
		const known = taken[index - 1]?.fixture;
		return word.fixture == null || known == null ? [] : [{ word, known, now: word.fixture }];
	});
}

/** The newest by its provider's clock counts; what is older has no effect. */
function auditOrder(matchId: string, log: readonly LoggedWord[]): readonly Violation[] {
	let newestMs = Number.NEGATIVE_INFINITY;
	return log.flatMap(({ fixture, isRefused, code, sentAtMs, seq }) => {
		if (fixture === null) return [];
		const isOld = sentAtMs < newestMs;
		if (!isRefused) newestMs = Math.max(newestMs, sentAtMs);
		if (isOld === isRefused || (isRefused && code !== "outdated")) return [];
		const what = `${matchId} ${isOld ? "took" : "refused"} the fixture of input ${seq}, sent ${isOld ? "before" : "after"} the newest`;
		return [{ rule: "MAT-10", what }];
	});
}

/** Another start, format or side reissues all markets; prices move, and no version does. */
function auditReissued(matchId: string, log: readonly LoggedWord[], { moments }: Watched): readonly Violation[] {
	const changes = changesIn(log);
	return moments.flatMap((now, index) => {
		const before = moments[index - 1];
		if (before === undefined) return [];
		const between = changes.filter(({ word }) => word.seq > before.seq && word.seq <= now.seq);
		if (between.length === 0) return [];
		const isOther = between.some(
			({ known, now: { scheduledAtMs, format, home } }) =>
				known.scheduledAtMs !== scheduledAtMs || known.format !== format || known.home !== home,
		);
		const both = [...now.onSale].filter(([id]) => before.onSale.has(id));
		const kept = both.find(([id, version]) => before.onSale.get(id) === version);
		const moved = both.find(([id, version]) => before.onSale.get(id) !== version);
		const where = `from input ${before.seq} to ${now.seq}`;
		if (isOther)
			return kept === undefined
				? []
				: [
						{
							rule: "MAT-10",
							what: `${matchId} kept ${kept[0]} under version ${kept[1]} ${where}, with another fixture`,
						},
					];
		const isAlone = between.length === now.seq - before.seq && before.journalled === now.journalled;
		if (!isAlone || moved === undefined) return [];
		return [{ rule: "MAT-9", what: `${matchId} reissued ${moved[0]} ${where}, where only prices had changed` }];
	});
}

/** Before the match its strengths are those of the newest prices, and it counts as in play from its newest start on. */
function auditPrices(
	matchId: string,
	log: readonly LoggedWord[],
	priced: readonly PricedWinner[],
): readonly Violation[] {
	const lastSeq = log.at(-1)?.seq ?? 0;
	// By a clock that is set, or far from the true time, a match may have begun before its start: a tick never goes back from there.
	const applied = log.map(({ appliedAtMs, tick }) => ({ atMs: appliedAtMs ?? tick, tick }));
	const isOff = [...priced, ...applied].some(({ atMs, tick }) => Math.abs(atMs - tick) > START_SLACK_MS);
	return priced.flatMap(({ seq, atMs, tick, inPlay, fairPpm }) => {
		const known = log.filter((word) => word.seq <= seq);
		const fixtures = known.flatMap(({ fixture, isRefused }) => (fixture === null || isRefused ? [] : [fixture]));
		const newest = fixtures.at(-1);
		if (newest === undefined || seq > lastSeq) return [];
		const where = `${matchId} after input ${seq} at ${atMs}`;
		if (inPlay && !isOff && atMs < newest.scheduledAtMs - START_SLACK_MS)
			return [{ rule: "MAT-10", what: `${where} is in play, before its start at ${newest.scheduledAtMs}` }];
		// By its own second there is nothing to allow for.
		if (!inPlay && tick >= newest.scheduledAtMs)
			return [
				{ rule: "MAT-6", what: `${where} is not in play at its own ${tick}, its start was ${newest.scheduledAtMs}` },
			];
		const isOurs = known.some(
			({ kind, command, isRefused }) =>
				!isRefused && (kind === "reference_prices" || (command !== null && OUR_PRICES.has(command))),
		);
		const odds = fixtures.findLast(({ winnerOdds }) => winnerOdds !== null)?.winnerOdds;
		if (isOurs || odds == null) return [];
		return farFrom(odds, fairPpm).map((what) => ({ rule: "MAT-9", what: `${where} has ${what}` }));
	});
}

function farFrom(odds: readonly number[], fairPpm: PricedWinner["fairPpm"]): readonly string[] {
	const [marketId, outcomes] = odds.length === 3 ? ["1x2", ["home", "draw", "away"]] : ["ml", ["home", "away"]];
	const sum = odds.reduce((all, milli) => all + 1_000 / milli, 0);
	const fair = fairPpm.get(marketId);
	return outcomes.flatMap((outcomeId, index) => {
		const due = Math.round((1_000_000 * (1_000 / (odds[index] ?? 1))) / sum);
		const is = fair?.[outcomeId];
		return is === undefined || Math.abs(is - due) <= NEAR_PPM
			? []
			: [`${marketId} ${outcomeId} at ${is} ppm, where its provider's prices say ${due}`];
	});
}

/**
 * MAT-10: a bet of before home and away changed places is void, unless they have changed back since. Near a change nobody outside
 * the platform can say on which side of it a bet was.
 */
export function sidesChanged({ log }: MatchTruth, acceptedAtMs: number): "sure" | "open" | "not" {
	const times = changesIn(log).flatMap(({ word, known, now }) =>
		known.home === now.away && known.away === now.home && word.appliedAtMs !== null ? [word.appliedAtMs] : [],
	);
	if (times.some((atMs) => Math.abs(atMs - acceptedAtMs) <= NEAR_CLOCKS_MS)) return "open";
	return times.filter((atMs) => atMs > acceptedAtMs).length % 2 === 1 ? "sure" : "not";
}
