/** A real match, and relays of which one does not take what it is sent. */
import { afterAll, expect, test, vi } from "vitest";
import { SOCKET } from "../../shared/limits.ts";
import { LiveMatch } from "../../tests/workerd/live-match.ts";

const FLOOD = 3 * SOCKET.behindFrames;
const match = new LiveMatch("flooded-1");
const sockets: WebSocket[] = [];
afterAll(() => {
	for (const socket of sockets) socket.close(1000, "done");
});

type Relay = {
	readonly frames: (readonly unknown[])[];
	readonly say: (frame: unknown) => void;
	readonly acks: () => void;
};

async function listen(): Promise<Relay> {
	const socket = await match.socket();
	sockets.push(socket);
	const frames: (readonly unknown[])[] = [];
	socket.addEventListener("message", ({ data }) => void frames.push(JSON.parse(String(data)) as unknown[]));
	socket.accept();
	const say = (frame: unknown): void => socket.send(JSON.stringify(frame));
	const acks = (): void => {
		const last = frames.findLast(([kind]) => kind === "delta" || kind === "image") ?? [];
		say(["ack", [[match.topic, last[2], last[0] === "delta" ? last[4] : last[3]]]]);
	};
	say(["sub", match.topic, null, {}]);
	await vi.waitFor(() => expect(frames.some(([kind]) => kind === "image")).toBe(true));
	return { frames, say, acks };
}
/** Where the newest change that it got leads to. */
const head = ({ frames }: Relay): unknown => frames.findLast(([kind]) => kind === "delta")?.[4];
const count = ({ frames }: Relay, kind: string): number => frames.filter((frame) => frame[0] === kind).length;

test("[FRM-4] a relay that takes nothing of a flood is told that it is stale, and gets an image in place of the rest", async () => {
	await match.kickOff();
	const [follows, slow, old] = [await listen(), await listen(), await listen()];
	slow.acks();
	for (let no = 0; no < FLOOD; no++) {
		await match.danger(no % 2 === 0);
		if (no % SOCKET.ackFrames === 0) follows.acks();
	}
	await vi.waitFor(() => expect(count(old, "delta")).toBeGreaterThanOrEqual(FLOOD));
	// A tick may have priced anew meanwhile: there are at least as many changes as inputs.
	await vi.waitFor(() => expect(head(follows)).toBe(head(old)));
	expect(count(slow, "delta")).toBeLessThanOrEqual(SOCKET.behindFrames);
	await vi.waitFor(() => expect(slow.frames.at(-1)).toEqual(["stale", match.topic, true]));
	const wasAt = Number(head(old));
	slow.acks();
	await vi.waitFor(() => expect(slow.frames).toContainEqual(["stale", match.topic, false]));
	const image = slow.frames.findLast(([kind]) => kind === "image") ?? [];
	expect(Number(image[3])).toBeGreaterThanOrEqual(wasAt);
	const before = count(slow, "delta");
	await match.danger(true);
	await vi.waitFor(() => expect(count(slow, "delta")).toBeGreaterThan(before));
});
