/** How this reader likes odds written; kept in the browser. */
import { ODDS_FORMATS, type OddsFormat } from "../../pricing/formats.ts";
import { el } from "./dom.ts";

const KEY = "touchline.odds";
const WORDS: Readonly<Record<OddsFormat, string>> = {
	decimal: "Decimal 2.50",
	fractional: "Fractional 3/2",
	american: "American +150",
	"hong-kong": "Hong Kong 1.50",
	malay: "Malay −0.67",
	indonesian: "Indonesian 1.50",
};
const listeners = new Set<() => void>();

function stored(): OddsFormat {
	const text = localStorage.getItem(KEY);
	return ODDS_FORMATS.find((format) => format === text) ?? "decimal";
}

let current: OddsFormat | null = null;
export function oddsFormat(): OddsFormat {
	current ??= stored();
	return current;
}

/** Called whenever the reader chooses another one: what shows odds draws them again. */
export function onOddsFormat(listener: () => void): void {
	listeners.add(listener);
}

export function oddsFormatChoice(): HTMLElement {
	const select = el(
		"select",
		{ id: "odds-format", "aria-label": "Odds format" },
		...ODDS_FORMATS.map((format) => el("option", { value: format, selected: format === oddsFormat() }, WORDS[format])),
	);
	select.addEventListener("change", () => {
		current = ODDS_FORMATS.find((format) => format === select.value) ?? "decimal";
		localStorage.setItem(KEY, current);
		for (const listener of listeners) listener();
	});
	return select;
}
