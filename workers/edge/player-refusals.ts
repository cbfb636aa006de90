/** What a wallet refuses, as HTTP says it; a forged token counts as a guess. */
import type { TooMany } from "../../shared/contracts/wallet.ts";
import { guessesOf, isTrusted } from "./address-limits.ts";
import { isFull, placing, saidFull } from "./busy-wallets.ts";
import { type EdgeContext, type PlayerCall, ProblemError, playerCall } from "./context.ts";
import { BUSY_RETRY_SEC } from "./problems.ts";

type Refused =
	| TooMany
	| {
			readonly kind: "error";
			readonly code: "unauthorized" | "token_expired" | "not_found" | "idempotency_conflict" | "busy";
			readonly full?: { readonly matchId: string | null };
	  };

const DETAILS = {
	token_expired: "The token has expired; get a new one",
	not_found: "This player has no such bet",
	idempotency_conflict: "This ticket id was used for another bet",
	busy: "The wallet is busy; try again with the same id",
} as const;

/** Forged tokens of an address, whosever they claim to be: a fresh player's id with each of them makes none of them the first. */
const TOKENS = "token";

/**
 * The player a request speaks for, unless too many tokens were forged from its address: for that player, or for anybody while
 * none of this player's has been good there.
 */
export async function playerOf(c: EdgeContext): Promise<PlayerCall> {
	const tokens = guessesOf(c, TOKENS);
	const call = playerCall(c);
	if (call === null) {
		const detail = "Send a player's token: Authorization: Bearer …";
		// Nothing was guessed where nothing was sent.
		if (c.req.header("authorization") === undefined) throw new ProblemError("unauthorized", detail);
		tokens.requireFree();
		return tokens.failed("unauthorized", detail);
	}
	if (!isTrusted(c, call.playerId)) tokens.requireFree();
	guessesOf(c, `player:${call.playerId}`).requireFree();
	return call;
}

export async function refuse(c: EdgeContext, { playerId, wallet }: PlayerCall, refused: Refused): Promise<never> {
	const { code } = refused;
	if (code === "unauthorized") {
		await guessesOf(c, TOKENS).count();
		return guessesOf(c, `player:${playerId}`).failed(code, "The wallet does not take this token");
	}
	if (code === "too_many_requests")
		throw new ProblemError(code, "This player asks too often", [], Math.ceil(refused.retryAfterMs / 1_000));
	if (code !== "busy") throw new ProblemError(code, DETAILS[code]);
	if (refused.full !== undefined) saidFull(wallet, refused.full.matchId);
	throw walletBusy();
}

/** Refuses a bet for a wallet that has no room for it; whoever sends no token is told so later. */
export async function requireRoom(c: EdgeContext, next: () => Promise<void>): Promise<void> {
	const call = playerCall(c);
	if (call !== null && (isFull(call.wallet, null) || !placing.hasRoom(call.wallet))) throw walletBusy();
	await next();
}

/**
 * Takes a place at the wallet, for whoever has been let in so far; or refuses, where there is none or where it has just had too many bets
 * on one of the matches. Call what it returns when the wallet has answered.
 */
export function takeRoom({ wallet }: PlayerCall, matchIds: readonly string[]): () => void {
	if (matchIds.some((matchId) => isFull(wallet, matchId))) throw walletBusy();
	const leave = placing.enter(wallet);
	if (leave === null) throw walletBusy();
	return leave;
}

const walletBusy = (): ProblemError => new ProblemError("busy", DETAILS.busy, [], BUSY_RETRY_SEC);
