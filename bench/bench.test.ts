import { describe, expect, test } from "vitest";
import { planOf } from "./bets/plan.ts";
import { latenciesOf, quantile } from "./measures/quantiles.ts";
import { optionsOf, RUNNING, UsageFault } from "./options.ts";
import { peerToken, playerOfToken } from "./peers/tokens.ts";
import { type BenchReport, ratio, textOf } from "./report/report.ts";

describe("what stands behind a bench's name", () => {
	test("is read, and what the bench does not know is told with what it does", () => {
		expect(optionsOf("bets", ["--short", "--json"], RUNNING)).toEqual({ short: true, json: true, alone: false });
		expect(() => optionsOf("bets", ["--fast"], RUNNING)).toThrow(UsageFault);
		expect(() => optionsOf("bets", ["--fast"], RUNNING)).toThrow(/bets \[--json\] \[--short\] \[--alone\]/);
	});

	test("a short run has the loads of a long one, for less time", () => {
		const [short, long] = [planOf(true), planOf(false)];
		expect(short.loads).toEqual(long.loads);
		expect(short.runMs).toBeLessThan(long.runMs);
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
