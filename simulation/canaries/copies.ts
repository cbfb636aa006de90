/** Copies of the source in a folder of their own, with or without a patch; never the tree itself. */
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Canary } from "./canary.ts";
import { applyPatch } from "./patching.ts";
import type { Ended, TestRun } from "./verdict.ts";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");
/** What was installed or made; the packages are linked. */
const LEFT_OUT: ReadonlySet<string> = new Set(["node_modules", ".git", ".touchline", ".wrangler"]);
const KEPT_CHARS = 4_000;

export type Copy = { readonly folder: string; readonly counted: readonly boolean[]; readonly remove: () => void };
export type MadeCopy =
	| { readonly kind: "copy"; readonly copy: Copy }
	| { readonly kind: "unfit"; readonly why: string };

export function copyWith(patches: Canary["patches"]): MadeCopy {
	const folder = mkdtempSync(join(tmpdir(), "touchline-canary-"));
	const remove = (): void => rmSync(folder, { recursive: true, force: true });
	cpSync(ROOT, folder, { recursive: true, filter: (path) => path === ROOT || !LEFT_OUT.has(basename(path)) });
	symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
	const counted: boolean[] = [];
	for (const [index, patch] of patches.entries()) {
		const path = join(folder, patch.file);
		const patched = existsSync(path)
			? applyPatch(readFileSync(path, "utf8"), patch, index)
			: ({ kind: "refused", why: `there is no ${patch.file}` } as const);
		if (patched.kind === "refused") {
			remove();
			return { kind: "unfit", why: patched.why };
		}
		writeFileSync(path, patched.text);
		counted.push(patched.isCounted);
	}
	return { kind: "copy", copy: { folder, counted, remove } };
}

/** A process in a copy, ended when it takes too long: then its status is null. */
function run(folder: string, command: string, args: readonly string[], timeoutMs: number, env: NodeJS.ProcessEnv = {}) {
	return new Promise<Ended & { readonly output: string }>((done) => {
		const child = spawn(command, args, { cwd: folder, env: { ...process.env, ...env }, timeout: timeoutMs });
		let output = "";
		let errors = "";
		child.stdout.on("data", (bytes) => {
			output += bytes;
		});
		child.stderr.on("data", (bytes) => {
			errors = `${errors}${bytes}`.slice(-KEPT_CHARS);
		});
		child.on("error", (fault) => done({ status: null, errors: String(fault), output }));
		child.on("close", (status) => done({ status, errors, output }));
	});
}

export type Histories = {
	readonly from: number;
	readonly seeds: number;
	readonly minutes: number;
	readonly rules: readonly string[];
	readonly deploys: boolean;
	readonly longNight: boolean;
	readonly timeoutMs: number;
};

export function runHistories({ folder, counted }: Copy, histories: Histories) {
	const { from, seeds, minutes, rules, deploys, longNight, timeoutMs } = histories;
	const numbers = { from, seeds, minutes, patches: counted.length };
	const args = Object.entries(numbers).flatMap(([name, value]) => [`--${name}`, String(value)]);
	const kinds = [...(deploys ? ["--deploys"] : []), ...(longNight ? ["--long-nights"] : [])];
	return run(
		folder,
		process.execPath,
		["simulation/canaries/judge.ts", ...args, "--rules", rules.join(" "), ...kinds],
		timeoutMs,
	);
}

export async function runTest(
	{ folder, counted }: Copy,
	{ file, project }: NonNullable<Canary["test"]>,
	timeoutMs: number,
): Promise<TestRun> {
	// Some tests ask git which files there are.
	if (readFileSync(join(folder, file), "utf8").includes('"git"')) {
		await run(folder, "git", ["init", "--quiet"], timeoutMs);
		await run(folder, "git", ["add", "--all"], timeoutMs);
	}
	const report = join(folder, "canary-report.json");
	const counts = join(folder, "canary-hits.txt");
	const args = ["run", "--project", project, file, "--reporter=json", `--outputFile=${report}`];
	const ended = await run(folder, join(folder, "node_modules/.bin/vitest"), args, timeoutMs, {
		NODE_OPTIONS: `--import ${join(folder, "simulation/canaries/count-hits.mjs")}`,
		CANARY_HITS: counts,
	});
	const lines = existsSync(counts) ? readFileSync(counts, "utf8").split("\n") : [];
	return {
		report: existsSync(report) ? readFileSync(report, "utf8") : null,
		hits: counted.map((_, index) => lines.filter((line) => line === String(index)).length),
		ended,
	};
}
