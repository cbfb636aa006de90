/** How markets stand together on a page: by group, and lines of one kind as rows of one table. */
import type { MarketView } from "../../shared/protocol/match-view.ts";

const LABELS: Readonly<Record<string, string>> = {
	main: "Main",
	trophy: "Trophy",
	next_goal: "Next goal",
	totals: "Totals",
	handicap: "Handicap",
	extra: "Extra time",
	shootout: "Shoot-out",
	goals: "Goals",
	teams: "Teams",
	halves: "Halves",
	quarters: "Quarters",
	correct_score: "Correct score",
	intervals: "Intervals",
	combos: "Combinations",
	half_full: "Half-time/full-time",
	odd_even: "Odd or even",
};
/** Groups that most bets are on, in their order; a page opens with these. All others follow as the match listed them. */
const FIRST = ["main", "trophy", "next_goal", "next_point", "shootout", "extra", "totals", "handicap"];

export function groupLabel(group: string): string {
	const words = group.replaceAll("_", " ");
	return LABELS[group] ?? `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
}

export const isFirst = (group: string): boolean => FIRST.includes(group);

export function inGroupOrder(groups: Iterable<string>): readonly string[] {
	const rank = (group: string): number => (isFirst(group) ? FIRST.indexOf(group) : FIRST.length);
	return [...new Set(groups)].toSorted((a, b) => rank(a) - rank(b));
}

/** Columns beyond this do not fit beside a line's number. */
const MAX_COLUMNS = 3;

export type Family = {
	readonly key: string;
	readonly title: string;
	/** The number of this line, as its name writes it. */
	readonly line: string;
};

/**
 * The family of a market whose id and name end with the same number (`ou:2.5`, "Total goals 2.5"); null for all others. The
 * sign of a name may be written out where an id has none.
 */
export function familyOf({ marketId, name, group, outcomes }: MarketView): Family | null {
	const line = /\s([+−-]?\d+(?:\.\d+)?)$/.exec(name)?.[1];
	const number = /^(.*):(-?\d+(?:\.\d+)?)$/.exec(marketId);
	if (line === undefined || number === null || outcomes.length > MAX_COLUMNS) return null;
	if (Number(line.replace("−", "-")) !== Number(number[2])) return null;
	return { key: `${group}/${number[1]}`, title: name.slice(0, -line.length - 1), line };
}

/** How far a line's prices are from each other: the smaller, the more even the line. */
export function unevenness({ outcomes }: MarketView): number {
	const chances = outcomes.map(({ oddsMilli }) => (oddsMilli === null ? 0 : 1_000 / oddsMilli));
	return Math.max(...chances) - Math.min(...chances);
}

/** Whether nothing can be bet on it any more, unless a correction brings it back. */
export const isDone = ({ status }: MarketView): boolean => status === "closed" || status === "settled";

/** Whether what a reader is looking for stands in a market's name or outcomes. */
export function matches(market: MarketView, words: readonly string[]): boolean {
	const text =
		`${market.name} ${groupLabel(market.group)} ${market.outcomes.map(({ name }) => name).join(" ")}`.toLowerCase();
	return words.every((word) => text.includes(word));
}
