/** Every RPC method of every object, and every publisher's socket, inside workerd: rubbish is a typed fault and changes nothing. */
import { runInDurableObject } from "cloudflare:test";
import { describe, expect, test, vi } from "vitest";
import { rpcClient, stubOf } from "../../durable-objects/runtime/stubs.ts";
import { BOARD_NAME, deskName, laneName, matchName, walletNameOf } from "../../shared/contracts/ids.ts";
import { isContractFault } from "../../shared/errors.ts";
import { fixture } from "../../testing/football-inputs.ts";
import { bindings } from "../workerd/bindings.ts";

const matchId = "doors";
const playerId = "p_weur_00000000000000d0";
const wallet = walletNameOf(playerId, 2);
const desk = deskName(matchId, "weur");
const lane = laneName("demo", matchId, 4);
const objects = {
	match: stubOf(bindings.MATCH, matchName(matchId)),
	desk: stubOf(bindings.DESK, desk),
	wallet: stubOf(bindings.WALLET, wallet),
	lane: stubOf(bindings.LANE, lane),
	board: stubOf(bindings.BOARD, BOARD_NAME),
} as const;
type ObjectName = keyof typeof objects;

const legRef = { ticketKey: `${playerId}/ticket-0001`, legNo: 0 };
const summary = {
	matchId,
	sport: "football",
	competition: "Cup",
	home: { name: "A", short: "A" },
	away: { name: "B", short: "B" },
	scheduledAtMs: 1,
	status: "scheduled",
	stale: false,
	clock: { phase: "not_started", text: "", elapsedSec: 0, running: false, rate: 1 },
	score: { home: 0, away: 0 },
	headline: null,
	openMarkets: 0,
};
const legs = [legRef];
const player = { v: 1, wallet, playerId, token: "tl1.a.b" };
/** A call of each method that would be taken, were nothing wrong with it. */
const CALLS: readonly (readonly [ObjectName, string, Readonly<Record<string, unknown>>])[] = [
	[
		"match",
		"apply",
		{
			v: 1,
			matchId,
			lane,
			fromSeq: 1,
			inputs: [],
			headSeq: 0,
			speech: null,
			quietLimitMs: 1,
			lostAfterMs: 1,
			feedLost: false,
		},
	],
	["match", "quote", { v: 1, matchId, asks: [] }],
	["match", "confirm", { v: 1, matchId, region: "weur", inc: 1, n: 1, asks: [], totals: [] }],
	["match", "schema", { v: 1, name: `${matchId}~0123456789abcdef` }],
	["match", "confirmReports", { v: 1, source: matchName(matchId), mark: 1 }],
	[
		"desk",
		"offer",
		{
			v: 1,
			desk,
			matchId,
			region: "weur",
			wallet,
			legs: [
				{
					...legRef,
					partnerId: "demo",
					licence: "generic",
					view: "standard",
					marketId: "1x2",
					outcomeId: "home",
					oddsMilli: 2_500,
					pricePolicy: { kind: "any" },
					stakeMinor: 100,
					currency: "EUR",
					rate: { num: 1, den: 1, day: "2026-11-25" },
					maxPayoutMinor: 1_000,
					legCount: 1,
					deskCount: 1,
					maxHoldMs: 1,
					feedQuietMs: 1,
					allowInPlay: true,
					allowPreMatch: true,
				},
			],
		},
	],
	["desk", "start", { v: 1, desk, wallet, legs: [{ ...legRef, delayMs: 1, weightPpm: 1, otherOddsMilli: 1_000 }] }],
	["desk", "release", { v: 1, desk, wallet, legs }],
	["desk", "ask", { v: 1, desk, wallet, legs }],
	[
		"desk",
		"results",
		{ v: 1, desk, matchId, results: [{ marketId: "1x2", settlementVersion: 1, state: { kind: "void", reason: "" } }] },
	],
	[
		"wallet",
		"createPlayer",
		{
			v: 1,
			wallet,
			playerId,
			partnerId: "demo",
			licence: "generic",
			currency: "EUR",
			openingBalanceMinor: 0,
			tokenTtlMs: 1_000,
		},
	],
	[
		"wallet",
		"place",
		{
			...player,
			region: "weur",
			ticket: {
				id: "ticket-0001",
				legs: [{ matchId, marketId: "1x2", outcomeId: "home", oddsMilli: 2_500 }],
				stakeMinor: 100,
				currency: "EUR",
				pricePolicy: { kind: "any" },
			},
		},
	],
	["wallet", "ticket", { ...player, ticketId: "ticket-0001", waitMs: 0 }],
	["wallet", "tickets", { ...player, limit: 1, before: null }],
	["wallet", "me", player],
	["wallet", "renewToken", player],
	["wallet", "votes", { v: 1, wallet, desk, votes: [{ ...legRef, vote: "no", code: "busy" }] }],
	["wallet", "legResults", { v: 1, wallet, desk, results: [{ ...legRef, settlementVersion: 1, outcome: null }] }],
	["wallet", "confirmReports", { v: 1, source: wallet, mark: 1 }],
	["wallet", "revoke", { v: 1, wallet, playerId, reason: "test" }],
	["lane", "append", { v: 1, lane, provider: "replay", inputs: [{ ...fixture(), matchId, id: "never" }] }],
	["lane", "heartbeat", { v: 1, lane, provider: "replay" }],
	["lane", "refusals", { v: 1, lane, provider: "replay", after: 0 }],
	["lane", "command", { v: 1, lane, matchId, id: "c-1", trader: "ada", command: { action: "suspend" } }],
	["board", "upsert", { v: 1, order: 1, summary }],
	["board", "claim", { v: 1, group: "demo", matches: [{ matchId, opens: true }] }],
	["board", "knows", { v: 1, matchIds: [matchId] }],
];
/** They take nothing from their caller, so nothing can be wrong with it. */
const TAKES_NOTHING: Readonly<Record<ObjectName, readonly string[]>> = {
	match: ["image", "exposure", "ops"],
	desk: ["ops"],
	wallet: ["conservation", "measures"],
	lane: ["ops"],
	board: ["list"],
};
const HANDLERS = ["constructor", "fetch", "alarm", "webSocketMessage", "webSocketClose", "webSocketError"];

