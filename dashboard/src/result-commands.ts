/** Commands that decide what bets are paid. What may have been paid already waits for a second person (SET-7). */
import type { LegOutcome } from "../../shared/contracts/results.ts";
import type { Field, Given, TradedMarket, TraderCommands } from "./trader-command.ts";

const SECOND = "Where money has been paid on it, this waits until somebody else approves it.";

/** What an outcome can get, by the value of its option. */
export const OUTCOME_WORDS: Readonly<Record<LegOutcome["kind"], string>> = {
	lose: "loses",
	win: "wins",
	void: "void",
	half_win: "half wins",
	half_lose: "half loses",
	dead_heat: "dead heat",
};

/** What loses is said last: whoever reads looks for the winner. */
const SAID: readonly LegOutcome["kind"][] = ["win", "half_win", "dead_heat", "void", "half_lose", "lose"];

export function settlementText(settlement: Given["settlement"]): string {
	return SAID.flatMap((kind) => {
		const of = Object.entries(settlement).filter(([, outcome]) => outcome.kind === kind);
		const [, first] = of[0] ?? [];
		if (first === undefined) return [];
		const count = first.kind === "dead_heat" ? ` (${first.places} of ${first.tied})` : "";
		return [`${OUTCOME_WORDS[kind]}${count}: ${of.map(([outcomeId]) => outcomeId).join(", ")}`];
	}).join("; ");
}

const needsReason = ({ reason }: Given): { readonly field: Field; readonly words: string } | null =>
	reason === "" ? { field: "reason", words: "Write why: players and colleagues will ask." } : null;
const statusText = (market: TradedMarket | null): string => market?.status ?? "";

export const RESULT_COMMANDS: TraderCommands = {
	settle_market: {
		label: "Settle a market",
		fields: ["market", "settlement", "reason"],
		takesAll: false,
		body: ({ market, settlement, reason }) => ({
			marketId: market?.marketId,
			outcomes: settlement,
			...(reason === "" ? {} : { reason }),
		}),
		effect: ({ market, settlement }) => ({
			before: statusText(market),
			words: `${market?.name ?? ""} (${statusText(market)}) → ${settlementText(settlement)}. Its bets are paid by it. ${SECOND}`,
			isConfirmed: true,
		}),
	},
	void_market: {
		label: "Void a market",
		fields: ["market", "reason"],
		takesAll: false,
		refuse: needsReason,
		body: ({ market, reason }) => ({ marketId: market?.marketId, reason }),
		effect: ({ market }) => ({
			before: statusText(market),
			words: `${market?.name ?? ""} (${statusText(market)}) → void. Every stake on it goes back. ${SECOND}`,
			isConfirmed: true,
		}),
	},
	rollback_result: {
		label: "Take a result back",
		fields: ["market", "reason"],
		takesAll: false,
		refuse: needsReason,
		body: ({ market, reason }) => ({ marketId: market?.marketId, reason }),
		effect: ({ market }) => ({
			before: statusText(market),
			words: `${market?.name ?? ""} (${statusText(market)}) → as the feed decides it. ${SECOND}`,
			isConfirmed: true,
		}),
	},
};
