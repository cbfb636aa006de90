import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { matchOwnersText, mayOpen } from "./match-owners.ts";

const owners = (text?: string) => v.parse(matchOwnersText, text);

describe("[LAN-6] who may open which match ids", () => {
	const written = owners('{"demo":[""],"json":["cup-"],"uof":["cup-final-"]}');

	test.each([
		["m1", "demo"],
		["cup-1", "json"],
		["cup-final-1", "uof"],
		["genius-7", "genius"],
		["json.7", "json"],
		["jsonx", "demo"],
	])("%s is opened by %s and by nobody else: the longest beginning decides", (matchId, owner) => {
		for (const group of ["demo", "json", "uof", "genius"])
			expect(mayOpen(written, group, matchId)).toBe(group === owner);
	});

	test("what nobody is named for is free; a group's own name never is", () => {
		for (const group of ["demo", "json"]) expect(mayOpen(owners(), group, "m1")).toBe(true);
		expect(mayOpen(owners(), "demo", "json-1")).toBe(false);
	});

	test.each([
		["{", "not JSON"],
		['{"nobody":["a"]}', "no such provider group"],
		['{"demo":["A B"]}', "no beginning of a match id"],
		['{"demo":["a"],"json":["a"]}', "one beginning, two owners"],
		['{"demo":["a"],"demo":["b"]}', "given twice"],
	])("%s stops the start: %s", (text, words) => {
		const parsed = v.safeParse(matchOwnersText, text);
		expect(parsed.issues?.map(({ message }) => message).join()).toContain(words);
	});
});
