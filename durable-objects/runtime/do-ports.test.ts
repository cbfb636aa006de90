/** Which of what an object does in workerd has to be waited for. */
import { expect, test } from "vitest";
import { doPorts } from "./do-ports.ts";

test("[RUN-4] in workerd a write, in a transaction too, and an alarm are waited for, and what only reads is not", async () => {
	let syncs = 0;
	const storage = {
		sql: { exec: () => ({ toArray: () => [] }) },
		transactionSync: <T>(run: () => T): T => run(),
		setAlarm: async () => {},
		deleteAlarm: async () => {},
		sync: async () => void syncs++,
	};
	const { sql, sync, setAlarm } = doPorts({ storage } as unknown as DurableObjectState, "test");
	const waitsAfter = async (run: () => unknown): Promise<number> => {
		const before = syncs;
		run();
		await sync();
		return syncs - before;
	};
	expect(await waitsAfter(() => sql.exec("SELECT 1"))).toBe(0);
	for (const query of ["INSERT INTO a VALUES (1)", "\n\tUPDATE a SET b = 1 RETURNING b", "DELETE FROM a"])
		expect(await waitsAfter(() => sql.exec(query)), query).toBe(1);
	expect(await waitsAfter(() => sql.transaction(() => sql.exec("INSERT INTO a VALUES (1)")))).toBe(1);
	expect(await waitsAfter(() => setAlarm(5))).toBe(1);
	expect(await waitsAfter(() => setAlarm(null))).toBe(1);
	expect(await waitsAfter(() => {})).toBe(0);
});
