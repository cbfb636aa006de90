/** Inputs into the match, in one transaction: store, apply, version, results, reports (MAT-3). */
import { firstMatchTerms, loggedMatchTerms } from "../../shared/catalogue/match-terms.ts";
import type { MatchTerms } from "../../shared/catalogue/schemas.ts";
import type { ApplyRequest, RejectedInput } from "../../shared/contracts/match.ts";
import type { ReportBody } from "../../shared/contracts/reports.ts";
import type { SportId } from "../../shared/feeds/canonical.ts";
import { CONTRACT } from "../../shared/limits.ts";
import { applyInput, applyJournal, openMatch } from "./core.ts";
import type { JournalEntry, JournalEvent } from "./journal.ts";
import { newlyOfficial } from "./official.ts";
import {
	type Applied,
	hasEnded,
	isInPlay,
	isSameHeadline,
	type MatchState,
	sportOf,
	termsOf,
	tickOf,
} from "./state.ts";
import type { MatchStore } from "./store.ts";

export type StepDeps = {
	readonly store: MatchStore;
	readonly report: (body: ReportBody) => void;
	/** What a match that opens now takes of the catalogue. */
	readonly termsFor: (sport: SportId, provider: string) => MatchTerms;
};
export type Stepped = {
	readonly state: MatchState | null;
	readonly lastSeq: number;
	readonly rejected: readonly RejectedInput[];
};

/** Applies what is new of a batch, inside the caller's transaction. Inputs come in order and without a gap. */
export function applyBatch(
	deps: StepDeps,
	before: MatchState | null,
	lastSeq: number,
	request: Pick<ApplyRequest, "inputs">,
	nowMs: number,
): Stepped {
	let state = before;
	let last = lastSeq;
	const rejected: RejectedInput[] = [];
	for (const logged of request.inputs) {
		if (logged.seq <= last) continue;
		if (logged.seq !== last + 1) break;
		const tickMs = Math.max(tickOf(nowMs), state?.lastTick ?? 0);
		const applied = state === null ? openMatch(logged, tickMs, deps.termsFor) : applyInput(state, logged, tickMs);
		const refusal = applied.ok
			? null
			: {
					seq: logged.seq,
					code: applied.code.slice(0, CONTRACT.idChars),
					message: applied.message.slice(0, CONTRACT.textChars),
				};
		if (refusal !== null) rejected.push(refusal);
		const opened = state === null && applied.ok ? termsOf(applied.state) : null;
		deps.store.addInput(logged, tickMs, refusal, opened);
		last = logged.seq;
		const next = applied.ok ? applied.state : afterRefusal(state, applied, last);
		if (next !== null) recordChange(deps, state, next, nowMs);
		state = next;
	}
	return { state, lastSeq: last, rejected };
}

/** What a refused input leaves: the match as it was, or held because of what was said. */
function afterRefusal(
	state: MatchState | null,
	{ state: held }: Extract<Applied, { ok: false }>,
	lastSeq: number,
): MatchState | null {
	if (held !== undefined) return held;
	return state === null ? null : { ...state, lastSeq };
}

/** A change that is no input: stored, then in effect. */
export function applyEntry(deps: StepDeps, state: MatchState, event: JournalEvent, nowMs: number): MatchState {
	const entry: JournalEntry = { ...event, afterSeq: state.lastSeq, atMs: Math.max(nowMs, state.lastTick) };
	deps.store.addJournal(entry);
	const next = applyJournal(state, entry);
	recordChange(deps, state, next, nowMs);
	return next;
}

/** Results to every desk this match ever granted to (SET-2), and what Postgres shall know. */
function recordChange({ store, report }: StepDeps, before: MatchState | null, after: MatchState, nowMs: number): void {
	const { matchId } = after.fixture;
	for (const { spec } of after.markets.slice(before?.markets.length ?? 0)) {
		report({
			kind: "market",
			matchId,
			marketId: spec.marketId,
			name: spec.name,
			group: spec.group,
			period: spec.period,
		});
	}
	const results = newlyOfficial(before, after);
	const desks = results.length === 0 ? [] : [...store.desks().keys()];
	for (const result of results) {
		// An undecided market's void spans matter only where it was ever bet on.
		const told = result.state.kind === "open" ? store.regionsGranted(result.marketId) : desks;
		for (const region of told) store.queueResult(region, result);
		report({
			kind: "result",
			matchId,
			marketId: result.marketId,
			settlementVersion: result.settlementVersion,
			state: result.state,
			...(result.voids === undefined ? {} : { voids: result.voids }),
			atMs: nowMs,
		});
	}
	const status = matchStatusOf(after);
	if (before === null || matchStatusOf(before) !== status || !isSameHeadline(before.fixture, after.fixture))
		report(matchRow(after, status));
}

const matchStatusOf = (state: MatchState): "scheduled" | "live" | "ended" =>
	hasEnded(state) ? "ended" : isInPlay(state) ? "live" : "scheduled";

function matchRow(state: MatchState, status: "scheduled" | "live" | "ended"): ReportBody {
	const { matchId, sport, competition, home, away, scheduledAtMs } = state.fixture;
	const score = sportOf(state).scoreView(state.sport);
	return {
		kind: "match",
		matchId,
		sport,
		competition,
		home: home.name,
		away: away.name,
		scheduledAtMs,
		status,
		score: `${score.home}-${score.away}`,
	};
}

/** Replays a history from nothing: the same bytes as the match had, whatever the catalogue says today (MAT-2). */
export function replay(history: ReturnType<MatchStore["history"]>): MatchState | null {
	const journal = [...history.journal];
	const withJournal = (state: MatchState | null, upToSeq: number): MatchState | null => {
		let next = state;
		for (let entry = journal[0]; entry !== undefined && entry.afterSeq <= upToSeq; entry = journal[0]) {
			journal.shift();
			next = next === null ? null : applyJournal(next, entry);
		}
		return next;
	};
	const played = history.inputs.reduce<MatchState | null>((before, { logged, tickMs, terms }) => {
		const state = withJournal(before, logged.seq - 1);
		const termsFor = (sport: SportId, by: string) =>
			terms === null ? firstMatchTerms(sport, by, history.settlement) : loggedMatchTerms(terms, sport, by);
		const applied = state === null ? openMatch(logged, tickMs, termsFor) : applyInput(state, logged, tickMs);
		return applied.ok ? applied.state : afterRefusal(state, applied, logged.seq);
	}, null);
	return withJournal(played, Number.POSITIVE_INFINITY);
}
