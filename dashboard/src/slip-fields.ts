/** The slip's fields, empty. What they mean stands in `slip-mode.ts`. */
import { el } from "./dom.ts";
import { firstStakeText } from "./reader.ts";

export type SlipFields = ReturnType<typeof slipFields>;

export function slipFields(currency: string, close: () => void) {
	const what = el("p", { id: "slip-selection" });
	const moved = el("p", { class: "moved", id: "slip-moved", role: "alert", hidden: true });
	const stake = el("input", {
		id: "stake",
		inputmode: "decimal",
		autocomplete: "off",
		value: firstStakeText(currency),
		"aria-label": "Stake",
		"aria-describedby": "stake-error",
	});
	const stakeError = el("span", { class: "field-error", id: "stake-error" });
	const policy = policyField();
	const floor = el("input", {
		id: "floor",
		inputmode: "decimal",
		autocomplete: "off",
		placeholder: "no least price",
		"aria-describedby": "floor-error",
	});
	const floorError = el("span", { class: "field-error", id: "floor-error" });
	const floorLabel = el("label", { hidden: true }, "Least price (decimal)", floor, floorError);
	const button = el("button", { class: "primary", id: "place", type: "submit", disabled: true });
	const note = el("p", { class: "small muted", id: "slip-note", role: "status" });
	const offer = el("button", { class: "second", id: "offer", type: "button", hidden: true });
	const again = el("button", { class: "second", id: "again", type: "button", hidden: true }, "Try again");
	const drop = el("button", { class: "second", id: "drop", type: "button", hidden: true }, "Give it up");
	const form = el(
		"form",
		{ class: "slip-form" },
		el("label", {}, "Stake", stake, stakeError),
		el("label", {}, "If the price moves", policy),
		floorLabel,
		moved,
		button,
	);
	const element = el(
		"section",
		{ class: "card slip" },
		el("h2", {}, "Bet slip"),
		what,
		form,
		note,
		offer,
		again,
		drop,
		el("button", { class: "close", type: "button", "aria-label": "Close the bet slip", onclick: close }, "×"),
	);
	return {
		what,
		moved,
		stake,
		stakeError,
		policy,
		floor,
		floorError,
		floorLabel,
		button,
		note,
		offer,
		again,
		drop,
		form,
		element,
	};
}

const policyField = (): HTMLSelectElement =>
	el(
		"select",
		{ id: "policy" },
		el("option", { value: "better" }, "accept better prices"),
		el("option", { value: "any" }, "accept any price"),
		el("option", { value: "none" }, "only this price"),
	);
