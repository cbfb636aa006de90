/** A small tennis of the auditor's own: an umpire who counts points into games and sets, and what they settle. */
import { type TrueResult, type TrueSide, voidOf, winner } from "./true-sport.ts";

export type TruePoint = {
	readonly incidentId: string;
	readonly side: TrueSide;
	/** In true time: when it was played. */
	readonly atMs: number;
	/** Told at once, and never spoken of again. */
	readonly isPlain: boolean;
};
export type TennisRules = { readonly noAd: boolean; readonly lastTieBreakTo: number };
/** Best of three sets, each with a tie-break at six games all. */
export type TrueTennis = {
	readonly sport: "tennis";
	readonly rules: TennisRules;
	readonly points: readonly TruePoint[];
	/** Somebody retired, or never came: what is decided stands, all else is void. */
	readonly isAbandoned: boolean;
};

const CALLED = ["0", "15", "30", "40"];
const SETS_TO_WIN = 2;
const SETS = 3;
const TIE_BREAK_AT = 6;

type Count = { readonly home: number; readonly away: number };
type CourtGame = {
	readonly points: readonly TruePoint[];
	readonly winner: TrueSide | null;
	readonly isTieBreak: boolean;
};
type CourtSet = Count & { readonly games: readonly CourtGame[]; readonly winner: TrueSide | null };

/** Counts points as they are played. */
export class Court {
	readonly #rules: TennisRules;
	readonly #sets: { home: number; away: number; games: CourtGame[]; winner: TrueSide | null }[] = [];
	#points: TruePoint[] = [];

	constructor(rules: TennisRules, points: readonly TruePoint[] = []) {
		this.#rules = rules;
		for (const point of points) this.play(point);
	}

	/** Every set that has begun, the running game as its last. */
	get sets(): readonly CourtSet[] {
		return this.#sets.map((set, index) => {
			if (index < this.#sets.length - 1 || this.#points.length === 0) return set;
			const running = { points: this.#points, winner: null, isTieBreak: this.isTieBreak };
			return { ...set, games: [...set.games, running] };
		});
	}

