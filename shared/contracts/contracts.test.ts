/** Every schema of a contract, judged by values made from itself: see testing/contracts.ts. */
import { describe, expect, test } from "vitest";
import { judgeSchema, schemasIn } from "../../testing/contracts.ts";
import { decode, decodeRpc } from "../decode.ts";
import { ContractFault } from "../errors.ts";
import * as board from "./board.ts";
import * as desk from "./desk.ts";
import * as ids from "./ids.ts";
import * as lane from "./lane.ts";
import * as match from "./match.ts";
import * as offers from "./offers.ts";
import * as primitives from "./primitives.ts";
import * as reports from "./reports.ts";
import * as results from "./results.ts";
import * as wallet from "./wallet.ts";

const MODULES = { board, desk, ids, lane, match, offers, primitives, reports, results, wallet };
const schemas = Object.entries(MODULES).flatMap(([file, module]) =>
	schemasIn(module).map(([name, schema]) => [`${file}.ts ${name}`, schema] as const),
);
const requests = schemas.filter(([name]) => /(Request|Read|Player|revoke|confirmReports|Message)Schema$/.test(name));

describe("what crosses between objects", () => {
	test("there is something to judge", () => {
		expect(schemas.length).toBeGreaterThan(80);
		expect(requests.length).toBeGreaterThan(20);
	});

	test.each(schemas)("%s takes what fits as it is, and whatever else comes is refused and never thrown", (_, schema) =>
		judgeSchema(schema, 10),
	);

	test.each(requests)("%s says its version; another, or none, is a fault that names it", (name, schema) => {
		for (const wrong of [{ v: 9 }, { v: "1" }, {}]) {
			expect(() => decodeRpc(name, schema, wrong)).toThrow(ContractFault);
			const decoded = decode(schema, wrong);
			expect(decoded.ok ? [] : decoded.errors.map(({ path }) => path)).toContain("v");
		}
	});
});
