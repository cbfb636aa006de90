/** The document's tables are what the model gives, and the model is what it says. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { SOCKET } from "../../shared/limits.ts";
import { capacityTables } from "./capacity.ts";
import { ASSUMED, COUNTED, LOAD, MEASURED } from "./figures.ts";
import { costs, objectCount, objects, rates, relays, thousands } from "./model.ts";
import { PRICES, STATED } from "./prices.ts";

describe("the capacity model", () => {
	test("stands in docs/capacity.md as it is computed: `npm run bench -- capacity` prints it", () => {
		const text = readFileSync("docs/capacity.md", "utf8");
		for (const line of capacityTables().split("\n")) expect(text).toContain(line);
		for (const source of PRICES.sources) expect(text).toContain(source);
		expect(text).toContain(PRICES.readOn);
	});

	test("relays are bound by their thread or by their limit, whichever comes first", () => {
		const { sockets, count } = relays();
		expect(sockets).toBeLessThanOrEqual(SOCKET.maxSocketsPerRelay);
		expect(sockets * COUNTED.page.deliveriesPerSec * MEASURED.deliveryUs).toBeLessThanOrEqual(
			ASSUMED.busyShare * 1_000_000,
		);
		expect(count * sockets).toBeGreaterThanOrEqual(LOAD.viewers);
	});

	test("so many objects are needed as keep each within Cloudflare's limit and its share of a thread", () => {
		for (const { perSec, cpuShare, needed } of objects()) {
			expect(perSec / needed).toBeLessThanOrEqual(STATED.objectRequestsPerSec);
			expect(cpuShare / needed).toBeLessThanOrEqual(ASSUMED.busyShare + 1e-9);
		}
		expect(objectCount().matches).toBe(LOAD.matchesInPlay);
	});

	test("a cost is its rate, an hour, its price", () => {
		const rows = costs().find(({ what }) => what === "rows written");
		expect(rows?.value).toBeCloseTo((rates().rowsWritten * 3_600 * PRICES.rowsWritten) / 1_000_000);
		expect(rows?.month).toBeCloseTo((rows?.value ?? 0) * ASSUMED.fullHours);
		// By hand: bets, tickets, inputs and marks of a second, each with its index.
		const byHand = 2 * (5_000 * (23.2 + 11.5) + 1_000 * 2.15 + 2_000 * 0.75);
		expect(rates().rowsWritten).toBeCloseTo(byHand);
	});

	test("numbers are written with commas", () => {
		expect([12_345_678, 100, 99.94, 0.123].map(thousands)).toEqual(["12,345,678", "100", "99.9", "0.12"]);
	});
});
