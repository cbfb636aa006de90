/** What a trader can ask of one match, how its number is read, and in words what it will do (PAG-4). */
import type { NumberSpec } from "../../shared/typed-number.ts";
import { exponentOf, moneyText } from "./reader.ts";
import { RESULT_COMMANDS } from "./result-commands.ts";
import { STRENGTH_COMMANDS } from "./strength-commands.ts";
import {
	type Effect,
	isLive,
	marketsText,
	short,
	signed,
	type TradedMarket,
	type TradedMatch,
	type TraderCommands,
	UNKNOWN,
} from "./trader-command.ts";

const MARGIN: NumberSpec = { digits: 4, minScaled: 0, maxScaled: 300_000, units: ["%"] };
const SHIFT: NumberSpec = { digits: 0, minScaled: -500, maxScaled: 500 };
const LIABILITY: NumberSpec = { digits: 0, minScaled: 0, maxScaled: 100, stepScaled: 20 };
const DELAY: NumberSpec = { digits: 0, minScaled: 0, maxScaled: 12_000, units: ["ms"] };
/** Far above any book, and exact as a number. */
const MAX_CAP_MINOR = 1_000_000_000_000;

/** Without a market a command is for the whole match. */
const only = (market: TradedMarket | null): object => (market === null ? {} : { marketIds: [market.marketId] });
const isOnSale = ({ status }: TradedMarket): boolean => status === "open" || status === "danger";

