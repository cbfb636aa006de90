/**
 * Every schedule of a small world. What is left out, and why no order of messages is lost by it:
 * - Objects meet in messages only, and a message that arrives reaches one object. So what an object does follows from its own past,
 *   whatever others did meanwhile, and each past is told to a living object once (pasts.ts).
 * - Two states with the same pasts, messages, clock and disturbances left have the same future, which is followed once.
 * - An object that has died has no memory: it goes on from what is left of it, however it came to that.
 * - While nothing is under way and nothing is due, a feed's marks say that it lives, to nobody who asks: the last one stands for all.
 *   What may happen in such a pause happens at its beginning or behind its last mark, which are all the orders there are.
 * `exploreInFull` leaves out nothing of this, and must come to the same ends.
 */
import { type Broken, digest } from "./past.ts";
import { endOf } from "./promises.ts";
import { type Choice, Schedule } from "./schedule.ts";
import type { SmallWorld } from "./small-world.ts";
import type { Stage } from "./stage.ts";
import { type State, stateKey } from "./state.ts";

/** The way to a state: its last choice, and the way to where it was made. */
type Way = { readonly before: Way | null; readonly choice: Choice };
type Open = { readonly state: State; readonly way: Way | null };
type Found = Broken & { readonly way: readonly string[] };
export type Explored = {
	readonly states: number;
	/** Ways that part from another one: as many as there are choices beside the first, everywhere, and one. */
	readonly schedules: number;
	/** States in which nothing more can happen. */
	readonly ends: number;
	/** What is stored in them: to tell two searches apart. */
	readonly outcomes: ReadonlySet<string>;
	/** What is found broken first, by the shortest way there is. */
	readonly broken: readonly Found[];
};

const BREATH_STATES = 1_000;

export async function explore(world: SmallWorld, stage: Stage): Promise<Explored> {
	const schedule = new Schedule(world, stage, { skipsMarks: true });
	const first = await schedule.begin();
	const seen = new Set<string>([digest(stateKey(first))]);
	const outcomes = new Set<string>();
	const broken: Found[] = [];
	let ends = 0;
	let schedules = 1;
	let open: readonly Open[] = [{ state: first, way: null }];
	while (open.length > 0 && broken.length === 0) {
		const further: Open[] = [];
		for (const { state, way } of open) {
			const choices = schedule.choices(state);
			schedules += Math.max(0, choices.length - 1);
			if (choices.length === 0) {
				ends++;
				outcomes.add(endOf(state));
			}
			for (const choice of choices) {
				const next = await schedule.take(state, choice);
				const step = { before: way, choice };
				if (next.broken.length > 0) broken.push(...foundIn(schedule, next, step));
				const key = digest(stateKey(next));
				if (seen.has(key)) continue;
				seen.add(key);
				// Whoever has asked for the search may have gone.
				if (seen.size % BREATH_STATES === 0) await new Promise((resolve) => setImmediate(resolve));
				further.push({ state: next, way: step });
			}
		}
		open = further;
	}
	return { states: seen.size, schedules, ends, outcomes, broken };
}

/** Each schedule by itself from its very start, with nothing remembered of another. */
export async function exploreInFull(world: SmallWorld, stage: Stage): Promise<Explored> {
	const schedule = new Schedule(world, stage, { skipsMarks: false });
	const outcomes = new Set<string>();
	const broken: Found[] = [];
	let states = 0;
	let schedules = 0;
	const open: (readonly number[])[] = [[]];
	for (let turns = open.pop(); turns !== undefined && broken.length === 0; turns = open.pop()) {
		stage.forget();
		schedules++;
		let way: Way | null = null;
		let state = await schedule.begin();
		const taken: number[] = [];
		for (let choices = schedule.choices(state); choices.length > 0; choices = schedule.choices(state)) {
			const turn = turns[taken.length] ?? 0;
			const choice = choices[turn];
			if (choice === undefined) throw new Error("the same schedule has other choices now");
			if (taken.length >= turns.length) for (let n = 1; n < choices.length; n++) open.push([...taken, n]);
			taken.push(turn);
			way = { before: way, choice };
			state = await schedule.take(state, choice);
			states++;
			if (state.broken.length > 0) broken.push(...foundIn(schedule, state, way));
		}
		outcomes.add(endOf(state));
	}
	return { states, schedules, ends: schedules, outcomes, broken };
}

function foundIn(schedule: Schedule, { broken }: State, way: Way): readonly Found[] {
	const choices: string[] = [];
	for (let step: Way | null = way; step !== null; step = step.before) choices.push(schedule.name(step.choice));
	return broken.map((one) => ({ ...one, way: choices.toReversed() }));
}
