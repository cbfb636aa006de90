/** Every schema of the canonical inputs, judged by values made from itself. */
import { describe, expect, test } from "vitest";
import { judgeSchema, schemasIn } from "../../testing/contracts.ts";
import { decode } from "../decode.ts";
import { CONTRACT } from "../limits.ts";
import * as canonical from "./canonical.ts";

describe("canonical inputs", () => {
	test.each(schemasIn(canonical))("%s takes what fits as it is, and whatever else comes is refused", (_, schema) =>
		judgeSchema(schema, 20),
	);

	const base = {
		v: 1,
		kind: "fixture",
		id: "f",
		matchId: "m1",
		sentAtMs: 1,
		sport: "football",
		competition: "Cup",
		home: { name: "A", short: "A" },
		away: { name: "B", short: "B" },
		scheduledAtMs: 1,
		format: {},
		prices: {},
	};
	const pathsOf = (over: object): readonly string[] => {
		const decoded = decode(canonical.feedMessageSchema, { ...base, ...over });
		return decoded.ok ? [] : decoded.errors.map(({ path }) => path);
	};

	test("numbers are finite: 1e999 in JSON is none, and would come out of a store as null", () => {
		expect(pathsOf({})).toEqual([]);
		for (const [prices, path] of [
			['{"expected":{"total":1e999,"supremacy":0}}', "prices.expected.total"],
			['{"totals":[{"line":-1e999,"odds":[1900,1900]}]}', "prices.totals.0.line"],
		] as const)
			expect(pathsOf({ prices: JSON.parse(prices) })).toEqual([path]);
		expect(pathsOf({ format: JSON.parse('{"rounds":1e999}') })).toEqual(["format.rounds"]);
	});

	test("text has no control characters and no half characters: Postgres would refuse it, and every report after it", () => {
		for (const bad of ["a\u0000b", "a\nb", "\u007f", "\ud800", "\udc00a"]) {
			expect(pathsOf({ competition: bad })).toEqual(["competition"]);
			expect(pathsOf({ home: { name: bad, short: "A" } })).toEqual(["home.name"]);
			expect(pathsOf({ id: bad })).toEqual(["id"]);
			expect(pathsOf({ format: { host: bad } })).toEqual(["format.host"]);
		}
		expect(pathsOf({ competition: "Süper Lig 🏆 𝒜" })).toEqual([]);
	});

	test("CONTRACT.facts, linesPerFixture: what a provider may list is bounded", () => {
		const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, n]));
		expect(pathsOf({ format: many(CONTRACT.facts) })).toEqual([]);
		expect(pathsOf({ format: many(CONTRACT.facts + 1) })).toEqual(["format"]);
		const lines = (count: number) => Array.from({ length: count }, (_, n) => ({ line: n, odds: [1_900, 1_900] }));
		for (const name of ["totals", "handicaps"]) {
			expect(pathsOf({ prices: { [name]: lines(CONTRACT.linesPerFixture) } })).toEqual([]);
			expect(pathsOf({ prices: { [name]: lines(CONTRACT.linesPerFixture + 1) } })).toEqual([`prices.${name}`]);
		}
	});

	test("[MAT-1] what a card, a substitution and a statement say of people is optional, and nothing else is taken", () => {
		const card = { v: 1, id: "i", matchId: "m1", sentAtMs: 1, incidentId: "r", incident: "red_card", side: "home" };
		const isTaken = (over: object, kind: "incident" | "correction" = "incident"): boolean =>
			decode(canonical.feedMessageSchema, { ...card, kind, ...over }).ok;
		expect(isTaken({})).toBe(true);
		for (const recipient of ["player", "bench", "substituted", "staff"])
			for (const kind of ["incident", "correction"] as const) expect(isTaken({ recipient }, kind)).toBe(true);
		expect(isTaken({ recipient: "referee" })).toBe(false);
		expect(isTaken({ incident: "substitution", player: "A", playerOut: "B" })).toBe(true);
		expect(isTaken({ playerOut: 7 })).toBe(false);
	});

	test("[MAT-2] an input says what it says when a log is read again: zero has no sign, and keys have the schema's order", () => {
		const lines = [{ line: -0, odds: [1_900, 1_900] }];
		const format = { legs: -0 };
		const fixture = { prices: { handicaps: lines, expected: { supremacy: -0, total: 2.5 } }, format, kind: "fixture" };
		const team = { short: "N", name: "N" };
		const rest = { home: team, away: team, scheduledAtMs: 1, competition: "c", sport: "football" };
		const read = decode(canonical.inputSchema, { ...rest, ...fixture, matchId: "m1", sentAtMs: 1, id: "f", v: 1 });
		if (!read.ok) throw new Error(JSON.stringify(read.errors));
		const again = decode(canonical.inputSchema, JSON.parse(JSON.stringify(read.value)));
		expect(again).toEqual(read);
		expect(again.ok && JSON.stringify(again.value)).toBe(JSON.stringify(read.value));
	});
});
