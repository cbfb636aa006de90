/** One text, one meaning: whatever two readers of JSON would understand differently is refused, with its place. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseJson } from "./decode.ts";
import { JSON_TEXT } from "./limits.ts";
import { readJson } from "./strict-json.ts";

const fault = (text: string): string => {
	const read = readJson(text);
	return read.ok ? "" : `${read.kind} ${read.error.path}: ${read.error.message}`;
};

describe("JSON from outside", () => {
	test("[API-1] is read as the language reads it, where no name comes twice and every number fits", () => {
		const value = fc.letrec<{ any: unknown }>((tie) => ({
			any: fc.oneof(
				{ maxDepth: 5 },
				fc.string({ unit: "grapheme" }),
				fc.maxSafeInteger(),
				fc.double({ noNaN: true, min: -1e15, max: 1e15 }),
				fc.boolean(),
				fc.constant(null),
				fc.array(tie("any"), { maxLength: 5 }),
				fc.dictionary(fc.string({ unit: "grapheme" }), tie("any"), { maxKeys: 5 }),
			),
		})).any;
		fc.assert(
			fc.property(value, fc.constantFrom(undefined, 1, "\t"), (one, indent) => {
				const text = JSON.stringify(one, null, indent);
				fc.pre(!/"(?:__proto__|constructor|prototype)":/.test(text));
				expect(readJson(text)).toEqual({ ok: true, value: JSON.parse(text) });
			}),
			{ numRuns: 300 },
		);
	});

	test("[API-1] that is none is malformed, and nothing is thrown whatever comes", () => {
		for (const text of ["", "{", '{"a":1', '{"a":1}}', "{a:1}", "[1,]", "01", "NaN", "\ufeff1", '"\\x"', "'a'"])
			expect(fault(text)).toBe("malformed : not JSON");
		fc.assert(
			fc.property(fc.oneof(fc.string(), fc.json(), fc.string({ unit: "binary" })), (text) => {
				const read = readJson(text);
				expect(read.ok || ["malformed", "ambiguous"].includes(read.kind)).toBe(true);
			}),
			{ numRuns: 100 },
		);
	});

	test.each([
		["at the top", '{"stakeMinor":500,"stakeMinor":900}', "stakeMinor"],
		["with the same value", '{"a":1,"a":1}', "a"],
		["within", '{"legs":[{},{"odds":{"x":1,"y":2,"x":3}}]}', "legs[1].odds.x"],
		["in a message of an array", '[{"a":1},{"a":1,"b":{},"a":2}]', "[1].a"],
		["written otherwise", '{"a":1,"\\u0061":2}', "a"],
		["behind an escaped quote", '{"a\\"":1,"b":"}\\\\","a\\u0022":2}', 'a"'],
		["with all spaces there are", '{ "a" :\t1 ,\r\n"a" : 2 }', "a"],
		["that is empty", '{"":1,"":2}', ""],
	])("[API-1] a name given twice is refused: %s", (_, text, path) => {
		expect(fault(text)).toBe(`ambiguous ${path}: given twice`);
	});

	test("[API-1] names may repeat in other objects, and as values", () => {
		for (const text of ['[{"a":1},{"a":2}]', '{"a":{"a":{"a":"a"}},"b":["a","a"]}', '{"a":"\\"a\\":","b":"a"}'])
			expect(readJson(text)).toEqual({ ok: true, value: JSON.parse(text) });
	});

	test.each(["__proto__", "constructor", "prototype", "__pro\\u0074o__"])(
		"[API-1] a name that every object has is none: %s",
		(name) => {
			expect(fault(`{"facts":{"${name}":{"a":1}}}`)).toMatch(/^ambiguous facts\.\w+: a name that is not taken$/);
		},
	);

	test.each([
		["9007199254740993", "too large to be read exactly"],
		["-9007199254740993", "too large to be read exactly"],
		["1e21", "too large to be read exactly"],
		["1e400", "too large to be read"],
		["-1e400", "too large to be read"],
		["1.00000000000000000001", "too fine to be read exactly"],
		["0.99999999999999999999", "too fine to be read exactly"],
		["1e-400", "too fine to be read exactly"],
		["1200e-3000", "too fine to be read exactly"],
	])("[API-1] a number that would be read as another is refused: %s", (number, why) => {
		expect(fault(`{"stakeMinor":${number}}`)).toBe(`ambiguous stakeMinor: a number ${why}`);
	});

	test("[API-1] a number may be written in any way that says it", () => {
		for (const number of [
			"0",
			"-0",
			"0.0",
			"1.50",
			"100e-2",
			"1E+2",
			"12.5e1",
			"9007199254740991",
			"0.1",
			"1e-7",
			"0e-999",
		])
			expect(readJson(`[${number}]`)).toEqual({ ok: true, value: [Number(number)] });
	});

	test("[API-1] half a character is refused in values and names", () => {
		expect(fault('{"name":"x\\ud800"}')).toBe("ambiguous name: half a character in it");
		expect(fault('[{"\\udc00":1}]')).toBe("ambiguous [0].: half a character in it");
		expect(readJson('"\\ud83d\\ude00"')).toEqual({ ok: true, value: "😀" });
	});

	test("JSON_TEXT.maxDepth: so deep and no deeper, and a text of brackets alone costs no more than its length", () => {
		const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);
		expect(readJson(nested(JSON_TEXT.maxDepth)).ok).toBe(true);
		expect(fault(nested(JSON_TEXT.maxDepth + 1))).toContain(`nested more than ${JSON_TEXT.maxDepth} deep`);
		expect(fault(`{"a":${nested(JSON_TEXT.maxDepth)}}`)).toBe(
			`ambiguous a${"[0]".repeat(JSON_TEXT.maxDepth - 1)}: nested more than ${JSON_TEXT.maxDepth} deep`,
		);
		expect(fault(nested(200_000))).toContain("nested more than");
	});

	test("JSON_TEXT.pathChars: a place that is told is no longer, whatever names were made up", () => {
		const read = readJson(`{"${"n".repeat(5_000)}":{"a":1,"a":2}}`);
		expect(read.ok ? "" : read.error.path).toBe("n".repeat(JSON_TEXT.pathChars));
	});

	test("[API-1] what only parses and says nothing certain is nothing", () => {
		expect(parseJson('["sub","lobby",null,{}]')).toEqual(["sub", "lobby", null, {}]);
		expect(parseJson('["sub","me",null,{"token":"a","token":"b"}]')).toBeNull();
	});
});
