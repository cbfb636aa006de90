import { DurableObject } from "cloudflare:workers";
import * as v from "valibot";
import type { BoardRpc } from "../../shared/contracts/board.ts";
import { decodeEnvironment } from "../../shared/contracts/environment.ts";
import { BOARD_NAME, matchName } from "../../shared/contracts/ids.ts";
import {
	type AppendAnswer,
	type AppendRequest,
	appendRequestSchema,
	type CommandAnswer,
	type CommandRequest,
	commandRequestSchema,
	type HeartbeatAnswer,
	type HeartbeatRequest,
	heartbeatRequestSchema,
	type LaneOps,
	type LaneRpc,
	type RefusalsAnswer,
	type RefusalsRequest,
	refusalsRequestSchema,
} from "../../shared/contracts/lane.ts";
import type { MatchRpc } from "../../shared/contracts/match.ts";
import { decodeRpc } from "../../shared/decode.ts";
import { matchOwnersText, mayOpen } from "../../shared/feeds/match-owners.ts";
import { doPorts } from "../runtime/do-ports.ts";
import { rpcClient } from "../runtime/stubs.ts";
import { LaneActor } from "./actor.ts";

const ownersSchema = v.object({ MATCH_OWNERS: matchOwnersText });

/** `lane:{provider group}:{n}`: the ordered, durable log in front of its matches (docs/decisions/0005-lanes.md). */
export class Lane extends DurableObject<IngestEnv> implements LaneRpc {
	readonly #actor: LaneActor;

	constructor(ctx: DurableObjectState, env: IngestEnv) {
		super(ctx, env);
		const name = ctx.id.name ?? "lane";
		const { MATCH_OWNERS: owners } = decodeEnvironment("ingest", ownersSchema, env);
		this.#actor = new LaneActor({
			ports: doPorts(ctx, "lane"),
			name,
			matchClient: (matchId) => rpcClient<MatchRpc>(env.MATCH, matchName(matchId)),
			board: () => rpcClient<BoardRpc>(env.BOARD, BOARD_NAME),
			mayOpen: (matchId) => mayOpen(owners, name.split(":")[1] ?? "", matchId),
		});
	}

	async append(request: AppendRequest): Promise<AppendAnswer> {
		return this.#actor.append(decodeRpc("lane.append", appendRequestSchema, request));
	}

	async heartbeat(request: HeartbeatRequest): Promise<HeartbeatAnswer> {
		const { provider, heldMs, signedAtMs } = decodeRpc("lane.heartbeat", heartbeatRequestSchema, request);
		return this.#actor.heartbeat(provider, heldMs, signedAtMs);
	}

	async refusals(request: RefusalsRequest): Promise<RefusalsAnswer> {
		return this.#actor.refusals(decodeRpc("lane.refusals", refusalsRequestSchema, request));
	}

	async command(request: CommandRequest): Promise<CommandAnswer> {
		return this.#actor.command(decodeRpc("lane.command", commandRequestSchema, request));
	}

	async ops(): Promise<LaneOps> {
		return this.#actor.ops();
	}

	override alarm(): void {
		this.#actor.onAlarm();
	}
}
