/** What the reporting script says of Postgres, decoded. */
import * as v from "valibot";
import { decode } from "../../shared/decode.ts";
import { REPORTS } from "../../shared/limits.ts";

const healthSchema = v.object({
	newestRowAgeMs: v.nullable(v.number()),
	rejected: v.number(),
	deadLetters: v.number(),
	rows: v.number(),
});
export type ReportsHealth = Readonly<v.InferOutput<typeof healthSchema>>;

/** Null where Postgres (or the script before it) does not answer, or not soon. */
export async function reportsHealth(env: Pick<EdgeEnv, "REPORTING">): Promise<ReportsHealth | null> {
	const signal = AbortSignal.timeout(REPORTS.healthTimeoutMs);
	const answer = await env.REPORTING.fetch("https://reporting/health", { signal }).catch(() => null);
	if (answer === null || !answer.ok) return null;
	const decoded = decode(healthSchema, await answer.json());
	return decoded.ok ? decoded.value : null;
}
