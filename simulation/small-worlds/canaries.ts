/** Faults of the ticket protocol that a search through small worlds must find, and in which world it does. */
import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { LARGEST_WORLD } from "./small-world.ts";

/** Where the program that is searched finds its patches. */
export const PATCHES_VARIABLE = "TOUCHLINE_PATCHES";

export type Patch = { readonly file: string; readonly find: string; readonly put: string };
export type ProtocolCanary = {
	readonly name: string;
	/** The rule that must be found broken: whatever else ends a search proves nothing. */
	readonly rule: string;
	readonly world: string;
	/** Whether it is found in the largest world as well. */
	readonly isEverywhere?: true;
	/** Found in a second or two. */
	readonly isQuick: boolean;
	readonly patches: readonly Patch[];
};

export const PROTOCOL_CANARIES: readonly ProtocolCanary[] = [
	{
		name: "a tombstone is ignored",
		rule: "BET-8",
		world: "one bet, a crash of its desk and a repeated request",
		isQuick: false,
		patches: [
			{
				file: "durable-objects/desk/store.ts",
				find: "const rows = this.#sql.exec(`SELECT ticket_key, leg_no FROM tombstones WHERE",
				put: "const rows = this.#sql.exec(`SELECT ticket_key, leg_no FROM tombstones WHERE 0 AND",
			},
		],
	},
	{
		name: "the version is not compared",
		rule: "BET-5",
		world: "one bet and a suspension",
		isEverywhere: true,
		isQuick: true,
		patches: [
			{
				file: "durable-objects/match/confirm.ts",
				find: 'if (askedVersion === null ? inPlay : askedVersion !== market.version) return "moved";',
				put: "",
			},
			{
				file: "durable-objects/desk/decide.ts",
				find: 'if (leg.marketVersion !== null && leg.marketVersion !== market.marketVersion) return no("market_changed");',
				put: "",
			},
		],
	},
	{
		name: "a yes after the refusal is accepted",
		rule: "BET-1",
		world: "a double and a suspension",
		isQuick: true,
		patches: [
			{
				file: "shared/ticket/lifecycle.ts",
				find: 'if (ticket.status !== "pending") return ticket;',
				put: 'if (ticket.status === "refused" && vote.vote === "yes") return { ...ticket, status: "accepted" };\n\tif (ticket.status !== "pending") return ticket;',
			},
		],
	},
	{
		name: "the incarnation is not raised after a crash",
		rule: "BET-3",
		world: "one bet and a crash",
		isEverywhere: true,
		isQuick: true,
		patches: [
			{
				file: "durable-objects/desk/store.ts",
				find: "DO UPDATE SET inc = inc + 1 RETURNING inc",
				put: "DO UPDATE SET inc = max(inc, 1) RETURNING inc",
			},
		],
	},
	{
		name: "a released stake leaves its hold and comes nowhere",
		rule: "MON-2",
		world: "one bet and a suspension",
		isQuick: true,
		patches: [
			{
				file: "durable-objects/wallet/accounts.ts",
				find: "const entries = txn.entries.map(",
				put: 'const entries = txn.entries.slice(0, txn.reason === "release" ? 1 : 2).map(',
			},
		],
	},
	{
		name: "the stake of a bet that nobody decided stays held",
		rule: "MON-3",
		world: "one bet and a crash",
		isEverywhere: true,
		isQuick: true,
		patches: [
			{
				file: "durable-objects/wallet/transactions.ts",
				find: 'if (ticket.status === "refused") {\n',
				put: 'if (ticket.status === "refused") {\n\t\t\tif (ticket.code === "timed_out") return this.#save(ticket);\n',
			},
		],
	},
	{
		name: "a desk forgets what it carries when it dies",
		rule: "MON-5",
		world: "one bet and a crash",
		isEverywhere: true,
		isQuick: true,
		patches: [
			{
				file: "durable-objects/desk/totals.ts",
				find: "for (const total of stored) this.#set(total);",
				put: "for (const total of stored.slice(1)) this.#set(total);",
			},
		],
	},
	{
		name: "a result that comes before the decision is not paid",
		rule: "SET-1",
		world: "one bet and its result",
		isQuick: true,
		patches: [
			{
				file: "durable-objects/wallet/transactions.ts",
				find: "return this.#revalue(ticket, nowMs) ?? ticket;",
				put: "return ticket;",
			},
		],
	},
	{
		name: "a result that is told again is paid again",
		rule: "SET-1",
		world: "one bet, its result and a crash",
		isQuick: false,
		patches: [
			{
				file: "shared/ticket/lifecycle.ts",
				find: "leg.settlementVersion >= result.settlementVersion",
				put: "leg.settlementVersion > result.settlementVersion",
			},
			{
				file: "durable-objects/wallet/transactions.ts",
				find: 'const paidMinor = ticket.status === "settled" ? ticket.returnMinor : null;',
				put: "const paidMinor = null as number | null;",
			},
		],
	},
	{
		name: "a window ends when the feed has spoken",
		rule: "BET-3",
		world: "a bet in play",
		isQuick: true,
		patches: [
			{
				file: "durable-objects/desk/windows.ts",
				find: "atMs = Math.max(atMs, startedAtMs + delayMs);",
				put: "atMs = Math.max(atMs, startedAtMs);",
			},
			{
				file: "durable-objects/desk/decide.ts",
				find: "if (sentAtMs - startedAtMs < market.delayMs)",
				put: "if (sentAtMs < startedAtMs)",
			},
		],
	},
];

/** What a whole search hunts for, and where. */
export const HUNTED: readonly ProtocolCanary[] = PROTOCOL_CANARIES.flatMap((canary) =>
	canary.isEverywhere ? [canary, { ...canary, world: LARGEST_WORLD }] : [canary],
);

const HERE = dirname(fileURLToPath(import.meta.url));
const TIMEOUT_MS = 600_000;

/** The first broken rule, as the search tells it; null: every promise holds, the canary lives. */
export async function found({ name, rule, world, patches }: ProtocolCanary): Promise<string | null> {
	const run = spawn(
		process.execPath,
		["--import", join(HERE, "patched-source.ts"), join(HERE, "../cli.ts"), "--small-worlds", "--world", world],
		{ timeout: TIMEOUT_MS, env: { ...process.env, [PATCHES_VARIABLE]: JSON.stringify(patches) } },
	);
	const [out, err, code] = await Promise.all([
		text(run.stdout),
		text(run.stderr),
		new Promise<number | null>((resolve) => run.once("close", resolve)),
	]);
	if (code === 0) return null;
	const broken = out.split("\n").filter((line) => line.trimStart().startsWith("["));
	const line = broken.find((told) => told.includes(`[${rule}]`));
	if (line === undefined) throw new Error(`the canary "${name}" ended otherwise: ${out}${err}`.slice(0, 2_000));
	return line.trim();
}
