/** What somebody must look at, in words for an operator. Pure. */
import type { MatchAttention } from "../../shared/contracts/match.ts";
import { CONTRACT } from "../../shared/limits.ts";
import { undecided } from "./official.ts";
import { proposalWords } from "./proposals.ts";
import { type MatchState, sportOf } from "./state.ts";

export function attentionOf(state: MatchState): readonly MatchAttention[] {
	const list: MatchAttention[] = [];
	const { contradiction, proposals, strangeGroups, isOverdue } = state;
	if (contradiction !== null)
		list.push({ kind: "contradiction", message: contradiction.message, sinceMs: contradiction.sinceMs });
	for (const { incidentId, sinceMs } of sportOf(state).unproven.of(state.sport))
		list.push({ kind: "inferred", message: `${incidentId}: only a score tells of it`, sinceMs });
	for (const proposal of proposals) {
		const { proposalId, sinceMs } = proposal;
		list.push({ kind: "proposal", message: proposalWords(proposal), sinceMs, proposalId });
	}
	if (isOverdue)
		list.push({ kind: "overdue", message: `${undecided(state).length} markets have no result`, sinceMs: null });
	for (const group of strangeGroups)
		list.push({ kind: "unknown_group", message: `a bet stop named ${group}, which nobody has`, sinceMs: null });
	if (state.voidWindows.filter(({ isWithdrawn }) => !isWithdrawn).length >= CONTRACT.voidSpans)
		list.push({
			kind: "late_bets",
			message: `${CONTRACT.voidSpans} spans of void bets: no more are taken`,
			sinceMs: null,
		});
	return [...list, ...lateBets(state)];
}

/** SET-4: under a licence that only reports, an operator sees what came too late. */
function lateBets(state: MatchState): readonly MatchAttention[] {
	const reporting = state.terms.filter(({ lateBets: mode }) => mode === "report").map(({ licence }) => licence);
	if (reporting.length === 0) return [];
	return state.voidWindows
		.filter(({ isWithdrawn }) => !isWithdrawn)
		.map(({ windowId, reason, fromMs }) => ({
			kind: "late_bets" as const,
			message: `${windowId} (${reason}): bets since then stand under ${reporting.join(", ")}`,
			sinceMs: fromMs,
		}));
}
