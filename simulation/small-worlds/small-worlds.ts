/** `npm run simulate -- --small-worlds [--world NAME] [--jobs J]`: every schedule of every small world, and what is promised in each. */
import { fork } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { found, HUNTED } from "./canaries.ts";
import { type Searched, search } from "./search.ts";
import { SMALL_WORLDS, type SmallWorld } from "./small-world.ts";

const TOLD = 5;
const WORKER = join(dirname(fileURLToPath(import.meta.url)), "worker.ts");

/** Prints each world; true when every promise held in every schedule. `named`: one of them only, in this process. */
export async function searchSmallWorlds(named: string, jobs: number): Promise<boolean> {
	if (named !== "") return tell(await search(named));
	const startedAtMs = performance.now();
	const told: Searched[] = [];
	// The largest first: whoever is left with one of them at the end keeps the others waiting.
	const names = SMALL_WORLDS.toSorted((a, b) => sizeOf(b) - sizeOf(a)).map(({ name }) => name);
	await inParallel(jobs, names, searcher, (searched) => {
		told.push(searched);
		return tell(searched);
	});
	if (told.length < SMALL_WORLDS.length || told.some(({ broken }) => broken.length > 0)) return false;
	console.log(boundsOf(SMALL_WORLDS));
	// A search that finds nothing is worth what it finds when there is something.
	const living: string[] = [];
	const hunter = () => ({ ask: found, end: () => {} });
	await inParallel(jobs, HUNTED, hunter, (broken, { name, rule, world }) => {
		if (broken === null) living.push(name);
		console.log(`${broken === null ? "ALIVE " : "caught"}  ${name} (${world}): ${broken ?? rule}`);
		return true;
	});
	if (living.length > 0) return false;
	const sum = (count: (searched: Searched) => number): number => told.reduce((total, one) => total + count(one), 0);
	const tookS = Math.round((performance.now() - startedAtMs) / 1_000);
	console.log(
		`${sum(({ states }) => states)} states, ${sum(({ schedules }) => schedules)} schedules, ${HUNTED.length} canaries: every promise holds (${tookS} s).`,
	);
	return true;
}

type Helper<Task, Answer> = { readonly ask: (task: Task) => Promise<Answer>; readonly end: () => void };

/** Tasks in their order, as many at a time as there are helpers; stops where `told` says no. */
async function inParallel<Task, Answer>(
	jobs: number,
	tasks: readonly Task[],
	help: () => Helper<Task, Answer>,
	told: (answer: Answer, task: Task) => boolean,
): Promise<void> {
	const left = [...tasks];
	const work = async (): Promise<void> => {
		const helper = help();
		try {
			for (let task = left.shift(); task !== undefined; task = left.shift())
				if (!told(await helper.ask(task), task)) left.length = 0;
		} finally {
			helper.end();
		}
	};
	await Promise.all(Array.from({ length: Math.min(jobs, tasks.length) }, work));
}

/** A process of its own. */
function searcher(): Helper<string, Searched> {
	const child = fork(WORKER, [], { serialization: "advanced", execArgv: [] });
	const ask = (name: string): Promise<Searched> =>
		new Promise((resolve, reject) => {
			const ended = (): void => reject(new Error(`the search of ${name} has ended by itself`));
			child.once("exit", ended);
			child.once("message", (searched) => {
				child.off("exit", ended);
				resolve(searched as Searched);
			});
			child.send(name);
		});
	return { ask, end: () => void child.kill() };
}

function tell({ name, states, schedules, ends, broken, tookMs }: Searched): boolean {
	const isKept = broken.length === 0;
	const counts = `${states} states, ${schedules} schedules, ${ends} ends`;
	console.log(`${isKept ? "ok  " : "FAIL"} ${name}: ${counts} (${(tookMs / 1_000).toFixed(1)} s)`);
	for (const { rule, what } of broken.slice(0, TOLD)) console.log(`     [${rule}] ${what}`);
	for (const choice of broken[0]?.way ?? []) console.log(`       ${choice}`);
	return isKept;
}

const disturbancesOf = ({ disturbances }: SmallWorld): number =>
	Object.values(disturbances).reduce((sum, count) => sum + count, 0);
const sizeOf = (world: SmallWorld): number =>
	(disturbancesOf(world) + world.bets.length * world.scene.matches.length) * (world.scene.delayMs === null ? 2 : 3);

/** What the search does not go beyond. */
function boundsOf(worlds: readonly SmallWorld[]): string {
	const most = (count: (world: SmallWorld) => number): number => Math.max(...worlds.map(count));
	const bounds = [
		`${most(({ bets }) => bets.length)} bets`,
		`${most(({ scene }) => scene.matches.length)} matches`,
		`${most(disturbancesOf)} disturbances a schedule`,
	];
	return `Bounds: at most ${bounds.join(", ")}.`;
}
