import { DurableObject } from "cloudflare:workers";
import {
	type AskAnswer,
	type AskRequest,
	askRequestSchema,
	type DeskRpc,
	type LegsAnswered,
	type OfferAnswer,
	type ReleaseRequest,
	type ResultsRequest,
	releaseRequestSchema,
	resultsRequestSchema,
	type StartRequest,
	startRequestSchema,
} from "../../shared/contracts/desk.ts";
import { deskParts, matchName } from "../../shared/contracts/ids.ts";
import type { MatchRpc } from "../../shared/contracts/match.ts";
import { type OfferCall, offerOf, offerRequestSchema } from "../../shared/contracts/offers.ts";
import type { WalletRpc } from "../../shared/contracts/wallet.ts";
import { decodeRpc } from "../../shared/decode.ts";
import { doPorts } from "../runtime/do-ports.ts";
import { rpcClient } from "../runtime/stubs.ts";
import { DeskActor } from "./actor.ts";

/** `desk:{matchId}:{region}`: bet windows, reservations and settlement close to the players of a region. */
export class Desk extends DurableObject<LiveEnv> implements DeskRpc {
	readonly #actor: DeskActor;

	constructor(ctx: DurableObjectState, env: LiveEnv) {
		super(ctx, env);
		const name = ctx.id.name ?? "";
		const { matchId, region } = deskParts(name);
		this.#actor = new DeskActor({
			ports: doPorts(ctx, "desk"),
			name,
			matchId,
			region,
			match: () => rpcClient<MatchRpc>(env.MATCH, matchName(matchId)),
			wallet: (wallet) => rpcClient<WalletRpc>(env.WALLET, wallet),
		});
	}

	offer(request: OfferCall): Promise<OfferAnswer> {
		return this.#actor.offer(offerOf(decodeRpc("desk.offer", offerRequestSchema, request)));
	}

	async start(request: StartRequest): Promise<{ v: 1 }> {
		return this.#actor.start(decodeRpc("desk.start", startRequestSchema, request));
	}

	async release(request: ReleaseRequest): Promise<LegsAnswered> {
		return this.#actor.release(decodeRpc("desk.release", releaseRequestSchema, request));
	}

	async ask(request: AskRequest): Promise<AskAnswer> {
		return this.#actor.ask(decodeRpc("desk.ask", askRequestSchema, request));
	}

	async results(request: ResultsRequest): Promise<{ v: 1; stored: { marketId: string; settlementVersion: number }[] }> {
		return this.#actor.results(decodeRpc("desk.results", resultsRequestSchema, request));
	}

	async ops(): Promise<{ pendingLegs: number; reservedLegs: number; outboxDepth: number; inc: number; n: number }> {
		return this.#actor.ops();
	}

	override alarm(): void {
		this.#actor.onAlarm();
	}
}
