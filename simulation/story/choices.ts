/** What there is to bet on in a match: the markets that its sport always has, and whatever a page shows as open. */
import type { SportId } from "../../shared/feeds/canonical.ts";
import type { Random } from "../world/chance.ts";
import type { Page } from "./readers.ts";
import { MARKETS, pick } from "./scenario.ts";

export type Choice = readonly [marketId: string, outcomes: readonly string[]];
const WINNER: Choice = ["ml", ["home", "away"]];
/** What is bet on without a look. */
const ALWAYS: Readonly<Record<SportId, readonly [Choice, ...Choice[]]>> = {
	football: MARKETS,
	tennis: [WINNER],
	basketball: [WINNER, ["1x2", ["home", "draw", "away"]]],
};
const LAST: readonly Choice[] = [
	["1x2", ["home", "away"]],
	["trophy", ["home", "away"]],
];
const OPEN = 0;

export class Choices {
	readonly #sports: ReadonlyMap<string, SportId>;
	readonly #pages: readonly Page[];

	constructor(sports: ReadonlyMap<string, SportId>, pages: readonly Page[]) {
		this.#sports = sports;
		this.#pages = pages;
	}

	always(matchId: string): readonly [Choice, ...Choice[]] {
		return ALWAYS[this.#sports.get(matchId) ?? "football"];
	}

	/** One of them; of a sport whose markets come and go, one that is open as a page has it. */
	pick(random: Random, matchId: string): Choice {
		const always = this.always(matchId);
		if (always === ALWAYS.football || random() < 0.3) return pick(random, always) ?? always[0];
		return pick(random, this.#open(matchId)) ?? always[0];
	}

	/** What may be left to bet on in the end: the result, after 90 minutes the trophy, or whatever is open. */
	last(matchId: string): readonly Choice[] {
		return this.always(matchId) === ALWAYS.football ? LAST : this.#open(matchId).slice(0, 3);
	}

	/** Any market that is open as a page has it, exact scores and their like too. */
	open(random: Random, matchId: string): Choice | null {
		return pick(random, this.#open(matchId)) ?? null;
	}

	#open(matchId: string): readonly Choice[] {
		const book = this.#pages[0]?.bookOf(matchId);
		return (book?.schema.markets ?? []).flatMap(([marketId, , , outcomes], index): Choice[] =>
			book?.image?.m[index]?.[0] === OPEN ? [[marketId, outcomes.map(([outcomeId]) => outcomeId)]] : [],
		);
	}
}