const BOOK_COMMANDS: TraderCommands = {
	suspend: {
		label: "Suspend",
		fields: ["market"],
		takesAll: true,
		body: ({ market }) => only(market),
		effect: ({ market }, match) =>
			market === null
				? {
						before: "",
						words: `Withdraws every market of ${match.name} until reopened: ${marketsText(match.markets.filter(isLive))}, ${match.markets.filter(isOnSale).length} on sale now.`,
						isConfirmed: true,
					}
				: { before: "", words: `Withdraws ${market.name} until reopened.`, isConfirmed: false },
	},
	reopen: {
		label: "Reopen",
		fields: ["market"],
		takesAll: true,
		body: ({ market }) => only(market),
		effect: ({ market }, match) =>
			market === null
				? {
						before: "",
						words: `Ends suspensions by traders and by the provider's prices on every market of ${match.name}: ${marketsText(match.markets.filter(isLive))}.`,
						isConfirmed: true,
					}
				: {
						before: "",
						words: `Ends suspensions by traders and by the provider's prices on ${market.name}.`,
						isConfirmed: false,
					},
	},
	shift: {
		label: "Shift an outcome",
		fields: ["market", "outcome", "number"],
		takesAll: false,
		number: { label: "Thousandths of a logit (−500 to 500)", example: () => "20", spec: () => SHIFT },
		refuse: ({ scaled }) => (scaled === 0 ? { field: "number", words: "A shift of nothing changes nothing." } : null),
		body: ({ market, outcomeId, scaled }) => ({ marketId: market?.marketId, outcomeId, stepMilli: scaled }),
		effect: ({ market, outcomeId, scaled }, { shifts }) => {
			const from = shifts[market?.marketId ?? ""]?.[outcomeId] ?? 0;
			const way = scaled > 0 ? "likelier, so shorter" : "less likely, so longer";
			const words = `${market?.name ?? ""}, ${outcomeId}: shift ${signed(from)} → ${signed(from + scaled)} thousandths; it counts as ${way} in price.`;
			return { before: String(from), words, isConfirmed: true };
		},
	},
	clear_shifts: {
		label: "Take shifts back",
		fields: ["market"],
		takesAll: true,
		body: ({ market }) => (market === null ? {} : { marketId: market.marketId }),
		effect: ({ market }, { shifts }) => {
			const shifted = Object.entries(shifts).filter(([marketId]) => market === null || marketId === market.marketId);
			const each = shifted.flatMap(([marketId, by]) =>
				Object.entries(by).map(([outcomeId, milli]) => `${marketId} ${outcomeId} ${signed(milli)} → 0`),
			);
			const before = each.join(", ");
			return { before, words: before === "" ? "There is no shift to take back." : `${before}.`, isConfirmed: true };
		},
	},
	set_margin: {
		label: "Set margin",
		fields: ["number"],
		takesAll: true,
		number: { label: "Per cent (0 to 30)", example: () => short(65_000, 4), spec: () => MARGIN },
		body: ({ scaled }) => ({ marginPpm: scaled }),
		effect: ({ scaled }, match) => marginEffect(`${short(scaled, 4)} %`, match),
	},
	clear_margin: {
		label: "Take the margin back",
		fields: [],
		takesAll: true,
		body: () => ({ action: "set_margin", marginPpm: null }),
		effect: (_given, match) => marginEffect(PROFILES, match),
	},
	set_liability_shift: {
		label: "Shift by liability",
		fields: ["number"],
		takesAll: true,
		number: { label: "At the cap, 0 to 100 in twenties", example: () => "40", spec: () => LIABILITY },
		body: ({ scaled }) => ({ maxMilli: scaled }),
		effect: ({ scaled }, { liabilityMaxMilli }) => {
			const before = liabilityMaxMilli === null ? UNKNOWN : String(liabilityMaxMilli);
			const off = scaled === 0 ? " Sold bets move no price any more." : "";
			return {
				before,
				words: `Shift by sold bets at the cap: ${before} → ${scaled} thousandths.${off}`,
				isConfirmed: true,
			};
		},
	},
	set_cap: {
		label: "Set cap",
		fields: ["number"],
		takesAll: true,
		number: { label: "The most an outcome may cost", example: () => "5000", spec: capSpec },
		body: ({ scaled }) => ({ capBaseMinor: scaled }),
		effect: ({ scaled }, { capBaseMinor, baseCurrency, markets, name }) => {
			const before = capBaseMinor === null ? UNKNOWN : moneyText(capBaseMinor, baseCurrency);
			const none = scaled === 0 ? ` No bet is taken on ${name} any more.` : "";
			const on = `an outcome may cost, in ${marketsText(markets.filter(isLive))}`;
			return {
				before,
				words: `The most ${on}: ${before} → ${moneyText(scaled, baseCurrency)}.${none}`,
				isConfirmed: true,
			};
		},
	},
	set_delay: {
		label: "Set bet delay",
		fields: ["number"],
		takesAll: true,
		number: { label: "Milliseconds, at most 12000", example: () => "8000", spec: () => DELAY },
		body: ({ scaled }) => ({ delayMs: scaled }),
		effect: ({ scaled }, { delayMs }) => {
			const before = delayMs === null ? UNKNOWN : `${short(delayMs, 0)} ms`;
			return { before, words: `Bet delay in play: ${before} → ${short(scaled, 0)} ms.`, isConfirmed: true };
		},
	},
};

/** By the value of their option; the first is chosen when the form opens. */
export const TRADER_COMMANDS: TraderCommands = { ...BOOK_COMMANDS, ...STRENGTH_COMMANDS, ...RESULT_COMMANDS };

const PROFILES = "the profile's own";

function capSpec({ baseCurrency }: TradedMatch): NumberSpec {
	const units = [baseCurrency, "€"];
	return { digits: exponentOf(baseCurrency), minScaled: 0, maxScaled: MAX_CAP_MINOR, units };
}

function marginEffect(after: string, { margins, markets }: TradedMatch): Effect {
	const known = margins.find(({ view, group }) => view === null && group === null);
	const before = known === undefined ? PROFILES : `${short(known.marginPpm, 4)} %`;
	const exact = margins.length - (known === undefined ? 0 : 1);
	const rest = exact === 0 ? "" : ` Margins by group or view stay: ${exact}.`;
	const priced = marketsText(markets.filter(isLive));
	return {
		before,
		words: `Margin of all groups and views: ${before} → ${after}. Prices ${priced} anew.${rest}`,
		isConfirmed: true,
	};
}
