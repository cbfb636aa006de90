/** Holds: why a market may not be bet on. A market is open exactly when no hold applies to it. */
import * as v from "valibot";
import type { MarketSpec } from "../../pricing/sport.ts";

export const holdScopeSchema = v.variant("kind", [
	/** `except`: groups that have been let go since. */
	v.strictObject({ kind: v.literal("all"), except: v.optional(v.array(v.string())) }),
	v.strictObject({ kind: v.literal("group"), group: v.string() }),
	v.strictObject({ kind: v.literal("market"), marketId: v.string() }),
]);
export type HoldScope = v.InferOutput<typeof holdScopeSchema>;

/**
 * `bet_stop`, `incident:{id}`: lifted by the feed. `feed_silent`: by a fresh statement of the feed. `restart`: once the
 * lane's head is reached and the feed has spoken. `kick_off`: when the feed says that play runs. `trader`: by a trader.
 * `deviation`: when the provider's prices agree with ours again, or by a trader. `contradiction`: when the feed's words agree with
 * what we know, or by a trader. `inferred`: when what only a score told of stands.
 */
export type Hold = { readonly reason: string; readonly scope: HoldScope };

export const ALL: HoldScope = { kind: "all" };
export const incidentReason = (incidentId: string): string => `incident:${incidentId}`;

const sameScope = (a: HoldScope, b: HoldScope): boolean => a.kind === b.kind && scopeText(a) === scopeText(b);

export function addHold(holds: readonly Hold[], reason: string, scope: HoldScope): readonly Hold[] {
	if (holds.some((hold) => hold.reason === reason && sameScope(hold.scope, scope))) return holds;
	// Everything is held again: what had been let go before is held too.
	const others =
		scope.kind === "all" ? holds.filter((hold) => hold.reason !== reason || hold.scope.kind !== "all") : holds;
	return [...others, { reason, scope }];
}

/** Scopes of a list of groups; everything, where none is named. */
export function scopesOf(groups: readonly string[] | undefined): readonly HoldScope[] {
	return groups === undefined ? [ALL] : groups.map((group): HoldScope => ({ kind: "group", group }));
}

export function liftReason(holds: readonly Hold[], reason: string): readonly Hold[] {
	return holds.filter((hold) => hold.reason !== reason);
}

const isFeeds = ({ reason }: Hold): boolean => reason === "bet_stop" || reason.startsWith("incident:");

/** The feed's all-clear for everything, or for the named groups only: of a stop of everything, it lets those groups go. */
export function liftFeedHolds(
	holds: readonly Hold[],
	groups: readonly string[] | undefined,
	known: ReadonlySet<string>,
): readonly Hold[] {
	if (groups === undefined) return holds.filter((hold) => !isFeeds(hold));
	return holds.flatMap((hold) => (isFeeds(hold) ? withoutGroups(hold, groups, known) : [hold]));
}

function withoutGroups(hold: Hold, groups: readonly string[], known: ReadonlySet<string>): readonly Hold[] {
	const { scope } = hold;
	switch (scope.kind) {
		case "market":
			return [hold];
		case "group":
			return groups.includes(scope.group) ? [] : [hold];
		case "all": {
			const except = [...new Set([...(scope.except ?? []), ...groups])];
			const isOver = [...known].every((group) => except.includes(group));
			return isOver ? [] : [{ ...hold, scope: { kind: "all", except } }];
		}
	}
}

export function isHeld(holds: readonly Hold[], market: Pick<MarketSpec, "marketId" | "group">): boolean {
	return holds.some(({ scope }) => covers(scope, market));
}

export function covers(scope: HoldScope, market: Pick<MarketSpec, "marketId" | "group">): boolean {
	switch (scope.kind) {
		case "all":
			return scope.except?.includes(market.group) !== true;
		case "group":
			return scope.group === market.group;
		case "market":
			return scope.marketId === market.marketId;
	}
}

export function scopeText(scope: HoldScope): string {
	switch (scope.kind) {
		case "all":
			return scope.except === undefined ? "all" : `all but ${scope.except.join(", ")}`;
		case "group":
			return scope.group;
		case "market":
			return scope.marketId;
	}
}
