/** `npm run bench -- fanout`: from the push of a goal to its suspension on every socket, beside `ws` and Socket.IO. */
import { SOCKET } from "../../shared/limits.ts";
import { runLoad, withPeer } from "../loads/child.ts";
import { type SocketLoad, type SocketResult, socketResultSchema } from "../loads/socket-load.ts";
import { type Part, residentMiB, startCpu, sumOf, treeOf } from "../measures/cpu.ts";
import { requireOpenFiles } from "../measures/open-files.ts";
import { optionsOf, RUNNING, UsageFault, wholeOf } from "../options.ts";
import { type Bare, withBare } from "../peers/bare-server.ts";
import { PEER_SECRET } from "../peers/bet-peer.ts";
import { print, type Ratio, ratio, reported, say } from "../report/report.ts";
import { announce, legsOf, type Stage, startStage } from "../stage/stage.ts";
import { newSockets, type Plan, planOf, relayVars } from "./plan.ts";

const MATCH = "bench-final";
const PATIENCE_MS = 120_000;
/** Opening one and having its first picture, and every goal on it, on cores that also do the other end and may be shared. */
const A_SOCKET_MS = 80;
const PEERS = [
	{ who: "ws", by: "ws" },
	{ who: "Socket.IO", by: "socket.io" },
	{ who: "a bare object", by: "bare" },
] as const;
type Peer = (typeof PEERS)[number];
const MOST = "500";

type Side = {
	readonly who: string;
	readonly speaks: SocketLoad["speaks"];
	readonly url: string;
	readonly secret: string;
	/** What sends to the sockets. */
	readonly pid: number | null;
	readonly parts: readonly Part[];
};
type Measured = {
	readonly sockets: number;
	readonly result: SocketResult;
	readonly cpuMs: number;
	/** By how much the sockets' process grew, by socket beyond the largest crowd before. */
	readonly socketKiB: number | null;
};

const COLUMNS = [
	"p50 ms, any socket",
	"p99 ms, any socket",
	"p50 ms, last socket",
	"max ms, last socket",
	"µs CPU a delivery",
	"bytes a delivery",
	"bytes to first odds",
	"KiB a socket",
];

async function measure(side: Side, plan: Plan): Promise<readonly Measured[]> {
	const all: Measured[] = [];
	const { speaks, url, secret } = side;
	const { goals, inputs, inputsPerSec } = plan;
	for (const [no, sockets] of plan.crowds.entries()) {
		const run = `${speaks}-${no}-${Date.now().toString(36)}`;
		const config = { url, speaks, secret, matchId: MATCH, sockets, goals, inputs, inputsPerSec, run };
		let usedOf: (() => ReadonlyMap<string, number>) | null = null;
		let cpuMs = 0;
		let grownMiB = 0;
		const beforeMiB = residentMiB(side.pid) ?? 0;
		const result = await runLoad("loads/sockets.ts", config, socketResultSchema, PATIENCE_MS + sockets * A_SOCKET_MS, {
			began: () => {
				usedOf = startCpu(side.parts);
				grownMiB = (residentMiB(side.pid) ?? 0) - beforeMiB;
			},
			ended: () => {
				cpuMs = usedOf === null ? 0 : sumOf(usedOf());
			},
		});
		say(`${side.who}, ${sockets} sockets: a goal is on the last one after ${result.onLast.p50Ms?.toFixed(1)} ms`);
		const more = newSockets(plan.crowds, no);
		all.push({ sockets, result, cpuMs, socketKiB: more === null ? null : (grownMiB * 1_024) / more });
	}
	return all;
}

/** What more sockets cost more than one, by delivery: the work for the match itself is the same. */
function deliveryUs(measured: Measured, alone: Measured | undefined): number | null {
	if (alone === undefined || alone === measured) return null;
	const more = measured.result.steady.deliveries - alone.result.steady.deliveries;
	return more <= 0 ? null : ((measured.cpuMs - alone.cpuMs) / more) * 1_000;
}

function figuresOf(measured: Measured, alone: Measured | undefined): readonly (number | null)[] {
	const { onEach, onLast, steady, firstOddsBytes } = measured.result;
	const bytes = steady.deliveries === 0 ? null : steady.bytes / steady.deliveries;
	const cost = [deliveryUs(measured, alone), bytes, firstOddsBytes, measured.socketKiB];
	return [onEach.p50Ms, onEach.p99Ms, onLast.p50Ms, onLast.maxMs, ...cost];
}

async function played(stage: Stage): Promise<void> {
	const [match] = await announce(stage, [MATCH]);
	await legsOf(stage, MATCH);
	await match?.kickOff();
}

