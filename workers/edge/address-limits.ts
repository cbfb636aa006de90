/**
 * Rates by address. Cloudflare counts them at each of its locations; what is counted stands in `ADDRESS_RATE` and wrangler.toml. A
 * request from an address of `UNCOUNTED_ADDRESSES` (this machine's own: no stranger has them) is not counted.
 */
import { networkOf } from "../../shared/contracts/address.ts";
import type { ProblemCode } from "../../shared/errors.ts";
import { ADDRESS_RATE, PLAYER_TOKEN } from "../../shared/limits.ts";
import { type EdgeContext, ProblemError } from "./context.ts";
import { Lockouts } from "./lockouts.ts";

export type Counted = "RATE_BETS" | "RATE_DEMO_PLAYERS" | "RATE_STREAMS" | "RATE_READS";

/** Of this isolate: a neighbour finds out by a failure of its own. */
const lockouts = new Lockouts(ADDRESS_RATE.maxLockouts);
/** Whose token was good at an address lately: a neighbour's forgeries behind the same address do not shut them out. */
const trusted = new Lockouts(ADDRESS_RATE.maxLockouts);

/** Null: not counted. */
export function addressOf(c: EdgeContext): string | null {
	const address = c.req.header("cf-connecting-ip") ?? "unknown";
	return c.var.config.uncountedAddresses.includes(address) ? null : networkOf(address);
}

/** Refuses with 429 where the address has had its share of the minute. */
export async function requireRate(c: EdgeContext, counted: Counted): Promise<void> {
	const address = addressOf(c);
	if (address === null) return;
	const { success } = await c.env[counted].limit({ key: address });
	if (!success) throw tooMany("Too many requests from this address");
}

/** Guesses in one matter (`operator`, `token`, `ingest:replay`, `player:{id}`) from the caller's address. */
export type Guesses = {
	/** Refuses with 429 whoever has guessed too often; what they send is not looked at. */
	readonly requireFree: () => void;
	/** One more has failed: throws 429 where it was one too many. */
	readonly count: () => Promise<void>;
	/** One more has failed: throws 429 where it was one too many, or else the given problem. */
	readonly failed: (code: ProblemCode, detail: string) => Promise<never>;
};

export function guessesOf(c: EdgeContext, matter: string): Guesses {
	const address = addressOf(c);
	const key = `${matter} ${address}`;
	const count = async (): Promise<void> => {
		if (address === null || (await c.env.RATE_FAILURES.limit({ key })).success) return;
		lockouts.add(key, Date.now() + ADDRESS_RATE.lockoutMs);
		console.warn(JSON.stringify({ level: "warn", part: "edge", event: "locked_out", matter, address }));
		throw tooMany("Too many failures from this address");
	};
	return {
		requireFree: () => {
			if (address !== null && lockouts.has(key, Date.now())) throw tooMany("Too many failures from this address");
		},
		count,
		failed: async (code, detail) => {
			await count();
			throw new ProblemError(code, detail);
		},
	};
}

const trustedKey = (c: EdgeContext, playerId: string): string => `${playerId} ${addressOf(c)}`;

/** A token of this player was good, from this address. */
export function trust(c: EdgeContext, playerId: string): void {
	trusted.add(trustedKey(c, playerId), Date.now() + PLAYER_TOKEN.ttlMs);
}
export const isTrusted = (c: EdgeContext, playerId: string): boolean =>
	trusted.has(trustedKey(c, playerId), Date.now());

const tooMany = (detail: string): ProblemError =>
	new ProblemError("too_many_requests", detail, [], ADDRESS_RATE.periodSec);
