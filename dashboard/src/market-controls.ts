/** Above the markets: a tab for each group, and a field that finds a market by its words. */
import { el, setClass, setText } from "./dom.ts";
import { groupLabel } from "./market-groups.ts";

export const FIRST_TAB = "first";
const ALL_TAB = "all";

export type Shown = { readonly tab: string; readonly words: readonly string[] };
export type BoardControls = {
	readonly element: HTMLElement;
	readonly shown: () => Shown;
	/** The groups there are now, and how many markets in all. */
	readonly groups: (groups: readonly string[], count: number) => void;
};

export function boardControls(changed: () => void): BoardControls {
	const tabs = el("div", { class: "tabs", role: "tablist", "aria-label": "Groups of markets" });
	const search = el("input", {
		id: "find-market",
		type: "search",
		placeholder: "Find a market",
		"aria-label": "Find a market",
		autocomplete: "off",
	});
	const buttons = new Map<string, HTMLButtonElement>();
	let tab = FIRST_TAB;
	const mark = (): void => {
		for (const [key, button] of buttons) {
			const isOn = key === tab && search.value.trim() === "";
			setClass(button, "on", isOn);
			button.setAttribute("aria-selected", String(isOn));
		}
	};
	const choose = (key: string): void => {
		tab = key;
		search.value = "";
		mark();
		changed();
	};
	const buttonOf = (key: string, label: string): HTMLButtonElement => {
		let button = buttons.get(key);
		if (button === undefined) {
			button = el("button", { type: "button", role: "tab", "data-tab": key, onclick: () => choose(key) });
			buttons.set(key, button);
		}
		setText(button, label);
		return button;
	};
	search.addEventListener("input", () => {
		mark();
		changed();
	});
	return {
		element: el("div", { class: "controls" }, tabs, search),
		shown: () => ({
			tab,
			words: search.value
				.trim()
				.toLowerCase()
				.split(/\s+/)
				.filter((word) => word !== ""),
		}),
		groups: (groups, count) => {
			// A group that has gone takes its tab along; whoever was there sees the first one.
			if (tab !== FIRST_TAB && tab !== ALL_TAB && !groups.includes(tab)) tab = FIRST_TAB;
			const wanted = [
				buttonOf(FIRST_TAB, "Popular"),
				buttonOf(ALL_TAB, `All ${count}`),
				...groups.map((group) => buttonOf(group, groupLabel(group))),
			];
			if (wanted.length !== tabs.children.length || wanted.some((button, at) => tabs.children[at] !== button))
				tabs.replaceChildren(...wanted);
			mark();
		},
	};
}
