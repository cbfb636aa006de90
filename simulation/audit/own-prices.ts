/**
 * What a trader has made of prices by some input: of which markets he holds or shifts the price, whether a margin of his stands, and
 * whether strengths of his do. What was refused makes nothing, and what he takes back is over. A price that he holds may end sooner, by
 * the feed: of that the auditor says nothing. How far prices follow the provider's, or shift by what was sold, moves no book out of bounds.
 */
import type { LoggedWord, MatchTruth } from "./match-truth.ts";

export type Own = {
	readonly markets: ReadonlySet<string>;
	readonly isMargin: boolean;
	readonly areStrengths: boolean;
};
export type OwnPrices = (seq: number) => Own;

type Made = {
	readonly held: ReadonlySet<string>;
	readonly shifted: ReadonlySet<string>;
	readonly margins: ReadonlySet<string>;
	readonly areStrengths: boolean;
};
const NOTHING: Made = { held: new Set(), shifted: new Set(), margins: new Set(), areStrengths: false };

const withOne = (set: ReadonlySet<string>, one: string | null): ReadonlySet<string> =>
	one === null ? set : new Set([...set, one]);
/** Null: all of them. */
const without = (set: ReadonlySet<string>, one: string | null): ReadonlySet<string> =>
	new Set(one === null ? [] : [...set].filter((other) => other !== one));

function after(made: Made, { command, commandMarket, margin }: LoggedWord): Made {
	switch (command) {
		case "set_price":
			return { ...made, held: withOne(made.held, commandMarket) };
		case "clear_prices":
			return { ...made, held: without(made.held, commandMarket) };
		case "shift":
			return { ...made, shifted: withOne(made.shifted, commandMarket) };
		case "clear_shifts":
			return { ...made, shifted: without(made.shifted, commandMarket) };
		case "set_strengths":
			return { ...made, areStrengths: true };
		case "clear_strengths":
			return { ...made, areStrengths: false };
		case "set_margin": {
			if (margin === null) return made;
			const { of, isBack } = margin;
			return { ...made, margins: isBack ? without(made.margins, of) : withOne(made.margins, of) };
		}
		default:
			return made;
	}
}

export function ownPricesOf({ log }: MatchTruth): OwnPrices {
	const changes: (Own & { readonly seq: number })[] = [];
	let made = NOTHING;
	for (const word of log) {
		const next = word.isRefused ? made : after(made, word);
		if (next === made) continue;
		made = next;
		const { held, shifted, margins, areStrengths } = made;
		changes.push({
			seq: word.seq,
			markets: new Set([...held, ...shifted]),
			isMargin: margins.size > 0,
			areStrengths,
		});
	}
	const nothing: Own = { markets: new Set(), isMargin: false, areStrengths: false };
	return (seq) => changes.findLast((change) => change.seq <= seq) ?? nothing;
}
