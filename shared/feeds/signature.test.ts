import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { signBody, verifyBody } from "./signature.ts";

const SECRET = "a-secret-of-the-tests";
const NOW_MS = 1_781_136_000_000;
const NOW_SEC = NOW_MS / 1_000;
const TOLERANCE_MS = 300_000;
const BODY = '{"kind":"heartbeat"}';

async function judge(
	over: { timestamp?: string | null; signature?: string | null; body?: string | Uint8Array; secrets?: string[] } = {},
) {
	const headers = { timestamp: String(NOW_SEC), signature: await signBody(SECRET, NOW_SEC, BODY), ...over };
	return verifyBody(over.secrets ?? [SECRET], headers, over.body ?? BODY, NOW_MS, TOLERANCE_MS);
}

describe("signature of a push", () => {
	test("is the HMAC-SHA256 of timestamp, dot and body, the way every library makes it", async () => {
		await fc.assert(
			fc.asyncProperty(fc.string({ unit: "grapheme" }), fc.nat(4_000_000_000), async (body, timestampSec) => {
				const mac = createHmac("sha256", SECRET).update(`${timestampSec}.${body}`).digest("hex");
				expect(await signBody(SECRET, timestampSec, body)).toBe(`v1=${mac}`);
			}),
			{ numRuns: 30 },
		);
	});

	test("is judged over the bytes as they came", async () => {
		const bytes = Uint8Array.from([0xff, 0xfe, 0x00, 0x80]);
		const signature = await signBody(SECRET, NOW_SEC, bytes);
		expect(signature).toBe(`v1=${createHmac("sha256", SECRET).update(`${NOW_SEC}.`).update(bytes).digest("hex")}`);
		expect(await judge({ signature, body: bytes })).toBe("valid");
	});

	test("one of several secrets is enough, so that they can be rotated", async () => {
		expect(await judge()).toBe("valid");
		expect(await judge({ secrets: ["the-next-secret-there-is", SECRET] })).toBe("valid");
		expect(await judge({ secrets: ["the-next-secret-there-is"] })).toBe("bad_signature");
		expect(await judge({ secrets: [] })).toBe("bad_signature");
	});

	test("holds for five minutes to either side", async () => {
		for (const [aside, verdict] of [
			[-300, "valid"],
			[300, "valid"],
			[-301, "stale_signature"],
			[301, "stale_signature"],
		] as const) {
			const at = NOW_SEC + aside;
			expect(await judge({ timestamp: String(at), signature: await signBody(SECRET, at, BODY) })).toBe(verdict);
		}
	});

	test("any changed byte, timestamp or header form is refused, and a stranger never learns about clocks", async () => {
		const signature = await signBody(SECRET, NOW_SEC, BODY);
		expect(await judge({ body: `${BODY} ` })).toBe("bad_signature");
		expect(await judge({ timestamp: String(NOW_SEC + 1) })).toBe("bad_signature");
		expect(await judge({ timestamp: String(NOW_SEC - 4_000) })).toBe("bad_signature");
		for (const timestamp of [null, "", "now", "-5", "1.5", `${NOW_SEC} `, "9".repeat(13)])
			expect(await judge({ timestamp })).toBe("bad_signature");
		for (const wrong of [null, "", "v1=", signature.slice(3), signature.toUpperCase(), `${signature}00`, "v1=zz"])
			expect(await judge({ signature: wrong })).toBe("bad_signature");
		const flipped = signature.slice(0, -1) + (signature.endsWith("0") ? "1" : "0");
		expect(await judge({ signature: flipped })).toBe("bad_signature");
	});

	test("whatever headers and bytes come, nothing is thrown and nothing but our own signature is valid", async () => {
		const header = fc.oneof(
			fc.constant(null),
			fc.string({ unit: "binary", maxLength: 80 }),
			fc.stringMatching(/^v1=[0-9a-f]{64}$/),
			fc.nat().map(String),
		);
		await fc.assert(
			fc.asyncProperty(header, header, fc.uint8Array({ maxLength: 40 }), async (timestamp, signature, bytes) => {
				expect(await judge({ timestamp, signature, body: bytes })).toBe("bad_signature");
				const signed = await signBody(SECRET, NOW_SEC, bytes);
				expect(await judge({ signature: signed, body: bytes })).toBe("valid");
				expect(await judge({ signature: signed, body: Uint8Array.from([...bytes, 0]) })).toBe("bad_signature");
			}),
			{ numRuns: 100 },
		);
	});
});
