/** Whether a player's call may be looked at: the token is ours, unexpired and not revoked, and its owner does not rush. */
import { PLAYER_RATE, PLAYER_TOKEN } from "../../shared/limits.ts";
import { type Bucket, type BucketTerms, isFull, take } from "../../shared/token-bucket.ts";
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
	readonly #bets = new Buckets({ burst: PLAYER_RATE.betBurst, perSec: PLAYER_RATE.betsPerSec });
	readonly #reads = new Buckets({ burst: PLAYER_RATE.readBurst, perSec: PLAYER_RATE.readsPerSec });

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
}

/**
 * Buckets by player, in memory: a restart fills them, which costs nothing but one more burst, and a write for every call would
 * cost more than the calls. Bounded: a full bucket need not be kept, and beyond the bound the oldest goes.
 */
export class Buckets {
	readonly #terms: BucketTerms;
	readonly #maxKept: number;
	readonly #kept = new Map<string, Bucket>();

	constructor(terms: BucketTerms, maxKept: number = PLAYER_RATE.maxKept) {
		this.#terms = terms;
		this.#maxKept = maxKept;
	}

	get size(): number {
		return this.#kept.size;
	}

	/** Null: granted. Otherwise how long to wait. */
	take(key: string, nowMs: number): number | null {
		const { bucket, retryAfterMs } = take(this.#kept.get(key), this.#terms, nowMs);
		this.#kept.delete(key);
		if (this.#kept.size >= this.#maxKept) this.#makeRoom(nowMs);
		this.#kept.set(key, bucket);
		return retryAfterMs;
	}

	/** In order of use: those at the front have rested longest. */
	#makeRoom(nowMs: number): void {
		for (const [key, bucket] of this.#kept) {
			if (this.#kept.size < this.#maxKept && !isFull(bucket, this.#terms, nowMs)) return;
			this.#kept.delete(key);
		}
	}
}
