/**
 * A basketball replay as a provider's messages with their due times. Pure: replay, seed, speed and starting minute give the
 * same timeline. The points of each quarter are real; how they come about, basket by basket, is invented and says so. The clock
 * runs at `speed`; free throws, time-outs and reviews, in which it stands, take real time.
 */

import type { BasketballReplay } from "../../replays/basketball-replay.ts";
import type { FeedMessage, Side } from "../../shared/feeds/canonical.ts";
import { seededRandom } from "../../shared/seeded-random.ts";
import type { Timeline, TimelineOptions } from "./timeline.ts";

export type BasketballTimelineOptions = Omit<TimelineOptions, "replay"> & { readonly replay: BasketballReplay };

/** Pre-match betting before the tip-off, in real time. */
const BEFORE_TIP_OFF_MS = 20_000;
/** Breaks are cut to a minute and a half, at ten times speed nine seconds. */
const BREAK_SEC = 90;
const FREE_THROW_MS = 1_200;
const TIMEOUT_MS = 5_000;
const REVIEW_MIN_MS = 4_000;
const REVIEW_SPREAD_MS = 2_000;
/** How long a possession lasts, and how many more than its scoring ones a side has at least. */
const POSSESSION_SEC = 15;
const SPARE_POSSESSIONS = 4;
/** Of a possession that scores: two free throws, a three, else a two. */
const FREE_THROWS_SHARE = 0.2;
const THREES_SHARE = 0.26;
/** Of other possessions: a foul that gives nothing, while the fouling side has fewer than so many in the period. */
const FOUL_SHARE = 0.2;
const FREE_FOULS = 4;
const TIMEOUT_SHARE = 0.05;
const MAX_TIMEOUTS = 6;
/** Periods in which a field goal is looked at again. */
const REVIEWED = [2, 4];

type Body = Record<string, unknown> & { readonly kind: FeedMessage["kind"] };
type Draft = { readonly atMs: number; readonly body: Body };
/** What a possession brings; free throws are `made` of two. */
type Outcome =
	| { readonly kind: "basket"; readonly points: 2 | 3 }
	| { readonly kind: "free_throws"; readonly made: readonly boolean[] }
	| { readonly kind: "nothing" };

/** Clocks in halls show tenths. */
const tenths = (sec: number): number => Math.round(sec * 10) / 10;
const otherSide = (side: Side): Side => (side === "home" ? "away" : "home");

/** Possessions of a side that make exactly so many points, in random order. */
function outcomesFor(points: number, count: number, random: () => number): readonly Outcome[] {
	const scoring: Outcome[] = [];
	for (let left = points; left > 0; ) {
		const drawn = random();
		if (left === 1 || drawn < FREE_THROWS_SHARE) {
			const made = left === 1 || random() < 0.3 ? 1 : 2;
			const isFirst = made === 2 || random() < 0.5;
			scoring.push({ kind: "free_throws", made: [isFirst, made === 2 || !isFirst] });
			left -= made;
		} else if (left === 3 || (left > 3 && drawn < FREE_THROWS_SHARE + THREES_SHARE)) {
			scoring.push({ kind: "basket", points: 3 });
			left -= 3;
		} else {
			scoring.push({ kind: "basket", points: 2 });
			left -= 2;
		}
	}
	const possessions = Math.max(count, scoring.length + SPARE_POSSESSIONS);
	const all = Array.from({ length: possessions }, (_, index): Outcome => scoring[index] ?? { kind: "nothing" });
	return all
		.map((outcome) => ({ outcome, place: random() }))
		.toSorted((a, b) => a.place - b.place)
		.map(({ outcome }) => outcome);
}

const PHASES = ["break_1", "half_time", "break_3"];
const phaseOf = (period: number): string => (period <= 4 ? `q${period}` : `ot${period - 4}`);
const breakAfter = (period: number): string => PHASES[period - 1] ?? `break_ot${period - 3}`;
const nameOf = (period: number): string => (period <= 4 ? `Q${period}` : `OT${period - 4}`);

type Mark = { readonly atMs: number; readonly elapsedSec: number; readonly running: boolean; readonly phase: string };

/** Writes a match down: where the clock stands, who has the ball, and when, counted from the tip-off. */
class Script {
	readonly drafts: Draft[] = [];
	/** Each moment from which on the clock is known: for a start in mid-match. */
	readonly marks: Mark[] = [];
	atMs = 0;
	readonly #options: BasketballTimelineOptions;
	readonly #random: () => number;
	readonly #timeouts = { home: 0, away: 0 };
	readonly #score = { home: 0, away: 0 };
	#fouls = { home: 0, away: 0 };
	#elapsedSec = 0;
	#period = 0;
	#endSec = 0;
	#count = 0;
	#isReviewed = false;

