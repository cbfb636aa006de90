/**
 * The independent auditor: judges a simulated history by the authority's order and true time, with arithmetic of its own.
 * It imports nothing but its own sports and its own books (tests/structure.test.ts keeps that).
 */
import type { AuditedLeg, AuditedTicket, Confirmed, Violation } from "./facts.ts";
import type { History } from "./history.ts";
import { auditLanes } from "./lanes.ts";
import { auditMatches } from "./match-audit.ts";
import { auditMoney } from "./money.ts";
import { auditPrices } from "./prices.ts";
import { auditPromises } from "./promise-audit.ts";
import { auditTenants } from "./tenants.ts";
import { auditWeeks } from "./weeks.ts";

export type { Violation } from "./facts.ts";

export function audit(history: History): readonly Violation[] {
	return [
		...auditAcceptance(history),
		...auditMoney(history.money, history),
		...auditMatches(history),
		...auditLanes(history.lanes),
		...auditTenants(history.tenants),
		...auditPromises(history.promised),
		...auditPrices(history.prices),
		...history.frames,
		...(history.weeks === null ? [] : auditWeeks(history.weeks)),
		...history.revived.map((leg) => ({ rule: "BET-8", what: `${leg} was reserved after its desk had answered no` })),
		...history.dead.map((desk) => ({ rule: "liveness", what: `${desk} decides no bets after all has healed` })),
		...history.views.flatMap(({ topic, reader, authority }) =>
			reader === authority
				? []
				: [
						{
							rule: "FRM-2",
							what: `a reader of ${topic} shows ${reader?.slice(0, 120)} instead of ${authority?.slice(0, 120)}`,
						},
					],
		),
	];
}

const isTaken = (ticket: AuditedTicket): boolean => ticket.status === "accepted" || ticket.status === "settled";

/** BET-3, BET-5, LAN-2 in true time: some confirmation of the authority must justify each leg that was taken. */
function auditAcceptance(history: History): readonly Violation[] {
	const violations: Violation[] = [];
	for (const ticket of history.tickets) {
		if (ticket.status === "pending") violations.push({ rule: "BET-8", what: `${ticket.key} was never decided` });
		if (ticket.decisions > 1)
			violations.push({ rule: "BET-8", what: `${ticket.key} was decided ${ticket.decisions} times` });
		if (!isTaken(ticket)) continue;
		if (history.invented.has(ticket.key))
			violations.push({ rule: "BET-4", what: `${ticket.key} was taken with a shown price that was never ours` });
		for (const leg of ticket.legs) {
			const why = whyUnjustified(leg, history);
			if (why !== null)
				violations.push({ rule: why.rule, what: `${ticket.key} ${leg.matchId} ${leg.marketId}: ${why.what}` });
		}
	}
	return violations;
}

function whyUnjustified(leg: AuditedLeg, history: History): Violation | null {
	const { vote } = leg;
	if (vote === null) return { rule: "BET-8", what: "accepted without a reservation" };
	const candidates = (history.confirmed.get(leg.matchId) ?? []).filter(
		(confirmed) =>
			confirmed.epoch === vote.epoch &&
			confirmed.seq === vote.seq &&
			confirmed.tick === vote.tick &&
			confirmed.region === leg.region,
	);
	let last: Violation = { rule: "BET-3", what: "accepted without a confirmation of its match that said ok" };
	for (const confirmed of candidates) {
		const why = whyNot(leg, confirmed, history);
		if (why === null) return null;
		// Several may share tick and input; the one that said ok is the one to complain of.
		if (why.what !== NOT_OK) last = why;
	}
	return last;
}

const NOT_OK = "the confirmation did not say ok";

function whyNot(leg: AuditedLeg, confirmed: Confirmed, history: History): Violation | null {
	const vote = leg.vote;
	if (vote === null) return { rule: "BET-8", what: "accepted without a reservation" };
	const market = confirmed.truth?.markets.get(leg.marketId);
	const said = confirmed.markets.some(
		(entry) =>
			entry.market === leg.marketId &&
			entry.version === vote.marketVersion &&
			(entry.code === "ok" || entry.code === "over_limit"),
	);
	if (!said) return { rule: "BET-3", what: NOT_OK };
	if (market === undefined || market.version !== vote.marketVersion)
		return {
			rule: "BET-3",
			what: `version ${vote.marketVersion} had been withdrawn (the authority stood at ${market?.version ?? "nothing"})`,
		};
	if (!market.available) return { rule: "BET-5", what: "the market was not open" };
	if (leg.notedVersion !== null && leg.notedVersion !== vote.marketVersion)
		return { rule: "BET-3", what: `noted under version ${leg.notedVersion}, taken under ${vote.marketVersion}` };
	if (!confirmed.inPlay) return null;
	const noted = leg.notedAtMs;
	if (noted === null) return { rule: "BET-3", what: "never noted" };
	const started = leg.startedAtMs ?? noted;
	if (confirmed.atMs - started < vote.delayMs - history.toleranceMs)
		return { rule: "BET-3", what: `confirmed after ${confirmed.atMs - started} ms of a window of ${vote.delayMs}` };
	const spoke = (history.speech.get(leg.matchId) ?? []).filter(
		(at) =>
			at <= confirmed.atMs &&
			at > noted - history.toleranceMs &&
			confirmed.atMs - at <= (history.quietLimitsMs.get(leg.matchId) ?? 0) + history.toleranceMs,
	);
	return spoke.length === 0
		? { rule: "LAN-2", what: "the deciding feed had not spoken after the bet was noted and within its quiet limit" }
		: null;
}
