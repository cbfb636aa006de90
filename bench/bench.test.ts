import { describe, expect, test } from "vitest";
import { encodeFrame } from "../shared/protocol/server-frame.ts";
import { planOf as betPlan } from "./bets/plan.ts";
import { planOf as fanoutPlan, newSockets } from "./fanout/plan.ts";
import { planOf as ingestPlan } from "./ingest/plan.ts";
import { checkAccepted } from "./loads/bet-load.ts";
import { tongueOf } from "./loads/tongues.ts";
import { requireOpenFiles } from "./measures/open-files.ts";
import { latenciesOf, quantile } from "./measures/quantiles.ts";
import { Waits } from "./measures/waits.ts";
import { optionsOf, RUNNING, UsageFault, wholeOf } from "./options.ts";
import { failuresOf } from "./overload/overload.ts";
import { peerToken, playerOfToken } from "./peers/tokens.ts";
import { type BenchReport, ratio, textOf } from "./report/report.ts";
import { MOST_LEGS, planOf as settlePlan } from "./settle/plan.ts";
import { grown, planOf as soakPlan } from "./soak/plan.ts";

describe("what stands behind a bench's name", () => {
	test("is read, and what the bench does not know is told with what it does", () => {
		expect(optionsOf("bets", ["--short", "--json"], RUNNING)).toEqual({ short: true, json: true, alone: false });
		expect(() => optionsOf("bets", ["--fast"], RUNNING)).toThrow(UsageFault);
		expect(() => optionsOf("bets", ["--fast"], RUNNING)).toThrow(/bets \[--json\] \[--short\] \[--alone\]/);
	});

	test("a short run does the work of a long one for less time, or less of it", () => {
		const [bets, inputs] = [betPlan, (isShort: boolean) => ingestPlan(isShort, 200)];
		for (const plan of [bets, inputs]) expect(plan(true).runMs).toBeLessThan(plan(false).runMs);
		expect(bets(true).loads).toEqual(bets(false).loads);
		expect(fanoutPlan(true, 500).crowds).toEqual([1, 500]);
		expect(fanoutPlan(false, 500).crowds).toEqual([1, 100, 500]);
		expect(fanoutPlan(false, 50).crowds).toEqual([1, 50]);
		expect(fanoutPlan(false, 5_000)).toEqual({ crowds: [1, 100, 5_000], goals: 20, inputs: 30, inputsPerSec: 2 });
		expect([settlePlan(true, null).legs, settlePlan(false, null).legs, settlePlan(true, 7).legs]).toEqual([
			500, 100_000, 7,
		]);
		expect(soakPlan(false, 10).windows * soakPlan(false, 10).windowMs).toBe(600_000);
	});

	test("bets are waited for as long as a busy machine takes for the most that may be asked", () => {
		for (const legs of [1, 100_000, MOST_LEGS])
			expect(settlePlan(false, legs).patienceMs).toBeGreaterThan((legs * 1_000) / 60);
		// Each player has 1,000 units, and the least stake is one.
		expect(MOST_LEGS).toBeLessThan(settlePlan(false, MOST_LEGS).players * 1_000);
	});

	test("a number is whole and within its bounds, or refused with them", () => {
		expect(wholeOf("sockets", "500", 2, 20_000)).toBe(500);
		expect(() => requireOpenFiles(5_000, "Max open files            1024     524288     files")).toThrow(
			/need 11000 open files .* may have 1024: say `ulimit -n 11000`/,
		);
		requireOpenFiles(5_000, "Max open files            11000    524288     files");
		for (const text of ["1", "2.5", "many", "", "20001"])
			expect(() => wholeOf("sockets", text, 2, 20_000)).toThrow(/--sockets .* from 2 to 20000/);
	});
});

describe("what sockets say", () => {
	const speaking = (speaks: "touchline" | "ws" | "socket.io") => tongueOf({ speaks, matchId: "final" });

	test("a withdrawal is seen in deltas and images of ours, by the status code of a market", () => {
		const { read } = speaking("touchline");
		const at = ["match:final", "1.a"] as const;
		const goal = encodeFrame(["delta", ...at, 1, 2, 1, { t: 1, m: [[0, 2, 5, [0, 0, 0]]] }]);
		expect(read(goal)).toEqual({ isWithdrawn: true, isOpen: false, isImage: false });
		const tick = encodeFrame(["delta", ...at, 1, 2, 1, { t: 1, m: [[2, 0, 5, [2_000]]] }]);
		expect(read(tick)).toEqual({ isWithdrawn: false, isOpen: true, isImage: false });
		const one = encodeFrame(["image", ...at, 1, 1, { m: [[0], [2], [0]].map(([status]) => [status, 5, [2_000]]) }]);
		expect(read(one)).toEqual({ isWithdrawn: false, isOpen: true, isImage: true });
	});

	test("peers' texts are read the same way, whatever carries them", () => {
		const text = JSON.stringify(["peer", "goal", "xx"]);
		expect(speaking("ws").read(text).isWithdrawn).toBe(true);
		expect(speaking("socket.io").read(`42${JSON.stringify(["frame", text])}`).isWithdrawn).toBe(true);
		expect(speaking("socket.io").read("40").isWithdrawn).toBe(false);
	});
});

