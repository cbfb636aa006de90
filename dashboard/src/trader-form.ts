/** A trader's commands to one match: what an action takes is shown, what it will do is said, and what is wide is confirmed. */
import * as v from "valibot";
import { CONTRACT } from "../../shared/limits.ts";
import { ApiProblem, call } from "./api.ts";
import { el, setText } from "./dom.ts";
import type { OperatorName } from "./operator-name.ts";
import type { TradedMarket, TradedMatch, TraderCommand } from "./trader-command.ts";
import { TRADER_COMMANDS } from "./trader-commands.ts";
import { traderFields } from "./trader-fields.ts";
import { ALL, type Judged, judged, type Problem, type Ready } from "./trader-judge.ts";

export type TraderForm = {
	readonly element: HTMLElement;
	readonly update: (match: TradedMatch) => void;
	/** A command from beside the form, asked about like those of the form; judged again when it is confirmed. */
	readonly propose: (judge: Judge) => void;
};
type Judge = () => Judged;
type Asked = { readonly ready: Ready; readonly judge: Judge };
type Sending = { readonly id: string; readonly text: string };

const answerSchema = v.looseObject({
	kind: v.string(),
	code: v.nullish(v.string(), null),
	message: v.nullish(v.string(), null),
});

export function traderForm(matchId: string, token: string, operator: OperatorName): TraderForm {
	const form = new Form(matchId, token, operator);
	return {
		element: form.fields.element,
		update: (match) => form.update(match),
		propose: (judge) => form.propose(judge),
	};
}

class Form {
	readonly fields = traderFields(TRADER_COMMANDS, ALL, CONTRACT.textChars);
	readonly #path: string;
	readonly #token: string;
	readonly #operator: OperatorName;
	#match: TradedMatch | null = null;
	#asked: Asked | null = null;
	/** Sent, and nobody knows whether it arrived: the same command goes out under the same id. */
	#inDoubt: Sending | null = null;
	#isSending = false;
	/** The market and outcomes for which the fields were made. */
	#listed = "";
	/** Somebody has tried to send this: an empty field is a fault from then on. */
	#isTried = false;

	constructor(matchId: string, token: string, operator: OperatorName) {
		this.#operator = operator;
		this.#path = `/v1/ops/matches/${encodeURIComponent(matchId)}/commands`;
		this.#token = token;
		const { form, action, market, confirm, cancel } = this.fields;
		const changed = (): void => {
			this.#isTried = false;
			this.#ask(null);
			this.#show();
		};
		market.addEventListener("input", () => this.#showOutcomes());
		// What another command was given says nothing of this one.
		action.addEventListener("input", () => this.#empty());
		form.addEventListener("input", changed);
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
		this.fields.strengths.list(match.strengths);
		if (before !== match.markets.map(({ marketId }) => marketId).join("\n")) this.#listMarkets(match.markets);
		this.#show();
	}

	propose(judge: Judge): void {
		const now = judge();
		if (this.#isSending || !now.ok) return;
		this.#ask({ ready: now.ready, judge });
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
		const { outcome, settlement } = this.fields;
		const chosen = outcome.value;
		const ids = (this.#market()?.outcomes ?? []).map(({ outcomeId }) => outcomeId);
		const key = [this.fields.market.value, ...ids].join("\n");
		if (key === this.#listed) return;
		this.#listed = key;
		settlement.list(this.#market());
		outcome.replaceChildren(...ids.map((outcomeId) => el("option", { value: outcomeId }, outcomeId)));
		if (ids.includes(chosen)) outcome.value = chosen;
	}

	#show(): void {
		const { labels, numberLabel, preview, send } = this.fields;
		const command = this.#command();
		for (const [field, label] of Object.entries(labels))
			label.hidden = !command.fields.some((known) => known === field);
		setText(numberLabel, command.number?.label ?? "");
		const now = this.#judge();
		setText(preview, now.ok ? now.ready.effect.words : "");
		const isUntouched = !now.ok && !this.#isTried && now.problem.isEmpty;
		this.#blame(now.ok || isUntouched ? null : now.problem);
		send.disabled = this.#isSending || this.#match === null;
	}

	#blame(problem: Problem | null): void {
		const { number, market, reason, errors } = this.fields;
		for (const error of Object.values(errors)) setText(error, "");
		if (problem !== null) setText(errors[problem.field], problem.words);
		for (const [field, input] of Object.entries({ number, market, reason }))
			input.setAttribute("aria-invalid", String(problem?.field === field));
	}

	#judge(): Judged {
		const match = this.#match;
		if (match === null) return { ok: false, problem: { field: "market", words: "", isEmpty: true } };
		return judged(this.#command(), this.fields, this.#market(), match);
	}

	#press(): void {
		const now = this.#judge();
		if (this.#isSending) return;
		this.#isTried = true;
		this.#show();
		if (!now.ok) return;
		if (now.ready.effect.isConfirmed) this.#ask({ ready: now.ready, judge: () => this.#judge() });
		else void this.#send(now.ready);
	}

	/** Shows what will happen and waits; the focus is on the words, so that a key pressed once too often confirms nothing. */
	#ask(asked: Asked | null): void {
		const { question, words, note, preview } = this.fields;
		this.#asked = asked;
		question.hidden = asked === null;
		preview.hidden = asked !== null;
		if (asked === null) return;
		setText(words, asked.ready.effect.words);
		setText(note, "");
		question.focus();
	}

	#confirm(): void {
		const asked = this.#asked;
		if (asked === null || this.#isSending) return;
		const now = asked.judge();
		if (!now.ok) {
			this.#ask(null);
			setText(this.fields.note, `Nothing was sent: ${now.problem.words}`);
			return;
		}
		if (now.ready.effect.before !== asked.ready.effect.before) {
			this.#ask({ ...asked, ready: now.ready });
			setText(this.fields.note, "Something has changed since you were asked: read again.");
			return;
		}
		void this.#send(asked.ready);
	}

	async #send(ready: Ready): Promise<void> {
		const { note } = this.fields;
		const trader = this.#operator.name();
		if (trader === null) {
			setText(note, "Say above who you are: what decides money waits for somebody else's word.");
			this.#operator.ask();
			return;
		}
		const text = JSON.stringify([trader, ready.body]);
		const id = this.#inDoubt?.text === text ? this.#inDoubt.id : crypto.randomUUID();
		this.#isSending = true;
		this.#show();
		setText(note, "Sending.");
		try {
			const body = { id, trader, command: ready.body };
			const answer = await call(answerSchema, this.#path, { method: "POST", token: this.#token, body });
			const { message } = answer;
			const kind = answer.code === "needs_second_person" ? "waits for a second person" : answer.kind;
			this.#inDoubt = null;
			this.#ask(null);
			if (answer.kind === "applied" || answer.code === "needs_second_person") this.#empty();
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

	#empty(): void {
		const { number, reason, strengths, settlement } = this.fields;
		for (const input of [number, reason]) input.value = "";
		strengths.clear();
		settlement.list(this.#market());
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
