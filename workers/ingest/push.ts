/** `POST /v1/ingest/{provider}`: signed inputs, stored by their lanes before they are answered. */
import { COMPRESSED, isPlain } from "../../shared/body.ts";
import { providerOf } from "../../shared/catalogue/providers.ts";
import type { Provider } from "../../shared/catalogue/schemas.ts";
import type { Appended } from "../../shared/contracts/lane.ts";
import type { Adapter } from "../../shared/feeds/adapter.ts";
import type { FeedMessage } from "../../shared/feeds/canonical.ts";
import { readCanonicalJson, readCanonicalLines } from "../../shared/feeds/canonical-json.ts";
import { type DeliverDeps, type Delivered, deliver } from "../../shared/feeds/deliver.ts";
import { FEED } from "../../shared/limits.ts";
import type { Admission } from "./admission.ts";
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
	readonly admission: Admission;
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
	const signed = await readSigned(request, secrets, receivedAtMs);
	if (!signed.ok) return signed;
	const leave = deps.admission.enter(providerName);
	if (leave === null) return refuse("too_many_requests", "Send the same push again, before anything newer");
	try {
		const read = signed.adapter(signed.bytes);
		if (!read.ok) return read;
		const signedAtMs = signedAtMsOf(Number(request.headers.get("touchline-timestamp")), read.messages);
		return { ok: true, body: await stored(read.messages, provider, { receivedAtMs, signedAtMs }, deps) };
	} finally {
		leave();
	}
}

async function stored(
	messages: readonly FeedMessage[],
	provider: Provider,
	times: { readonly receivedAtMs: number; readonly signedAtMs: number },
	{ lane, now, config, admission }: PushDeps,
): Promise<Pushed> {
	const delivered = await deliver(messages, provider, times, { lane, now, lanesPerGroup: config.lanesPerGroup });
	admission.waiting(provider.provider, delivered.waiting);
	const body = bodyOf(delivered);
	const offMs = times.signedAtMs - times.receivedAtMs;
	return Math.abs(offMs) > FEED.clockOffMs ? { ...body, clock: { offMs } } : body;
}

type Signed = { readonly ok: true; readonly bytes: Uint8Array; readonly adapter: Adapter };

/** The signature is judged over the bytes as they came, before anything is made of them. */
async function readSigned(request: Request, secrets: readonly string[], nowMs: number): Promise<Signed | Refusal> {
	const type = (request.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
	const adapter = ADAPTERS.get(type);
	if (adapter === undefined) return refuse("unsupported_media_type", `Send ${[...ADAPTERS.keys()].join(" or ")}`);
	if (!isPlain(request.headers.get("content-encoding"))) return refuse("unsupported_media_type", COMPRESSED);
	const bytes = await readBody(request, FEED.maxBodyBytes);
	if (bytes === null) return refuse("body_too_large", `At most ${FEED.maxBodyBytes} bytes`);
	return (await wrongSignature(request, secrets, bytes, nowMs)) ?? { ok: true, bytes, adapter };
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
