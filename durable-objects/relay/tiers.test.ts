/** Relays that hang on relays: whatever is promised of one holds through two levels, and while any of them is away. */
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { upperRelayName } from "../../shared/contracts/ids.ts";
import { RELAY, SOCKET } from "../../shared/limits.ts";
import { SOON_MS, STALE_MS, type TestReader } from "../../testing/relay.ts";
import { TieredWorld } from "../../testing/tiers.ts";
import { createTestWorld } from "../../testing/world.ts";
import { tiersText } from "./config.ts";
import { type Named, waysTo } from "./naming.ts";

const M = "match:m1";
const LEAVES = [0, 1, 2, 3].map((no) => `relay:weur:${no}`);
const UP = upperRelayName("weur", 1, 0);
const named = (name: string, publisher = name): Named => ({ kind: "named", name, publisher });

function scene(tiers: readonly number[] = [1]) {
	const net = new TieredWorld(createTestWorld(), tiers);
	return { net, match: net.publisher(M, [M]) };
}

/** A reader at each relay, with the match on its screen. */
async function audience(net: TieredWorld): Promise<readonly TestReader[]> {
	const readers = LEAVES.map((leaf) => net.reader(leaf));
	for (const reader of readers) reader.subscribe(M);
	await net.pass(SOON_MS);
	return readers;
}
const texts = ({ frames }: TestReader, kind: string): readonly string[] =>
	frames.filter((text) => text.startsWith(`["${kind}"`));

test("RELAY.maxTiers, maxTierRelays: levels and relays of a level are bounded, and are whole numbers", () => {
	const parsed = (text: string): readonly number[] | null => {
		const read = v.safeParse(tiersText, text);
		return read.success ? read.output : null;
	};
	expect([parsed(""), parsed("1"), parsed("8,1")]).toEqual([[], [1], [8, 1]]);
	expect(parsed(Array.from({ length: RELAY.maxTiers }, () => RELAY.maxTierRelays).join(","))).not.toBeNull();
	expect(parsed(Array.from({ length: RELAY.maxTiers + 1 }, () => 1).join(","))).toBeNull();
	expect([parsed(String(RELAY.maxTierRelays + 1)), parsed("0"), parsed("1.5"), parsed("x")]).toEqual([
		null,
		null,
		null,
		null,
	]);
});

describe("[FRM-9] whom a relay dials", () => {
	test("without levels its publisher alone; with them the topic's own relay above, another one, and the publisher", () => {
		expect(waysTo(named(M), "relay:weur:0", [])).toEqual([M]);
		expect(waysTo(named(M), "relay:weur:0", [1])).toEqual(["relay:weur:up1:0", M]);
		const ways = waysTo(named(M), "relay:weur:0", [4]);
		expect(new Set(ways).size).toBe(3);
		expect(waysTo(named(M), "relay:weur:3", [4])).toEqual(ways);
		expect(waysTo(named(M), "relay:oc:3", [1])).toEqual(["relay:oc:up1:0", M]);
	});

	test("it leads upwards only, whatever each was configured to: a level that is no more dials its publisher", () => {
		expect(waysTo(named(M), "relay:weur:up1:0", [1, 1])).toEqual(["relay:weur:up2:0", M]);
		expect(waysTo(named(M), "relay:weur:up2:0", [1, 1])).toEqual([M]);
		expect(waysTo(named(M), "relay:weur:up2:0", [])).toEqual([M]);
	});

	test("a player's own topic goes to its wallet directly", () => {
		const me = named("me:p_weur_0123456789abcdef", "wallet:weur:0");
		expect(waysTo(me, "relay:weur:0", [1])).toEqual(["wallet:weur:0"]);
	});
});

