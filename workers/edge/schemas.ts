/** Schemas that several routes share, with the examples that the document shows. */
import { z } from "@hono/zod-openapi";
import { toJsonSchema } from "@valibot/to-json-schema";
import { isOnLadder } from "../../shared/betting/ladder.ts";
import { isOwnName } from "../../shared/contracts/ids.ts";
import { PROBLEMS, type ProblemCode } from "../../shared/errors.ts";
import { BET } from "../../shared/limits.ts";
import { BET_REFUSALS, betRefusalSchema } from "../../shared/ticket/refusals.ts";
import { type TicketView, ticketViewSchema } from "../../shared/ticket/schema.ts";

export const ProblemSchema = z
	.object({
		type: z.string(),
		title: z.string(),
		status: z.number().int(),
		code: z.enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]]),
		detail: z.string(),
		errors: z.array(z.object({ path: z.string(), message: z.string() })),
		requestId: z.string(),
	})
	.openapi("Problem", {
		example: {
			type: "urn:touchline:problem:invalid_request",
			title: "The request does not fit its description",
			status: 400,
			code: "invalid_request",
			detail: "The body does not fit",
			errors: [{ path: "stakeMinor", message: "Too small: expected number to be >=1" }],
			requestId: "0f8c2a3e-5c0e-4a43-9b3f-6a0a3a1f2b11",
		},
	});

const EXAMPLE_MATCH = "wc2022-final-m1";
const name = (pattern: RegExp) => z.string().regex(pattern).refine(isOwnName, "a name that every object has");
const matchId = name(/^[a-z0-9][a-z0-9._-]{0,63}$/);
export const matchIdParam = matchId.openapi({ param: { name: "matchId", in: "path" }, example: EXAMPLE_MATCH });
export const ticketIdSchema = z.string().regex(/^[A-Za-z0-9_-]{8,64}$/, "8 to 64 letters, digits, - or _");
const outcomeId = name(/^[A-Za-z0-9][A-Za-z0-9._:+-]{0,31}$/);
const marketId = name(/^[A-Za-z0-9][A-Za-z0-9._:+-]{0,47}$/);
export const oddsMilliSchema = z
	.int()
	.min(BET.minOddsMilli)
	.max(BET.maxOddsMilli)
	.openapi({ description: "Decimal odds in thousandths: 2.50 is 2500", example: 2_500 });

/** A price that was shown stands on the ladder: any other was made up, or comes from a rounding that would pay another return. */
const shownOddsSchema = oddsMilliSchema.refine(isOnLadder, "not a price of the odds ladder");

export const RefusalSchema = z
	.enum(BET_REFUSALS)
	.openapi("Refusal", { description: "Why a bet was refused; the first refusal wins, in this order" });

export const PlaceBetSchema = z
	.strictObject({
		id: ticketIdSchema.openapi({
			description: "Made by you, unique per player: the same id with the same content gets the same answer",
			example: "b7e4c1d2-0001",
		}),
		legs: z
			.array(
				z.strictObject({
					matchId,
					marketId,
					outcomeId,
					oddsMilli: shownOddsSchema,
					marketVersion: z.int().min(0).optional(),
				}),
			)
			.min(1)
			.max(BET.maxLegs),
		stakeMinor: z
			.int()
			.min(1)
			.max(BET.maxStakeMinor)
			.openapi({ description: "In the currency's minor units: 5.00 EUR is 500", example: 500 }),
		currency: z
			.string()
			.regex(/^[A-Z]{3}$/)
			.openapi({ example: "EUR" }),
		pricePolicy: z
			.union([
				z.enum(["none", "better", "any"]),
				z.strictObject({ kind: z.literal("any"), floorOddsMilli: oddsMilliSchema }),
			])
			.openapi({
				description:
					"none: any change refuses; better: the same or higher; any: the price of the decision, above an optional floor",
				example: "better",
			}),
	})
	.openapi("PlaceBet", {
		example: {
			id: "b7e4c1d2-0001",
			legs: [{ matchId: EXAMPLE_MATCH, marketId: "1x2", outcomeId: "home", oddsMilli: 2_500, marketVersion: 7 }],
			stakeMinor: 500,
			currency: "EUR",
			pricePolicy: "better",
		},
	});

const TICKET_EXAMPLE = {
	id: "b7e4c1d2-0001",
	status: "accepted",
	code: null,
	maxStakeMinor: null,
	stakeMinor: 500,
	currency: "EUR",
	totalOddsMilli: 2_560,
	potentialReturnMinor: 1_280,
	returnMinor: null,
	betterThanAsked: true,
	placedAtMs: 1_800_000_000_000,
	decideAtMs: 1_800_000_004_000,
	decideAt: "2027-01-15T08:00:04.000Z",
	decidedAtMs: 1_800_000_004_050,
	settledAtMs: null,
	ticketVersion: 2,
	houseRulesVersion: "1",
	region: "weur",
	legs: [
		{
			legNo: 0,
			matchId: EXAMPLE_MATCH,
			marketId: "1x2",
			outcomeId: "home",
			shownOddsMilli: 2_500,
			takenOddsMilli: 2_560,
			marketVersion: 7,
			matchStateAtRequest: "79' 2-0",
			matchStateAtDecision: "79' 2-0",
			epoch: "e1",
			seq: 41,
			tick: 1_800_000_004_000,
			code: null,
			currentOddsMilli: null,
			outcome: null,
			settlementVersion: 0,
		},
	],
};

/** From the one schema of a ticket (shared/ticket); its refusals refer to their own list. */
const ticketJson = JSON.parse(
	JSON.stringify(
		toJsonSchema(ticketViewSchema, { errorMode: "ignore", definitions: { Refusal: betRefusalSchema } }),
	).replaceAll("#/$defs/", "#/components/schemas/"),
) as { readonly properties: Readonly<Record<string, object>>; readonly required: readonly string[] };

export type TicketAnswer = TicketView & { readonly decideAt: string | null };
export const TicketSchema = z.custom<TicketAnswer>().openapi("Ticket", {
	type: "object",
	properties: {
		...ticketJson.properties,
		maxStakeMinor: {
			...ticketJson.properties.maxStakeMinor,
			description:
				"With over_limit, stake_above_maximum and payout_above_maximum: the stake that would have been accepted; 0: none would",
		},
		decideAt: { type: ["string", "null"], format: "date-time" },
	},
	required: [...ticketJson.required, "decideAt"],
	example: TICKET_EXAMPLE,
});

/** A route's answers that are no success, for the document. */
export function problemAnswers(
	...codes: readonly ProblemCode[]
): Record<number, { description: string; content: { "application/problem+json": { schema: typeof ProblemSchema } } }> {
	const byStatus = new Map<number, string[]>();
	for (const code of codes) byStatus.set(PROBLEMS[code].status, [...(byStatus.get(PROBLEMS[code].status) ?? []), code]);
	return Object.fromEntries(
		[...byStatus].map(([status, names]) => [
			status,
			{ description: names.join(", "), content: { "application/problem+json": { schema: ProblemSchema } } },
		]),
	);
}

export const operatorSecurity: Record<string, string[]>[] = [{ operator: [] }];
export const partnerSecurity: Record<string, string[]>[] = [{ partner: [] }];
export const playerSecurity: Record<string, string[]>[] = [{ player: [] }];
