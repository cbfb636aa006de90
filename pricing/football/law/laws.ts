/**
 * The law of a whole football match from the goal model's outlook: final scores of regular time, of each half and of extra
 * time, how the halves belong together, and who scores next.
 *
 * Without a tilt the halves are independent and every sum is a product of Poisson masses. A tilt weighs final scores of
 * regular time, and so couples the halves; it differs from one in a few low scores only. So everything is computed without it
 * first, then for each weighed score every way in which the halves can lead to it adds (weight − 1) × its mass, and in the
 * end all is divided by the total mass. This is exact, and costs a few operations where a joint grid costs thousands.
 */
import type { GoalOutlook, Rates } from "../outlook.ts";
import { KICK_SCORED } from "../shootout.ts";
import type { SecondLeg } from "../tie.ts";
import { CELLS, LAW_SIZE } from "./cells.ts";
import { MAX_GOALS_STANDING, ScoreLaw } from "./score-law.ts";
import { MAX_MEAN } from "./sums.ts";
import { TieLaw } from "./tie-law.ts";

/** Goals that stand, and which parts can still bring more. */
export type ScoreFacts = {
	readonly open: "both_halves" | "second_half" | "none";
	readonly first: Rates;
	readonly second: Rates;
	readonly extra: Rates;
};

const NONE: Rates = { home: 0, away: 0 };
/** Home, draw, away: the sign of a difference as an index. */
const signOf = (difference: number): 0 | 1 | 2 => (difference > 0 ? 0 : difference < 0 ? 2 : 1);
const plus = (a: Rates, b: Rates): Rates => ({ home: a.home + b.home, away: a.away + b.away });

/** A piece of a half, in seconds of the match's clock; null is the whistle. */
export type Interval = { readonly half: 1 | 2; readonly startSec: number; readonly endSec: number | null };

/** Who scores the next goal of a part: the probabilities that it is the home side, or the away side. */
class NextGoal {
	readonly #cells: Float64Array;

	constructor(cells: Float64Array, base: number) {
		this.#cells = cells.subarray(base, base + 2);
	}

	/** Two Poisson streams that run out one segment after the other, with the chances that each brings none. */
	start(now: Rates, noneNow: number, later: Rates, noneLater: number): void {
		const total = now.home + now.away;
		const totalLater = later.home + later.away;
		// The differences keep sixteen digits of a chance, which is all that is asked of them.
		const inNow = total > 0 ? (1 - noneNow) / total : 0;
		const inLater = totalLater > 0 ? ((1 - noneLater) * noneNow) / totalLater : 0;
		this.#cells[0] = inNow * now.home + inLater * later.home;
		this.#cells[1] = inNow * now.away + inLater * later.away;
	}

	/** Of so many goals in one segment each one is the first with the same chance. */
	correct(home: number, away: number, mass: number): void {
		if (home + away === 0) return;
		const share = mass / (home + away);
		this.#cells[0] = (this.#cells[0] as number) + share * home;
		this.#cells[1] = (this.#cells[1] as number) + share * away;
	}

	finish(scale: number): void {
		this.#cells[0] = (this.#cells[0] as number) * scale;
		this.#cells[1] = (this.#cells[1] as number) * scale;
	}

	copy(other: NextGoal): void {
		this.#cells.set(other.#cells);
	}
}