describe("reading through two levels", () => {
	test("[FRM-3] [FRM-9] the publisher has one reader, and every socket the publisher's own bytes", async () => {
		const { net, match } = scene();
		const readers = await audience(net);
		match.change(M, "a", 1);
		match.reschema(M);
		await net.pass(SOON_MS);
		expect(match.connections).toHaveLength(1);
		expect(net.hangings).toEqual(LEAVES.map((leaf) => `${leaf} > ${UP}`));
		const { publisher } = match.of(M);
		const sent = publisher.resume({ epoch: publisher.epoch, offset: 0 }, net.world.now()).frames;
		for (const reader of readers) expect(reader.frames.slice(-sent.length)).toEqual(sent);
	});

	test("[FRM-3] [FRM-9] a goal reaches 5,000 sockets over 4 relays: each of them the same frames, once and in order", async () => {
		const { net, match } = scene();
		await audience(net);
		const sockets = Array.from({ length: 5_000 }, (_, no) => {
			const got: string[] = [];
			const relay = net.relay(LEAVES[no % LEAVES.length] ?? "");
			const id = `s${no}`;
			relay.opened({ id, address: null, send: (text) => void got.push(text), close: () => {}, save: () => {} });
			relay.message(id, JSON.stringify(["sub", M, null, {}]));
			return got;
		});
		await net.pass(SOON_MS);
		match.change(M, "goal", 1);
		match.change(M, "price", 2);
		await net.pass(SOON_MS);
		const [first] = sockets;
		expect(first?.filter((text) => text.startsWith('["delta"'))).toHaveLength(2);
		expect(match.connections).toHaveLength(1);
		const isTheSame = (got: readonly string[]): boolean => got.slice(1).join() === first?.slice(1).join();
		expect(sockets.filter(isTheSame)).toHaveLength(5_000);
	});

	test("[FRM-9] three levels are two more names in a variable", async () => {
		const { net, match } = scene([2, 1]);
		const readers = await audience(net);
		match.change(M, "a", 1);
		await net.pass(SOON_MS);
		for (const reader of readers) expect(reader.state(M)).toEqual({ a: 1 });
		expect(match.connections).toHaveLength(1);
		expect(new Set(net.hangings.map((text) => text.split(" > ")[1])).size).toBe(2);
	});

	test("[FRM-2] what was lost between publisher and upper relay is mended for all, from history or by an image", async () => {
		const { net, match } = scene();
		const readers = await audience(net);
		match.changeUnheard(M, "a", 1);
		match.change(M, "b", 2);
		await net.pass(SOON_MS);
		for (const reader of readers) expect(reader.state(M)).toEqual({ a: 1, b: 2 });
		match.startAnew(M);
		match.change(M, "b", 5);
		await net.pass(SOON_MS);
		for (const reader of readers) {
			expect(reader.state(M)).toEqual({ a: 1, b: 5 });
			expect(reader.readers.get(M)?.position?.epoch).toBe("e2");
		}
	});

	test("[FRM-6] a match that falls silent is stale on every socket, and fresh again only with its word", async () => {
		const { net, match } = scene();
		const readers = await audience(net);
		match.beat(M);
		await net.pass(SOON_MS);
		expect(readers.map(({ stale }) => stale.get(M))).toEqual([false, false, false, false]);
		await net.pass(STALE_MS);
		expect(readers.map(({ stale }) => stale.get(M))).toEqual([true, true, true, true]);
		match.beat(M);
		await net.pass(SOON_MS);
		expect(readers.map(({ stale }) => stale.get(M))).toEqual([false, false, false, false]);
	});

	test("[FRM-2] a relay that comes to a stale topic is never fresh before the one above is", async () => {
		const { net, match } = scene();
		const [first] = await audience(net);
		match.beat(M);
		match.change(M, "a", 1);
		await net.pass(SOON_MS);
		match.mode = "down";
		match.breakLines();
		await net.pass(STALE_MS);
		expect(first?.stale.get(M)).toBe(true);
		const late = net.reader("relay:weur:9");
		late.subscribe(M);
		await net.pass(SOON_MS);
		expect(late.state(M)).toEqual({ a: 1 });
		expect(texts(late, "stale")).toEqual([JSON.stringify(["stale", M, true])]);
		match.mode = "up";
		await net.pass(RELAY.redialMaxMs + SOON_MS);
		expect(late.stale.get(M)).toBe(false);
	});

	test("[FRM-5] a match that is not there is refused through both levels", async () => {
		const { net } = scene();
		const reader = net.reader("relay:weur:0");
		reader.subscribe("match:nobody");
		await net.pass(SOON_MS);
		expect(texts(reader, "error").map((text) => JSON.parse(text)[2])).toEqual(["unknown_topic"]);
	});
});

describe("[FRM-9] a relay above that does not serve", () => {
	test("that dies is there again at its next dial, and nothing is missing", async () => {
		const { net, match } = scene();
		const readers = await audience(net);
		match.change(M, "a", 1);
		await net.pass(SOON_MS);
		net.kill(UP);
		match.change(M, "a", 2);
		await net.pass(3_000);
		for (const reader of readers) expect(reader.state(M)).toEqual({ a: 2 });
		expect(net.hangings).toHaveLength(LEAVES.length);
		expect(texts(readers[0] as TestReader, "image")).toHaveLength(1);
	});

	test.each([
		["cannot be dialled", (net: TieredWorld) => net.unreachable.add(UP)],
		["answers nothing", (net: TieredWorld) => net.mute.add(UP)],
		["is of an older release", (net: TieredWorld) => net.old.add(UP)],
	])("that %s is gone round: the publisher is dialled", async (_, fails) => {
		const { net, match } = scene();
		fails(net);
		const readers = await audience(net);
		await net.pass(RELAY.answerMs + 3_000);
		match.change(M, "a", 1);
		await net.pass(SOON_MS);
		for (const reader of readers) {
			expect(reader.state(M)).toEqual({ a: 1 });
			expect(reader.stale.get(M)).toBe(false);
		}
		expect(net.hangings).toEqual([]);
		expect(match.dials).toBeGreaterThanOrEqual(LEAVES.length);
	});

	test("is replaced by another of its level, where all who lost it meet again", async () => {
		const { net, match } = scene([2]);
		const [first = "", second = ""] = waysTo(named(M), "relay:weur:0", [2]);
		net.unreachable.add(first);
		await audience(net);
		await net.pass(2_000);
		expect(net.hangings.toSorted()).toEqual(LEAVES.map((leaf) => `${leaf} > ${second}`));
		expect(match.connections).toHaveLength(1);
	});

	test("has its readers back once it serves again", async () => {
		const { net, match } = scene();
		net.unreachable.add(UP);
		const readers = await audience(net);
		await net.pass(2_000);
		expect(match.connections).toHaveLength(LEAVES.length);
		net.unreachable.clear();
		match.beat(M);
		for (let passed = 0; passed < SOCKET.redialMs + 20_000; passed += 2_000) {
			match.beat(M);
			await net.pass(2_000);
		}
		expect(net.hangings).toHaveLength(LEAVES.length);
		expect(match.connections).toHaveLength(1);
		for (const reader of readers)
			expect(texts(reader, "stale").slice(-1)).toEqual([JSON.stringify(["stale", M, false])]);
	});

	test("that says stale for long, while its publisher is well, is gone round", async () => {
		const { net, match } = scene();
		const readers = await audience(net);
		match.beat(M);
		await net.pass(SOON_MS);
		net.apart.add(UP);
		match.breakLines();
		await net.pass(STALE_MS);
		expect(readers.map(({ stale }) => stale.get(M))).toEqual([true, true, true, true]);
		match.change(M, "a", 1);
		await net.pass(RELAY.silentRedialMs + 3_000);
		for (const reader of readers) {
			expect(reader.state(M)).toEqual({ a: 1 });
			expect(reader.stale.get(M)).toBe(false);
		}
	});
});

