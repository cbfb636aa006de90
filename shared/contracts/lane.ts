/** What a Lane answers: to the ingest Worker (append, heartbeat), to operators (command, ops). */
import * as v from "valibot";
import { PROVIDER_NAMES } from "../catalogue/providers.ts";
import { inputSchema, traderActionSchema } from "../feeds/canonical.ts";
import { CONTRACT, FEED } from "../limits.ts";
import { matchIdSchema } from "./ids.ts";
import { durationMs, epochMs, plainText, sequence, v1 } from "./primitives.ts";

const lane = v.pipe(v.string(), v.regex(/^lane:[a-z0-9-]+:\d+$/), v.maxLength(CONTRACT.objectNameChars));
const provider = v.picklist(PROVIDER_NAMES, "no such provider");
/** How long ago it was said at least, on the caller's clock; what is signed is judged by its signed time instead (LAN-2). */
const heldMs = v.optional(durationMs);
/** When the provider signed it, on the provider's clock (LAN-4). */
const signedAtMs = v.optional(epochMs);
const feedInput = v.pipe(
	inputSchema,
	v.check(({ kind }) => kind !== "trader", "a trader's command comes by command()"),
);

export const appendRequestSchema = v.strictObject({
	v: v1,
	lane,
	provider,
	heldMs,
	signedAtMs,
	inputs: v.pipe(v.array(feedInput), v.minLength(1), v.maxLength(FEED.maxInputsPerRequest)),
});
export type AppendRequest = v.InferOutput<typeof appendRequestSchema>;

/**
 * `duplicate`: stored before, with the same content (`sentAtMs` aside, which belongs to the sending), and not refused by its
 * match; what was refused is stored again, under a new seq, and tried again. `conflict`: the same
 * id with other content. `unknown_match`: no fixture came before it. `foreign`: the match belongs to another provider
 * (group), or its id is another's by configuration; it takes only its own provider's word. `busy`: too much waits for this match; send it again later. `ended`: the
 * match ended so long ago that its log is closed.
 */
export type Appended =
	| { readonly kind: "stored" | "duplicate"; readonly seq: number }
	| { readonly kind: "refused"; readonly code: "unknown_match" | "conflict" | "foreign" | "busy" | "ended" };
/** An input that was stored, and that its match then refused. `no` counts within the lane. */
export type MatchRefusal = {
	readonly no: number;
	readonly matchId: string;
	readonly id: string;
	readonly seq: number;
	readonly code: string;
	readonly message: string;
	readonly refusedAtMs: number;
};
/** What matches have refused of this provider and no answer has told it; absent where there is nothing. */
type Telling = { readonly v: 1; readonly rejected?: readonly MatchRefusal[] };
export type AppendAnswer = Telling & {
	readonly results: readonly Appended[];
	/** Inputs of all its matches that answer, stored and not applied yet; an older lane does not say. */
	readonly waiting?: number;
};
export type HeartbeatAnswer = Telling;

export const heartbeatRequestSchema = v.strictObject({ v: v1, lane, provider, heldMs, signedAtMs });
export type HeartbeatRequest = v.InferOutput<typeof heartbeatRequestSchema>;

/** Those of its matches' refusals whose `no` is higher, told before or not; at most `FEED.refusalsPerPage`. */
export const refusalsRequestSchema = v.strictObject({ v: v1, lane, provider, after: sequence });
export type RefusalsRequest = v.InferOutput<typeof refusalsRequestSchema>;
export type RefusalsAnswer = { readonly v: 1; readonly refusals: readonly MatchRefusal[] };

export const commandRequestSchema = v.strictObject({
	v: v1,
	lane,
	matchId: matchIdSchema,
	/** Made by the caller: the same id is the same command, and gets the same answer. */
	id: plainText(CONTRACT.idChars, 1),
	trader: plainText(CONTRACT.idChars, 1),
	command: traderActionSchema,
});
export type CommandRequest = v.InferOutput<typeof commandRequestSchema>;
/**
 * `applied`: the match has acted on it. `refused`: the lane did not store it, or the match has said why it has no effect.
 * `pending`: stored, the match has not answered in time; it will act on it.
 */
export type CommandAnswer =
	| { readonly kind: "applied" | "pending"; readonly seq: number }
	| { readonly kind: "refused"; readonly code: string; readonly message: string };

/** Matches whose log is kept; those that ended long ago are not told. */
export type LaneOps = {
	readonly lane: string;
	readonly matches: readonly {
		readonly matchId: string;
		readonly provider: string;
		readonly headSeq: number;
		readonly ackedSeq: number;
		/** Stored and not yet applied. */
		readonly backlog: number;
		/** Deliveries that failed since the last one that did not. */
		readonly failures: number;
		/** Its match refuses the calls themselves: they are not repeated. Null while they are. */
		readonly parked: { readonly code: "foreign" | "contract"; readonly reason: string; readonly atMs: number } | null;
		readonly inPlay: boolean;
		/** Something of its provider was refused as `busy`, and no fresh statement has come since: held for lost (LAN-3). */
		readonly hasHole: boolean;
		/** Null: its provider has not been heard since this lane started. */
		readonly spokeAgoMs: number | null;
	}[];
};

export type LaneRpc = {
	append(request: AppendRequest): Promise<AppendAnswer>;
	heartbeat(request: HeartbeatRequest): Promise<HeartbeatAnswer>;
	refusals(request: RefusalsRequest): Promise<RefusalsAnswer>;
	command(request: CommandRequest): Promise<CommandAnswer>;
	ops(request: { v: 1; lane: string }): Promise<LaneOps>;
};
