/** What stands behind a bench's name on the command line. */
import { type ParseArgsOptionsConfig, parseArgs } from "node:util";

/** Said in one line, without a stack: the command was not one that there is. */
export class UsageFault extends Error {}

/** @throws UsageFault for what the bench does not know. */
export function optionsOf<const T extends ParseArgsOptionsConfig>(name: string, args: readonly string[], options: T) {
	try {
		return parseArgs({ args: [...args], options }).values;
	} catch (fault) {
		const known = Object.keys(options).map((option) => `[--${option}]`);
		throw new UsageFault(
			`${fault instanceof Error ? fault.message : fault}. Use: npm run bench -- ${name} ${known.join(" ")}`,
		);
	}
}

export const REPORTING = { json: { type: "boolean", default: false } } as const;
/** For a look: less warm, shorter, and so less exact; or without peers, where only ours has changed. */
export const RUNNING = {
	...REPORTING,
	short: { type: "boolean", default: false },
	alone: { type: "boolean", default: false },
} as const;

/** @throws UsageFault for what is no whole number between the two. */
export function wholeOf(name: string, text: string, least: number, most: number): number {
	const value = Number(text);
	if (!Number.isInteger(value) || value < least || value > most)
		throw new UsageFault(`--${name} ${text} is no whole number from ${least} to ${most}`);
	return value;
}
