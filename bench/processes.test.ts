import { createServer } from "node:net";
import { expect, test } from "vitest";
import { withPeer } from "./loads/child.ts";
import { withBare } from "./peers/bare-server.ts";
import { beside } from "./stop.ts";

const turn = (): Promise<void> => new Promise((next) => setImmediate(next));

test("work and what goes on beside it end together, and a fault of either is nobody's surprise", async () => {
	const ended: string[] = [];
	const until = async (name: string, isOver: AbortSignal): Promise<string> => {
		while (!isOver.aborted) await turn();
		// Stopping takes a while; nobody may go on before it is done.
		await turn();
		ended.push(name);
		return name;
	};
	const done = beside(
		async () => "work",
		(isOver) => until("companion", isOver),
	);
	expect(await done).toEqual(["work", "companion"]);
	const fault = beside(
		(isOver) => until("work", isOver),
		async () => {
			throw new Error("stopped");
		},
	);
	await expect(fault).rejects.toThrow("stopped");
	expect(ended).toEqual(["companion", "work"]);
	const both = beside(
		async (isOver) => {
			await until("work", isOver);
			throw new Error("the later one");
		},
		async () => {
			throw new Error("the first one");
		},
	);
	await expect(both).rejects.toThrow("the first one");
	expect(ended).toHaveLength(3);
});

test("a peer that does not listen is not waited for without end", async () => {
	const mute = createServer();
	await new Promise<void>((up) => mute.listen(0, "127.0.0.1", up));
	const address = mute.address();
	const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
	// A load in a peer's place: it says nothing before its one socket has been shown something.
	const load = {
		url,
		speaks: "ws",
		secret: "s",
		matchId: "m",
		sockets: 1,
		goals: 1,
		inputs: 0,
		inputsPerSec: 1,
		run: "r",
	};
	try {
		const waited = withPeer("loads/sockets.ts", load, async () => "a peer", 50);
		await expect(waited).rejects.toThrow("a peer did not listen within 0.05 s");
	} finally {
		mute.close();
	}
});

test("bare objects whose runtime cannot be started are told as such", async () => {
	const started = withBare({ secret: "s", command: "no-such-runtime" }, async () => "bare objects");
	await expect(started).rejects.toMatchObject({
		message: "the bare objects did not come up",
		cause: { code: "ENOENT" },
	});
});
