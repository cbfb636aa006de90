/** The ingest script: feeds come in here, signed; lanes keep and order them. */

import { faultText } from "../../durable-objects/runtime/log.ts";
import { rpcClient } from "../../durable-objects/runtime/stubs.ts";
import type { LaneRpc } from "../../shared/contracts/lane.ts";
import { PROBLEMS, problem } from "../../shared/errors.ts";
import { ingestConfig } from "./config.ts";
import { push } from "./push.ts";

export { Lane } from "../../durable-objects/lane/object.ts";

export default {
	async fetch(request, env): Promise<Response> {
		const requestId = request.headers.get("x-request-id") ?? crypto.randomUUID();
		const path = /^\/v1\/ingest\/([^/]{1,64})$/.exec(new URL(request.url).pathname);
		const fail = (code: keyof typeof PROBLEMS, detail: string, errors: Parameters<typeof problem>[3] = []): Response =>
			new Response(JSON.stringify(problem(code, detail, requestId, errors)), {
				status: PROBLEMS[code].status,
				headers: { "content-type": "application/problem+json", "x-request-id": requestId },
			});
		if (path?.[1] === undefined) return fail("not_found", "There is nothing here");
		if (request.method !== "POST") return fail("method_not_allowed", "Inputs are posted");
		try {
			const answer = await push(request, path[1], {
				config: ingestConfig(env),
				lane: (name) => rpcClient<LaneRpc>(env.LANE, name),
				nowMs: Date.now(),
			});
			if (!answer.ok) return fail(answer.code, answer.detail, answer.errors);
			return Response.json(answer.body, { status: 202, headers: { "x-request-id": requestId } });
		} catch (fault) {
			console.error(
				JSON.stringify({ level: "error", part: "ingest", event: "push_failed", requestId, fault: faultText(fault) }),
			);
			return fail("unavailable", "The inputs could not be stored; send them again");
		}
	},
} satisfies ExportedHandler<IngestEnv>;
