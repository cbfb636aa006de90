/** Results that no facts say: stewards who call a dead heat, or declare a market void, when a match is over. */
import type { TraderAction } from "../../shared/feeds/canonical.ts";
import type { Random } from "../world/chance.ts";
import type { Platform } from "../world/platform.ts";
import type { Choices } from "./choices.ts";
import { pick } from "./scenario.ts";

const HEAT = { kind: "dead_heat", places: 1, tied: 2 } as const;
const LOSE = { kind: "lose" } as const;
/** What is called once and not heard is called again. */
const AGAIN_MS = 4_000;

export class Stewards {
	readonly #platform: Platform;
	readonly #random: Random;
	/** By match, what will be said of it; in most worlds nothing. */
	readonly #calls = new Map<string, TraderAction>();
	readonly #saidAtMs = new Map<string, number>();

	constructor(platform: Platform, random: Random, matches: readonly string[], choices: Choices) {
		this.#platform = platform;
		this.#random = random;
		for (const matchId of matches) {
			const call = random() < 0.3 ? this.#drawn(choices.always(matchId)) : null;
			if (call !== null) this.#calls.set(matchId, call);
		}
	}

	#drawn(markets: ReturnType<Choices["always"]>): TraderAction | null {
		const market = pick(this.#random, markets);
		if (market === undefined) return null;
		const [marketId, [first = "", second = "", ...others]] = market;
		if (this.#random() < 0.3) return { action: "void_market", marketId, reason: "declared void" };
		const outcomes = { [first]: HEAT, [second]: HEAT, ...Object.fromEntries(others.map((outcome) => [outcome, LOSE])) };
		return { action: "settle_market", marketId, outcomes };
	}

	/** `hasEnded`: as far as the match itself says. */
	look(hasEnded: (matchId: string) => boolean): void {
		const nowMs = this.#platform.world.now();
		for (const [matchId, call] of this.#calls) {
			if (!hasEnded(matchId) || nowMs - (this.#saidAtMs.get(matchId) ?? Number.NEGATIVE_INFINITY) < AGAIN_MS) continue;
			this.#saidAtMs.set(matchId, nowMs);
			const isHeard = (kind: string): void => void (kind === "busy" || this.#calls.delete(matchId));
			this.#platform.command(matchId, call, false, "stella").then(isHeard, () => {});
		}
	}
}
