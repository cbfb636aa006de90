/** Everything the markets need to know about the rest of a match, from where it stands and how well each side serves. */
import type { Side } from "../../shared/feeds/canonical.ts";
import { type Format, type SetFormat, setFormatOf, setsToWin } from "./format.ts";
import { type Law, type MatchLaw, matchLaw, type SetLaws } from "./match-model.ts";
import { type GameLaw, gameLaw, holdChance, type Serves, tieBreakChance } from "./point-model.ts";
import {
	countOf,
	gameAfter,
	gameServer,
	gamesPlayed,
	isTieBreak,
	type Pair,
	type Position,
	pointServer,
	type SetScore,
	setStatus,
	setsOf,
	winnerOf,
} from "./score.ts";
import { homeWinsSet, type SetLaw, setLaw } from "./set-model.ts";

/** The running game as the home side sees it. */
export type GameOutlook = {
	readonly homeWinsTo: GameLaw["won"];
	readonly awayWinsTo: GameLaw["won"];
	readonly deuce: number;
	readonly noDeuce: number;
};

export type Outlook = {
	readonly match: MatchLaw;
	/** The set being played. */
	readonly set: SetLaw;
	/** The home side's chance in a set that has not begun: it does not depend on who serves first in it. */
	readonly freshSet: number;
	/** Null in a tie-break, and before it is known who serves first. */
	readonly game: GameOutlook | null;
	/** The home side's chance in the next game; null where that is not certain to be played, or is a tie-break. */
	readonly nextGame: number | null;
	/** The home side's chances of the next points, as many of two as are certain to be played. */
	readonly points: readonly number[];
};

type Inputs = { readonly position: Position; readonly format: Format; readonly serves: Serves };

/** The law of a set that is over lies on its score. */
export const doneLaw = (set: Pair, { tieBreakAt }: SetFormat): SetLaw => ({
	home: [set.home],
	away: [set.away],
	p: [1],
	homeWins: set.home > set.away ? 1 : 0,
	tieBreakAt,
});

const isSameSetFormat = (a: SetFormat, b: SetFormat): boolean =>
	a.tieBreakAt === b.tieBreakAt && a.tieBreakTo === b.tieBreakTo;

/** Null once the match is over. Before the first server is known, the mean over both: a coin decides. */
export function outlookOf(inputs: Inputs, firstServer: Side | null): Outlook | null {
	if (winnerOf(inputs.position, inputs.format) !== null) return null;
	if (firstServer !== null) return outlookWith(inputs, firstServer);
	return meanOutlook(outlookWith(inputs, "home"), outlookWith(inputs, "away"));
}

function outlookWith({ position, format, serves }: Inputs, firstServer: Side): Outlook {
	const { done, current } = position;
	const index = done.length;
	const hold = { home: holdChance(serves.home, format.noAd), away: holdChance(serves.away, format.noAd) };
	const fresh = (setFormat: SetFormat): SetLaws => {
		const chances = { hold, tieBreak: tieBreakChance(serves, setFormat.tieBreakTo, true) };
		const from = (homeServes: boolean): SetLaw =>
			setLaw(chances, setFormat, { home: 0, away: 0, homeServes, gameChance: null });
		return { homeFirst: from(true), awayFirst: from(false) };
	};
	const isFinalNow = index === format.bestOf - 1;
	const regular = fresh(setFormatOf(format, 0));
	const finalFormat = setFormatOf(format, format.bestOf - 1);
	const final = isSameSetFormat(setFormatOf(format, 0), finalFormat) ? regular : fresh(finalFormat);

	const setFormat = setFormatOf(format, index);
	const inTieBreak = isTieBreak(position, format);
	const server = gameServer(firstServer, gamesPlayed(done) + gamesPlayed([current]));
	const count = countOf(position.points);
	const game = inTieBreak ? null : gameOutlook(serves, server, count, format.noAd);
	const gameChance =
		game === null
			? tieBreakChance(serves, setFormat.tieBreakTo, server === "home", count)
			: game.homeWinsTo.reduce((sum, p) => sum + p, 0);
	const set = setLaw({ hold, tieBreak: tieBreakChance(serves, setFormat.tieBreakTo, true) }, setFormat, {
		home: current.home,
		away: current.away,
		homeServes: server === "home",
		gameChance,
	});
	return {
		match: matchLaw({
			format,
			sets: setsOf(position),
			games: gamesOf(done),
			hadTieBreak: done.some((played, at) => isTieBreakScore(played, setFormatOf(format, at))),
			firstServer,
			current: set,
			regular,
			final,
		}),
		set,
		freshSet: homeWinsSet((isFinalNow || index + 1 === format.bestOf - 1 ? final : regular).homeFirst),
		game,
		nextGame: inTieBreak ? null : nextGame(current, setFormat, server === "home" ? 1 - hold.away : hold.home),
		points: nextPoints(position, format, serves, firstServer),
	};
}

