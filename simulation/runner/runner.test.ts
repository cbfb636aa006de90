/** The runner of histories: the same in another process, in order, and what it says of branches. */
import { describe, expect, test } from "vitest";
import { simulate } from "../simulator.ts";
import { fileBranches } from "./branches.ts";
import { runSeed, type SeedRun } from "./run-seed.ts";
import { Workers } from "./workers.ts";

const MINUTES = 2;
/** Three histories and two processes on a machine that does something else as well. */
const LONG_MS = 120_000;

describe("workers", () => {
	test("a history is the same in another process, and those of many come in order", { timeout: LONG_MS }, async () => {
		const workers = new Workers(2, false);
		const seeds = [7, 3];
		const runs: SeedRun[] = [];
		try {
			for await (const run of workers.inOrder(seeds.map((seed) => ({ seed, minutes: MINUTES })))) runs.push(run);
		} finally {
			workers.close();
		}
		expect(runs.map(({ seed }) => seed)).toEqual(seeds);
		const [{ cpuMs: _, ...first }] = runs as [SeedRun];
		expect(first).toEqual(await simulate({ seed: 7, minutes: MINUTES }));
	});

	test("what cannot even begin is that seed's failure, and no end of the run", async () => {
		const run = await runSeed({ seed: 7, minutes: MINUTES, only: { length: 1 } as unknown as readonly number[] });
		expect(run).toMatchObject({ seed: 7, violations: [{ rule: "fault" }] });
	});
});

describe("branches", () => {
	const SOURCE =
		"if (a) b();\nconst c = d ? 1 : 2;\ntype T = U extends V ? W : X;\ne ?? f();\nswitch (g) {\n\tcase 1:\n\t\th();\n}\n";
	/** The whole ran twice; a place within it as often as said. */
	const ranAt = (...places: readonly (readonly [text: string, count: number])[]) => ({
		path: "x.ts",
		functions: [
			{
				ranges: [
					{ startOffset: 0, endOffset: SOURCE.length, count: 2 },
					...places.map(([text, count]) => ({
						startOffset: SOURCE.indexOf(text),
						endOffset: SOURCE.indexOf(text) + text.length,
						count,
					})),
				],
			},
		],
	});

	test("both ways of an if and a question mark, the right side of ??, a case: none of what is only a type", () => {
		expect(fileBranches("x.ts", SOURCE, [])).toMatchObject({ total: 6, reached: 0, missing: [1, 1, 2, 2, 4, 7] });
		expect(fileBranches("x.ts", SOURCE, [ranAt(["b();", 1])])).toMatchObject({ reached: 6, missing: [] });
	});

	test("what only throws, a case that cannot be, and a constant behind ?? are no branches", () => {
		const none =
			"if (a) throw b;\nif (c) {\n\tthrow d;\n}\nswitch (e) {\n\tdefault:\n\t\texhaustive(e);\n}\nf ?? null;\ng[0] ?? NONE;\nh ?? -1;\n";
		expect(fileBranches("x.ts", none, [])).toMatchObject({ total: 2, missing: [1, 2] });
		const some = "if (a) {\n\tb();\n\tthrow c;\n}\nd ?? e;\nf ?? [g];\n";
		expect(fileBranches("x.ts", some, [])).toMatchObject({ total: 4 });
	});

	test("a throw that its own file catches is a branch, and one that goes on to whoever called is none", () => {
		const source = (handler: string): string =>
			`class A {\n\tasync #send() {\n\t\ttry {\n\t\t\tawait this.#ask();\n\t\t} catch (e) {\n\t\t\t${handler}\n\t\t}\n\t}\n\t#ask() {\n\t\tif (a) throw b;\n\t\tc();\n\t}\n\tother() {\n\t\tif (d) throw e;\n\t}\n}\nfunction c() {\n\tif (f) throw g;\n}\n`;
		expect(fileBranches("x.ts", source("h();"), [])).toMatchObject({ total: 6, missing: [5, 10, 10, 14, 18, 18] });
		expect(fileBranches("x.ts", source("throw e;"), [])).toMatchObject({ total: 4, missing: [5, 10, 14, 18] });
	});

	test("an if that was always taken has not been passed by, and what one process did not reach another may have", () => {
		const one = ranAt(["1", 0], ["f()", 0]);
		expect(fileBranches("x.ts", SOURCE, [one])).toMatchObject({ reached: 3, missing: [1, 2, 4] });
		const other = ranAt(["b();", 0], ["2", 0], ["h();", 0]);
		expect(fileBranches("x.ts", SOURCE, [one, other])).toMatchObject({ reached: 6, missing: [] });
	});
});
