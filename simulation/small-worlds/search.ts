/** One small world by its name, searched in this process. Worlds of one scene share what their objects have been told. */
import { type Explored, explore } from "./explore.ts";
import type { Scene } from "./scene.ts";
import { SMALL_WORLDS } from "./small-world.ts";
import { Stage } from "./stage.ts";

export type Searched = Pick<Explored, "states" | "schedules" | "ends" | "broken"> & {
	readonly name: string;
	readonly tookMs: number;
};

const stages = new Map<Scene, Promise<Stage>>();

export async function search(name: string): Promise<Searched> {
	const world = SMALL_WORLDS.find((one) => one.name === name);
	if (world === undefined) throw new Error(`no small world is called ${name}`);
	const startedAtMs = performance.now();
	const set = stages.get(world.scene) ?? Stage.set(world.scene);
	stages.set(world.scene, set);
	const { states, schedules, ends, broken } = await explore(world, await set);
	return { name, states, schedules, ends, broken, tookMs: performance.now() - startedAtMs };
}
