/** How a tie is decided in its second leg: after 90 minutes, in extra time or by kicks, from the law of this match's scores. */
import { levelDifference, type SecondLeg } from "../tie.ts";
import { CELLS, LAW_SIZE } from "./cells.ts";
import type { ScoreLaw } from "./score-law.ts";

export class TieLaw {
	/** Home after 90 minutes, in extra time, by kicks; then away. */
	readonly #ways: Float64Array;
	readonly #regular: ScoreLaw;
	readonly #extra: ScoreLaw;
	/** By this match's away goals: level over both legs after 90 minutes, and level extra time. */
	readonly #levels = new Float64Array(LAW_SIZE);
	readonly #extraLevels = new Float64Array(LAW_SIZE);

	constructor(cells: Float64Array, regular: ScoreLaw, extra: ScoreLaw) {
		this.#ways = cells.subarray(CELLS.ways, CELLS.ways + 6);
		this.#regular = regular;
		this.#extra = extra;
	}

	write(tie: SecondLeg, hasExtraTime: boolean, homeWinsKicks: number): void {
		const ways = this.#ways;
		const difference = levelDifference(tie);
		ways.fill(0);
		ways[0] = this.#regular.differenceAbove(difference);
		ways[3] = this.#regular.differenceBelow(difference);
		const kicks = this.#isByAwayGoals(tie, hasExtraTime)
			? this.#byAwayGoals(tie, difference, hasExtraTime)
			: this.#byGoals(this.#regular.differenceAt(difference), hasExtraTime);
		ways[2] = kicks * homeWinsKicks;
		ways[5] = kicks * (1 - homeWinsKicks);
	}

	#isByAwayGoals({ awayGoals, awayGoalsInExtraTime }: SecondLeg, hasExtraTime: boolean): boolean {
		return awayGoals || (hasExtraTime && awayGoalsInExtraTime);
	}

	/** Adds what extra time decides, and gives what is left to kicks. */
	#byGoals(level: number, hasExtraTime: boolean): number {
		if (!hasExtraTime) return level;
		this.#add(1, level * this.#extra.differenceAtLeast(1));
		this.#add(4, level * this.#extra.differenceAtMost(-1));
		return level * this.#extra.differenceAt(0);
	}

	/** The same where away goals count: they differ from one level score to another, so each is looked at. */
	#byAwayGoals(tie: SecondLeg, difference: number, hasExtraTime: boolean): number {
		const [from, to] = this.#regular.levelInto(this.#levels, difference);
		const [extraFrom, extraTo] =
			hasExtraTime && tie.awayGoalsInExtraTime ? this.#extra.levelInto(this.#extraLevels, 0) : [0, 0];
		const homeScoredAway = tie.firstLeg.home;
		let kicks = 0;
		for (let away = from; away < to; away++) {
			const level = this.#levels[away] as number;
			if (tie.awayGoals && away !== homeScoredAway) {
				this.#add(away < homeScoredAway ? 0 : 3, level);
				continue;
			}
			const stillLevel = this.#byGoals(level, hasExtraTime);
			if (extraTo === 0) kicks += stillLevel;
			for (let more = extraFrom; more < extraTo; more++) {
				const mass = level * (this.#extraLevels[more] as number);
				if (away + more === homeScoredAway) kicks += mass;
				else this.#add(away + more < homeScoredAway ? 1 : 4, mass);
			}
		}
		return kicks;
	}

	#add(way: number, mass: number): void {
		this.#ways[way] = (this.#ways[way] as number) + mass;
	}
}
