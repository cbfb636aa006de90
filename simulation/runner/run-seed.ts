/** One seed's history, whatever comes of it: nothing that happens in there ends the process that runs it. */
import { type SimulationOptions, type SimulationResult, simulate } from "../simulator.ts";

/** A history and what it took. Plain data: it crosses from one process to another. */
export type SeedRun = SimulationResult & { readonly cpuMs: number };

const MAX_TEXT = 400;

/** A history that did not come about. */
export function lostRun(seed: number, why: unknown): SeedRun {
	const what = String(why instanceof Error ? why.stack : why).slice(0, MAX_TEXT);
	return { seed, violations: [{ rule: "fault", what }], story: [], counts: {}, virtualMs: 0, cpuMs: 0 };
}

export async function runSeed(options: SimulationOptions): Promise<SeedRun> {
	const before = process.cpuUsage();
	const unheard: unknown[] = [];
	const hear = (fault: unknown): void => void unheard.push(fault);
	process.on("unhandledRejection", hear);
	process.on("uncaughtException", hear);
	try {
		const result = await simulate(options);
		// A rejection that nobody took is told at the end of a turn.
		await new Promise<void>((turned) => setImmediate(turned));
		const { user, system } = process.cpuUsage(before);
		const violations = [...result.violations, ...unheard.flatMap((fault) => lostRun(options.seed, fault).violations)];
		return { ...result, violations, cpuMs: (user + system) / 1_000 };
	} catch (fault) {
		return lostRun(options.seed, fault);
	} finally {
		process.off("unhandledRejection", hear);
		process.off("uncaughtException", hear);
	}
}
