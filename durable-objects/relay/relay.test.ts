import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { RELAY, SOCKET } from "../../shared/limits.ts";
import { CLOSE } from "../../shared/protocol/frames.ts";
import { schemaNameOf } from "../../shared/protocol/schema-name.ts";
import { RelayWorld, SOON_MS, STALE_MS, type TestReader } from "../../testing/relay.ts";
import { createTestWorld } from "../../testing/world.ts";
import { restoreAttachment } from "./reader-session.ts";

const M = "match:m1";
const PLAYER = "p_weur_0123456789abcdef";
const token = (mac: string): string =>
	`tl1.${btoa(JSON.stringify({ p: PLAYER, g: 1, e: 1 })).replaceAll("=", "")}.${mac}`;

function withMatch() {
	const net = new RelayWorld(createTestWorld());
	return { net, match: net.publisher(M, [M]) };
}

describe("reading through a relay", () => {
	test("[FRM-3] [FRM-5] every reader gets the publisher's own bytes, over one connection", async () => {
		const { net, match } = withMatch();
		const readers = [net.reader(), net.reader(), net.reader()];
		for (const reader of readers) reader.subscribe(M);
		await net.pass(SOON_MS);
		expect(readers.map((reader) => reader.takeKinds())).toEqual(
			readers.map(() => ["hello", "sub", "schema", "image", "stale"]),
		);
		match.change(M, "a", 1);
		await net.pass(SOON_MS);
		const { publisher } = match.of(M);
		const sent = publisher.resume({ epoch: publisher.epoch, offset: 0 }, net.world.now()).frames;
		for (const reader of readers) expect(reader.frames).toEqual(sent);
		expect([match.dials, match.heard.length]).toEqual([1, 1]);
	});

	test("[FRM-3] a delta is passed on without being parsed: only who reads it does", async () => {
		const { net, match } = withMatch();
		const readers = [net.reader(), net.reader()];
		for (const reader of readers) reader.subscribe(M);
		await net.pass(SOON_MS);
		const parse = vi.spyOn(JSON, "parse");
		match.change(M, "a", 1);
		await net.pass(SOON_MS);
		const parsed = parse.mock.calls.filter(([text]) => text.startsWith('["delta"'));
		parse.mockRestore();
		expect(readers.map((reader) => reader.state(M))).toEqual([{ a: 1 }, { a: 1 }]);
		expect(parsed).toHaveLength(readers.length);
	});

	test("[FRM-2] a reader who was away recovers what it missed, from any relay's ring", async () => {
		const { net, match } = withMatch();
		const first = net.reader();
		first.subscribe(M);
		await net.pass(SOON_MS);
		match.change(M, "a", 1);
		await net.pass(SOON_MS);
		net.relay.closed(first.id);
		match.change(M, "a", 2);
		match.change(M, "b", 3);
		await net.pass(SOON_MS);
		const back = net.reader();
		for (const [topic, reader] of first.readers) back.readers.set(topic, reader);
		back.subscribe(M);
		expect(back.takeKinds()).toEqual(["hello", "sub", "delta", "delta", "stale"]);
		expect(back.state(M)).toEqual({ a: 2, b: 3 });
	});

	test("[FRM-2] a newcomer gets the kept image and what followed, and an old image is renewed", async () => {
		const { net, match } = withMatch();
		net.reader().subscribe(M);
		await net.pass(SOON_MS);
		for (let n = 1; n <= RELAY.imageTailDeltas + 1; n++) match.change(M, "a", n);
		await net.pass(SOON_MS);
		const late = net.reader();
		late.subscribe(M);
		expect(late.takeKinds().filter((kind) => kind === "delta")).toHaveLength(RELAY.imageTailDeltas + 1);
		await net.pass(SOON_MS);
		expect(match.heard).toHaveLength(2);
		const later = net.reader();
		later.subscribe(M);
		expect(later.takeKinds()).toEqual(["hello", "sub", "schema", "image", "stale"]);
	});

	test("[FRM-2] a gap upstream is mended from the publisher's history, or by an image to all", async () => {
		const { net, match } = withMatch();
		const readers = [net.reader(), net.reader()];
		for (const reader of readers) reader.subscribe(M);
		await net.pass(SOON_MS);
		match.changeUnheard(M, "a", 1);
		match.change(M, "b", 2);
		await net.pass(SOON_MS);
		for (const reader of readers) expect(reader.state(M)).toEqual({ a: 1, b: 2 });
		match.startAnew(M);
		match.change(M, "b", 5);
		await net.pass(SOON_MS);
		for (const reader of readers) expect(reader.state(M)).toEqual({ a: 1, b: 5 });
	});

	test("[FRM-1] a publisher's new epoch reaches every reader as an image", async () => {
		const { net, match } = withMatch();
		const reader = net.reader();
		reader.subscribe(M);
		await net.pass(SOON_MS);
		reader.takeKinds();
		match.reschema(M);
		await net.pass(SOON_MS);
		match.breakLines();
		match.startAnew(M);
		await net.pass(2_000);
		expect(reader.takeKinds()).toEqual(["schema", "image", "stale", "schema", "image", "stale"]);
		expect(reader.stale.get(M)).toBe(false);
		expect(reader.readers.get(M)?.position).toEqual(match.of(M).publisher.position);
	});

	test("[FRM-8] who asks for schemas by name gets the name, everybody else the body, and a new one everybody", async () => {
		const { net, match } = withMatch();
		const [named, whole] = [net.reader(), net.reader()];
		expect(JSON.parse(named.frames[0] ?? "")[1]).toMatchObject({ schemas: "by_name" });
		named.say(["sub", M, null, { schemas: "by_name" }]);
		whole.subscribe(M);
		await net.pass(SOON_MS);
		const schemas = ({ frames }: TestReader): readonly (readonly unknown[])[] =>
			frames
				.splice(0)
				.map((text) => JSON.parse(text))
				.filter(([kind]) => kind === "schema");
		const name = schemaNameOf(M, JSON.stringify({ schemaNo: 1 }));
		expect(schemas(named)).toEqual([["schema", M, "e1", 1, null, name]]);
		expect(schemas(whole)).toEqual([["schema", M, "e1", 1, { schemaNo: 1 }, name]]);
		// A whole audience that fetched it at once would be worse than its bytes.
		match.reschema(M);
		await net.pass(SOON_MS);
		const next = [["schema", M, "e1", 2, { schemaNo: 2 }, schemaNameOf(M, JSON.stringify({ schemaNo: 2 }))]];
		expect([schemas(named), schemas(whole)]).toEqual([next, next]);
		// A relay that was put out of memory does not know any more who asked for names, and older readers cannot read them.
		net.hibernate();
		match.startAnew(M);
		await net.pass(SOON_MS);
		for (const reader of [named, whole])
			expect(schemas(reader).map(([, , , , body]) => body)).toEqual([{ schemaNo: 2 }]);
	});

	test("[FRM-8] a publisher of an older release names none, and all readers get the body", async () => {
		const { net, match } = withMatch();
		const reader = net.reader();
		match.namesNoSchemas = true;
		reader.say(["sub", M, null, { schemas: "by_name" }]);
		await net.pass(SOON_MS);
		expect(reader.frames.map((text) => JSON.parse(text)).find(([kind]) => kind === "schema")).toEqual([
			"schema",
			M,
			"e1",
			1,
			{ schemaNo: 1 },
		]);
	});

	test("an unknown match is refused, and asked for again by the next reader", async () => {
		const net = new RelayWorld(createTestWorld());
		const reader = net.reader();
		reader.subscribe("match:none");
		await net.pass(SOON_MS);
		expect(JSON.parse(reader.frames.at(-1) ?? "")).toEqual(["error", "match:none", "unknown_topic", "no such topic"]);
		net.publisher("match:none", ["match:none"]);
		reader.subscribe("match:none");
		await net.pass(2_000);
		expect(reader.state("match:none")).toEqual({});
	});

	test("an idle topic is dropped, and its publisher's connection with it", async () => {
		const { net, match } = withMatch();
		const reader = net.reader();
		reader.subscribe(M);
		await net.pass(SOON_MS);
		reader.say(["unsub", M]);
		await net.pass(RELAY.idleMs - 1_000);
		expect(match.connections).toHaveLength(1);
		await net.pass(3_000);
		expect(match.connections).toHaveLength(0);
		expect(net.world.faults).toEqual([]);
	});
});

