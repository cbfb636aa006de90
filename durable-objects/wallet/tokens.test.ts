/** Tokens: what we signed comes back as it was, and nothing else is taken, whatever bytes come. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { playerIdSchema } from "../../shared/contracts/ids.ts";
import { playerIdOfToken } from "../../shared/contracts/token.ts";
import { WALLET_KEEPS } from "../../shared/limits.ts";
import { json, nearly, valuesOf } from "../../testing/contracts.ts";
import { hmacTokens, type TokenPayload } from "./tokens.ts";

const ours = hmacTokens("a-secret-of-these-tests");
const theirs = hmacTokens("a-secret-of-somebody-else");
const payloads = fc.record({
	p: valuesOf(playerIdSchema) as fc.Arbitrary<string>,
	g: fc.nat(),
	e: fc.maxSafeNat(),
});
const base64Url = (value: unknown): string => Buffer.from(JSON.stringify(value) ?? "").toString("base64url");
const anyText = fc.oneof(
	fc.string({ unit: "binary", maxLength: 80 }),
	fc.tuple(json, fc.base64String()).map(([payload, mac]) => `tl1.${base64Url(payload)}.${mac}`),
	nearly(payloads).map((payload) => `tl1.${base64Url(payload)}.AAAA`),
);

describe("[FRM-7] players' tokens", () => {
	test("what was signed is read as it was; another secret's is not", async () => {
		await fc.assert(
			fc.asyncProperty(payloads, async (payload) => {
				const token = await ours.sign(payload as TokenPayload);
				expect(await ours.verify(token)).toEqual(payload);
				expect(playerIdOfToken(token)).toBe(payload.p);
				expect(await theirs.verify(token)).toBeNull();
			}),
			{ numRuns: 50 },
		);
	});

	test("one character changed anywhere makes it nobody's", async () => {
		await fc.assert(
			fc.asyncProperty(
				payloads,
				fc.nat(),
				fc.constantFrom("A", "b", "9", "-", ".", " ", "é"),
				async (payload, at, to) => {
					const token = await ours.sign(payload as TokenPayload);
					const place = at % token.length;
					const changed = token.slice(0, place) + to + token.slice(place + 1);
					// The last character of base64 carries bits that are no part of the bytes: such a token says the same.
					const says = await ours.verify(changed);
					if (says !== null) expect([changed === token || place === token.length - 1, says]).toEqual([true, payload]);
				},
			),
			{ numRuns: 100 },
		);
	});

	test("WALLET_KEEPS.tokens: verified again, after however many others, a token says what it said", async () => {
		const payload = (n: number): TokenPayload => ({
			p: `p_weur_${n.toString(16).padStart(16, "0")}`,
			g: n + 1,
			e: n + 1,
		});
		const signed = await Promise.all(Array.from({ length: WALLET_KEEPS.tokens + 1 }, (_, n) => ours.sign(payload(n))));
		for (let round = 0; round < 2; round++)
			expect(await Promise.all(signed.map(ours.verify))).toEqual(signed.map((_, n) => payload(n)));
	});

	test("whatever text comes, nothing is thrown, nobody is named but a player, and no object changes", async () => {
		await fc.assert(
			fc.asyncProperty(anyText, async (text) => {
				expect(await ours.verify(text)).toBeNull();
				const named = playerIdOfToken(text);
				if (named !== null) expect(named).toMatch(/^p_[a-z]+_[0-9a-f]{16}$/);
				expect(Object.keys(Object.prototype)).toEqual([]);
			}),
			{ numRuns: 300 },
		);
	});

	test("a payload of ours that says more, or other things, than a token says is none", async () => {
		const good = { p: "p_weur_0123456789abcdef", g: 1, e: 1 };
		for (const wrong of [
			{ ...good, admin: true },
			{ ...good, p: "p_weur_1" },
			{ ...good, g: -1 },
			{ ...good, e: "1" },
			[],
			null,
		])
			expect(await ours.verify(await ours.sign(wrong as TokenPayload))).toBeNull();
	});
});
