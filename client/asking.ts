/**
 * When a topic is asked for again on one connection: at once where it was whole for long, otherwise further and further apart, at
 * random, because what breaks one reader's topic breaks it for its whole audience in the same moment (FRM-2, FRM-6). Pure.
 */
import { CLIENT } from "../shared/limits.ts";

export class Asking {
	readonly #random: () => number;
	#tries = 0;
	#dueAtMs: number | null = null;
	#wholeSinceMs: number | null = null;
	#isAwaiting = false;

	constructor(random: () => number) {
		this.#random = random;
	}

	/** A question is out, and nothing has come of it yet. */
	get isAwaiting(): boolean {
		return this.#isAwaiting;
	}

	isDue(nowMs: number): boolean {
		return this.#dueAtMs !== null && nowMs >= this.#dueAtMs;
	}

	/** Sent: with no answer it is asked again. */
	asked(nowMs: number): void {
		this.#tries++;
		this.#isAwaiting = true;
		this.#dueAtMs = nowMs + Math.max(this.#patienceMs(), this.#backOffMs());
	}

	/** The topic is whole. */
	answered(nowMs: number): void {
		this.#isAwaiting = false;
		this.#dueAtMs = null;
		this.#wholeSinceMs ??= nowMs;
	}

	/** Something was missed. */
	gap(nowMs: number): void {
		this.#broken(nowMs);
		this.#dueAtMs = this.#tries <= 1 ? nowMs : nowMs + this.#backOffMs();
	}

	/** The question was wrong and not its answer: it is put in other words at once, and counts as no try. Once a connection. */
	reworded(nowMs: number): void {
		this.#broken(nowMs);
		this.#tries = Math.max(0, this.#tries - 1);
		this.#dueAtMs = nowMs;
	}

	/** Nobody can read what was sent, so nobody asks at once; and more of it puts no question off. */
	unreadable(nowMs: number): void {
		this.#broken(nowMs);
		this.#dueAtMs = Math.min(this.#dueAtMs ?? Number.POSITIVE_INFINITY, nowMs + this.#backOffMs());
	}

	/** Refused: asked again later where that can help. */
	refused(nowMs: number, canHelp: boolean): void {
		this.#broken(nowMs);
		this.#dueAtMs = canHelp ? nowMs + Math.max(this.#patienceMs(), this.#backOffMs()) : null;
	}

	#broken(nowMs: number): void {
		if (this.#wholeSinceMs !== null && nowMs - this.#wholeSinceMs >= CLIENT.calmMs) this.#tries = 1;
		this.#wholeSinceMs = null;
		this.#isAwaiting = false;
	}

	#patienceMs(): number {
		return CLIENT.answerMs * (1 + this.#random());
	}

	#backOffMs(): number {
		const limitMs = Math.min(CLIENT.resyncMinMs * 2 ** Math.max(0, this.#tries - 1), CLIENT.resyncMaxMs);
		return limitMs * (0.5 + this.#random() / 2);
	}
}