describe("[FRM-4] slow readers", () => {
	test("64 frames unacknowledged stop a reader; its next acknowledgement brings the newest image alone", async () => {
		const { net, match } = withMatch();
		const [slow, quick] = [net.reader(), net.reader()];
		for (const reader of [slow, quick]) reader.subscribe(M);
		await net.pass(1_000);
		slow.isAcking = false;
		slow.takeKinds();
		for (let n = 1; n <= SOCKET.behindFrames + 20; n++) {
			match.change(M, "a", n);
			await net.world.advance(SOON_MS);
			quick.work();
		}
		expect(slow.takeKinds()).toEqual([...Array(SOCKET.behindFrames + 1).fill("delta"), "stale"]);
		expect(slow.stale.get(M)).toBe(true);
		expect(quick.state(M)).toEqual({ a: SOCKET.behindFrames + 20 });
		slow.isAcking = true;
		slow.work();
		await net.world.advance(SOON_MS);
		expect(slow.takeKinds()).toEqual(["schema", "image", "stale"]);
		expect(slow.stale.get(M)).toBe(false);
		expect(slow.state(M)).toEqual(quick.state(M));
		match.change(M, "b", 1);
		await net.world.advance(SOON_MS);
		expect(slow.takeKinds()).toEqual(["delta"]);
	});

	test("10 s without an acknowledgement stop it too, and after 30 s more it is closed with `slow`", async () => {
		const { net, match } = withMatch();
		const slow = net.reader();
		slow.subscribe(M);
		await net.pass(1_000);
		slow.isAcking = false;
		match.change(M, "a", 1);
		await net.pass(SOCKET.behindMs + 2_000);
		slow.takeKinds();
		match.change(M, "a", 2);
		await net.pass(1_000);
		expect(slow.takeKinds()).toEqual([]);
		expect(slow.closed).toBeNull();
		await net.pass(SOCKET.behindCloseMs + 1_000);
		expect(slow.closed).toBe(CLOSE.slow);
	});

	test("a reader with nothing new to acknowledge is never slow", async () => {
		const { net, match } = withMatch();
		const reader = net.reader();
		reader.subscribe(M);
		for (let second = 0; second < 120; second++) {
			match.beat(M);
			await net.pass(1_000);
		}
		expect(reader.closed).toBeNull();
	});

	test("an image after a gap is acknowledged although its offset was known", async () => {
		const { net, match } = withMatch();
		const reader = net.reader();
		reader.subscribe(M);
		match.change(M, "a", 1);
		await net.pass(2_000);
		reader.readers.get(M)?.forgetPosition();
		reader.subscribe(M);
		await net.pass(60_000);
		expect(reader.closed).toBeNull();
	});
});

