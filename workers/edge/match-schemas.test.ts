import { describe, expect, test } from "vitest";
import { HTTP } from "../../shared/limits.ts";
import { schemaNameOf } from "../../shared/protocol/schema-name.ts";
import { edgeApp } from "./app.ts";

const BODY = '{"sport":"football","markets":[]}';
const asked: string[] = [];
const objects = (methods: object) => ({ idFromName: (name: string) => name, get: () => methods });
const nameOf = (matchId: string): string => schemaNameOf(`match:${matchId}`, BODY) ?? "";

/** A match that has one schema. */
function ask(name: string): Promise<Response> {
	const env = {
		WALLET_SHARDS: "2",
		RELAYS_PER_REGION: "2",
		DEMO: "0",
		ALLOWED_ORIGINS: "",
		UNCOUNTED_ADDRESSES: "",
		OPERATOR_TOKEN: "operator-token-of-the-tests",
		RATE_READS: { limit: async () => ({ success: true }) },
		BOARD: objects({
			knows: async ({ matchIds }: { readonly matchIds: readonly string[] }) => ({
				v: 1,
				known: matchIds.filter((id) => id !== "nobody"),
			}),
		}),
		MATCH: objects({
			schema: async ({ name }: { readonly name: string }) => {
				asked.push(name);
				return name === nameOf(name.split("~")[0] ?? "") ? BODY : null;
			},
		}),
	} as unknown as EdgeEnv;
	return Promise.resolve(
		edgeApp().request(`/v1/schemas/${name}`, { headers: { "cf-connecting-ip": "203.0.113.1" } }, env),
	);
}

describe("[FRM-8] a schema over HTTP", () => {
	test("is kept by whoever has it, for ever, and by this edge", async () => {
		asked.length = 0;
		const answers = [await ask(nameOf("m1")), await ask(nameOf("m1"))];
		for (const answer of answers) {
			expect([answer.status, answer.headers.get("cache-control")]).toEqual([
				200,
				"public, max-age=31536000, immutable",
			]);
			expect(answer.headers.get("access-control-allow-origin")).toBe("*");
			expect(await answer.text()).toBe(BODY);
		}
		expect(asked).toEqual([nameOf("m1")]);
	});

	test.each([
		["no name", "m1", 400],
		["another match's path", "m1%2F..%2Fops~0123456789abcdef", 400],
		["a match that is not", nameOf("nobody"), 404],
		["a schema that is not, or no more", "m1~0123456789abcdef", 404],
	])("%s is refused, and nothing of it is kept", async (_name, name, status) => {
		const answer = await ask(name);
		expect([answer.status, answer.headers.get("cache-control")]).toEqual([status, "no-store"]);
	});

	test("HTTP.schemasKept: the oldest makes room", async () => {
		for (let no = 0; no <= HTTP.schemasKept; no++) await ask(nameOf(`kept-${no}`));
		asked.length = 0;
		await ask(nameOf(`kept-${HTTP.schemasKept}`));
		await ask(nameOf("kept-0"));
		expect(asked).toEqual([nameOf("kept-0")]);
	});
});
