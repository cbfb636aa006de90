/** `POST /v1/ingest/{provider}`: signed inputs, stored by their lanes before they are answered. */
import { COMPRESSED, isPlain } from "../../shared/body.ts";
import { providerOf } from "../../shared/catalogue/providers.ts";
import type { Appended } from "../../shared/contracts/lane.ts";
import type { Adapter, FeedRead } from "../../shared/feeds/adapter.ts";
import { readCanonicalJson, readCanonicalLines } from "../../shared/feeds/canonical-json.ts";
import { type DeliverDeps, type Delivered, deliver } from "../../shared/feeds/deliver.ts";
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
	/** There where something was refused as `busy`: it may be sent again, no sooner than this. */
	readonly retryAfterMs?: number;
	/** There where the signed time is not ours: by how much it is ahead, or behind where negative. */
	readonly clock?: { readonly offMs: number };
};
export type PushAnswer = { readonly ok: true; readonly body: Pushed } | Refusal;

export type PushDeps = {
	readonly config: IngestConfig;
} & Pick<DeliverDeps, "lane" | "now">;

/** By content type. */
const ADAPTERS: ReadonlyMap<string, Adapter> = new Map([
	["application/json", readCanonicalJson],
	["application/x-ndjson", readCanonicalLines],
]);

/** Judges, decodes all or nothing, stores. Throws where a lane did not answer: the same push may then be sent again. */
export async function push(request: Request, providerName: string, deps: PushDeps): Promise<PushAnswer> {
	const receivedAtMs = deps.now();
	const provider = providerOf(providerName);
	const secrets = deps.config.secrets.get(providerName);
	if (provider === null || secrets === undefined) return unknownProvider(providerName);
	const read = await readSigned(request, secrets, receivedAtMs);
	if (!read.ok) return read;
	const signedAtMs = signedAtMsOf(Number(request.headers.get("touchline-timestamp")), read.messages);
	const { lane, now, config } = deps;
	const lanes = { lane, now, lanesPerGroup: config.lanesPerGroup };
	const body = bodyOf(await deliver(read.messages, provider, { receivedAtMs, signedAtMs }, lanes));
	const offMs = signedAtMs - receivedAtMs;
	return { ok: true, body: Math.abs(offMs) > FEED.clockOffMs ? { ...body, clock: { offMs } } : body };
}

/** The signature is judged over the bytes as they came, before anything is made of them. */
async function readSigned(request: Request, secrets: readonly string[], nowMs: number): Promise<FeedRead | Refusal> {
	const type = (request.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
	const adapter = ADAPTERS.get(type);
	if (adapter === undefined) return refuse("unsupported_media_type", `Send ${[...ADAPTERS.keys()].join(" or ")}`);
	if (!isPlain(request.headers.get("content-encoding"))) return refuse("unsupported_media_type", COMPRESSED);
	const bytes = await readBody(request, FEED.maxBodyBytes);
	if (bytes === null) return refuse("body_too_large", `At most ${FEED.maxBodyBytes} bytes`);
	return (await wrongSignature(request, secrets, bytes, nowMs)) ?? adapter(bytes);
}

/** What a provider is told of a delivery: the places of what is not stored, and a count of the rest. */
function bodyOf({ inputs, heartbeats, rejected, retryAfterMs }: Delivered): Pushed {
	const kinds = (kind: Appended["kind"]): number => inputs.filter(({ result }) => result.kind === kind).length;
	const refused = inputs.flatMap(({ index, id, result }) =>
		result.kind === "refused" ? [{ index, id, code: result.code }] : [],
	);
	return {
		accepted: kinds("stored"),
		duplicates: kinds("duplicate"),
		heartbeats,
		refused,
		...(rejected.length > 0 ? { rejected: rejected.map(toldRefusal) } : {}),
		...(retryAfterMs === null ? {} : { retryAfterMs }),
	};
}

/**
 * When a push was said, by what its provider has signed. The header names the second; a message stamped within that second, which is signed with it, says where in it. The start of
 * the second otherwise: an age may be told too long and never too short.
 */
function signedAtMsOf(timestampSec: number, messages: readonly { readonly sentAtMs: number }[]): number {
	const startMs = timestampSec * 1_000;
	const within = messages.map(({ sentAtMs }) => sentAtMs).filter((atMs) => atMs >= startMs && atMs < startMs + 1_000);
	return within.reduce((latest, atMs) => Math.max(latest, atMs), startMs);
}
