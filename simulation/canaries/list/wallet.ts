/** Faults of the wallet: identities, holds, decisions, payments. */
import { type Canary, inHistory, patch } from "../canary.ts";

export const WALLET: readonly Canary[] = [
	inHistory(
		"an older result replaces a newer one",
		"SET-1",
		patch("shared/ticket/lifecycle.ts", "leg.settlementVersion >= result.settlementVersion ||", "!HIT() ||"),
	),
	inHistory(
		"a changed result is paid on top",
		"SET-1 MON-3",
		patch("durable-objects/wallet/transactions.ts", "if (paidMinor !== null) {", "if (paidMinor !== null && !HIT()) {"),
	),
	inHistory(
		"a yes after the refusal is accepted",
		"BET-8 MON-3 BET-1",
		patch(
			"shared/ticket/lifecycle.ts",
			'if (ticket.status !== "pending") return ticket;',
			'if (ticket.status === "refused" && vote.vote === "yes" && HIT()) return { ...ticket, status: "accepted", version: ticket.version + 1 };\n\tif (ticket.status !== "pending") return ticket;',
		),
	),
	inHistory(
		"a hold is never released",
		"MON-3",
		patch(
			"durable-objects/wallet/transactions.ts",
			"this.#store.post(player, ledger.releaseStake(player.playerId, ticket.stakeMinor), ticket.key, nowMs);",
			"HIT();",
		),
	),
	inHistory(
		"returns are rounded up",
		"SET-1",
		patch(
			"shared/betting/money.ts",
			"floorDiv(BigInt(stakeMinor) * ratio.num, ratio.den)",
			"(HIT() && ceilDiv(BigInt(stakeMinor) * ratio.num, ratio.den))",
		),
	),
	inHistory(
		"stakes are netted in the cap",
		"MON-5",
		patch(
			"shared/betting/exposure.ts",
			"Math.max(0, payout - stakeMinor)",
			"(HIT() && Math.max(0, payout - 3 * stakeMinor))",
		),
	),
	inHistory(
		"an accumulator is accepted by its first vote",
		"BET-8",
		patch("shared/ticket/lifecycle.ts", "if (legs.some((leg) => leg.vote === null)) return voted;", "HIT();"),
	),
	inHistory(
		"a line of the ledger is a unit short",
		"MON-2",
		patch(
			"shared/betting/ledger.ts",
			"{ account: to, amountMinor },",
			"{ account: to, amountMinor: amountMinor - (HIT() ? 1 : 0) },",
		),
		patch("shared/betting/ledger.ts", "if (sum !== 0) throw", "if (sum !== 0 && !HIT()) throw"),
	),
	inHistory(
		"another bet under a known id is taken for the same",
		"BET-1",
		patch(
			"durable-objects/wallet/transactions.ts",
			"const known = this.#store.ticket(ticketKey(request.playerId, request.ticket.id));",
			'HIT();\n\t\tconst known = null as ReturnType<WalletStore["ticket"]>;',
		),
	),
	inHistory(
		"a revocation leaves waiting bets alone",
		"BET-9",
		patch(
			"durable-objects/wallet/transactions.ts",
			"return this.#store.pendingOf(playerId).map((ticket) => this.#decide(revokedTicket(ticket, nowMs), nowMs));",
			"HIT();\n\t\treturn [];",
		),
	),
	inHistory(
		"a stake is held twice",
		"MON-3",
		patch(
			"durable-objects/wallet/transactions.ts",
			"this.#store.post(player, ledger.postStake(player.playerId, ticket.stakeMinor), ticket.key, nowMs);",
			"HIT();",
		),
	),
	inHistory(
		"what a result is worth is never paid",
		"SET-1",
		patch(
			"durable-objects/wallet/transactions.ts",
			"if (paidMinor === dueMinor) return null;",
			"if (paidMinor === dueMinor || HIT()) return null;",
		),
	),
	inHistory(
		"a ticket says a unit more than was paid",
		"MON-1",
		patch(
			"durable-objects/wallet/transactions.ts",
			"returnMinor: dueMinor,",
			"returnMinor: dueMinor === null ? null : dueMinor + (HIT() ? 1 : 0),",
		),
	),
	inHistory(
		"a ticket's new version is not reported",
		"REP-1 REP-3",
		patch(
			"durable-objects/wallet/transactions.ts",
			"this.#store.report(ticketRow(ticket));",
			'if (HIT() && ticket.status !== "settled") this.#store.report(ticketRow(ticket));',
		),
	),
	inHistory(
		"a ticket stands under another licence",
		"TEN-1 LIC-1 REP-1",
		patch(
			"durable-objects/wallet/transactions.ts",
			"partnerId: player.partnerId,\n\t\t\tlicence: player.licence,",
			'partnerId: HIT() ? "demo" : player.partnerId,\n\t\t\tlicence: player.licence,',
		),
	),
	inHistory(
		"a token opens another player's account",
		"TEN-1",
		patch(
			"durable-objects/wallet/authority.ts",
			"if (payload === null || payload.p !== playerId) return",
			"if (payload === null || (payload.p !== playerId && !HIT())) return",
		),
	),
];
