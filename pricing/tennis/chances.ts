/**
 * Laws → markets with their chances. Book and results are both read from here: a market is decided exactly when only one of its
 * outcomes still has a chance, and until then it has a price. For that, every chance is a sum of its own and never one minus
 * another: what cannot be is exactly zero.
 */
import type { MarketSpec } from "../sport.ts";
import { type Format, type SetFormat, setsToWin } from "./format.ts";
import * as markets from "./markets.ts";
import { type Law, type MatchLaw, SETS } from "./match-model.ts";
import type { GameOutlook } from "./outlook.ts";
import { hasTieBreak, type SetLaw } from "./set-model.ts";

export type Priced = { readonly spec: MarketSpec; readonly fair: readonly number[] };

/** Markets that differ by their line: those of `lines`, of which `offered` around the most even one have a price at a time. */
export type Family = {
	readonly law: Law;
	readonly lines: readonly number[];
	readonly offered: number;
	/** The market that asks whether the number is above the line. */
	readonly specAt: (line: number) => MarketSpec;
};

export type Chances = { readonly singles: readonly Priced[]; readonly families: readonly Family[] };

const sumOf = (p: Float64Array, first: number, step: number): number => {
	let sum = 0;
	for (let k = first; k < p.length; k += step) sum += p[k]!;
	return sum;
};

/** Odd and even of a law on whole numbers that are not negative. */
function oddEven({ from, p }: Law): readonly [odd: number, even: number] {
	const first = sumOf(p, 0, 2);
	const second = sumOf(p, 1, 2);
	return from % 2 === 0 ? [second, first] : [first, second];
}

export function matchChances(law: MatchLaw, format: Format): Chances {
	const need = setsToWin(format);
	const finals = markets.setScores(format).map(([home, away]) => ({ home, away, p: law.sets[home * SETS + away]! }));
	type Final = (typeof finals)[number];
	const chance = (is: (final: Final) => boolean): number =>
		finals.reduce((sum, final) => (is(final) ? sum + final.p : sum), 0);
	const either = (is: (final: Final) => boolean): readonly number[] => [chance(is), chance((final) => !is(final))];
	const lines = markets.matchLines(format);
	const singles: readonly Priced[] = [
		{ spec: markets.MATCH_WINNER, fair: either(({ home }) => home === need) },
		{ spec: markets.setBetting(format), fair: finals.map(({ p }) => p) },
		...lines.sets.map((line) => ({
			spec: markets.totalSets(line),
			fair: either(({ home, away }) => home + away > line),
		})),
		{ spec: markets.winsASet("home"), fair: either(({ home }) => home > 0) },
		{ spec: markets.winsASet("away"), fair: either(({ away }) => away > 0) },
		{ spec: markets.TIE_BREAK, fair: [law.tieBreak, law.noTieBreak] },
		{ spec: markets.ODD_EVEN_GAMES, fair: oddEven(law.total) },
	];
	return {
		singles,
		families: [
			{ law: law.total, lines: lines.total, offered: 5, specAt: markets.totalGames },
			// The home side covers a handicap of −3.5 when it leads by more than 3.5.
			{ law: law.lead, lines: lines.lead, offered: 5, specAt: (line) => markets.gameHandicap(-line) },
			{ law: law.home, lines: lines.player, offered: 3, specAt: (line) => markets.playerGames("home", line) },
			{ law: law.away, lines: lines.player, offered: 3, specAt: (line) => markets.playerGames("away", line) },
		],
	};
}

