/**
 * Who may do what: a command that would change what has been paid waits for a second person, and so does what the match itself
 * proposes. Approval acts as the command would have; nobody approves his own (SET-7). Pure.
 */
import type { Input, LoggedInput } from "../../shared/feeds/canonical.ts";
import { BET } from "../../shared/limits.ts";
import type { Reissued } from "./listing.ts";
import { changesPaid } from "./official.ts";
import { withoutProposal, withProposal } from "./proposals.ts";
import type { Applied, MatchState } from "./state.ts";
import type { Proposal } from "./state-parts.ts";
import { type OwnAction, withTraderAction } from "./trading.ts";
import { approvedWindow } from "./void-windows.ts";

type TraderInput = Extract<Input, { kind: "trader" }>;
type Relist = (
	before: MatchState,
	next: MatchState,
	tickMs: number,
	reissued: Reissued,
	isTraders?: boolean,
) => MatchState;
type ApplyFact = (state: MatchState, logged: LoggedInput, tickMs: number) => Applied;

/** `relist` and `applyFact` come from the core, which this file must not lead back to. */
export function withCommand(
	state: MatchState,
	input: TraderInput,
	tickMs: number,
	relist: Relist,
	applyFact: ApplyFact,
): Applied {
	const { command, trader, id } = input;
	switch (command.action) {
		case "approve":
			return approved(state, command.proposalId, trader, tickMs, relist, applyFact);
		case "dismiss": {
			const known = state.proposals.some(({ proposalId }) => proposalId === command.proposalId);
			if (!known) return noProposal(command.proposalId);
			return { ok: true, state: withoutProposal(state, command.proposalId) };
		}
		default: {
			const acted = act(state, command, trader, tickMs, relist);
			if (!acted.ok || !changesPaid(state, acted.state)) return acted;
			if (isForgotten(state, tickMs)) return TOO_LATE;
			const what = { kind: "command" as const, command };
			return {
				ok: false,
				code: "needs_second_person",
				message: `money has been paid on it: ${id} waits until somebody else approves it`,
				state: withProposal(state, { proposalId: id, by: trader, sinceMs: tickMs, what }),
			};
		}
	}
}

/** Desks forget who bet: a result that nobody would be paid by is none. */
const isForgotten = ({ endedAtMs }: MatchState, tickMs: number): boolean =>
	endedAtMs !== null && tickMs > endedAtMs + BET.changePaidMs;

const TOO_LATE = {
	ok: false,
	code: "settled_long_ago",
	message: "its bets were settled so long ago that nobody would be paid anew",
} as const;

const noProposal = (proposalId: string): Applied => ({
	ok: false,
	code: "unknown_proposal",
	message: `nothing called ${proposalId} waits for approval`,
});

function act(state: MatchState, command: OwnAction, trader: string, tickMs: number, relist: Relist): Applied {
	const traded = withTraderAction(state, command, trader, tickMs);
	if (!traded.ok) return traded;
	// What a trader takes over from the feed moves prices as the feed's own word would have.
	const reissued = command.action === "resolve" && command.take === "feed" ? "all" : "none";
	// Prices that traders hold were said of the match as it was known before.
	const next = reissued === "all" ? { ...traded.state, fixed: {} } : traded.state;
	return { ok: true, state: relist(state, next, tickMs, reissued, isResult(command)) };
}

/** A result that a trader gives is official at once: it waits for no hold-off. */
const isResult = ({ action }: OwnAction): boolean =>
	action === "void_market" || action === "settle_market" || action === "rollback_result";

function approved(
	state: MatchState,
	proposalId: string,
	trader: string,
	tickMs: number,
	relist: Relist,
	applyFact: ApplyFact,
): Applied {
	const proposal = state.proposals.find((one) => one.proposalId === proposalId);
	if (proposal === undefined) return noProposal(proposalId);
	if (proposal.by !== null && isSamePerson(proposal.by, trader))
		return { ok: false, code: "same_person", message: `${trader} proposed ${proposalId}: somebody else approves it` };
	const without = withoutProposal(state, proposalId);
	const done = carriedOut(without, proposal, tickMs, relist, applyFact);
	if (done.ok && isForgotten(state, tickMs) && changesPaid(state, done.state)) return { ...TOO_LATE, state: without };
	// The match may refuse by now what it would have done then: the proposal goes all the same.
	return done.ok ? done : { ...done, state: done.state ?? without };
}

/** The same name in another case, width or spacing is the same person, and no second one. */
function isSamePerson(one: string, other: string): boolean {
	const plain = (name: string): string => name.normalize("NFKC").replace(/\s+/g, " ").trim().toLowerCase();
	return plain(one) === plain(other);
}

function carriedOut(
	state: MatchState,
	{ what, by }: Proposal,
	tickMs: number,
	relist: Relist,
	applyFact: ApplyFact,
): Applied {
	switch (what.kind) {
		case "command":
			return what.command.action === "approve" || what.command.action === "dismiss"
				? noProposal(what.command.proposalId)
				: act(state, what.command, by ?? "", tickMs, relist);
		case "void_window":
			return {
				ok: true,
				state: relist(state, approvedWindow(state, what.windowId, what.licences), tickMs, "none", true),
			};
		case "correction":
			return applyFact(state, what.logged, tickMs);
	}
}
