/** What a trader's command is made of, what it is judged by, and words that several of them share. */
import type { LegOutcome } from "../../shared/contracts/results.ts";
import { type NumberSpec, writeNumber } from "../../shared/typed-number.ts";
import { readerStyle } from "./reader.ts";

export type TradedMarket = {
	readonly marketId: string;
	readonly name: string;
	readonly status: string;
	readonly outcomes: readonly { readonly outcomeId: string }[];
};
export type Attention = {
	readonly kind: string;
	readonly message: string;
	readonly sinceMs: number | null;
	readonly proposalId: string | null;
};
/** What prices are made of, by the sport's own names. */
export type Strengths = {
	readonly values: Readonly<Record<string, number>>;
	readonly market: Readonly<Record<string, number>>;
	readonly source: string;
	readonly trader: string | null;
	readonly followingPpm: number;
};
/** What holds at the match now. */
export type TradedMatch = {
	readonly name: string;
	readonly margins: readonly {
		readonly view: string | null;
		readonly group: string | null;
		readonly marginPpm: number;
	}[];
	readonly shifts: Readonly<Record<string, Readonly<Record<string, number>>>>;
	readonly liabilityMaxMilli: number | null;
	readonly capBaseMinor: number | null;
	readonly baseCurrency: string;
	readonly delayMs: number | null;
	readonly markets: readonly TradedMarket[];
	readonly attention: readonly Attention[];
	/** Null: the match does not say. */
	readonly strengths: Strengths | null;
	/** Prices that a trader holds, by market and outcome. */
	readonly held: Readonly<Record<string, Readonly<Record<string, number>>>>;
};
/** `market` null: the whole match. `scaled`: the number, as its field's spec counts it. */
export type Given = {
	readonly market: TradedMarket | null;
	readonly outcomeId: string;
	readonly scaled: number;
	readonly reason: string;
	/** What each outcome of the market gets. */
	readonly settlement: Readonly<Record<string, LegOutcome>>;
	/** What was typed of the match's strengths; what was left empty is not named. */
	readonly strengths: Readonly<Record<string, number>>;
};
export type Effect = {
	/** The value that goes, in words; what was asked on it is asked again when it has changed. */
	readonly before: string;
	readonly words: string;
	/** Reaches the whole match, moves a number or decides money: it is confirmed. */
	readonly isConfirmed: boolean;
};
export type Field = "market" | "outcome" | "number" | "settlement" | "strengths" | "reason";
export type TraderCommand = {
	readonly label: string;
	readonly fields: readonly Field[];
	/** False: it is for one market only. */
	readonly takesAll: boolean;
	readonly number?: {
		readonly label: string;
		readonly example: () => string;
		readonly spec: (match: TradedMatch) => NumberSpec;
	};
	/** What the fields must still say together; null: nothing. */
	readonly refuse?: (given: Given) => { readonly field: Field; readonly words: string } | null;
	readonly body: (given: Given) => object;
	readonly effect: (given: Given, match: TradedMatch) => Effect;
};
export type TraderCommands = Readonly<Record<string, TraderCommand>>;

export const UNKNOWN = "unknown";
export const isLive = ({ status }: TradedMarket): boolean => status !== "closed" && status !== "settled";
export const marketsText = ({ length }: readonly TradedMarket[]): string =>
	length === 1 ? "1 market" : `${length} markets`;
export const signed = (milli: number): string => (milli > 0 ? `+${milli}` : milli < 0 ? `−${-milli}` : "0");

/** Without decimals that say nothing. */
export function short(scaled: number, digits: number): string {
	let [shown, left] = [scaled, digits];
	for (; left > 0 && shown % 10 === 0; left--) shown /= 10;
	return writeNumber(shown, left, readerStyle());
}
