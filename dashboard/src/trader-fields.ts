/** The fields of a trader's form, and the question before what is wide. */
import { el } from "./dom.ts";
import type { Field, TraderCommand } from "./trader-commands.ts";

export function traderFields(commands: Readonly<Record<string, TraderCommand>>, all: string) {
	const action = el(
		"select",
		{ name: "action" },
		...Object.entries(commands).map(([value, { label }]) => el("option", { value }, label)),
	);
	const market = el("select", { name: "market" }, el("option", { value: all }, "All markets"));
	const marketError = el("span", { class: "field-error" });
	const outcome = el("select", { name: "outcome" });
	const number = el("input", { name: "number", inputmode: "decimal", autocomplete: "off" });
	const numberLabel = el("span", {});
	const numberError = el("span", { class: "field-error", role: "alert" });
	const labels: Readonly<Record<Field, HTMLElement>> = {
		market: el("label", {}, el("span", {}, "Market"), market, marketError),
		outcome: el("label", {}, el("span", {}, "Outcome"), outcome),
		number: el("label", {}, numberLabel, number, numberError),
	};
	const preview = el("p", { class: "small muted preview" });
	const send = el("button", { class: "send", type: "submit" }, "Send");
	const note = el("p", { class: "small muted note", role: "status" });
	const words = el("p", {});
	const confirm = el("button", { class: "confirm", type: "button" }, "Do it");
	const cancel = el("button", { class: "cancel", type: "button" }, "Leave it");
	const question = el(
		"div",
		{ class: "question", role: "group", "aria-label": "Confirm", tabindex: "-1", hidden: true },
		words,
		confirm,
		cancel,
	);
	const form = el(
		"form",
		{ class: "trader" },
		el("label", {}, el("span", {}, "Command"), action),
		...Object.values(labels),
		send,
		preview,
	);
	const element = el("div", {}, form, question, note);
	return {
		element,
		form,
		action,
		market,
		marketError,
		outcome,
		number,
		numberLabel,
		numberError,
		labels,
		preview,
		send,
		note,
		question,
		words,
		confirm,
		cancel,
	};
}