	constructor(options: BasketballTimelineOptions) {
		this.#options = options;
		this.#random = seededRandom(options.seed);
	}

	write(): void {
		for (const [index] of this.#options.replay.quarters.entries()) {
			if (index > 0) {
				this.#state(breakAfter(index), false, {});
				this.atMs += (BREAK_SEC / this.#options.speed) * 1_000;
			}
			this.#playPeriod(index + 1);
		}
		this.#state("ended", false, {});
	}

	#playPeriod(period: number): void {
		const { format, quarters } = this.#options.replay;
		const lengthSec = (period <= 4 ? format.quarterMinutes : format.overtimeMinutes) * 60;
		const points = quarters[period - 1] ?? { home: 0, away: 0 };
		[this.#period, this.#endSec, this.#fouls, this.#isReviewed] = [
			period,
			this.#elapsedSec + lengthSec,
			{ home: 0, away: 0 },
			!REVIEWED.includes(period),
		];
		const count = Math.round(lengthSec / POSSESSION_SEC / 2);
		const outcomes = {
			home: outcomesFor(points.home, count, this.#random),
			away: outcomesFor(points.away, count, this.#random),
		};
		// Sides take turns; which of them has a possession more at the end shows nothing.
		const turns = Array.from(
			{ length: 2 * Math.max(outcomes.home.length, outcomes.away.length) },
			(_, index): Side => ((index % 2 === 0) === (period % 2 === 1) ? "home" : "away"),
		);
		const lengths = turns.map(() => 0.6 + 0.8 * this.#random());
		const sum = lengths.reduce((total, one) => total + one, 0);
		const startSec = this.#elapsedSec;
		let played = 0;
		for (const [index, side] of turns.entries()) {
			played += lengths[index] ?? 0;
			const outcome = outcomes[side][Math.floor(index / 2)] ?? { kind: "nothing" };
			this.#playPossession(side, outcome, startSec + lengthSec * (played / sum));
		}
		this.#elapsedSec = this.#endSec;
	}

	#playPossession(side: Side, outcome: Outcome, untilSec: number): void {
		this.#state(phaseOf(this.#period), true, { possession: side });
		if (this.#timeouts[side] < MAX_TIMEOUTS && this.#random() < TIMEOUT_SHARE) this.#takeTimeout(side);
		const lengthSec = untilSec - this.#elapsedSec;
		switch (outcome.kind) {
			case "basket":
				this.#run(lengthSec * 0.95);
				this.#makeBasket(side, outcome.points);
				if (!this.#isReviewed && this.#elapsedSec > this.#endSec - 200) this.#review(otherSide(side));
				break;
			case "free_throws":
				this.#run(lengthSec * 0.95);
				this.#throwFree(side, outcome.made);
				break;
			case "nothing":
				this.#run(lengthSec * 0.5);
				if (this.#fouls[otherSide(side)] < FREE_FOULS && this.#random() < FOUL_SHARE) this.#foul(otherSide(side), {});
				break;
		}
		this.#run(untilSec - this.#elapsedSec);
	}

	#run(sec: number): void {
		this.#elapsedSec += sec;
		this.atMs += (sec / this.#options.speed) * 1_000;
	}

	#makeBasket(side: Side, points: number): void {
		this.#score[side] += points;
		this.#incident("basket", { side, value: points });
	}

	#foul(by: Side, over: { readonly value?: number }): void {
		this.#fouls[by]++;
		this.#incident("foul", { side: by, ...over });
	}

	#throwFree(side: Side, made: readonly boolean[]): void {
		this.#foul(otherSide(side), { value: made.length });
		this.#state(phaseOf(this.#period), false, { possession: side, freeThrows: made.length });
		for (const [index, isMade] of made.entries()) {
			this.atMs += FREE_THROW_MS;
			const left = made.length - index - 1;
			if (isMade) this.#makeBasket(side, 1);
			else if (left > 0) this.#state(phaseOf(this.#period), false, { possession: side, freeThrows: left });
		}
		this.#state(phaseOf(this.#period), true, { possession: otherSide(side) });
	}

	#takeTimeout(side: Side): void {
		this.#timeouts[side]++;
		this.#incident("timeout", { side });
		this.#state(phaseOf(this.#period), false, { possession: side });
		this.atMs += TIMEOUT_MS;
		this.#state(phaseOf(this.#period), true, { possession: side });
	}

	/** A field goal looked at again: it stands, and until then nothing can be bet. */
	#review(next: Side): void {
		this.#isReviewed = true;
		this.#state(phaseOf(this.#period), false, { possession: next });
		const incidentId = this.#incident("var_review", {});
		this.atMs += REVIEW_MIN_MS + this.#random() * REVIEW_SPREAD_MS;
		this.#incident("var_over", {});
		this.drafts.push({ atMs: this.atMs, body: { kind: "confirmation", incidentId, invented: true } });
		this.#state(phaseOf(this.#period), true, { possession: next });
	}

