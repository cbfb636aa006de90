import fc from "fast-check";
import { expect, test } from "vitest";
import { jsonText } from "./json-text.ts";

test("says the same as JSON, with U+FFFD for U+0000 and for half characters, and escapes of escapes untouched", () => {
	const whole = (text: string): string => text.toWellFormed().replaceAll("\u0000", "\ufffd");
	const text = fc.oneof(
		fc.string({ unit: "binary" }),
		fc.constantFrom("\u0000", "\ud800", "\udc00a", "\\u0000", "\\\\ud800", "😀"),
	);
	fc.assert(
		fc.property(fc.array(text), (texts) => {
			const said = jsonText(texts);
			expect(JSON.parse(said)).toEqual(texts.map(whole));
			expect(said).not.toMatch(/[^\\](\\\\)*\\u0000/);
		}),
		{ numRuns: 500 },
	);
	expect(jsonText(["a\u0000b", "\\u0000"])).toBe('["a\\ufffdb","\\\\u0000"]');
});
