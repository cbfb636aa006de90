/** Who decides how much a match may lose: in some worlds caps stay, in others they move while bets wait, in a few there are hardly any. */

import type { Random } from "../world/chance.ts";
import type { Platform } from "../world/platform.ts";

/** So much that only the largest payout stands in the way of a bet. */
const WIDE_BASE_MINOR = 40_000_000;
const SHARES = [0, 0.3, 0.6, 1, 1, 1.5] as const;
/** A step's chance that a cap moves. */
const MOVES = 0.02;

export class RiskDesk {
	readonly #platform: Platform;
	readonly #random: Random;
	readonly #matches: readonly string[];
	readonly #usualBaseMinor: number;
	readonly isWide: boolean;
	readonly #moves: boolean;
	readonly #capped = new Set<string>();
	#hasWidened = false;

	constructor(platform: Platform, random: Random, matches: readonly string[], usualBaseMinor: number) {
		this.#platform = platform;
		this.#random = random;
		this.#matches = matches;
		this.#usualBaseMinor = usualBaseMinor;
		const style = random();
		this.isWide = style > 0.87;
		this.#moves = style > 0.5 && !this.isWide;
	}

	/** Nobody bets before every match has its cap: what was taken before counts against it all the same. */
	async hasCaps(): Promise<boolean> {
		for (const matchId of this.#matches) {
			if (this.#capped.has(matchId)) continue;
			const command = { action: "set_cap", capBaseMinor: this.#usualBaseMinor } as const;
			const answer = this.#platform.command(matchId, command, false);
			answer.then((kind) => kind === "applied" && this.#capped.add(matchId)).catch(() => {});
			await this.#platform.world.settle();
		}
		return this.#capped.size === this.#matches.length;
	}

	/** Once every match has had its first cap. */
	look(): void {
		if (this.isWide && !this.#hasWidened) for (const matchId of this.#matches) this.#say(matchId, WIDE_BASE_MINOR);
		this.#hasWidened = true;
		if (!this.#moves || this.#random() > MOVES) return;
		const matchId = this.#matches[Math.floor(this.#random() * this.#matches.length)];
		const share = SHARES[Math.floor(this.#random() * SHARES.length)] ?? 1;
		if (matchId !== undefined) this.#say(matchId, Math.floor(this.#usualBaseMinor * share));
	}

	#say(matchId: string, capBaseMinor: number): void {
		void this.#platform.command(matchId, { action: "set_cap", capBaseMinor }, false, "rita").catch(() => {});
	}
}
