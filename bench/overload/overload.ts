/**
 * `npm run bench -- overload`: what the platform sustains, and what becomes of twice as much: bets beyond are to be answered `busy` soon
 * and pushes 429, what is taken is to stay near the peak, and nothing that was acknowledged may be missing afterwards.
 */
import { sleep } from "../../scripts/kill/world.ts";
import { betResultSchema, checkAccepted, type Leg } from "../loads/bet-load.ts";
import { runLoad } from "../loads/child.ts";
import { type OfferResult, offerResultSchema } from "../loads/offer-load.ts";
import { pushResultSchema } from "../loads/push-load.ts";
import { optionsOf, RUNNING } from "../options.ts";
import { withClient } from "../peers/bet-peer.ts";
import { print, type Row, ratio, reported, say } from "../report/report.ts";
import { applied } from "../stage/applied.ts";
import { announce, legsOf, players, STAKE_MINOR, type Stage, startStage } from "../stage/stage.ts";
import { goOn } from "../stop.ts";
import { AIMS, type Plan, planOf } from "./plan.ts";

/** Beyond what it runs: answers may take their whole wait, and what was taken has to be done. */
const PATIENCE_MS = 120_000;
const POLL_MS = 1_000;

const COLUMNS = [
	"peak/s",
	"offered/s",
	"taken/s",
	"told busy/s",
	"p50 ms taken",
	"p99 ms taken",
	"p50 ms busy",
	"p99 ms busy",
	"others",
	"acknowledged and missing",
];

type Found = {
	readonly work: string;
	readonly peakPerSec: number;
	readonly offered: OfferResult;
	/** Over the time in which it was taken and done. */
	readonly takenPerSec: number;
	readonly missing: number;
};

async function betPeak(stage: Stage, plan: Plan, tokens: readonly string[], legs: readonly Leg[]): Promise<number> {
	const { url } = stage;
	const { clients, warmUpMs, peakMs: runMs } = plan;
	const config = {
		url,
		clients,
		warmUpMs,
		runMs,
		tokens,
		legs,
		stakeMinor: STAKE_MINOR,
		bets: null,
		pauseMs: 0,
		run: `overload-peak-${legs.length}`,
	};
	const result = await runLoad("loads/bets.ts", config, betResultSchema, warmUpMs + runMs + PATIENCE_MS);
	checkAccepted("the peak", result);
	return (result.accepted / result.ranMs) * 1_000;
}

/** Accepted bets of which Postgres has no accepted ticket, once it has had the time. */
async function missingOf(connectionString: string, run: string, ids: readonly string[]): Promise<number> {
	const wanted = new Set(ids);
	const untilMs = performance.now() + PATIENCE_MS;
	return withClient(connectionString, async (client) => {
		while (true) {
			const { rows } = await client.query<{ id: string }>(
				"SELECT DISTINCT ticket_id AS id FROM tickets WHERE status = 'accepted' AND ticket_id LIKE $1",
				[`${run}-%`],
			);
			for (const { id } of rows) wanted.delete(id);
			if (wanted.size === 0 || performance.now() > untilMs) return wanted.size;
			goOn();
			await sleep(POLL_MS);
		}
	});
}

async function bets(
	stage: Stage,
	plan: Plan,
	work: string,
	tokens: readonly string[],
	legs: readonly Leg[],
): Promise<Found> {
	const peakPerSec = await betPeak(stage, plan, tokens, legs);
	say(`${work}: ${peakPerSec.toFixed(0)} accepted a second`);
	const run = `overload-${legs.length}`;
	const what = { kind: "bets", tokens, legs, stakeMinor: STAKE_MINOR };
	const config = { url: stage.url, perSec: plan.times * peakPerSec, runMs: plan.offerMs, run, what };
	const offered = await runLoad("loads/offers.ts", config, offerResultSchema, plan.offerMs + PATIENCE_MS);
	const missing = await missingOf(stage.connectionString, run, offered.acceptedIds);
	return { work, peakPerSec, offered, takenPerSec: (offered.taken / offered.ranMs) * 1_000, missing };
}

