import { describe, expect, test } from "vitest";
import { RETRY, RPC_TIMEOUT_MS } from "../../shared/limits.ts";
import { createTestWorld, type WorldOptions } from "../../testing/world.ts";
import {
	AFTER_A_DEPLOY,
	type AfterRefusal,
	afterFailure,
	Courier,
	type CourierPolicy,
	callAtMs,
	doublingMs,
	logFailures,
	someOf,
} from "./courier.ts";
import { createDeadlines, type Deadlines } from "./deadlines.ts";
import { CallRefused } from "./rpc-timeout.ts";

const OWNER = "owner";
/** As it comes out of an RPC: with its code, without its class. */
const REFUSED = Object.assign(new Error("words: v: not this"), { code: "contract_fault", errors: [] });

type Words = readonly string[];
type Call = {
	readonly peer: string;
	readonly words: Words;
	readonly atMs: number;
	readonly answer: (ok: boolean) => void;
	readonly refuse: () => void;
};

/** An owner whose words are stored, and whoever calls for it: a new one after each death. */
function bench(options: WorldOptions = {}) {
	const world = createTestWorld(1, undefined, options);
	const calls: Call[] = [];
	const wakes: number[] = [];
	const start = (changes: Partial<CourierPolicy<Words, string>> = {}) => {
		const ports = world.ports(OWNER);
		ports.sql.exec("CREATE TABLE IF NOT EXISTS words (peer TEXT NOT NULL, word TEXT NOT NULL)");
		const column = (query: string, ...bindings: readonly string[]): Words =>
			ports.sql.exec(query, ...bindings).map((row) => String(Object.values(row)[0]));
		const courier = new Courier<Words, string>({
			ports,
			what: "words",
			peers: () => column("SELECT DISTINCT peer FROM words ORDER BY peer"),
			batch: (peer) => someOf(column("SELECT word FROM words WHERE peer = ? ORDER BY rowid LIMIT 2", peer)),
			send: (peer, words) =>
				new Promise((resolve, reject) => {
					const answer = (ok: boolean): void => (ok ? resolve("ok") : reject(new Error("away")));
					calls.push({ peer, words, atMs: world.now(), answer, refuse: () => reject(REFUSED) });
				}),
			decode: (answer) => {
				if (answer !== "ok") throw new Error("no answer");
				return answer;
			},
			answered: (peer, words) => {
				for (const word of words) ports.sql.exec("DELETE FROM words WHERE peer = ? AND word = ?", peer, word);
			},
			retryMs: doublingMs(RETRY.peerMinMs, RETRY.peerMaxMs),
			refused: AFTER_A_DEPLOY,
			failed: logFailures(ports, "words"),
			alarm: { wakeAt: (atMs) => void wakes.push(atMs), slackMs: RETRY.peerMaxMs },
			...changes,
		});
		const say = (peer: string, ...words: Words): void => {
			for (const word of words) ports.sql.exec("INSERT INTO words (peer, word) VALUES (?, ?)", peer, word);
			courier.kick();
		};
		return { ports, courier, say };
	};
	const said = (): readonly Words[] => calls.map(({ peer, words }) => [peer, ...words]);
	const answer = async (ok: boolean): Promise<void> => {
		calls.at(-1)?.answer(ok);
		await world.settle();
	};
	return { world, start, calls, wakes, said, answer };
}

