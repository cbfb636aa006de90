/** The markets of a match: prices move in place, with their direction; a suspended market keeps its place. */
import type { MarketView, OutcomeView } from "../../shared/protocol/match-view.ts";
import { el, flash, setClass, setText } from "./dom.ts";
import { oddsText } from "./format.ts";

type Cell = { readonly button: HTMLButtonElement; readonly price: HTMLElement; shown: number | null };
type Card = {
	readonly element: HTMLElement;
	readonly tag: HTMLElement;
	readonly cells: Map<string, Cell>;
	market: MarketView;
};

export type MarketBoard = {
	readonly element: HTMLElement;
	readonly update: (markets: readonly MarketView[], stale: boolean) => void;
	readonly picked: (marketId: string, outcomeId: string) => void;
};

export function marketBoard(onPick: (market: MarketView, outcome: OutcomeView) => void): MarketBoard {
	const element = el("div", { class: "markets", id: "markets" });
	const cards = new Map<string, Card>();
	let marked: HTMLElement | null = null;

	return {
		element,
		update: (markets, stale) => {
			for (const market of markets) {
				let card = cards.get(market.marketId);
				if (card === undefined || card.cells.size !== market.outcomes.length) {
					card?.element.remove();
					card = newCard(market, onPick);
					cards.set(market.marketId, card);
				}
				drawCard(card, market, stale);
			}
			const known = new Set(markets.map((market) => market.marketId));
			for (const [marketId, card] of cards) {
				if (known.has(marketId)) continue;
				card.element.remove();
				cards.delete(marketId);
			}
			placeInOrder(
				element,
				markets.flatMap((market) => cards.get(market.marketId)?.element ?? []),
			);
		},
		picked: (marketId, outcomeId) => {
			marked?.classList.remove("picked");
			marked = cards.get(marketId)?.cells.get(outcomeId)?.button ?? null;
			marked?.classList.add("picked");
		},
	};
}

/** Open markets first, decided ones last; elements move only when their place changed. */
function placeInOrder(parent: HTMLElement, elements: readonly HTMLElement[]): void {
	const order = elements.toSorted(
		(a, b) => Number(a.classList.contains("settled")) - Number(b.classList.contains("settled")),
	);
	order.forEach((element, index) => {
		if (parent.children[index] !== element) parent.insertBefore(element, parent.children[index] ?? null);
	});
}

function newCard(market: MarketView, onPick: (market: MarketView, outcome: OutcomeView) => void): Card {
	const cells = new Map<string, Cell>();
	const tag = el("span", { class: "tag" });
	const element = el(
		"section",
		{ class: "market", "data-market": market.marketId },
		el("header", {}, el("span", {}, market.name), tag),
	);
	const card: Card = { element, tag, cells, market };
	const buttons = market.outcomes.map((outcome) => {
		const price = el("b", {});
		const button = el(
			"button",
			{ class: "price", type: "button", "data-outcome": outcome.outcomeId },
			el("span", {}, outcome.name),
			price,
		);
		button.addEventListener("click", () => {
			const now = card.market.outcomes.find((candidate) => candidate.outcomeId === outcome.outcomeId);
			if (now !== undefined) onPick(card.market, now);
		});
		cells.set(outcome.outcomeId, { button, price, shown: null });
		return button;
	});
	element.append(el("div", { class: "prices" }, ...buttons));
	return card;
}

function drawCard(card: Card, market: MarketView, stale: boolean): void {
	card.market = market;
	const bettable = !stale && (market.status === "open" || market.status === "danger");
	card.element.className = `market ${market.status}`;
	card.element.dataset.status = market.status;
	card.element.dataset.version = String(market.version);
	card.tag.className = `tag ${market.status}`;
	setText(card.tag, market.status);
	for (const outcome of market.outcomes) {
		const cell = card.cells.get(outcome.outcomeId);
		if (cell === undefined) continue;
		cell.button.disabled = !bettable || outcome.oddsMilli === null;
		setClass(cell.button, "won", outcome.result === "win");
		const words =
			outcome.result !== null
				? outcome.result.replace("_", " ")
				: outcome.oddsMilli === null
					? "–"
					: oddsText(outcome.oddsMilli);
		setText(cell.price, words);
		if (outcome.oddsMilli !== null && cell.shown !== null && outcome.oddsMilli !== cell.shown && bettable) {
			const direction = outcome.oddsMilli > cell.shown ? "up" : "down";
			cell.button.classList.remove(direction === "up" ? "down" : "up");
			flash(cell.button, direction);
		}
		if (outcome.oddsMilli !== null) cell.shown = outcome.oddsMilli;
	}
}