describe("[FRM-6] staleness and connections", () => {
	test("an in-play topic silent for 3 s is stale, until it speaks", async () => {
		const { net, match } = withMatch();
		const reader = net.reader();
		reader.subscribe(M);
		await net.pass(SOON_MS);
		match.beat(M);
		await net.pass(2_000);
		expect(reader.stale.get(M)).toBe(false);
		await net.pass(3_000);
		expect(reader.stale.get(M)).toBe(true);
		const late = net.reader();
		late.subscribe(M);
		expect(late.takeKinds().at(-1)).toBe("stale");
		match.beat(M);
		await net.pass(SOON_MS);
		expect([reader, late].map((each) => each.stale.get(M))).toEqual([false, false]);
	});

	test("a topic that does not beat is never stale, and one that has beaten for the last time no more", async () => {
		const { net, match } = withMatch();
		const reader = net.reader();
		reader.subscribe(M);
		await net.pass(60_000);
		match.beat(M);
		match.beat(M, true);
		await net.pass(60_000);
		expect(reader.frames.filter((text) => text.startsWith('["stale"'))).toEqual([`["stale","${M}",false]`]);
		expect(match.dials).toBe(1);
	});

	test("a lost publisher makes its topics stale; the relay dials again with back-off and goes on without a gap", async () => {
		const { net, match } = withMatch();
		const reader = net.reader();
		reader.subscribe(M);
		await net.pass(SOON_MS);
		match.mode = "down";
		match.breakLines();
		await net.pass(STALE_MS);
		expect(reader.stale.get(M)).toBe(true);
		match.change(M, "a", 1);
		match.mode = "up";
		reader.takeKinds();
		await net.pass(RELAY.redialMaxMs + 1_000);
		expect(reader.takeKinds()).toEqual(["delta", "stale"]);
		expect(reader.stale.get(M)).toBe(false);
		expect(reader.state(M)).toEqual({ a: 1 });
		expect(match.dials).toBeLessThan(12);
	});

	test("[FRM-2] a topic that never beats is stale soon after its connection has gone, though nobody else moves", async () => {
		const { net, match } = withMatch();
		const reader = net.reader();
		reader.subscribe(M);
		await net.pass(20_000);
		match.mode = "down";
		match.breakLines();
		await net.pass(2 * RELAY.tickMs);
		expect(reader.stale.get(M)).toBe(true);
	});

	test("[FRM-2] a relay that was evicted and cannot reach its publisher tells the readers it has kept", async () => {
		const { net, match } = withMatch();
		const reader = net.reader();
		reader.subscribe(M);
		await net.pass(SOON_MS);
		match.mode = "down";
		net.hibernate();
		await net.pass(STALE_MS);
		expect(reader.stale.get(M)).toBe(true);
		match.mode = "up";
		await net.pass(RELAY.redialMaxMs + 1_000);
		expect(reader.stale.get(M)).toBe(false);
	});

	test("[FRM-6] after a break a reader hears anew whether the topic is in play: the last beat may have gone by", async () => {
		const { net, match } = withMatch();
		const reader = net.reader();
		reader.subscribe(M);
		await net.pass(SOON_MS);
		match.beat(M);
		await net.pass(SOON_MS);
		reader.takeKinds();
		match.breakLines();
		await net.pass(1_000);
		expect(reader.frames).toEqual([`["stale","${M}",true]`, `["stale","${M}",false]`]);
		match.beat(M);
		await net.pass(SOON_MS);
		match.breakLines();
		match.beat(M, true);
		await net.pass(60_000);
		expect(reader.stale.get(M)).toBe(false);
	});

	test("[FRM-2] what was missed while the connection was down comes before the word that all is fresh", async () => {
		const { net, match } = withMatch();
		const reader = net.reader();
		reader.subscribe(M);
		await net.pass(SOON_MS);
		match.mode = "down";
		match.breakLines();
		await net.pass(STALE_MS);
		match.change(M, "a", 1);
		match.behindMs = 400;
		match.mode = "up";
		reader.frames.length = 0;
		for (let n = 0; n < RELAY.redialMaxMs / 10 && reader.stale.get(M) !== false; n++) await net.world.advance(10);
		expect([reader.state(M), reader.stale.get(M)]).toEqual([{ a: 1 }, false]);
		expect(reader.takeKinds()).toEqual(["delta", "stale"]);
	});

	test("[FRM-4] a reader that says what it has while its relay is still asking is not taken for a slow one", async () => {
		const { net, match } = withMatch();
		const reader = net.reader();
		reader.subscribe(M);
		await net.pass(SOON_MS);
		match.change(M, "a", 0);
		await net.pass(1_000);
		reader.isAcking = false;
		match.change(M, "a", 1);
		await net.world.advance(SOON_MS);
		net.hibernate();
		reader.isAcking = true;
		reader.work();
		await net.pass(SOCKET.behindMs + 2_000);
		match.change(M, "a", 2);
		await net.world.advance(SOON_MS);
		expect([reader.state(M), reader.stale.get(M)]).toEqual([{ a: 2 }, false]);
	});

	test("[FRM-2] a topic nobody reads while its publisher comes back is up to date for who reads it next", async () => {
		const { net, match } = withMatch();
		const reader = net.reader();
		reader.subscribe(M);
		await net.pass(SOON_MS);
		match.breakLines();
		reader.say(["unsub", M]);
		await net.pass(RELAY.redialMinMs + SOON_MS);
		match.change(M, "a", 1);
		reader.subscribe(M);
		await net.pass(SOON_MS);
		match.change(M, "a", 2);
		await net.pass(SOON_MS);
		expect(reader.state(M)).toEqual({ a: 2 });
	});

	test("a dial that never ends stops no other", async () => {
		const { net, match } = withMatch();
		match.mode = "hung";
		const reader = net.reader();
		reader.subscribe(M);
		await net.pass(1_000);
		match.mode = "up";
		await net.pass(RELAY.answerMs + 3_000);
		expect(reader.state(M)).toEqual({});
	});

	test("a publisher that answers nothing is dialled anew", async () => {
		const { net, match } = withMatch();
		match.mode = "mute";
		const reader = net.reader();
		reader.subscribe(M);
		await net.pass(RELAY.answerMs + 1_000);
		match.mode = "up";
		await net.pass(RELAY.answerMs + 3_000);
		expect(reader.state(M)).toEqual({});
	});

	test("[FRM-2] a publisher whose image cannot be read is asked again, a few times a minute, until it can", async () => {
		const { net, match } = withMatch();
		const reader = net.reader();
		match.mode = "garbled";
		reader.subscribe(M);
		await net.pass(60_000);
		expect(match.heard.length).toBeGreaterThan(3);
		expect(match.heard.length).toBeLessThan(8);
		match.mode = "up";
		await net.pass(RELAY.imageMs + 3_000);
		expect(reader.state(M)).toEqual({});
	});

	test("a connection is renewed every 10 min, before the old one goes, and nobody notices", async () => {
		const { net, match } = withMatch();
		const reader = net.reader();
		reader.subscribe(M);
		await net.pass(SOON_MS);
		reader.takeKinds();
		for (let second = 0; second < SOCKET.redialMs / 1_000 + 60; second++) {
			match.change(M, "a", second);
			await net.pass(1_000);
		}
		expect([match.dials, match.connections.length]).toEqual([2, 1]);
		expect(new Set(reader.takeKinds())).toEqual(new Set(["delta"]));
		expect(reader.state(M)).toEqual({ a: SOCKET.redialMs / 1_000 + 59 });
	});

	test("a quiet connection is kept alive by pings, and found out when it is dead", async () => {
		const { net, match } = withMatch();
		const reader = net.reader();
		reader.subscribe(M);
		await net.pass(120_000);
		expect(match.dials).toBe(1);
		match.mode = "mute";
		await net.pass(60_000);
		match.mode = "up";
		await net.pass(30_000);
		expect(match.dials).toBeGreaterThan(1);
		match.change(M, "a", 1);
		await net.pass(SOON_MS);
		expect(reader.state(M)).toEqual({ a: 1 });
	});
});