export class FootballLaws {
	/** All that markets ask for, at the places of `cells.ts`. */
	readonly cells = new Float64Array(CELLS.count);
	readonly regular = new ScoreLaw(this.cells, CELLS.regular);
	readonly first = new ScoreLaw(this.cells, CELLS.first);
	readonly second = new ScoreLaw(this.cells, CELLS.second);
	readonly extra = new ScoreLaw(this.cells, CELLS.extra);
	readonly #nextRegular = new NextGoal(this.cells, CELLS.next.regular);
	readonly #nextFirst = new NextGoal(this.cells, CELLS.next.first);
	readonly #nextSecond = new NextGoal(this.cells, CELLS.next.second);
	readonly #nextExtra = new NextGoal(this.cells, CELLS.next.extra);
	readonly #halfTimeFullTime = this.cells.subarray(CELLS.halfTimeFullTime, CELLS.halfTimeFullTime + 9);
	readonly #moreGoals = this.cells.subarray(CELLS.moreGoals, CELLS.moreGoals + 3);
	/** Probability that the home side wins the shoot-out, should there be one. */
	homeWinsKicks = 0.5;
	/** Whether a draw after 90 minutes (of a tie: a level aggregate) leads to extra time, or to kicks at once. */
	hasExtraTime = false;
	/** The tie whose second leg this is. */
	tie: SecondLeg | null = null;
	/** Share of the running half's goals to come that fall within so many seconds. */
	shareWithin: (seconds: number) => number = () => 0;
	readonly #tieLaw = new TieLaw(this.cells, this.regular, this.extra);
	#mass = 1;

	constructor() {
		this.cells[CELLS.one] = 1;
		this.cells[CELLS.kick] = KICK_SCORED;
		this.cells[CELLS.kick + 1] = 1 - KICK_SCORED;
	}

	/** @throws RangeError where scores or expected goals are none: what is refused at the door cannot come here. */
	update(facts: ScoreFacts, outlook: GoalOutlook): void {
		const { first, second, extraFirst, extraSecond } = outlook.segments;
		checkMeans(first);
		checkMeans(second);
		checkMeans(extraFirst);
		checkMeans(extraSecond);
		checkScore(plus(facts.first, facts.second));
		checkScore(facts.extra);
		this.shareWithin = outlook.shareWithin;
		this.#mass = 1;
		switch (facts.open) {
			case "both_halves":
				this.#bothHalves(facts, outlook);
				break;
			case "second_half":
				this.#secondHalf(facts, outlook);
				break;
			case "none":
				this.regular.start(plus(facts.first, facts.second), NONE);
				this.regular.spread(1);
				this.regular.finish();
				break;
		}
		const extraMeans = plus(extraFirst, extraSecond);
		// Nothing asks for extra time where there is none.
		if (this.hasExtraTime && !this.extra.isAt(facts.extra, extraMeans)) {
			this.extra.start(facts.extra, extraMeans);
			this.extra.spread(1);
			this.extra.finish();
		}
		if (this.hasExtraTime)
			this.#nextExtra.start(extraFirst, chanceOfNone(extraFirst), extraSecond, chanceOfNone(extraSecond));
		this.#writeDecision();
	}

