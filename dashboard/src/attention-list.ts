/** What somebody must look at in a match, first of all its card says, and what can be decided about it. */
import { el, placeChildren, setText } from "./dom.ts";
import { timeText } from "./format.ts";
import type { Attention } from "./trader-command.ts";
import type { Judged } from "./trader-judge.ts";

type Decision = {
	readonly label: string;
	readonly body: (item: Attention) => object;
	readonly words: (item: Attention) => string;
};
type Shown = { readonly element: HTMLElement; readonly update: (item: Attention) => void };

export type AttentionList = { readonly element: HTMLElement; readonly update: (items: readonly Attention[]) => void };

const TITLES: Readonly<Record<string, string>> = {
	contradiction: "The feed contradicts what we know",
	inferred: "Taken from a score alone",
	proposal: "Waits for a second person",
	overdue: "Overdue",
	unknown_group: "Unknown group",
	late_bets: "Late bets stand",
};

const DECISIONS: Readonly<Record<string, readonly Decision[]>> = {
	contradiction: [
		{
			label: "Take the feed's word",
			body: () => ({ action: "resolve", take: "feed" }),
			words: ({ message }) =>
				`The feed is right: ${message}. What it says replaces what we know, and all prices are made anew.`,
		},
		{
			label: "Keep ours",
			body: () => ({ action: "resolve", take: "ours" }),
			words: ({ message }) =>
				`We are right, and not: ${message}. Betting goes on by what we know, and the same claim is passed over.`,
		},
	],
	proposal: [
		{
			label: "Approve",
			body: ({ proposalId }) => ({ action: "approve", proposalId }),
			words: ({ message }) => `Approves, and it happens now: ${message}.`,
		},
		{
			label: "Dismiss",
			body: ({ proposalId }) => ({ action: "dismiss", proposalId }),
			words: ({ message }) => `Dismisses, and it does not happen: ${message}.`,
		},
	],
};

const keyOf = ({ kind, proposalId, message }: Attention): string => `${kind} ${proposalId ?? ""} ${message}`;
const GONE: Judged = { ok: false, problem: { field: "market", words: "there is nothing of it to decide any more." } };

export function attentionList(propose: (judge: () => Judged) => void): AttentionList {
	const element = el("ul", { class: "attention", "aria-label": "What to look at", hidden: true });
	const shown = new Map<string, Shown>();
	let known: readonly Attention[] = [];
	const decide = (key: string, { body, words }: Decision): void =>
		propose(() => {
			const item = known.find((other) => keyOf(other) === key);
			if (item === undefined) return GONE;
			const effect = { before: item.message, words: words(item), isConfirmed: true };
			return { ok: true, ready: { body: body(item), effect } };
		});
	return {
		element,
		update: (items) => {
			known = items;
			const keys = new Set(items.map(keyOf));
			for (const key of shown.keys()) if (!keys.has(key)) shown.delete(key);
			// An item stays the same element: a button must not vanish under the finger that presses it.
			const placed = items.map((item) => {
				const key = keyOf(item);
				const line = shown.get(key) ?? newLine(item, (decision) => decide(key, decision));
				shown.set(key, line);
				line.update(item);
				return line.element;
			});
			placeChildren(element, placed);
			element.hidden = items.length === 0;
		},
	};
}

function newLine({ kind, message }: Attention, decide: (decision: Decision) => void): Shown {
	const since = el("span", { class: "small muted" });
	const buttons = (DECISIONS[kind] ?? []).map((decision) =>
		el("button", { type: "button", "data-decides": decision.label, onclick: () => decide(decision) }, decision.label),
	);
	const words = el("div", {}, el("b", {}, TITLES[kind] ?? kind.replaceAll("_", " ")), el("span", {}, message), since);
	return {
		element: el("li", { "data-attention": kind }, words, el("div", { class: "decide" }, ...buttons)),
		update: ({ sinceMs }) => setText(since, sinceMs === null ? "" : `since ${timeText(sinceMs)}`),
	};
}
