/** Reading a body: every byte of it or, beyond the limit, nothing, however it is cut. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { utf8 } from "../../shared/body.ts";
import { readBody } from "./body.ts";

const chunks = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 });

/** A request whose body comes in these pieces; `pulled` counts what was taken of it. */
function streamed(
	parts: readonly Uint8Array[],
	headers: Record<string, string> = {},
): { request: Request; pulled: () => number } {
	let pulled = 0;
	const rest = [...parts];
	const body = new ReadableStream<Uint8Array>(
		{
			pull: (controller) => {
				const next = rest.shift();
				if (next === undefined) return controller.close();
				pulled += next.length;
				controller.enqueue(next);
			},
		},
		{ highWaterMark: 0 },
	);
	const init = { method: "POST", body, headers, ...{ duplex: "half" } };
	return { request: new Request("http://ingest/", init as RequestInit), pulled: () => pulled };
}

describe("a body", () => {
	test("is read whole up to its limit and not at all beyond it, whatever its pieces", async () => {
		await fc.assert(
			fc.asyncProperty(chunks, fc.nat(200), async (parts, maxBytes) => {
				const all = Buffer.concat(parts);
				const { request } = streamed(parts);
				const read = await readBody(request, maxBytes);
				if (all.length > maxBytes) expect(read).toBeNull();
				else expect(Buffer.from(read ?? new Uint8Array([0]))).toEqual(all);
			}),
			{ numRuns: 100 },
		);
	});

	test("that goes on for ever is read no further than one piece beyond the limit", async () => {
		const { request, pulled } = streamed(Array.from({ length: 1_000 }, () => new Uint8Array(100)));
		expect(await readBody(request, 1_000)).toBeNull();
		expect(pulled()).toBeLessThanOrEqual(1_200);
	});

	test("that says it is too long is not read", async () => {
		const { request, pulled } = streamed([new Uint8Array(10)], { "content-length": "1001" });
		expect(await readBody(request, 1_000)).toBeNull();
		expect(pulled()).toBe(0);
	});

	test("is text as it was written, or none", () => {
		fc.assert(
			fc.property(fc.string({ unit: "grapheme" }), (text) => {
				expect(utf8(new TextEncoder().encode(text))).toBe(text);
			}),
		);
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 12 }), (bytes) => {
				const text = utf8(bytes);
				// A byte order mark says how to read, and is not read itself.
				const without = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.slice(3) : bytes;
				if (text !== null) expect(new TextEncoder().encode(text)).toEqual(without);
			}),
			{ numRuns: 500 },
		);
		for (const bad of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xe2, 0x82]])
			expect(utf8(Uint8Array.from(bad))).toBeNull();
	});
});
