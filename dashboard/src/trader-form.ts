/** A trader's commands to one match: what the action takes is shown, the rest is not. */
import * as v from "valibot";
import { ApiProblem, call } from "./api.ts";
import { el, setText } from "./dom.ts";

export type TradedMarket = {
	readonly marketId: string;
	readonly name: string;
	readonly outcomes: readonly { readonly outcomeId: string }[];
};
export type TraderForm = {
	readonly element: HTMLElement;
	readonly markets: (markets: readonly TradedMarket[]) => void;
};

type Field = "market" | "outcome" | "number";
type Action = {
	readonly label: string;
	readonly fields: readonly Field[];
	/** What the number is, in the words of its field. */
	readonly number?: string;
	readonly command: (given: {
		readonly marketId: string;
		readonly outcomeId: string;
		readonly number: number;
	}) => object;
};

/** Without a market a command is for the whole match. */
const only = (marketId: string): object => (marketId === "" ? {} : { marketIds: [marketId] });
const ACTIONS: Readonly<Record<string, Action>> = {
	suspend: { label: "Suspend", fields: ["market"], command: ({ marketId }) => only(marketId) },
	reopen: { label: "Reopen", fields: ["market"], command: ({ marketId }) => only(marketId) },
	shift: {
		label: "Shift an outcome",
		fields: ["market", "outcome", "number"],
		number: "Thousandths of a logit (−500 to 500)",
		command: ({ marketId, outcomeId, number }) => ({ marketId, outcomeId, stepMilli: number }),
	},
	clear_shifts: {
		label: "Take shifts back",
		fields: ["market"],
		command: ({ marketId }) => (marketId === "" ? {} : { marketId }),
	},
	set_margin: {
		label: "Set margin",
		fields: ["number"],
		number: "Per cent (empty: the profile's)",
		command: ({ number }) => ({ marginPpm: Number.isNaN(number) ? null : Math.round(number * 10_000) }),
	},
	set_liability_shift: {
		label: "Shift by liability",
		fields: ["number"],
		number: "At the cap, 0 to 100 in twenties",
		command: ({ number }) => ({ maxMilli: number }),
	},
	set_cap: {
		label: "Set cap",
		fields: ["number"],
		number: "Base currency, whole units",
		command: ({ number }) => ({ capBaseMinor: Math.round(number * 100) }),
	},
	set_delay: {
		label: "Set bet delay",
		fields: ["number"],
		number: "Milliseconds, at most 12000",
		command: ({ number }) => ({ delayMs: number }),
	},
};
const answerSchema = v.looseObject({ kind: v.string(), message: v.nullish(v.string(), null) });

export function traderForm(matchId: string, token: string): TraderForm {
	const action = el(
		"select",
		{ name: "action" },
		...Object.entries(ACTIONS).map(([value, { label }]) => el("option", { value }, label)),
	);
	const market = el("select", { name: "market" });
	const outcome = el("select", { name: "outcome" });
	const number = el("input", { name: "number", inputmode: "decimal", autocomplete: "off" });
	const numberLabel = el("span", {});
	const note = el("span", { class: "small muted", role: "status" });
	const labels: Readonly<Record<Field, HTMLElement>> = {
		market: el("label", {}, el("span", {}, "Market"), market),
		outcome: el("label", {}, el("span", {}, "Outcome"), outcome),
		number: el("label", {}, numberLabel, number),
	};
	const form = el(
		"form",
		{ class: "trader" },
		el("label", {}, el("span", {}, "Command"), action),
		...Object.values(labels),
		el("button", { class: "send", type: "submit" }, "Send"),
		note,
	);
	let markets: readonly TradedMarket[] = [];
	const chosen = (): Action => ACTIONS[action.value] ?? { label: "", fields: [], command: () => ({}) };
	const showOutcomes = (): void => {
		const found = markets.find(({ marketId }) => marketId === market.value);
		outcome.replaceChildren(
			...(found?.outcomes ?? []).map(({ outcomeId }) => el("option", { value: outcomeId }, outcomeId)),
		);
	};
	const showFields = (): void => {
		const { fields, number: words = "" } = chosen();
		for (const [field, label] of Object.entries(labels)) label.hidden = !fields.some((known) => known === field);
		setText(numberLabel, words);
	};
	action.addEventListener("change", showFields);
	market.addEventListener("change", showOutcomes);
	form.addEventListener("submit", (event) => {
		event.preventDefault();
		const given = {
			marketId: market.value,
			outcomeId: outcome.value,
			number: number.value.trim() === "" ? Number.NaN : Number(number.value.replace("−", "-")),
		};
		void send(matchId, token, { action: action.value, ...chosen().command(given) }).then((words) =>
			setText(note, words),
		);
	});
	showFields();
	return {
		element: form,
		markets: (next) => {
			const isSame = next.length === markets.length;
			markets = next;
			if (isSame && market.children.length > 0) return;
			const before = market.value;
			market.replaceChildren(
				el("option", { value: "" }, "All markets"),
				...next.map(({ marketId, name }) => el("option", { value: marketId }, name)),
			);
			market.value = before;
			showOutcomes();
		},
	};
}

/** What became of a command, in words. */
async function send(matchId: string, token: string, command: object): Promise<string> {
	const body = { id: crypto.randomUUID(), trader: "dashboard", command };
	try {
		const path = `/v1/ops/matches/${matchId}/commands`;
		const { kind, message } = await call(answerSchema, path, { method: "POST", token, body });
		return message === null ? kind : `${kind}: ${message}`;
	} catch (fault) {
		return fault instanceof ApiProblem ? fault.message : "The platform cannot be reached.";
	}
}
