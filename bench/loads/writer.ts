/** Inputs as feeds say them most of the time: an attack begins or ends, and now and then where the clock is. */
import type { PushLoad } from "./push-load.ts";

/** One input of so many says where the clock is; the others that an attack begins or ends, as feeds do most of the time. */
const CLOCK_EACH = 10;

type Message = Readonly<Record<string, unknown>>;
type Spoken = Pick<PushLoad, "run" | "kickedOffAtMs" | "inputsPerPush">;

export class Writer {
	readonly given: Record<string, number> = {};
	readonly #load: Spoken;

	constructor(load: Spoken) {
		this.#load = load;
	}

	/** The next batch over these matches, which come round. */
	batch(matchIds: readonly string[], from: number): readonly Message[] {
		return Array.from({ length: this.#load.inputsPerPush }, (_, at) =>
			this.#message(matchIds[(from + at) % matchIds.length] ?? ""),
		);
	}

	#message(matchId: string): Message {
		const no = this.given[matchId] ?? 0;
		this.given[matchId] = no + 1;
		const nowMs = Date.now();
		const head = { v: 1, id: `${this.#load.run}:${matchId}:${no}`, matchId, sentAtMs: nowMs };
		if (no % CLOCK_EACH !== 0) return { ...head, kind: "danger", on: no % 2 === 1 };
		const elapsedSec = Math.floor((nowMs - this.#load.kickedOffAtMs) / 1_000);
		return { ...head, kind: "state", phase: "first_half", clock: { elapsedSec, running: true, rate: 1 } };
	}
}
