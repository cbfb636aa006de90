/** What a section shows: markets as cards, and families of lines as tables. */
import type { MarketView } from "../../shared/protocol/match-view.ts";
import { type Family, unevenness } from "./market-groups.ts";

/** Lines of a family shown before a reader asks for all: the most even one and those around it. */
const LINES_SHOWN = 5;

export type Table = {
	readonly key: string;
	readonly title: string;
	readonly rows: readonly MarketView[];
	/** Rows there are, shown or not. */
	readonly count: number;
};
export type Blocks = { readonly cards: readonly MarketView[]; readonly tables: readonly Table[] };

/** `opened`: families of which a reader wants every line. */
export function blocksOf(
	members: readonly MarketView[],
	familyIn: (market: MarketView) => Family | null,
	opened: ReadonlySet<string>,
	isSearch: boolean,
): Blocks {
	const cards: MarketView[] = [];
	const tables = new Map<string, { readonly title: string; readonly rows: { market: MarketView; line: number }[] }>();
	for (const market of members) {
		const family = familyIn(market);
		if (family === null) {
			cards.push(market);
			continue;
		}
		const table = tables.get(family.key) ?? { title: family.title, rows: [] };
		table.rows.push({ market, line: Number(family.line.replace("−", "-")) });
		tables.set(family.key, table);
	}
	return {
		cards,
		tables: [...tables].map(([key, { title, rows }]) => {
			const sorted = rows.toSorted((a, b) => a.line - b.line).map(({ market }) => market);
			const all = isSearch || opened.has(key);
			return { key, title, rows: all ? sorted : middle(sorted), count: sorted.length };
		}),
	};
}

/** The most even line and its neighbours. */
function middle(rows: readonly MarketView[]): readonly MarketView[] {
	if (rows.length <= LINES_SHOWN + 1) return rows;
	const even = rows.reduce((best, row, at) => (unevenness(row) < unevenness(rows[best] ?? row) ? at : best), 0);
	const from = Math.max(0, Math.min(rows.length - LINES_SHOWN, even - Math.floor(LINES_SHOWN / 2)));
	return rows.slice(from, from + LINES_SHOWN);
}
