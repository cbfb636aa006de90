/** MAT-5: views differ in what is put on the fair numbers, and in nothing else. */
import type { Violation } from "./facts.ts";

type Quoted = {
	readonly market: string;
	readonly view: string;
	readonly status: string;
	readonly version: number;
	readonly outcomes: Readonly<Record<string, { readonly oddsMilli: number | null; readonly fairPpm: number }>>;
};

/** So many markets are not all rounded to the same prices by chance; near certainty a single one may be a rung off. */
const FEW = 4;

/** The book's sum over the whole of it; null: not every outcome has a price. */
function loading({ outcomes }: Quoted): number | null {
	let sum = 0;
	for (const { oddsMilli } of Object.values(outcomes)) {
		if (oddsMilli === null) return null;
		sum += 1_000 / oddsMilli;
	}
	return sum;
}

/** `views`: the dearest first, unless a trader has set margins of his own. What is quoted in a view that nobody defined is priced by none of them. */
export function compareViews(
	matchId: string,
	quoted: readonly Quoted[],
	views: readonly string[],
	hasOwnMargins: boolean,
): readonly Violation[] {
	const found: Violation[] = [];
	const say = (what: string): void => void found.push({ rule: "MAT-5", what: `${matchId} ${what}` });
	const totals = views.map(() => 0);
	let compared = 0;
	for (const dear of quoted.filter(({ view }) => view === views[0])) {
		const same = views.map((view) => quoted.find((other) => other.view === view && other.market === dear.market));
		const fair = same.map((market) => Object.values(market?.outcomes ?? {}).map(({ fairPpm }) => fairPpm));
		if (fair.some((numbers) => String(numbers) !== String(fair[0])))
			say(`${dear.market} has the fair numbers ${fair.join(" and ")}`);
		if (same.some((market) => market?.version !== dear.version || market.status !== dear.status))
			say(`${dear.market} stands differently in two views`);
		const loads = same.map((market) => (market === undefined ? null : loading(market)));
		if (loads.includes(null)) continue;
		compared++;
		for (const [index, load] of loads.entries()) totals[index] = (totals[index] ?? 0) + (load ?? 0);
	}
	for (const { view, market, status } of quoted)
		if (!views.includes(view) && status !== "unknown")
			say(`${market} is quoted in the view ${view}, which there is not`);
	for (let index = 1; index < totals.length; index++)
		if (!hasOwnMargins && compared >= FEW && (totals[index] ?? 0) >= (totals[index - 1] ?? 0))
			say(`${views[index]} is loaded with ${totals[index]}, ${views[index - 1]} with ${totals[index - 1]}`);
	return found;
}
