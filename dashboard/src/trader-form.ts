/** A trader's commands to one match: what an action takes is shown, what it will do is said, and what is wide is confirmed. */
import * as v from "valibot";
import { type ReadNumber, readNumber } from "../../shared/typed-number.ts";
import { ApiProblem, call } from "./api.ts";
import { el, setText } from "./dom.ts";
import { numberRefusalText, readerStyle } from "./reader.ts";
import {
	type Effect,
	type Field,
	TRADER_COMMANDS,
	type TradedMarket,
	type TradedMatch,
	type TraderCommand,
} from "./trader-commands.ts";
import { traderFields } from "./trader-fields.ts";

export type TraderForm = {
	readonly element: HTMLElement;
	readonly update: (match: TradedMatch) => void;
};
/** A command that is whole, and what it will do. */
type Ready = { readonly body: object; readonly effect: Effect };
type Problem = { readonly field: Field; readonly words: string };
type Judged = { readonly ok: true; readonly ready: Ready } | { readonly ok: false; readonly problem: Problem };
type Sending = { readonly id: string; readonly text: string };

const ALL = "*";
const answerSchema = v.looseObject({ kind: v.string(), message: v.nullish(v.string(), null) });

export function traderForm(matchId: string, token: string): TraderForm {
	const form = new Form(matchId, token);
	return { element: form.fields.element, update: (match) => form.update(match) };
}

class Form {
	readonly fields = traderFields(TRADER_COMMANDS, ALL);
	readonly #path: string;
	readonly #token: string;
	#match: TradedMatch | null = null;
	#asked: Ready | null = null;
	/** Sent, and nobody knows whether it arrived: the same command goes out under the same id. */
	#inDoubt: Sending | null = null;
	#isSending = false;
	/** Somebody has tried to send this: an empty field is a fault from then on. */
	#isTried = false;

	constructor(matchId: string, token: string) {
		this.#path = `/v1/ops/matches/${encodeURIComponent(matchId)}/commands`;
		this.#token = token;
		const { form, action, market, outcome, number, confirm, cancel } = this.fields;
		const changed = (): void => {
			this.#isTried = false;
			this.#ask(null);
			this.#show();
		};
		market.addEventListener("change", () => this.#showOutcomes());
		for (const field of [action, market, outcome]) field.addEventListener("change", changed);
		number.addEventListener("input", changed);
		form.addEventListener("submit", (event) => {
			event.preventDefault();
			this.#press();
		});
		confirm.addEventListener("click", () => this.#confirm());
		cancel.addEventListener("click", () => {
			this.#ask(null);
			setText(this.fields.note, "Nothing was sent.");
		});
		this.#show();
	}

	update(match: TradedMatch): void {
		const before = this.#match?.markets.map(({ marketId }) => marketId).join("\n");
		this.#match = match;
		if (before !== match.markets.map(({ marketId }) => marketId).join("\n")) this.#listMarkets(match.markets);
		this.#show();
	}

	/** What is chosen stays chosen; a market that has gone leaves nothing chosen, and never the whole match. */
	#listMarkets(markets: readonly TradedMarket[]): void {
		const { market } = this.fields;
		const chosen = market.value;
		market.replaceChildren(
			el("option", { value: "" }, "Choose a market"),
			el("option", { value: ALL }, "All markets"),
			...markets.map(({ marketId, name }) => el("option", { value: marketId }, name)),
		);
		market.value = chosen === ALL || markets.some(({ marketId }) => marketId === chosen) ? chosen : "";
		if (market.value !== chosen) this.#ask(null);
		this.#showOutcomes();
	}

	#showOutcomes(): void {
		const { outcome } = this.fields;
		const chosen = outcome.value;
		const ids = (this.#market()?.outcomes ?? []).map(({ outcomeId }) => outcomeId);
		outcome.replaceChildren(...ids.map((outcomeId) => el("option", { value: outcomeId }, outcomeId)));
		if (ids.includes(chosen)) outcome.value = chosen;
	}

	#show(): void {
		const { labels, number, numberLabel, preview, send } = this.fields;
		const command = this.#command();
		for (const [field, label] of Object.entries(labels))
			label.hidden = !command.fields.some((known) => known === field);
		setText(numberLabel, command.number?.label ?? "");
		const judged = this.#judge();
		setText(preview, judged.ok ? judged.ready.effect.words : "");
		const isUntouched = !judged.ok && judged.problem.field === "number" && number.value.trim() === "" && !this.#isTried;
		this.#blame(judged.ok || isUntouched ? null : judged.problem);
		send.disabled = this.#isSending || this.#match === null;
	}

