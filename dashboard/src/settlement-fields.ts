/** What each outcome of a market gets, chosen by a trader; everything loses that he does not choose otherwise. */
import type { LegOutcome } from "../../shared/contracts/results.ts";
import { type NumberSpec, readNumber } from "../../shared/typed-number.ts";
import { el } from "./dom.ts";
import { numberRefusalText, readerStyle } from "./reader.ts";
import { OUTCOME_WORDS } from "./result-commands.ts";
import type { TradedMarket } from "./trader-command.ts";

type Read =
	| { readonly ok: true; readonly settlement: Readonly<Record<string, LegOutcome>> }
	| { readonly ok: false; readonly words: string };

/** A dead heat of one is none, and no field has more runners than a market has outcomes. */
const TIED: NumberSpec = { digits: 0, minScaled: 2, maxScaled: 1_000 };
const PLACES: NumberSpec = { digits: 0, minScaled: 1, maxScaled: 1_000 };

export function settlementFields() {
	const rows = el("div", { class: "outcomes" });
	const places = el("input", { name: "places", inputmode: "numeric", autocomplete: "off", value: "1" });
	const tied = el("input", { name: "tied", inputmode: "numeric", autocomplete: "off", value: "2" });
	const heat = el(
		"div",
		{ class: "outcomes heat", hidden: true },
		el("label", {}, el("span", {}, "Places"), places),
		el("label", {}, el("span", {}, "Outcomes that tie for them"), tied),
	);
	const element = el("div", { class: "settlement", role: "group", "aria-label": "What each outcome gets" }, rows, heat);
	const selects = new Map<string, HTMLSelectElement>();
	const showHeat = (): void => {
		heat.hidden = [...selects.values()].every(({ value }) => value !== "dead_heat");
	};
	element.addEventListener("input", showHeat);

	/** Another market begins anew: what was chosen for one says nothing of another. */
	const list = (market: TradedMarket | null): void => {
		selects.clear();
		for (const { outcomeId } of market?.outcomes ?? []) {
			const options = Object.entries(OUTCOME_WORDS).map(([value, words]) => el("option", { value }, words));
			selects.set(outcomeId, el("select", { "data-settles": outcomeId }, ...options));
		}
		rows.replaceChildren(
			...[...selects].map(([outcomeId, select]) => el("label", {}, el("span", {}, outcomeId), select)),
		);
		showHeat();
	};

	const read = (): Read => {
		const chosen = [...selects].map(([outcomeId, { value }]) => ({ outcomeId, kind: value }));
		if (chosen.every(({ kind }) => kind === "lose" || kind === "half_lose"))
			return { ok: false, words: "Nobody wins: choose who does, or void the market." };
		const isHeat = chosen.some(({ kind }) => kind === "dead_heat");
		const [among, of] = [readNumber(places.value, readerStyle(), PLACES), readNumber(tied.value, readerStyle(), TIED)];
		if (isHeat && !among.ok) return { ok: false, words: `Places: ${numberRefusalText(among, PLACES, "1")}` };
		if (isHeat && !of.ok) return { ok: false, words: `Ties: ${numberRefusalText(of, TIED, "2")}` };
		const count = { places: among.ok ? among.scaled : 0, tied: of.ok ? of.scaled : 0 };
		if (isHeat && count.places >= count.tied)
			return { ok: false, words: "A dead heat has fewer places than outcomes that tie for them." };
		const settled = chosen.map(({ outcomeId, kind }) => [outcomeId, outcomeOf(kind, count)] as const);
		return { ok: true, settlement: Object.fromEntries(settled) };
	};
	return { element, list, read };
}

function outcomeOf(kind: string, count: { readonly places: number; readonly tied: number }): LegOutcome {
	switch (kind) {
		case "win":
		case "void":
		case "half_win":
		case "half_lose":
			return { kind };
		case "dead_heat":
			return { kind, ...count };
		default:
			return { kind: "lose" };
	}
}
