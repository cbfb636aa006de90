import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyFeedMessage } from "../../testing/feeds.ts";
import { FEED } from "../limits.ts";
import type { FeedMessage, Input } from "./canonical.ts";
import { readCanonicalJson, readCanonicalLines } from "./canonical-json.ts";
import { sameContent } from "./same-content.ts";

const messages = fc.array(anyFeedMessage, { minLength: 1, maxLength: 20 });
/** Spaces JSON allows, and ends of lines as machines of all makes write them. */
const gap = fc.constantFrom("\n", "\r\n", "\n\n", "\n  \n");

/** What makes a good message a bad one, and where. */
const spoils: readonly { readonly path: string; readonly spoil: (message: FeedMessage) => unknown }[] = [
	{ path: "sentAtMs", spoil: (message) => ({ ...message, sentAtMs: "noon" }) },
	{ path: "id", spoil: ({ id: _, ...message }) => message },
	{ path: "kind", spoil: (message) => ({ ...message, kind: "rumour" }) },
	{ path: "secret", spoil: (message) => ({ ...message, secret: 1 }) },
	{ path: "", spoil: () => null },
];

const read = (body: string, ndjson: boolean) =>
	(ndjson ? readCanonicalLines : readCanonicalJson)(new TextEncoder().encode(body));

describe("a push's body", () => {
	test("[LAN-1] says the same as one message, as an array and as NDJSON", () => {
		fc.assert(
			fc.property(messages, gap, (list, end) => {
				const plain = JSON.parse(JSON.stringify(list));
				expect(read(JSON.stringify(list), false)).toEqual({ ok: true, messages: plain });
				expect(read(list.map((one) => JSON.stringify(one) + end).join(""), true)).toEqual({
					ok: true,
					messages: plain,
				});
				expect(read(JSON.stringify(list[0]), false)).toEqual({ ok: true, messages: [plain[0]] });
			}),
		);
	});

	test("[LAN-1] one bad message refuses all of it, and its place and path are told", () => {
		fc.assert(
			fc.property(messages, fc.nat(), fc.constantFrom(...spoils), fc.boolean(), (list, at, { path, spoil }, ndjson) => {
				const place = at % list.length;
				const bad = list.map((message, index) => (index === place ? spoil(message) : message));
				const body = ndjson ? bad.map((one) => JSON.stringify(one)).join("\n") : JSON.stringify(bad);
				const batch = read(body, ndjson);
				expect(batch).toMatchObject({ ok: false, code: "invalid_request" });
				const paths = batch.ok ? [] : batch.errors.map((error) => error.path);
				expect(paths).toContain(path === "" ? `[${place}]` : `[${place}].${path}`);
			}),
		);
	});

	test("[LAN-1] a path goes down to the field", () => {
		const clock = { elapsedSec: -1, running: true };
		const state = { v: 1, kind: "state", id: "s", matchId: "m1", sentAtMs: 1, phase: "first_half", clock };
		const batch = read(JSON.stringify([{ ...state, clock: undefined }, state]), false);
		expect(batch.ok ? [] : batch.errors.map(({ path }) => path)).toEqual(["[1].clock.elapsedSec"]);
	});

	test("whatever comes, nothing is thrown and what is taken fits", () => {
		fc.assert(
			fc.property(fc.oneof(fc.string(), fc.json(), fc.string({ unit: "binary" })), fc.boolean(), (body, ndjson) => {
				const batch = read(body, ndjson);
				if (!batch.ok) expect(["malformed_json", "invalid_request", "unsupported_media_type"]).toContain(batch.code);
			}),
			{ numRuns: 500 },
		);
		expect(read(`${"[".repeat(200_000)}`, false)).toMatchObject({ ok: false });
		expect(read(`${"[".repeat(200_000)}${"]".repeat(200_000)}`, false)).toMatchObject({ ok: false });
		expect(read("{}\nnot json", true)).toMatchObject({ code: "malformed_json", errors: [{ path: "[1]" }] });
	});

	test("nothing, too many, and a trader's word are refused", () => {
		const beat = { v: 1, kind: "heartbeat", id: "b", sentAtMs: 1 };
		const many = (count: number): string => JSON.stringify(Array.from({ length: count }, () => beat));
		expect(read("[]", false)).toMatchObject({ ok: false, code: "invalid_request" });
		expect(read("\n\n", true)).toMatchObject({ ok: false, code: "invalid_request" });
		expect(read(many(FEED.maxInputsPerRequest), false).ok).toBe(true);
		expect(read(many(FEED.maxInputsPerRequest + 1), false)).toMatchObject({ code: "invalid_request" });
		const command = { ...beat, kind: "trader", matchId: "m1", trader: "eve", command: { action: "suspend" } };
		expect(read(JSON.stringify(command), false)).toMatchObject({ errors: [{ path: "[0].kind" }] });
		const bad = read(JSON.stringify(Array.from({ length: 200 }, () => ({}))), false);
		expect(bad.ok ? 0 : bad.errors.length).toBe(FEED.maxErrorsTold);
	});
});

describe("content", () => {
	const inputs = anyFeedMessage.filter((message): message is Input & FeedMessage => message.kind !== "heartbeat");
	const reversed = (value: unknown): unknown =>
		typeof value === "object" && value !== null && !Array.isArray(value)
			? Object.fromEntries(
					Object.entries(value)
						.reverse()
						.map(([key, inner]) => [key, reversed(inner)]),
				)
			: value;

	test("[LAN-1] is the same in any order of keys and at any time of sending, and different otherwise", () => {
		fc.assert(
			fc.property(inputs, fc.nat(), (one, sentAtMs) => {
				expect(sameContent(one, { ...(reversed(one) as Input), sentAtMs })).toBe(true);
				expect(sameContent(one, { ...one, id: `${one.id}x` })).toBe(false);
			}),
		);
	});
});
