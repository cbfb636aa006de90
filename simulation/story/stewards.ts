/** Results that no facts say: stewards who call a dead heat, or declare a market void, when a match is over. */
import type { TraderAction } from "../../shared/feeds/canonical.ts";
import type { Random } from "../world/chance.ts";
import type { Platform } from "../world/platform.ts";
import type { Choices } from "./choices.ts";
import { pick } from "./scenario.ts";

const HEAT = { kind: "dead_heat", places: 1, tied: 2 } as const;
/** How often a call is not the last word. */
const SECOND_THOUGHTS = 0.4;
const LOSE = { kind: "lose" } as const;
/** What is called once and not heard is called again. */
const AGAIN_MS = 4_000;

export class Stewards {
	readonly #platform: Platform;
	readonly #random: Random;
	/** By match, what will be said of it; in most worlds nothing. */
	readonly #calls = new Map<string, readonly TraderAction[]>();
	readonly #saidAtMs = new Map<string, number>();

	constructor(platform: Platform, random: Random, matches: readonly string[], choices: Choices) {
		this.#platform = platform;
		this.#random = random;
		for (const matchId of matches) {
			const call = random() < 0.3 ? this.#drawn(choices.always(matchId)) : null;
			if (call !== null) this.#calls.set(matchId, [call, ...this.#secondThoughts(call)]);
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

	/** Said twice, as by a second press; taken back, by two people at once; or by who was seen to win after all (SET-7). */
	#secondThoughts(call: TraderAction): readonly TraderAction[] {
		if (!("marketId" in call) || call.marketId === undefined || this.#random() > SECOND_THOUGHTS) return [];
		const { marketId } = call;
		const what = this.#random();
		if (what < 0.3) return [call];
		const back = { action: "rollback_result", marketId, reason: "looked at again" } as const;
		if (what < 0.7 || call.action !== "settle_market") return [call, back, back];
		const winners = Object.keys(call.outcomes ?? {}).slice(0, 1);
		return [{ action: "settle_market", marketId, winners, reason: "by the photograph" }];
	}

	/** `hasEnded`: as far as the match itself says. */
	look(hasEnded: (matchId: string) => boolean): void {
		const nowMs = this.#platform.world.now();
		for (const [matchId, [call, ...others]] of this.#calls) {
			if (
				call === undefined ||
				!hasEnded(matchId) ||
				nowMs - (this.#saidAtMs.get(matchId) ?? Number.NEGATIVE_INFINITY) < AGAIN_MS
			)
				continue;
			this.#saidAtMs.set(matchId, nowMs);
			const isHeard = (kind: string): void => void (kind === "busy" || this.#calls.set(matchId, others));
			this.#platform.command(matchId, call, false, "stella").then(isHeard, () => {});
		}
	}
}