describe("hibernation", () => {
	test("[FRM-6] the relay comes back from its sockets' attachments and subscribes from the oldest position", async () => {
		const { net, match } = withMatch();
		const [one, two] = [net.reader(), net.reader()];
		one.subscribe(M);
		two.subscribe(M);
		match.change(M, "a", 1);
		await net.pass(2_000);
		one.isAcking = false;
		match.change(M, "a", 2);
		await net.pass(2_000);
		net.hibernate();
		match.change(M, "b", 3);
		await net.pass(2_000);
		const { epoch } = match.of(M).publisher;
		expect(JSON.parse(match.heard.at(-1) ?? "")).toEqual(["sub", M, { epoch, offset: 1 }, {}]);
		for (const reader of [one, two]) expect(reader.state(M)).toEqual({ a: 2, b: 3 });
		expect([one.closed, two.closed]).toEqual([null, null]);
	});

	test("an attachment that cannot be read closes its socket with `resync`", () => {
		const net = new RelayWorld(createTestWorld());
		const reader = net.reader();
		net.relay.adopted(reader, { v: 2 });
		expect(reader.closed).toBe(CLOSE.resync);
	});

	test("64 topics with the longest names, epochs and a token fit into an attachment", () => {
		const topics = Array.from({ length: SOCKET.maxTopics }, (_, n) => [
			`match:${String(n).padStart(64, "m")}`,
			"e".repeat(64),
			Number.MAX_SAFE_INTEGER,
			n === 0 ? "t".repeat(512) : null,
		]);
		const attachment = { v: 1, topics };
		expect(restoreAttachment(attachment)).toHaveLength(SOCKET.maxTopics);
		// 384 bytes are partyserver's own: id, address, tags.
		expect(JSON.stringify(attachment).length + 384).toBeLessThan(16_384);
	});

	test("[FRM-6] staleness told before an eviction ends with the answer after it", async () => {
		const { net, match } = withMatch();
		const reader = net.reader();
		reader.subscribe(M);
		await net.pass(SOON_MS);
		match.beat(M);
		await net.pass(STALE_MS);
		expect(reader.stale.get(M)).toBe(true);
		net.hibernate();
		await net.pass(2_000);
		expect(reader.stale.get(M)).toBe(false);
	});

	test("a position that never was ends in an image, not in silence", async () => {
		const { net, match } = withMatch();
		const reader = net.reader();
		reader.subscribe(M);
		await net.pass(SOON_MS);
		const { epoch } = match.of(M).publisher;
		const liar = net.reader();
		liar.say(["sub", M, { epoch, offset: 900 }, {}]);
		expect(liar.takeKinds()).toEqual(["hello", "sub", "schema", "image", "stale"]);
	});
});

