/**
 * A trader of prices: in a few matches he shifts, holds and frees prices, thinks better of strengths and lines, moves margins, stops
 * single markets and reopens them, and asks for what cannot be. What he says of a match is judged by nobody's model (MAT-11).
 */
import type { TraderAction } from "../../shared/feeds/canonical.ts";
import type { Random } from "../world/chance.ts";
import type { Platform } from "../world/platform.ts";
import type { Choice, Choices } from "./choices.ts";
import { pick } from "./scenario.ts";

/** A match of which he thinks anything, and a step's chance that he says it. */
const TRADED = 0.2;
const SAYS = 0.1;
/** How often it is of a market that hardly anybody bets on. */
const RARE = 0.3;
const NONE = "none:1";
const STEPS_MILLI = [-400, -100, 100, 400] as const;
const ODDS_MILLI = [1_001, 1_500, 2_000, 2_400, 3_500, 900_000] as const;

/** Several in a row are said at once, as from a screen with a row of buttons. */
type Word = (market: Choice, random: Random) => TraderAction | readonly TraderAction[];

const oddsMilli = (random: Random): number => pick(random, ODDS_MILLI) ?? 2_000;
const outcomeOf = ([, outcomes]: Choice, random: Random): string => pick(random, outcomes) ?? "";

const WORDS: readonly [Word, ...Word[]] = [
	(market, random) => ({
		action: "shift",
		marketId: market[0],
		outcomeId: outcomeOf(market, random),
		stepMilli: pick(random, STEPS_MILLI) ?? 100,
	}),
	([marketId]) => ({ action: "shift", marketId, outcomeId: "nobody", stepMilli: 100 }),
	() => ({ action: "shift", marketId: NONE, outcomeId: "home", stepMilli: 100 }),
	([marketId], random) => (random() < 0.5 ? { action: "clear_shifts", marketId } : { action: "clear_shifts" }),
	(market, random) => ({
		action: "set_price",
		marketId: market[0],
		outcomeId: outcomeOf(market, random),
		oddsMilli: oddsMilli(random),
	}),
	(market, random) => ({
		action: "set_price",
		marketId: market[0],
		outcomeId: outcomeOf(market, random),
		oddsMilli: 1_900 + Math.floor(random() * 1_500),
	}),
	// All of a book by hand: one outcome has to be left to the rest of it, and two may be too short together.
	([marketId, outcomes], random) => {
		const milli = pick(random, [1_500, 2_100, 3_000]) ?? 2_100;
		return outcomes.map((outcomeId) => ({ action: "set_price", marketId, outcomeId, oddsMilli: milli }) as const);
	},
	([marketId]) => ({ action: "set_price", marketId, outcomeId: "nobody", oddsMilli: 2_000 }),
	(market, random) => {
		const stepMilli = random() < 0.5 ? -400 : 400;
		const step = { action: "shift", marketId: market[0], outcomeId: outcomeOf(market, random), stepMilli } as const;
		return [step, step, step];
	},
	() => ({ action: "set_price", marketId: NONE, outcomeId: "home", oddsMilli: 2_000 }),
	([marketId], random) => (random() < 0.5 ? { action: "clear_prices", marketId } : { action: "clear_prices" }),
	(_, random) => ({
		action: "set_margin",
		...(random() < 0.5 ? { view: "standard" } : {}),
		...(random() < 0.5 ? { group: pick(random, ["main", "totals", "match"]) ?? "main" } : {}),
		marginPpm: random() < 0.3 ? null : 40_000 + Math.floor(random() * 60_000),
	}),
	(_, random) => ({ action: "set_strengths", strengths: { homeGoals: 0.5 + random() * 2 } }),
	(_, random) => ({ action: "set_strengths", strengths: { serveHome: 0.5 + random() * 0.2 } }),
	() => ({ action: "clear_strengths" }),
	(_, random) => ({ action: "set_following", inPlayPpm: random() < 0.3 ? null : Math.floor(random() * 1_000_000) }),
	(_, random) => ({ action: "set_liability_shift", maxMilli: random() < 0.5 ? 0 : 100 }),
	([marketId]) => ({ action: "set_lines", marketIds: [marketId] }),
	() => ({ action: "set_lines", marketIds: ["ou:2.5", "ou:1.5"] }),
	() => ({ action: "set_lines", marketIds: ["ou:2.5", "ah:-0.25"] }),
	() => ({ action: "set_lines", marketIds: ["ou:99.5"] }),
	([marketId], random) => (random() < 0.5 ? { action: "clear_lines", marketId } : { action: "clear_lines" }),
	([marketId]) => ({ action: "suspend", marketIds: [marketId] }),
	([marketId]) => ({ action: "reopen", marketIds: [marketId] }),
	([marketId]) => ({ action: "rollback_result", marketId, reason: "not as it was" }),
	() => ({ action: "resolve", take: "feed" }),
	() => ({ action: "set_delay", delayMs: 3_000 }),
];

export class PriceDesk {
	readonly #platform: Platform;
	readonly #random: Random;
	readonly #choices: Choices;
	readonly #matches: readonly string[];

	constructor(platform: Platform, random: Random, matches: readonly string[], choices: Choices) {
		this.#platform = platform;
		this.#random = random;
		this.#choices = choices;
		this.#matches = matches.filter(() => random() < TRADED);
	}

	look(): void {
		for (const matchId of this.#matches) {
			if (this.#random() > SAYS) continue;
			const market = this.#random() < RARE ? this.#choices.open(this.#random, matchId) : null;
			const word = pick(this.#random, WORDS) ?? WORDS[0];
			const said = word(market ?? this.#choices.pick(this.#random, matchId), this.#random);
			for (const command of "action" in said ? [said] : said)
				void this.#platform.command(matchId, command, false, "pia").catch(() => {});
		}
	}

	/** What he has stopped is reopened with everything else, and his own prices go. */
	heal(): void {
		for (const matchId of this.#matches)
			for (const action of ["clear_prices", "clear_lines", "clear_strengths"] as const)
				void this.#platform.command(matchId, { action }, false, "pia").catch(() => {});
	}
}
