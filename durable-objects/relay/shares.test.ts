/** [SHR-1] What one address can take of a relay, and that nothing stays open which nobody may read. */
import { describe, expect, test } from "vitest";
import { ADDRESS_RATE, RELAY, RELAY_SHARE, SOCKET } from "../../shared/limits.ts";
import { CLOSE } from "../../shared/protocol/frames.ts";
import { RelayWorld, SOON_MS, type TestReader } from "../../testing/relay.ts";
import { createTestWorld } from "../../testing/world.ts";
import { Shares } from "./shares.ts";

const ATTACKER = "203.0.113.66";
const OTHER = "203.0.113.1";
const PLAYER = "p_weur_0123456789abcdef";
const tokenOf = (player: string, mac: string): string =>
	`tl1.${btoa(JSON.stringify({ p: player, g: 1, e: 1 })).replaceAll("=", "")}.${mac}`;
const GOOD = tokenOf(PLAYER, "good");
let made = 0;
const forged = (): string => tokenOf(`p_weur_${(++made).toString(16).padStart(16, "0")}`, "AAAA");
const subMe = (token: string) => ["sub", "me", null, { token }];
const subMatch = (id: string | number) => ["sub", `match:${id}`, null, {}];

function setUp() {
	const net = new RelayWorld(createTestWorld());
	const board = net.publisher("board", ["lobby"]);
	const wallet = net.publisher("wallet:weur:0", [`me:${PLAYER}`], new Set([GOOD]));
	return { net, board, wallet };
}
const errorsOf = (reader: TestReader): readonly string[] =>
	reader.frames.flatMap((text) => (text.startsWith('["error"') ? [String((JSON.parse(text) as unknown[])[2])] : []));

/** A page that reads what everybody may, and what is its player's. */
async function reads(net: RelayWorld, address: string | null): Promise<void> {
	const page = net.reader(address);
	page.subscribe("lobby");
	page.subscribe("me", GOOD);
	await net.pass(SOON_MS);
	expect([errorsOf(page), page.state("lobby"), page.state("me")]).toEqual([[], {}, {}]);
}

describe("[SHR-1] forged tokens", () => {
	test.each([ATTACKER, null])(
		"of one address (%s), in any number, leave the lobby and a player's topic to others",
		async (address) => {
			const { net } = setUp();
			const attackers = Array.from({ length: 64 }, () => net.reader(address));
			for (let n = 0; n < 150; n++) {
				for (const attacker of attackers) attacker.say(subMe(forged()));
				if (n % 10 === 0) await net.world.advance(1);
			}
			await reads(net, OTHER);
			expect(attackers.map(({ closed }) => closed)).toEqual(attackers.map(() => CLOSE.refused));
			await reads(net, address);
		},
	);

	test("leave nothing open once they are refused: as many again and again find room, whoever sends them", async () => {
		const { net } = setUp();
		for (let sent = 0; sent < 2 * RELAY.maxTopics; sent += RELAY_SHARE.socketRefusals) {
			const attacker = net.reader(`198.51.100.${sent}`);
			for (let n = 0; n < RELAY_SHARE.socketRefusals; n++) attacker.say(subMe(forged()));
			await net.world.advance(5);
			expect(new Set(errorsOf(attacker))).toEqual(new Set(["unauthorized"]));
		}
		await reads(net, OTHER);
	});

	test("RELAY_SHARE.socketRefusals: so many are told, with one more the socket is closed; its address is heard on another", async () => {
		const { net } = setUp();
		const attacker = net.reader(ATTACKER);
		for (let n = 0; n < RELAY_SHARE.socketRefusals; n++) {
			attacker.say(subMe(forged()));
			await net.world.advance(SOON_MS);
		}
		expect(attacker.closed).toBeNull();
		attacker.say(subMe("abc"));
		expect(attacker.closed).toBe(CLOSE.refused);
		await reads(net, ATTACKER);
	});

	test("that are left before their answer count all the same", async () => {
		const { net } = setUp();
		const attacker = net.reader(ATTACKER);
		attacker.say(subMe(GOOD));
		await net.world.advance(SOON_MS);
		for (let n = 0; n <= RELAY_SHARE.socketRefusals; n++) {
			attacker.say(subMe(forged()));
			attacker.say(["unsub", "me"]);
		}
		await net.world.advance(SOON_MS);
		expect(attacker.closed).toBe(CLOSE.refused);
	});

	test("for a real player wait behind nobody: who has left is not asked for, and the owner is answered soon", async () => {
		const { net, wallet } = setUp();
		const attackers = Array.from({ length: 64 }, () => net.reader(ATTACKER));
		attackers[0]?.say(subMe(GOOD));
		await net.world.advance(SOON_MS);
		for (let n = 0; n < 100; n++) for (const attacker of attackers) attacker.say(subMe(tokenOf(PLAYER, `x${++made}`)));
		const heard = wallet.heard.length;
		await net.world.advance(2_000);
		// One by one, as a topic's questions go: each socket's last, and what was under way.
		expect(wallet.heard.length - heard).toBeLessThan(3 * attackers.length);
		await reads(net, OTHER);
	});

	test("an expired token is no guess, however often it is shown", async () => {
		const { net, wallet } = setUp();
		const page = net.reader(ATTACKER);
		wallet.refusal = "token_expired";
		for (let n = 0; n <= 2 * RELAY_SHARE.socketRefusals; n++) {
			page.say(subMe(tokenOf(PLAYER, "old")));
			await net.world.advance(SOON_MS);
		}
		expect(page.closed).toBeNull();
	});
});