describe("[FRM-7] a player's own topic", () => {
	const setUp = () => {
		const net = new RelayWorld(createTestWorld());
		const wallet = net.publisher("wallet:weur:0", [`me:${PLAYER}`], new Set([token("good"), token("other")]));
		return { net, wallet };
	};

	test("the token goes upstream in the frame; frames come back under the name `me`", async () => {
		const { net, wallet } = setUp();
		const reader = net.reader();
		reader.subscribe("me", token("good"));
		await net.pass(SOON_MS);
		wallet.change(`me:${PLAYER}`, "balance", 5);
		await net.pass(SOON_MS);
		expect(JSON.parse(wallet.heard[0] ?? "")).toEqual(["sub", `me:${PLAYER}`, null, { token: token("good") }]);
		expect(reader.state("me")).toEqual({ balance: 5 });
		expect(reader.frames.join("")).not.toContain(PLAYER);
	});

	test("a forged token gets an error and no frame, and takes nothing from the player", async () => {
		const { net, wallet } = setUp();
		const [player, thief] = [net.reader(), net.reader()];
		player.subscribe("me", token("good"));
		thief.subscribe("me", token("forged"));
		await net.pass(SOON_MS);
		wallet.change(`me:${PLAYER}`, "balance", 5);
		await net.pass(SOON_MS);
		expect(thief.takeKinds()).toEqual(["hello", "error"]);
		expect(player.state("me")).toEqual({ balance: 5 });
		thief.subscribe("me", token("forged"));
		thief.subscribe("me");
		await net.pass(SOON_MS);
		expect(thief.takeKinds()).toEqual(["error", "error"]);
	});

	test("a revocation closes every socket of the player", async () => {
		const { net, wallet } = setUp();
		const [phone, desktop] = [net.reader(), net.reader()];
		phone.subscribe("me", token("good"));
		desktop.subscribe("me", token("other"));
		await net.pass(SOON_MS);
		expect(desktop.state("me")).toEqual({});
		wallet.broadcast(`me:${PLAYER}`, [JSON.stringify(["error", `me:${PLAYER}`, "unauthorized", "revoked"])]);
		await net.pass(SOON_MS);
		expect([phone.closed, desktop.closed]).toEqual([CLOSE.revoked, CLOSE.revoked]);
	});

	test("a revocation missed while the connection was down is noticed when it is back", async () => {
		const { net, wallet } = setUp();
		const [phone, desktop] = [net.reader(), net.reader()];
		phone.subscribe("me", token("good"));
		desktop.subscribe("me", token("other"));
		await net.pass(SOON_MS);
		wallet.tokens?.delete(token("other"));
		wallet.breakLines();
		await net.pass(2_000);
		wallet.change(`me:${PLAYER}`, "balance", 9);
		await net.pass(SOON_MS);
		expect(desktop.takeKinds().at(-1)).toBe("error");
		expect(desktop.closed).toBe(CLOSE.revoked);
		const again = net.reader();
		again.subscribe("me", token("other"));
		await net.pass(SOON_MS);
		expect(again.takeKinds()).toEqual(["hello", "error"]);
		expect([phone.state("me"), desktop.state("me")]).toEqual([{ balance: 9 }, {}]);
	});

	test("after a break no reader gets anything before its own token is judged again", async () => {
		const { net, wallet } = setUp();
		const [phone, desktop] = [net.reader(), net.reader()];
		phone.subscribe("me", token("good"));
		desktop.subscribe("me", token("other"));
		await net.pass(SOON_MS);
		wallet.tokens?.delete(token("other"));
		wallet.breakLines();
		wallet.change(`me:${PLAYER}`, "balance", 7);
		for (let n = 0; n < 2_000 && desktop.closed === null; n++) await net.world.advance(1);
		expect([phone.state("me"), desktop.state("me"), desktop.closed]).toEqual([{ balance: 7 }, {}, CLOSE.revoked]);
	});

	test("a reader whose token is judged again goes on where it was, without a gap", async () => {
		const { net, wallet } = setUp();
		const phone = net.reader();
		phone.subscribe("me", token("good"));
		await net.pass(SOON_MS);
		wallet.breakLines();
		wallet.change(`me:${PLAYER}`, "balance", 7);
		await net.pass(2_000);
		wallet.change(`me:${PLAYER}`, "balance", 8);
		await net.pass(SOON_MS);
		expect([phone.state("me"), phone.stale.get("me"), phone.closed]).toEqual([{ balance: 8 }, false, null]);
		expect(phone.takeKinds().filter((kind) => kind === "delta")).toHaveLength(2);
	});

	test("`me` of somebody else cannot be named", () => {
		const { net } = setUp();
		const reader = net.reader();
		reader.say(["sub", `me:${PLAYER}`, null, { token: token("good") }]);
		expect(JSON.parse(reader.frames.at(-1) ?? "")[2]).toBe("unknown_topic");
	});
});

