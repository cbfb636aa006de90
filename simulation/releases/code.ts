/** The code of a release, as far as objects are made of it: its actors, what its objects decode calls with, and what its ingest reads. */
import { BoardActor } from "../../durable-objects/board/actor.ts";
import { DeskActor } from "../../durable-objects/desk/actor.ts";
import { LaneActor } from "../../durable-objects/lane/actor.ts";
import { MatchActor } from "../../durable-objects/match/actor.ts";
import { answerReader } from "../../durable-objects/match/readers.ts";
import { RelayActor } from "../../durable-objects/relay/actor.ts";
import { WalletActor } from "../../durable-objects/wallet/actor.ts";
import { readMeFrame } from "../../durable-objects/wallet/me-frames.ts";
import { claimRequestSchema, upsertRequestSchema } from "../../shared/contracts/board.ts";
import * as desk from "../../shared/contracts/desk.ts";
import { appendRequestSchema } from "../../shared/contracts/lane.ts";
import { applyRequestSchema, confirmRequestSchema, quoteRequestSchema } from "../../shared/contracts/match.ts";
import { offerOf, offerRequestSchema } from "../../shared/contracts/offers.ts";
import { placeRequestSchema } from "../../shared/contracts/wallet.ts";
import { decode, decodeRpc } from "../../shared/decode.ts";
import { inputSchema } from "../../shared/feeds/canonical.ts";

type Decode = (request: unknown) => unknown;
/** By kind of object, then by method: what an object does with a request before its actor sees it. */
export type Doors = Readonly<Record<string, Readonly<Record<string, Decode>>>>;

export const TODAY = {
	BoardActor,
	DeskActor,
	LaneActor,
	MatchActor,
	RelayActor,
	WalletActor,
	answerReader,
	readMeFrame,
	doors: {
		board: {
			upsert: (request) => decodeRpc("board.upsert", upsertRequestSchema, request),
			claim: (request) => decodeRpc("board.claim", claimRequestSchema, request),
		},
		desk: {
			offer: (request) => offerOf(decodeRpc("desk.offer", offerRequestSchema, request)),
			start: (request) => decodeRpc("desk.start", desk.startRequestSchema, request),
			release: (request) => decodeRpc("desk.release", desk.releaseRequestSchema, request),
			ask: (request) => decodeRpc("desk.ask", desk.askRequestSchema, request),
			results: (request) => decodeRpc("desk.results", desk.resultsRequestSchema, request),
		},
		lane: { append: (request) => decodeRpc("lane.append", appendRequestSchema, request) },
		match: {
			apply: (request) => decodeRpc("match.apply", applyRequestSchema, request),
			quote: (request) => decodeRpc("match.quote", quoteRequestSchema, request),
			confirm: (request) => decodeRpc("match.confirm", confirmRequestSchema, request),
		},
		wallet: {
			place: (request) => decodeRpc("wallet.place", placeRequestSchema, request),
			votes: (request) => decodeRpc("wallet.votes", desk.votesRequestSchema, request),
			legResults: (request) => decodeRpc("wallet.legResults", desk.legResultsRequestSchema, request),
		},
	} satisfies Doors as Doors,
	/** What its ingest makes of a message; null: it refuses it. */
	readInput: (input: unknown) => {
		const read = decode(inputSchema, input);
		return read.ok ? read.value : null;
	},
};
export type Code = typeof TODAY;