function gameOutlook(serves: Serves, server: Side, count: Pair, noAd: boolean): GameOutlook {
	const isHome = server === "home";
	const law = isHome
		? gameLaw(serves.home, count.home, count.away, noAd)
		: gameLaw(serves.away, count.away, count.home, noAd);
	return {
		homeWinsTo: isHome ? law.won : law.lost,
		awayWinsTo: isHome ? law.lost : law.won,
		deuce: law.deuce,
		noDeuce: law.noDeuce,
	};
}

const gamesOf = (sets: readonly SetScore[]): Pair => ({
	home: sets.reduce((sum, set) => sum + set.home, 0),
	away: sets.reduce((sum, set) => sum + set.away, 0),
});

export const isTieBreakScore = (set: Pair, { tieBreakAt }: SetFormat): boolean =>
	tieBreakAt !== null && set.home + set.away === 2 * tieBreakAt + 1;

/** The game after this one is certain when neither side can end the set now; a tie-break is no game of its own. */
function nextGame({ home, away }: Pair, { tieBreakAt }: SetFormat, chance: number): number | null {
	const isOpen = setStatus(home + 1, away, tieBreakAt) === "open" && setStatus(home, away + 1, tieBreakAt) === "open";
	const isTieBreakNext = tieBreakAt !== null && home + away + 1 === 2 * tieBreakAt;
	return isOpen && !isTieBreakNext ? chance : null;
}

function nextPoints(position: Position, format: Format, serves: Serves, firstServer: Side): readonly number[] {
	const chanceOf = (ahead: number): number =>
		pointServer(position, format, firstServer, ahead) === "home" ? serves.home : 1 - serves.away;
	const endsGame = gameAfter(position, format, "home") !== null || gameAfter(position, format, "away") !== null;
	return endsGame ? [chanceOf(0)] : [chanceOf(0), chanceOf(1)];
}

const meanOf = (a: number, b: number): number => (a + b) / 2;
const meanLaw = (a: Law, b: Law): Law => ({ from: a.from, p: a.p.map((p, k) => meanOf(p, b.p[k]!)) });

/** Both laws have the same support, since every chance lies strictly between 0 and 1. */
function meanOutlook(a: Outlook, b: Outlook): Outlook {
	return {
		match: {
			sets: a.match.sets.map((p, k) => meanOf(p, b.match.sets[k]!)),
			total: meanLaw(a.match.total, b.match.total),
			lead: meanLaw(a.match.lead, b.match.lead),
			home: meanLaw(a.match.home, b.match.home),
			away: meanLaw(a.match.away, b.match.away),
			tieBreak: meanOf(a.match.tieBreak, b.match.tieBreak),
			noTieBreak: meanOf(a.match.noTieBreak, b.match.noTieBreak),
		},
		set: { ...a.set, p: a.set.p.map((p, k) => meanOf(p, b.set.p[k]!)) },
		freshSet: meanOf(a.freshSet, b.freshSet),
		game: null,
		nextGame: null,
		points: [],
	};
}

/** Sets that are certain to be played, counted from the first: the loser of a match has won as many as it has now, or more. */
export function certainSets(position: Position, format: Format): number {
	const sets = setsOf(position);
	return setsToWin(format) + Math.min(sets.home, sets.away);
}
