/** Every schedule of a small world, each state once. */
import type { Broken } from "./promises.ts";
import { Schedule } from "./schedule.ts";
import type { SmallWorld } from "./small-world.ts";
import { Stage } from "./stage.ts";

/** The way to a state: its last choice, and the way to where it was made. */
type Way = { readonly before: Way | null; readonly choice: string };
export type Explored = {
	readonly states: number;
	/** Told from the start: as many as there are choices beside the first, everywhere. */
	readonly schedules: number;
	readonly ends: number;
	readonly broken: readonly (Broken & { readonly way: readonly string[] })[];
	/** False: there was more than was asked for. */
	readonly isComplete: boolean;
};
export type Bounds = { readonly maxSchedules: number; readonly stopsAtFirst: boolean };

export async function explore(world: SmallWorld, { maxSchedules, stopsAtFirst }: Bounds): Promise<Explored> {
	const stage = new Stage(world.scene);
	await stage.set();
	const seen = new Set<string>();
	const broken: (Broken & { readonly way: readonly string[] })[] = [];
	const open: (Way | null)[] = [null];
	let schedules = 0;
	let ends = 0;
	// The oldest first: a fault that needs a disturbance early is found early.
	for (let next = 0; next < open.length && schedules < maxSchedules && !(stopsAtFirst && broken.length > 0); next++) {
		schedules++;
		let way = open[next] ?? null;
		const schedule = await Schedule.begin(world, stage);
		for (const choice of choicesOf(way)) await schedule.take(choice);
		while (true) {
			if (schedule.promises.broken.length > 0) {
				const choices = choicesOf(way);
				for (const one of schedule.promises.broken) broken.push({ ...one, way: choices });
				break;
			}
			const key = schedule.key();
			if (seen.has(key)) break;
			seen.add(key);
			const [first, ...others] = schedule.choices();
			if (first === undefined) {
				ends++;
				break;
			}
			for (const choice of others) open.push({ before: way, choice });
			way = { before: way, choice: first };
			await schedule.take(first);
		}
	}
	return { states: seen.size, schedules, ends, broken, isComplete: schedules === open.length };
}

function choicesOf(way: Way | null): readonly string[] {
	const choices: string[] = [];
	for (let step = way; step !== null; step = step.before) choices.push(step.choice);
	return choices.reverse();
}
