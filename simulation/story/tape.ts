/** What a feed will say of a match, and when: bodies get their envelope, in the order in which they are written down. */
import type { Input, Offered } from "../../shared/feeds/canonical.ts";
import type { TrueSide } from "../audit/true-sport.ts";
import type { Random } from "../world/chance.ts";
import type { Timed } from "./script.ts";

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

/** The feed says nothing of its own for so long before the end of a calm. */
const QUIET_END_MS = 2_000;

/** A calm in which a provider that had been silent says now and then that it has told everything again (LAN-3). */
export function calm(say: Tape["say"], fromMs: number, calmMs: number, untilMs = calmMs - QUIET_END_MS): void {
	say(fromMs + 1_000, { kind: "bet_start" });
	say(fromMs + 1_100, { kind: "danger", on: false });
	for (let after = 5_000; after < untilMs; after += 5_000) say(fromMs + after, { kind: "recovery_complete" });
}

/** Some matches begin long after their time: from then until the feed says that they do nothing is on sale (MAT-6). */
const LATE_STARTS = 0.12;
const LATEST_START_MS = 14_000;

/** When a match is said to begin that begins then: around it, by at most `apartMs`, and in a few long before. */
export function startSaid(random: Random, beginsMs: number, apartMs: number): number {
	const share = random();
	if (share < LATE_STARTS) return beginsMs - LATEST_START_MS + Math.floor((share / LATE_STARTS) * 6_000);
	return beginsMs + Math.floor((share - 0.3) * apartMs);
}

/** A price of a fair chance, with a margin. */
export const oddsOf = (fair: number): number => Math.floor(1_000 / (fair * 1.05));
export const twoWay = (fair: number): number[] => [oddsOf(fair), oddsOf(1 - fair)];

export const otherOf = (side: TrueSide): TrueSide => (side === "home" ? "away" : "home");