describe("figures", () => {
	test("a quantile is a latency that was measured", () => {
		const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
		expect([quantile(hundred, 0.5), quantile(hundred, 0.99), quantile([7], 0.01), quantile([], 0.5)]).toEqual([
			50,
			99,
			7,
			null,
		]);
		expect(latenciesOf([3, 1, 2])).toEqual({ count: 3, p50Ms: 2, p99Ms: 3, maxMs: 3 });
	});

	test("what is under way at the end has waited at least so long", () => {
		const waits = new Waits();
		for (const client of [0, 1, 2]) waits.begin(client, 0);
		waits.end(0, 5, true);
		waits.end(1, 7, false);
		waits.begin(0, 6);
		expect(waits.allMs(100)).toEqual([5, 100, 94]);
	});

	test("a load whose bets are refused, or not answered, is none", () => {
		checkAccepted("bets", { accepted: 95, others: { over_limit: 5 } });
		for (const others of [
			new Map([["over_limit", 6]]),
			new Map([
				["over_limit", 3],
				["no answer", 3],
			]),
		])
			expect(() => checkAccepted("bets", { accepted: 94, others: Object.fromEntries(others) })).toThrow(
				/bets: 94 of 100 bets were accepted/,
			);
		expect(() => checkAccepted("bets", { accepted: 0, others: {} })).toThrow(/0 of 0/);
	});

	test("memory is by socket beyond the largest crowd that was there before", () => {
		const crowds = [1, 100, 500, 200];
		expect(crowds.map((_, no) => newSockets(crowds, no))).toEqual([null, 99, 400, null]);
	});

	test("what has grown is told by thirds of the windows, without the first one; one window that is off is not growth", () => {
		expect(grown([99, 10, 10, 10, 10, 10, 10, 10, 90, 10])).toBe(1);
		expect(grown([1, 10, 11, 12, 13, 14, 15, 16, 17, 18])).toBeCloseTo(17 / 11);
		expect(grown([5, 10, 20])).toBe(2);
		expect([grown([5, 10]), grown([1, null, null, null])]).toEqual([null, null]);
	});

	test("an overload that is suffered says so: by goodput, by late refusals, by what is missing", () => {
		const waits = { count: 1, p50Ms: 20, p99Ms: 90, maxMs: 95 };
		const offered = {
			...{ ranMs: 1_000, offered: 2_000, taken: 900, busy: 1_100, busyWithoutRetry: 0, others: {} },
			...{ takenIn: waits, busyIn: waits, acceptedIds: [], given: {} },
		};
		const good = { work: "bets", peakPerSec: 1_000, offered, takenPerSec: 900, missing: 0 };
		expect(failuresOf(good)).toEqual([]);
		expect(failuresOf({ ...good, takenPerSec: 700 })).toEqual(["bets: 70 % of the peak is taken"]);
		expect(failuresOf({ ...good, missing: 1 })).toEqual(["bets: 1 were acknowledged and are missing"]);
		const late = { ...offered, busyIn: { ...waits, p99Ms: 150 }, busyWithoutRetry: 2 };
		expect(failuresOf({ ...good, offered: late })).toEqual([
			"bets: busy after 150 ms",
			"bets: 2 were not told when to come again",
		]);
		expect(failuresOf({ ...good, offered: { ...offered, busy: 0 } })).toEqual([
			"bets: nobody was told that it is too much",
		]);
	});

	test("a report names work, sides and ratios, and what was not counted is no nought", () => {
		const report: BenchReport = {
			bench: "bets",
			at: "2026-06-11T00:00:00.000Z",
			machine: { processor: "p", cores: 2, memoryGiB: 1, system: "s", node: "v24", v8: "v", load: 0 },
			versions: { pg: "8" },
			repeat: "npm run bench -- bets",
			columns: ["p50 ms", "fsyncs"],
			rows: [{ work: "one client", who: "Touchline", figures: [1.234, null] }],
			ratios: [ratio("p50", 3, 2), ratio("fsyncs", null, 2)],
			notes: [],
		};
		const text = textOf(report);
		expect(text).toContain("| one client | Touchline | 1.23 | – |");
		expect(text).toContain("- p50: 1.50\n- fsyncs: –");
	});
});

test("a peer's token names its player, and nobody else's signature is taken", () => {
	const token = peerToken("secret", "player-1");
	expect(playerOfToken("secret", `Bearer ${token}`)).toBe("player-1");
	expect(playerOfToken("secret", `Bearer ${token.replace("player-1", "player-2")}`)).toBeNull();
	expect(playerOfToken("secret", undefined)).toBeNull();
});
