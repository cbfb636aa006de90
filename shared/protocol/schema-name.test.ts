import fc from "fast-check";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { matchOfSchema, schemaNameOf, schemaNameSchema } from "./schema-name.ts";

describe("[FRM-8] a schema's name", () => {
	test("says the match, and differs where the body does, wherever it does", () => {
		fc.assert(
			fc.property(
				fc.string({ maxLength: 300 }),
				fc.nat(),
				fc.string({ minLength: 1, maxLength: 3 }),
				(text, at, more) => {
					const place = at % (text.length + 1);
					const other = text.slice(0, place) + more + text.slice(place);
					expect(schemaNameOf("match:m1", text)).toBe(schemaNameOf("match:m1", text));
					expect(schemaNameOf("match:m1", text)).not.toBe(schemaNameOf("match:m1", other));
					expect(matchOfSchema(schemaNameOf("match:m1", text) ?? "")).toBe("m1");
				},
			),
		);
	});

	test("of two that trade places of what they have, each has its own", () => {
		const names = ["abcd", "abdc", "bacd", "dcba", "cdab"].map((text) => schemaNameOf("match:m1", text));
		expect(new Set(names).size).toBe(names.length);
	});

	test("no other topic's schema has one: a player's would tell who it is", () => {
		expect([schemaNameOf("lobby", "{}"), schemaNameOf("me:p_weur_0123456789abcdef", "{}")]).toEqual([null, null]);
	});

	test.each([
		"",
		"m1",
		"m1~",
		"~0123456789abcdef",
		"m1~0123456789ABCDEF",
		"m1~0123456789abcde",
		"M1~0123456789abcdef",
		"m1~~0123456789abcdef",
		"m1/..~0123456789abcdef",
	])("%j is none", (name) => {
		expect([matchOfSchema(name), v.is(schemaNameSchema, name)]).toEqual([null, false]);
	});
});
