/** `npm run simulate -- --small-worlds [--world NAME]`: every schedule of every small world, and what is promised in each. */
import { findAll } from "./canaries.ts";
import { explore } from "./explore.ts";
import { SMALL_WORLDS, type SmallWorld } from "./small-world.ts";
import { Stage } from "./stage.ts";

const TOLD = 5;

/** Prints each world; true when every promise held in every schedule. `named`: one of them only. */
export async function searchSmallWorlds(named = ""): Promise<boolean> {
	const worlds = SMALL_WORLDS.filter(({ name }) => named === "" || name === named);
	if (worlds.length === 0) throw new Error(`no small world is called ${named}`);
	let states = 0;
	let schedules = 0;
	for (const world of worlds) {
		const startedAtMs = performance.now();
		const stage = await Stage.set(world.scene);
		const found = await explore(world, stage, { maxStates: Number.POSITIVE_INFINITY, stopsAtFirst: true });
		console.log(stage.pasts.map((p) => `${p.count}/${p.tellings}`).join(" "));
		states += found.states;
		schedules += found.schedules;
		const tookS = ((performance.now() - startedAtMs) / 1_000).toFixed(1);
		const counts = `${found.states} states, ${found.schedules} schedules, ${found.ends.size} ends`;
		console.log(`${found.broken.length === 0 ? "ok  " : "FAIL"} ${world.name}: ${counts} (${tookS} s)`);
		if (found.broken.length === 0) continue;
		tell(found);
		return false;
	}
	console.log(boundsOf(worlds));
	// A search that finds nothing is worth what it finds when there is something.
	if (named === "" && !findAll()) return false;
	console.log(`${states} states, ${schedules} schedules: every promise holds.`);
	return true;
}

function tell({ broken }: Awaited<ReturnType<typeof explore>>): void {
	for (const { rule, what } of broken.slice(0, TOLD)) console.log(`     [${rule}] ${what}`);
	for (const choice of broken[0]?.way ?? []) console.log(`       ${choice}`);
}

/** What the search does not go beyond. */
function boundsOf(worlds: readonly SmallWorld[]): string {
	const most = (count: (world: SmallWorld) => number): number => Math.max(...worlds.map(count));
	const bounds = [
		`${most(({ bets }) => bets.length)} bets`,
		`${most(({ scene }) => scene.matches.length)} matches`,
		`${most(({ disturbances }) => Object.values(disturbances).reduce((sum, count) => sum + count, 0))} disturbances a schedule`,
	];
	return `Bounds: at most ${bounds.join(", ")}.`;
}
