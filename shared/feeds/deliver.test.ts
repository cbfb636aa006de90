import { expect, test } from "vitest";
import { providerOf } from "../catalogue/providers.ts";
import type { Provider } from "../catalogue/schemas.ts";
import { laneName } from "../contracts/ids.ts";
import type { Appended, AppendRequest, HeartbeatRequest } from "../contracts/lane.ts";
import { FEED } from "../limits.ts";
import type { FeedMessage } from "./canonical.ts";
import { type Delivered, deliver } from "./deliver.ts";

const LANES = 4;
const beat: FeedMessage = { v: 1, kind: "heartbeat", id: "b", sentAtMs: 1 };
const stop = (matchId: string, id: string): FeedMessage => ({
	v: 1,
	kind: "bet_stop",
	id,
	matchId,
	sentAtMs: 1,
	reason: "var_review",
});

function replayProvider(): Provider {
	const provider = providerOf("replay");
	if (provider === null) throw new Error("no such provider");
	return provider;
}

/** Lanes that answer what they are told to, by the input's id; `stored` where nothing is said. */
class Lanes {
	readonly calls: (AppendRequest | HeartbeatRequest)[] = [];
	readonly answers: Record<string, Appended> = {};
	/** So many answers are missing. */
	missing = 0;

	deliver(messages: readonly FeedMessage[], signedAtMs: number | null = 1_000): Promise<Delivered> {
		return deliver(
			messages,
			replayProvider(),
			{ receivedAtMs: 1_000, signedAtMs },
			{
				lanesPerGroup: LANES,
				now: () => 1_400,
				lane: () => ({
					append: async (request) => {
						this.calls.push(request);
						const results = request.inputs.map(({ id }): Appended => this.answers[id] ?? { kind: "stored", seq: 1 });
						return { v: 1, results: results.slice(this.missing) };
					},
					heartbeat: async (request) => {
						this.calls.push(request);
						return { v: 1 };
					},
				}),
			},
		);
	}
}

test("[LAN-1] each input goes to its match's lane, in the order in which it came, and has an answer under its place", async () => {
	const lanes = new Lanes();
	lanes.answers.c = { kind: "refused", code: "conflict" };
	const messages = [stop("m1", "a"), beat, stop("m2", "b"), stop("m1", "c"), stop("m3", "d")];
	const delivered = await lanes.deliver(messages);
	const { group } = replayProvider();
	for (const call of lanes.calls) {
		if (!("inputs" in call)) continue;
		for (const { matchId } of call.inputs) expect(laneName(group, matchId, LANES)).toBe(call.lane);
		const places = call.inputs.map(({ id }) => messages.findIndex((message) => message.id === id));
		expect(places).toEqual(places.toSorted((a, b) => a - b));
	}
	expect(delivered.inputs.map(({ index, id, result }) => [index, id, result.kind])).toEqual([
		[0, "a", "stored"],
		[2, "b", "stored"],
		[3, "c", "refused"],
		[4, "d", "stored"],
	]);
	expect(delivered).toMatchObject({ heartbeats: 1, rejected: [], retryAfterMs: null });
});

test("FEED.busyRetryMs: [LAN-3] only what was refused as busy is worth sending again, and says when", async () => {
	const lanes = new Lanes();
	lanes.answers.a = { kind: "refused", code: "conflict" };
	expect((await lanes.deliver([stop("m1", "a"), stop("m1", "b")])).retryAfterMs).toBeNull();
	lanes.answers.b = { kind: "refused", code: "busy" };
	expect((await lanes.deliver([stop("m1", "a"), stop("m1", "b")])).retryAfterMs).toBe(FEED.busyRetryMs);
});

test("[LAN-1] a lane that answers fewer inputs than it was given has not answered", async () => {
	const lanes = new Lanes();
	lanes.missing = 1;
	await expect(lanes.deliver([stop("m1", "a"), stop("m1", "b")])).rejects.toThrow("answered 1 of 2 inputs");
});

test("[LAN-2] what nobody has signed is as old as we have held it, and no signed time is made up for it", async () => {
	const lanes = new Lanes();
	await lanes.deliver([stop("m1", "a"), beat], null);
	expect(lanes.calls).toHaveLength(1 + LANES);
	for (const call of lanes.calls) expect([call.heldMs, "signedAtMs" in call]).toEqual([400, false]);
});
