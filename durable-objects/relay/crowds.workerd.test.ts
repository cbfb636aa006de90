/** Hundreds of sockets on one match, over four relays that hang on one; `tiers.test.ts` and `npm run bench -- fanout` have thousands. */
import { afterAll, expect, test, vi } from "vitest";
import { ADDRESS_HEADER, addressHeaderOf } from "../../shared/contracts/address.ts";
import { relayName } from "../../shared/contracts/ids.ts";
import { SUBPROTOCOL } from "../../shared/protocol/frames.ts";
import { bindings } from "../../tests/workerd/bindings.ts";
import { LiveMatch } from "../../tests/workerd/live-match.ts";
import { stubOf } from "../runtime/stubs.ts";

const [SOCKETS, RELAYS, AT_ONCE] = [400, 4, 40];
/** On a machine that is busy with other tests. */
const WHILE_IT_LASTS = { timeout: 60_000 };
const match = new LiveMatch("crowded-1");
const sockets: WebSocket[] = [];
afterAll(() => {
	for (const socket of sockets) socket.close(1000, "done");
});

type Seen = { readonly texts: string[]; hasImage: boolean };

async function reader(no: number): Promise<Seen> {
	const relay = stubOf(bindings.TIERED_RELAY, relayName("weur", no % RELAYS));
	const headers = {
		upgrade: "websocket",
		"sec-websocket-protocol": SUBPROTOCOL,
		[ADDRESS_HEADER]: addressHeaderOf(null),
	};
	const { webSocket } = await relay.fetch("https://relay/v1/stream", { headers });
	if (webSocket === null) throw new Error("no socket");
	sockets.push(webSocket);
	const seen: Seen = { texts: [], hasImage: false };
	webSocket.addEventListener("message", ({ data }) => {
		const text = String(data);
		if (text.startsWith('["image"')) seen.hasImage = true;
		if (text.startsWith('["delta"')) seen.texts.push(text);
	});
	webSocket.accept();
	webSocket.send(JSON.stringify(["sub", match.topic, null, {}]));
	return seen;
}

test(
	"[FRM-3] [FRM-9] a goal reaches all sockets of 4 relays that hang on one: the same frames, each once",
	WHILE_IT_LASTS,
	async () => {
		await match.kickOff();
		const readers: Seen[] = [];
		for (let no = 0; no < SOCKETS; no += AT_ONCE)
			readers.push(...(await Promise.all(Array.from({ length: AT_ONCE }, (_, at) => reader(no + at)))));
		await vi.waitFor(() => expect(readers.filter(({ hasImage }) => hasImage)).toHaveLength(SOCKETS), WHILE_IT_LASTS);
		for (const seen of readers) seen.texts.length = 0;
		await match.goal("g1");
		const isGoal = (text: string): boolean => text.includes('"g1"');
		await vi.waitFor(
			() => expect(readers.filter(({ texts }) => texts.some(isGoal))).toHaveLength(SOCKETS),
			WHILE_IT_LASTS,
		);
		const [first] = readers;
		const goals = readers.map(({ texts }) => texts.filter(isGoal));
		expect(new Set(goals.flat())).toEqual(new Set(first?.texts.filter(isGoal)));
		expect(goals.every((texts) => texts.length === 1)).toBe(true);
		// Whoever listens at the match: the relay above, and nobody else.
		const { subscribers } = (await stubOf(bindings.MATCH, match.topic).ops()) ?? { subscribers: -1 };
		expect(subscribers).toBe(1);
	},
);
