/** `POST /v1/ingest/{provider}`: signed inputs, stored by their lanes before they are answered. */
import { COMPRESSED, isCompressed, isPlain, utf8 } from "../../shared/body.ts";
import { providerOf } from "../../shared/catalogue/providers.ts";
import type { Provider } from "../../shared/catalogue/schemas.ts";
import { laneName, laneNamesOf } from "../../shared/contracts/ids.ts";
import type { Appended, LaneRpc, MatchRefusal } from "../../shared/contracts/lane.ts";
import { type Batch, parseBatch } from "../../shared/feeds/batch.ts";
import type { FeedMessage, Input } from "../../shared/feeds/canonical.ts";
import { signedAtMsOf } from "../../shared/feeds/signed-at.ts";
import { FEED } from "../../shared/limits.ts";
import { readBody } from "./body.ts";
import type { IngestConfig } from "./config.ts";
import { type ToldRefusal, toldRefusal } from "./refusals.ts";
import { type Refusal, refuse, unknownProvider, wrongSignature } from "./signed-request.ts";

export type Pushed = {
	readonly accepted: number;
	readonly duplicates: number;
	readonly heartbeats: number;
	readonly refused: readonly { readonly index: number; readonly id: string; readonly code: string }[];
	/** There where matches have refused what was stored of pushes before. */
	readonly rejected?: readonly ToldRefusal[];
	/** There where the signed time is not ours: by how much it is ahead, or behind where negative. */
	readonly clock?: { readonly offMs: number };
};
export type PushAnswer = { readonly ok: true; readonly body: Pushed } | Refusal;

export type PushDeps = {
	readonly config: IngestConfig;
	readonly lane: (name: string) => Pick<LaneRpc, "append" | "heartbeat">;
	readonly now: () => number;
};

const NDJSON = "application/x-ndjson";

/** Judges, decodes all or nothing, stores. Throws where a lane did not answer: the same push may then be sent again. */
export async function push(request: Request, providerName: string, deps: PushDeps): Promise<PushAnswer> {
	const receivedAtMs = deps.now();
	const provider = providerOf(providerName);
	const secrets = deps.config.secrets.get(providerName);
	if (provider === null || secrets === undefined) return unknownProvider(providerName);
	const batch = await readBatch(request, secrets, receivedAtMs);
	if (!batch.ok) return batch;
	const signedAtMs = signedAtMsOf(Number(request.headers.get("touchline-timestamp")), batch.messages);
	const body = await deliver(batch.messages, provider, { receivedAtMs, signedAtMs }, deps);
	const offMs = signedAtMs - receivedAtMs;
	return { ok: true, body: Math.abs(offMs) > FEED.clockOffMs ? { ...body, clock: { offMs } } : body };
}

/** The signature is judged over the bytes as they came, before anything is made of them. */
async function readBatch(request: Request, secrets: readonly string[], nowMs: number): Promise<Batch | Refusal> {
	const type = (request.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase();
	if (type !== "application/json" && type !== NDJSON)
		return refuse("unsupported_media_type", `Send application/json or ${NDJSON}`);
	if (!isPlain(request.headers.get("content-encoding"))) return refuse("unsupported_media_type", COMPRESSED);
	const bytes = await readBody(request, FEED.maxBodyBytes);
	if (bytes === null) return refuse("body_too_large", `At most ${FEED.maxBodyBytes} bytes`);
	const wrong = await wrongSignature(request, secrets, bytes, nowMs);
	if (wrong !== null) return wrong;
	if (isCompressed(bytes)) return refuse("unsupported_media_type", COMPRESSED);
	const text = utf8(bytes);
	return text === null ? refuse("malformed_json", "The body is not UTF-8") : parseBatch(text, type === NDJSON);
}

type Entry = { readonly index: number; readonly input: Input };
type Times = { readonly receivedAtMs: number; readonly signedAtMs: number };

/**
 * How long ago it was said, for a lane that knows nothing of its provider's clock. Signed for a time to come, that cannot be
 * told, and it is as old as a signature can be.
 */
function heldMsOf({ receivedAtMs, signedAtMs }: Times, nowMs: number): number {
	if (signedAtMs - receivedAtMs > FEED.clockOffMs) return FEED.clockMemoryMs;
	return Math.max(0, nowMs - receivedAtMs, nowMs - signedAtMs);
}

/**
 * Inputs go to their lanes in the order they came. A heartbeat goes to every lane of the group, and only once all inputs are
 * stored: heard before them it would vouch for a match that does not know them yet (LAN-2).
 */
async function deliver(
	messages: readonly FeedMessage[],
	{ provider, group }: Provider,
	times: Times,
	deps: PushDeps,
): Promise<Pushed> {
	const count = deps.config.lanesPerGroup;
	const byLane = new Map<string, Entry[]>();
	let heartbeats = 0;
	for (const [index, message] of messages.entries()) {
		if (message.kind === "heartbeat") {
			heartbeats++;
			continue;
		}
		const name = laneName(group, message.matchId, count);
		const entries = byLane.get(name) ?? [];
		entries.push({ index, input: message });
		byLane.set(name, entries);
	}
	const said = () => ({ provider, heldMs: heldMsOf(times, deps.now()), signedAtMs: times.signedAtMs });
	const rejected: MatchRefusal[] = [];
	const appends = [...byLane].map(async ([lane, entries]) => {
		const inputs = entries.map(({ input }) => input);
		const answer = await deps.lane(lane).append({ v: 1, lane, ...said(), inputs });
		rejected.push(...(answer.rejected ?? []));
		return entries.map(({ index, input }, at) => ({ index, id: input.id, result: answer.results[at] }));
	});
	const stored = (await Promise.all(appends)).flat().toSorted((a, b) => a.index - b.index);
	if (heartbeats > 0) {
		const beat = { v: 1 as const, ...said() };
		const lanes = laneNamesOf(group, count);
		const heard = await Promise.all(lanes.map((lane) => deps.lane(lane).heartbeat({ ...beat, lane })));
		rejected.push(...heard.flatMap((answer) => answer.rejected ?? []));
	}
	const kinds = (kind: Appended["kind"]): number => stored.filter(({ result }) => result?.kind === kind).length;
	const refused = stored.flatMap(({ index, id, result }) =>
		result?.kind === "refused" ? [{ index, id, code: result.code }] : [],
	);
	const told = rejected.length > 0 ? { rejected: rejected.map(toldRefusal) } : {};
	return { accepted: kinds("stored"), duplicates: kinds("duplicate"), heartbeats, refused, ...told };
}
