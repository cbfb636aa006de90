/** What `evaluate` and `fit` share: their flags, the reading of the match file, and the one line when something is wrong. */
import { readFileSync, statSync } from "node:fs";
import { parseArgs } from "node:util";
import { type Match, readMatches } from "./matches.ts";

const SHOWN = 3;

/** A refusal for the operator: printed as one line, exit 2. */
export class Refused extends Error {}

/** Runs a command; what it refuses is one line on stderr and exit 2. */
export function runCommand(run: () => void): void {
	try {
		run();
	} catch (error) {
		if (!(error instanceof Refused)) throw error;
		console.error(error.message);
		process.exitCode = 2;
	}
}

type Flags = { readonly [name: string]: { readonly type: "string" | "boolean" } };

/** Flags by name; an unknown one, or one without its value, is refused with the usage. */
export function flagsOf(flags: Flags, usage: string): Readonly<Record<string, string | boolean | undefined>> {
	try {
		return { ...parseArgs({ options: flags, strict: true, allowPositionals: false }).values };
	} catch (error) {
		const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
		throw new Refused(`${reason} Usage: ${usage}`);
	}
}

/** Seasons named in a flag, `2012-2013,2013-2014`. */
export const listOf = (text: string): readonly string[] =>
	text
		.split(",")
		.map((name) => name.trim())
		.filter((name) => name !== "");

/** Reads the match file; rows that cannot be used are counted on stderr, the first of them with their reasons. */
export function loadMatches(path: string | boolean | undefined, usage: string): readonly Match[] {
	if (typeof path !== "string" || path === "") throw new Refused(`--data names the file of matches. Usage: ${usage}`);
	const text = readText(path);
	const file = readMatches(text);
	if (!file.ok) throw new Refused(`${path}: ${file.message}.`);
	if (file.unusable.length > 0) {
		console.error(`${path}: ${file.unusable.length} rows cannot be used, ${file.matches.length} can.`);
		for (const { line, reason } of file.unusable.slice(0, SHOWN)) console.error(`  line ${line}: ${reason}`);
		if (file.unusable.length > SHOWN) console.error(`  and ${file.unusable.length - SHOWN} more.`);
	}
	if (file.matches.length === 0) throw new Refused(`${path}: there is no match that can be used.`);
	return file.matches;
}

function readText(path: string): string {
	try {
		if (statSync(path).isDirectory()) throw new Refused(`${path} is a folder, not a file of matches.`);
		return readFileSync(path, "utf8");
	} catch (error) {
		if (error instanceof Refused) throw error;
		const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
		throw new Refused(code === "ENOENT" ? `There is no file ${path}.` : `${path} cannot be read: ${code}.`);
	}
}