describe("what a reader may send", () => {
	const code = (data: string | ArrayBuffer): number | null => {
		const net = new RelayWorld(createTestWorld());
		const reader = net.reader();
		net.relay.message(reader.id, data);
		return reader.closed;
	};

	test("text, small, and a frame; anything else closes with its code", () => {
		expect(code(new ArrayBuffer(4))).toBe(CLOSE.badFrame);
		expect(code("{")).toBe(CLOSE.badFrame);
		expect(code('["sub"]')).toBe(CLOSE.badFrame);
		expect(code('["sub","match:../x",null,{}]')).toBe(CLOSE.badFrame);
		expect(code(`["unsub","${"x".repeat(SOCKET.maxReaderFrameBytes)}"]`)).toBe(CLOSE.tooLarge);
		expect(code('["unsub","lobby"]')).toBeNull();
	});

	test("[FRM-5] 64 topics at once, and not one more", () => {
		const net = new RelayWorld(createTestWorld());
		const reader = net.reader();
		for (let n = 0; n < SOCKET.maxTopics; n++) reader.subscribe(`match:m${n}`);
		expect(reader.closed).toBeNull();
		reader.subscribe("match:one-more");
		expect(reader.closed).toBe(CLOSE.tooManyTopics);
	});

	test("a flood is closed, a lively page is not", async () => {
		const net = new RelayWorld(createTestWorld());
		const [page, flood] = [net.reader(), net.reader()];
		for (let second = 0; second < 60; second++) {
			for (let n = 0; n < 5; n++) page.say(["unsub", "lobby"]);
			await net.world.advance(1_000);
		}
		for (let n = 0; n <= SOCKET.readerFrameBurst; n++) flood.say(["unsub", "lobby"]);
		expect([page.closed, flood.closed]).toEqual([null, CLOSE.flooding]);
	});
});

