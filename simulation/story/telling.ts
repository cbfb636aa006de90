/**
 * A feed that tells of a match as feeds do: goals late, in another order, not at all, taken back and told again; scores stated
 * whether their goals were told or not, sometimes wrongly; phases called by mistake and taken back. It knows what is true.
 */

import type { TrueGoal, TrueSide } from "../audit/true-sport.ts";
import type { Random } from "../world/chance.ts";

export type Say = (atMs: number, body: object) => void;
/** A stretch of play: its phase, when it begins, how long it lasts, and how its clock runs. */
export type Stretch = {
	readonly phase: string;
	readonly part: 0 | 1 | 2;
	readonly fromMs: number;
	readonly lengthMs: number;
	readonly sec: number;
	readonly rate: number;
};

type Belief = { readonly atMs: number; readonly side: TrueSide; readonly change: 1 | -1 };
type Told = { goal: TrueGoal; readonly body: object };

/** How often a feed knows only the second or the minute. */
const COARSE = 0.1;

export class Teller {
	readonly #random: Random;
	readonly #say: Say;
	readonly #goals: Told[] = [];
	/** What its own scoreboard shows, change by change. */
	readonly #beliefs: Belief[] = [];
	#names = 0;

	constructor(random: Random, say: Say) {
		this.#random = random;
		this.#say = say;
	}

	get goals(): readonly TrueGoal[] {
		return this.#goals.map(({ goal }) => goal);
	}

