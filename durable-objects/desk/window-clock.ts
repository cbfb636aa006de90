/**
 * Time for bet windows. A wall clock may be set while a window runs, and would end it too soon (BET-3); there is no other clock in a
 * Worker. While legs wait the desk looks at its clock every half second, so a longer step between two looks was no time that passed.
 */
import { BET } from "../../shared/limits.ts";

export class WindowClock {
	readonly #wallMs: () => number;
	#latestMs: number;
	#countedMs: number;

	constructor(wallMs: () => number) {
		this.#wallMs = wallMs;
		this.#latestMs = wallMs();
		this.#countedMs = this.#latestMs;
	}

	/** Never ahead of what has really passed: a step that cannot be believed counts nothing, and windows only last longer. */
	now(): number {
		const wallMs = this.#wallMs();
		const stepMs = wallMs - this.#latestMs;
		this.#latestMs = wallMs;
		if (stepMs > 0 && stepMs <= BET.windowStepMs) this.#countedMs += stepMs;
		return this.#countedMs;
	}
}
