/**
 * A frozen copy of the last release, to run beside today's code: its objects' actors, bundled from this repository's own history
 * into one module under node_modules/.cache. Made once, by whoever needs it first.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import type { Code } from "./code.ts";

/** Version 0.2.0. The next release puts itself here. */
const LAST_RELEASE = "13c555db80b6e0cf04203d388988419c9458417b";
/** Rises with `ENTRY`: a copy made by another one is another file. */
const FORM = 1;
const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");
const CACHE = join(ROOT, "node_modules/.cache/touchline");

/** What `TODAY` of code.ts is made of, in the words of that release. An object answered a heartbeat with more than its actor did. */
const ENTRY = `
import { LaneActor as Lane } from "./durable-objects/lane/actor.ts";
import { upsertRequestSchema } from "./shared/contracts/board.ts";
import * as desk from "./shared/contracts/desk.ts";
import { appendRequestSchema } from "./shared/contracts/lane.ts";
import { applyRequestSchema, confirmRequestSchema, quoteRequestSchema } from "./shared/contracts/match.ts";
import { placeRequestSchema } from "./shared/contracts/wallet.ts";
import { decode, decodeRpc } from "./shared/decode.ts";
import { inputSchema } from "./shared/feeds/canonical.ts";
export { BoardActor } from "./durable-objects/board/actor.ts";
export { DeskActor } from "./durable-objects/desk/actor.ts";
export { MatchActor } from "./durable-objects/match/actor.ts";
export { answerReader } from "./durable-objects/match/readers.ts";
export { RelayActor } from "./durable-objects/relay/actor.ts";
export { WalletActor } from "./durable-objects/wallet/actor.ts";
export { readMeFrame } from "./durable-objects/wallet/me-frames.ts";
export class LaneActor extends Lane {
	async heartbeat(provider, heldMs) {
		await super.heartbeat(provider, heldMs);
		return { v: 1 };
	}
}
const door = (name, schema) => (request) => decodeRpc(name, schema, request);
export const doors = {
	board: { upsert: door("board.upsert", upsertRequestSchema) },
	desk: {
		offer: door("desk.offer", desk.offerRequestSchema),
		start: door("desk.start", desk.startRequestSchema),
		release: door("desk.release", desk.releaseRequestSchema),
		ask: door("desk.ask", desk.askRequestSchema),
		results: door("desk.results", desk.resultsRequestSchema),
	},
	lane: { append: door("lane.append", appendRequestSchema) },
	match: {
		apply: door("match.apply", applyRequestSchema),
		quote: door("match.quote", quoteRequestSchema),
		confirm: door("match.confirm", confirmRequestSchema),
	},
	wallet: {
		place: door("wallet.place", placeRequestSchema),
		votes: door("wallet.votes", desk.votesRequestSchema),
		legResults: door("wallet.legResults", desk.legResultsRequestSchema),
	},
};
export const readInput = (input) => {
	const read = decode(inputSchema, input);
	return read.ok ? read.value : null;
};
`;

export type Frozen =
	| { readonly kind: "frozen"; readonly code: Code }
	| { readonly kind: "missing"; readonly why: string };

let known: Promise<Frozen> | null = null;

export function lastRelease(): Promise<Frozen> {
	known ??= load();
	return known;
}

async function load(): Promise<Frozen> {
	const path = join(CACHE, `release-${LAST_RELEASE.slice(0, 7)}-${FORM}.mjs`);
	try {
		if (!existsSync(path)) await freeze(path);
		return { kind: "frozen", code: (await import(pathToFileURL(path).href)) as Code };
	} catch (fault) {
		const why = String(fault instanceof Error ? fault.message : fault).split("\n")[0] ?? "";
		return { kind: "missing", why: `no copy of release ${LAST_RELEASE.slice(0, 7)}: ${why}` };
	}
}

/** Written aside and moved there: several processes may be at it at once. */
async function freeze(path: string): Promise<void> {
	mkdirSync(CACHE, { recursive: true });
	const folder = mkdtempSync(join(CACHE, "source-"));
	try {
		const parts = ["durable-objects", "shared", "package.json", "tsconfig.json"];
		const archive = execFileSync("git", ["archive", LAST_RELEASE, ...parts], {
			cwd: ROOT,
			maxBuffer: 2 ** 28,
			stdio: ["ignore", "pipe", "pipe"],
		});
		execFileSync("tar", ["-x", "-C", folder], { input: archive });
		const outfile = join(folder, "release.mjs");
		await build({
			stdin: { contents: ENTRY, resolveDir: folder, loader: "ts" },
			bundle: true,
			format: "esm",
			platform: "node",
			target: "node22",
			outfile,
			logLevel: "silent",
		});
		renameSync(outfile, path);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}
