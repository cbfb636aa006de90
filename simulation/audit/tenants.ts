/** Judges whose things are whose (TEN-1), what a licence and the house allow (LIC-1, HOU-1), and what strangers were granted. */
import type { Violation } from "./facts.ts";

export type Tenancy = { readonly partnerId: string; readonly licence: string; readonly currency: string };

/** A question by somebody whom it does not concern. */
export type Asked = { readonly what: string; readonly by: string; readonly of: string; readonly isGranted: boolean };

/** A row of the reports, an account or a ticket: all that says whose it is. */
export type Owned = {
	readonly where: string;
	readonly partnerId: string;
	readonly licence: string;
	/** As its row says, and as the account or the ticket's identity that it names says. */
	readonly playerIds: readonly string[];
	/** Null: what was asked for in a currency that is not the player's, and refused. */
	readonly currency: string | null;
};
export type LicenceTerms = {
	readonly maxLegs: number;
	readonly longestDelayMs: number;
	readonly minStakeMinor: Readonly<Record<string, number>>;
	readonly maxStakeMinor: Readonly<Record<string, number>>;
};
export type TenantTicket = {
	readonly key: string;
	readonly wallet: string;
	readonly playerId: string;
	readonly licence: string;
	readonly currency: string;
	readonly status: string;
	readonly code: string | null;
	readonly stakeMinor: number;
	readonly returnMinor: number;
	readonly houseRulesVersion: string;
	readonly legs: number;
	readonly longestDelayMs: number;
};
export type TenantFacts = {
	readonly players: ReadonlyMap<string, Tenancy>;
	/** By player, the wallet that has it: its money stands nowhere else. */
	readonly wallets: ReadonlyMap<string, string>;
	readonly owned: readonly Owned[];
	readonly tickets: readonly TenantTicket[];
	readonly licences: ReadonlyMap<string, LicenceTerms>;
	/** By version of the house rules that was published: the most a ticket returns, by currency. */
	readonly houseRules: ReadonlyMap<string, Readonly<Record<string, number>>>;
	readonly asked: readonly Asked[];
	/** By ticket that no licence allows: the first reason in the documented order. */
	readonly forbidden: ReadonlyMap<string, string>;
};

export function auditTenants(facts: TenantFacts): readonly Violation[] {
	return [
		...facts.owned.flatMap((owned) => auditOwner(owned, facts)),
		...facts.tickets.flatMap((ticket) => auditTicket(ticket, facts)),
		...facts.asked.flatMap(({ what, by, of, isGranted }) =>
			isGranted ? [{ rule: of.startsWith("p_") ? "TEN-1" : "SET-7", what: `${by} was granted ${what} of ${of}` }] : [],
		),
	];
}

function auditOwner({ where, partnerId, licence, playerIds, currency }: Owned, { players }: TenantFacts): Violation[] {
	const [playerId = ""] = playerIds;
	const due = players.get(playerId);
	const said = `${partnerId} ${licence} ${currency ?? due?.currency}`;
	if (due === undefined || playerIds.some((other) => other !== playerId))
		return [{ rule: "TEN-1", what: `${where} names ${playerIds.join(" and ")}` }];
	return said === `${due.partnerId} ${due.licence} ${due.currency}`
		? []
		: [{ rule: "TEN-1", what: `${where} of ${playerId} stands under ${said}` }];
}

function auditTicket(ticket: TenantTicket, facts: TenantFacts): Violation[] {
	const { key, playerId, wallet } = ticket;
	const violations: Violation[] = [];
	if (!key.startsWith(`${playerId}/`) || facts.wallets.get(playerId) !== wallet)
		violations.push({ rule: "TEN-1", what: `${key} of ${playerId} stands at ${wallet}` });
	const most = facts.houseRules.get(ticket.houseRulesVersion);
	if (most === undefined)
		violations.push({ rule: "HOU-1", what: `${key} was placed under ${ticket.houseRulesVersion}` });
	const code = facts.forbidden.get(key);
	if (code !== undefined && ticket.code !== code)
		violations.push({ rule: "BET-2", what: `${key} is ${ticket.status} ${ticket.code}, its first reason is ${code}` });
	if (ticket.status !== "accepted" && ticket.status !== "settled") return violations;
	const why = whyForbidden(ticket, facts.licences.get(ticket.licence));
	if (why !== null) violations.push({ rule: "LIC-1", what: `${key} was taken ${why}` });
	if (ticket.returnMinor > (most?.[ticket.currency] ?? 0))
		violations.push({ rule: "HOU-1", what: `${key} returns ${ticket.returnMinor}, more than the house pays` });
	return violations;
}

function whyForbidden(ticket: TenantTicket, terms: LicenceTerms | undefined): string | null {
	if (terms === undefined) return `under no licence (${ticket.licence})`;
	const { stakeMinor, currency, legs, longestDelayMs } = ticket;
	if (legs > terms.maxLegs) return `over ${legs} legs`;
	if (stakeMinor < (terms.minStakeMinor[currency] ?? 0)) return `below the least stake: ${stakeMinor} ${currency}`;
	if (stakeMinor > (terms.maxStakeMinor[currency] ?? 0)) return `above the largest stake: ${stakeMinor} ${currency}`;
	return longestDelayMs > terms.longestDelayMs ? `after a window of ${longestDelayMs} ms` : null;
}
