/** [SHR-1] Attacks of one address on a real relay, with a real wallet and board behind it; others go on meanwhile. */
import { afterAll, expect, test, vi } from "vitest";
import { ADDRESS_HEADER } from "../../shared/contracts/address.ts";
import { relayName, walletNameOf } from "../../shared/contracts/ids.ts";
import { RELAY_SHARE, SOCKET } from "../../shared/limits.ts";
import { CLOSE, SUBPROTOCOL } from "../../shared/protocol/frames.ts";
import { bindings } from "../../tests/workerd/bindings.ts";
import { stubOf } from "../runtime/stubs.ts";

const PLAYER = "p_weur_00000000000000bb";
const relay = stubOf(bindings.RELAY, relayName("sam", 7));
/** Thousands of messages on a machine that is busy with other tests. */
const WHILE_IT_LASTS = { timeout: 30_000 };
const sockets: WebSocket[] = [];
afterAll(() => {
	for (const socket of sockets) socket.close(1000, "done");
});

type Reader = {
	readonly frames: (readonly unknown[])[];
	readonly say: (frame: unknown) => void;
	readonly codes: () => readonly unknown[];
	closed: number | null;
};

async function open(address: string): Promise<Reader> {
	const headers = { upgrade: "websocket", "sec-websocket-protocol": SUBPROTOCOL, [ADDRESS_HEADER]: address };
	const { webSocket } = await relay.fetch("https://relay/v1/stream", { headers });
	if (webSocket === null) throw new Error("no socket");
	sockets.push(webSocket);
	const frames: (readonly unknown[])[] = [];
	const reader: Reader = {
		frames,
		say: (frame) => {
			try {
				webSocket.send(JSON.stringify(frame));
			} catch {
				// The relay has closed it.
			}
		},
		codes: () => frames.flatMap((frame) => (frame[0] === "error" ? [frame[2]] : [])),
		closed: null,
	};
	webSocket.addEventListener("message", ({ data }) => void frames.push(JSON.parse(String(data)) as unknown[]));
	webSocket.addEventListener("close", ({ code }) => {
		reader.closed = code;
	});
	webSocket.accept();
	return reader;
}

let made = 0;
/** Of a player nobody knows, or of the one given, with a MAC that nobody made. */
function forged(player?: string): string {
	const p = player ?? `p_weur_${(++made).toString(16).padStart(16, "0")}`;
	const payload = btoa(JSON.stringify({ p, g: 1, e: 9_999_999_999_999 })).replaceAll("=", "");
	return `tl1.${payload}.${btoa(`mac-number-${++made}`).replaceAll("=", "")}`;
}

async function token(): Promise<string> {
	const wallet = walletNameOf(PLAYER, 2);
	const created = await stubOf(bindings.WALLET, wallet).createPlayer({
		v: 1,
		wallet,
		playerId: PLAYER,
		partnerId: "demo",
		licence: "generic",
		currency: "EUR",
		openingBalanceMinor: 10_000,
		tokenTtlMs: 600_000,
	});
	return created.token;
}

/** A page that comes to read what everybody may, and what is its player's: both answer with an image. */
async function reads(address: string, good: string): Promise<void> {
	const page = await open(address);
	page.say(["sub", "lobby", null, {}]);
	page.say(["sub", "me", null, { token: good }]);
	await vi.waitFor(() => {
		const images = page.frames.filter((frame) => frame[0] === "image").map((frame) => frame[1]);
		expect([page.codes(), images.toSorted()]).toEqual([[], ["lobby", "me"]]);
	}, WHILE_IT_LASTS);
}

test("[SHR-1] 64 sockets × 150 forged tokens leave room for a fresh lobby and a player's own topic, during and after, there and elsewhere", async () => {
	const good = await token();
	const attackers = await Promise.all(Array.from({ length: 64 }, () => open("203.0.113.66")));
	for (let n = 0; n < 150; n++)
		for (const attacker of attackers) attacker.say(["sub", "me", null, { token: forged() }]);
	await reads("203.0.113.1", good);
	await vi.waitFor(
		() => expect(attackers.every(({ closed, frames }) => closed !== null || frames.length > 150)).toBe(true),
		WHILE_IT_LASTS,
	);
	await reads("203.0.113.1", good);
	expect(attackers.map(({ closed }) => closed)).toEqual(attackers.map(() => CLOSE.refused));
	// Who shares the attacker's address is heard as well.
	await reads("203.0.113.66", good);
});

test("[SHR-1] tokens forged for a real player hold up neither its owner nor the lobby", async () => {
	const good = await token();
	const attackers = await Promise.all(Array.from({ length: 64 }, () => open("203.0.113.67")));
	for (let n = 0; n < 150; n++)
		for (const attacker of attackers) attacker.say(["sub", "me", null, { token: forged(PLAYER) }]);
	await reads("203.0.113.2", good);
	await vi.waitFor(() => expect(attackers.every(({ closed }) => closed === CLOSE.refused)).toBe(true), WHILE_IT_LASTS);
});

test("[SHR-1] 64 topics of unknown matches end their socket, and the address gets one guess a socket from then on", async () => {
	const attackers = await Promise.all(Array.from({ length: 12 }, () => open("203.0.113.68")));
	for (const [at, attacker] of attackers.entries())
		for (let n = 0; n < SOCKET.maxTopics; n++) attacker.say(["sub", `match:nobody-${at}-${n}`, null, {}]);
	await vi.waitFor(() => expect(attackers.every(({ closed }) => closed === CLOSE.refused)).toBe(true), WHILE_IT_LASTS);
	const next = await open("203.0.113.68");
	for (let n = 0; n <= RELAY_SHARE.lockedRefusals; n++) {
		next.say(["sub", `match:still-nobody-${n}`, null, {}]);
		await vi.waitFor(() => expect(next.codes().length).toBe(n + 1));
	}
	await vi.waitFor(() => expect(next.closed).toBe(CLOSE.refused));
	const other = await open("203.0.113.3");
	other.say(["sub", "match:gone", null, {}]);
	await vi.waitFor(() => expect(other.codes()).toEqual(["unknown_topic"]));
	expect(other.closed).toBeNull();
});

test("[SHR-1] a flood of sub and unsub, tokens of any length and positions that never were end or refuse their own socket alone", async () => {
	const good = await token();
	const [flood, huge, absurd] = await Promise.all([
		open("203.0.113.69"),
		open("203.0.113.69"),
		open("203.0.113.69"),
	] as const);
	for (let n = 0; n < SOCKET.readerFrameBurst; n++) {
		flood.say(["sub", `match:churn-${n}`, null, {}]);
		flood.say(["unsub", `match:churn-${n}`]);
	}
	huge.say(["sub", "me", null, { token: `tl1.${"A".repeat(8_000)}.AAAA` }]);
	absurd.say(["sub", "lobby", { epoch: "never", offset: Number.MAX_SAFE_INTEGER }, {}]);
	absurd.say(["sub", "me", { epoch: "never", offset: Number.MAX_SAFE_INTEGER }, { token: good }]);
	await vi.waitFor(() => {
		expect([CLOSE.refused, CLOSE.flooding]).toContain(flood.closed);
		expect(huge.closed).toBe(CLOSE.badFrame);
		const images = absurd.frames.filter((frame) => frame[0] === "image").map((frame) => frame[1]);
		expect(new Set(images)).toEqual(new Set(["lobby", "me"]));
	});
	await reads("203.0.113.4", good);
});