describe("[FRM-9] configurations that meet", () => {
	test("relays of both read the same while a level is put in, and while it is taken away", async () => {
		const { net, match } = scene([]);
		const before = net.reader("relay:weur:0");
		before.subscribe(M);
		await net.pass(SOON_MS);
		net.tiers = [1];
		const after = net.reader("relay:weur:1");
		after.subscribe(M);
		await net.pass(SOON_MS);
		match.change(M, "a", 1);
		await net.pass(SOON_MS);
		expect([before.state(M), after.state(M)]).toEqual([{ a: 1 }, { a: 1 }]);
		net.tiers = [];
		net.kill(UP);
		match.change(M, "a", 2);
		await net.pass(3_000);
		expect([before.state(M), after.state(M)]).toEqual([{ a: 2 }, { a: 2 }]);
	});
});

describe("[FRM-4] a relay that cannot follow the one above", () => {
	test("acknowledges as readers do, and what it has not taken is never more than they may be behind", async () => {
		const { net, match } = scene();
		const readers = await audience(net);
		for (let n = 0; n < SOCKET.ackFrames; n++) match.change(M, "a", n);
		await net.pass(SOON_MS);
		expect(net.heard.get(UP)?.filter((text) => text.startsWith('["ack"'))).toHaveLength(LEAVES.length);
		net.slowMs.set(UP, 4_000);
		for (let n = 0; n < 1_000; n++) match.change(M, "a", n);
		await net.pass(SOON_MS);
		await net.pass(30_000);
		for (const reader of readers) {
			expect(texts(reader, "delta").length).toBeLessThan(
				SOCKET.ackFrames + SOCKET.behindFrames + RELAY.imageTailDeltas + 3,
			);
			expect(reader.state(M)).toEqual({ a: 999 });
			expect(reader.stale.get(M)).toBe(false);
		}
	});
});

describe("[FRM-9] what one reader needs costs no other reader of the relay anything", () => {
	const offsets = (reader: TestReader): readonly string[] =>
		texts(reader, "delta").map((text) => (JSON.parse(text) as readonly unknown[]).slice(3, 5).join("-"));

	test("a relay that asks for an image goes on getting deltas until it is there", async () => {
		const told = await Promise.all(
			[[], [1]].map(async (tiers) => {
				const { net, match } = scene(tiers);
				const reader = net.reader("relay:weur:0");
				reader.subscribe(M);
				await net.pass(SOON_MS);
				for (let n = 0; n < 18; n++) match.change(M, "a", n);
				await net.pass(SOON_MS);
				reader.frames.splice(0);
				net.reader("relay:weur:0").subscribe(M);
				for (let n = 0; n < 8; n++) {
					match.change(M, "status", n);
					await net.world.advance(1);
				}
				await net.pass(SOON_MS);
				return offsets(reader);
			}),
		);
		expect(told[1]).toEqual(told[0]);
	});

	test("a relay asks the one above as often as its readers need, and is not sent away for it", async () => {
		const { net, match } = scene([1]);
		const slow = Array.from({ length: 40 }, () => net.reader("relay:weur:0"));
		for (const reader of slow) {
			reader.subscribe(M);
			reader.isAcking = false;
		}
		await net.pass(SOON_MS);
		for (let n = 0; n < 70; n++) match.change(M, "a", n);
		await net.pass(SOON_MS);
		for (const [n, reader] of slow.entries()) {
			match.change(M, "b", n);
			await net.world.advance(50);
			const position = reader.readers.get(M)?.position;
			if (position != null) reader.say(["ack", [[M, position.epoch, position.offset]]]);
		}
		await net.pass(SOON_MS);
		expect(match.connections).toHaveLength(1);
		expect(net.hangings).toEqual([`relay:weur:0 > ${UP}`]);
	});
});
