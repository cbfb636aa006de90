/** What a running platform tells the project's own commands: where it is, and its local secrets. In the state folder, 0600. */
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

export type Running = {
	readonly url: string;
	readonly operatorToken: string;
	readonly ingestSecret: string;
	readonly pid: number;
	readonly workerdPid: number | null;
};

export const stateDir = (): string => resolve(process.env.TOUCHLINE_STATE ?? ".touchline");
const path = (): string => join(stateDir(), "running.json");

export function writeRunning(running: Running): void {
	writeFileSync(path(), `${JSON.stringify(running, null, "\t")}\n`, { mode: 0o600 });
}

/** Ends the process with one line where nothing runs: every caller is a command. */
export function readRunning(): Running {
	try {
		return JSON.parse(readFileSync(path(), "utf8")) as Running;
	} catch {
		console.error("Nothing is running here: start it with npm start.");
		process.exit(2);
	}
}
