/** Options of the pricing commands: `--name value` or `--name=value`; what follows up to the next option is its value. */

export class BadInput extends Error {}

export type Options = ReadonlyMap<string, string>;

/**
 * Values may hold spaces (`--odds 2.70, 2.30, 4.40`), and numbers below zero. An option that is not in `known`, stands
 * twice or lacks its value is refused; those in `flags` take none.
 */
export function optionsOf(argv: readonly string[], known: readonly string[], flags: readonly string[]): Options {
	const found = new Map<string, string>();
	let name: string | null = null;
	for (const word of argv) {
		if (!word.startsWith("--")) {
			if (name === null || flags.includes(name)) throw new BadInput(`${word} belongs to no option`);
			found.set(name, `${found.get(name) ?? ""} ${word}`.trim());
			continue;
		}
		const [option = "", ...value] = word.slice(2).split("=");
		if (!known.includes(option) && !flags.includes(option))
			throw new BadInput(`there is no option --${option}: ${[...known, ...flags].map((one) => `--${one}`).join(", ")}`);
		if (found.has(option)) throw new BadInput(`--${option} stands twice`);
		if (flags.includes(option) && value.length > 0) throw new BadInput(`--${option} takes no value`);
		found.set(option, value.join("=").trim());
		name = option;
	}
	const empty = known.find((option) => found.get(option) === "");
	if (empty !== undefined) throw new BadInput(`--${empty} needs a value`);
	return found;
}

export function required(options: Options, name: string): string {
	const value = options.get(name);
	if (value === undefined) throw new BadInput(`--${name} is needed`);
	return value;
}

/** A decimal number as people type it; no words, no hexadecimal. */
export function numberOf(text: string, name: string): number {
	if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) throw new BadInput(`--${name}: "${text}" is no number`);
	return Number(text);
}

export function wholeOf(text: string, name: string, least: number, most: number): number {
	const value = numberOf(text, name);
	if (!Number.isInteger(value) || value < least || value > most)
		throw new BadInput(`--${name}: ${text} is no whole number from ${least} to ${most}`);
	return value;
}

/** Numbers between commas. */
export const numbersOf = (text: string, name: string): readonly number[] =>
	text.split(",").map((part) => numberOf(part.trim(), name));

/** `1-0` as a pair of whole numbers. */
export function pairOf(text: string, name: string, most: number): readonly [home: number, away: number] {
	const parts = /^(\d+)\s*[-:]\s*(\d+)$/.exec(text);
	if (parts === null) throw new BadInput(`--${name}: ${text} is no score such as 1-0`);
	return [wholeOf(parts[1] ?? "", name, 0, most), wholeOf(parts[2] ?? "", name, 0, most)];
}

/** Runs a command: what it says on standard output, or one line on standard error and exit code 2. */
export function runCommand(name: string, command: (argv: readonly string[]) => string): void {
	try {
		process.stdout.write(`${command(process.argv.slice(2))}\n`);
	} catch (error) {
		if (!(error instanceof BadInput)) throw error;
		console.error(`${name}: ${error.message.replaceAll(/\s+/g, " ")}`);
		process.exitCode = 2;
	}
}