describe("[SHR-1] unknown matches", () => {
	test("leave neither topic nor connection, and 64 of them end their socket", async () => {
		const { net } = setUp();
		const nobody = net.publisher("match:nobody", []);
		const reader = net.reader(ATTACKER);
		reader.say(subMatch("nobody"));
		await net.world.advance(SOON_MS);
		expect([errorsOf(reader), nobody.connections.length]).toEqual([["unknown_topic"], 0]);
		for (let n = 0; n < SOCKET.maxTopics; n++) reader.say(subMatch(n));
		await net.world.advance(SOON_MS);
		expect(reader.closed).toBe(CLOSE.refused);
	});

	test("that are left while they are dialled count all the same", async () => {
		const { net } = setUp();
		const reader = net.reader(ATTACKER);
		for (let n = 0; n < SOCKET.maxTopics; n++) {
			reader.say(subMatch(n));
			reader.say(["unsub", `match:${n}`]);
		}
		await net.world.advance(SOON_MS);
		expect(reader.closed).toBe(CLOSE.refused);
	});

	test("RELAY_SHARE.lockedRefusals, lockedQuestions: an address that has failed too often guesses one at a time, and is heard again after a minute", async () => {
		const { net } = setUp();
		for (let failed = 0; failed < ADDRESS_RATE.failures; failed += RELAY_SHARE.socketRefusals) {
			const reader = net.reader(ATTACKER);
			for (let n = 0; n < RELAY_SHARE.socketRefusals; n++) reader.say(subMatch(`${failed}-${n}`));
			await net.world.advance(SOON_MS);
		}
		const refusals = async (address: string): Promise<[number, readonly string[], number | null]> => {
			const reader = net.reader(address);
			reader.say(subMatch("a"));
			reader.say(subMatch("b"));
			await net.world.advance(SOON_MS);
			return [net.readers.length, errorsOf(reader), reader.closed];
		};
		expect((await refusals(ATTACKER)).slice(1)).toEqual([["rate_limited", "unknown_topic"], null]);
		const once = net.reader(ATTACKER);
		for (let n = 0; n <= RELAY_SHARE.lockedRefusals; n++) {
			once.say(subMatch(`again-${n}`));
			await net.world.advance(SOON_MS);
		}
		expect(once.closed).toBe(CLOSE.refused);
		await reads(net, ATTACKER);
		expect((await refusals(OTHER)).slice(1)).toEqual([["unknown_topic", "unknown_topic"], null]);
		await net.world.advance(ADDRESS_RATE.periodSec * 1_000);
		expect((await refusals(ATTACKER)).slice(1)).toEqual([["unknown_topic", "unknown_topic"], null]);
	});
});

test("[SHR-1] SOCKET.topicAskBurst, topicAsksPerSec: a flood of subscriptions to one topic brings so many images, and takes nothing away", async () => {
	const { net, board } = setUp();
	const reader = net.reader(ATTACKER);
	const images = (): number => reader.frames.filter((text) => text.startsWith('["image"')).length;
	for (let n = 0; n < 30; n++) {
		reader.say(["sub", "lobby", null, {}]);
		await net.world.advance(5);
	}
	expect([images(), new Set(errorsOf(reader))]).toEqual([SOCKET.topicAskBurst, new Set(["rate_limited"])]);
	await net.world.advance(1_000 / SOCKET.topicAsksPerSec);
	reader.say(["sub", "lobby", null, {}]);
	await net.world.advance(SOON_MS);
	expect(images()).toBe(SOCKET.topicAskBurst + 1);
	const sent = reader.frames.length;
	board.change("lobby", "a", 1);
	await net.world.advance(SOON_MS);
	expect(reader.frames.slice(sent).map((text) => text.slice(2, 7))).toEqual(["delta"]);
});

