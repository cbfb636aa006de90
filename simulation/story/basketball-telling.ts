/**
 * A feed that tells of baskets as feeds do: late, for the wrong side, with other points, not at all, taken back and told again;
 * scores that are wrong for a while, and phases called by mistake.
 */
import { QUARTERS, type TrueBasket } from "../audit/true-basketball.ts";
import type { TrueSide } from "../audit/true-sport.ts";
import type { Random } from "../world/chance.ts";
import { otherOf } from "./tape.ts";
import type { Say } from "./telling.ts";

/** A quarter or an overtime: when it begins, how long it lasts, and how its clock runs. */
export type Period = {
	readonly number: number;
	readonly fromMs: number;
	readonly lengthMs: number;
	readonly sec: number;
	readonly endSec: number;
	readonly rate: number;
};
type Belief = { readonly atMs: number; readonly side: TrueSide; readonly points: number };
type Told = { basket: TrueBasket; readonly body: object };

const BREAKS = ["break_1", "half_time", "break_3"];
const phaseOf = (number: number): string => (number <= QUARTERS ? `q${number}` : `ot${number - QUARTERS}`);
const breakAfter = (number: number): string => BREAKS[number - 1] ?? `break_ot${number - QUARTERS + 1}`;
/** What is told of a period is over so long before its end. */
const QUIET_MS = 2_200;

export class BasketTeller {
	readonly #random: Random;
	readonly #say: Say;
	readonly #told: Told[] = [];
	/** What its own scoreboard shows, change by change. */
	readonly #beliefs: Belief[] = [];
	#names = 0;
	#last: Period | null = null;

	constructor(random: Random, say: Say) {
		this.#random = random;
		this.#say = say;
	}

	get baskets(): readonly TrueBasket[] {
		return this.#told.map(({ basket }) => basket);
	}

