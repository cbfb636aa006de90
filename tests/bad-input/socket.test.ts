/** Sockets that are wrong: each violation ends its own socket with a code, disturbs nobody, and holds no memory. */
import { readdirSync, readFileSync } from "node:fs";
import { createConnection, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { RELAY, SOCKET } from "../../shared/limits.ts";
import { CLOSE, SUBPROTOCOL } from "../../shared/protocol/frames.ts";
import { startPlatform, type TestPlatform, until } from "../harness.ts";
import { messageOf, moneyAndTickets, newPlayer, openMatch, push, raw } from "./world.ts";

const matchId = "bad-input-socket";
const topic = `match:${matchId}`;
let platform: TestPlatform;
beforeAll(async () => {
	platform = await startPlatform();
	await openMatch(platform, matchId);
	const kickOff = {
		kind: "state",
		phase: "first_half",
		clock: { elapsedSec: 0, running: true },
		score: { home: 0, away: 0 },
	};
	await push(platform, { body: JSON.stringify([messageOf(matchId, "kick-off", kickOff)]) });
});
afterAll(() => platform.stop());

type Reader = {
	readonly socket: WebSocket;
	readonly frames: unknown[][];
	readonly closed: Promise<number>;
	readonly of: (kind: string, of?: string | null) => unknown[][];
};

async function reader(): Promise<Reader> {
	const socket = new WebSocket(`${platform.url.replace("http", "ws")}/v1/stream`, SUBPROTOCOL);
	const frames: unknown[][] = [];
	socket.addEventListener("message", ({ data }) => frames.push(JSON.parse(String(data)) as unknown[]));
	const closed = new Promise<number>((done) => socket.addEventListener("close", ({ code }) => done(code)));
	await new Promise((open) => socket.addEventListener("open", open));
	return {
		socket,
		frames,
		closed,
		of: (kind, of) => frames.filter((frame) => frame[0] === kind && (of === undefined || frame[1] === of)),
	};
}

let corners = 0;
/** So many changes of the match, each a frame of its own. */
async function publish(count: number): Promise<void> {
	for (let sent = 0; sent < count; sent++) {
		const id = `corner-${++corners}`;
		const corner = {
			kind: "incident",
			incident: "corner",
			incidentId: id,
			side: "home",
			minuteText: `${corners % 90}'`,
		};
		await push(platform, { body: JSON.stringify([messageOf(matchId, id, corner)]) });
	}
}

describe("a message that is no frame ends its socket, and no other", () => {
	test.each<[string, number, string | Uint8Array<ArrayBuffer>]>([
		["garbage", CLOSE.badFrame, "hello?"],
		["half a frame", CLOSE.badFrame, '["sub","lobby",'],
		["an object", CLOSE.badFrame, "{}"],
		["a frame nobody knows", CLOSE.badFrame, '["admin","lobby"]'],
		["a topic nobody knows", CLOSE.badFrame, '["sub","ledger",null,{}]'],
		["a topic that is a path", CLOSE.badFrame, '["sub","match:../../board",null,{}]'],
		["more than the frame holds", CLOSE.badFrame, '["sub","lobby",null,{},"and more"]'],
		["an offset below zero", CLOSE.badFrame, '["sub","lobby",{"epoch":"e","offset":-1},{}]'],
		["an acknowledgement of nothing", CLOSE.badFrame, '["ack",[]]'],
		[
			"more acknowledgements than topics",
			CLOSE.badFrame,
			JSON.stringify(["ack", Array.from({ length: SOCKET.maxTopics + 1 }, () => ["lobby", "e", 1])]),
		],
		["a match by the name of a method", CLOSE.badFrame, '["sub","match:constructor",null,{}]'],
		["a token that is an object", CLOSE.badFrame, '["sub","me",null,{"token":{}}]'],
		["binary", CLOSE.badFrame, new Uint8Array([1, 2, 3])],
		["SOCKET.maxReaderFrameBytes and one more", CLOSE.tooLarge, " ".repeat(SOCKET.maxReaderFrameBytes + 1)],
	])("%s", async (_name, code, message) => {
		const [bad, good] = [await reader(), await reader()];
		good.socket.send('["sub","lobby",null,{}]');
		bad.socket.send(message);
		expect(await bad.closed).toBe(code);
		await vi.waitFor(() => expect(good.of("image", "lobby").length).toBe(1));
		expect(good.socket.readyState).toBe(WebSocket.OPEN);
		good.socket.close();
	});

	test("SOCKET.readerFrameBurst, readerFramesPer10s: a flood ends the socket", async () => {
		const { socket, closed } = await reader();
		const messages = SOCKET.readerFrameBurst + SOCKET.readerFramesPer10s;
		for (let n = 0; n < messages; n++) socket.send('["unsub","lobby"]');
		expect(await closed).toBe(CLOSE.flooding);
	});
});

describe("[FRM-7] whose topic it is", () => {
	test("no token, a forged one, and another player's topic: told why, and nothing of the player's is shown", async () => {
		const { playerId, token } = await newPlayer(platform);
		const before = await moneyAndTickets(platform);
		const forged = `${token.split(".").slice(0, 2).join(".")}.AAAA`;
		for (const [frame, code] of [
			[["sub", "me", null, {}], "unauthorized"],
			[["sub", "me", null, { token: "abc" }], "unauthorized"],
			[["sub", "me", null, { token: forged }], "unauthorized"],
			[["sub", `me:${playerId}`, null, {}], "unknown_topic"],
			[["sub", `me:${playerId}`, null, { token }], "unknown_topic"],
		] as const) {
			const { socket, of } = await reader();
			socket.send(JSON.stringify(frame));
			await vi.waitFor(() => expect(of("error").map((error) => error[2])).toEqual([code]));
			expect(of("image")).toEqual([]);
			socket.close();
		}
		expect(await moneyAndTickets(platform)).toEqual(before);
	});
});

describe("who may open a socket", () => {
	const upgrade = (lines: readonly string[]): string =>
		[
			"GET /v1/stream HTTP/1.1",
			"Host: touchline",
			"Upgrade: websocket",
			"Connection: Upgrade",
			"Sec-WebSocket-Version: 13",
			"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
			...lines,
			"",
			"",
		].join("\r\n");
	test.each<[string, number, readonly string[]]>([
		["a page of another site", 403, ["Origin: https://evil.example", `Sec-WebSocket-Protocol: ${SUBPROTOCOL}`]],
		["a page without an origin of its own", 403, ["Origin: null", `Sec-WebSocket-Protocol: ${SUBPROTOCOL}`]],
		[
			"a site whose name begins like ours",
			403,
			["Origin: http://touchline.evil.example", `Sec-WebSocket-Protocol: ${SUBPROTOCOL}`],
		],
		// The name in `Host` is whatever a foreign site has pointed at us: to be equal to it proves nothing.
		[
			"[RUN-2] a page of the very host it asks",
			403,
			["Origin: http://touchline", `Sec-WebSocket-Protocol: ${SUBPROTOCOL}`],
		],
		["who speaks another protocol", 400, ["Sec-WebSocket-Protocol: touchline.v9"]],
		["who speaks none", 400, []],
	])("not %s", async (_name, status, lines) => {
		expect((await raw(platform, upgrade(lines))).status).toBe(status);
	});

	test("a page of our own", async () => {
		const own = await raw(
			platform,
			upgrade([`Origin: ${platform.url}`, `Sec-WebSocket-Protocol: ${SUBPROTOCOL}`]),
			500,
		);
		expect(own.status).toBe(101);
	});
});

/** The process that runs all scripts: the one of our descendants that is called workerd and has the most memory. */
function workerdBytes(): number {
	const parents = new Map<number, { parent: number; name: string; bytes: number }>();
	for (const entry of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
		try {
			const status = readFileSync(`/proc/${entry}/status`, "utf8");
			const field = (name: string): string => new RegExp(`^${name}:\\s+(\\S+)`, "m").exec(status)?.[1] ?? "0";
			parents.set(Number(entry), {
				parent: Number(field("PPid")),
				name: field("Name"),
				bytes: 1_024 * Number(field("VmRSS")),
			});
		} catch {
			// It has ended meanwhile.
		}
	}
	const isOurs = (pid: number): boolean => {
		for (let at = pid; at > 1; at = parents.get(at)?.parent ?? 0) if (at === process.pid) return true;
		return false;
	};
	return Math.max(
		0,
		...[...parents].filter(([pid, { name }]) => name === "workerd" && isOurs(pid)).map(([, { bytes }]) => bytes),
	);
}

/** A client that speaks and never reads: its TCP window fills, and what is sent to it waits on our side. */
async function deafReader(): Promise<{ readonly socket: Socket; readonly drain: () => Promise<string> }> {
	const { hostname, port } = new URL(platform.url);
	const socket = createConnection({ host: hostname, port: Number(port), noDelay: true });
	await new Promise((open) => socket.once("connect", open));
	socket.write(
		[
			"GET /v1/stream HTTP/1.1",
			"Host: touchline",
			"Upgrade: websocket",
			"Connection: Upgrade",
			"Sec-WebSocket-Version: 13",
			"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
			`Sec-WebSocket-Protocol: ${SUBPROTOCOL}`,
			"",
			"",
		].join("\r\n"),
	);
	await new Promise((answered) => socket.once("data", answered));
	socket.pause();
	const text = Buffer.from(JSON.stringify(["sub", topic, null, {}]));
	// A masked text frame (RFC 6455, 5.2); a mask of zeros leaves the text as it is.
	socket.write(Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), text]));
	return {
		socket,
		drain: () =>
			new Promise((done) => {
				let received = "";
				const finish = (): void => done(received);
				socket.on("data", (chunk) => {
					received += chunk.toString("latin1");
				});
				socket.setTimeout(1_000, finish);
				socket.on("close", finish);
				socket.resume();
			}),
	};
}

