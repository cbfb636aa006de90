/** The fields of a trader's form, and the question before what is wide. */
import { el } from "./dom.ts";
import { settlementFields } from "./settlement-fields.ts";
import { strengthFields } from "./strength-fields.ts";
import type { Field, TraderCommands } from "./trader-command.ts";

export type TraderFields = ReturnType<typeof traderFields>;

export function traderFields(commands: TraderCommands, all: string, reasonChars: number) {
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
	const settlement = settlementFields();
	const strengths = strengthFields();
	const reason = el("input", { name: "reason", autocomplete: "off", maxlength: reasonChars });
	const errors = {
		settlement: el("span", { class: "field-error", role: "alert" }),
		strengths: el("span", { class: "field-error", role: "alert" }),
		reason: el("span", { class: "field-error", role: "alert" }),
	};
	const labels: Readonly<Record<Field, HTMLElement>> = {
		market: el("label", {}, el("span", {}, "Market"), market, marketError),
		outcome: el("label", {}, el("span", {}, "Outcome"), outcome),
		number: el("label", {}, numberLabel, number, numberError),
		settlement: el("div", { class: "wide" }, settlement.element, errors.settlement),
		strengths: el("div", { class: "wide" }, strengths.element, errors.strengths),
		reason: el("label", {}, el("span", {}, "Reason"), reason, errors.reason),
	};
	const preview = el("p", { class: "small muted preview" });
	const send = el("button", { class: "send", type: "submit" }, "Send");
	const note = el("p", { class: "small muted note", role: "status" });
	const form = el(
		"form",
		{ class: "trader" },
		el("label", {}, el("span", {}, "Command"), action),
		...Object.values(labels),
		send,
		preview,
	);
	const { words, confirm, cancel, question } = questionFields();
	const element = el("div", {}, form, question, note);
	const inputs = { action, market, outcome, number, settlement, strengths, reason };
	return {
		element,
		form,
		...inputs,
		...{ numberLabel, labels, preview, send, note, question, words, confirm, cancel },
		errors: { ...errors, market: marketError, outcome: marketError, number: numberError },
	};
}

/** What will happen, and whether it shall. */
function questionFields() {
	const words = el("p", {});
	const confirm = el("button", { class: "confirm", type: "button" }, "Do it");
	const cancel = el("button", { class: "cancel", type: "button" }, "Leave it");
	const attributes = { class: "question", role: "group", "aria-label": "Confirm", tabindex: "-1", hidden: true };
	return { words, confirm, cancel, question: el("div", attributes, words, confirm, cancel) };
}
