/** One market on the page: prices move in place, with their direction; a suspended market keeps its place. */
import type { MarketView, OutcomeView } from "../../shared/protocol/match-view.ts";
import { el, flash, setClass, setText } from "./dom.ts";
import { oddsText } from "./format.ts";

type Cell = { readonly button: HTMLButtonElement; readonly price: HTMLElement; shown: number | null };
export type MarketItem = {
	readonly element: HTMLElement;
	readonly label: HTMLElement;
	readonly tag: HTMLElement;
	readonly cells: ReadonlyMap<string, Cell>;
	market: MarketView;
};
export type Pick = (market: MarketView, outcome: OutcomeView) => void;

/** More outcomes than this take the whole width; names longer than this take room for two lines. */
const WIDE = 9;
const LONG_NAME = 10;

/** A card with a title; with a line, a row of its family's table: the outcomes' names stand above the column. */
export function newItem(market: MarketView, line: string | null, onPick: Pick): MarketItem {
	const cells = new Map<string, Cell>();
	const tag = el("span", { class: "tag" });
	const label = el("span", { class: "label" }, line ?? market.name);
	const prices = el("div", { class: "prices" });
	const element = el(
		"section",
		{ class: "market", "data-market": market.marketId, "aria-label": market.name },
		el("header", {}, label, tag),
		prices,
	);
	const item: MarketItem = { element, label, tag, cells, market };
	for (const outcome of market.outcomes) {
		const price = el("b", {});
		const button = el(
			"button",
			{ class: "price", type: "button", "data-outcome": outcome.outcomeId },
			el("span", {}, outcome.name),
			price,
		);
		button.addEventListener("click", () => {
			const now = item.market.outcomes.find((candidate) => candidate.outcomeId === outcome.outcomeId);
			if (now !== undefined) onPick(item.market, now);
		});
		cells.set(outcome.outcomeId, { button, price, shown: null });
		prices.append(button);
	}
	return item;
}

/** `isRow`: it stands in the table of its family. */
export function drawItem(item: MarketItem, market: MarketView, stale: boolean, isRow: boolean): void {
	item.market = market;
	const bettable = !stale && (market.status === "open" || market.status === "danger");
	const long = market.outcomes.some(({ name }) => name.length > LONG_NAME) ? " long" : "";
	const shape = isRow ? " line" : `${market.outcomes.length > WIDE ? " wide" : ""}${long}`;
	const name = `market ${market.status}${shape}`;
	if (item.element.className !== name) item.element.className = name;
	item.element.dataset.status = market.status;
	item.element.dataset.version = String(market.version);
	item.tag.className = `tag ${market.status}`;
	setText(item.tag, market.status);
	for (const outcome of market.outcomes) {
		const cell = item.cells.get(outcome.outcomeId);
		if (cell !== undefined) drawCell(cell, outcome, bettable);
	}
}

function drawCell(cell: Cell, outcome: OutcomeView, bettable: boolean): void {
	const { oddsMilli, result } = outcome;
	cell.button.disabled = !bettable || oddsMilli === null;
	setClass(cell.button, "won", result === "win");
	setText(cell.price, result !== null ? result.replace("_", " ") : oddsMilli === null ? "–" : oddsText(oddsMilli));
	if (oddsMilli === null) return;
	if (cell.shown !== null && oddsMilli !== cell.shown && bettable) {
		const direction = oddsMilli > cell.shown ? "up" : "down";
		cell.button.classList.remove(direction === "up" ? "down" : "up");
		flash(cell.button, direction);
	}
	cell.shown = oddsMilli;
}