test("[FRM-2] any run of changes, losses, rebirths, hibernations and slow readers converges to the publisher's book", async () => {
	const actions = [
		"change",
		"change",
		"change",
		"burst",
		"unheard",
		"schema",
		"lost",
		"anew",
		"sleep",
		"join",
		"slow",
		"quick",
		"wait",
	];
	await fc.assert(
		fc.asyncProperty(fc.array(fc.constantFrom(...actions), { maxLength: 40 }), fc.nat(1_000), async (steps, seed) => {
			const net = new RelayWorld(createTestWorld(seed));
			const match = net.publisher(M, [M]);
			let n = 0;
			const change = () => match.change(M, ["a", "b", "c"][n % 3] ?? "a", ++n);
			const join = () => {
				const reader = net.reader();
				reader.subscribe(M);
			};
			join();
			for (const step of steps) {
				if (step === "change") change();
				else if (step === "burst") for (let k = 0; k < 90; k++) change();
				else if (step === "unheard") match.changeUnheard(M, "a", ++n);
				else if (step === "schema") match.reschema(M);
				else if (step === "lost") match.breakLines();
				else if (step === "anew") match.startAnew(M);
				else if (step === "sleep") net.hibernate();
				else if (step === "join") join();
				else if (step === "wait") await net.pass(3_000);
				else for (const [at, reader] of net.readers.entries()) if (at % 2 === 0) reader.isAcking = step === "quick";
				await net.world.advance(1);
			}
			for (const reader of net.readers) reader.isAcking = true;
			await net.pass(20_000);
			change();
			await net.pass(15_000);
			for (const reader of net.readers) {
				if (reader.closed === null) expect(reader.state(M)).toEqual(match.of(M).state.values);
			}
			expect(net.readers.some((reader) => reader.closed === null || reader.closed === CLOSE.slow)).toBe(true);
			expect(net.world.faults).toEqual([]);
		}),
		{ numRuns: 200 },
	);
}, 60_000);
