import { expect, test } from "vitest";
import { Platform } from "../../simulation/world/platform.ts";
import { fixture, phase } from "../../testing/football-inputs.ts";

test("[LAN-3] a lane that is behind the match is not believed about the feed: it has been superseded, or its call is old", async () => {
	const platform = new Platform();
	await platform.feed(fixture(), phase("first_half", 0));
	await platform.live("final", 3_000);
	const call = { v: 1, matchId: "final", lane: "lane:demo:0", speech: null } as const;
	const limits = { quietLimitMs: 3_000, lostAfterMs: 20_000, feedLost: true };
	const lane = platform.names.find((name) => name.startsWith("lane:")) ?? "";
	const status = (): string =>
		platform.match("final").quote({ v: 1, matchId: "final", asks: [{ market: "1x2", view: "standard" }] }).markets[0]
			?.status ?? "";
	platform.match("final").apply({ ...call, ...limits, inputs: [], lane, fromSeq: 2, headSeq: 1 });
	expect(status()).toBe("open");
	platform.match("final").apply({ ...call, ...limits, inputs: [], lane, fromSeq: 3, headSeq: 2 });
	expect(status()).toBe("suspended");
});

test("[LAN-3] what a lane that died in a silence forgot of it, the match knows: a heartbeat alone reopens nothing", async () => {
	const platform = new Platform();
	await platform.feed(fixture(), phase("first_half", 0));
	await platform.live("final", 3_000);
	const status = (): string =>
		platform.match("final").quote({ v: 1, matchId: "final", asks: [{ market: "1x2", view: "standard" }] }).markets[0]
			?.status ?? "";
	expect(status()).toBe("open");
	await platform.world.advance(4_000);
	platform.restart(platform.names.find((name) => name.startsWith("lane:")) ?? "");
	await platform.world.advance(4_000);
	await platform.live("final", 3_000);
	expect(status()).toBe("suspended");
	await platform.feed(phase("first_half", 10));
	expect(status()).toBe("open");
});
