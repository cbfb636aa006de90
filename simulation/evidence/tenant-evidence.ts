/** Whose everything is, as wallets and reports have it. */
import { houseRules } from "../../shared/catalogue/house-rules.ts";
import { licenceProfile } from "../../shared/catalogue/licences.ts";
import type { ReportBody } from "../../shared/contracts/reports.ts";
import type { Asked, Owned, TenantFacts, TenantTicket } from "../audit/tenants.ts";
import type { Platform } from "../world/platform.ts";
import type { Player } from "../world/player.ts";
import type { Reports } from "../world/queue.ts";

type Stored = {
	readonly key: string;
	readonly playerId: string;
	readonly partnerId: string;
	readonly licence: string;
	readonly currency: string;
	readonly status: string;
	readonly code: string | null;
	readonly stakeMinor: number;
	readonly returnMinor: number | null;
	readonly houseRulesVersion: string;
	readonly legs: readonly { readonly vote: { readonly delayMs?: number } | null }[];
};

type OfTicket = Pick<Stored, "playerId" | "partnerId" | "licence" | "currency" | "code">;

export function tenantFacts(
	platform: Platform,
	players: readonly Player[],
	reports: Reports,
	{ asked, forbidden }: { readonly asked: readonly Asked[]; readonly forbidden: ReadonlyMap<string, string> },
): TenantFacts {
	const wallets = [...new Set(players.map(({ walletName }) => walletName))];
	const stored = wallets.flatMap((wallet) =>
		platform.world
			.storage(wallet)
			.exec("SELECT body FROM tickets")
			.map((row) => ({ wallet, ticket: JSON.parse(String(row.body)) as Stored })),
	);
	const profiles = [...new Set(players.map(({ tenant }) => tenant.licence))].flatMap((name) => {
		const profile = licenceProfile(name);
		return profile === null ? [] : [[name, profile] as const];
	});
	const versions = [...new Set(stored.map(({ ticket }) => ticket.houseRulesVersion))].flatMap((version) => {
		const rules = houseRules(version);
		return rules === null ? [] : [[version, rules.maxPayoutMinor] as const];
	});
	return {
		players: new Map(players.map(({ playerId, tenant }) => [playerId, tenant])),
		wallets: new Map(players.map(({ playerId, walletName }) => [playerId, walletName])),
		owned: [
			...stored.map(({ wallet, ticket }) => ownedTicket(`a ticket at ${wallet}`, ticket)),
			...wallets.flatMap((wallet) => [
				...accountsOf(platform, wallet),
				...[...(reports.rows.get(wallet) ?? [])].flatMap(([seq, body]) => rowOf(`row ${wallet}#${seq}`, body)),
			]),
		],
		tickets: stored.map(({ wallet, ticket }) => ticketOf(wallet, ticket)),
		licences: new Map(profiles),
		houseRules: new Map(versions),
		asked,
		forbidden,
	};
}

const ownedTicket = (where: string, ticket: OfTicket): Owned => ({
	...ticket,
	where,
	playerIds: [ticket.playerId],
	currency: ticket.code === "currency_mismatch" ? null : ticket.currency,
});

const ticketOf = (wallet: string, { legs, returnMinor, ...ticket }: Stored): TenantTicket => ({
	...ticket,
	wallet,
	returnMinor: returnMinor ?? 0,
	legs: legs.length,
	longestDelayMs: Math.max(0, ...legs.map(({ vote }) => vote?.delayMs ?? 0)),
});

function accountsOf(platform: Platform, wallet: string): readonly Owned[] {
	const rows = platform.world.storage(wallet).exec("SELECT * FROM players");
	return rows.map((row) => ({
		where: `an account at ${wallet}`,
		partnerId: String(row.partner_id),
		licence: String(row.licence),
		currency: String(row.currency),
		playerIds: [String(row.player_id)],
	}));
}

/** A row of the ledger says whose it is three times: as its player's, by its account, and by the tenant. */
function rowOf(where: string, body: ReportBody): readonly Owned[] {
	switch (body.kind) {
		case "ticket":
			return [ownedTicket(where, body)];
		case "player":
			return [{ where, ...body, playerIds: [body.playerId] }];
		case "ledger": {
			const [, named] = body.account.split(":");
			const playerIds = [body.playerId, named].flatMap((id) => (id == null || !id.startsWith("p_") ? [] : [id]));
			return playerIds.length === 0 ? [] : [{ where, ...body, playerIds }];
		}
		default:
			return [];
	}
}
