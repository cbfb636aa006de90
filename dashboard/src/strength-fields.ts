/** A match's strengths as a trader types them, by the sport's own names; an empty field leaves what is there. */
import { type NumberSpec, readNumber } from "../../shared/typed-number.ts";
import { el } from "./dom.ts";
import { numberRefusalText, readerStyle } from "./reader.ts";
import { STRENGTH_DIGITS, strengthText } from "./strength-commands.ts";
import type { Strengths } from "./trader-command.ts";

type Read =
	| { readonly ok: true; readonly strengths: Readonly<Record<string, number>> }
	| { readonly ok: false; readonly words: string };

/** No sport has a strength of a thousand; its own bounds are narrower, and the match says them. */
const SPEC: NumberSpec = { digits: STRENGTH_DIGITS, minScaled: 0, maxScaled: 1_000 * 10 ** STRENGTH_DIGITS };

export function strengthFields() {
	const element = el("div", { class: "settlement outcomes", role: "group", "aria-label": "Strengths" });
	let inputs: ReadonlyMap<string, HTMLInputElement> = new Map();

	/** What is being typed stays; what is there now stands in the field's background. */
	const list = (strengths: Strengths | null): void => {
		const values = Object.entries(strengths?.values ?? {});
		if (values.length !== inputs.size || values.some(([name]) => !inputs.has(name))) {
			inputs = new Map(
				values.map(([name]) => [
					name,
					el("input", { name: `strength:${name}`, inputmode: "decimal", autocomplete: "off" }),
				]),
			);
			element.replaceChildren(...[...inputs].map(([name, input]) => el("label", {}, el("span", {}, name), input)));
		}
		for (const [name, value] of values) inputs.get(name)?.setAttribute("placeholder", strengthText(value));
	};

	const read = (): Read => {
		const strengths: Record<string, number> = {};
		for (const [name, { value, placeholder }] of inputs) {
			if (value.trim() === "") continue;
			const number = readNumber(value, readerStyle(), SPEC);
			if (!number.ok) return { ok: false, words: `${name}: ${numberRefusalText(number, SPEC, placeholder)}` };
			strengths[name] = number.scaled;
		}
		return { ok: true, strengths };
	};
	const clear = (): void => {
		for (const input of inputs.values()) input.value = "";
	};
	return { element, list, read, clear };
}
