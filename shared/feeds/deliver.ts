/**
 * What every feed does with what its adapter has read: each input goes to its match's lane, in the order in which it came, and
 * for each there is an answer. Lanes and clock are passed in.
 */

import type { Provider } from "../catalogue/schemas.ts";
import { laneName, laneNamesOf } from "../contracts/ids.ts";
import type { Appended, LaneRpc, MatchRefusal } from "../contracts/lane.ts";
import { FEED } from "../limits.ts";
import type { FeedMessage, Input } from "./canonical.ts";

export type DeliverDeps = {
	readonly lane: (name: string) => Pick<LaneRpc, "append" | "heartbeat">;
	/** Names follow from it: changing it moves matches to lanes that do not know them. */
	readonly lanesPerGroup: number;
	readonly now: () => number;
};

/** When the messages came to us, and by their provider's clock when it signed them; null where it signs nothing. */
export type FeedTimes = { readonly receivedAtMs: number; readonly signedAtMs: number | null };

export type InputAnswer = { readonly index: number; readonly id: string; readonly result: Appended };
export type Delivered = {
	/** One for each input, in the order in which they were said; `index` counts heartbeats too. */
	readonly inputs: readonly InputAnswer[];
	readonly heartbeats: number;
	/** What matches have refused of messages before, and no answer has told yet. */
	readonly rejected: readonly MatchRefusal[];
	/** Null where nothing is gained by sending any of it again; else how long to wait before that. */
	readonly retryAfterMs: number | null;
	/** Inputs that wait to be applied at the fullest of its lanes. */
	readonly waiting: number;
};

type Entry = { readonly index: number; readonly input: Input };

/**
 * Throws where a lane did not answer: the same messages may then be delivered again. A heartbeat goes to every lane of the
 * group, and only once all inputs are stored: heard before them it would vouch for a match that does not know them yet (LAN-2).
 */
export async function deliver(
	messages: readonly FeedMessage[],
	{ provider, group }: Provider,
	times: FeedTimes,
	{ lane: laneOf, lanesPerGroup, now }: DeliverDeps,
): Promise<Delivered> {
	const said = () => ({
		provider,
		heldMs: heldMsOf(times, now()),
		...(times.signedAtMs === null ? {} : { signedAtMs: times.signedAtMs }),
	});
	const rejected: MatchRefusal[] = [];
	let waiting = 0;
	const appends = [...byLane(messages, group, lanesPerGroup)].map(async ([lane, entries]) => {
		const answer = await laneOf(lane).append({ v: 1, lane, ...said(), inputs: entries.map(({ input }) => input) });
		rejected.push(...(answer.rejected ?? []));
		waiting = Math.max(waiting, answer.waiting ?? 0);
		return entries.map(({ index, input }, at): InputAnswer => {
			const result = answer.results[at];
			if (result === undefined)
				throw new Error(`${lane} answered ${answer.results.length} of ${entries.length} inputs`);
			return { index, id: input.id, result };
		});
	});
	const inputs = (await Promise.all(appends)).flat().toSorted((a, b) => a.index - b.index);
	const heartbeats = messages.length - inputs.length;
	if (heartbeats > 0) {
		const lanes = laneNamesOf(group, lanesPerGroup);
		const beat = { v: 1 as const, ...said() };
		const heard = await Promise.all(lanes.map((lane) => laneOf(lane).heartbeat({ ...beat, lane })));
		rejected.push(...heard.flatMap((answer) => answer.rejected ?? []));
	}
	const isBusy = inputs.some(({ result }) => result.kind === "refused" && result.code === "busy");
	return { inputs, heartbeats, rejected, retryAfterMs: isBusy ? FEED.busyRetryMs : null, waiting };
}

function byLane(
	messages: readonly FeedMessage[],
	group: string,
	lanesPerGroup: number,
): ReadonlyMap<string, readonly Entry[]> {
	const entries = new Map<string, Entry[]>();
	for (const [index, message] of messages.entries()) {
		if (message.kind === "heartbeat") continue;
		const name = laneName(group, message.matchId, lanesPerGroup);
		const entry = { index, input: message };
		const ofLane = entries.get(name);
		if (ofLane === undefined) entries.set(name, [entry]);
		else ofLane.push(entry);
	}
	return entries;
}

/**
 * How long ago it was said, for a lane that knows nothing of its provider's clock. Signed for a time to come, that cannot be
 * told, and it is as old as a signature can be.
 */
function heldMsOf({ receivedAtMs, signedAtMs }: FeedTimes, nowMs: number): number {
	if (signedAtMs === null) return Math.max(0, nowMs - receivedAtMs);
	if (signedAtMs - receivedAtMs > FEED.clockOffMs) return FEED.clockMemoryMs;
	return Math.max(0, nowMs - receivedAtMs, nowMs - signedAtMs);
}
