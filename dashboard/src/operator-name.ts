/** Who sits at this page: asked once a session, said with every command, so that a second person can approve (SET-7). */
import { isPlainText } from "../../shared/contracts/primitives.ts";
import { CONTRACT } from "../../shared/limits.ts";
import { el, setText } from "./dom.ts";

const KEY = "touchline.trader";

export type OperatorName = {
	readonly element: HTMLElement;
	/** Null: nobody has said. */
	readonly name: () => string | null;
	/** Moves the reader to the question. */
	readonly ask: () => void;
};

/** One spelling of a name, however it was typed; null where it is none. */
function cleanName(text: string | null): string | null {
	const name = (text ?? "").normalize("NFC").replace(/\s+/g, " ").trim();
	return name !== "" && name.length <= CONTRACT.idChars && isPlainText(name) ? name : null;
}

export function operatorName(): OperatorName {
	let known = cleanName(sessionStorage.getItem(KEY));
	const input = el("input", { name: "trader", autocomplete: "off", maxlength: CONTRACT.idChars, required: true });
	const form = el(
		"form",
		{ class: "who" },
		el("label", {}, el("span", {}, "Your name"), input),
		el("button", { type: "submit" }, "Keep"),
	);
	const said = el("b", { id: "trader-name" });
	const shown = el("span", { class: "who" }, said, el("button", { type: "button", onclick: () => forget() }, "Not me"));
	const element = el("div", { class: "who" }, form, shown);
	const show = (): void => {
		form.hidden = known !== null;
		shown.hidden = known === null;
		setText(said, known ?? "");
	};
	const forget = (): void => {
		known = null;
		sessionStorage.removeItem(KEY);
		input.value = "";
		show();
		input.focus();
	};
	form.addEventListener("submit", (event) => {
		event.preventDefault();
		known = cleanName(input.value);
		if (known !== null) sessionStorage.setItem(KEY, known);
		show();
	});
	show();
	return { element, name: () => known, ask: () => input.focus() };
}
