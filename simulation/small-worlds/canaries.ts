/** Faults of the ticket protocol that a search through small worlds must find, and in which world it does. */
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where the program that is searched finds its patches. */
export const PATCHES_VARIABLE = "TOUCHLINE_PATCHES";

export type Patch = { readonly file: string; readonly find: string; readonly put: string };
export type ProtocolCanary = {
	readonly name: string;
	/** The rule that must be found broken: whatever else ends a search proves nothing. */
	readonly rule: string;
	readonly world: string;
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
				find: "return this.#sql.exec(query, ticketKey, legNo).length > 0;",
				put: "return this.#sql.exec(query, ticketKey, legNo).length > 1;",
			},
		],
	},
	{
		name: "the version is not compared",
		rule: "BET-5",
		world: "one bet and a suspension",
		isQuick: true,
		patches: [
			{
				file: "durable-objects/match/confirm.ts",
				find: 'if (ask.version === null ? inPlay : ask.version !== market.version) return "moved";',
				put: "",
			},
			{
				file: "durable-objects/desk/decide.ts",
				find: 'if (leg.version !== null && leg.version !== market.version) return no("market_changed");',
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
		isQuick: true,
		patches: [
			{
				file: "durable-objects/desk/store.ts",
				find: "DO UPDATE SET inc = inc + 1 RETURNING inc",
				put: "DO UPDATE SET inc = max(inc, 1) RETURNING inc",
			},
		],
	},
];

const HERE = dirname(fileURLToPath(import.meta.url));
const TIMEOUT_MS = 600_000;

/** The first broken rule with its way there, as the search tells it; null: every promise holds, the canary lives. */
export function found({ name, rule, world, patches }: ProtocolCanary): string | null {
	const run = spawnSync(
		process.execPath,
		["--import", join(HERE, "patched-source.ts"), join(HERE, "../cli.ts"), "--small-worlds", "--world", world],
		{
			encoding: "utf8",
			timeout: TIMEOUT_MS,
			env: { ...process.env, [PATCHES_VARIABLE]: JSON.stringify(patches) },
		},
	);
	const broken = run.stdout.split("\n").filter((line) => line.trimStart().startsWith("["));
	if (run.status === 0) return null;
	const line = broken.find((text) => text.includes(`[${rule}]`));
	if (line === undefined)
		throw new Error(`the canary "${name}" ended otherwise: ${run.stdout}${run.stderr}`.slice(0, 2_000));
	return line.trim();
}

/** Prints the end of each; true when all were found. */
export function findAll(): boolean {
	let alive = 0;
	for (const canary of PROTOCOL_CANARIES) {
		const broken = found(canary);
		if (broken === null) alive++;
		console.log(`${broken === null ? "ALIVE " : "caught"}  ${canary.name}${broken === null ? "" : `: ${broken}`}`);
	}
	return alive === 0;
}
