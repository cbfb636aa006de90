/** What a feed will say of a match, and when: bodies get their envelope, in the order in which they are written down. */
import type { Input, Offered } from "../../shared/feeds/canonical.ts";
import type { Random, Timed } from "./scenario.ts";

/** What a match is played with, whichever sport it is. */
export type Setting = {
	readonly matchId: string;
	readonly random: Random;
	readonly startMs: number;
	/** Until so long after the start play goes on among faults. */
	readonly lengthMs: number;
	/** Then nothing happens for so long, and whoever bets must be able to. */
	readonly calmMs: number;
	readonly offered: Offered;
};

export class Tape {
	readonly #matchId: string;
	readonly #timed: Timed[] = [];

	constructor(matchId: string) {
		this.#matchId = matchId;
	}

	say = (atMs: number, body: object): void => {
		const envelope = { v: 1, id: `${this.#matchId}:${this.#timed.length}`, matchId: this.#matchId, sentAtMs: atMs };
		this.#timed.push({ atMs, input: { ...envelope, ...body } as Input });
	};

	get timed(): readonly Timed[] {
		return this.#timed.toSorted((a, b) => a.atMs - b.atMs);
	}
}

/** A calm in which a provider that had been silent says now and then that it has told everything again (LAN-3). */
export function calm(say: Tape["say"], fromMs: number, calmMs: number): void {
	say(fromMs + 1_000, { kind: "bet_start" });
	say(fromMs + 1_100, { kind: "danger", on: false });
	for (let after = 5_000; after < calmMs - 2_000; after += 5_000) say(fromMs + after, { kind: "recovery_complete" });
}

/** Two prices of a fair chance, with a margin. */
export const twoWay = (fair: number): number[] => [fair, 1 - fair].map((chance) => Math.floor(1_000 / (chance * 1.05)));
