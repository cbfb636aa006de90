/** BET-1, BET-9, SET-2: what clients were answered, what a revocation found, and which desk was told which result. */
import type { Violation } from "./facts.ts";
import { type BookTicket, isTaken } from "./wallet-books.ts";

/** What a client asked for under an id, and what it was told. */
export type ClientAnswer = {
	readonly key: string;
	readonly content: ClientContent;
	/** `ticket`, or the code of an error. */
	readonly answer: string;
};
export type ClientContent = {
	readonly stakeMinor: number;
	readonly currency: string;
	readonly policy: string;
	readonly legs: readonly {
		readonly matchId: string;
		readonly marketId: string;
		readonly outcomeId: string;
		readonly oddsMilli: number;
		readonly marketVersion: number | null;
	}[];
};
/** A player's tokens were revoked: what stood in the wallet just before, and the number of the last row it had told of by then. */
export type Revocation = {
	readonly playerId: string;
	readonly pending: readonly string[];
	readonly taken: readonly string[];
	/** All tickets that the player had. */
	readonly known: readonly string[];
	/** Tickets that were asked for with the tokens of before, and never with a later one. */
	readonly withOldTokens: ReadonlySet<string>;
};
/** Results a match has made official, beside what a desk of its or Postgres has; null: nothing. */
export type DeskResult = {
	readonly desk: string;
	readonly marketId: string;
	readonly official: string;
	readonly stored: string | null;
};

export function auditPromises(
	tickets: readonly BookTicket[],
	answers: readonly ClientAnswer[],
	revocations: readonly Revocation[],
	deskResults: readonly DeskResult[],
): readonly Violation[] {
	const byKey = new Map(tickets.map((ticket) => [ticket.key, ticket]));
	return [
		...answers.flatMap((answer) => auditIdentity(answer, byKey.get(answer.key))),
		...revocations.flatMap((revocation) => auditRevocation(revocation, byKey)),
		...deskResults.flatMap(({ desk, marketId, official, stored }) =>
			official === stored
				? []
				: [
						{
							rule: desk.startsWith("desk:") ? "SET-2" : "REP-3",
							what: `${desk} has ${stored ?? "nothing"} of ${marketId}, its match says ${official}`,
						},
					],
		),
	];
}

const wordsOf = (content: ClientContent): string =>
	JSON.stringify([content.stakeMinor, content.currency, content.policy, content.legs]);
const contentOf = ({ stakeMinor, currency, policy, legs }: BookTicket): string =>
	wordsOf({
		stakeMinor,
		currency,
		policy,
		legs: legs.map(({ matchId, marketId, outcomeId, shownOddsMilli, marketVersion }) => ({
			matchId,
			marketId,
			outcomeId,
			oddsMilli: shownOddsMilli,
			marketVersion,
		})),
	});

function auditIdentity({ key, content, answer }: ClientAnswer, ticket: BookTicket | undefined): readonly Violation[] {
	if (ticket === undefined)
		return answer === "ticket" ? [{ rule: "BET-1", what: `${key} was answered and is gone` }] : [];
	const isSame = wordsOf(content) === contentOf(ticket);
	if (answer === "ticket" && !isSame)
		return [{ rule: "BET-1", what: `${key} was answered with a ticket of other content than it asked for` }];
	return answer === "idempotency_conflict" && isSame
		? [{ rule: "BET-1", what: `${key} was asked for again with the same content, and called a conflict` }]
		: [];
}

function auditRevocation(
	{ playerId, pending, taken, known, withOldTokens }: Revocation,
	byKey: ReadonlyMap<string, BookTicket>,
): readonly Violation[] {
	const of = (key: string): BookTicket | undefined => byKey.get(key);
	const late = [...withOldTokens].filter((key) => of(key) !== undefined && !known.includes(key));
	return [
		...pending.flatMap((key) =>
			of(key)?.code === "revoked" && of(key)?.status === "refused"
				? []
				: [{ rule: "BET-9", what: `${key} waited when ${playerId} was revoked, and is ${of(key)?.status}` }],
		),
		...taken.flatMap((key) => {
			const ticket = of(key);
			return ticket !== undefined && isTaken(ticket)
				? []
				: [{ rule: "BET-9", what: `${key} was taken when ${playerId} was revoked, and is ${ticket?.status}` }];
		}),
		...late.map((key) => ({
			rule: "FRM-7",
			what: `${key} was placed with a token of ${playerId} that had been revoked`,
		})),
	];
}
