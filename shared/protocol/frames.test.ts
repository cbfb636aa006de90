/** Frames of both directions: whatever text comes, nothing is thrown, and what is a frame means what was said. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { json, judgeSchema, nearly, schemasIn, valuesOf } from "../../testing/contracts.ts";
import { decode, parseJson } from "../decode.ts";
import { CONTRACT, SOCKET } from "../limits.ts";
import * as frames from "./frames.ts";
import {
	decodeServerFrame,
	encodeFrame,
	readServerFrame,
	type ServerFrame,
	serverFrameSchema,
} from "./server-frame.ts";

const { readerFrameSchema } = frames;

describe("frames", () => {
	test.each([...schemasIn(frames), ["serverFrameSchema", serverFrameSchema] as const])(
		"%s takes what fits as it is, and whatever else comes is refused",
		(_, schema) => judgeSchema(schema, 30),
	);

	test("[FRM-2] of a server: whatever the text, it is a frame or nothing; a frame says what was said", () => {
		const good = valuesOf(serverFrameSchema);
		fc.assert(
			fc.property(good, (frame) => {
				expect(decodeServerFrame(JSON.stringify(frame))).toEqual(frame);
			}),
		);
		fc.assert(
			fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.json()), (text) => {
				const frame = decodeServerFrame(text);
				if (frame !== null) expect(JSON.stringify(frame)).toBe(JSON.stringify(JSON.parse(text)));
			}),
			{ numRuns: 300 },
		);
		fc.assert(
			fc.property(nearly(good), (frame) => {
				const read = decodeServerFrame(JSON.stringify(frame) ?? "");
				if (read !== null) expect(Array.isArray(read)).toBe(true);
			}),
			{ numRuns: 300 },
		);
	});

	test.each(serverFrameSchema.options.map((schema) => [schema.items[0].literal, schema] as const))(
		"[FRM-3] a server's %s is read as what was encoded, and is encoded again to the same text",
		(kind, schema) => {
			const frames = valuesOf(schema) as fc.Arbitrary<ServerFrame>;
			fc.assert(
				fc.property(frames, (frame) => {
					const text = encodeFrame(frame);
					const read = decodeServerFrame(text);
					expect(read).toEqual(frame);
					expect(read?.[0]).toBe(kind);
					if (read !== null) expect(encodeFrame(read)).toBe(text);
				}),
			);
		},
	);

	test("[FRM-2] what was meant as a frame and is none says whose it was; kinds of the future are let be", () => {
		const topicOf = (text: string): unknown => {
			const read = readServerFrame(text);
			return read.kind === "unreadable" ? read.topic : read.kind;
		};
		const long = " ".repeat(SOCKET.maxServerFrameChars);
		expect(topicOf('["delta","match:m1","e",1')).toBe("match:m1");
		expect(topicOf(`["image","lobby","e",1,2,{}${long}]`)).toBe("lobby");
		expect(topicOf('["beat","match:m1","e"]')).toBe("match:m1");
		expect(topicOf('["stale","match:m1","yes"]')).toBe("match:m1");
		expect(topicOf('["sub","me","perhaps"]')).toBe("me");
		for (const text of [
			"",
			"{",
			"null",
			"7",
			"[]",
			"[[]]",
			'["delta"]',
			'["delta",7]',
			'["delta","match:__proto__"]',
			long,
		])
			expect(topicOf(text)).toBeNull();
		for (const text of ['["novelty"]', '["novelty","match:m1",1]', '["__proto__","lobby"]'])
			expect(topicOf(text)).toBe("unknown");
		expect(topicOf('["stale","match:m1",true,"more"]')).toBe("frame");
	});

	test("of a reader: whatever the text, it is a frame or refused with a path; more than a frame holds is refused", () => {
		const good = valuesOf(readerFrameSchema) as fc.Arbitrary<readonly unknown[]>;
		fc.assert(
			fc.property(good, json, (frame, extra) => {
				expect(decode(readerFrameSchema, parseJson(JSON.stringify(frame)))).toEqual({ ok: true, value: frame });
				expect(decode(readerFrameSchema, [...frame, extra]).ok).toBe(false);
			}),
		);
		fc.assert(
			fc.property(fc.string({ unit: "binary" }), (text) => {
				expect(decode(readerFrameSchema, parseJson(text)).ok).toBe(false);
			}),
			{ numRuns: 300 },
		);
	});

	test("SOCKET.maxTopics, CONTRACT.epochChars, tokenChars: what a frame may hold", () => {
		const isFrame = (frame: unknown): boolean => decode(readerFrameSchema, frame).ok;
		const acks = (count: number): unknown => [
			"ack",
			Array.from({ length: count }, (_, n) => [`match:m${n}`, "e".repeat(CONTRACT.epochChars), 1]),
		];
		expect(isFrame(acks(SOCKET.maxTopics))).toBe(true);
		expect(isFrame(acks(SOCKET.maxTopics + 1))).toBe(false);
		expect(isFrame(["ack", [["lobby", "e".repeat(CONTRACT.epochChars + 1), 1]]])).toBe(false);
		const sub = (token: string): unknown => ["sub", "me", null, { token }];
		expect(isFrame(sub("t".repeat(CONTRACT.tokenChars)))).toBe(true);
		expect(isFrame(sub("t".repeat(CONTRACT.tokenChars + 1)))).toBe(false);
	});

	test("a topic by the name of a method is none: no match can have it", () => {
		expect(decode(frames.topicSchema, "match:constructor").ok).toBe(false);
		expect(decode(frames.topicSchema, "match:__proto__").ok).toBe(false);
		expect(decode(frames.topicSchema, "match:constructors").ok).toBe(true);
	});
});
