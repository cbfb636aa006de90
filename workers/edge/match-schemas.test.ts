import { describe, expect, test, vi } from "vitest";
import { EDGE_SHARE, HTTP } from "../../shared/limits.ts";
import { schemaNameOf } from "../../shared/protocol/schema-name.ts";
import { edgeApp } from "./app.ts";

const BODY = '{"sport":"football","markets":[]}';
const asked: string[] = [];
const objects = (methods: object) => ({ idFromName: (name: string) => name, get: () => methods });
const nameOf = (matchId: string): string => schemaNameOf(`match:${matchId}`, BODY) ?? "";

/** A match that has one schema. */
function ask(name: string, address = "203.0.113.1"): Promise<Response> {
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
	return Promise.resolve(edgeApp().request(`/v1/schemas/${name}`, { headers: { "cf-connecting-ip": address } }, env));
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
		// A partner's page reads why.
		expect(answer.headers.get("access-control-allow-origin")).toBe("*");
	});

	test("HTTP.cacheMs: a name that its match does not have costs it one call in that time, whoever asks", async () => {
		vi.useFakeTimers({ now: 1_781_136_000_000 });
		const name = "m1~00000000000000ff";
		asked.length = 0;
		for (const address of ["203.0.113.1", "203.0.113.2"]) expect((await ask(name, address)).status).toBe(404);
		expect(asked).toEqual([name]);
		vi.setSystemTime(Date.now() + HTTP.cacheMs);
		await ask(name);
		expect(asked).toEqual([name, name]);
		vi.useRealTimers();
	});

	test("[SHR-1] EDGE_SHARE.cacheKeys: who makes up names pushes out its own, and no schema", async () => {
		vi.useFakeTimers({ now: 1_781_136_100_000 });
		const made = (no: number): string => `m1~${no.toString(16).padStart(16, "0")}`;
		await ask(nameOf("m1"));
		await ask("m1~fffffffffffffff0", "203.0.113.2");
		for (let no = 0; no <= EDGE_SHARE.cacheKeys; no++) await ask(made(no), "203.0.113.66");
		asked.length = 0;
		for (const name of [nameOf("m1"), "m1~fffffffffffffff0", made(1), made(0)]) await ask(name, "203.0.113.66");
		expect(asked).toEqual([made(0)]);
		vi.useRealTimers();
	});

	test("HTTP.schemasKept: who was asked for longest ago makes room", async () => {
		for (let no = 0; no < HTTP.schemasKept; no++) await ask(nameOf(`kept-${no}`));
		await ask(nameOf("kept-0"));
		await ask(nameOf(`kept-${HTTP.schemasKept}`));
		asked.length = 0;
		for (const no of [0, HTTP.schemasKept, 1]) await ask(nameOf(`kept-${no}`));
		expect(asked).toEqual([nameOf("kept-1")]);
	});
});
