/** What readiness says of reports, and how long it waits: bindings are stand-ins of other scripts, time is the test's. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { REPORTS } from "../../shared/limits.ts";
import type { EdgeContext } from "./context.ts";
import { dependencies } from "./readiness.ts";
import { reportsHealth } from "./reports.ts";

const HEALTH = { newestRowAgeMs: 5, rejected: 0, deadLetters: 0, rows: 1 };
const objects = (methods: object) => ({ idFromName: (name: string) => name, get: () => methods });

/** Everything answers; the sample wallet's oldest row has waited for so long. */
async function postgresState(reportOutboxAgeMs: number): Promise<{ state?: string; detail?: string } | undefined> {
	const env = {
		BOARD: objects({ list: async () => [] }),
		WALLET: objects({ measures: async () => ({ overdueTickets: 0, reportOutboxAgeMs }) }),
		RELAY: objects({ fetch: async () => new Response(null, { status: 426 }) }),
		INGEST: { fetch: async () => new Response(null, { status: 405 }) },
		REPORTING: { fetch: async () => Response.json(HEALTH) },
	};
	return (await dependencies({ env } as unknown as EdgeContext)).postgres;
}

test("REPORTS.lateMs: rows that wait so long are no trouble, those that wait longer are told of", async () => {
	expect(await postgresState(REPORTS.lateMs)).toMatchObject({ state: "ok" });
	const late = await postgresState(REPORTS.lateMs + 1);
	expect(late?.state).toBe("degraded");
	expect(late?.detail).toContain("wait for 30 s");
});

const timeouts: { readonly ms: number; readonly abort: () => void }[] = [];
/** AbortSignal.timeout runs on a clock of the machine's own, which no test moves. */
beforeEach(() => {
	vi.spyOn(AbortSignal, "timeout").mockImplementation((ms) => {
		const controller = new AbortController();
		timeouts.push({ ms, abort: () => controller.abort() });
		return controller.signal;
	});
});
afterEach(() => {
	vi.restoreAllMocks();
	timeouts.length = 0;
});

test("REPORTS.healthTimeoutMs: a script that says nothing for so long is given up on; one that answers is believed", async () => {
	const silent = (_url: string, { signal }: { signal: AbortSignal }): Promise<Response> =>
		new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("aborted"))));
	const asked = reportsHealth({ REPORTING: { fetch: silent } } as unknown as EdgeEnv);
	expect(timeouts.map(({ ms }) => ms)).toEqual([REPORTS.healthTimeoutMs]);
	timeouts[0]?.abort();
	expect(await asked).toBeNull();
	const answers = async (): Promise<Response> => Response.json(HEALTH);
	expect(await reportsHealth({ REPORTING: { fetch: answers } } as unknown as EdgeEnv)).toEqual(HEALTH);
	expect(REPORTS.healthTimeoutMs).toBe(1_500);
});
