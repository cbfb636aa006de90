/** A group's section: its cards, then its tables of lines, then what is too wide to stand beside others. */
import type { MarketView } from "../../shared/protocol/match-view.ts";
import { el, placeChildren, setClass, setText } from "./dom.ts";
import type { Blocks, Table } from "./market-blocks.ts";
import { groupLabel } from "./market-groups.ts";
import type { MarketItem } from "./market-item.ts";

export type Section = {
	readonly element: HTMLElement;
	readonly show: (
		blocks: Blocks,
		items: ReadonlyMap<string, MarketItem>,
		/** Keys that a reader has turned from how they stand at first. */
		turned: ReadonlySet<string>,
	) => void;
};

/** A family of so many lines is always shown whole. */
const MOST_LINES = 6;

type Drawn = { readonly element: HTMLElement; readonly show: (table: Table, rows: readonly HTMLElement[]) => void };

/** `isFolded`: closed until a reader opens it. */
export function newSection(group: string, isFolded: boolean, toggle: (key: string) => void): Section {
	const title = isFolded ? "Closed and settled" : groupLabel(group);
	const count = el("span", { class: "count" });
	const head = el(
		"button",
		{ class: "fold", type: "button", onclick: () => toggle(group) },
		el("span", { class: "arrow", "aria-hidden": "true" }),
		el("span", {}, title),
		count,
	);
	const body = el("div", { class: "markets" });
	const element = el("section", { class: "group", "data-group": group }, el("h3", {}, head), body);
	const tables = new Map<string, Drawn>();
	return {
		element,
		show: ({ cards, tables: wanted }, items, turned) => {
			const isOpen = turned.has(group) === isFolded;
			head.setAttribute("aria-expanded", String(isOpen));
			body.hidden = !isOpen;
			setText(count, String(wanted.reduce((sum, table) => sum + table.count, cards.length)));
			const elementsOf = (markets: readonly MarketView[]): readonly HTMLElement[] =>
				markets.flatMap(({ marketId }) => items.get(marketId)?.element ?? []);
			const narrow = elementsOf(cards).filter((card) => !card.classList.contains("wide"));
			const wide = elementsOf(cards).filter((card) => card.classList.contains("wide"));
			const blocks = wanted.map((table) => {
				const drawn = tables.get(table.key) ?? newTable(table, toggle);
				tables.set(table.key, drawn);
				drawn.show(table, elementsOf(table.rows));
				return drawn.element;
			});
			placeChildren(body, [...narrow, ...blocks, ...wide]);
			setClass(element, "single", !isFolded && narrow.length + blocks.length === 1 && wide.length === 0);
		},
	};
}

function newTable({ key, title, rows }: Table, toggle: (key: string) => void): Drawn {
	const more = el("button", { class: "more", type: "button", onclick: () => toggle(key) });
	const names = rows[0]?.outcomes.map(({ name }) => el("span", {}, name)) ?? [];
	const lines = el("div", { class: "lines" });
	const name = el("span", {});
	const tag = el("span", {});
	const element = el(
		"section",
		{ class: "market family", "data-family": key },
		el("header", {}, name, tag),
		el("div", { class: "columns", "aria-hidden": "true" }, el("span", {}), ...names),
		lines,
		more,
	);
	return {
		element,
		show: (table, elements) => {
			// A line that is alone needs no table: its name says all.
			setClass(element, "single", table.count === 1);
			setText(name, table.count === 1 ? (table.rows[0]?.name ?? title) : title);
			const [status = "open", ...others] = new Set(table.rows.map((row) => row.status));
			setClass(element, "alike", others.length === 0);
			tag.className = others.length === 0 ? `tag ${status}` : "tag open";
			setText(tag, status);
			placeChildren(lines, elements);
			more.hidden = table.count <= MOST_LINES;
			setText(more, table.count > table.rows.length ? `All ${table.count} lines` : "Fewer lines");
		},
	};
}