describe("a courier's steps", () => {
	const ready = { kind: "ready", failures: 0 } as const;
	const manner = { retryMs: doublingMs(100, 500), refused: { waitMs: 1_000, calledBy: "timer" } } as const;
	const refusal = new CallRefused("not this", []);

	test("[SET-2] a failure waits twice as long as the one before it, and no longer than the longest pause", () => {
		expect([1, 2, 3, 4, 5, 2_000].map(manner.retryMs)).toEqual([100, 200, 400, 500, 500, 500]);
		const once = afterFailure(ready, new Error("away"), 7, manner);
		expect(once).toEqual({ kind: "waiting", failures: 1, untilMs: 107, isRefused: false });
		expect(afterFailure(once, new Error("away"), 200, manner)).toMatchObject({ failures: 2, untilMs: 400 });
	});

	test("[RUN-5] after a refusal of the call it waits as its policy says, or as after another failure", () => {
		const standingAfter = (refused: AfterRefusal | null) => afterFailure(ready, refusal, 7, { ...manner, refused });
		expect(standingAfter(manner.refused)).toEqual({ kind: "waiting", failures: 1, untilMs: 1_007, isRefused: true });
		expect(standingAfter({ waitMs: 1_000, calledBy: "kick" })).toEqual({
			kind: "until kicked",
			failures: 1,
			sinceMs: 7,
			untilMs: 1_007,
		});
		expect(standingAfter(null)).toMatchObject({ kind: "waiting", untilMs: 107 });
	});

	test("[SET-2] a peer is called when something is due and its time has come, and one that is parked by a kick only", () => {
		const waiting = { kind: "waiting", failures: 1, untilMs: 50, isRefused: false } as const;
		const parked = { kind: "until kicked", failures: 1, sinceMs: 10, untilMs: 40 } as const;
		expect([callAtMs(ready, null, 20), callAtMs(ready, 25, 20)]).toEqual([null, 25]);
		expect([callAtMs(waiting, 25, 20), callAtMs(waiting, 60, 20), callAtMs(waiting, null, 20)]).toEqual([50, 60, 50]);
		expect([callAtMs(parked, 20, 39), callAtMs(parked, 40, 40), callAtMs(parked, null, 40)]).toEqual([null, 40, null]);
		// By a clock that has been set back since.
		expect(callAtMs(parked, 9, 9)).toBe(9);
	});
});