/** `set` counts from 1. */
export function setChances(law: SetLaw, set: number, setFormat: SetFormat): Chances {
	const score = new Array<number>(14).fill(0);
	const winner = [0, 0];
	const tieBreak = [0, 0];
	let longest = 0;
	for (let k = 0; k < law.p.length; k++) {
		const p = law.p[k]!;
		score[markets.correctScoreIndex(law.home[k]!, law.away[k]!)]! += p;
		winner[k < law.homeWins ? 0 : 1]! += p;
		tieBreak[hasTieBreak(law, k) ? 0 : 1]! += p;
		longest = Math.max(longest, law.home[k]! + law.away[k]!);
	}
	const total: Law = { from: 0, p: new Float64Array(longest + 1) };
	const lead: Law = { from: -6, p: new Float64Array(13) };
	for (let k = 0; k < law.p.length; k++) {
		total.p[law.home[k]! + law.away[k]!]! += law.p[k]!;
		lead.p[law.home[k]! - law.away[k]! + 6]! += law.p[k]!;
	}
	const singles: readonly Priced[] = [
		{ spec: markets.setWinner(set), fair: winner },
		{ spec: markets.setCorrectScore(set, setFormat), fair: score },
		...(setFormat.tieBreakAt === null ? [] : [{ spec: markets.setTieBreak(set), fair: tieBreak }]),
		{ spec: markets.setOddEven(set), fair: oddEven(total) },
	];
	return {
		singles,
		families: [
			{
				law: total,
				lines: markets.setTotalLines(setFormat),
				offered: 3,
				specAt: (line) => markets.setTotalGames(set, line),
			},
			{ law: lead, lines: markets.SET_LEADS, offered: 3, specAt: (line) => markets.setHandicap(set, -line) },
		],
	};
}

export function gameChances(game: GameOutlook, set: number, gameNo: number): readonly Priced[] {
	const sum = (list: GameOutlook["homeWinsTo"]): number => list[0] + list[1] + list[2] + list[3];
	return [
		{ spec: markets.gameWinnerMarket(set, gameNo), fair: [sum(game.homeWinsTo), sum(game.awayWinsTo)] },
		{ spec: markets.gameScore(set, gameNo), fair: [...game.homeWinsTo, ...game.awayWinsTo.toReversed()] },
		{ spec: markets.gameDeuce(set, gameNo), fair: [game.deuce, game.noDeuce] },
	];
}

/** Index of the only outcome that has a chance left; null while there are several. */
export function decidedIndex(fair: readonly number[]): number | null {
	let only: number | null = null;
	for (let k = 0; k < fair.length; k++) {
		if (!(fair[k]! > 0)) continue;
		if (only !== null) return null;
		only = k;
	}
	return only;
}

/** Chances above and below the lines of a family, by the line's index; each summed from its own end. */
export type LinePrices = { readonly above: (k: number) => number; readonly below: (k: number) => number };

export function pricesOf({ law, lines }: Family): LinePrices {
	const { from, p } = law;
	const head = new Float64Array(p.length + 1);
	const tail = new Float64Array(p.length + 1);
	for (let k = 0; k < p.length; k++) head[k + 1] = head[k]! + p[k]!;
	for (let k = p.length - 1; k >= 0; k--) tail[k] = tail[k + 1]! + p[k]!;
	const split = (k: number): number => Math.min(p.length, Math.max(0, Math.ceil(lines[k]!) - from));
	return { above: (k) => tail[split(k)]!, below: (k) => head[split(k)]! };
}

/** The lines that have a price now: undecided ones next to the most even. */
export function offeredLines(family: Family): readonly Priced[] {
	const { lines, offered, specAt } = family;
	const { above, below } = pricesOf(family);
	const isOpen = (k: number): boolean => k >= 0 && k < lines.length && above(k) > 0 && below(k) > 0;
	let best = -1;
	let gap = Number.POSITIVE_INFINITY;
	for (let k = 0; k < lines.length; k++) {
		const apart = Math.abs(above(k) - below(k));
		if (apart >= gap || !isOpen(k)) continue;
		best = k;
		gap = apart;
	}
	if (best < 0) return [];
	let low = best;
	let high = best;
	while (high - low + 1 < offered) {
		const isLowOpen = isOpen(low - 1);
		const isHighOpen = isOpen(high + 1);
		if (!isLowOpen && !isHighOpen) break;
		if (isLowOpen && (best - low <= high - best || !isHighOpen)) low--;
		else high++;
	}
	return lines
		.slice(low, high + 1)
		.map((line, at) => ({ spec: specAt(line), fair: [above(low + at), below(low + at)] }));
}