describe("[FRM-4] who does not keep up", () => {
	test("SOCKET.behindFrames, maxFootballImageBytes, imageIncidents: who never acknowledges gets no more than so many frames; an acknowledgement brings one image", async () => {
		const { socket, of } = await reader();
		socket.send(JSON.stringify(["sub", topic, null, {}]));
		await vi.waitFor(() => expect(of("image", topic).length).toBe(1));
		await publish(SOCKET.behindFrames + 40);
		const deltas = of("delta", topic);
		expect(deltas.length).toBeGreaterThanOrEqual(SOCKET.behindFrames / 2);
		expect(deltas.length).toBeLessThanOrEqual(SOCKET.behindFrames + 1);
		// After more than a hundred corners, an image still keeps to its size.
		const [image] = of("image", topic);
		expect(JSON.stringify(image).length).toBeLessThanOrEqual(SOCKET.maxFootballImageBytes);
		const last = deltas.at(-1) ?? [];
		socket.send(JSON.stringify(["ack", [[topic, last[2], last[4]]]]));
		await vi.waitFor(() => expect(of("image", topic).length).toBe(2), { timeout: 5_000 });
		const newest = of("image", topic).at(-1) ?? [];
		expect(new TextEncoder().encode(JSON.stringify(newest)).length).toBeLessThanOrEqual(SOCKET.maxFootballImageBytes);
		expect((newest[5] as { i: unknown[] }).i.length).toBe(SOCKET.imageIncidents);
		socket.close();
	}, 60_000);

	test("who never reads: what waits for it is bounded, and so is our memory", async () => {
		const deaf = await Promise.all(Array.from({ length: 20 }, deafReader));
		await publish(20);
		const beforeBytes = workerdBytes();
		expect(beforeBytes).toBeGreaterThan(0);
		await publish(150);
		const grownBytes = workerdBytes() - beforeBytes;
		const received = await Promise.all(deaf.map(({ drain }) => drain()));
		for (const text of received) {
			expect(text).toContain(`["image","${topic}"`);
			// The first image may have brought some that followed it.
			expect(text.split(`["delta","${topic}"`).length - 1).toBeLessThanOrEqual(
				SOCKET.behindFrames + RELAY.imageTailDeltas,
			);
		}
		const waitingBytes = Math.max(...received.map(({ length }) => length));
		// 170 frames to each would be more than twice that; an image is 4 kB, a frame below 1 kB.
		expect(waitingBytes).toBeLessThan(100_000);
		// The whole of workerd, whose heap breathes by some ten megabytes: 8,000 sockets of that size would be 0.8 GB at most.
		expect(grownBytes).toBeLessThan(64 * 1_048_576);
		for (const { socket } of deaf) socket.destroy();
		const { socket, of } = await reader();
		socket.send(JSON.stringify(["sub", topic, null, {}]));
		await until(async () => (of("image", topic).length > 0 ? true : null));
		socket.close();
	}, 120_000);
});
