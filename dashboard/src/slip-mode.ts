/** What the slip's button does now, by what is picked, typed and known (PAG-1, PAG-2). Pure. */
import { judgePrice } from "../../shared/betting/price-policy.ts";
import type { PricePolicy } from "../../shared/ticket/terms.ts";
import type { ReadNumber } from "../../shared/typed-number.ts";

export type Selection = {
	readonly matchId: string;
	readonly marketId: string;
	readonly marketName: string;
	readonly outcomeId: string;
	readonly outcomeName: string;
	/** The price that the player has seen and taken, by picking it or by accepting a new one. */
	readonly acceptedMilli: number;
};
/** The selection's market as the page shows it now. */
export type ShownPrice = {
	readonly marketName: string;
	readonly outcomeName: string;
	readonly oddsMilli: number | null;
	readonly version: number;
	readonly open: boolean;
};

export type SlipFacts = {
	readonly selection: Selection | null;
	readonly now: ShownPrice | null;
	readonly stake: ReadNumber;
	readonly policy: PricePolicy["kind"];
	/** What the player wrote as the least price; null where nothing is written. */
	readonly floor: ReadNumber | null;
	readonly balanceMinor: number;
	readonly leastStakeMinor: number;
	readonly isOnline: boolean;
	readonly intent: "none" | "sending" | "in_doubt";
	/** The bet as it stands was refused: only a change, or a wish said aloud, sends it again. */
	readonly isSpent: boolean;
};

export type SlipMode =
	| { readonly kind: "empty" | "sending" | "in_doubt" | "offline" | "closed" | "spent" | "bad_floor" | "bad_stake" }
	| { readonly kind: "below_least" | "above_balance" }
	/** The price has moved to where the policy does not cover it. */
	| { readonly kind: "ask"; readonly oddsMilli: number }
	| {
			readonly kind: "ready";
			readonly stakeMinor: number;
			readonly oddsMilli: number;
			readonly version: number;
			readonly policy: PricePolicy;
	  };

export function slipMode(facts: SlipFacts): SlipMode {
	const { selection, now, stake, floor } = facts;
	if (facts.intent !== "none") return { kind: facts.intent };
	if (selection === null) return { kind: "empty" };
	if (!facts.isOnline) return { kind: "offline" };
	if (now === null || !now.open || now.oddsMilli === null) return { kind: "closed" };
	if (facts.policy === "any" && floor !== null && !floor.ok) return { kind: "bad_floor" };
	const policy = policyOf(facts);
	if (!judgePrice(policy, selection.acceptedMilli, now.oddsMilli).ok) return { kind: "ask", oddsMilli: now.oddsMilli };
	if (facts.isSpent) return { kind: "spent" };
	if (!stake.ok || stake.scaled === 0) return { kind: "bad_stake" };
	if (stake.scaled < facts.leastStakeMinor) return { kind: "below_least" };
	if (stake.scaled > facts.balanceMinor) return { kind: "above_balance" };
	return { kind: "ready", stakeMinor: stake.scaled, oddsMilli: now.oddsMilli, version: now.version, policy };
}

function policyOf({ policy, floor }: SlipFacts): PricePolicy {
	if (policy !== "any") return { kind: policy };
	return floor?.ok === true ? { kind: "any", floorOddsMilli: floor.scaled } : { kind: "any" };
}