	/** Home and away by each way: after 90 minutes, in extra time where there is one, by kicks. */
	#writeDecision(): void {
		const { cells, regular, extra, homeWinsKicks, hasExtraTime, tie } = this;
		cells[CELLS.kicksWinner] = homeWinsKicks;
		cells[CELLS.kicksWinner + 1] = 1 - homeWinsKicks;
		if (tie !== null) {
			this.#tieLaw.write(tie, hasExtraTime, homeWinsKicks);
			return;
		}
		const draw = regular.differenceAt(0);
		const kicks = hasExtraTime ? draw * extra.differenceAt(0) : draw;
		cells[CELLS.ways] = regular.differenceAtLeast(1);
		cells[CELLS.ways + 1] = hasExtraTime ? draw * extra.differenceAtLeast(1) : 0;
		cells[CELLS.ways + 2] = kicks * homeWinsKicks;
		cells[CELLS.ways + 3] = regular.differenceAtMost(-1);
		cells[CELLS.ways + 4] = hasExtraTime ? draw * extra.differenceAtMost(-1) : 0;
		cells[CELLS.ways + 5] = kicks * (1 - homeWinsKicks);
	}

	/**
	 * No goal within an interval, at a second of the match's clock. Of n goals that the half still brings, each falls into the
	 * interval with the same probability f, whatever the tilt: it weighs final scores, not times. So none does with (1 − f)^n.
	 */
	withoutGoal({ half, startSec, endSec }: Interval, sec: number): number {
		const from = sec >= startSec ? 0 : this.shareWithin(startSec - sec);
		const to = endSec === null ? 1 : this.shareWithin(endSec - sec);
		const outside = Math.min(1, Math.max(0, 1 - (to - from)));
		return Math.min(1, (half === 1 ? this.first : this.second).generating(outside));
	}

	#bothHalves(facts: ScoreFacts, { segments, tilt }: GoalOutlook): void {
		this.regular.start(facts.first, plus(segments.first, segments.second));
		this.first.start(facts.first, segments.first);
		this.second.start(NONE, segments.second);
		const noneFirst = this.first.nothingToCome;
		const noneSecond = this.second.nothingToCome;
		this.#nextRegular.start(segments.first, noneFirst, segments.second, noneSecond);
		this.#nextFirst.start(segments.first, noneFirst, NONE, 1);
		this.#nextSecond.start(segments.second, noneSecond, NONE, 1);
		this.#halfTimeFullTime.fill(0);
		this.#moreGoals.fill(0);
		const { home, away } = facts.first;
		for (let h = home; h < tilt.size; h++) {
			for (let a = away; a < tilt.size; a++) this.#tiltOverHalves(h, a, weightOf(tilt, h, a) - 1);
		}
		const mass = this.#mass;
		this.regular.spread(mass);
		this.first.spread(mass);
		this.second.spread(mass);
		this.#joinHalves(mass);
		this.regular.finish();
		this.first.finish();
		this.second.finish();
		const scale = 1 / mass;
		this.#nextRegular.finish(scale);
		this.#nextFirst.finish(scale);
		this.#nextSecond.finish(scale);
	}

	/**
	 * Half-time/full-time and the half with more goals: what the tilt has added, and independent halves, whose laws are each
	 * divided by the mass already.
	 */
	#joinHalves(mass: number): void {
		const all = 1 / mass;
		const here = this.first.difference;
		const there = this.second.difference.at;
		// Where the second half makes up for a difference.
		const mirror = 2 * LAW_SIZE;
		const result = this.#halfTimeFullTime;
		for (let cell = 0; cell < 9; cell++) result[cell] = (result[cell] as number) * all;
		// How likely the second half ends above −d and so turns a difference of d into a win: grows with d.
		let wins = 0;
		for (let x = this.second.difference.to - 1; x > mirror - here.from; x--) wins += there[x] as number;
		for (let x = here.from; x < here.to; x++) {
			const weight = (here.at[x] as number) * mass;
			const draws = there[mirror - x] as number;
			const row = x > LAW_SIZE ? 0 : x === LAW_SIZE ? 3 : 6;
			result[row] = (result[row] as number) + weight * wins;
			result[row + 1] = (result[row + 1] as number) + weight * draws;
			result[row + 2] = (result[row + 2] as number) + weight * (all - wins - draws);
			wins += draws;
		}
		const before = this.first.total;
		const after = this.second.total.at;
		let more = 0;
		let equal = 0;
		let fewer = 0;
		let below = 0;
		for (let n = 0; n < before.from; n++) below += after[n] as number;
		for (let n = before.from; n < before.to; n++) {
			const weight = (before.at[n] as number) * mass;
			const same = after[n] as number;
			more += weight * below;
			equal += weight * same;
			fewer += weight * (all - below - same);
			below += same;
		}
		const counts = this.#moreGoals;
		counts[0] = (counts[0] as number) * all + more;
		counts[1] = (counts[1] as number) * all + equal;
		counts[2] = (counts[2] as number) * all + fewer;
	}

	/** Every way in which the halves can lead to a final score of regular time, with the weight it has beyond one. */
	#tiltOverHalves(home: number, away: number, weight: number): void {
		if (weight === 0) return;
		const { first, second } = this;
		const halfTimeFullTime = this.#halfTimeFullTime;
		const moreGoals = this.#moreGoals;
		for (let i = 0; i <= home - first.startHome; i++) {
			for (let j = 0; j <= away - first.startAway; j++) {
				const h1 = first.startHome + i;
				const a1 = first.startAway + j;
				const h2 = home - h1;
				const a2 = away - a1;
				const inFirst = (first.homeToCome[i] as number) * (first.awayToCome[j] as number);
				const mass = weight * inFirst * (second.homeToCome[h2] as number) * (second.awayToCome[a2] as number);
				if (mass === 0) continue;
				this.regular.correct(home, away, mass);
				first.correct(h1, a1, mass);
				second.correct(h2, a2, mass);
				this.#nextRegular.correct(i + j > 0 ? i : h2, i + j > 0 ? j : a2, mass);
				this.#nextFirst.correct(i, j, mass);
				this.#nextSecond.correct(h2, a2, mass);
				const result = 3 * signOf(h1 - a1) + signOf(home - away);
				halfTimeFullTime[result] = (halfTimeFullTime[result] as number) + mass;
				const more = h1 + a1 > h2 + a2 ? 0 : h1 + a1 === h2 + a2 ? 1 : 2;
				moreGoals[more] = (moreGoals[more] as number) + mass;
				this.#mass += mass;
			}
		}
	}

	/** The first half is played: the second alone decides, and regular time is the second half moved by its score. */
	#secondHalf(facts: ScoreFacts, { segments, tilt }: GoalOutlook): void {
		const { regular, second } = this;
		const start = plus(facts.first, facts.second);
		regular.start(start, segments.second);
		second.start(facts.second, segments.second);
		this.#nextSecond.start(segments.second, second.nothingToCome, NONE, 1);
		for (let h = start.home; h < tilt.size; h++) {
			for (let a = start.away; a < tilt.size; a++) {
				const weight = weightOf(tilt, h, a) - 1;
				const i = h - start.home;
				const j = a - start.away;
				const mass = weight * (second.homeToCome[i] as number) * (second.awayToCome[j] as number);
				if (mass === 0) continue;
				regular.correct(h, a, mass);
				second.correct(facts.second.home + i, facts.second.away + j, mass);
				this.#nextSecond.correct(i, j, mass);
				this.#mass += mass;
			}
		}
		regular.spread(this.#mass);
		second.spread(this.#mass);
		regular.finish();
		second.finish();
		this.#nextSecond.finish(1 / this.#mass);
		this.#nextRegular.copy(this.#nextSecond);
		const row = 3 * signOf(facts.first.home - facts.first.away);
		this.#halfTimeFullTime.fill(0);
		this.#halfTimeFullTime[row] = regular.differenceAtLeast(1);
		this.#halfTimeFullTime[row + 1] = regular.differenceAt(0);
		this.#halfTimeFullTime[row + 2] = regular.differenceAtMost(-1);
		const before = facts.first.home + facts.first.away;
		let [fewer, more] = [0, 0];
		for (let n = second.total.from; n < before; n++) fewer += second.total.at[n] as number;
		for (let n = Math.max(before + 1, second.total.from); n < second.total.to; n++)
			more += second.total.at[n] as number;
		this.#moreGoals[0] = fewer;
		this.#moreGoals[1] = second.total.at[before] as number;
		this.#moreGoals[2] = more;
	}
}

const chanceOfNone = ({ home, away }: Rates): number => Math.exp(-home - away);

const weightOf = (tilt: GoalOutlook["tilt"], home: number, away: number): number =>
	tilt.values[home * tilt.size + away] ?? 1;

function checkMeans({ home, away }: Rates): void {
	if (!(home >= 0 && home <= MAX_MEAN && away >= 0 && away <= MAX_MEAN))
		throw new RangeError(`expected goals lie between 0 and ${MAX_MEAN}, not ${home} and ${away}`);
}

function checkScore({ home, away }: Rates): void {
	if (!(Number.isInteger(home) && Number.isInteger(away) && home >= 0 && away >= 0))
		throw new RangeError(`a score has whole goals, not ${home}-${away}`);
	if (home > MAX_GOALS_STANDING || away > MAX_GOALS_STANDING)
		throw new RangeError(`a side has at most ${MAX_GOALS_STANDING} goals in a period, not ${home}-${away}`);
}