async function pushes(stage: Stage, plan: Plan, matchIds: readonly string[], kickedOffAtMs: number): Promise<Found> {
	const { url, ingestSecret: secret } = stage;
	const { pushers, inputsPerPush, warmUpMs, peakMs: runMs } = plan;
	const common = { url, secret, matchIds, kickedOffAtMs, inputsPerPush };
	const fromMs = performance.now();
	const config = { ...common, pushers, pauseMs: 0, warmUpMs, runMs, run: "peak" };
	const peak = await runLoad("loads/pushes.ts", config, pushResultSchema, warmUpMs + runMs + PATIENCE_MS);
	await applied(stage, peak.given);
	const inputs = Object.values(peak.given).reduce((sum, count) => sum + count, 0);
	const peakPerSec = inputs / inputsPerPush / ((performance.now() - fromMs) / 1_000);
	say(`pushes: ${(peakPerSec * inputsPerPush).toFixed(0)} inputs a second are taken and applied`);
	const what = { kind: "pushes", secret, matchIds, kickedOffAtMs, inputsPerPush };
	const load = { url, perSec: plan.times * peakPerSec, runMs: plan.offerMs, run: "much", what };
	const offeredAtMs = performance.now();
	const offered = await runLoad("loads/offers.ts", load, offerResultSchema, plan.offerMs + PATIENCE_MS);
	const given = new Map(Object.entries(peak.given).map(([id, count]) => [id, count + (offered.given[id] ?? 0)]));
	await applied(stage, Object.fromEntries(given));
	const tookMs = performance.now() - offeredAtMs;
	return { work: "pushes", peakPerSec, offered, takenPerSec: (offered.taken / tookMs) * 1_000, missing: 0 };
}

function rowOf({ work, peakPerSec, offered, takenPerSec, missing }: Found, plan: Plan): Row {
	const others = Object.values(offered.others).reduce((sum, count) => sum + count, 0);
	const { takenIn, busyIn } = offered;
	const rates = [peakPerSec, plan.times * peakPerSec, takenPerSec, (offered.busy / offered.ranMs) * 1_000];
	const waits = [takenIn.p50Ms, takenIn.p99Ms, busyIn.p50Ms, busyIn.p99Ms];
	return { work, who: "Touchline", figures: [...rates, ...waits, others, missing] };
}

/** What does not hold of a run, in words. */
export function failuresOf({ work, peakPerSec, offered, takenPerSec, missing }: Found): readonly string[] {
	const share = takenPerSec / peakPerSec;
	const { busy, busyWithoutRetry, busyIn } = offered;
	return [
		...(share < AIMS.goodputShare ? [`${work}: ${(100 * share).toFixed(0)} % of the peak is taken`] : []),
		...(busy === 0 ? [`${work}: nobody was told that it is too much`] : []),
		...((busyIn.p99Ms ?? 0) > AIMS.refusedWithinMs ? [`${work}: busy after ${busyIn.p99Ms?.toFixed(0)} ms`] : []),
		...(busyWithoutRetry > 0 ? [`${work}: ${busyWithoutRetry} were not told when to come again`] : []),
		...(missing > 0 ? [`${work}: ${missing} were acknowledged and are missing`] : []),
	];
}

async function measured(plan: Plan): Promise<readonly Found[]> {
	const stage = await startStage();
	try {
		const betOn = Array.from({ length: plan.matches }, (_, no) => `bench-bet-${no}`);
		const fedIds = Array.from({ length: plan.matches }, (_, no) => `bench-${no}`);
		const matches = await announce(stage, [...betOn, ...fedIds]);
		const legs: Leg[] = [];
		for (const id of betOn) legs.push(...(await legsOf(stage, id)));
		const tokens = await players(stage, plan.players);
		const found = [
			await bets(
				stage,
				plan,
				"bets on one market",
				tokens,
				legs.filter(({ matchId }) => matchId === betOn[0]),
			),
			await bets(stage, plan, `bets on ${plan.matches} matches`, tokens, legs),
		];
		const kickedOffAtMs = Date.now();
		for (const match of matches.slice(plan.matches)) await match.kickOff();
		return [...found, await pushes(stage, plan, fedIds, kickedOffAtMs)];
	} finally {
		await stage.stop();
	}
}

export async function overload(args: readonly string[]): Promise<void> {
	const { json, short } = optionsOf("overload", args, RUNNING);
	const plan = planOf(short);
	const all = await measured(plan);
	const failures = all.flatMap(failuresOf);
	const found = {
		columns: COLUMNS,
		rows: all.map((one) => rowOf(one, plan)),
		ratios: all.map(({ work, takenPerSec, peakPerSec }) =>
			ratio(`${work}: what is taken at ${plan.times} times the peak, of the peak`, takenPerSec, peakPerSec),
		),
		notes: [
			`The peak is a closed loop's (${plan.clients} clients, ${plan.pushers} pushers of ${plan.inputsPerPush} inputs); ${plan.times} times as much comes by the clock, whatever is answered, and waits are counted from when it was due.`,
			"Others are all answers that neither took it nor said that it is too much. A push counts as taken when it was applied; a bet that was acknowledged is looked for in Postgres.",
			...all.map(({ work, offered }) => `${work}: others ${JSON.stringify(offered.others)}`),
			...(failures.length === 0 ? ["All of it holds."] : failures.map((failure) => `FAILS: ${failure}`)),
		],
	};
	print(reported("overload", args, ["workerd", "wrangler"], found), json);
	if (failures.length > 0) process.exitCode = 1;
}
