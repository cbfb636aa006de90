/**
 * A load or a peer in a process of its own: what it uses is not counted as ours, and its garbage delays nobody else. It is given its
 * work as a message, says when what counts begins and ends, and goes when we go.
 */
import { type ChildProcess, fork } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { decodeRpc } from "../../shared/decode.ts";
import { orStopped } from "../stop.ts";

const toldSchema = v.variant("kind", [
	v.object({ kind: v.literal("ready") }),
	v.object({ kind: v.literal("began") }),
	v.object({ kind: v.literal("ended") }),
	v.object({ kind: v.literal("done"), result: v.unknown() }),
]);
export type Told = v.InferOutput<typeof toldSchema>;

/** What is done at what a load tells, and when it is told that it was enough. */
export type Moments = {
	readonly ready?: () => void;
	readonly began?: () => void;
	readonly ended?: () => void;
	readonly enough?: AbortSignal;
};

const STOP_MS = 3_000;

const BENCH = join(dirname(fileURLToPath(import.meta.url)), "..");

/** `file`: below the bench's folder. */
function start(file: string): ChildProcess {
	return fork(join(BENCH, file), [], { stdio: ["ignore", "ignore", "inherit", "ipc"], env: process.env });
}

/** Ends it by its number, and waits until it has gone. */
async function stop(child: ChildProcess): Promise<void> {
	if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
	const gone = new Promise<void>((over) => child.once("exit", () => over()));
	child.kill("SIGTERM");
	const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
	await gone;
	clearTimeout(timer);
}

/** Runs a load to its end. @throws Error where it breaks, or takes longer than it may. */
export async function runLoad<S extends v.GenericSchema>(
	file: string,
	config: unknown,
	schema: S,
	limitMs: number,
	{ ready, began, ended, enough }: Moments = {},
): Promise<v.InferOutput<S>> {
	const child = start(file);
	let timer: NodeJS.Timeout | undefined;
	try {
		const work = new Promise<unknown>((done, failed) => {
			timer = setTimeout(() => failed(new Error(`a load took longer than ${limitMs / 1_000} s`)), limitMs);
			child.once("exit", (code) => failed(new Error(`a load ended early (${code})`)));
			child.once("error", failed);
			child.on("message", (message) => {
				const told = decodeRpc("what a load tells", toldSchema, message);
				if (told.kind === "ready") ready?.();
				else if (told.kind === "began") began?.();
				else if (told.kind === "ended") ended?.();
				else done(told.result);
			});
			child.send({ config });
			enough?.addEventListener("abort", () => child.connected && child.send({ enough: true }), { once: true });
		});
		return decodeRpc("a load's result", schema, await orStopped(work));
	} finally {
		clearTimeout(timer);
		await stop(child);
	}
}

const listeningSchema = v.object({ kind: v.literal("done"), result: v.object({ url: v.string() }) });
export type Peer = { readonly url: string; readonly pid: number | null };

/** Its process starts and it connects to a database that is there: seconds, on a busy machine several times as long. */
const LISTENS_WITHIN_MS = 30_000;

/** Starts a peer's server, which tells where it listens, and ends it when the run has ended. */
export async function withPeer<T>(
	file: string,
	config: unknown,
	run: (peer: Peer) => Promise<T>,
	limitMs = LISTENS_WITHIN_MS,
): Promise<T> {
	const child = start(file);
	let timer: NodeJS.Timeout | undefined;
	try {
		const message = await orStopped(
			new Promise<unknown>((told, failed) => {
				timer = setTimeout(() => failed(new Error(`a peer did not listen within ${limitMs / 1_000} s`)), limitMs);
				child.once("exit", (code) => failed(new Error(`a peer ended early (${code})`)));
				child.once("error", failed);
				child.once("message", told);
				child.send({ config });
			}),
		);
		clearTimeout(timer);
		const { result } = decodeRpc("what a peer tells", listeningSchema, message);
		return await run({ url: result.url, pid: child.pid ?? null });
	} finally {
		clearTimeout(timer);
		await stop(child);
	}
}
