/** Schemas by name: fetched once, and never in the way of what is true. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { CLIENT, SOCKET } from "../shared/limits.ts";
import { schemaNameOf } from "../shared/protocol/schema-name.ts";
import { encodeFrame } from "../shared/protocol/server-frame.ts";
import type { Fold } from "../shared/protocol/topic-reader.ts";
import { FakeSocket, fakeClient } from "../testing/client.ts";
import type { Update } from "./channel.ts";
import type { TouchlineClient } from "./client.ts";
import type { ClientProblem } from "./problem.ts";
import { type SchemaSource, Schemas, schemasOver } from "./schemas.ts";

const M = "match:m1";
const BODY = { fields: ["a"] };
const NAME = schemaNameOf(M, JSON.stringify(BODY)) ?? "";
type Book = { readonly schema: unknown; readonly values: unknown };
const fold: Fold<Book> = {
	schema: (_state, body) => ({ schema: body, values: null }),
	image: (state, body) => {
		if (state === null) throw new Error("no schema");
		return { ...state, values: body };
	},
	delta: (state, body) => ({ ...state, values: body }),
};
const HELLO = encodeFrame(["hello", { v: 1, relay: "r", ackFrames: 32, ackMs: 5_000, schemas: "by_name" }]);
const OLD_HELLO = encodeFrame(["hello", { v: 1, relay: "r", ackFrames: 32, ackMs: 5_000 }]);
const named = (name = NAME): string => encodeFrame(["schema", M, "e1", 1, null, name]);
const whole = (): string => encodeFrame(["schema", M, "e1", 1, BODY, NAME]);
const image = (offset = 1): string => encodeFrame(["image", M, "e1", offset, 1, { at: offset }]);
const delta = (to: number): string => encodeFrame(["delta", M, "e1", to - 1, to, 1, { at: to }]);
const answer = `["sub","${M}","image"]`;
const BY_NAME = ["sub", M, null, { schemas: "by_name" }];

let asked: { readonly name: string; readonly give: (body: unknown) => void; readonly fail: () => void }[];
let client: TouchlineClient;
let updates: Update<Book>[];
let problems: ClientProblem[];

beforeEach(() => {
	vi.useFakeTimers({ now: 1_781_136_000_000 });
	asked = [];
	updates = [];
	const schemas: SchemaSource = (name) =>
		new Promise((give, fail) => asked.push({ name, give, fail: () => fail(new Error("no way")) }));
	({ client, problems } = fakeClient({ schemas, quickRetry: true }));
	client.subscribe(M, fold, (update) => updates.push(update));
});
afterEach(() => {
	client.close();
	vi.useRealTimers();
	vi.restoreAllMocks();
});
const pass = (ms = 1) => vi.advanceTimersByTimeAsync(ms);
const last = (): Update<Book> | undefined => updates.at(-1);

describe("[FRM-8] a relay that gives names", () => {
	test("is asked once it has said so; what follows a name waits for its body, in order", async () => {
		await pass();
		expect(FakeSocket.last.takeFrames()).toEqual([]);
		FakeSocket.last.deliver(HELLO);
		expect(FakeSocket.last.takeFrames()).toEqual([BY_NAME]);
		FakeSocket.last.deliver(answer, named(), image(), delta(2), `["stale","${M}",false]`, delta(3));
		expect([last()?.state, last()?.stale, asked.map(({ name }) => name)]).toEqual([null, true, [NAME]]);
		asked[0]?.give(BODY);
		await pass();
		expect(last()).toMatchObject({ state: { schema: BODY, values: { at: 3 } }, stale: false, error: null });
		expect(updates.flatMap(({ state }) => (state === null ? [] : [state.values]))).toEqual([
			{ at: 1 },
			{ at: 2 },
			{ at: 2 },
			{ at: 3 },
		]);
	});

	test("what is known is not fetched again, whoever told it", async () => {
		await pass();
		FakeSocket.last.deliver(HELLO, answer, whole(), image(), answer, named(), image(5));
		expect([asked.length, last()?.state]).toEqual([0, { schema: BODY, values: { at: 5 } }]);
	});

	test.each([
		["does not answer", () => pass(CLIENT.schemaMs)],
		["fails", () => pass().then(() => asked[0]?.fail())],
	])("where the source %s, the body is asked for on the socket at once, and nothing is wrong", async (_how, fail) => {
		await pass();
		FakeSocket.last.deliver(HELLO, answer, named(), image());
		FakeSocket.last.takeFrames();
		await fail();
		await pass();
		expect(FakeSocket.last.takeFrames()).toEqual([["sub", M, null, {}]]);
		FakeSocket.last.deliver(answer, whole(), image(7));
		expect(last()).toMatchObject({ state: { values: { at: 7 } }, stale: false });
		expect(updates.map(({ error }) => error)).toEqual(updates.map(() => null));
		expect(problems.map(({ code }) => code)).toEqual(["schemas"]);
	});

	test("CLIENT.schemasRestMs: where the source has failed, later connections ask for no names until it is over", async () => {
		vi.spyOn(Math, "random").mockReturnValue(0);
		await pass();
		FakeSocket.last.deliver(HELLO, answer, named(), image());
		asked[0]?.fail();
		await pass();
		const askedAnew = async (): Promise<unknown> => {
			FakeSocket.last.drop(4_001);
			await pass(200);
			FakeSocket.last.deliver(HELLO);
			return FakeSocket.last.takeFrames();
		};
		expect(await askedAnew()).toEqual([["sub", M, null, {}]]);
		FakeSocket.last.deliver(answer, whole(), image());
		await pass(CLIENT.schemasRestMs);
		expect(await askedAnew()).toEqual([["sub", M, { epoch: "e1", offset: 1 }, { schemas: "by_name" }]]);
		expect(problems.map(({ code }) => code)).toEqual(["schemas"]);
	});

	test("CLIENT.heldFrames: one that does not come is not waited for without end", async () => {
		await pass();
		FakeSocket.last.deliver(HELLO, answer, named(), image());
		FakeSocket.last.takeFrames();
		FakeSocket.last.deliver(...Array.from({ length: CLIENT.heldFrames }, (_, no) => delta(no + 2)));
		expect(FakeSocket.last.takeFrames()).toEqual([["sub", M, null, {}]]);
		asked[0]?.give(BODY);
		await pass();
		expect(last()?.state).toBeNull();
	});

	test("[FRM-4] what was held back is acknowledged as soon as it is read, long before its reader seems slow", async () => {
		expect(CLIENT.schemaMs + SOCKET.ackMs).toBeLessThan(SOCKET.behindMs);
		await pass();
		FakeSocket.last.deliver(HELLO, answer, named(), image());
		FakeSocket.last.deliver(...Array.from({ length: SOCKET.ackFrames }, (_, no) => delta(no + 2)));
		FakeSocket.last.takeFrames();
		asked[0]?.give(BODY);
		await pass();
		expect(FakeSocket.last.takeFrames()).toEqual([["ack", [[M, "e1", SOCKET.ackFrames + 1]]]]);
	});

	test("a listener that ends the connection at the first of them hears of none that waited behind it", async () => {
		await pass();
		client.subscribe(M, fold, ({ state }) => state !== null && client.close());
		FakeSocket.last.deliver(HELLO, answer, named(), image(), delta(2), answer, named(), image(5));
		asked[0]?.give(BODY);
		await pass();
		expect([last()?.state?.values, last()?.stale]).toEqual([{ at: 1 }, true]);
	});

	test("[FRM-2] what cannot be read while a body is on its way is missing, and asked for again", async () => {
		await pass();
		FakeSocket.last.deliver(HELLO, answer, named(), image(), JSON.stringify(["delta", M, "e1", "?"]));
		FakeSocket.last.takeFrames();
		asked[0]?.give(BODY);
		await pass();
		expect(last()).toMatchObject({ state: null, stale: true, error: { code: "unreadable" } });
		await pass(CLIENT.resyncMinMs);
		expect(FakeSocket.last.takeFrames()).toEqual([BY_NAME]);
	});

	test("what is refused while a body is on its way stays refused", async () => {
		await pass();
		FakeSocket.last.deliver(HELLO, answer, named(), image(), JSON.stringify(["error", M, "unavailable", ""]));
		asked[0]?.give(BODY);
		await pass();
		expect(last()).toMatchObject({ state: null, stale: true, error: { code: "unavailable" } });
	});

	test("a body that comes after its connection has gone changes nothing", async () => {
		await pass();
		FakeSocket.last.deliver(HELLO, answer, named(), image());
		FakeSocket.last.drop(4_001);
		asked[0]?.give(BODY);
		await pass();
		expect(last()?.state ?? null).toBeNull();
	});
});

describe("[FRM-8] [RUN-5] a relay that gives none", () => {
	test.each([
		["says nothing of it", [OLD_HELLO]],
		["does not speak first", []],
	])("%s, and is asked as ever", async (_how, frames) => {
		await pass();
		FakeSocket.last.deliver(...frames);
		await pass(1_100);
		expect(FakeSocket.last.takeFrames()).toEqual([["sub", M, null, {}]]);
	});

	test("is not taken for the one before it, that gave names", async () => {
		await pass();
		vi.spyOn(Math, "random").mockReturnValue(0);
		FakeSocket.last.deliver(HELLO);
		FakeSocket.last.drop(4_001);
		await pass(200);
		expect(FakeSocket.last.takeFrames()).toEqual([]);
		FakeSocket.last.deliver(OLD_HELLO);
		expect(FakeSocket.last.takeFrames()).toEqual([["sub", M, null, {}]]);
	});
});

describe("[FRM-8] schemas that are kept", () => {
	test("CLIENT.schemasKept: the oldest makes room", () => {
		const schemas = new Schemas({ source: async () => null, now: () => 0, report: () => {} });
		for (let no = 0; no <= CLIENT.schemasKept; no++) schemas.keep(`m${no}`, no);
		expect([schemas.get("m0"), schemas.get("m1")]).toEqual([undefined, 1]);
	});

	test("they are fetched beside the stream, where its address says where that is", async () => {
		vi.stubGlobal("fetch", async (url: string) => Response.json({ url }));
		expect(await schemasOver("wss://play.example/v1/stream")?.(NAME, new AbortController().signal)).toEqual({
			url: `https://play.example/v1/schemas/${NAME}`,
		});
		expect(schemasOver("wss://play.example/live")).toBeNull();
		vi.stubGlobal("fetch", async () => new Response(null, { status: 404 }));
		await expect(schemasOver("ws://localhost:8787/v1/stream")?.(NAME, new AbortController().signal)).rejects.toThrow(
			"404",
		);
		vi.unstubAllGlobals();
	});
});
