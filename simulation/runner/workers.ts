/** Processes that run seeds, a seed a core; one that dies is that seed's failure, and another takes its place. */
import { type ChildProcess, fork } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { SimulationOptions } from "../simulator.ts";
import type { CoveredFile } from "./covered.ts";
import type { FromWorker, ToWorker } from "./messages.ts";
import { lostRun, type SeedRun } from "./run-seed.ts";

const WORKER = join(dirname(fileURLToPath(import.meta.url)), "worker.ts");
/** A two-minute history takes a second: what takes so long does not end. */
const MAX_RUN_MS = 900_000;
/** How far the quick ones may run ahead of a slow one. */
const MAX_AHEAD = 256;

type Task = { readonly options: SimulationOptions; readonly ran: (run: SeedRun) => void };

export class Worker {
	readonly #isCovered: boolean;
	#process: ChildProcess | null = null;

	constructor(isCovered: boolean) {
		this.#isCovered = isCovered;
	}

	/** Never rejects: whatever happens is told as this seed's. */
	run(options: SimulationOptions): Promise<SeedRun> {
		return this.#ask({ kind: "run", options }, MAX_RUN_MS).then(
			(answer) => (answer.kind === "ran" ? answer.run : lostRun(options.seed, "a worker told something else")),
			(fault) => lostRun(options.seed, fault),
		);
	}

	async covered(): Promise<readonly CoveredFile[]> {
		if (this.#process === null) return [];
		const answer = await this.#ask({ kind: "covered" }, MAX_RUN_MS);
		return answer.kind === "covered" ? answer.files : [];
	}

	close(): void {
		this.#process?.kill();
		this.#process = null;
	}

	#ask(message: ToWorker, limitMs: number): Promise<FromWorker> {
		const child = this.#started();
		return new Promise((resolve, reject) => {
			const limit = setTimeout(() => child.kill("SIGKILL"), limitMs);
			const ended = (code: number | null, signal: string | null): void => {
				clearTimeout(limit);
				child.off("message", answered);
				if (this.#process === child) this.#process = null;
				reject(new Error(`its process ended with ${signal ?? code}`));
			};
			const answered = (answer: unknown): void => {
				clearTimeout(limit);
				child.off("exit", ended);
				resolve(answer as FromWorker);
			};
			child.once("message", answered);
			child.once("exit", ended);
			child.send(message);
		});
	}

	#started(): ChildProcess {
		this.#process ??= fork(WORKER, this.#isCovered ? ["--covered"] : [], { serialization: "advanced", execArgv: [] });
		return this.#process;
	}
}

export class Workers {
	readonly #workers: readonly Worker[];
	#isClosed = false;

	constructor(jobs: number, isCovered: boolean) {
		this.#workers = Array.from({ length: jobs }, () => new Worker(isCovered));
	}

	/** Runs in the order of the histories, however they ended. Stops when nobody asks for more. */
	async *inOrder(histories: Iterable<SimulationOptions>): AsyncGenerator<SeedRun> {
		const left = histories[Symbol.iterator]();
		const idle = [...this.#workers];
		const asked: Promise<SeedRun>[] = [];
		const waiting: Task[] = [];
		const serve = (worker: Worker): void => {
			const task = waiting.shift();
			if (task === undefined) {
				idle.push(worker);
				return;
			}
			void worker.run(task.options).then((run) => {
				if (this.#isClosed) return;
				task.ran(run);
				refill();
				serve(worker);
			});
		};
		const refill = (): void => {
			while (asked.length < MAX_AHEAD && waiting.length < this.#workers.length) {
				const next = left.next();
				if (next.done === true) break;
				asked.push(new Promise((ran) => void waiting.push({ options: next.value, ran })));
			}
			while (waiting.length > 0 && idle.length > 0) serve(idle.pop() as Worker);
		};
		refill();
		for (let next = asked.shift(); next !== undefined; next = asked.shift()) {
			yield await next;
			refill();
		}
	}

	async covered(): Promise<readonly CoveredFile[]> {
		return (await Promise.all(this.#workers.map((worker) => worker.covered()))).flat();
	}

	close(): void {
		this.#isClosed = true;
		for (const worker of this.#workers) worker.close();
	}
}