/** Every table of every object, counted and added up: who stores anything shows. */
async function stored(): Promise<unknown> {
	const of = (stub: DurableObjectStub): Promise<unknown> =>
		runInDurableObject(stub, (_object, { storage }) => {
			const tables = storage.sql
				.exec("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'")
				.toArray()
				.map(({ name }) => String(name));
			return Object.fromEntries(
				tables.map((name) => [
					name,
					storage.sql
						.exec(`SELECT * FROM "${name}"`)
						.toArray()
						.map((row) => JSON.stringify(row)),
				]),
			);
		});
	return Promise.all(Object.values(objects).map((stub) => of(stub as DurableObjectStub)));
}

/** What the method answers or throws, in words. */
function call(object: ObjectName, method: string, argument: unknown): Promise<string> {
	return runInDurableObject(objects[object] as DurableObjectStub, async (instance) => {
		const methods = instance as unknown as Record<string, (request: unknown) => Promise<unknown>>;
		try {
			await methods[method]?.(argument);
			return "taken";
		} catch (fault) {
			return String(fault);
		}
	});
}

describe("RPC", () => {
	test("every method of every object is tried here", async () => {
		for (const name of Object.keys(objects) as ObjectName[]) {
			const methods = await runInDurableObject(objects[name] as DurableObjectStub, (instance) =>
				Object.getOwnPropertyNames(Object.getPrototypeOf(instance)),
			);
			const tried = CALLS.filter(([object]) => object === name).map(([, method]) => method);
			expect([...tried, ...TAKES_NOTHING[name]].toSorted()).toEqual(
				methods.filter((method) => !HANDLERS.includes(method)).toSorted(),
			);
		}
	});

	test.each(CALLS)(
		"%s.%s: another version, a field missing, unknown or of another type, no object at all",
		async (object, method, good) => {
			const fields = Object.keys(good).filter((key) => key !== "heldMs");
			const wrongs: readonly (readonly [unknown, string])[] = [
				[{ ...good, v: 2 }, "v"],
				[{ ...good, unheardOf: 1 }, "unheardOf"],
				...fields.map(
					(field) => [Object.fromEntries(Object.entries(good).filter(([key]) => key !== field)), field] as const,
				),
				...fields.map((field) => [{ ...good, [field]: { unheardOf: true } }, field] as const),
				...[null, undefined, 7, "rubbish", []].map((wrong) => [wrong, ""] as const),
			];
			const before = await stored();
			for (const [wrong, path] of wrongs) {
				const words = await call(object, method, wrong);
				expect(words).toMatch(new RegExp(`^ContractFault: ${object}\\.${method}: `));
				if (path !== "") expect(words).toContain(`${path}`);
			}
			expect(await stored()).toEqual(before);
		},
	);

	test("[RUN-5] a refusal keeps its code on its way to the caller: by it a desk of the release before is told in its own words", async () => {
		const client = rpcClient<{ readonly offer: (request: unknown) => Promise<unknown> }>(bindings.DESK, desk);
		const fault: unknown = await client.offer({ v: 1 }).then(
			() => null,
			(thrown: unknown) => thrown,
		);
		expect([isContractFault(fault), String(fault)]).toEqual([true, expect.stringContaining("desk.offer: ")]);
	});
});

