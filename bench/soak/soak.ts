/** `npm run bench -- soak`: bets, inputs, goals and pages together for minutes; memory, files and latencies window by window. */
import { join } from "node:path";
import { betResultSchema, checkAccepted, type Leg } from "../loads/bet-load.ts";
import { runLoad } from "../loads/child.ts";
import { pushResultSchema } from "../loads/push-load.ts";
import { socketResultSchema } from "../loads/socket-load.ts";
import { residentMiB, startCpu, sumOf } from "../measures/cpu.ts";
import { heldIn } from "../measures/files.ts";
import { optionsOf, RUNNING, wholeOf } from "../options.ts";
import { print, type Ratio, type Row, reported, say } from "../report/report.ts";
import { announce, legsOf, players, STAKE_MINOR, type Stage, startStage } from "../stage/stage.ts";
import { FLAT, type Flat, grown, type Plan, planOf } from "./plan.ts";

const WATCHED = "bench-watched";
const BET_ON = "bench-bet-on";
const PATIENCE_MS = 120_000;

const COLUMNS = [
	"MiB resident",
	"MiB of objects",
	"files",
	"bets",
	"p50 ms a bet",
	"p99 ms a bet",
	"max ms a bet",
	"p99 ms a push",
	"p99 ms a goal",
	"CPU ms an answer",
] as const;
type Scene = {
	readonly stage: Stage;
	readonly plan: Plan;
	readonly tokens: readonly string[];
	readonly legs: readonly Leg[];
	readonly matchIds: readonly string[];
	readonly kickedOffAtMs: number;
};

async function prepared(stage: Stage, plan: Plan): Promise<Scene> {
	const matchIds = Array.from({ length: plan.matches }, (_, no) => `bench-${no}`);
	const [, watched, ...inPlay] = await announce(stage, [BET_ON, WATCHED, ...matchIds]);
	const kickedOffAtMs = Date.now();
	for (const match of inPlay) await match.kickOff();
	await legsOf(stage, WATCHED);
	await watched?.kickOff();
	const [legs, tokens] = [await legsOf(stage, BET_ON), await players(stage, plan.players)];
	say(`${matchIds.length} matches are in play`);
	return { stage, plan, tokens, legs, matchIds, kickedOffAtMs };
}

/** All loads together for a window, and how the platform stands after it. */
async function window({ stage, plan, tokens, legs, matchIds, kickedOffAtMs }: Scene, no: number): Promise<Row> {
	const { url, ingestSecret: secret, stateDir, workerdPid, parts } = stage;
	const { windowMs: runMs, sockets, goals, pushers, inputsPerPush } = plan;
	const limitMs = runMs + PATIENCE_MS;
	const run = `soak-${no}`;
	const usedOf = startCpu(parts);
	const [bets, pushes, pages] = await Promise.all([
		runLoad(
			"loads/bets.ts",
			{
				url,
				clients: plan.bettors,
				warmUpMs: 0,
				runMs,
				tokens,
				legs,
				stakeMinor: STAKE_MINOR,
				pauseMs: plan.betPauseMs,
				bets: null,
				run,
			},
			betResultSchema,
			limitMs,
		),
		runLoad(
			"loads/pushes.ts",
			{
				url,
				secret,
				matchIds,
				kickedOffAtMs,
				pushers,
				inputsPerPush,
				pauseMs: plan.pushPauseMs,
				warmUpMs: 0,
				runMs,
				run,
			},
			pushResultSchema,
			limitMs,
		),
		runLoad(
			"loads/sockets.ts",
			{ url, speaks: "touchline", secret, matchId: WATCHED, sockets, goals, inputs: 0, inputsPerSec: 1, run },
			socketResultSchema,
			limitMs,
		),
	]);
	checkAccepted(run, bets);
	const held = heldIn(join(stateDir, "workers"));
	const answers = bets.decided + pushes.inputs / inputsPerPush + 2 * goals;
	const cpuMs = sumOf(usedOf()) / answers;
	say(`window ${no + 1}: ${bets.accepted} bets accepted, p99 ${bets.latencies.p99Ms?.toFixed(0)} ms`);
	const { p50Ms, p99Ms, maxMs } = bets.latencies;
	const late = [p50Ms, p99Ms, maxMs, pushes.latencies.p99Ms, pages.onEach.p99Ms];
	const figures = [residentMiB(workerdPid), held.mib, held.files, bets.decided, ...late, cpuMs];
	return { work: `window ${no + 1} of ${plan.windows}`, who: "Touchline", figures };
}

const FLAT_COLUMNS = COLUMNS.filter((column): column is Flat => Object.hasOwn(FLAT, column));

const growthOf = (rows: readonly Row[], column: Flat): number | null =>
	grown(rows.map(({ figures }) => figures[COLUMNS.indexOf(column)] ?? null));

const growth = (rows: readonly Row[]): readonly Ratio[] =>
	FLAT_COLUMNS.map((column) => ({
		of: `${column}: the last third of the windows against the first, at most ${FLAT[column]}`,
		value: growthOf(rows, column),
	}));

/** What has grown beyond what counts as flat, in words. */
const failuresOf = (rows: readonly Row[]): readonly string[] =>
	FLAT_COLUMNS.flatMap((column) => {
		const value = growthOf(rows, column);
		return value !== null && value <= FLAT[column]
			? []
			: [`${column} has grown to ${value?.toFixed(2) ?? "nobody knows"} times`];
	});

export async function soak(args: readonly string[]): Promise<void> {
	const options = optionsOf("soak", args, { ...RUNNING, minutes: { type: "string", default: "10" } });
	const plan = planOf(options.short, wholeOf("minutes", options.minutes, 1, 600));
	const rows: Row[] = [];
	const stage = await startStage();
	try {
		const scene = await prepared(stage, plan);
		for (let no = 0; no < plan.windows; no++) rows.push(await window(scene, no));
	} finally {
		await stage.stop();
	}
	const failures = failuresOf(rows);
	const found = {
		columns: COLUMNS,
		rows,
		ratios: growth(rows),
		notes: [
			`${plan.bettors} clients bet before a match with ${plan.betPauseMs} ms between, ${plan.pushers} pushers speak of ${plan.matches} matches in play, ${plan.sockets} pages watch goals; what the objects hold grows with every bet.`,
			"A closed loop: each client waits for its answer before it asks again, so that a slower platform is asked less. What is under way when a window ends counts as long as it has waited.",
			...(failures.length === 0 ? ["It is flat."] : failures.map((failure) => `FAILS: ${failure}`)),
		],
	};
	print(reported("soak", args, ["workerd", "wrangler"], found), options.json);
	if (failures.length > 0) process.exitCode = 1;
}
