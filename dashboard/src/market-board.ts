/** The markets of a match: sections by group under tabs, lines of one kind as a table, what is decided out of the way. */
import type { MarketView } from "../../shared/protocol/match-view.ts";
import { el, placeChildren, setClass, setText } from "./dom.ts";
import { blocksOf } from "./market-blocks.ts";
import { boardControls, FIRST_TAB, type Shown } from "./market-controls.ts";
import { type Family, familyOf, inGroupOrder, isDone, isFirst, matches } from "./market-groups.ts";
import { drawItem, type MarketItem, newItem, type Pick } from "./market-item.ts";
import { newSection, type Section } from "./market-section.ts";

export type MarketBoard = {
	readonly element: HTMLElement;
	readonly update: (markets: readonly MarketView[], stale: boolean) => void;
	/** Marks the outcome that stands on the slip, and no other. */
	readonly picked: (selection: Picked | null) => void;
};

export type Picked = { readonly marketId: string; readonly outcomeId: string };

const DONE = "done";

export function marketBoard(onPick: Pick): MarketBoard {
	const items = new Map<string, MarketItem>();
	const sections = new Map<string, Section>();
	const opened = new Set<string>();
	const list = el("div", { class: "sections" });
	const nothing = el("p", { class: "muted nothing", hidden: true }, "No market fits.");
	let markets: readonly MarketView[] = [];
	let isStale = false;
	let drawn = "";
	const mark = outcomeMark(items);
	const controls = boardControls(() => place(true));
	const toggle = (key: string): void => {
		if (!opened.delete(key)) opened.add(key);
		place(true);
	};
	const familyIn = keptFamilies();

	const draw = (market: MarketView): void => {
		let item = items.get(market.marketId);
		const family = familyIn(market);
		if (item === undefined || item.cells.size !== market.outcomes.length) {
			item?.element.remove();
			item = newItem(market, family?.line ?? null, onPick);
			items.set(market.marketId, item);
		}
		const isRow = family !== null && !isDone(market);
		setText(item.label, isRow ? family.line : market.name);
		drawItem(item, market, isStale, isRow);
	};

	/** Elements move only when something has come, gone or been asked for: a price that moves touches nothing here. */
	const place = (isAsked = false): void => {
		const shown = controls.shown();
		// With other outcomes a market has another element, which nobody has placed yet.
		const key = markets.map(({ marketId, status, outcomes }) => `${marketId} ${status} ${outcomes.length}`).join();
		if (!isAsked && key === drawn) return;
		drawn = key;
		const live = markets.filter((market) => !isDone(market));
		controls.groups(inGroupOrder(live.map(({ group }) => group)), live.length);
		const visible = live.filter((market) => isShown(market, shown));
		const wanted = inGroupOrder(visible.map(({ group }) => group));
		const placed = wanted.map((group) => {
			const section = sectionOf(sections, group, toggle);
			const members = visible.filter((market) => market.group === group);
			section.show(blocksOf(members, familyIn, opened, shown.words.length > 0), items, opened);
			return section.element;
		});
		const done = markets.filter((market) => isDone(market) && isShown(market, { ...shown, tab: "all" }));
		if (done.length > 0) {
			const section = sectionOf(sections, DONE, toggle);
			section.show({ cards: done, tables: [] }, items, opened);
			placed.push(section.element);
		}
		placeChildren(list, placed);
		nothing.hidden = placed.length > 0 || markets.length === 0;
	};

	return {
		element: el("div", { class: "board", id: "markets" }, controls.element, list, nothing),
		update: (next, stale) => {
			markets = next;
			isStale = stale;
			removeGone(items, next);
			for (const market of next) draw(market);
			mark.again();
			place();
		},
		picked: mark.pick,
	};
}

/** The family of a market, found out once. */
function keptFamilies(): (market: MarketView) => Family | null {
	const families = new Map<string, Family | null>();
	return (market) => {
		let family = families.get(market.marketId);
		if (family === undefined) {
			family = familyOf(market);
			families.set(market.marketId, family);
		}
		return family;
	};
}

function removeGone(items: Map<string, MarketItem>, markets: readonly MarketView[]): void {
	const known = new Set(markets.map(({ marketId }) => marketId));
	for (const [marketId, item] of items) {
		if (known.has(marketId)) continue;
		item.element.remove();
		items.delete(marketId);
	}
}

/** The mark on what stands on the slip; made again after every change, because a market whose outcomes change has other elements. */
function outcomeMark(items: ReadonlyMap<string, MarketItem>) {
	let picked: Picked | null = null;
	let marked: HTMLElement | null = null;
	const again = (): void => {
		const wanted = picked === null ? null : (items.get(picked.marketId)?.cells.get(picked.outcomeId)?.button ?? null);
		if (marked === wanted) return;
		if (marked !== null) setClass(marked, "picked", false);
		if (wanted !== null) setClass(wanted, "picked", true);
		marked = wanted;
	};
	const pick = (selection: Picked | null): void => {
		picked = selection;
		again();
	};
	return { again, pick };
}

function isShown(market: MarketView, { tab, words }: Shown): boolean {
	if (words.length > 0) return matches(market, words);
	return tab === "all" || (tab === FIRST_TAB ? isFirst(market.group) : tab === market.group);
}

function sectionOf(sections: Map<string, Section>, group: string, toggle: (key: string) => void): Section {
	let section = sections.get(group);
	if (section === undefined) {
		section = newSection(group, group === DONE, toggle);
		sections.set(group, section);
	}
	return section;
}
