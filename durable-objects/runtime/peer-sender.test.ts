import { describe, expect, test } from "vitest";
import { RETRY, RPC_TIMEOUT_MS } from "../../shared/limits.ts";
import { PeerSender } from "./peer-sender.ts";
import { createTestWorld } from "./testing.ts";

type Call = { readonly peer: string; readonly words: readonly string[]; readonly answer: (ok: boolean) => void };

function createSender(parallel?: number) {
	const world = createTestWorld();
	const ports = world.ports("sender");
	const outbox = new Map<string, string[]>();
	const calls: Call[] = [];
	const wakes: number[] = [];
	const sender = new PeerSender({
		ports,
		what: "words",
		peers: () => [...outbox].filter(([, words]) => words.length > 0).map(([peer]) => peer),
		sendBatch: async (peer, send) => {
			const words = [...(outbox.get(peer) ?? [])];
			if (words.length === 0) return false;
			await send(
				() =>
					new Promise<void>((resolve, reject) => {
						calls.push({ peer, words, answer: (ok) => (ok ? resolve() : reject(new Error("away"))) });
					}),
			);
			outbox.set(peer, outbox.get(peer)?.slice(words.length) ?? []);
			return true;
		},
		wakeAt: (atMs) => void wakes.push(atMs),
		parallel,
	});
	const say = (peer: string, word: string): void => {
		outbox.set(peer, [...(outbox.get(peer) ?? []), word]);
		sender.kick();
	};
	return { world, sender, say, calls, wakes, outbox };
}

describe("peer sender", () => {
	test("[SET-2] a call under way has an alarm under it: who dies meanwhile is woken and says it again", async () => {
		const { world, say, wakes } = createSender();
		say("a", "1");
		await world.settle();
		expect(wakes).toEqual([world.now() + RPC_TIMEOUT_MS + RETRY.peerMaxMs]);
	});

	test("has one call in flight a peer, and then sends everything that came meanwhile", async () => {
		const { world, say, calls } = createSender();
		say("a", "1");
		await world.settle();
		say("a", "2");
		say("a", "3");
		say("b", "4");
		await world.settle();
		expect(calls.map(({ peer, words }) => [peer, ...words])).toEqual([
			["a", "1"],
			["b", "4"],
		]);
		calls[0]?.answer(true);
		await world.settle();
		expect(calls.at(-1)?.words).toEqual(["2", "3"]);
	});

	test("what comes while a peer's last look ends is not forgotten", async () => {
		const world = createTestWorld();
		const ports = world.ports("sender");
		const sent: string[] = [];
		let words: string[] = ["1"];
		const sender: PeerSender = new PeerSender({
			ports,
			what: "words",
			peers: () => (words.length > 0 ? ["a"] : []),
			sendBatch: async () => {
				const batch = words;
				words = [];
				sent.push(...batch);
				if (batch.length === 0 && sent.length < 2) {
					// Between this look and its answer.
					words = ["2"];
					sender.kick();
				}
				return batch.length > 0;
			},
			wakeAt: () => {},
		});
		sender.kick();
		await world.settle();
		expect(sent).toEqual(["1", "2"]);
	});

	test("a failed peer is tried again after its back-off and not at every kick; the alarm is the net", async () => {
		const { world, sender, calls, wakes, say } = createSender();
		say("a", "1");
		await world.settle();
		calls[0]?.answer(false);
		await world.settle();
		for (let kick = 0; kick < 10; kick++) sender.kick();
		await world.settle();
		expect(calls).toHaveLength(1);
		expect(wakes.at(-1)).toBe(world.now() + RETRY.peerMinMs + RETRY.peerMaxMs);
		await world.advance(250);
		expect(calls).toHaveLength(2);
		calls[1]?.answer(false);
		await world.advance(499);
		expect(calls).toHaveLength(2);
		await world.advance(1);
		expect(calls).toHaveLength(3);
		calls[2]?.answer(true);
		await world.advance(60_000);
		expect(calls).toHaveLength(3);
	});

	test("a bound on parallel peers holds, and all get their turn", async () => {
		const { world, say, calls } = createSender(2);
		for (const peer of ["a", "b", "c", "d"]) say(peer, "x");
		await world.settle();
		expect(calls.map(({ peer }) => peer)).toEqual(["a", "b"]);
		calls[0]?.answer(true);
		await world.settle();
		expect(calls.map(({ peer }) => peer)).toEqual(["a", "b", "c"]);
		calls[1]?.answer(false);
		await world.settle();
		expect(calls.map(({ peer }) => peer)).toEqual(["a", "b", "c", "d"]);
	});

	test("[LAN-6] [RUN-5] a peer that refuses the call as none is called again after a while, when a deploy may have reached it", async () => {
		const world = createTestWorld();
		const called: string[] = [];
		const wakes: number[] = [];
		let isOld = true;
		const sender = new PeerSender({
			ports: world.ports("sender"),
			what: "words",
			peers: () => ["a", "b"],
			sendBatch: async (peer, send) => {
				called.push(peer);
				// As it comes out of an RPC: with its code, without its class.
				const refused = Object.assign(new Error("words: v: not this"), { code: "contract_fault", errors: [] });
				return send(() => (peer === "b" || !isOld ? Promise.resolve(false) : Promise.reject(refused)));
			},
			wakeAt: (atMs) => void wakes.push(atMs),
		});
		sender.kick();
		await world.advance(RETRY.refusedMs - 1);
		sender.kick();
		await world.settle();
		expect(called).toEqual(["a", "b", "b"]);
		expect(world.logs.map(({ level, event }) => [level, event])).toEqual([["error", "words_parked"]]);
		// Whoever dies meanwhile is woken for it.
		expect(wakes).toContain(world.now() + 1 + RETRY.peerMaxMs);
		isOld = false;
		await world.advance(1);
		expect(called.filter((peer) => peer === "a").length).toBe(2);
		await world.advance(3_600_000);
		expect(called.filter((peer) => peer === "a").length).toBe(2);
	});
});