	/** The whole score, as it is called: games by set, and the points of a game that runs or comes next. */
	get called(): string {
		const sets = this.#sets.map(({ home, away }) => `${home}-${away}`);
		if (this.winner !== null) return sets.join(" ");
		if (this.#sets.at(-1)?.winner !== null) sets.push("0-0");
		return `${sets.join(" ")} ${this.#calledPoints()}`;
	}

	#calledPoints(): string {
		const { home, away } = countOf(this.#points);
		if (this.isTieBreak) return `${home}-${away}`;
		if (home < 3 || away < 3) return `${CALLED[home]}-${CALLED[away]}`;
		return home === away ? "40-40" : home > away ? "A-40" : "40-A";
	}

	get winner(): TrueSide | null {
		return (["home", "away"] as const).find((side) => this.setsWon(side) === SETS_TO_WIN) ?? null;
	}

	setsWon(side: TrueSide): number {
		return this.#sets.filter((set) => set.winner === side).length;
	}

	/** Of the running set; nought where the next one has not begun. */
	get games(): Count {
		const last = this.#sets.at(-1);
		return last === undefined || last.winner !== null ? { home: 0, away: 0 } : last;
	}

	get gamesPlayed(): number {
		return this.#sets.reduce((sum, { games }) => sum + games.length, 0);
	}

	get isTieBreak(): boolean {
		return this.games.home === TIE_BREAK_AT && this.games.away === TIE_BREAK_AT;
	}

	get points(): readonly TruePoint[] {
		return this.#points;
	}

	/** Whether this side would win the running game with its next point. */
	wouldWin(side: TrueSide): boolean {
		const { home, away } = countOf(this.#points);
		const [own, others] = side === "home" ? [home + 1, away] : [away + 1, home];
		const to = this.isTieBreak ? (this.#sets.length === SETS ? this.#rules.lastTieBreakTo : 7) : 4;
		return own >= to && own - others >= (this.#rules.noAd && !this.isTieBreak ? 1 : 2);
	}

	play(point: TruePoint): void {
		if (this.winner !== null) return;
		const last = this.#sets.at(-1);
		const set = last === undefined || last.winner !== null ? { home: 0, away: 0, games: [], winner: null } : last;
		if (set !== last) this.#sets.push(set);
		const isWon = this.wouldWin(point.side);
		this.#points.push(point);
		if (!isWon) return;
		const { isTieBreak } = this;
		set.games.push({ points: this.#points, winner: point.side, isTieBreak });
		this.#points = [];
		set[point.side]++;
		const [own, others] = point.side === "home" ? [set.home, set.away] : [set.away, set.home];
		if (isTieBreak || (own >= TIE_BREAK_AT && own - others >= 2)) set.winner = point.side;
	}
}

export function countOf(points: readonly TruePoint[]): Count {
	const home = points.filter(({ side }) => side === "home").length;
	return { home, away: points.length - home };
}

/** Every score that a set can end with, from where it stands. */
function endsOf({ home, away }: Count): readonly Count[] {
	const won = [0, 1, 2, 3, 4].map((lost) => ({ home: 6, away: lost }));
	const all = [...won, { home: 7, away: 5 }, { home: 7, away: 6 }];
	const both = [...all, ...all.map((end) => ({ home: end.away, away: end.home }))];
	return both.filter((end) => end.home >= home && end.away >= away);
}

/** Every course that the rest of a match can take, as the scores of its sets. */
function coursesOf(sets: readonly CourtSet[]): readonly (readonly Count[])[] {
	const running = sets.at(-1);
	const isRunning = running !== undefined && running.winner === null;
	const done = isRunning ? sets.slice(0, -1) : sets;
	const from = isRunning ? running : { home: 0, away: 0 };
	const won = (list: readonly Count[], isHome: boolean): number =>
		list.filter(({ home, away }) => home > away === isHome).length;
	const onwards = (list: readonly Count[], next: Count): readonly (readonly Count[])[] =>
		won(list, true) === SETS_TO_WIN || won(list, false) === SETS_TO_WIN
			? [list]
			: endsOf(next).flatMap((end) => onwards([...list, end], { home: 0, away: 0 }));
	return onwards(done, from);
}

type Read<Course> = { readonly outcomes: readonly string[]; readonly of: (course: Course) => string };
const SIDES = ["home", "away"];
const YES_NO = ["yes", "no"];
const OVER_UNDER = ["over", "under"];
const ODD_EVEN = ["odd", "even"];
const COURSES = new WeakMap<TrueTennis, readonly (readonly Count[])[]>();
const COURTS = new WeakMap<TrueTennis, readonly CourtSet[]>();

export function courtOf(match: TrueTennis): readonly CourtSet[] {
	const sets = COURTS.get(match) ?? new Court(match.rules, match.points).sets;
	COURTS.set(match, sets);
	return sets;
}

/** What the match makes of a market; null where this tennis does not know it. */
export function tennisResult(match: TrueTennis, marketId: string): TrueResult | null {
	const words = marketId.split(":");
	if (words[2] === "g") return gameResult(match, Number(words[1]), Number(words[3]), words.slice(4));
	if (words[0] === "set") {
		const set = courtOf(match)[Number(words[1]) - 1];
		const ends = set === undefined ? [] : set.winner === null ? endsOf(set) : [set];
		return decided(ofSet(words.slice(2)), ends);
	}
	const courses = COURSES.get(match) ?? coursesOf(courtOf(match));
	COURSES.set(match, courses);
	return decided(ofMatch(words), courses);
}

/** What every course of the rest makes the same; what is never played is void. */
function decided<Course>(read: Read<Course> | null, courses: readonly Course[]): TrueResult | null {
	if (read === null) return null;
	const ends = new Set(courses.map(read.of));
	const [end] = ends;
	return ends.size > 1 || end === undefined ? voidOf(read.outcomes) : winner(read.outcomes, [end]);
}

const gamesOf = (course: readonly Count[]): Count => ({
	home: course.reduce((sum, { home }) => sum + home, 0),
	away: course.reduce((sum, { away }) => sum + away, 0),
});
const leader = ({ home, away }: Count): string => (home > away ? "home" : "away");
const yes = (is: boolean): string => (is ? "yes" : "no");
const over = (number: number, line: string | undefined): string => (number > Number(line) ? "over" : "under");
const odd = ({ home, away }: Count): string => ((home + away) % 2 === 1 ? "odd" : "even");
const handicap = ({ home, away }: Count, line: string | undefined): string =>
	home + Number(line) > away ? "home" : "away";
const setsOf = (course: readonly Count[]): Count => {
	const home = course.filter((set) => set.home > set.away).length;
	return { home, away: course.length - home };
};
const hasTieBreak = ({ home, away }: Count): boolean => home + away === 2 * TIE_BREAK_AT + 1;

function ofMatch([kind, second, third]: readonly string[]): Read<readonly Count[]> | null {
	switch (kind) {
		case "ml":
			return { outcomes: SIDES, of: (course) => leader(setsOf(course)) };
		case "sb":
			return {
				outcomes: ["2-0", "2-1", "1-2", "0-2"],
				of: (course) => `${setsOf(course).home}-${setsOf(course).away}`,
			};
		case "ts":
			return { outcomes: OVER_UNDER, of: (course) => over(course.length, second) };
		case "ws":
			return { outcomes: YES_NO, of: (course) => yes(setsOf(course)[second === "home" ? "home" : "away"] > 0) };
		case "tb":
			return { outcomes: YES_NO, of: (course) => yes(course.some(hasTieBreak)) };
		case "oe":
			return { outcomes: ODD_EVEN, of: (course) => odd(gamesOf(course)) };
		case "tg":
			return { outcomes: OVER_UNDER, of: (course) => over(gamesOf(course).home + gamesOf(course).away, second) };
		case "gh":
			return { outcomes: SIDES, of: (course) => handicap(gamesOf(course), second) };
		case "pg":
			return {
				outcomes: OVER_UNDER,
				of: (course) => over(gamesOf(course)[second === "home" ? "home" : "away"], third),
			};
		default:
			return null;
	}
}

function ofSet([kind, line]: readonly string[]): Read<Count> | null {
	switch (kind) {
		case "ml":
			return { outcomes: SIDES, of: leader };
		case "cs":
			return {
				outcomes: endsOf({ home: 0, away: 0 }).map(({ home, away }) => `${home}-${away}`),
				of: ({ home, away }) => `${home}-${away}`,
			};
		case "tb":
			return { outcomes: YES_NO, of: (set) => yes(hasTieBreak(set)) };
		case "oe":
			return { outcomes: ODD_EVEN, of: odd };
		case "tg":
			return { outcomes: OVER_UNDER, of: ({ home, away }) => over(home + away, line) };
		case "gh":
			return { outcomes: SIDES, of: (set) => handicap(set, line) };
		default:
			return null;
	}
}

const LOSER_POINTS = ["0", "15", "30", "40"];

/** A game, or one of its points; `set` and `game` count from one. */
function gameResult(
	match: TrueTennis,
	set: number,
	number: number,
	[kind, point]: readonly string[],
): TrueResult | null {
	const game = courtOf(match)[set - 1]?.games[number - 1];
	const { home, away } = countOf(game?.points ?? []);
	const isDeuce = home >= 3 && away >= 3;
	const wins = game?.winner ?? null;
	if (kind === "p") {
		const side = game?.points[Number(point) - 1]?.side;
		return side === undefined ? voidOf(SIDES) : winner(SIDES, [side]);
	}
	// The winner of a tie-break is the winner of its set: as a game it has no markets.
	if (game?.isTieBreak === true) return null;
	switch (kind) {
		case "ml":
			return wins === null ? voidOf(SIDES) : winner(SIDES, [wins]);
		case "cs": {
			const outcomes = SIDES.flatMap((side) => LOSER_POINTS.map((points) => `${side}-${points}`));
			const lost = Math.min(3, wins === "home" ? away : home);
			return wins === null ? voidOf(outcomes) : winner(outcomes, [`${wins}-${LOSER_POINTS[lost]}`]);
		}
		case "deuce":
			return isDeuce || wins !== null ? winner(YES_NO, [yes(isDeuce)]) : voidOf(YES_NO);
		default:
			return null;
	}
}
