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
import { MAX_GOALS_STANDING, MAX_MEAN, ScoreLaw } from "./score-law.ts";

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

/** Who scores the next goal of a part: the probabilities that it is the home side, or the away side. */
export class NextGoal {
	home = 0;
	away = 0;

	/** Two Poisson streams that run out one segment after the other. */
	start(now: Rates, later: Rates): void {
		const total = now.home + now.away;
		const totalLater = later.home + later.away;
		const inNow = total > 0 ? -Math.expm1(-total) / total : 0;
		const inLater = totalLater > 0 ? (-Math.expm1(-totalLater) * Math.exp(-total)) / totalLater : 0;
		this.home = inNow * now.home + inLater * later.home;
		this.away = inNow * now.away + inLater * later.away;
	}

	/** Of so many goals in one segment each one is the first with the same chance. */
	correct(home: number, away: number, mass: number): void {
		if (home + away === 0) return;
		this.home += (mass * home) / (home + away);
		this.away += (mass * away) / (home + away);
	}

	finish(mass: number): void {
		this.home /= mass;
		this.away /= mass;
	}
}

export class FootballLaws {
	readonly regular = new ScoreLaw();
	readonly first = new ScoreLaw();
	readonly second = new ScoreLaw();
	readonly extra = new ScoreLaw();
	readonly nextRegular = new NextGoal();
	readonly nextFirst = new NextGoal();
	readonly nextSecond = new NextGoal();
	readonly nextExtra = new NextGoal();
	/** Half-time result × full-time result, each home, draw, away. */
	readonly halfTimeFullTime = new Float64Array(9);
	/** More goals in the first half, as many in both, more in the second. */
	readonly moreGoals = new Float64Array(3);
	/** Probability that the home side wins the shoot-out, should there be one. */
	homeWinsKicks = 0.5;
	/** Whether a draw after 90 minutes leads to extra time, or to kicks at once. */
	hasExtraTime = false;
	/** Share of the running half's goals to come that fall within so many seconds. */
	shareWithin: (seconds: number) => number = () => 0;
	#mass = 1;

	/** @throws RangeError where scores or expected goals are none: what is refused at the door cannot come here. */
	update(facts: ScoreFacts, outlook: GoalOutlook): void {
		const { first, second, extraFirst, extraSecond } = outlook.segments;
		for (const means of [first, second, extraFirst, extraSecond]) checkMeans(means);
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
				this.regular.finish(1);
				break;
		}
		const extraMeans = plus(extraFirst, extraSecond);
		// Nothing asks for extra time where there is none.
		if (this.hasExtraTime && !this.extra.isAt(facts.extra, extraMeans)) {
			this.extra.start(facts.extra, extraMeans);
			this.extra.finish(1);
		}
		this.nextExtra.start(extraFirst, extraSecond);
	}

	#bothHalves(facts: ScoreFacts, { segments, tilt }: GoalOutlook): void {
		this.regular.start(facts.first, plus(segments.first, segments.second));
		this.first.start(facts.first, segments.first);
		this.second.start(NONE, segments.second);
		this.nextRegular.start(segments.first, segments.second);
		this.nextFirst.start(segments.first, NONE);
		this.nextSecond.start(segments.second, NONE);
		// Sums of the second half without a tilt; the corrected ones replace them below.
		this.second.sumUp();
		this.#joinHalves();
		const { home, away } = facts.first;
		for (let h = home; h < tilt.size; h++) {
			for (let a = away; a < tilt.size; a++) this.#tiltOverHalves(h, a, weightOf(tilt, h, a) - 1);
		}
		const mass = this.#mass;
		for (const law of [this.regular, this.first, this.second]) law.finish(mass);
		for (const next of [this.nextRegular, this.nextFirst, this.nextSecond]) next.finish(mass);
		for (let i = 0; i < 9; i++) this.halfTimeFullTime[i] = (this.halfTimeFullTime[i] as number) / mass;
		for (let i = 0; i < 3; i++) this.moreGoals[i] = (this.moreGoals[i] as number) / mass;
	}

	/** Half-time/full-time and the half with more goals, of independent halves. */
	#joinHalves(): void {
		const { first, second, halfTimeFullTime, moreGoals } = this;
		halfTimeFullTime.fill(0);
		for (let d = first.differenceFrom; d < first.differenceTo; d++) {
			const mass = first.differenceAt(d);
			const row = 3 * signOf(d);
			halfTimeFullTime[row] = (halfTimeFullTime[row] as number) + mass * second.differenceAtLeast(1 - d);
			halfTimeFullTime[row + 1] = (halfTimeFullTime[row + 1] as number) + mass * second.differenceAt(-d);
			halfTimeFullTime[row + 2] = (halfTimeFullTime[row + 2] as number) + mass * second.differenceAtMost(-1 - d);
		}
		moreGoals.fill(0);
		for (let n = first.total.from; n < first.total.to; n++) {
			const mass = first.total.at[n] as number;
			moreGoals[0] = (moreGoals[0] as number) + mass * second.total.atMost(n - 1);
			moreGoals[1] = (moreGoals[1] as number) + mass * (second.total.at[n] as number);
			moreGoals[2] = (moreGoals[2] as number) + mass * second.total.atLeast(n + 1);
		}
	}

	/** Every way in which the halves can lead to a final score of regular time, with the weight it has beyond one. */
	#tiltOverHalves(home: number, away: number, weight: number): void {
		if (weight === 0) return;
		const { first, second, halfTimeFullTime, moreGoals } = this;
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
				this.nextRegular.correct(i + j > 0 ? i : h2, i + j > 0 ? j : a2, mass);
				this.nextFirst.correct(i, j, mass);
				this.nextSecond.correct(h2, a2, mass);
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
		const { regular, second, nextSecond } = this;
		const start = plus(facts.first, facts.second);
		regular.start(start, segments.second);
		second.start(facts.second, segments.second);
		nextSecond.start(segments.second, NONE);
		for (let h = start.home; h < tilt.size; h++) {
			for (let a = start.away; a < tilt.size; a++) {
				const weight = weightOf(tilt, h, a) - 1;
				const i = h - start.home;
				const j = a - start.away;
				const mass = weight * (second.homeToCome[i] as number) * (second.awayToCome[j] as number);
				if (mass === 0) continue;
				regular.correct(h, a, mass);
				second.correct(facts.second.home + i, facts.second.away + j, mass);
				nextSecond.correct(i, j, mass);
				this.#mass += mass;
			}
		}
		regular.finish(this.#mass);
		second.finish(this.#mass);
		nextSecond.finish(this.#mass);
		this.nextRegular.home = nextSecond.home;
		this.nextRegular.away = nextSecond.away;
		const row = 3 * signOf(facts.first.home - facts.first.away);
		this.halfTimeFullTime.fill(0);
		this.halfTimeFullTime[row] = regular.differenceAtLeast(1);
		this.halfTimeFullTime[row + 1] = regular.differenceAt(0);
		this.halfTimeFullTime[row + 2] = regular.differenceAtMost(-1);
		const before = facts.first.home + facts.first.away;
		this.moreGoals[0] = second.total.atMost(before - 1);
		this.moreGoals[1] = before < second.total.from ? 0 : (second.total.at[before] as number);
		this.moreGoals[2] = second.total.atLeast(before + 1);
	}
}

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
