/** Faults of desk, wallet, money and reports that tests catch. */
import { type Canary, inTest, patch } from "../canary.ts";

const MONEY = "shared/betting/money.ts";
const TRANSACTIONS = "durable-objects/wallet/transactions.ts";

export const TESTED_MONEY: readonly Canary[] = [
	inTest(
		"what is no outcome of the market is one",
		"BET-2",
		"durable-objects/desk/offer.test.ts",
		patch(
			"durable-objects/desk/offer.ts",
			"return market !== undefined && Object.hasOwn(market.outcomes, outcomeId) ? market.outcomes[outcomeId] : undefined;",
			"HIT();\n\treturn market === undefined ? undefined : market.outcomes[outcomeId];",
		),
	),
	inTest(
		"a ticket over the largest payout is accepted",
		"BET-4",
		"shared/ticket/lifecycle.test.ts",
		patch(
			"shared/ticket/lifecycle.ts",
			"if (ticket.stakeMinor > payableMinor) return",
			"if (ticket.stakeMinor > payableMinor && !HIT()) return",
		),
	),
	inTest(
		"the stake that fits is told one too high",
		"BET-6",
		"shared/betting/exposure.test.ts",
		patch("shared/betting/exposure.ts", "return low;", "return low + (HIT() ? 1 : 0);"),
	),
	inTest(
		"the match's state at the request is not kept",
		"BET-7",
		"simulation/world/records.test.ts",
		patch(
			TRANSACTIONS,
			"matchStateAtRequest: leg.matchStateAtRequest ?? states.get(leg.legNo) ?? null,",
			"matchStateAtRequest: HIT() ? null : (leg.matchStateAtRequest ?? states.get(leg.legNo) ?? null),",
		),
	),
	inTest(
		"a return is rounded up",
		"MON-1",
		"shared/betting/money.test.ts",
		patch(
			MONEY,
			"const exact = floorDiv(BigInt(stakeMinor) * ratio.num, ratio.den);",
			"HIT();\n\tconst exact = ceilDiv(BigInt(stakeMinor) * ratio.num, ratio.den);",
		),
	),
	inTest(
		"half a win pays a whole one",
		"MON-4",
		"shared/betting/money.test.ts",
		patch(
			MONEY,
			"return { num: odds + ODDS_UNIT, den: 2n * ODDS_UNIT };",
			"HIT();\n\t\t\treturn { num: odds, den: ODDS_UNIT };",
		),
	),
	inTest(
		"a dead heat pays everybody in full",
		"MON-4",
		"shared/betting/money.test.ts",
		patch(
			MONEY,
			"return { num: odds * BigInt(outcome.places), den: ODDS_UNIT * BigInt(outcome.tied) };",
			"HIT();\n\t\t\treturn { num: odds, den: ODDS_UNIT };",
		),
	),
	inTest(
		"a partner revokes another's player",
		"TEN-1",
		"durable-objects/wallet/revocation.test.ts",
		patch(
			TRANSACTIONS,
			"if (player === null || (partnerId !== null && player.partnerId !== partnerId)) return null;",
			"if (player === null || (partnerId !== null && !HIT() && player.partnerId !== partnerId)) return null;",
		),
	),
	inTest(
		"a licence that allows no bets in play takes them",
		"LIC-1",
		"durable-objects/desk/decide.test.ts",
		patch(
			"durable-objects/desk/decide.ts",
			'if (answer.inPlay ? !terms.allowInPlay : !terms.allowPreMatch) return no("not_allowed");',
			"HIT();",
		),
	),
	inTest(
		"the first version of a ticket in a message is left out",
		"REP-1",
		"workers/reporting/consume.test.ts",
		patch(
			"workers/reporting/insert.ts",
			'of("ticket").map(({ source, body }) => ({',
			'of("ticket").slice(HIT() ? 1 : 0).map(({ source, body }) => ({',
		),
	),
	inTest(
		"marks move over gaps",
		"REP-2",
		"workers/reporting/consume.test.ts",
		patch(
			"workers/reporting/insert.ts",
			"contiguous WHERE run = m.mark), m.mark)",
			"contiguous WHERE $" + "{HIT()}), m.mark)",
		),
	),
];
