/** `POST /v1/ingest/{provider}`: signed inputs, stored by their lanes before they are answered. */
import { laneName, laneNamesOf } from "../../shared/contracts/ids.ts";
import type { Appended, LaneRpc } from "../../shared/contracts/lane.ts";
import type { FieldError, ProblemCode } from "../../shared/errors.ts";
import { parseBatch } from "../../shared/feeds/batch.ts";
import type { FeedMessage, Input } from "../../shared/feeds/canonical.ts";
import { providerOf } from "../../shared/feeds/providers.ts";
import { verifyBody } from "../../shared/feeds/signature.ts";
import { FEED } from "../../shared/limits.ts";
import type { IngestConfig } from "./config.ts";

export type Pushed = {
	readonly accepted: number;
	readonly duplicates: number;
	readonly heartbeats: number;
	readonly refused: readonly { readonly index: number; readonly id: string; readonly code: string }[];
};
export type PushAnswer =
	| { readonly ok: true; readonly body: Pushed }
	| { readonly ok: false; readonly code: ProblemCode; readonly detail: string; readonly errors: readonly FieldError[] };

export type PushDeps = {
	readonly config: IngestConfig;
	readonly lane: (name: string) => LaneRpc;
	readonly nowMs: number;
};

const NDJSON = "application/x-ndjson";
const refuse = (code: ProblemCode, detail: string, errors: readonly FieldError[] = []): PushAnswer => ({
	ok: false,
	code,
	detail,
	errors,
});

export async function push(request: Request, providerName: string, deps: PushDeps): Promise<PushAnswer> {
	const provider = providerOf(providerName);
	const secrets = deps.config.secrets.get(providerName);
	if (provider === null || secrets === undefined)
		return refuse("not_found", `There is no provider ${providerName.slice(0, 32)}`);
	const type = (request.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase();
	if (type !== "application/json" && type !== NDJSON)
		return refuse("unsupported_media_type", `Send application/json or ${NDJSON}`);
	if (Number(request.headers.get("content-length") ?? 0) > FEED.maxBodyBytes)
		return refuse("body_too_large", `At most ${FEED.maxBodyBytes} bytes`);
	const body = await request.text();
	if (body.length > FEED.maxBodyBytes) return refuse("body_too_large", `At most ${FEED.maxBodyBytes} bytes`);
	const headers = {
		timestamp: request.headers.get("touchline-timestamp"),
		signature: request.headers.get("touchline-signature"),
	};
	const verdict = await verifyBody(secrets, headers, body, deps.nowMs, FEED.signatureToleranceMs);
	if (verdict === "bad_signature")
		return refuse("bad_signature", "touchline-signature does not match touchline-timestamp and body");
	if (verdict === "stale_signature")
		return refuse("stale_signature", "touchline-timestamp is more than five minutes away from our clock");
	const batch = parseBatch(body, type === NDJSON);
	if (!batch.ok) return refuse(batch.code, batch.detail, batch.errors);
	return { ok: true, body: await deliver(batch.messages, provider.provider, provider.group, deps) };
}

/** Inputs go to their lanes in the order they came; a heartbeat goes to every lane of the group (LAN-2). */
async function deliver(
	messages: readonly FeedMessage[],
	provider: string,
	group: string,
	deps: PushDeps,
): Promise<Pushed> {
	const count = deps.config.lanesPerGroup;
	const byLane = new Map<string, { readonly index: number; readonly input: Input }[]>();
	let heartbeats = 0;
	for (const [index, message] of messages.entries()) {
		if (message.kind === "heartbeat") {
			heartbeats++;
			continue;
		}
		const name = laneName(group, message.matchId, count);
		const list = byLane.get(name) ?? [];
		list.push({ index, input: message });
		byLane.set(name, list);
	}
	const beats =
		heartbeats === 0
			? []
			: laneNamesOf(group, count).map((lane) => deps.lane(lane).heartbeat({ v: 1, lane, provider }));
	const appends = [...byLane].map(async ([lane, entries]) => {
		const answer = await deps.lane(lane).append({ v: 1, lane, provider, inputs: entries.map((entry) => entry.input) });
		return entries.map((entry, at) => ({ index: entry.index, id: entry.input.id, result: answer.results[at] }));
	});
	await Promise.all(beats);
	const results = (await Promise.all(appends)).flat();
	const kinds = (kind: Appended["kind"]): number => results.filter((entry) => entry.result?.kind === kind).length;
	const refused = results.flatMap(({ index, id, result }) =>
		result?.kind === "refused" ? [{ index, id, code: result.code }] : [],
	);
	return {
		accepted: kinds("stored"),
		duplicates: kinds("duplicate"),
		heartbeats,
		refused: refused.toSorted((a, b) => a.index - b.index),
	};
}
