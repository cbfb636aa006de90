import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_ODDS_MILLI, MIN_ODDS_MILLI, stepAt } from "../shared/betting/ladder.ts";
import { ODDS_FORMATS, type OddsFormat, oddsLabel } from "./formats.ts";

const ladder: readonly number[] = (() => {
	const found = [MIN_ODDS_MILLI];
	for (let at = MIN_ODDS_MILLI; at < MAX_ODDS_MILLI; found.push(at)) at += stepAt(at);
	return found;
})();

type Exact = readonly [numerator: bigint, denominator: bigint];
const decimal = (text: string): Exact => {
	const [whole = "", decimals = ""] = text.split(".");
	return [BigInt(whole + decimals), 10n ** BigInt(decimals.length)];
};

/** The profit of a stake of one that a reader of the label may expect, as an exact fraction. */
function promised(label: string, format: OddsFormat): Exact {
	const isNegative = label.startsWith("-");
	const [numerator, denominator] = decimal(label.replace(/^[+-]/, "").split("/")[0] ?? "");
	switch (format) {
		case "decimal":
			return [numerator - denominator, denominator];
		case "fractional":
			return [numerator, BigInt(label.split("/")[1] ?? "0")];
		case "american":
			return isNegative ? [100n * denominator, numerator] : [numerator, 100n * denominator];
		case "hong-kong":
		case "malay":
		case "indonesian":
			return isNegative ? [denominator, numerator] : [numerator, denominator];
	}
}

/** Never above what is paid, and within `percent` of it. */
function expectHonest(oddsMilli: number, format: OddsFormat, percent: bigint): void {
	const label = oddsLabel(oddsMilli, format);
	const [numerator, denominator] = promised(label, format);
	const paid = BigInt(oddsMilli - 1_000);
	// Thrown rather than expected: a quarter of a million expectations take seconds.
	if (!(denominator > 0n && numerator * 1_000n <= paid * denominator))
		throw new Error(`${oddsMilli} as ${label} promises too much`);
	if (numerator * 1_000n * 100n < paid * denominator * (100n - percent))
		throw new Error(`${oddsMilli} as ${label} is too low`);
}

const PERCENT: Readonly<Record<OddsFormat, bigint>> = {
	decimal: 0n,
	"hong-kong": 0n,
	fractional: 1n,
	american: 1n,
	malay: 1n,
	indonesian: 1n,
};

describe("labels of prices", () => {
	test.each<[number, readonly string[]]>([
		[1_010, ["1.01", "1/100", "-10000", "0.01", "0.01", "-100.00"]],
		[1_500, ["1.50", "1/2", "-200", "0.50", "0.50", "-2.00"]],
		[1_910, ["1.91", "10/11", "-110", "0.91", "0.91", "-1.10"]],
		[2_000, ["2.00", "1/1", "+100", "1.00", "1.00", "1.00"]],
		[2_500, ["2.50", "3/2", "+150", "1.50", "-0.67", "1.50"]],
		[5_500, ["5.50", "9/2", "+450", "4.50", "-0.223", "4.50"]],
		[1_000_000, ["1000.00", "999/1", "+99900", "999.00", "-0.001002", "999.00"]],
		[3_275, ["3.275", "25/11", "+227", "2.275", "-0.44", "2.275"]],
		[1_000, ["1.00", "0/1", "+0", "0.00", "0.00", "0.00"]],
	])("%i thousandths", (oddsMilli, labels) => {
		expect(ODDS_FORMATS.map((format) => oddsLabel(oddsMilli, format))).toEqual(labels);
	});

	test.each(ODDS_FORMATS)(
		"[MON-1] %s never promises more than is paid: every rung, every thousandth up to 20",
		(format) => {
			for (const oddsMilli of ladder) expectHonest(oddsMilli, format, PERCENT[format]);
			for (let oddsMilli = 1_001; oddsMilli <= 20_000; oddsMilli++) expectHonest(oddsMilli, format, PERCENT[format]);
		},
	);

	test.each(ODDS_FORMATS)("[MON-1] %s never promises more than is paid, on or off the ladder", (format) => {
		fc.assert(
			fc.property(
				fc.oneof(fc.integer({ min: 1_001, max: 3_000 }), fc.integer({ min: 1_001, max: 1_000_000_000 })),
				(oddsMilli) => expectHonest(oddsMilli, format, PERCENT[format]),
			),
			{ numRuns: 1_000 },
		);
	});

	test.each(ODDS_FORMATS)("%s tells every rung from the next", (format) => {
		expect(new Set(ladder.map((oddsMilli) => oddsLabel(oddsMilli, format))).size).toBe(ladder.length);
	});

	test("what is no price has no label", () => {
		for (const bad of [999, 0, -1_500, 1_500.5, Number.NaN, Number.POSITIVE_INFINITY, 2_000_000_000])
			expect(() => oddsLabel(bad, "decimal")).toThrow(RangeError);
	});
});
