/**
 * Judges prices by a football of the auditor's own (PRI-2, MAT-2, OFF-1): what is on sale is worth about what score, clock and
 * first prices say; books have their margin once; a line that is easier to pass is never dearer.
 */
import type { Violation } from "./facts.ts";

import { CLOCK_SET_MS } from "./figures.ts";
import type { LoggedWord, MatchTruth } from "./match-truth.ts";
import { type OwnPrices, ownPricesOf } from "./own-prices.ts";
import { scoresOf } from "./suspension-audit.ts";
import { type Pace, paceOf, shareToCome, type Worth, withReds, worthOf, worthOfOutcome } from "./true-prices.ts";

/** What a page showed of a match, by the position and the second it names itself. */
export type ShownBook = {
	readonly seq: number;
	readonly tick: number;
	readonly markets: readonly {
		readonly marketId: string;
		readonly outcomes: readonly string[];
		readonly oddsMilli: readonly number[];
	}[];
};
/** An outcome as a confirmation has it. */
export type PricedOutcome = {
	readonly seq: number;
	readonly tick: number;
	readonly marketId: string;
	readonly outcomeId: string;
	readonly oddsMilli: number;
	readonly fairPpm: number;
};

/** How far a coarse football may be from a good one. */
export const FAR = 0.12;
/** A side with more cards than this above the other plays a game that nobody has fitted. */
const MOST_REDS_APART = 1;
/** A book of exclusive outcomes, as a share of what wins: its margin, once, rounded down to the ladder. */
const LEAST_BOOK = 1.02;
const MOST_BOOK = 1.085;
/** What bets have shifted makes another outcome cheaper than its worth, by less than this. */
const LEAST_LOAD = 0.95;
const WINNERS: Readonly<Record<string, number>> = { "1x2": 1, dc: 2, dnb: 1, btts: 1, ou: 1, ah: 1 };

/** What the match was worth, by what it had applied and the second it names; null where the auditor cannot say. */
class Worths {
	readonly #log: readonly LoggedWord[];
	readonly #scores: ReadonlyMap<number, Pace | null>;
	readonly #own: OwnPrices;
	readonly #paces = new Map<number, Pace>();
	readonly #known = new Map<string, Worth | null>();

	constructor(truth: MatchTruth, own: OwnPrices) {
		this.#log = truth.log;
		this.#own = own;
		this.#scores = scoresOf(truth);
	}

	at(seq: number, tick: number): Worth | null {
		const key = `${seq} ${tick}`;
		const known = this.#known.get(key);
		if (known !== undefined) return known;
		const worth = this.#make(seq, tick);
		this.#known.set(key, worth);
		return worth;
	}

	#make(seq: number, tick: number): Worth | null {
		const score = this.#scores.get(seq);
		let pace: Pace | null = null;
		let phase: string | null = null;
		let clocked: LoggedWord | null = null;
		const reds = { home: 0, away: 0 };
		if (this.#own(seq).areStrengths) return null;
		for (const word of this.#log) {
			// By a clock that is set nobody can say how much of the match was left.
			if (word.appliedAtMs !== null && Math.abs(word.appliedAtMs - word.tick) > CLOCK_SET_MS) return null;
			if (word.seq > seq) break;
			if (word.kind === "reference_prices") return null;
			if (word.isRefused) continue;
			// From the first whistle on a fixture's prices move nothing.
			if (word.oneXTwo !== null && phase === null) pace = this.#paceOf(word.seq, word.oneXTwo);
			if (word.kind === "state") phase = word.phase;
			if (word.kind === "state" && word.clock !== null) clocked = word;
			if (word.incident === "red_card" && word.kind === "incident" && word.side !== null) reds[word.side]++;
		}
		if (score === undefined || score === null || pace === null) return null;
		if (phase === null) return worthOf(score, pace);
		if (Math.abs(reds.home - reds.away) > MOST_REDS_APART) return null;
		const share = shareAt(phase, clocked, tick);
		if (share === null) return null;
		const toCome = withReds(pace, reds);
		return worthOf(score, { home: toCome.home * share, away: toCome.away * share });
	}

	#paceOf(seq: number, oneXTwo: readonly number[]): Pace {
		const pace = this.#paces.get(seq) ?? paceOf(oneXTwo);
		this.#paces.set(seq, pace);
		return pace;
	}
}