/** A publisher's own socket, as relays dial it. */
async function dial(
	object: ObjectName,
): Promise<{ readonly socket: WebSocket; readonly frames: unknown[][]; readonly closed: () => number | null }> {
	const { webSocket } = await objects[object].fetch("https://publisher/v1/stream", {
		headers: { upgrade: "websocket" },
	});
	if (webSocket === null) throw new Error("no socket");
	webSocket.accept();
	const frames: unknown[][] = [];
	let code: number | null = null;
	webSocket.addEventListener("message", ({ data }) => frames.push(JSON.parse(String(data)) as unknown[]));
	webSocket.addEventListener("close", (event) => {
		code = event.code;
	});
	return { socket: webSocket, frames, closed: () => code };
}

describe("frames to publishers", () => {
	const RUBBISH = [
		"garbage",
		"{}",
		"[]",
		"null",
		'["sub"]',
		'["sub","lobby"',
		'["sub","ledger",null,{}]',
		'["sub","lobby",null,{},1]',
		'["drop","lobby"]',
		'["ack",[["lobby","e",-1]]]',
		`["sub","me",null,{"token":"${"x".repeat(600)}"}]`,
	];

	test.each(["match", "wallet", "board"] as const)(
		"%s answers each with `bad_frame`, goes on, and stores nothing",
		async (object) => {
			const before = await stored();
			const { socket, frames } = await dial(object);
			for (const text of RUBBISH) socket.send(text);
			await vi.waitFor(() => expect(frames.length).toBe(RUBBISH.length));
			expect(new Set(frames.map(([kind, topic, code]) => JSON.stringify([kind, topic, code])))).toEqual(
				new Set([JSON.stringify(["error", null, "bad_frame"])]),
			);
			socket.send('["sub","match:somebody-else",null,{}]');
			await vi.waitFor(() => expect(frames.at(-1)?.[2]).toBe("unknown_topic"));
			socket.close();
			expect(await stored()).toEqual(before);
		},
	);

	test.each(["match", "wallet", "board"] as const)(
		"%s ends a socket that sends bytes, and opens none without an upgrade",
		async (object) => {
			const { socket, closed } = await dial(object);
			socket.send(new Uint8Array([1, 2, 3]));
			await vi.waitFor(() => expect(closed()).toBe(1003));
			const plain = await objects[object].fetch("https://publisher/v1/stream");
			expect(plain.status).toBe(426);
		},
	);

	test("[FRM-7] a wallet shows nobody's topic for a forged token", async () => {
		const { socket, frames } = await dial("wallet");
		socket.send(JSON.stringify(["sub", `me:${playerId}`, null, { token: "tl1.e30.AAAA" }]));
		socket.send(JSON.stringify(["sub", `me:${playerId}`, null, {}]));
		await vi.waitFor(() => expect(frames.map((frame) => frame[2])).toEqual(["unauthorized", "unauthorized"]));
		socket.close();
	});
});
