/** Holds: why a market may not be bet on. A market is open exactly when no hold applies to it. */
import type { MarketSpec } from "../../shared/pricing/sport.ts";

export type HoldScope =
	| { readonly kind: "all" }
	| { readonly kind: "group"; readonly group: string }
	| { readonly kind: "market"; readonly marketId: string };

/**
 * `bet_stop`, `incident:{id}`: lifted by the feed. `feed_silent`: by a fresh statement of the feed. `restart`: once the
 * lane's head is reached and the feed has spoken. `kick_off`: when the feed says that play runs. `trader`: by a trader.
 * `deviation`: when the provider's prices agree with ours again, or by a trader.
 */
export type Hold = { readonly reason: string; readonly scope: HoldScope };

export const ALL: HoldScope = { kind: "all" };
export const incidentReason = (incidentId: string): string => `incident:${incidentId}`;

const sameScope = (a: HoldScope, b: HoldScope): boolean => a.kind === b.kind && scopeText(a) === scopeText(b);

export function addHold(holds: readonly Hold[], reason: string, scope: HoldScope): readonly Hold[] {
	return holds.some((hold) => hold.reason === reason && sameScope(hold.scope, scope))
		? holds
		: [...holds, { reason, scope }];
}

/** Scopes of a list of groups; everything, where none is named. */
export function scopesOf(groups: readonly string[] | undefined): readonly HoldScope[] {
	return groups === undefined ? [ALL] : groups.map((group): HoldScope => ({ kind: "group", group }));
}

export function liftReason(holds: readonly Hold[], reason: string): readonly Hold[] {
	return holds.filter((hold) => hold.reason !== reason);
}

/** The feed's all-clear for everything, or for the named groups only. */
export function liftFeedHolds(holds: readonly Hold[], groups: readonly string[] | undefined): readonly Hold[] {
	return holds.filter((hold) => {
		if (hold.reason !== "bet_stop" && !hold.reason.startsWith("incident:")) return true;
		if (groups === undefined) return false;
		return !(hold.scope.kind === "group" && groups.includes(hold.scope.group));
	});
}

export function isHeld(holds: readonly Hold[], market: Pick<MarketSpec, "marketId" | "group">): boolean {
	return holds.some(({ scope }) => covers(scope, market));
}

function covers(scope: HoldScope, market: Pick<MarketSpec, "marketId" | "group">): boolean {
	switch (scope.kind) {
		case "all":
			return true;
		case "group":
			return scope.group === market.group;
		case "market":
			return scope.marketId === market.marketId;
	}
}

export function scopeText(scope: HoldScope): string {
	switch (scope.kind) {
		case "all":
			return "all";
		case "group":
			return scope.group;
		case "market":
			return scope.marketId;
	}
}
