/** A run of canaries tells each end as what it is: nothing but a named rule, broken where the patch ran, is caught. */
import { describe, expect, test } from "vitest";
import { decodeCanaries, inHistory, inTest, patch } from "./canary.ts";
import { applyPatch } from "./patching.ts";
import { Runner } from "./runner.ts";
import { historyVerdict, testVerdict, toldBy } from "./verdict.ts";

const BUSY_MS = 240_000;
const TRANSACTIONS = "durable-objects/wallet/transactions.ts";
const RELEASE = "this.#store.post(player, ledger.releaseStake(player.playerId, ticket.stakeMinor), ticket.key, nowMs);";
const runner = new Runner({ from: 1, seeds: 2, minutes: 2 });
const judged = async (put: string, rules = "MON-3", find = RELEASE) =>
	runner.judge(inHistory("one of a test", rules, patch(TRANSACTIONS, find, put)));

describe("a canary in histories", { timeout: BUSY_MS }, () => {
	test("caught: with its rule, its seed and how often it ran", async () => {
		const verdict = await judged("HIT();");
		expect(verdict).toMatchObject({ kind: "caught", rule: "MON-3", by: { seed: 1, tried: 1 } });
		expect(verdict.kind === "caught" && (verdict.hits[0] ?? 0) > 0).toBe(true);
	});

	test("alive: it runs and changes nothing", async () => {
		expect(await judged(`HIT();${RELEASE}`)).toMatchObject({ kind: "alive" });
	});

	test("a syntax error is no catch", async () => {
		expect(await judged("HIT(); ) nonsense (")).toMatchObject({ kind: "broken" });
	});

	test("what never runs is told as such, although it would break everything", async () => {
		expect(await judged(`if (ticket.stakeMinor < 0 && HIT()) throw new Error("never");${RELEASE}`)).toMatchObject({
			kind: "never ran",
		});
	});

	test("a fault that is thrown breaks no rule that it names", async () => {
		const verdict = await judged('HIT(); throw new Error("on purpose");', "LAN-2");
		expect(["crashed", "elsewhere"]).toContain(verdict.kind);
	});

	test("a patch that fits nowhere is told before anything runs", async () => {
		expect(await judged("HIT();", "MON-3", "lines that are not there")).toMatchObject({ kind: "unfit" });
	});
});

describe("a canary in a test", { timeout: BUSY_MS }, () => {
	const money = (find: string, put: string, rules = "MON-1") =>
		runner.judge(
			inTest("one of a test", rules, "shared/betting/money.test.ts", patch("shared/betting/money.ts", find, put)),
		);
	const FLOOR = "const exact = floorDiv(BigInt(stakeMinor) * ratio.num, ratio.den);";

	test("caught by an assertion of a test with its rule; a syntax error is none", async () => {
		expect(await money(FLOOR, `HIT();${FLOOR.replace("floorDiv", "ceilDiv")}`)).toMatchObject({
			kind: "caught",
			rule: "MON-1",
		});
		expect(await money(FLOOR, "HIT(); ) nonsense (")).toMatchObject({ kind: "broken" });
		expect(await money(FLOOR, `HIT();${FLOOR}`)).toMatchObject({ kind: "alive" });
	});
});

describe("what a verdict is made of", () => {
	const canary = inHistory("one", "MON-3", patch(TRANSACTIONS, "a", "HIT()"));
	const history = (rule: string, hits: readonly number[]) =>
		`${JSON.stringify({ kind: "history", seed: 4, hits, violations: [{ rule, what: "wrong" }] })}\n`;
	const verdict = (output: string, status: number | null = 0) =>
		historyVerdict(canary, toldBy(output), { status, errors: "killed" }).kind;

	test("another rule, a fault without a rule, a crash, a hang and an empty run are none of them caught", () => {
		expect(verdict(history("MON-3", [1]))).toBe("caught");
		expect(verdict(history("MON-3", [0]))).toBe("never ran");
		expect(verdict(history("BET-3", [1]))).toBe("elsewhere");
		expect(verdict(history("fault", [1]))).toBe("crashed");
		expect(verdict(history("liveness", [1]))).toBe("crashed");
		expect(verdict(`${JSON.stringify({ kind: "crash", seed: 4, what: "uncaught" })}\n`, 1)).toBe("crashed");
		expect(verdict("", null)).toBe("crashed");
		expect(verdict("")).toBe("never ran");
	});

	test("a line that the end of its process has cut off is no word of it", () => {
		const whole = history("MON-3", [1]);
		expect(toldBy(`${whole}${whole.slice(0, 40)}`)).toHaveLength(1);
	});

	test("a test that fails by a fault, or under no rule of the canary, catches nothing", () => {
		const report = (fullName: string, message: string) =>
			JSON.stringify({
				testResults: [{ assertionResults: [{ fullName, status: "failed", failureMessages: [message] }] }],
			});
		const of = (fullName: string, message: string, hits = 1) =>
			testVerdict(canary, { report: report(fullName, message), hits: [hits], ended: { status: 1, errors: "" } }, [true])
				.kind;
		expect(of("[MON-3] holds", "AssertionError: expected 1 to be 2")).toBe("caught");
		expect(of("[MON-3] holds", "AssertionError: expected 1 to be 2", 0)).toBe("never ran");
		expect(of("[MON-3] holds", "ReferenceError: x is not defined")).toBe("crashed");
		expect(of("holds", "AssertionError: expected 1 to be 2")).toBe("elsewhere");
	});
});

describe("a patch", () => {
	test("counts where it says HIT(), or before the statement it begins with", () => {
		const put = (find: string, text: string) => {
			const patched = applyPatch("if (a) {\n\tb();\n}\n", patch("x.ts", find, text), 3);
			return patched.kind === "patched" ? [patched.isCounted, patched.text.includes("canaryHit?.(3)")] : patched.kind;
		};
		expect(put("if (a)", "if (a && HIT())")).toEqual([true, true]);
		expect(put("b();", "")).toEqual([true, true]);
		expect(put("(a)", "(b)")).toBe("refused");
		expect(put("c()", "HIT()")).toBe("refused");
	});

	test("comes from others as a list of one file or of several; what is no rule is refused", () => {
		const one = { name: "n", rule: "BET-4", file: "a.ts", find: "x", put: "y", seed: 7 };
		expect(decodeCanaries(JSON.stringify([one]))).toEqual([inHistory("n", "BET-4", patch("a.ts", "x", "y"))]);
		expect(() => decodeCanaries(JSON.stringify([{ ...one, rule: "fault" }]))).toThrow();
	});
});
