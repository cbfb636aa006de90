import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { marginCommand } from "./margin-command.ts";
import { BadInput } from "./options.ts";

const ran = (line: string): { readonly probabilities?: readonly number[]; readonly odds?: readonly number[] } =>
	JSON.parse(marginCommand(line.split(" ")));
const refusal = (line: string): string => {
	try {
		return `accepted: ${marginCommand(line === "" ? [] : line.split(" "))}`;
	} catch (error) {
		if (!(error instanceof BadInput)) throw error;
		return error.message;
	}
};

describe("npm run margin", () => {
	test("takes a margin out, with every digit", () => {
		// The R package `implied`'s example, at 50 digits.
		ran("--method power --odds 2.70,2.30,4.40").probabilities?.forEach((p, index) => {
			expect(Math.abs(p - ([0.3591710998530001, 0.4237307529945639, 0.21709814715243592][index] ?? 0))).toBeLessThan(
				1e-15,
			);
		});
		expect(ran("--method odds_ratio --odds 2.70, 2.30, 4.400")).toEqual(ran("--odds=2.7,2.3,4.4 --method odds-ratio"));
	});

	const SEVERAL = ["multiplicative", "additive", "power", "odds-ratio", "goto", "balanced-book"] as const;
	test.each(SEVERAL)("[PRI-2] two places: by %s the probabilities sum to 2, and the odds come back", (method) => {
		// Double chance of 1X2 at .50 .28 .22, with 8 % on top of two winners.
		const { odds = [] } = ran(`--apply --places 2 --method ${method} --margin 0.08 --probabilities 0.78,0.72,0.5`);
		expect(odds.reduce((total, price) => total + 1 / price, 0)).toBeCloseTo(2.16, 12);
		const { probabilities = [] } = ran(`--places 2 --method ${method} --odds ${odds.join(",")}`);
		[0.78, 0.72, 0.5].forEach((p, index) => {
			expect(probabilities[index]).toBeCloseTo(p, 12);
		});
		expect(ran(`--winners 2 --method ${method} --odds ${odds.join(",")}`)).toEqual({ probabilities });
	});

	test("[PRI-2] two places: each method's own sum, worked by hand", () => {
		// 1/odds are .8 .7 .6 .1: a book of 2.2.
		const line = (method: string) =>
			ran(`--places 2 --method ${method} --odds 1.25,1.4285714285714286,1.6666666666666667,10`);
		const expected = {
			multiplicative: [0.8, 0.7, 0.6, 0.1].map((q) => (q * 2) / 2.2),
			additive: [0.75, 0.65, 0.55, 0.05],
			"balanced-book": [0.7 / 0.9, 0.6 / 0.9, 0.5 / 0.9, 0],
		};
		for (const [method, values] of Object.entries(expected))
			values.forEach((p, index) => {
				expect(line(method).probabilities?.[index]).toBeCloseTo(p, 12);
			});
	});

	test("puts a margin on: odds that sum to what was asked", () => {
		const { odds = [] } = ran("--apply --method power --margin 0.05 --probabilities 0.5,0.3,0.2");
		expect(odds.reduce((total, price) => total + 1 / price, 0)).toBeCloseTo(1.05, 14);
		expect(ran("--apply --method multiplicative --margin 0 --probabilities 0.5,0.5").odds).toEqual([2, 2]);
	});

	test("says the formula's numbers even where they are no probabilities", () => {
		expect(ran("--method additive --odds 1.02,17,101").probabilities?.[2]).toBeCloseTo(-0.006471235358830001, 14);
	});

	test.each([
		["", "--method is needed"],
		["--method power", "--odds is needed"],
		[
			"--method best --odds 2,2",
			"there is no method best: multiplicative, additive, power, odds-ratio, shin, goto, balanced-book",
		],
		["--method power --odds 1,3", "decimal odds are finite and above 1"],
		["--method power --odds 0.5,3", "decimal odds are finite and above 1"],
		["--method power --odds -2,3", "decimal odds are finite and above 1"],
		["--method power --odds NaN,3", '--odds: "NaN" is no number'],
		["--method power --odds 0x2,3", '--odds: "0x2" is no number'],
		["--method power --odds 2,,3", '--odds: "" is no number'],
		["--method power --odds 1e999,3", "decimal odds are finite and above 1"],
		["--method power --odds 2", "a market has at least two outcomes"],
		["--method power --odds 2,2,2 --places 3", "3 places are too many for 3 outcomes: at least one must lose"],
		["--method power --odds 2,2 --winners 5", "5 places are too many for 2 outcomes: at least one must lose"],
		[
			"--apply --method power --margin 0.05 --places 2 --probabilities 1,1",
			"2 places are too many for 2 outcomes: at least one must lose",
		],
		["--method power --odds 2,2,2 --places 0", "--places: 0 is no whole number from 1 to 1000"],
		["--method power --odds 2,2,2 --places -1", "--places: -1 is no whole number from 1 to 1000"],
		["--method power --odds 2,2,2 --places 1.5", "--places: 1.5 is no whole number from 1 to 1000"],
		["--method power --odds 2,2,2 --places two", '--places: "two" is no number'],
		["--method power --odds 2,2,2 --places", "--places needs a value"],
		["--method power --odds 2,2,2 --places 1 --winners 1", "--places and --winners are the same: give one of them"],
		["--method power --odds 2.7,2.3,4.4 --places 2", "these odds sum to 51.6213 % of 2 winners, which is no book"],
		["--method shin --odds 1.2,1.4,1.9 --places 2", "Shin is defined for one winner"],
		[
			"--apply --method power --margin 0.05 --places 2 --probabilities 0.5,0.3,0.2",
			"these probabilities sum to 1, not to 2",
		],
		["--method power --odds 10,10", "these odds sum to 20 %, which is no book"],
		["--method shin --odds 2.1,2.1", "Shin needs a book above 100 %"],
		["--method power --odds 2,2 --margin 0.05", "--margin goes with --apply"],
		["--method power --odds 2,2 --odds 2,2", "--odds stands twice"],
		[
			"--method power --odds 2,2 --color red",
			"there is no option --color: --method, --odds, --probabilities, --margin, --places, --winners, --apply",
		],
		["--method power --odds", "--odds needs a value"],
		["power --odds 2,2", "power belongs to no option"],
		["--apply=yes --method power", "--apply takes no value"],
		["--apply --method power --probabilities 0.5,0.5", "--margin is needed"],
		["--apply --method power --margin 0.6 --probabilities 0.5,0.5", "a margin lies between 0 and 0.5"],
		["--apply --method power --margin 0.05 --probabilities 0.5,0.4", "these probabilities sum to 0.9, not to 1"],
		["--apply --method power --margin 0.05 --probabilities 0,1", "probabilities lie between 0 and 1"],
		["--apply --method power --margin 0.05 --probabilities 1", "a market has at least two outcomes"],
		[
			"--apply --method multiplicative --margin 0.05 --probabilities 0.97,0.03",
			"multiplicative gives no prices at this margin",
		],
	])("refuses %s", (line, message) => {
		expect(refusal(line)).toBe(message);
	});

	test("bad input is one line on standard error and exit code 2", () => {
		const run = spawnSync(process.execPath, ["scripts/pricing/margin.ts", "--method", "power", "--odds", "1,2"], {
			encoding: "utf8",
		});
		expect(run).toMatchObject({ status: 2, stdout: "", stderr: "margin: decimal odds are finite and above 1\n" });
	});
});
