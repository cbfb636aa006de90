/**
 * Where the numbers of a match's law stand. They all live in one array, so that the price of an outcome is a short list of
 * places: a table of markets written in places can be compiled into a few plain loops (`pricer.ts`).
 */

/** Goals of one side that a law has room for: those that stand and those to come (`score-law.ts`). */
export const LAW_SIZE = 124;
/** Masses by number, the chances of at least so many, and of at most so many: one after the other, so long each. */
export const SUMS_SIZE = 2 * LAW_SIZE;
/** Markets ask for numbers of goals, and for differences, that are no further from zero. */
export const ASKED = 12;
/** Single final scores that markets ask for have fewer goals of each side; of a half or extra time fewer still. */
export const SCORES_SIZE = 5;
const PART_SCORES_SIZE = 3;

type SumsCells = {
	readonly base: number;
	readonly at: (goals: number) => number;
	readonly atLeast: (goals: number) => number;
	readonly atMost: (goals: number) => number;
};

/** `zero`: where the number nought stands; differences go below it. */
function sumsCells(base: number, zero: number): SumsCells {
	const cell = (list: number, goals: number): number => {
		if (goals > ASKED || goals < (zero === 0 ? 0 : -ASKED)) throw new RangeError(`no market asks for ${goals} goals`);
		return base + list * SUMS_SIZE + zero + goals;
	};
	return {
		base,
		at: (goals) => cell(0, goals),
		atLeast: (goals) => cell(1, goals),
		atMost: (goals) => cell(2, goals),
	};
}

export type ScoreCells = {
	/** Goals of one side, where `hasSides`; elsewhere nobody asks for more than `homeNil` and `awayNil`. */
	readonly home: SumsCells;
	readonly away: SumsCells;
	readonly hasSides: boolean;
	readonly total: SumsCells;
	/** Home less away. */
	readonly difference: SumsCells;
	/** Base of the single scores: home × `SCORES_SIZE` + away, each below `scoresSize`. */
	readonly scores: number;
	readonly scoresSize: number;
	readonly score: (home: number, away: number) => number;
	/** Every other final score. */
	readonly other: number;
	/** No goal of that side. */
	readonly homeNil: number;
	readonly awayNil: number;
	/** No further goal; an odd number of goals, and an even one. */
	readonly noMore: number;
	readonly odd: number;
	readonly even: number;
};

const SCORES = SCORES_SIZE * SCORES_SIZE;
const SCORE_LAW_CELLS = 4 * 3 * SUMS_SIZE + SCORES + 6;

function scoreCells(base: number, scoresSize: number): ScoreCells {
	const scores = base + 4 * 3 * SUMS_SIZE;
	const after = scores + SCORES;
	return {
		hasSides: scoresSize === SCORES_SIZE,
		home: sumsCells(base, 0),
		away: sumsCells(base + 3 * SUMS_SIZE, 0),
		total: sumsCells(base + 6 * SUMS_SIZE, 0),
		difference: sumsCells(base + 9 * SUMS_SIZE, LAW_SIZE),
		scores,
		scoresSize,
		score: (home, away) => {
			if (home >= scoresSize || away >= scoresSize) throw new RangeError(`no market asks for ${home}-${away}`);
			return scores + home * SCORES_SIZE + away;
		},
		other: after,
		noMore: after + 1,
		odd: after + 2,
		even: after + 3,
		homeNil: after + 4,
		awayNil: after + 5,
	};
}

const AFTER_LAWS = 4 * SCORE_LAW_CELLS;

/** Every place there is. */
export const CELLS = {
	regular: scoreCells(0, SCORES_SIZE),
	first: scoreCells(SCORE_LAW_CELLS, PART_SCORES_SIZE),
	second: scoreCells(2 * SCORE_LAW_CELLS, PART_SCORES_SIZE),
	extra: scoreCells(3 * SCORE_LAW_CELLS, PART_SCORES_SIZE),
	/** Who scores the next goal: home, and one further away. */
	next: { regular: AFTER_LAWS, first: AFTER_LAWS + 2, second: AFTER_LAWS + 4, extra: AFTER_LAWS + 6 },
	/** Half-time result × full-time result, each home, draw, away: nine. */
	halfTimeFullTime: AFTER_LAWS + 8,
	/** More goals in the first half, as many in both, more in the second. */
	moreGoals: AFTER_LAWS + 17,
	/** Who wins in the end: home after 90 minutes, in extra time, by kicks; then away. */
	ways: AFTER_LAWS + 20,
	/** The shoot-out: home wins, away wins; a kick is scored, missed. */
	kicksWinner: AFTER_LAWS + 26,
	kick: AFTER_LAWS + 28,
	one: AFTER_LAWS + 30,
	count: AFTER_LAWS + 31,
} as const;
