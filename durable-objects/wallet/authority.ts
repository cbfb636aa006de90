/** Whether a player's call may be looked at: the token is ours, unexpired and not revoked, and its owner does not rush. */
import { PLAYER_RATE, PLAYER_TOKEN } from "../../shared/limits.ts";
import { Buckets } from "../../shared/token-bucket.ts";
import type { Player } from "./store.ts";
import type { TokenPayload, Tokens } from "./tokens.ts";

export type Authorized =
	| { readonly ok: true; readonly player: Player; readonly generation: number; readonly token: TokenPayload }
	| { readonly ok: false; readonly code: "unauthorized" | "token_expired" }
	| { readonly ok: false; readonly code: "too_many_requests"; readonly retryAfterMs: number };

export type AuthorityDeps = {
	readonly tokens: Tokens;
	readonly player: (playerId: string) => Player | null;
	readonly now: () => number;
};

/** Refusals as the wallet's callers get them. */
export type AuthorityError = { readonly kind: "error" } & (
	| { readonly code: "unauthorized" | "token_expired" }
	| { readonly code: "too_many_requests"; readonly retryAfterMs: number }
);

export function errorOf(refused: Extract<Authorized, { ok: false }>): AuthorityError {
	return refused.code === "too_many_requests"
		? { kind: "error", code: refused.code, retryAfterMs: refused.retryAfterMs }
		: { kind: "error", code: refused.code };
}

/**
 * What renews a token: as long again, but never beyond an evening after the first, and never less than is left. One that does not
 * say when the first was given, as older ones do not, counts as the first.
 */
export function renewed(token: TokenPayload, nowMs: number): TokenPayload {
	const firstMs = token.f ?? nowMs;
	const untilMs = Math.min(nowMs + PLAYER_TOKEN.ttlMs, firstMs + PLAYER_TOKEN.renewableMs);
	return { ...token, f: firstMs, e: Math.max(token.e, untilMs) };
}

export class Authority {
	readonly #deps: AuthorityDeps;
	readonly #bets = new Buckets({ burst: PLAYER_RATE.betBurst, perSec: PLAYER_RATE.betsPerSec }, PLAYER_RATE.maxKept);
	readonly #reads = new Buckets({ burst: PLAYER_RATE.readBurst, perSec: PLAYER_RATE.readsPerSec }, PLAYER_RATE.maxKept);

	constructor(deps: AuthorityDeps) {
		this.#deps = deps;
	}

	/** A token is good for the player it names, until it expires or is revoked. Only its owner's calls count as the owner's. */
	async judge(playerId: string, token: string, what: "bet" | "read"): Promise<Authorized> {
		const payload = await this.#deps.tokens.verify(token);
		if (payload === null || payload.p !== playerId) return { ok: false, code: "unauthorized" };
		const nowMs = this.#deps.now();
		if (payload.e <= nowMs) return { ok: false, code: "token_expired" };
		// We sign none that lives longer: whoever did, the secret is not ours alone.
		if (payload.e > nowMs + PLAYER_TOKEN.maxTtlMs) return { ok: false, code: "unauthorized" };
		const player = this.#deps.player(playerId);
		if (player === null || player.tokenGeneration !== payload.g) return { ok: false, code: "unauthorized" };
		const retryAfterMs = (what === "bet" ? this.#bets : this.#reads).take(playerId, nowMs);
		if (retryAfterMs !== null) return { ok: false, code: "too_many_requests", retryAfterMs };
		return { ok: true, player, generation: payload.g, token: payload };
	}

	/** Asked behind something that took its time: a revocation may have come since the token was judged. */
	isRevoked({ player: { playerId }, generation }: Extract<Authorized, { ok: true }>): boolean {
		return this.#deps.player(playerId)?.tokenGeneration !== generation;
	}
}