/** Share of goals to come in a phase, by the clock that was stated last; null outside of regular time. */
function shareAt(phase: string, clocked: LoggedWord | null, tick: number): number | null {
	if (phase === "half_time") return shareToCome(2, 0);
	if (clocked?.clock == null || (phase !== "first_half" && phase !== "second_half")) return null;
	const { elapsedSec, running, rate } = clocked.clock;
	const ranSec = running ? (Math.max(0, tick - clocked.tick) / 1_000) * rate : 0;
	return shareToCome(phase === "first_half" ? 1 : 2, elapsedSec + ranSec);
}

export function auditPrices(
	truth: MatchTruth,
	shown: readonly ShownBook[],
	confirmed: readonly PricedOutcome[],
): readonly Violation[] {
	const { matchId } = truth;
	const own = ownPricesOf(truth);
	const worths = new Worths(truth, own);
	const fault = (rule: string, at: { readonly seq: number; readonly tick: number }, what: string): Violation => ({
		rule,
		what: `${matchId} after input ${at.seq} at ${at.tick}: ${what}`,
	});
	const far = (
		at: ShownBook | PricedOutcome,
		marketId: string,
		outcomeId: string,
		chance: number,
	): readonly Violation[] => {
		if (own(at.seq).markets.has(marketId)) return [];
		const worth = worths.at(at.seq, at.tick);
		const due = worth === null ? null : worthOfOutcome(worth, marketId, outcomeId);
		if (due === null || Math.abs(chance - due) <= FAR) return [];
		return [fault("MAT-2", at, `${marketId} ${outcomeId} at ${chance.toFixed(3)}, worth about ${due.toFixed(3)}`)];
	};
	const isOwn = (seq: number, marketId: string): boolean => {
		const { isMargin, markets } = own(seq);
		return isMargin || markets.has(marketId);
	};
	return [
		...shown.flatMap((book) => [
			...book.markets.flatMap(({ marketId, outcomes, oddsMilli }) => {
				const winners = WINNERS[marketId.split(":")[0] ?? ""];
				if (winners === undefined) return [];
				if (oddsMilli.some((milli) => milli === 0)) {
					// A side that is beyond the ladder is closed; of two sides that leaves no bet worth its name.
					return outcomes.length > 2 ? [] : [fault("OFF-1", book, `${marketId} is on sale with a price of one side`)];
				}
				if (isOwn(book.seq, marketId)) return [];
				const sum = oddsMilli.reduce((all, milli) => all + 1_000 / milli, 0) / winners;
				return [
					...(sum < LEAST_BOOK || sum > MOST_BOOK
						? [fault("PRI-2", book, `the book of ${marketId} sums to ${sum.toFixed(4)}`)]
						: []),
					...outcomes.flatMap((outcomeId, index) =>
						far(book, marketId, outcomeId, 1_000 / (oddsMilli[index] ?? 0) / sum),
					),
				];
			}),
			...dearer(book.markets.filter(({ marketId }) => !isOwn(book.seq, marketId))).map((what) =>
				fault("PRI-2", book, what),
			),
		]),
		...confirmed.flatMap((one) => {
			const { marketId, outcomeId, oddsMilli, fairPpm } = one;
			if (WINNERS[marketId.split(":")[0] ?? ""] === undefined) return [];
			const load = 1_000_000_000 / oddsMilli / fairPpm;
			return [
				...far(one, marketId, outcomeId, fairPpm / 1_000_000),
				...(load < LEAST_LOAD && !isOwn(one.seq, marketId)
					? [fault("PRI-2", one, `${marketId} ${outcomeId} at ${oddsMilli} is sold below its worth of ${fairPpm} ppm`)]
					: []),
			];
		}),
	];
}

/** The first outcome of a total gets dearer with its line, that of a handicap cheaper; lines close by may be shifted apart. */
function dearer(markets: ShownBook["markets"]): readonly string[] {
	const lines = markets.flatMap(({ marketId, oddsMilli: [first = 0, second = 0] }) => {
		const [kind = "", line = ""] = marketId.split(":");
		return kind === "ou" || kind === "ah" ? [{ kind, line: Number(line), first, second }] : [];
	});
	return lines.flatMap((low) =>
		lines
			.filter(({ kind, line }) => kind === low.kind && line >= low.line + 0.5)
			.filter((high) =>
				low.kind === "ou"
					? high.first < low.first || high.second > low.second
					: high.first > low.first || high.second < low.second,
			)
			.map(
				(high) => `${low.kind} ${low.line} at ${low.first}/${low.second}, ${high.line} at ${high.first}/${high.second}`,
			),
	);
}
