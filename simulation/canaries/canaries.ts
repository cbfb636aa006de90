/**
 * Canaries: faults put into a copy of the source, one at a time. Each must be caught by simulated histories; one that
 * survives means that the simulator cannot see that kind of fault.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

type Patch = { readonly file: string; readonly find: string; readonly put: string };
type Canary = { readonly name: string; readonly patches: readonly Patch[] };

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");
const COPIED = ["durable-objects", "shared", "simulation"];
const SEEDS = 240;
const MINUTES = 3;
/** The rarest fault of all was first seen in history 76; so many take twelve minutes on an idle core. */
const TIMEOUT_MS = 2_400_000;

const one = (name: string, file: string, find: string, put: string): Canary => ({
	name,
	patches: [{ file, find, put }],
});

export const CANARIES: readonly Canary[] = [
	one(
		"the confirmation is skipped",
		"durable-objects/desk/confirm-loop.ts",
		'const answer = decodeRpc("confirm answer", confirmAnswerSchema, await call);',
		`call.catch(() => {});
		const answer = { kind: "answer", v: 1, inc, n, epoch: "none", seq: 0, tick: 0, inPlay: true, spokeAgoMs: 0, matchState: "", markets: request.asks.map((ask) => ({ market: ask.market, view: ask.view, askedVersion: ask.version, code: "ok", version: ask.version ?? 0, delayMs: 0, clearForMs: 1e9, granted: null, oddsMilli: Object.fromEntries(ask.outcomes.map((outcome) => [outcome, 2000])), fairPpm: {} })) } as unknown as import("../../../shared/contracts/match.ts").ConfirmAnswer;`,
	),
	{
		name: "the version is not compared",
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
	one(
		"inputs are not deduplicated",
		"durable-objects/lane/store.ts",
		"if (before !== null) {",
		"if (before !== null && Number.isNaN(0)) {",
	),
	one(
		"the report outbox is cleared when it is sent",
		"durable-objects/runtime/report-outbox.ts",
		"sent = rows.at(-1)?.seq ?? sent;",
		'sent = rows.at(-1)?.seq ?? sent;\n\t\t\t\tsql.exec("DELETE FROM _reports WHERE seq <= ?", sent);',
	),
	one(
		"an older result replaces a newer one",
		"shared/ticket/lifecycle.ts",
		"leg.settlementVersion >= result.settlementVersion ||",
		"",
	),
	one(
		"a changed result is paid on top",
		"durable-objects/wallet/books.ts",
		"if (paidMinor !== null) {",
		"if (paidMinor !== null && Number.isNaN(paidMinor)) {",
	),
	one(
		"a yes after the refusal is accepted",
		"shared/ticket/lifecycle.ts",
		'if (ticket.status !== "pending") return ticket;',
		'if (ticket.status === "refused" && vote.vote === "yes") return { ...ticket, status: "accepted", version: ticket.version + 1 };\n\tif (ticket.status !== "pending") return ticket;',
	),
	one(
		"a hold is never released",
		"durable-objects/wallet/books.ts",
		"this.#store.post(player, ledger.releaseStake(player.playerId, ticket.stakeMinor), ticket.key, nowMs);",
		"",
	),
	one(
		"a lower batch overwrites the exposure",
		"durable-objects/match/actor.ts",
		"const isStale = highest !== undefined && (inc < highest.inc || (inc === highest.inc && n <= highest.n));",
		"const isStale = highest !== undefined && Number.isNaN(inc);",
	),
	{
		name: "the feed need not have spoken",
		patches: [
			{
				file: "durable-objects/match/confirm.ts",
				find: 'if (inPlay && (marksLost || spokeAgoMs === null || spokeAgoMs > quietLimitMs)) return "wait";',
				put: "void marksLost; void spokeAgoMs; void quietLimitMs;",
			},
			{
				file: "durable-objects/desk/decide.ts",
				find: "if (answer.inPlay && (answer.spokeAgoMs === null || sentAtMs - leg.notedAtMs <= answer.spokeAgoMs))",
				put: "if (Number.isNaN(sentAtMs))",
			},
		],
	},
	{
		name: "the match answers without storing pair and grants",
		patches: [
			{
				file: "durable-objects/match/actor.ts",
				find: "this.#ports.sql.transaction(() => {\n\t\t\tthis.#store.saveDesk(region, inc, n);",
				put: "(() => {",
			},
			{
				file: "durable-objects/match/actor.ts",
				find: "for (const grant of changed) this.#store.saveGrant(grant);\n\t\t\tif (highest === undefined)\n\t\t\t\tfor (const result of Object.values(state.results)) this.#store.queueResult(region, result);\n\t\t});",
				put: "void changed;\n\t\t})();",
			},
		],
	},
	one(
		"stakes are netted in the cap",
		"shared/betting/exposure.ts",
		"Math.max(0, payout - stakeMinor)",
		"Math.max(0, payout - 3 * stakeMinor)",
	),
	one(
		"any price that a client states is believed",
		"durable-objects/desk/offer.ts",
		"if (outcome === undefined || quote.recent === undefined) return true;",
		"if (outcome === undefined || quote.recent === undefined || outcome !== null) return true;",
	),
	one(
		"the incarnation is not raised",
		"durable-objects/desk/store.ts",
		"UPDATE meta SET inc = inc + 1 RETURNING inc",
		"SELECT inc FROM meta",
	),
	one(
		"a tombstone is ignored",
		"durable-objects/desk/store.ts",
		"return this.#sql.exec(query, ticketKey, legNo).length > 0;",
		"return this.#sql.exec(query, ticketKey, legNo).length < 0;",
	),
	one(
		"a result that came before its leg is dropped",
		"durable-objects/desk/store.ts",
		'const decided = this.#sql.exec("UPDATE results SET is_told = 0 WHERE market = ? RETURNING market", market);',
		"const decided: readonly unknown[] = [];",
	),
	one(
		"a relay does not ask again for what nobody reads at the moment",
		"durable-objects/relay/actor.ts",
		"topic.wire === ME ? new Set([...topic.members].map((member) => member.token)) : [null]",
		"new Set([...topic.members].map((member) => member.token))",
	),
	one(
		"a statement that does not fit holds nothing",
		"durable-objects/match/core.ts",
		"const held = withContradiction(state, contradictionOf(input, message, tickMs, needsFull));",
		"void needsFull;\n\tconst held = state;",
	),
	one(
		"a score that nobody told goals of is not taken over",
		"shared/pricing/football/inference.ts",
		"const missing = stated[side] - wholeScore(next)[side];",
		"const missing = 0 * wholeScore(next)[side];",
	),
	one(
		"a phase cannot be taken back",
		"shared/pricing/football/reduce.ts",
		"const wrongClock = unfitClock(input.phase, input.clock?.elapsedSec);",
		'if (goesBack(state, input.phase)) return refuse("not back");\n\tconst wrongClock = unfitClock(input.phase, input.clock?.elapsedSec);',
	),
	one(
		"a goal told after the end is refused",
		"shared/pricing/football/incidents.ts",
		"const phase = isInPlay(state.phase) ? state.phase : state.furthest;\n\tif (phase",
		'if (!isInPlay(state.phase)) return refuse("over");\n\tconst phase = state.phase;\n\tif (phase',
	),
	one(
		"goals count in the order of their telling",
		"shared/pricing/football/state.ts",
		"return goals.toSorted((a, b) => {",
		"return goals.toSorted((a, b) => {\n\t\tif (a !== b) return 0;",
	),
	one(
		"what is in doubt settles",
		"shared/pricing/football/state.ts",
		"=> !confirmed || doubted === true;",
		"=> confirmed && doubted === true && Number.isNaN(0);",
	),
	one(
		"bets that came too late stand",
		"durable-objects/match/void-windows.ts",
		"const marketIds = [...betSince(window.fromMs ?? 0)].filter(isMeant).toSorted();",
		"const marketIds = [...betSince(window.fromMs ?? 0)].filter(isMeant).slice(0, 0);",
	),
	one("a ticket's id is not its player's", "shared/contracts/ids.ts", "{playerId}/$", "{playerId.slice(0, 6)}/$"),
	one(
		"returns are rounded up",
		"shared/betting/money.ts",
		"floorDiv(BigInt(stakeMinor) * ratio.num, ratio.den)",
		"ceilDiv(BigInt(stakeMinor) * ratio.num, ratio.den)",
	),
];

/** Runs histories on a patched copy until one does not hold; null: all held, the canary lives. */
function caughtBy(canary: Canary): string | null {
	const copy = mkdtempSync(join(tmpdir(), "touchline-canary-"));
	try {
		for (const folder of COPIED)
			cpSync(join(ROOT, folder), join(copy, folder), {
				recursive: true,
				filter: (path) => !path.endsWith(".test.ts") && !path.includes(".wrangler"),
			});
		for (const file of ["package.json"]) cpSync(join(ROOT, file), join(copy, file));
		symlinkSync(join(ROOT, "node_modules"), join(copy, "node_modules"));
		for (const { file, find, put } of canary.patches) {
			const text = readFileSync(join(copy, file), "utf8");
			if (text.split(find).length !== 2) throw new Error(`the canary "${canary.name}" no longer fits ${file}`);
			writeFileSync(
				join(copy, file),
				text.replace(find, () => put),
			);
		}
		const run = spawnSync(
			"node",
			["simulation/cli.ts", "--seeds", String(SEEDS), "--minutes", String(MINUTES), "--until-caught"],
			{ cwd: copy, encoding: "utf8", timeout: TIMEOUT_MS, maxBuffer: 64 * 1_048_576 },
		);
		if (run.status === 0) return null;
		// Neither held nor caught: the machine was too slow, or the fault makes histories endless. It does not count.
		if (run.status === null) throw new Error(`the canary "${canary.name}" was not judged in ${TIMEOUT_MS / 1_000} s`);
		const lines = `${run.stdout}${run.stderr}`.split("\n");
		const failure = lines.find((line) => line.startsWith("FAIL"));
		const rule =
			lines.find((line) => line.trim().startsWith("["))?.trim() ??
			lines.find((line) => /Error/.test(line))?.trim() ??
			`exit ${run.status}`;
		return `${failure?.match(/seed \d+/)?.[0] ?? "at once"}: ${rule}`.slice(0, 150);
	} finally {
		rmSync(copy, { recursive: true, force: true });
	}
}

/** Prints each canary's end; true when all were caught. `named`: only those with these words in their names. */
export function runCanaries(named = ""): boolean {
	let alive = 0;
	const canaries = CANARIES.filter(({ name }) => name.includes(named));
	for (const canary of canaries) {
		const caught = caughtBy(canary);
		if (caught === null) alive++;
		console.log(
			`${caught === null ? "ALIVE " : "caught"}  ${canary.name}${caught === null ? ` (${SEEDS} seeds)` : `: ${caught}`}`,
		);
	}
	console.log(
		alive === 0 ? `All ${canaries.length} canaries were caught.` : `${alive} of ${canaries.length} canaries are alive.`,
	);
	return alive === 0;
}
