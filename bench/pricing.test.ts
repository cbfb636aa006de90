import { describe, expect, test } from "vitest";
import { reportOf, textOf } from "./cli.ts";
import { measure, QUICK } from "./measure.ts";

describe("npm run bench", () => {
	test("reports median, p99 and the ratio to the obvious way, the machine and how to repeat it", () => {
		const report = reportOf("pricing", { ...QUICK, warmUpMs: 1, batches: 3 });
		if (report === null) throw new Error("a suite pricing");
		expect(report.rows.map(({ name }) => name)).toEqual([
			"football book, a tick",
			"football book, an input",
			"football book, the obvious way",
			"margin and ladder",
			"margin and ladder, market by market",
			"tennis book, a point",
			"basketball book, a tick",
			"jstat 1.9.6: a grid of scores",
		]);
		for (const { timing, against, ratio } of report.rows) {
			expect(timing.bestUs > 0 && timing.bestUs <= timing.medianUs && timing.medianUs <= timing.p99Us).toBe(true);
			expect(ratio === null).toBe(against === null);
		}
		expect(report.rows.filter(({ bytes }) => bytes !== undefined && bytes >= 0)).toHaveLength(2);
		expect(report.machine.node).toBe(process.version);
		expect(textOf(report)).toContain("Repeat: npm run bench -- pricing");
	}, 120_000);

	test("measures what a relay reads of a delta against reading all of it, where both say the same", () => {
		const report = reportOf("frames", { ...QUICK, warmUpMs: 1, batches: 3 });
		expect(report?.rows.map(({ name, against }) => [name, against])).toEqual([
			["head of a delta, a tick", null],
			["whole delta, a tick", "head of a delta, a tick"],
			["head of a delta, a goal", null],
			["whole delta, a goal", "head of a delta, a goal"],
		]);
	});

	test("there is no other suite", () => {
		expect(reportOf("speed", QUICK)).toBeNull();
	});

	test("a measurement calls with rising numbers and counts its batches", () => {
		let last = -1;
		const timing = measure(
			(call) => {
				if (call !== last + 1) throw new Error("calls count up");
				last = call;
				return call;
			},
			{ warmUpMs: 1, batches: 4, batchUs: 10, limitMs: 1_000, heapChunks: 1 },
		);
		expect(timing.batches).toBe(4);
		expect(last + 1).toBeGreaterThanOrEqual(4 * timing.callsPerBatch);
	});
});
