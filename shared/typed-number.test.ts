import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CURRENCIES, decimalsOf } from "./catalogue/currencies.ts";
import { numberStyle, readNumber, writeNumber } from "./typed-number.ts";

const LANGUAGES = [
	"en",
	"en-US",
	"en-IN",
	"de",
	"de-CH",
	"de-AT",
	"fr",
	"fr-CH",
	"es",
	"pt-PT",
	"pl",
	"sv",
	"ja",
	"ar-EG",
	"fa",
	"hi",
	"my",
	"nqo",
	"ff-Adlm",
];
const money = (text: string, language: string, digits = 2) => {
	const read = readNumber(text, numberStyle(language), {
		digits,
		minScaled: 0,
		maxScaled: 999_999_999_999,
		units: ["€", "EUR"],
	});
	return read.ok ? read.scaled : read.code;
};

describe("a typed amount", () => {
	test.each([
		["5", 500],
		["5.00", 500],
		["5,00", 500],
		["6,5", 650],
		["0,5", 50],
		[".5", 50],
		["1.234,50", 123_450],
		["1,234.50", 123_450],
		["1 234,50", 123_450],
		["1\u00a0234,50", 123_450],
		["1\u202f234.50", 123_450],
		["1'234.50", 123_450],
		["1’234,50", 123_450],
		["1,234,567", 123_456_700],
		["1.234.567,8", 123_456_780],
		["12 345", 1_234_500],
		["€ 5", 500],
		["5,00 €", 500],
		["5 eur", 500],
		["１２３", 12_300],
		[" 007 ", 700],
	])("[PAG-3] %j has one meaning and means it to every reader", (text, minor) => {
		expect(LANGUAGES.map((language) => money(text, language))).toEqual(LANGUAGES.map(() => minor));
	});

	test.each([
		["", "empty"],
		["  ", "empty"],
		["abc", "not_a_number"],
		["1e3", "not_a_number"],
		["0x10", "not_a_number"],
		["NaN", "not_a_number"],
		["Infinity", "not_a_number"],
		["5 $", "not_a_number"],
		["5.", "not_a_number"],
		[".", "not_a_number"],
		["--5", "not_a_number"],
		["5-", "not_a_number"],
		["½", "not_a_number"],
		["-1", "negative"],
		["−1", "negative"],
		["5.001.2", "bad_groups"],
		["1,23,4", "bad_groups"],
		["1,234,56.7", "bad_groups"],
		["12 34", "bad_groups"],
		["1.234,567,890.1", "bad_groups"],
		["0,000,001", "bad_groups"],
		["1.234 567", "bad_groups"],
		["5.1234", "too_precise"],
		["0,005", "too_precise"],
		["1.234,567", "too_precise"],
		["9999999999999999", "out_of_range"],
	])("[PAG-3] %j is refused to every reader: %s", (text, code) => {
		expect(LANGUAGES.map((language) => money(text, language))).toEqual(LANGUAGES.map(() => code));
	});

	test.each([
		["1,000", "en", 2, 100_000],
		["1.000", "en", 2, "ambiguous"],
		["1,000", "de", 2, "ambiguous"],
		["1.000", "de", 2, 100_000],
		["1,000", "fr", 2, "ambiguous"],
		["1.000", "fr", 2, "ambiguous"],
		["1,000", "de-CH", 2, "ambiguous"],
		["1,000", "ja", 0, 1_000],
		["1.000", "ja", 0, "ambiguous"],
		["1.000", "de", 0, 1_000],
		["1,5", "ja", 0, "too_precise"],
		["1.000", "en", 3, 1_000],
		["1,000", "en", 3, 1_000_000],
		["1,000", "de", 3, 1_000],
		["1.234,567", "en", 3, 1_234_567],
		["12,34,567", "en-IN", 2, 123_456_700],
		["12,34,567", "en", 2, "bad_groups"],
		["١٬٢٣٤٫٥", "ar-EG", 2, 123_450],
		["१,२३४.५", "hi-u-nu-deva", 2, 123_450],
	])("[PAG-3] %j to a reader of %s with %i decimals is %s", (text, language, digits, wanted) => {
		expect(money(text, language, digits)).toBe(wanted);
	});

	test("[PAG-3] what is ambiguous names both its meanings", () => {
		const read = readNumber("12,500", numberStyle("de"), { digits: 2, minScaled: 0, maxScaled: 1e9 });
		expect(read).toEqual({ ok: false, code: "ambiguous", readings: ["12", "12500"] });
	});

	test("[PAG-3] bounds, steps and signs are those of the field", () => {
		const style = numberStyle("de");
		const shift = { digits: 0, minScaled: -500, maxScaled: 500, stepScaled: 20 };
		expect(readNumber("−40", style, shift)).toEqual({ ok: true, scaled: -40 });
		expect(readNumber("+40", style, shift)).toEqual({ ok: true, scaled: 40 });
		expect(Object.is((readNumber("-0", style, shift) as { scaled: number }).scaled, 0)).toBe(true);
		expect(readNumber("50", style, shift)).toEqual({ ok: false, code: "wrong_step" });
		expect(readNumber("520", style, shift)).toEqual({ ok: false, code: "out_of_range" });
	});

	test("[PAG-3] what is written in a reader's format is read back as the same amount, in every currency", () => {
		const amount = fc.integer({ min: 0, max: 999_999_999_999 });
		fc.assert(
			fc.property(
				amount,
				fc.constantFrom(...LANGUAGES),
				fc.constantFrom(...CURRENCIES.map(decimalsOf)),
				(minor, language, digits) => {
					const style = numberStyle(language);
					expect(money(writeNumber(minor, digits, style), language, digits)).toBe(minor);
				},
			),
		);
	});

	test("[PAG-3] an Arabic comma is a comma", () => {
		expect(money("٦،٥", "ar-EG")).toBe(650);
	});

	test("[PAG-3] no text makes a number that is none, or one outside its bounds", () => {
		const typed = fc.string({ unit: fc.constantFrom(..."0123456789.,' -+eE€%x\u00a0٫٬".split("")), maxLength: 12 });
		fc.assert(
			fc.property(fc.oneof(typed, fc.string()), fc.constantFrom(...LANGUAGES), (text, language) => {
				const read = readNumber(text, numberStyle(language), { digits: 2, minScaled: 0, maxScaled: 1_000_000 });
				if (read.ok)
					expect(Number.isSafeInteger(read.scaled) && read.scaled >= 0 && read.scaled <= 1_000_000).toBe(true);
			}),
		);
	});

	test("[PAG-3] a language that is none is read as English", () => {
		expect(numberStyle("no such language")).toEqual(numberStyle("en"));
	});
});
