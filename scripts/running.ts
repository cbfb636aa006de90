/** What a running platform tells the project's own commands: where it is, and its local secrets. In the state folder, 0600. */
import { readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import * as v from "valibot";
import { decode } from "../shared/decode.ts";
import { couldReplaceFile } from "./files.ts";
import { isRunning, processOf } from "./processes.ts";

const runningSchema = v.object({
	url: v.string(),
	operatorToken: v.string(),
	ingestSecret: v.string(),
	/** The starter, which stops everything when it is ended. */
	pid: v.number(),
	/** When that process was born: its number may be another's by now. An older start did not say. */
	bornAt: v.optional(v.string()),
	/** The process that runs all scripts and objects: to be killed by whoever wants to see it come back. */
	workerdPid: v.nullable(v.number()),
});
export type Running = Readonly<v.InferOutput<typeof runningSchema>>;

export const stateDir = (): string => resolve(process.env.TOUCHLINE_STATE ?? ".touchline");
const path = (): string => join(stateDir(), "running.json");

/** Whether it could be written: a full disk may take it later. */
export function couldWriteRunning(running: Running): boolean {
	return couldReplaceFile(path(), `${JSON.stringify(running, null, "\t")}\n`, 0o600);
}

export function forgetRunning(): void {
	rmSync(path(), { force: true });
}

/** The platform that runs on this state folder; null where none does. */
export function findRunning(): Running | null {
	try {
		const decoded = decode(runningSchema, JSON.parse(readFileSync(path(), "utf8")));
		if (!decoded.ok) return null;
		const { pid, bornAt } = decoded.value;
		const isThere = bornAt === undefined ? processOf(pid) !== null : isRunning({ pid, bornAt });
		return isThere ? decoded.value : null;
	} catch {
		return null;
	}
}

/** Ends the process with one line where nothing runs: every caller is a command. */
export function readRunning(): Running {
	const running = findRunning();
	if (running !== null) return running;
	console.error(`Nothing runs on ${stateDir()}: start it with npm start.`);
	process.exit(2);
}