	#blame(problem: Problem | null): void {
		const { number, numberError, market, marketError } = this.fields;
		setText(numberError, problem?.field === "number" ? problem.words : "");
		number.setAttribute("aria-invalid", String(problem?.field === "number"));
		setText(marketError, problem !== null && problem.field !== "number" ? problem.words : "");
		market.setAttribute("aria-invalid", String(problem !== null && problem.field !== "number"));
	}

	#judge(): Judged {
		const match = this.#match;
		const { action, market: chosen, outcome, number } = this.fields;
		const command = this.#command();
		const wrong = (field: Field, words: string): Judged => ({ ok: false, problem: { field, words } });
		if (match === null) return wrong("market", "");
		const market = this.#market();
		const isAll = chosen.value === ALL;
		if (command.fields.includes("market") && market === null && !(isAll && command.takesAll))
			return wrong("market", "Choose a market.");
		const read = this.#number(command, match, number.value);
		if (!read.ok && command.number !== undefined)
			return wrong("number", numberRefusalText(read, command.number.spec(match), command.number.example()));
		const given = { market, outcomeId: outcome.value, scaled: read.ok ? read.scaled : 0 };
		const isNothing = action.value === "shift" && given.scaled === 0;
		if (isNothing) return wrong("number", "A shift of nothing changes nothing.");
		const body = { action: action.value, ...command.body(given) };
		return { ok: true, ready: { body, effect: command.effect(given, match) } };
	}

	#number({ number }: TraderCommand, match: TradedMatch, text: string): ReadNumber {
		return number === undefined ? { ok: true, scaled: 0 } : readNumber(text, readerStyle(), number.spec(match));
	}

	#press(): void {
		const judged = this.#judge();
		if (this.#isSending) return;
		this.#isTried = true;
		this.#show();
		if (!judged.ok) return;
		if (judged.ready.effect.isConfirmed) this.#ask(judged.ready);
		else void this.#send(judged.ready);
	}

	/** Shows what will happen and waits; the focus is on the words, so that a key pressed once too often confirms nothing. */
	#ask(ready: Ready | null): void {
		const { question, words, note, preview } = this.fields;
		this.#asked = ready;
		question.hidden = ready === null;
		preview.hidden = ready !== null;
		if (ready === null) return;
		setText(words, ready.effect.words);
		setText(note, "");
		question.focus();
	}

	#confirm(): void {
		const asked = this.#asked;
		const judged = this.#judge();
		if (asked === null || this.#isSending || !judged.ok) return;
		if (judged.ready.effect.before !== asked.effect.before) {
			this.#ask(judged.ready);
			setText(this.fields.note, "Something has changed since you were asked: read again.");
			return;
		}
		void this.#send(asked);
	}

	async #send(ready: Ready): Promise<void> {
		const { note, number } = this.fields;
		const text = JSON.stringify(ready.body);
		const id = this.#inDoubt?.text === text ? this.#inDoubt.id : crypto.randomUUID();
		this.#isSending = true;
		this.#show();
		setText(note, "Sending.");
		try {
			const body = { id, trader: "dashboard", command: ready.body };
			const { kind, message } = await call(answerSchema, this.#path, { method: "POST", token: this.#token, body });
			this.#inDoubt = null;
			this.#ask(null);
			if (kind === "applied") number.value = "";
			this.#isTried = false;
			setText(note, message === null ? `${kind}: ${ready.effect.words}` : `${kind}: ${message}`);
		} catch (fault) {
			const isDeclined = fault instanceof ApiProblem && fault.status < 500;
			this.#inDoubt = isDeclined ? null : { id, text };
			setText(
				note,
				isDeclined
					? fault.message
					: "The platform cannot be reached, and may have acted. Sent again, it acts once only.",
			);
		}
		this.#isSending = false;
		this.#show();
	}

	#command(): TraderCommand {
		const command = TRADER_COMMANDS[this.fields.action.value];
		if (command === undefined) throw new Error(`no command ${this.fields.action.value}`);
		return command;
	}

	#market(): TradedMarket | null {
		return this.#match?.markets.find(({ marketId }) => marketId === this.fields.market.value) ?? null;
	}
}
