/** Commands on what prices are made of: strengths, how they follow the provider, and prices that a trader holds. */
import { BET } from "../../shared/limits.ts";
import { oddsText } from "./format.ts";
import { type Strengths, short, type TraderCommands, UNKNOWN } from "./trader-command.ts";

/** Strengths are typed with so many decimals; the sport's own bounds are the match's to say. */
export const STRENGTH_DIGITS = 4;
const STRENGTH_UNIT = 10 ** STRENGTH_DIGITS;
/** In play strengths follow by the thousandth: what was asked about has changed when it differs by more than this. */
const NOTED_DIGITS = 2;

const SHARE = { digits: 4, minScaled: 0, maxScaled: 1_000_000, units: ["%"] };
const PRICE = { digits: 3, minScaled: BET.minOddsMilli, maxScaled: BET.maxOddsMilli };
const MODEL = "the model's";

export function strengthText(value: number, digits = STRENGTH_DIGITS): string {
	return short(Math.round(value * 10 ** digits), digits);
}

const noted = (strengths: Strengths | null): string =>
	Object.entries(strengths?.values ?? {})
		.map(([name, value]) => `${name} ${strengthText(value, NOTED_DIGITS)}`)
		.join(", ");
const shareText = (strengths: Strengths | null): string =>
	strengths === null ? UNKNOWN : `${short(strengths.followingPpm, SHARE.digits)} %`;

export const STRENGTH_COMMANDS: TraderCommands = {
	set_strengths: {
		label: "Set strengths",
		fields: ["strengths"],
		takesAll: true,
		refuse: ({ strengths }) =>
			Object.keys(strengths).length === 0 ? { field: "strengths", words: "Write at least one of them." } : null,
		body: ({ strengths }) => ({
			strengths: Object.fromEntries(Object.entries(strengths).map(([name, scaled]) => [name, scaled / STRENGTH_UNIT])),
		}),
		effect: ({ strengths }, { strengths: now }) => {
			const each = Object.entries(strengths).map(([name, scaled]) => {
				const before = now?.values[name];
				return `${name} ${before === undefined ? UNKNOWN : strengthText(before)} → ${short(scaled, STRENGTH_DIGITS)}`;
			});
			const words = `${each.join(", ")}. All prices are made anew, and the provider's move them no more until this is taken back.`;
			return { before: noted(now), words, isConfirmed: true };
		},
	},
	clear_strengths: {
		label: "Take strengths back",
		fields: [],
		takesAll: true,
		body: () => ({}),
		effect: (_given, { strengths: now }) => {
			const words =
				now === null || now.trader === null
					? "No trader's strengths stand."
					: `Strengths of ${now.trader}: ${noted(now)} → ${noted({ ...now, values: now.market })}, as the provider's prices have them. All prices are made anew.`;
			return { before: noted(now), words, isConfirmed: true };
		},
	},
	set_following: {
		label: "Follow the provider by",
		fields: ["number"],
		takesAll: true,
		number: { label: "Per cent of the way, in play", example: () => short(25, 0), spec: () => SHARE },
		body: ({ scaled }) => ({ inPlayPpm: scaled }),
		effect: ({ scaled }, { strengths }) => {
			const before = shareText(strengths);
			const none = scaled === 0 ? " Nothing is followed in play any more." : "";
			return {
				before,
				words: `Each statement of the provider's prices moves strengths in play: now ${before} → ${short(scaled, SHARE.digits)} %.${none}`,
				isConfirmed: true,
			};
		},
	},
	clear_following: {
		label: "Follow as the provider's own",
		fields: [],
		takesAll: true,
		body: () => ({ action: "set_following", inPlayPpm: null }),
		effect: (_given, { strengths }) => {
			const before = shareText(strengths);
			return {
				before,
				words: `In play strengths follow by the provider's own share again; now ${before}.`,
				isConfirmed: true,
			};
		},
	},
	set_price: {
		label: "Hold a price",
		fields: ["market", "outcome", "number"],
		takesAll: false,
		number: { label: "Decimal odds", example: () => short(2_100, PRICE.digits), spec: () => PRICE },
		body: ({ market, outcomeId, scaled }) => ({ marketId: market?.marketId, outcomeId, oddsMilli: scaled }),
		effect: ({ market, outcomeId, scaled }, { held }) => {
			const known = held[market?.marketId ?? ""]?.[outcomeId];
			const before = known === undefined ? MODEL : oddsText(known);
			const words = `${market?.name ?? ""}, ${outcomeId}: ${before} → ${short(scaled, PRICE.digits)}. The market stands still until it is cleared, withdrawn, or play begins.`;
			return { before, words, isConfirmed: true };
		},
	},
	clear_prices: {
		label: "Let prices go",
		fields: ["market"],
		takesAll: true,
		body: ({ market }) => (market === null ? {} : { marketId: market.marketId }),
		effect: ({ market }, { held }) => {
			const each = Object.entries(held)
				.filter(([marketId]) => market === null || marketId === market.marketId)
				.flatMap(([marketId, by]) =>
					Object.entries(by).map(([outcomeId, odds]) => `${marketId} ${outcomeId} ${oddsText(odds)} → ${MODEL}`),
				);
			const before = each.join(", ");
			return { before, words: before === "" ? "No price is held." : `${before}.`, isConfirmed: true };
		},
	},
};
