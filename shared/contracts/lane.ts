/** What a Lane answers: to the ingest Worker (append, heartbeat), to operators (command, ops). */
import * as v from "valibot";
import { inputSchema, traderActionSchema } from "../feeds/canonical.ts";
import { FEED } from "../limits.ts";
import { matchIdSchema, providerSchema } from "./ids.ts";
import { v1 } from "./primitives.ts";

const lane = v.pipe(v.string(), v.regex(/^lane:[a-z0-9-]+:\d+$/), v.maxLength(128));

export const appendRequestSchema = v.strictObject({
	v: v1,
	lane,
	provider: providerSchema,
	inputs: v.pipe(v.array(inputSchema), v.minLength(1), v.maxLength(FEED.maxInputsPerRequest)),
});
export type AppendRequest = v.InferOutput<typeof appendRequestSchema>;

/**
 * `duplicate`: stored before, with the same content. `conflict`: the same id with other content. `unknown_match`: no fixture
 * came before it. `foreign`: the match belongs to another provider's fixture and takes only its own provider's word.
 */
export type Appended =
	| { readonly kind: "stored" | "duplicate"; readonly seq: number }
	| { readonly kind: "refused"; readonly code: "unknown_match" | "conflict" | "foreign" | "busy" };
export type AppendAnswer = { readonly v: 1; readonly results: readonly Appended[] };

export const heartbeatRequestSchema = v.strictObject({ v: v1, lane, provider: providerSchema });

export const commandRequestSchema = v.strictObject({
	v: v1,
	lane,
	matchId: matchIdSchema,
	/** Made by the caller: the same id is the same command. */
	id: v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
	trader: v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
	command: traderActionSchema,
});
export type CommandRequest = v.InferOutput<typeof commandRequestSchema>;
/** `applied`: the match has acted on it. `pending`: stored, the match has not answered in time; it will act on it. */
export type CommandAnswer =
	| { readonly kind: "applied" | "pending"; readonly seq: number }
	| { readonly kind: "refused"; readonly code: string; readonly message: string };

export type LaneOps = {
	readonly lane: string;
	readonly matches: readonly {
		readonly matchId: string;
		readonly provider: string;
		readonly headSeq: number;
		readonly ackedSeq: number;
		readonly inPlay: boolean;
		readonly spokeAgoMs: number | null;
	}[];
};

export type LaneRpc = {
	append(request: AppendRequest): Promise<AppendAnswer>;
	heartbeat(request: { v: 1; lane: string; provider: string }): Promise<{ v: 1 }>;
	command(request: CommandRequest): Promise<CommandAnswer>;
	ops(request: { v: 1; lane: string }): Promise<LaneOps>;
};
