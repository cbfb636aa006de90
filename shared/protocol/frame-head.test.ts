/** The head reader against the whole parser: on frames, on texts that are nearly frames, and on what is meant to mislead it. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { valuesOf } from "../../testing/contracts.ts";
import { CONTRACT, SOCKET } from "../limits.ts";
import { readDeltaHead } from "./frame-head.ts";
import { decodeServerFrame, encodeFrame, type ServerFrame, serverFrameSchema } from "./server-frame.ts";

const NOW = 1_781_136_000_000;
const frames = valuesOf(serverFrameSchema) as fc.Arbitrary<ServerFrame>;
const plain = fc
	.tuple(
		fc.constantFrom("match:m1", "lobby", "me:p_demo_0123456789abcdef"),
		fc.stringMatching(/^[0-9]{1,6}\.[0-9a-f-]{1,36}$/),
		fc.maxSafeNat(),
		fc.maxSafeNat(),
		fc.json(),
	)
	.map(([topic, epoch, from, to, body]): ServerFrame => ["delta", topic, epoch, from, to, NOW, JSON.parse(body)]);

const isJson = (text: string): boolean => {
	try {
		JSON.parse(text);
		return true;
	} catch {
		return false;
	}
};

/** Whatever the text: what is said of it is what the whole parser says, or would of the same head with a body that is one. */
function judge(text: string): void {
	const head = readDeltaHead(text);
	if (head === null) return;
	const whole = decodeServerFrame(text);
	if (isJson(text)) expect(whole?.slice(0, 5)).toEqual(head);
	const upToBody = text.split(",", 6).join(",");
	expect(decodeServerFrame(`${upToBody},null]`)?.slice(0, 5)).toEqual(head);
}

/** Bits that a reader which counts brackets, quotes or commas would trip over. */
const bits = fc.constantFrom(
	...'[ ] [[ ]] { } " \\ , ,, : \\" \\u0022 \\u005b - -0 0 00 01 1e3 1e999 1.5 9007199254740993 99999999999999999999 null'.split(
		" ",
	),
	..." \n\t\u0000\u2028\u00e9\ud800".split(""),
	'"delta"',
	'"match:m1"',
	'"match:__proto__"',
	'["delta","match:m1","e1",1,2,3,{}]',
);

describe("the head of a delta", () => {
	test("[FRM-3] is what the whole parser says of every frame; other kinds have none", () => {
		fc.assert(
			fc.property(fc.oneof(frames, plain), (frame) => {
				const text = encodeFrame(frame);
				judge(text);
				if (frame[0] !== "delta") expect(readDeltaHead(text)).toBeNull();
			}),
			{ numRuns: 500 },
		);
	});

	test("[FRM-3] is read of every delta that is published", () => {
		fc.assert(
			fc.property(plain, ([...frame]) => {
				const [from, to] = [Number(frame[3]) % 1e15, Number(frame[4]) % 1e15];
				const sent = ["delta", String(frame[1]), String(frame[2]), from, to, NOW, frame[6]] as const;
				expect(readDeltaHead(encodeFrame([...sent]))).toEqual(sent.slice(0, 5));
			}),
		);
	});

	test("[FRM-3] a text that was cut, doubled, or that something was put into is read as the whole parser reads it", () => {
		const edits = fc.array(fc.tuple(fc.nat(120), fc.nat(3), bits), { minLength: 1, maxLength: 4 });
		fc.assert(
			fc.property(plain, edits, (frame, changes) => {
				let text = encodeFrame(frame);
				for (const [at, cut, put] of changes) text = text.slice(0, at) + put + text.slice(at + cut);
				judge(text);
			}),
			{ numRuns: 3_000 },
		);
		fc.assert(
			fc.property(fc.array(bits, { maxLength: 14 }), (parts) => {
				judge(parts.join(""));
				judge(`["delta",${parts.join(",")}]`);
			}),
			{ numRuns: 1_000 },
		);
	});

	test("[FRM-3] what is not in the form of the encoder goes the long way", () => {
		const long = " ".repeat(SOCKET.maxServerFrameChars);
		const epoch = "e".repeat(CONTRACT.epochChars);
		expect(readDeltaHead(`["delta","lobby","${epoch}",1,2,3,{}]`)).toEqual(["delta", "lobby", epoch, 1, 2]);
		for (const text of [
			"",
			' ["delta","lobby","e",1,2,3,{}]',
			'["delta", "lobby","e",1,2,3,{}]',
			'["delta","lobby","e",1,2,3,{}] ',
			'["delta","lobby","e",1,2,3,{}',
			'["delta","lobby","e",1,2,3,]',
			'["delta","lobby","e",1,2,3]',
			'["delta","lobby","e",1,2,03,{}]',
			'["delta","lobby","e",-1,2,3,{}]',
			'["delta","lobby","e",1e3,2,3,{}]',
			'["delta","lobby","e",1,1234567890123456,3,{}]',
			'["delta","lobby","\\u0065",1,2,3,{}]',
			'["d\\u0065lta","lobby","e",1,2,3,{}]',
			'["delta","lobby","",1,2,3,{}]',
			`["delta","lobby","${epoch}e",1,2,3,{}]`,
			'["delta","match:constructor","e",1,2,3,{}]',
			'["delta","elsewhere","e",1,2,3,{}]',
			'["delta",["lobby"],"e",1,2,3,{}]',
			'[["delta","lobby","e",1,2,3,{}]]',
			'["image","lobby","e",1,2,{}]',
			`["delta","lobby","e",1,2,3,"${long}"]`,
		])
			expect(readDeltaHead(text)).toBeNull();
	});
});
