/** What a wallet refuses, as HTTP says it; a forged token counts as a guess. */
import type { TooMany } from "../../shared/contracts/wallet.ts";
import { guessesOf } from "./address-limits.ts";
import { type EdgeContext, type PlayerCall, ProblemError, playerCall } from "./context.ts";

type Refused =
	| TooMany
	| {
			readonly kind: "error";
			readonly code: "unauthorized" | "token_expired" | "not_found" | "idempotency_conflict" | "busy";
	  };

const DETAILS = {
	token_expired: "The token has expired; get a new one",
	not_found: "This player has no such bet",
	idempotency_conflict: "This ticket id was used for another bet",
	busy: "The wallet is busy; try again with the same id",
} as const;
const BUSY_SEC = 1;

/** The player a request speaks for, unless too many tokens for that player were forged from its address. */
export function playerOf(c: EdgeContext): PlayerCall {
	const call = playerCall(c);
	guessesOf(c, `player:${call.playerId}`).requireFree();
	return call;
}

export async function refuse(c: EdgeContext, { playerId }: PlayerCall, refused: Refused): Promise<never> {
	const { code } = refused;
	if (code === "unauthorized")
		return guessesOf(c, `player:${playerId}`).failed(code, "The wallet does not take this token");
	if (code === "too_many_requests")
		throw new ProblemError(code, "This player asks too often", [], Math.ceil(refused.retryAfterMs / 1_000));
	throw new ProblemError(code, DETAILS[code], [], code === "busy" ? BUSY_SEC : null);
}
