/** One selection, a stake, a price policy, and the bet's way from click to settlement. */
import type { Ticket } from "./api.ts";
import { ApiProblem, call, ticketSchema } from "./api.ts";
import { el, setClass, setText } from "./dom.ts";
import { moneyText, oddsText, parseMoney } from "./format.ts";
import { onOddsFormat } from "./odds-format.ts";
import type { Session } from "./session.ts";

export type Selection = {
	readonly matchId: string;
	readonly marketId: string;
	readonly marketName: string;
	readonly outcomeId: string;
	readonly outcomeName: string;
	readonly oddsMilli: number;
	readonly marketVersion: number;
};

export type BetSlip = {
	readonly element: HTMLElement;
	readonly pick: (selection: Selection) => void;
	/** The market moved on: the slip follows the price and the version the player now sees. */
	readonly follow: (
		current: (
			marketId: string,
			outcomeId: string,
		) => { oddsMilli: number | null; version: number; open: boolean } | null,
	) => void;
	readonly picked: () => { readonly marketId: string; readonly outcomeId: string } | null;
};

const TRIES = 5;
const RETRY_MS = 700;

export function betSlip(session: Session, currency: string, placed: (ticket: Ticket) => void): BetSlip {
	let selection: Selection | null = null;
	let open = false;
	const { what, stake, policy, button, note, element } = controls();

	const show = (): void => {
		button.disabled = selection === null || !open;
		if (selection === null) return;
		setText(
			what,
			`${selection.marketName}: ${selection.outcomeName} at ${oddsText(selection.oddsMilli)}${open ? "" : " (not open now)"}`,
		);
		const stakeMinor = parseMoney(stake.value, currency);
		setText(
			button,
			stakeMinor === null
				? "Place bet"
				: `Bet ${moneyText(stakeMinor, currency)} to return ${moneyText(Math.floor((stakeMinor * selection.oddsMilli) / 1000), currency)}`,
		);
	};
	const place = async (): Promise<void> => {
		const stakeMinor = parseMoney(stake.value, currency);
		if (selection === null || stakeMinor === null || stakeMinor === 0) {
			setText(note, "Write the stake as an amount, like 5.00.");
			return;
		}
		button.disabled = true;
		setText(note, "");
		try {
			const ticket = await send(session, selection, stakeMinor, currency, policy.value);
			setClass(element, "raised", false);
			placed(ticket);
		} catch (fault) {
			setText(
				note,
				fault instanceof ApiProblem
					? fault.message
					: "The platform could not be reached; your stake was not taken twice, try again.",
			);
		}
		show();
	};
	stake.addEventListener("input", show);
	onOddsFormat(show);
	button.addEventListener("click", () => void place());

	return {
		element,
		pick: (next) => {
			selection = next;
			open = true;
			// On a phone the slip stands below all markets: it comes up over them.
			setClass(element, "raised", true);
			show();
		},
		follow: (current) => {
			if (selection === null) return;
			const now = current(selection.marketId, selection.outcomeId);
			open = now?.open === true && now.oddsMilli !== null;
			if (now !== null && now.oddsMilli !== null)
				selection = { ...selection, oddsMilli: now.oddsMilli, marketVersion: now.version };
			show();
		},
		picked: () => selection,
	};
}

/** The slip's fields, empty. */
function controls() {
	const what = el("p", { id: "slip-selection" }, "Click a price to bet on it.");
	const stake = el("input", {
		id: "stake",
		inputmode: "decimal",
		autocomplete: "off",
		value: "5.00",
		"aria-label": "Stake",
	});
	const policy = el(
		"select",
		{ id: "policy" },
		el("option", { value: "better" }, "accept better prices"),
		el("option", { value: "any" }, "accept any price"),
		el("option", { value: "none" }, "only this price"),
	);
	const button = el("button", { class: "primary", id: "place", type: "button", disabled: true }, "Place bet");
	const note = el("p", { class: "small muted", id: "slip-note", role: "status" });
	const element = el(
		"section",
		{ class: "card slip" },
		el("h2", {}, "Bet slip"),
		what,
		el("label", {}, "Stake", stake),
		el("label", {}, "If the price moves", policy),
		button,
		note,
		el(
			"button",
			{
				class: "close",
				type: "button",
				"aria-label": "Close the bet slip",
				onclick: () => setClass(element, "raised", false),
			},
			"×",
		),
	);
	return { what, stake, policy, button, note, element };
}

/** The id is made once a click, so that a repeated request can never be a second bet (BET-1). */
async function send(
	session: Session,
	selection: Selection,
	stakeMinor: number,
	currency: string,
	policy: string,
): Promise<Ticket> {
	const { matchId, marketId, outcomeId, oddsMilli, marketVersion } = selection;
	const body = {
		id: crypto.randomUUID(),
		legs: [{ matchId, marketId, outcomeId, oddsMilli, marketVersion }],
		stakeMinor,
		currency,
		pricePolicy: policy,
	};
	for (let attempt = 1; ; attempt++) {
		try {
			return await call(ticketSchema, "/v1/bets", { method: "POST", token: session.token(), body });
		} catch (fault) {
			const again = !(fault instanceof ApiProblem) || fault.status >= 500;
			if (!again || attempt >= TRIES) throw fault;
			await new Promise((resolve) => setTimeout(resolve, RETRY_MS * attempt));
		}
	}
}
