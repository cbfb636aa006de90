/** Every schedule of a small world, each state once. */
import { type Broken, digest } from "./past.ts";
import { type Choice, Schedule } from "./schedule.ts";
import type { SmallWorld } from "./small-world.ts";
import type { Stage } from "./stage.ts";
import { type State, stateKey } from "./state.ts";

/** The way to a state: its last choice, and the way to where it was made. */
type Way = { readonly before: Way | null; readonly choice: Choice };
export type Explored = {
	readonly states: number;
	/** As many as there are choices beside the first, everywhere. */
	readonly schedules: number;
	/** The states in which nothing more can happen. */
	readonly ends: ReadonlySet<string>;
	readonly broken: readonly (Broken & { readonly way: readonly string[] })[];
	/** False: there was more than was asked for. */
	readonly isComplete: boolean;
};
export type Bounds = { readonly maxStates: number; readonly stopsAtFirst: boolean };

export async function explore(world: SmallWorld, stage: Stage, { maxStates, stopsAtFirst }: Bounds): Promise<Explored> {
	const schedule = new Schedule(world, stage);
	const first = await schedule.begin();
	const seen = new Set<string>([digest(stateKey(first))]);
	const broken: (Broken & { readonly way: readonly string[] })[] = [];
	const ends = new Set<string>();
	// The nearest first: the way to what is broken is the shortest one.
	let open: { readonly state: State; readonly way: Way | null }[] = [{ state: first, way: null }];
	let schedules = 1;
	while (open.length > 0 && seen.size < maxStates && !(stopsAtFirst && broken.length > 0)) {
		const further: typeof open = [];
		for (const { state, way } of open) {
			const choices = schedule.choices(state);
			if (choices.length === 0) ends.add(digest(stateKey(state)));
			schedules += Math.max(0, choices.length - 1);
			for (const choice of choices) {
				const next = await schedule.take(state, choice);
				const step = { before: way, choice };
				if (next.broken.length > 0) {
					const choices = choicesOf(step).map((one) => schedule.name(one));
					for (const one of next.broken) broken.push({ ...one, way: choices });
					continue;
				}
				const key = digest(stateKey(next));
				if (seen.has(key)) continue;
				seen.add(key);
				further.push({ state: next, way: step });
			}
		}
		open = further;
	}
	return { states: seen.size, schedules, ends, broken, isComplete: open.length === 0 };
}

function choicesOf(way: Way | null): readonly Choice[] {
	const choices: Choice[] = [];
	for (let step = way; step !== null; step = step.before) choices.push(step.choice);
	return choices.reverse();
}
