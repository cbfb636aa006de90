/** How the disks of a world behave: mostly quick, now and then late, and what is not durable is lost with its object. */
import type { WorldOptions } from "../../testing/world.ts";
import type { Random } from "./chance.ts";

/** What nobody waits for is durable after so long, at least and at most. */
const LAZY_MS = [20, 200] as const;
const SYNC_MS = 20;
const SLOW_SHARE = 0.2;
/** A late disk takes so long for each wait. */
const LATE_MS = [50, 2_000] as const;

export class Disks {
	readonly #random: Random;
	readonly #lateUntilMs = new Map<string, number>();
	#isHealed = false;
	now: () => number = () => 0;
	/** While it is so, a death loses nothing. */
	isLossless: () => boolean = () => false;

	constructor(random: Random) {
		this.#random = random;
	}

	options(): Pick<WorldOptions, "syncMs" | "disk"> {
		return {
			syncMs: (owner) => (this.#isLate(owner) ? this.#between(LATE_MS) : this.#quick()),
			disk: {
				lazyMs: (owner) => (this.#isLate(owner) ? LATE_MS[1] : this.#between(LAZY_MS)),
				outlive: (_, turns) => (this.isLossless() ? turns : Math.floor(this.#random() * (turns + 1))),
			},
		};
	}

	/** From now on, for so long, this object's storage is late. */
	late(owner: string, forMs: number): void {
		this.#lateUntilMs.set(owner, this.now() + forMs);
	}

	heal(): void {
		this.#isHealed = true;
	}

	#isLate(owner: string): boolean {
		return !this.#isHealed && this.now() < (this.#lateUntilMs.get(owner) ?? 0);
	}

	#quick(): number {
		return this.#random() < SLOW_SHARE ? Math.floor(this.#random() * SYNC_MS) : 0;
	}

	#between([least, most]: readonly [number, number]): number {
		return least + Math.floor(this.#random() * (most - least));
	}
}