	#incident(incident: string, over: Record<string, unknown>): string {
		const incidentId = `${incident}-${++this.#count}`;
		const leftSec = Math.ceil(this.#endSec - this.#elapsedSec);
		const minuteText = `${nameOf(this.#period)} ${Math.floor(leftSec / 60)}:${String(leftSec % 60).padStart(2, "0")}`;
		const clockSec = tenths(this.#elapsedSec);
		this.drafts.push({
			atMs: this.atMs,
			body: { kind: "incident", incident, incidentId, clockSec, minuteText, ...over, invented: true },
		});
		return incidentId;
	}

	#state(phase: string, running: boolean, facts: Record<string, string | number>): void {
		const [elapsedSec, score] = [tenths(this.#elapsedSec), { ...this.#score }];
		const clock = { elapsedSec, running, rate: this.#options.speed };
		const body: Body = { kind: "state", phase, clock, score, ...(Object.keys(facts).length > 0 ? { facts } : {}) };
		this.marks.push({ atMs: this.atMs, elapsedSec, running, phase });
		this.drafts.push({ atMs: this.atMs, body });
	}
}

export function basketballTimelineOf(options: BasketballTimelineOptions): Timeline {
	const script = new Script(options);
	script.write();
	const zeroMs = options.fromMinute === 0 ? -BEFORE_TIP_OFF_MS : timeOf(script, options.fromMinute * 60, options.speed);
	const drafts: Draft[] = [
		{ atMs: Number.NEGATIVE_INFINITY, body: fixtureBody(options, -zeroMs) },
		...script.drafts.map(({ atMs, body }) => ({ atMs: atMs - zeroMs, body })),
		...restated(script, zeroMs, options.speed),
	];
	const ordered = drafts
		.map((draft, index) => ({ draft, index }))
		.toSorted((a, b) => a.draft.atMs - b.draft.atMs || a.index - b.index);
	return { events: ordered.map(({ draft }, index) => dueOf(options, draft, index)), endsMs: script.atMs - zeroMs };
}

/** When the clock first shows so many seconds of play; the end where it never does. */
function timeOf(script: Script, sec: number, speed: number): number {
	const mark = script.marks.findLast(({ elapsedSec, running }) => running && elapsedSec <= sec);
	const atMs = mark === undefined ? 0 : mark.atMs + ((sec - mark.elapsedSec) / speed) * 1_000;
	return Math.min(atMs, script.atMs);
}

/** A start in mid-match states where the clock is by then: what was told before came with the clock of its own time. */
function restated(script: Script, zeroMs: number, speed: number): readonly Draft[] {
	const mark = script.marks.findLast(({ atMs }) => atMs <= zeroMs);
	if (mark === undefined || !mark.running) return [];
	const elapsedSec = tenths(mark.elapsedSec + ((zeroMs - mark.atMs) / 1_000) * speed);
	return [{ atMs: 0, body: { kind: "state", phase: mark.phase, clock: { elapsedSec, running: true, rate: speed } } }];
}

function dueOf(
	{ matchId, startMs }: BasketballTimelineOptions,
	{ atMs, body }: Draft,
	index: number,
): Timeline["events"][number] {
	const dueMs = Math.max(0, Math.round(atMs));
	const happenedMs = startMs + (Number.isFinite(atMs) ? Math.round(atMs) : 0);
	// What is sent now happened then: only `occurredAt` says so.
	const occurred = body.kind === "incident" ? { occurredAt: { atMs: happenedMs, precision: "ms" } } : {};
	const envelope = { v: 1, id: `${matchId}:${index}`, matchId, sentAtMs: startMs + dueMs };
	return { dueMs, message: { ...envelope, ...occurred, ...body } as FeedMessage };
}

function fixtureBody({ replay, startMs }: BasketballTimelineOptions, tipOffMs: number): Body {
	const { competition, home, away, format, prices } = replay;
	return {
		kind: "fixture",
		sport: "basketball",
		competition,
		home,
		away,
		scheduledAtMs: startMs + Math.round(tipOffMs),
		format,
		prices: {
			moneyline: [...prices.moneyline],
			handicaps: [{ line: prices.handicap.line, odds: [...prices.handicap.odds] }],
			totals: [{ line: prices.total.line, odds: [...prices.total.odds] }],
		},
	};
}