describe("[SHR-1] shares of an address", () => {
	test("RELAY_SHARE.sockets: one more is closed with `share`, another address goes on, and what is closed is given back", async () => {
		const { net } = setUp();
		const readers = Array.from({ length: RELAY_SHARE.sockets }, () => net.reader(ATTACKER));
		expect(readers.every(({ closed }) => closed === null)).toBe(true);
		expect(net.reader(ATTACKER).closed).toBe(CLOSE.share);
		await reads(net, OTHER);
		net.relay.closed(readers[0]?.id ?? "");
		expect(net.reader(ATTACKER).closed).toBeNull();
		expect(net.reader(ATTACKER).closed).toBe(CLOSE.share);
	});

	test("RELAY_SHARE.questions, socketQuestions: so much is asked at once while publishers do not answer; others go on", async () => {
		const { net, wallet } = setUp();
		wallet.mode = "mute";
		const sockets = RELAY_SHARE.questions / RELAY_SHARE.socketQuestions;
		for (let at = 0; at < sockets; at++) {
			const reader = net.reader(ATTACKER);
			for (let n = 0; n < RELAY_SHARE.socketQuestions; n++) reader.say(subMatch(`${at}-${n}`));
			expect(errorsOf(reader)).toEqual([]);
		}
		const more = net.reader(ATTACKER);
		more.say(subMatch("one-more"));
		expect(errorsOf(more)).toEqual(["rate_limited"]);
		const other = net.reader(OTHER);
		other.say(subMatch("one-more"));
		expect(errorsOf(other)).toEqual([]);
		// An uncounted address has a socket's share still: what was left and is under way counts.
		const load = net.reader(null);
		for (let n = 0; n <= RELAY_SHARE.socketQuestions; n++) {
			load.say(subMatch(`load-${n}`));
			load.say(["unsub", `match:load-${n}`]);
		}
		expect(errorsOf(load)).toEqual(["rate_limited"]);
	});

	test("RELAY_SHARE.topics: one more is `unavailable` to the address that opened them, not to another, and the lobby to nobody", async () => {
		const { net } = setUp();
		for (let n = 0; n <= RELAY_SHARE.topics; n++) net.publisher(`match:m${n}`, [`match:m${n}`]);
		for (let n = 0; n < RELAY_SHARE.topics; ) {
			const reader = net.reader(ATTACKER);
			for (const last = Math.min(n + SOCKET.maxTopics, RELAY_SHARE.topics); n < last; n++)
				reader.say(subMatch(`m${n}`));
			await net.world.advance(SOON_MS);
			expect(errorsOf(reader)).toEqual([]);
		}
		const [more, other] = [net.reader(ATTACKER), net.reader(OTHER)];
		more.say(subMatch(`m${RELAY_SHARE.topics}`));
		more.say(subMatch("m0"));
		more.say(["sub", "lobby", null, {}]);
		other.say(subMatch(`m${RELAY_SHARE.topics}`));
		await net.world.advance(SOON_MS);
		expect([errorsOf(more), errorsOf(other)]).toEqual([["unavailable"], []]);
		expect(more.frames.filter((text) => text.startsWith('["image"')).length).toBe(2);
	});

	test("RELAY_SHARE.maxKept: so many addresses' refusals are remembered, and what nobody holds is forgotten", () => {
		const shares = new Shares();
		for (let n = 0; n <= RELAY_SHARE.maxKept; n++) shares.refused({ address: `a${n}`, questions: 0, refusals: 0 }, 0);
		expect(shares.remembered).toBe(RELAY_SHARE.maxKept);
		const asker = { address: ATTACKER, questions: 0, refusals: 0 };
		shares.take(ATTACKER, "sockets");
		shares.ask(asker, "match:a", null);
		shares.ask(asker, "me:b", "t");
		expect([asker.questions, shares.has(ATTACKER, "questions")]).toEqual([2, 2]);
		expect(shares.settle("match:a", null)).toEqual([asker]);
		expect(shares.settle("me:b", "other")).toEqual([]);
		expect(shares.settle("me:b", "t", asker)).toEqual([asker]);
		shares.give(ATTACKER, "sockets");
		expect([asker.questions, shares.addresses]).toEqual([0, 0]);
	});

	test("survive hibernation: who had a topic has it still, and counts as before", async () => {
		const { net } = setUp();
		net.publisher("match:m1", ["match:m1"]);
		const readers = Array.from({ length: RELAY_SHARE.sockets }, () => net.reader(ATTACKER));
		for (const reader of readers) reader.subscribe("match:m1");
		await net.pass(SOON_MS);
		net.hibernate();
		await net.pass(SOON_MS);
		expect(readers.every((reader) => reader.closed === null && errorsOf(reader).length === 0)).toBe(true);
		expect(net.reader(ATTACKER).closed).toBe(CLOSE.share);
		await reads(net, OTHER);
	});
});
