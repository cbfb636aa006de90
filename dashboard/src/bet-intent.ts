/**
 * A player's wish to bet, from the click to the answer that decides it (PAG-1). Its id is made once; every request for it
 * carries the same id and content, so that the platform can take it once only (BET-1). It is kept in the tab's storage
 * until it ends: a page that is loaded again knows what it has asked for.
 */
import * as v from "valibot";
import { readTicketSchema, type ReadTicket as Ticket } from "../../shared/ticket/schema.ts";
import { ApiProblem, call } from "./api.ts";
import type { Session } from "./session.ts";

const bodySchema = v.object({
	id: v.string(),
	legs: v.array(
		v.object({
			matchId: v.string(),
			marketId: v.string(),
			outcomeId: v.string(),
			oddsMilli: v.number(),
			marketVersion: v.number(),
		}),
	),
	stakeMinor: v.number(),
	currency: v.string(),
	pricePolicy: v.union([v.string(), v.object({ kind: v.literal("any"), floorOddsMilli: v.number() })]),
});
export type BetBody = v.InferOutput<typeof bodySchema>;
const intentSchema = v.object({ playerId: v.string(), words: v.string(), body: bodySchema });
/** `words`: the bet as the player read it. */
export type Intent = v.InferOutput<typeof intentSchema>;

export type Answer =
	| { readonly kind: "ticket"; readonly ticket: Ticket }
	/** The platform has taken no bet and says why. */
	| { readonly kind: "declined"; readonly message: string }
	/** Nobody knows whether it arrived: it may only be asked for again under its id. */
	| { readonly kind: "in_doubt" };

const KEY = "touchline.intent";
const TRIES = 5;
const RETRY_MS = 700;
/** Longer than the slowest first word of a wallet; beyond it the request counts as lost. */
const ATTEMPT_MS = 10_000;
/** Answers about the asking and not about the bet: after a request that was lost they decide nothing. */
const NOT_OF_THE_BET: ReadonlySet<number> = new Set([401, 403, 408, 429]);

export function keptIntent(playerId: string): Intent | null {
	try {
		const kept = v.safeParse(intentSchema, JSON.parse(sessionStorage.getItem(KEY) ?? "null"));
		return kept.success && kept.output.playerId === playerId ? kept.output : null;
	} catch {
		return null;
	}
}

export function keepIntent(intent: Intent | null): void {
	if (intent === null) sessionStorage.removeItem(KEY);
	else sessionStorage.setItem(KEY, JSON.stringify(intent));
}

/**
 * Asks for the bet until somebody answers for it. `isOpen`: whether it still waits, since the socket may have brought its
 * ticket. `wasInDoubt`: an earlier request for it was lost.
 */
export async function askFor(
	intent: Intent,
	session: Session,
	isOpen: () => boolean,
	wasInDoubt: boolean,
): Promise<Answer> {
	let isInDoubt = wasInDoubt;
	for (let attempt = 1; ; attempt++) {
		try {
			const ticket = await call(readTicketSchema, "/v1/bets", {
				method: "POST",
				token: session.token(),
				body: intent.body,
				timeoutMs: ATTEMPT_MS,
			});
			return { kind: "ticket", ticket };
		} catch (fault) {
			if (fault instanceof ApiProblem && fault.status < 500)
				return isInDoubt && NOT_OF_THE_BET.has(fault.status)
					? { kind: "in_doubt" }
					: { kind: "declined", message: fault.message };
		}
		isInDoubt = true;
		if (attempt >= TRIES || !isOpen()) return { kind: "in_doubt" };
		await new Promise((resolve) => setTimeout(resolve, RETRY_MS * attempt));
		if (!isOpen()) return { kind: "in_doubt" };
	}
}

/** What the platform knows of a bet that an earlier page has asked for: its ticket, or nothing yet. */
export async function lookFor({ body }: Intent, session: Session): Promise<Ticket | null> {
	return call(readTicketSchema, `/v1/bets/${encodeURIComponent(body.id)}`, {
		token: session.token(),
		timeoutMs: ATTEMPT_MS,
	}).catch(() => null);
}
