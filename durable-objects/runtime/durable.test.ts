/** Who waits for writes, and who need not. */
import { describe, expect, test } from "vitest";
import { Durable } from "./durable.ts";

/** Storage whose waits end one by one, in order, when told. */
function storage() {
	const ends: { readonly resolve: () => void; readonly reject: (fault: Error) => void }[] = [];
	const durable = new Durable(() => new Promise<void>((resolve, reject) => void ends.push({ resolve, reject })));
	const isOver = async (wait: Promise<void>): Promise<boolean> => {
		let over = false;
		void wait.then(() => {
			over = true;
		});
		await Promise.resolve();
		await Promise.resolve();
		await Promise.resolve();
		return over;
	};
	return { durable, ends, isOver };
}

describe("[RUN-4] waiting for what was written", () => {
	test("who has written nothing since waits for nothing", async () => {
		const { durable, ends, isOver } = storage();
		expect(await isOver(durable.sync())).toBe(true);
		durable.wrote();
		const wait = durable.sync();
		expect(await isOver(wait)).toBe(false);
		ends[0]?.resolve();
		await wait;
		expect(await isOver(durable.sync())).toBe(true);
		expect(ends).toHaveLength(1);
	});

	test("who waits for the same writes shares a wait, and a write that comes meanwhile is waited for anew", async () => {
		const { durable, ends, isOver } = storage();
		durable.wrote();
		const [first, second] = [durable.sync(), durable.sync()];
		durable.wrote();
		const third = durable.sync();
		expect(ends).toHaveLength(2);
		ends[0]?.resolve();
		await Promise.all([first, second]);
		expect([await isOver(third), await isOver(durable.sync())]).toEqual([false, false]);
		ends[1]?.resolve();
		await third;
		expect(await isOver(durable.sync())).toBe(true);
	});

	test("writes that storage has lost are not durable, and storage is asked again", async () => {
		const { durable, ends } = storage();
		durable.wrote();
		const wait = durable.sync();
		ends[0]?.reject(new Error("disk full"));
		await expect(wait).rejects.toThrow("disk full");
		const again = durable.sync();
		ends[1]?.reject(new Error("still full"));
		await expect(again).rejects.toThrow("still full");
	});
});
