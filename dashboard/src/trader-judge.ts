/** Whether what stands in a trader's form is a whole command, and which. */
import { readNumber } from "../../shared/typed-number.ts";
import { numberRefusalText, readerStyle } from "./reader.ts";
import type { Effect, Field, Given, TradedMarket, TradedMatch, TraderCommand } from "./trader-command.ts";
import type { TraderFields } from "./trader-fields.ts";

/** A command that is whole, and what it will do. */
export type Ready = { readonly body: object; readonly effect: Effect };
/** `isEmpty`: nothing has been written yet, which is no fault before somebody tries to send it. */
export type Problem = { readonly field: Field; readonly words: string; readonly isEmpty?: boolean };
export type Judged = { readonly ok: true; readonly ready: Ready } | { readonly ok: false; readonly problem: Problem };

/** Stands for the whole match where a market is chosen. */
export const ALL = "*";

export function judged(
	command: TraderCommand,
	fields: TraderFields,
	market: TradedMarket | null,
	match: TradedMatch,
): Judged {
	const { action, market: chosen, outcome } = fields;
	const takes = (field: Field): boolean => command.fields.includes(field);
	const wrong = (field: Field, words: string, isEmpty = false): Judged => ({
		ok: false,
		problem: { field, words, isEmpty },
	});
	if (takes("market") && market === null && !(chosen.value === ALL && command.takesAll))
		return wrong("market", "Choose a market.");
	const spec = command.number?.spec(match);
	const number = spec === undefined ? null : readNumber(fields.number.value, readerStyle(), spec);
	if (number !== null && !number.ok && spec !== undefined)
		return wrong(
			"number",
			numberRefusalText(number, spec, command.number?.example() ?? ""),
			fields.number.value.trim() === "",
		);
	const settlement = takes("settlement") ? fields.settlement.read() : NO_SETTLEMENT;
	if (!settlement.ok) return wrong("settlement", settlement.words, true);
	const strengths = takes("strengths") ? fields.strengths.read() : NO_STRENGTHS;
	if (!strengths.ok) return wrong("strengths", strengths.words);
	const given: Given = {
		market,
		outcomeId: outcome.value,
		scaled: number?.ok === true ? number.scaled : 0,
		reason: takes("reason") ? fields.reason.value.trim() : "",
		settlement: settlement.settlement,
		strengths: strengths.strengths,
	};
	const refusal = command.refuse?.(given) ?? null;
	if (refusal !== null) return wrong(refusal.field, refusal.words, refusal.field !== "number");
	const body = { action: action.value, ...command.body(given) };
	return { ok: true, ready: { body, effect: command.effect(given, match) } };
}

const NO_SETTLEMENT = { ok: true, settlement: {} } as const;
const NO_STRENGTHS = { ok: true, strengths: {} } as const;