	scoreAt(atMs: number): { readonly home: number; readonly away: number } {
		const score = { home: 0, away: 0 };
		for (const { atMs: since, side, points } of this.#beliefs) if (since <= atMs) score[side] += points;
		return score;
	}

	/** A whole period, with what is said of it. */
	play(period: Period): void {
		this.#last = period;
		const { number, fromMs, sec, rate } = period;
		this.#say(fromMs, {
			kind: "state",
			phase: phaseOf(number),
			clock: { elapsedSec: sec, running: true, rate },
			score: this.scoreAt(fromMs),
		});
		this.#happenings(period);
		this.#statements(period);
	}

	/** The break after a period. */
	pause(atMs: number, number: number, elapsedSec: number): void {
		const clock = { elapsedSec, running: false };
		this.#say(atMs, { kind: "state", phase: breakAfter(number), clock, score: this.scoreAt(atMs) });
	}

	/** The side that is behind draws level in the last seconds. */
	level(period: Period): void {
		const atMs = period.fromMs + period.lengthMs - QUIET_MS;
		for (let n = 0; n < 40; n++) {
			const { home, away } = this.#truth();
			if (home === away) return;
			this.#plain(period, atMs + n * 30, home < away ? "home" : "away", Math.min(3, Math.abs(home - away)));
		}
	}

	/** A last basket for somebody. */
	decide(): void {
		const period = this.#last;
		if (period === null) return;
		this.#plain(period, period.fromMs + period.lengthMs - 1_000, this.#side(), 2);
	}

	end(atMs: number): void {
		this.#say(atMs, { kind: "state", phase: "ended", score: this.scoreAt(atMs) });
	}

	takeBack(basket: TrueBasket, atMs: number): void {
		this.#say(atMs, { kind: "cancellation", incidentId: basket.incidentId });
		this.#believe(atMs, basket.side, -basket.points);
		this.#change(basket.incidentId, { stands: false, isPlain: false });
	}

	giveAgain(basket: TrueBasket, atMs: number): void {
		const told = this.#told.find((one) => one.basket.incidentId === basket.incidentId);
		this.#say(atMs, { ...told?.body, kind: "correction" });
		this.#believe(atMs, basket.side, basket.points);
		this.#change(basket.incidentId, { stands: true });
	}

	#change(incidentId: string, over: Partial<TrueBasket>): void {
		for (const told of this.#told) if (told.basket.incidentId === incidentId) told.basket = { ...told.basket, ...over };
	}

	#truth(): { readonly home: number; readonly away: number } {
		const score = { home: 0, away: 0 };
		for (const { side, points, stands } of this.baskets) if (stands) score[side] += points;
		return score;
	}

	#happenings(period: Period): void {
		const random = this.#random;
		const untilMs = period.fromMs + period.lengthMs - QUIET_MS;
		for (let at = period.fromMs + 500; at < untilMs; at += 500 + Math.floor(random() * 3_500)) {
			const lasts = Math.min(
				untilMs - at,
				random() < 0.5 ? 50 + Math.floor(random() * 400) : 400 + Math.floor(random() * 2_500),
			);
			at = Math.max(at, this.#happens(period, at, lasts));
			if (random() < 0.3) this.#say(at + 200, { kind: "recovery_complete" });
		}
	}

	/** Returns when it has been spoken of for good. */
	#happens(period: Period, at: number, lasts: number): number {
		const what = this.#random();
		const named = { incidentId: `e${at}`, clockSec: this.#secAt(period, at) };
		if (what < 0.58) return this.#basket(period, at, lasts);
		if (what < 0.64) return this.#noBasket(period, at, lasts);
		if (what < 0.72) {
			this.#say(at, { kind: "incident", incident: "foul", side: this.#side(), value: at % 3, ...named });
			return at;
		}
		if (what < 0.76) {
			this.#say(at, { kind: "incident", incident: "timeout", side: this.#side(), ...named });
			this.#say(at + lasts, this.#statement(period, at + lasts));
			return at + lasts;
		}
		if (what < 0.84) return this.#review(period, at, lasts);
		if (what < 0.92) {
			const groups = this.#random() < 0.3 ? { groups: ["quarters"] } : {};
			this.#say(at, { kind: "bet_stop", reason: "other", ...groups });
			this.#say(at + lasts, { kind: "bet_start" });
			return at + lasts;
		}
		this.#say(at, { kind: "danger", on: true });
		this.#say(at + lasts, { kind: "danger", on: false });
		return at + lasts;
	}

	/** A basket that stands, told in one of the ways in which baskets are told. */
	#basket(period: Period, at: number, lasts: number): number {
		const way = this.#random();
		const side = this.#side();
		const points = [1, 2, 2, 2, 3][Math.floor(this.#random() * 5)] ?? 2;
		if (way < 0.6) return this.#plain(period, at, side, points, lasts);
		if (way < 0.7) {
			// Only scores ever tell of it, or of a whole run.
			const run = this.#random() < 0.35 ? 3 : 1;
			for (let n = 0; n < run; n++) {
				this.#make(period, at + n * 60, { side, points, toldAtMs: null, isPlain: false, stands: true });
				this.#believe(at + n * 60, side, points);
			}
			this.#say(at + 200, this.#statement(period, at + 200));
			return at + 200;
		}
		if (way < 0.8) {
			const toldAtMs = at + 300 + Math.floor(this.#random() * 5_000);
			const { body } = this.#make(period, at, { side, points, toldAtMs, isPlain: false, stands: true });
			this.#believe(at + 100, side, points);
			this.#say(at + 100, this.#statement(period, at + 100));
			this.#say(toldAtMs, body);
			return at + 200;
		}
		const told = this.#make(period, at, { side, points, toldAtMs: at, isPlain: false, stands: true });
		if (way < 0.9) {
			// Told for the wrong side first, or with other points.
			const wrong = this.#random() < 0.5 ? { side: otherOf(side), value: points } : { side, value: (points % 3) + 1 };
			this.#say(at, { ...told.body, ...wrong });
			this.#believe(at, wrong.side, wrong.value);
			this.#say(at + lasts, { ...told.body, kind: "correction" });
			this.#believe(at + lasts, wrong.side, -wrong.value);
			this.#believe(at + lasts, side, points);
			return at + lasts;
		}
		// Taken back, and told anew under another id.
		this.#say(at, told.body);
		this.#change(told.basket.incidentId, { stands: false });
		this.#say(at + 300, { kind: "cancellation", incidentId: told.basket.incidentId });
		const again = this.#make(period, at, { side, points, toldAtMs: at + 600, isPlain: false, stands: true });
		this.#say(at + 600, again.body);
		this.#believe(at, side, points);
		return at + 600;
	}

	#plain(period: Period, at: number, side: TrueSide, points: number, lasts = 300): number {
		const { basket, body } = this.#make(period, at, { side, points, toldAtMs: at, isPlain: true, stands: true });
		this.#say(at, body);
		this.#believe(at, side, points);
		// A score stands by it too, whenever one comes.
		if (this.#random() < 0.6) this.#say(at + lasts, { kind: "confirmation", incidentId: basket.incidentId });
		return at + lasts;
	}

	/** Told, and never fell. Sometimes the word overtakes its incident. */
	#noBasket(period: Period, at: number, lasts: number): number {
		const how = { side: this.#side(), points: 2, toldAtMs: at, isPlain: false, stands: false };
		const { basket, body } = this.#make(period, at, how);
		this.#say(this.#random() < 0.15 ? at + lasts + 300 : at, { ...body, sentAtMs: at });
		this.#say(at + lasts, { kind: "cancellation", incidentId: basket.incidentId });
		this.#believe(at, basket.side, basket.points);
		this.#believe(at + lasts, basket.side, -basket.points);
		return at + lasts;
	}

	/** They look at the newest basket that is told, which stands or does not. */
	#review(period: Period, at: number, lasts: number): number {
		this.#say(at, {
			kind: "incident",
			incident: "var_review",
			incidentId: `r${at}`,
			clockSec: this.#secAt(period, at),
		});
		const newest = this.baskets.findLast(({ stands, toldAtMs }) => stands && toldAtMs !== null && toldAtMs <= at);
		if (newest !== undefined && newest.period === period.number && this.#random() < 0.4)
			this.takeBack(newest, at + lasts);
		this.#say(at + lasts + 50, { kind: "incident", incident: "var_over", incidentId: `ro${at}` });
		this.#say(at + lasts + 100, { kind: "bet_start" });
		this.#say(at + lasts + 150, this.#statement(period, at + lasts + 150));
		return at + lasts + 200;
	}

	/** Full statements, now and then a wrong one, or a phase called by mistake, put right soon after. */
	#statements(period: Period): void {
		const random = this.#random;
		const untilMs = period.fromMs + period.lengthMs - QUIET_MS - 1_500;
		for (let at = period.fromMs + 1_500; at < untilMs; at += 2_500 + Math.floor(random() * 6_000)) {
			const what = random();
			const rightMs = Math.min(at + 300 + Math.floor(random() * 3_500), untilMs + 1_500);
			const isWrong = what < 0.22;
			if (what < 0.14) {
				const score = this.scoreAt(at);
				const side = this.#side();
				const wrong = { ...score, [side]: Math.max(0, score[side] + (random() < 0.5 ? 2 : -2)) };
				this.#say(at, this.#statement(period, at, { score: wrong }));
			} else if (isWrong) {
				const phase = random() < 0.6 ? breakAfter(period.number) : "ended";
				this.#say(at, this.#statement(period, at, { phase, clock: undefined }));
			} else this.#say(at, this.#statement(period, at));
			if (isWrong) this.#say(rightMs, this.#statement(period, rightMs));
		}
	}

	#statement(period: Period, atMs: number, over: object = {}): object {
		const ball = this.#random() < 0.2 ? { facts: { possession: this.#side() } } : {};
		return {
			kind: "state",
			phase: phaseOf(period.number),
			clock: { elapsedSec: this.#secAt(period, atMs), running: true, rate: period.rate },
			score: this.scoreAt(atMs),
			...ball,
			...over,
		};
	}

	#secAt({ sec, endSec, fromMs, rate }: Period, atMs: number): number {
		return Math.min(endSec - 0.5, Math.round((sec + ((atMs - fromMs) / 1_000) * rate) * 100) / 100);
	}

	#side(): TrueSide {
		return this.#random() < 0.5 ? "home" : "away";
	}

	#make(
		period: Period,
		atMs: number,
		how: Pick<TrueBasket, "side" | "points" | "toldAtMs" | "isPlain" | "stands">,
	): Told {
		const sec = this.#secAt(period, atMs);
		const basket: TrueBasket = { incidentId: `b${++this.#names}`, period: period.number, sec, atMs, ...how };
		const { incidentId, side, points } = basket;
		const body = { kind: "incident", incident: "basket", incidentId, side, value: points, clockSec: sec };
		const told: Told = { basket, body: { ...body, occurredAt: { atMs, precision: "ms" } } };
		this.#told.push(told);
		return told;
	}

	#believe(atMs: number, side: TrueSide, points: number): void {
		this.#beliefs.push({ atMs, side, points });
	}
}