/** Relays that listen at matches; those of the last crowd do so for some seconds more. */
async function listening({ url, operatorToken }: Stage): Promise<number> {
	const answer = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${operatorToken}` } });
	return Number(/^touchline_relays_listening (\d+)/m.exec(await answer.text())?.[1] ?? Number.NaN);
}

type Ours = { readonly measured: readonly Measured[]; readonly listening: number };

async function ours(plan: Plan, vars: Readonly<Record<string, string>>): Promise<Ours> {
	const stage = await startStage(vars);
	try {
		await played(stage);
		const { url, ingestSecret: secret, parts, workerdPid: pid } = stage;
		const measured = await measure({ who: "Touchline", speaks: "touchline", url, secret, pid, parts }, plan);
		return { measured, listening: await listening(stage) };
	} finally {
		await stage.stop();
	}
}

function theirs({ who, by }: Peer, plan: Plan, own: SocketResult): Promise<readonly Measured[]> {
	const { steady, frameBytes: goalBytes, firstOddsBytes: imageBytes } = own;
	const deltaBytes = Math.round(steady.bytes / Math.max(1, steady.deliveries));
	const sizes = { imageBytes, goalBytes, deltaBytes };
	const secret = PEER_SECRET;
	const measured = (speaks: SocketLoad["speaks"], name: string, { url, pid }: Pick<Bare, "url" | "pid">) =>
		measure({ who, speaks, url, secret, pid, parts: [treeOf(name, () => pid)] }, plan);
	if (by === "bare") return withBare({ secret, sizes }, (bare) => measured("ws", "workerd", bare));
	return withPeer("peers/fanout-server.ts", { by, secret, ...sizes }, (peer) => measured(by, "Node", peer));
}

export async function fanout(args: readonly string[]): Promise<void> {
	const sizes = { sockets: { type: "string", default: MOST }, relays: { type: "string" } } as const;
	const options = optionsOf("fanout", args, { ...RUNNING, ...sizes });
	const sockets = wholeOf("sockets", options.sockets, 2, 20_000);
	const relays = options.relays === undefined ? null : wholeOf("relays", options.relays, 1, 64);
	const least = Math.ceil(sockets / SOCKET.maxSocketsPerRelay);
	if (relays !== null && relays < least)
		throw new UsageFault(`${sockets} sockets need at least ${least} relays of ${SOCKET.maxSocketsPerRelay}`);
	requireOpenFiles(sockets);
	const plan = planOf(options.short, sockets);
	const { measured: own, listening } = await ours(plan, relays === null ? {} : relayVars(relays));
	const sides = new Map([["Touchline", own]]);
	const last = own.at(-1)?.result;
	if (!options.alone && last !== undefined)
		for (const peer of PEERS) sides.set(peer.who, await theirs(peer, plan, last));
	const rows = plan.crowds.flatMap((sockets, index) =>
		[...sides].flatMap(([who, all]) => {
			const measured = all[index];
			if (measured === undefined) return [];
			return [{ work: `${sockets} sockets`, who, figures: figuresOf(measured, all[0]) }];
		}),
	);
	const notes = [
		`From the push to the frame that withdraws a market, ${plan.goals} goals each taken back; then ${plan.inputsPerSec} inputs a second.`,
		"CPU a delivery is what these sockets cost more than one alone. Peers store and price nothing; their texts are as long as ours.",
		"KiB a socket: by how much the process grew while a crowd came, by socket beyond the largest crowd before, whose memory it keeps.",
		`Ours through ${relays === null ? "the relays of its configuration" : `${relays} relays that hang on one above them`}: at the match listened ${listening}.`,
		"The bare object is the floor of the runtime: it sends a text to its sockets, and nothing else.",
	];
	const found = { columns: COLUMNS, rows, ratios: ratiosOf(plan, sides), notes };
	print(reported("fanout", args, ["workerd", "wrangler", "ws", "socket.io"], found), options.json);
}

function ratiosOf(plan: Plan, sides: ReadonlyMap<string, readonly Measured[]>): readonly Ratio[] {
	const mine = sides.get("Touchline") ?? [];
	return plan.crowds.flatMap((sockets, index) =>
		PEERS.flatMap(({ who }) => {
			const all = sides.get(who) ?? [];
			const [own, other] = [mine[index], all[index]];
			if (own === undefined || other === undefined) return [];
			const cpu = ratio(
				`${sockets} sockets: CPU a delivery, against ${who}`,
				deliveryUs(own, mine[0]),
				deliveryUs(other, all[0]),
			);
			const lastP50 = [own.result.onLast.p50Ms, other.result.onLast.p50Ms] as const;
			return [ratio(`${sockets} sockets: p50 on the last, against ${who}`, ...lastP50), ...(index > 0 ? [cpu] : [])];
		}),
	);
}
