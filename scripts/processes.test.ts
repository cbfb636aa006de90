/** Who is ended by a start after a SIGKILL: what is ours and nothing else, whatever number it has by now. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { commandOf, groupHolds, isRunning, processOf } from "./processes.ts";
import { couldWriteRunning, findRunning } from "./running.ts";
import { endLeftover } from "./workers.ts";

let stateDir = "";
let children: ChildProcess[] = [];
beforeEach(() => {
	stateDir = mkdtempSync(join(tmpdir(), "touchline-processes-"));
	mkdirSync(join(stateDir, "workers"));
	children = [];
});
afterEach(() => {
	for (const child of children) if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
	rmSync(stateDir, { recursive: true, force: true });
});

/** A group of its own, like wrangler's. */
async function sleeper(
	args: readonly string[] = [],
	files: readonly number[] = [],
): Promise<{ readonly child: ChildProcess; readonly pid: number }> {
	const child = spawn("node", ["-e", "setInterval(() => {}, 1000)", "--", ...args], {
		detached: true,
		stdio: ["ignore", "ignore", "ignore", ...files],
	});
	children.push(child);
	await new Promise((started) => child.once("spawn", started));
	return { child, pid: child.pid ?? 0 };
}
const ended = (child: ChildProcess): Promise<string | null> =>
	new Promise((done) => child.once("exit", (_code, signal) => done(signal)));
const noted = (text: unknown): void => writeFileSync(join(stateDir, "wrangler.pid"), JSON.stringify(text));

describe("what an earlier start has left", () => {
	test("[RUN-3] is ended where it is the very process that was noted", async () => {
		const { child, pid } = await sleeper();
		noted(processOf(pid));
		const end = ended(child);
		expect(endLeftover(stateDir)).toBe(true);
		expect(await end).toBe("SIGKILL");
		expect(endLeftover(stateDir)).toBe(false);
	});

	test("[RUN-3] is left alone where its number is another process's by now, whatever that is called", async () => {
		const { child, pid } = await sleeper(["--persist-to", join(stateDir, "workers")]);
		noted({ pid, bornAt: "another life" });
		expect(endLeftover(stateDir)).toBe(false);
		expect([child.signalCode, processOf(pid)?.pid]).toEqual([null, pid]);
	});

	test("[RUN-3] is ended where only members of the group are left, who have our files open", async () => {
		const file = openSync(join(stateDir, "workers", "a.sqlite"), "w");
		const { child, pid } = await sleeper([], [file]);
		// The leader's birth says nothing of the members: as if it had died and they had stayed.
		noted({ pid, bornAt: "a leader that is dead" });
		expect(groupHolds(pid, join(stateDir, "workers"))).toBe(true);
		const end = ended(child);
		expect(endLeftover(stateDir)).toBe(true);
		expect(await end).toBe("SIGKILL");
	});

	test("[RUN-3] noted by an older start as a number: ended by its command, another's left alone", async () => {
		const [ours, other] = [
			await sleeper(["--persist-to", join(stateDir, "workers")]),
			await sleeper(["--persist-to", join(stateDir, "workers-of-another")]),
		];
		noted(other.pid);
		expect(endLeftover(stateDir)).toBe(false);
		noted(ours.pid);
		const end = ended(ours.child);
		expect(endLeftover(stateDir)).toBe(true);
		expect(await end).toBe("SIGKILL");
		expect(other.child.signalCode).toBeNull();
	});

	test.each([
		["nothing", ""],
		["half a note", '{"pid":1'],
		["the number of everything", "1"],
		["a group of all", "-1"],
		["words", '"x"'],
	])("[RUN-3] a note that holds %s ends nobody", (_name, text) => {
		writeFileSync(join(stateDir, "wrangler.pid"), text);
		expect(endLeftover(stateDir)).toBe(false);
	});
});

describe("a process", () => {
	test("[RUN-3] is told from a later one of its number by its birth, and is nobody once it has ended", async () => {
		const { child, pid } = await sleeper(["a word"]);
		const found = processOf(pid);
		if (found === null) throw new Error("it runs");
		expect([isRunning(found), isRunning({ ...found, bornAt: "later" })]).toEqual([true, false]);
		expect(commandOf(pid).at(-1)).toBe("a word");
		const end = ended(child);
		child.kill("SIGKILL");
		await end;
		expect([isRunning(found), processOf(pid), processOf(0), processOf(Number.NaN)]).toEqual([false, null, null, null]);
	});

	test("[RUN-3] a platform runs where its very starter does, and not where somebody has its number", () => {
		const before = process.env.TOUCHLINE_STATE;
		process.env.TOUCHLINE_STATE = stateDir;
		try {
			const running = { url: "http://x", operatorToken: "o", ingestSecret: "i", pid: process.pid, workerdPid: null };
			couldWriteRunning({ ...running, bornAt: processOf(process.pid)?.bornAt });
			expect(findRunning()?.pid).toBe(process.pid);
			couldWriteRunning({ ...running, bornAt: "another life" });
			expect(findRunning()).toBeNull();
			couldWriteRunning(running);
			expect(findRunning()?.pid).toBe(process.pid);
		} finally {
			if (before === undefined) delete process.env.TOUCHLINE_STATE;
			else process.env.TOUCHLINE_STATE = before;
		}
	});
});
