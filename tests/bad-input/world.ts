/** What tests of bad input share: a platform with one match on it, a player, and evidence that nothing has changed. */
import { createConnection } from "node:net";
import { replayOf } from "../../replays/all.ts";
import { timelineOf } from "../../scripts/replay/timelines.ts";
import type { FeedMessage, Input } from "../../shared/feeds/canonical.ts";
import { signedHeaders } from "../../shared/feeds/signature.ts";
import { OPERATOR_TOKEN, type TestPlatform, until } from "../harness.ts";

export type Market = {
	readonly marketId: string;
	readonly status: string;
	readonly version: number;
	readonly outcomes: readonly { readonly outcomeId: string; readonly oddsMilli: number | null }[];
};
export type Problem = {
	readonly code: string;
	readonly errors: readonly { readonly path: string; readonly message: string }[];
};
export type Player = { readonly playerId: string; readonly token: string };
export type Bet = {
	readonly id: string;
	readonly legs: readonly {
		readonly matchId: string;
		readonly marketId: string;
		readonly outcomeId: string;
		readonly oddsMilli: number;
		readonly marketVersion: number;
	}[];
	readonly stakeMinor: number;
	readonly currency: string;
	readonly pricePolicy: string;
};

/** A real match's messages; the first is its fixture, and it begins in ten minutes. */
export function messagesOf(matchId: string): readonly FeedMessage[] {
	const replay = replayOf("wc2022-final");
	if (replay === null) throw new Error("no replay");
	const startMs = Date.now() + 600_000;
	return timelineOf({ replay, matchId, seed: 1, speed: 10, fromMinute: 0, startMs }).events.map(
		({ message }) => message,
	);
}

export async function openMatch(platform: TestPlatform, matchId: string): Promise<void> {
	const [fixture] = messagesOf(matchId);
	if (fixture === undefined) throw new Error("empty replay");
	await platform.push([fixture]);
	await until(async () => ((await platform.get(`/v1/matches/${matchId}`)).status === 200 ? true : null));
}

export async function newPlayer(platform: TestPlatform): Promise<Player> {
	return (await platform.post("/v1/demo/players", {})).json() as Promise<Player>;
}

export async function marketsOf(platform: TestPlatform, matchId: string): Promise<readonly Market[]> {
	return ((await (await platform.get(`/v1/matches/${matchId}`)).json()) as { markets: Market[] }).markets;
}

/** A bet that would be taken. */
export async function goodBet(platform: TestPlatform, matchId: string, id: string): Promise<Bet> {
	const market = (await marketsOf(platform, matchId)).find(({ marketId }) => marketId === "1x2");
	const home = market?.outcomes.find(({ outcomeId }) => outcomeId === "home");
	const leg = { matchId, marketId: "1x2", outcomeId: "home", oddsMilli: home?.oddsMilli ?? 0 };
	const legs = [{ ...leg, marketVersion: market?.version ?? -1 }];
	return { id, legs, stakeMinor: 500, currency: "EUR", pricePolicy: "none" };
}

export const operatorGet = async (platform: TestPlatform, path: string): Promise<unknown> =>
	(await platform.get(path, OPERATOR_TOKEN)).json();

/** Every wallet's sums, tickets and the number of its rows for Postgres, which each change of money or tickets raises. */
export async function moneyAndTickets(platform: TestPlatform): Promise<unknown> {
	const { wallets } = (await operatorGet(platform, "/v1/ops/wallets")) as {
		wallets: { wallet: string; sums: unknown; accounts: unknown; lastSeq: number; pendingTickets: number }[];
	};
	return wallets.map(({ wallet, sums, accounts, lastSeq, pendingTickets }) => ({
		wallet,
		sums,
		accounts,
		lastSeq,
		pendingTickets,
	}));
}

/** What a match has acted on and offers: its log's number, score, markets with versions and prices, exposure. */
export async function matchFacts(platform: TestPlatform, matchId: string): Promise<unknown> {
	const { matches } = (await operatorGet(platform, "/v1/ops/matches")) as {
		matches: { matchId: string; lastSeq: number; score: string }[];
	};
	const ops = matches.find((entry) => entry.matchId === matchId);
	const exposure = await operatorGet(platform, `/v1/ops/matches/${matchId}/exposure`);
	return { lastSeq: ops?.lastSeq, score: ops?.score, markets: await marketsOf(platform, matchId), exposure };
}

export type Push = {
	readonly body: string | Uint8Array;
	readonly provider?: string;
	readonly secret?: string;
	readonly timestampSec?: number;
	readonly headers?: Readonly<Record<string, string>>;
};

/** A push with whatever is wrong with it. */
export async function push(platform: TestPlatform, wrong: Push): Promise<Response> {
	const { body, provider = "replay", secret = platform.ingestSecret, headers = {} } = wrong;
	const timestampSec = wrong.timestampSec ?? Math.floor(Date.now() / 1_000);
	return fetch(`${platform.url}/v1/ingest/${provider}`, {
		method: "POST",
		body: typeof body === "string" ? body : new Uint8Array(body),
		headers: {
			"content-type": "application/json",
			...(await signedHeaders(secret, timestampSec, body)),
			...headers,
		},
	});
}

/** A message for one match, as a provider might invent it. */
export function messageOf(matchId: string, id: string, rest: Readonly<Record<string, unknown>>): Input {
	return { v: 1, id, matchId, sentAtMs: Date.now(), ...rest } as unknown as Input;
}

/** Whether an answer that says its length is there; an upgrade's and a stream's are whole when their time is up. */
function isWhole(text: string): boolean {
	const [head = "", ...body] = text.split("\r\n\r\n");
	if (/^transfer-encoding: chunked/im.test(head)) return text.endsWith("\r\n0\r\n\r\n");
	const length = /^content-length: (\d+)/im.exec(head)?.[1];
	return length !== undefined && Buffer.byteLength(body.join("\r\n\r\n")) >= Number(length);
}

/** Bytes as they are, for what no HTTP client would send; the answer's status and what came with it. */
export function raw(
	platform: TestPlatform,
	request: string | readonly string[],
	silentMs = 10_000,
): Promise<{ status: number; text: string }> {
	const { hostname, port } = new URL(platform.url);
	return new Promise((done, failed) => {
		let text = "";
		const socket = createConnection(Number(port), hostname, () => {
			for (const part of typeof request === "string" ? [request] : request) socket.write(part);
		});
		const finish = (): void => {
			socket.destroy();
			done({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text });
		};
		socket.setTimeout(silentMs, finish);
		socket.on("data", (chunk) => {
			text += chunk.toString();
			if (isWhole(text)) finish();
		});
		socket.on("end", finish);
		socket.on("close", finish);
		// A server that closes while we still send is an answer too.
		socket.on("error", (fault) => (text === "" ? failed(fault) : finish()));
	});
}
