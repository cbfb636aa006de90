import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type PushOutcome, signedPush } from "./signed-push.ts";

let answer = { status: 202, body: "", headers: {} };
const server = createServer((request, response) => {
	request.resume();
	request.on("end", () => response.writeHead(answer.status, answer.headers).end(answer.body));
});
beforeAll(() => new Promise<void>((up) => server.listen(0, "127.0.0.1", up)));
afterAll(() => void server.close());

const busy = [
	{ id: "a", code: "conflict" },
	{ id: "b", code: "busy" },
];
test.each([
	["stored", 202, { refused: [] }, {}, { kind: "taken", refused: [] }],
	["refused for good", 202, { refused: busy.slice(0, 1) }, {}, { kind: "taken", refused: busy.slice(0, 1) }],
	["busy", 202, { refused: busy, retryAfterMs: 1_500 }, {}, { kind: "again", afterMs: 1_500 }],
	["busy, of a release that does not say when", 202, { refused: busy }, {}, { kind: "again", afterMs: null }],
	["too fast", 429, {}, { "retry-after": "2" }, { kind: "again", afterMs: 2_000 }],
	["down", 503, {}, {}, { kind: "again", afterMs: null }],
	["wrong", 400, {}, {}, { kind: "refused", text: "{}" }],
	["too fast, and to wait for days", 429, {}, { "retry-after": "86400" }, { kind: "again", afterMs: null }],
	["answered by somebody else", 200, "hello", {}, { kind: "again", afterMs: null }],
	["to wait for less than nothing", 202, { refused: busy, retryAfterMs: -1 }, {}, { kind: "again", afterMs: null }],
	["to wait for half a millisecond", 202, { refused: [], retryAfterMs: 0.5 }, {}, { kind: "again", afterMs: null }],
	["to wait for days", 202, { refused: busy, retryAfterMs: 86_400_000 }, {}, { kind: "again", afterMs: null }],
] satisfies [string, number, unknown, Record<string, string>, PushOutcome][])(
	"[LAN-1] what is %s is said again, or not",
	async (_, status, body, headers, outcome) => {
		answer = { status, headers, body: JSON.stringify(body) };
		const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
		const to = { url, provider: "replay", secret: "secret-of-a-provider-under-test" };
		expect(await signedPush(to, [], AbortSignal.timeout(10_000))).toEqual(outcome);
	},
);