	/** The score that its statements name at a moment. */
	scoreAt(atMs: number): { readonly home: number; readonly away: number } {
		const score = { home: 0, away: 0 };
		for (const { atMs: since, side, change } of this.#beliefs) if (since <= atMs) score[side] += change;
		return score;
	}

	statement(stretch: Stretch, atMs: number, over: object = {}): object {
		const elapsedSec = stretch.sec + ((atMs - stretch.fromMs) / 1_000) * stretch.rate;
		return {
			kind: "state",
			phase: stretch.phase,
			clock: { elapsedSec, running: true, rate: stretch.rate },
			score: this.scoreAt(atMs),
			...over,
		};
	}

	/** A goal that stands, told in one of the ways in which goals are told. Returns when it has been spoken of for good. */
	goal(stretch: Stretch, atMs: number, lastsMs: number): number {
		const random = this.#random();
		if (random < 0.5) return this.#plainGoal(stretch, atMs, lastsMs);
		if (random < 0.62) return this.#lostGoal(stretch, atMs);
		if (random < 0.74) return this.#lateGoal(stretch, atMs, lastsMs);
		if (random < 0.84) return this.#resentGoal(stretch, atMs, lastsMs);
		return this.#correctedGoal(stretch, atMs, lastsMs);
	}

	/** A goal that is told and was none. */
	noGoal(stretch: Stretch, atMs: number, lastsMs: number): number {
		const told = this.#make(stretch, atMs, { toldAtMs: atMs, isPlain: false, stands: false });
		const overMs = atMs + lastsMs;
		// Sometimes a word overtakes its incident, which was sent long before.
		this.#say(this.#random() < 0.15 ? overMs + 300 : atMs, { ...told.body, sentAtMs: atMs });
		this.#say(overMs, { kind: "cancellation", incidentId: told.goal.incidentId });
		this.#believe(atMs, told.goal.side, 1);
		this.#believe(overMs, told.goal.side, -1);
		return overMs;
	}

	/** A goal that was confirmed long ago is taken back, or one taken back counts after all. */
	reconsider(atMs: number, count: number): void {
		const known = this.#goals.filter(({ goal }) => goal.toldAtMs !== null && goal.stands && goal.part < 2);
		for (const told of known.slice(-count)) {
			if (this.#random() < 0.4) continue;
			const backMs = atMs + Math.floor(this.#random() * 10_000);
			const { incidentId, side } = told.goal;
			this.#say(backMs, { kind: "cancellation", incidentId });
			this.#believe(backMs, side, -1);
			told.goal = { ...told.goal, stands: false, isPlain: false };
			if (this.#random() < 0.4) continue;
			const againMs = backMs + 200 + Math.floor(this.#random() * 4_000);
			this.#say(againMs, { ...told.body, kind: "correction" });
			this.#believe(againMs, side, 1);
			told.goal = { ...told.goal, stands: true };
		}
	}

	/** The last goal of a match, of which word comes only after its end. */
	afterEnd(stretch: Stretch, atMs: number, endMs: number): void {
		if (this.#random() > 0.25) return;
		const toldMs = endMs + 1_000 + Math.floor(this.#random() * 6_000);
		const told = this.#make(stretch, atMs, { toldAtMs: toldMs, isPlain: false, stands: true });
		this.#tell(told, toldMs);
		this.#say(toldMs + 2_000, { kind: "confirmation", incidentId: told.goal.incidentId });
		this.#believe(toldMs, told.goal.side, 1);
	}

	#plainGoal(stretch: Stretch, atMs: number, lastsMs: number): number {
		const toldMs = atMs + Math.floor(this.#random() * 3_000);
		const told = this.#make(stretch, atMs, { toldAtMs: toldMs, isPlain: true, stands: true });
		this.#tell(told, toldMs);
		this.#say(toldMs + lastsMs, { kind: "confirmation", incidentId: told.goal.incidentId });
		this.#believe(toldMs, told.goal.side, 1);
		return toldMs + lastsMs;
	}

	/** Only scores ever tell of it. */
	#lostGoal(stretch: Stretch, atMs: number): number {
		const { goal } = this.#make(stretch, atMs, { toldAtMs: null, isPlain: false, stands: true });
		this.#believe(atMs, goal.side, 1);
		this.#say(atMs + 200, this.statement(stretch, atMs + 200));
		return atMs + 200;
	}

	/** A score tells of it, and its own incident only much later. */
	#lateGoal(stretch: Stretch, atMs: number, lastsMs: number): number {
		const toldMs = atMs + 2_000 + Math.floor(this.#random() * 9_000);
		const told = this.#make(stretch, atMs, { toldAtMs: toldMs, isPlain: false, stands: true });
		this.#believe(atMs + 1_000, told.goal.side, 1);
		this.#say(atMs + 1_000, this.statement(stretch, atMs + 1_000));
		this.#tell(told, toldMs);
		this.#say(toldMs + lastsMs, { kind: "confirmation", incidentId: told.goal.incidentId });
		// Others may be told before it.
		return atMs + 1_500;
	}

	/** Taken back, and told anew under another id: one goal, at the time of the first. */
	#resentGoal(stretch: Stretch, atMs: number, lastsMs: number): number {
		const first = this.#make(stretch, atMs, { toldAtMs: atMs, isPlain: false, stands: false });
		this.#tell(first, atMs);
		this.#say(atMs + 600, { kind: "cancellation", incidentId: first.goal.incidentId });
		const { incidentId } = this.#named();
		const second = { ...first.goal, incidentId, toldAtMs: atMs + 1_200, stands: true };
		const told: Told = { goal: second, body: { ...first.body, incidentId } };
		this.#goals.push(told);
		this.#tell(told, atMs + 1_200);
		this.#believe(atMs, second.side, 1);
		this.#say(atMs + 1_200 + lastsMs, { kind: "confirmation", incidentId });
		return atMs + 1_200 + lastsMs;
	}

	/** Told for the wrong side first. */
	#correctedGoal(stretch: Stretch, atMs: number, lastsMs: number): number {
		const told = this.#make(stretch, atMs, { toldAtMs: atMs, isPlain: false, stands: true });
		const wrong = told.goal.side === "home" ? "away" : "home";
		this.#say(atMs, { ...told.body, side: wrong });
		this.#believe(atMs, wrong, 1);
		const rightMs = atMs + lastsMs;
		this.#say(rightMs, { ...told.body, kind: "correction" });
		this.#believe(rightMs, wrong, -1);
		this.#believe(rightMs, told.goal.side, 1);
		return rightMs;
	}

	#named(): { readonly incidentId: string } {
		return { incidentId: `goal-${++this.#names}` };
	}

	#make(stretch: Stretch, atMs: number, how: Pick<TrueGoal, "toldAtMs" | "isPlain" | "stands">): Told {
		const sec = Math.round((stretch.sec + ((atMs - stretch.fromMs) / 1_000) * stretch.rate) * 100) / 100;
		const side = this.#random() < 0.5 ? "home" : "away";
		const goal = { ...this.#named(), side, part: stretch.part, sec, atMs, ...how } as const;
		const body = {
			kind: "incident",
			incident: "goal",
			incidentId: goal.incidentId,
			side,
			clockSec: sec,
			occurredAt: { atMs, precision: "ms" },
		};
		const told = this.#dated(goal, body);
		this.#goals.push(told);
		return told;
	}

	/** Most feeds know the millisecond; of one that knows less nobody outside can say from when on a bet was late. */
	#dated(goal: TrueGoal, body: object): Told {
		if (this.#random() > COARSE) return { goal, body };
		const [precision, unitMs] = this.#random() < 0.6 ? (["second", 1_000] as const) : (["minute", 60_000] as const);
		const occurredAt = { atMs: Math.floor(goal.atMs / unitMs) * unitMs, precision };
		return { goal: { ...goal, isPlain: false }, body: { ...body, occurredAt } };
	}

	#tell({ body }: Told, atMs: number): void {
		this.#say(atMs, body);
	}

	#believe(atMs: number, side: TrueSide, change: 1 | -1): void {
		this.#beliefs.push({ atMs, side, change });
	}
}

/** Full statements of the match while it is played, now and then a wrong one, or a phase called by mistake, put right soon after. */
export function statements(random: Random, teller: Teller, stretch: Stretch, say: Say): void {
	const endMs = stretch.fromMs + stretch.lengthMs - 8_000;
	for (let at = stretch.fromMs + 4_000; at < endMs; at += 3_000 + Math.floor(random() * 9_000)) {
		const what = random();
		const rightMs = at + 500 + Math.floor(random() * 3_500);
		if (what < 0.12) {
			const score = teller.scoreAt(at);
			const side = random() < 0.5 ? "home" : "away";
			const wrong = { ...score, [side]: Math.max(0, score[side] + (random() < 0.5 ? 1 : -1)) };
			say(at, teller.statement(stretch, at, { score: wrong }));
			say(rightMs, teller.statement(stretch, rightMs));
		} else if (what < 0.2) {
			const phase = stretch.phase === "first_half" && random() < 0.5 ? "half_time" : "ended";
			say(at, teller.statement(stretch, at, { phase, clock: undefined }));
			say(rightMs, teller.statement(stretch, rightMs));
		} else say(at, teller.statement(stretch, at));
	}
}
