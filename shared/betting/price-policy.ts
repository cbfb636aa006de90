/** BET-4: what a player lets a price do between the click and the decision. */
import type { PricePolicy } from "../ticket/terms.ts";

export type PriceVerdict =
	| { readonly ok: true; readonly takenOddsMilli: number }
	| { readonly ok: false; readonly oddsMilli: number };

/** Judges the price of the `ok` against the price asked for. A bet is always taken at the price of the `ok`. */
export function judgePrice(policy: PricePolicy, askedOddsMilli: number, nowOddsMilli: number): PriceVerdict {
	const taken: PriceVerdict = { ok: true, takenOddsMilli: nowOddsMilli };
	const refused: PriceVerdict = { ok: false, oddsMilli: nowOddsMilli };
	switch (policy.kind) {
		case "none":
			return nowOddsMilli === askedOddsMilli ? taken : refused;
		case "better":
			return nowOddsMilli >= askedOddsMilli ? taken : refused;
		case "any":
			return policy.floorOddsMilli === undefined || nowOddsMilli >= policy.floorOddsMilli ? taken : refused;
	}
}
