/**
 * What waits for a second person: a command that changes what has been paid, bets that came too late under a licence that asks
 * first, a correction after its time (SET-1, SET-4). Approved by somebody else than who proposed it, or dismissed. Pure.
 */
import type { LegOutcome } from "../../shared/contracts/results.ts";
import type { TraderAction } from "../../shared/feeds/canonical.ts";
import { CONTRACT } from "../../shared/limits.ts";
import type { MatchState } from "./state.ts";
import type { Proposal } from "./state-parts.ts";

/** The same id again is the proposal as it stands now. Beyond the bound the oldest gives way. */
export function withProposal(state: MatchState, proposal: Proposal): MatchState {
	const others = state.proposals.filter(({ proposalId }) => proposalId !== proposal.proposalId);
	return { ...state, proposals: [...others, proposal].slice(-CONTRACT.proposals) };
}

export function withoutProposal(state: MatchState, proposalId: string): MatchState {
	const proposals = state.proposals.filter((proposal) => proposal.proposalId !== proposalId);
	return proposals.length === state.proposals.length ? state : { ...state, proposals };
}

/** Whoever approves must see what: the market alone does not say who wins. */
function commandWords(command: TraderAction): string {
	switch (command.action) {
		case "settle_market": {
			const said =
				command.winners === undefined
					? Object.entries(command.outcomes ?? {}).map(([id, outcome]) => `${id} ${outcomeWords(outcome)}`)
					: [`winners ${command.winners.join(", ")}`];
			return withReason(`settle ${command.marketId}: ${said.join(", ")}`, command.reason);
		}
		case "void_market":
			return withReason(`void ${command.marketId}`, command.reason);
		case "rollback_result":
			return withReason(`take back the result of ${command.marketId}`, command.reason);
		case "resolve":
			return command.take === "feed" ? "take the feed's word" : "keep what we know";
		default:
			return `${command.action} ${"marketId" in command ? (command.marketId ?? "") : ""}`.trim();
	}
}

const outcomeWords = (outcome: LegOutcome): string =>
	outcome.kind === "dead_heat" ? `dead heat (${outcome.places} of ${outcome.tied})` : outcome.kind.replaceAll("_", " ");

const withReason = (words: string, reason: string | undefined): string =>
	reason === undefined || reason === "" ? words : `${words} (${reason})`;

export function proposalWords({ what, by }: Proposal): string {
	const who = by === null ? "" : `${by}: `;
	switch (what.kind) {
		case "command":
			return `${who}${commandWords(what.command)}`.slice(0, CONTRACT.textChars);
		case "void_window":
			return `bets of ${what.windowId} came too late: void under ${what.licences.join(", ")}`;
		case "correction":
			return `the feed corrects after its time: ${what.logged.input.kind} ${what.logged.input.id}`;
	}
}
