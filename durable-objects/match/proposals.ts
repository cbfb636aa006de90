/**
 * What waits for a second person: a command that changes what has been paid, bets that came too late under a licence that asks
 * first, a correction after its time (SET-1, SET-4). Approved by somebody else than who proposed it, or dismissed. Pure.
 */
import * as v from "valibot";
import { epochMs, plainText } from "../../shared/contracts/primitives.ts";
import { loggedInputSchema, traderActionSchema } from "../../shared/feeds/canonical.ts";
import { CONTRACT } from "../../shared/limits.ts";
import type { MatchState } from "./state.ts";

export const proposalSchema = v.strictObject({
	proposalId: plainText(CONTRACT.idChars, 1),
	/** The trader; null: the match itself, by its rules. */
	by: v.nullable(plainText(CONTRACT.idChars, 1)),
	sinceMs: epochMs,
	what: v.variant("kind", [
		v.strictObject({ kind: v.literal("command"), command: traderActionSchema }),
		v.strictObject({
			kind: v.literal("void_window"),
			windowId: v.string(),
			licences: v.pipe(v.array(v.string()), v.readonly()),
		}),
		v.strictObject({ kind: v.literal("correction"), logged: loggedInputSchema }),
	]),
});
export type Proposal = v.InferOutput<typeof proposalSchema>;

/** The same id again is the proposal as it stands now. Beyond the bound the oldest gives way. */
export function withProposal(state: MatchState, proposal: Proposal): MatchState {
	const others = state.proposals.filter(({ proposalId }) => proposalId !== proposal.proposalId);
	return { ...state, proposals: [...others, proposal].slice(-CONTRACT.proposals) };
}

export function withoutProposal(state: MatchState, proposalId: string): MatchState {
	const proposals = state.proposals.filter((proposal) => proposal.proposalId !== proposalId);
	return proposals.length === state.proposals.length ? state : { ...state, proposals };
}

export function proposalWords({ what, by }: Proposal): string {
	const who = by === null ? "" : `${by}: `;
	switch (what.kind) {
		case "command":
			return `${who}${what.command.action} ${"marketId" in what.command ? what.command.marketId : ""}`.trim();
		case "void_window":
			return `bets of ${what.windowId} came too late: void under ${what.licences.join(", ")}`;
		case "correction":
			return `the feed corrects after its time: ${what.logged.input.kind} ${what.logged.input.id}`;
	}
}
