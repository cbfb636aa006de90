/** Makes a failing history shorter: less time, then fewer faults, as long as the same rule is broken. */
import { type SimulationOptions, type SimulationResult, simulate } from "./simulator.ts";

/** Histories tried; at half a second each this ends within a minute. */
const MAX_TRIES = 80;
/** In less time a match does not come to its end, and is found wrong for that. */
const SHORTEST_MINUTES = 2;

export type Shortest = {
	readonly options: SimulationOptions;
	readonly result: SimulationResult;
	readonly tries: number;
};

/** `run` tells a history; a runner has it told in another process. */
export async function shorten(
	options: SimulationOptions,
	result: SimulationResult,
	run: (options: SimulationOptions) => Promise<SimulationResult> = simulate,
): Promise<Shortest> {
	const rule = result.violations[0]?.rule;
	let best: Shortest = { options, result, tries: 0 };
	let tries = 0;
	const attempt = async (candidate: SimulationOptions): Promise<boolean> => {
		if (tries >= MAX_TRIES) return false;
		tries++;
		const tried = await run(candidate);
		if (!tried.violations.some((violation) => violation.rule === rule)) return false;
		best = { options: candidate, result: tried, tries };
		return true;
	};
	for (let minutes = SHORTEST_MINUTES; minutes < options.minutes; minutes++)
		if (await attempt({ ...options, minutes })) break;
	let kept = options.only ?? faultsOf(best.result.story);
	let chunk = Math.ceil(kept.length / 2);
	while (kept.length > 0 && tries < MAX_TRIES) {
		let isShorter = false;
		for (let from = 0; from < kept.length && tries < MAX_TRIES; from += chunk) {
			const only = kept.filter((_, index) => index < from || index >= from + chunk);
			if (!(await attempt({ ...best.options, only }))) continue;
			kept = only;
			isShorter = true;
			break;
		}
		if (isShorter) chunk = Math.min(chunk, Math.max(1, kept.length));
		else if (chunk === 1) break;
		else chunk = Math.ceil(chunk / 2);
	}
	return { ...best, tries };
}

/** How to see a history again. */
export function repeatCommand({ seed, minutes, only, deploys, longNight }: SimulationOptions): string {
	const faults = only === undefined ? "" : ` --only ${only.length === 0 ? "none" : only.join(",")}`;
	const kinds = `${deploys === true ? " --deploys" : ""}${longNight === true ? " --long-nights" : ""}`;
	return `npm run simulate -- --seeds 1 --from ${seed} --minutes ${minutes}${faults}${kinds}`;
}

function faultsOf(story: readonly string[]): readonly number[] {
	return story.flatMap((line) => {
		const number = line.match(/: #(\d+) /)?.[1];
		return number === undefined ? [] : [Number(number)];
	});
}