describe("a courier", () => {
	test("[SET-2] has one call in flight a peer, in order, and then says what came meanwhile", async () => {
		const { world, start, said, calls } = bench();
		const { say } = start();
		say("a", "1");
		await world.settle();
		say("a", "2", "3", "4");
		say("b", "5");
		await world.settle();
		expect(said()).toEqual([
			["a", "1"],
			["b", "5"],
		]);
		calls[0]?.answer(true);
		await world.settle();
		expect(said().at(-1)).toEqual(["a", "2", "3"]);
		calls[2]?.answer(true);
		await world.settle();
		expect(said().at(-1)).toEqual(["a", "4"]);
	});

	test("[SET-2] what comes at any moment of a run is said without another kick", async () => {
		const { world, start } = bench();
		let isLate = true;
		const { say, courier, ports } = start({
			send: () => Promise.resolve("ok"),
			answered: () => {
				ports.sql.exec("DELETE FROM words");
				if (isLate) say("a", "2");
				isLate = false;
			},
		});
		say("a", "1");
		await world.settle();
		expect(ports.sql.exec("SELECT word FROM words")).toEqual([]);
		expect(courier.failures("a")).toBe(0);
	});

	test.each([
		["that fails", () => Promise.reject(new Error("away"))],
		["that refuses", () => Promise.reject(REFUSED)],
		["that hangs", () => new Promise(() => {})],
	])(
		"[BET-8] [SET-2] as long as something waits for a peer %s there is an alarm, though alarms fire in between",
		async (_, send) => {
			const { world, start } = bench();
			let deadlines: Deadlines | null = null;
			const { say, courier, ports } = start({
				send,
				alarm: { wakeAt: (atMs) => deadlines?.setIfSooner("words", atMs), slackMs: RETRY.peerMaxMs },
			});
			deadlines = createDeadlines(ports);
			world.onAlarm(OWNER, () => {
				deadlines?.takeDue(ports.now());
				courier.kick();
			});
			say("a", "1");
			for (let second = 0; second < 180; second++) {
				await world.advance(1_000);
				expect(world.alarmOf(OWNER), `after ${second} s`).not.toBeNull();
			}
		},
	);

	test("[RUN-4] where the alarm cannot be stored the peer is called once there is room again", async () => {
		const { world, start, said } = bench();
		let isFull = true;
		const wakeAt = (): void => {
			if (isFull) throw new Error("database or disk is full");
		};
		const { say, courier } = start({ alarm: { wakeAt, slackMs: 0 } });
		expect(() => say("a", "1")).toThrow("full");
		isFull = false;
		courier.kick();
		await world.settle();
		expect(said()).toEqual([["a", "1"]]);
	});

	test("[BET-8] nothing is said before it is durable, and nothing at all by who dies before", async () => {
		const { world, start, said } = bench({ syncMs: () => 10 });
		start().say("a", "1");
		await world.advance(9);
		expect(said()).toEqual([]);
		await world.advance(1);
		expect(said()).toEqual([["a", "1"]]);
		start().say("b", "2");
		await world.advance(9);
		world.crash(OWNER);
		await world.advance(100);
		expect(said()).toEqual([["a", "1"]]);
	});

	test("[SET-2] what needs no write is said at once, and what is no longer worth it is not", async () => {
		const { world, start, said } = bench({ syncMs: () => 10 });
		start({ needsNoSync: () => true }).say("a", "1");
		await world.settle();
		expect(said()).toEqual([["a", "1"]]);
		let left = 2;
		start({ batch: () => (left-- > 0 ? ["2"] : null), send: () => null }).courier.kick(["b"]);
		await world.advance(100);
		expect([left, ...said()]).toEqual([-1, ["a", "1"]]);
	});

	test("[SET-2] a call under way has an alarm under it, and whoever dies with it says it again from what is stored", async () => {
		const { world, start, wakes, said, answer } = bench();
		start().say("a", "1");
		await world.settle();
		expect(wakes).toEqual([world.now() + RPC_TIMEOUT_MS + RETRY.peerMaxMs]);
		world.crash(OWNER);
		await world.advance(60_000);
		expect(said()).toEqual([["a", "1"]]);
		start().courier.kick();
		await world.settle();
		expect(said()).toEqual([
			["a", "1"],
			["a", "1"],
		]);
		await answer(true);
		expect(world.storage(OWNER).exec("SELECT word FROM words")).toEqual([]);
	});

	test("[SET-2] a failed peer is tried again after its back-off and not at every kick; the alarm is the net", async () => {
		const { world, start, calls, wakes, answer } = bench();
		const { say, courier } = start();
		say("a", "1");
		await world.settle();
		await answer(false);
		for (let kick = 0; kick < 10; kick++) courier.kick();
		await world.settle();
		expect(calls).toHaveLength(1);
		expect(courier.failures("a")).toBe(1);
		expect(wakes.at(-1)).toBe(world.now() + RETRY.peerMinMs + RETRY.peerMaxMs);
		await world.advance(250);
		expect(calls).toHaveLength(2);
		await answer(false);
		await world.advance(499);
		expect(calls).toHaveLength(2);
		await world.advance(1);
		expect(calls).toHaveLength(3);
		await answer(true);
		await world.advance(60_000);
		expect(calls).toHaveLength(3);
		expect(courier.failures("a")).toBe(0);
	});

	test("[SET-2] a call without an answer, or with none that can be read, has failed", async () => {
		const { world: other, start: startOther } = bench();
		const garbled = startOther({ send: () => Promise.resolve("garbled") });
		garbled.say("a", "1");
		await other.settle();
		expect(garbled.courier.failures("a")).toBe(1);

		const { world, start, calls } = bench();
		const { say, courier } = start();
		say("a", "1");
		await world.settle();
		await world.advance(RPC_TIMEOUT_MS);
		expect(courier.failures("a")).toBe(1);
		await world.advance(RETRY.peerMinMs);
		expect(calls).toHaveLength(2);
	});

	test("[SET-2] a clock that is set back makes no peer wait for it", async () => {
		const { world, start, calls, answer } = bench();
		start().say("a", "1");
		await world.settle();
		await answer(false);
		world.setClock(OWNER, -3_600_000);
		await world.advance(RETRY.peerMinMs);
		expect(calls).toHaveLength(2);
	});

	test("[SET-2] where a kick retries, it does so at once, and the pause before it is over", async () => {
		const { world, start, calls, answer } = bench();
		const { say, courier } = start({ kickOvertakes: ({ isRefused }) => !isRefused });
		say("a", "1");
		await world.settle();
		await answer(false);
		courier.kick();
		await world.settle();
		expect(calls).toHaveLength(2);
		await answer(false);
		expect(courier.failures("a")).toBe(2);
		await world.advance(2 * RETRY.peerMinMs);
		expect(calls).toHaveLength(3);
		calls[2]?.refuse();
		await world.settle();
		courier.kick();
		await world.settle();
		expect(calls).toHaveLength(3);
	});

	test("[SET-2] a bound on parallel peers holds, and all get their turn", async () => {
		const { world, start, calls } = bench();
		const { say } = start({ parallel: 2 });
		for (const peer of ["a", "b", "c", "d"]) say(peer, "x");
		await world.settle();
		const called = (): Words => calls.map(({ peer }) => peer);
		expect(called()).toEqual(["a", "b"]);
		calls[0]?.answer(true);
		await world.settle();
		expect(called()).toEqual(["a", "b", "c"]);
		calls[1]?.answer(false);
		await world.settle();
		expect(called()).toEqual(["a", "b", "c", "d"]);
	});

	test("[RUN-5] a peer that refuses the call as none is called again after a while, and others are told meanwhile", async () => {
		const { world, start, calls, said, wakes } = bench();
		const { say, courier } = start();
		say("a", "1");
		say("b", "2");
		await world.settle();
		calls[0]?.refuse();
		calls[1]?.answer(true);
		await world.advance(RETRY.refusedMs - 1);
		// Whoever dies meanwhile is woken for it.
		expect(wakes).toContain(world.now() + 1 + RETRY.peerMaxMs);
		say("b", "3");
		courier.kick();
		await world.settle();
		expect(said()).toEqual([
			["a", "1"],
			["b", "2"],
			["b", "3"],
		]);
		await world.advance(1);
		expect(said().at(-1)).toEqual(["a", "1"]);
		expect(world.logs.map(({ level, event }) => [level, event])).toEqual([["error", "words_parked"]]);
	});

	test("[RUN-5] where a policy says so, a kick that comes later tries the peer again, and nothing else does", async () => {
		const { world, start, calls } = bench();
		const { say, courier } = start({ refused: { waitMs: 10_000, calledBy: "kick" } });
		say("a", "1");
		await world.settle();
		calls[0]?.refuse();
		await world.advance(9_999);
		courier.kick();
		await world.advance(3_600_000);
		expect(calls).toHaveLength(1);
		courier.kick();
		await world.settle();
		expect(calls).toHaveLength(2);
	});

	test("[BET-8] what is due later is said then, sooner where that is said, and given up at its deadline", async () => {
		const { world, start, calls } = bench();
		const startedAtMs = world.now();
		let due: number | null = startedAtMs + 1_000;
		const deadlineMs = startedAtMs + 2_000;
		const { courier } = start({
			dueAtMs: () => due,
			batch: () => {
				if (world.now() >= deadlineMs) due = null;
				return due === null ? null : ["1"];
			},
			retryMs: () => 600,
			refused: null,
		});
		courier.kick(["a"]);
		await world.advance(500);
		due = startedAtMs + 700;
		courier.kick(["a"]);
		await world.advance(200);
		calls[0]?.refuse();
		await world.advance(600);
		calls[1]?.answer(false);
		await world.advance(60_000);
		expect(calls.map(({ atMs }) => atMs - startedAtMs)).toEqual([700, 1_300, 1_900]);
		expect(courier.failures("a")).toBe(0);
	});

	test("[BET-8] whatever else is written while its policy gathers goes along", async () => {
		const { world, start, said } = bench();
		const { say } = start({ gather: () => Promise.resolve() });
		say("a", "1");
		say("a", "2");
		await world.settle();
		expect(said()).toEqual([["a", "1", "2"]]);
	});
});
