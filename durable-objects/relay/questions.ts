/** What a relay asks a publisher: one `sub` a topic at a time, since answers come in the order of questions, and none twice. Pure. */
import { RELAY } from "../../shared/limits.ts";
import type { Position, Topic } from "../../shared/protocol/frames.ts";

/** `open` goes on from where the topic stands, `image` wants the whole state. `token` goes with a player's topic. */
export type Ask = { readonly kind: "open" | "image"; readonly token: string | null };
export type Asked = { readonly ask: Ask; readonly position: Position | null };

export class Questions {
	readonly #inFlight = new Map<Topic, Asked & { readonly atMs: number }>();
	readonly #queued = new Map<Topic, readonly Ask[]>();

	/** An answer is awaited. */
	get areOut(): boolean {
		return this.#inFlight.size > 0;
	}

	isAsking(topic: Topic): boolean {
		return this.#inFlight.has(topic);
	}

	/** Whether this very question is on its way, and its answer will come. */
	isAskingFor(topic: Topic, token: string | null): boolean {
		const inFlight = this.#inFlight.get(topic);
		return inFlight !== undefined && inFlight.ask.token === token;
	}

	/** False where the same waits already. */
	add(topic: Topic, ask: Ask): boolean {
		const queue = this.#queued.get(topic) ?? [];
		if (queue.some((other) => other.kind === ask.kind && other.token === ask.token)) return false;
		this.#queued.set(topic, [...queue, ask]);
		return true;
	}

	/** Nobody waits for this answer any more: what has not been asked yet is not asked. */
	withdraw(topic: Topic, token: string): void {
		const queue = this.#queued.get(topic) ?? [];
		this.#queue(
			topic,
			queue.filter((ask) => ask.token !== token),
		);
	}

	drop(topic: Topic): void {
		this.#inFlight.delete(topic);
		this.#queued.delete(topic);
	}

	clear(): void {
		this.#inFlight.clear();
		this.#queued.clear();
	}

	/** The text of the next question of a topic; null where one is out, or none waits. */
	next(topic: Topic, resumeFrom: () => Position | null, nowMs: number): string | null {
		const [ask, ...rest] = this.#inFlight.has(topic) ? [] : (this.#queued.get(topic) ?? []);
		if (ask === undefined) return null;
		this.#queue(topic, rest);
		const position = ask.kind === "image" ? null : resumeFrom();
		this.#inFlight.set(topic, { ask, position, atMs: nowMs });
		return JSON.stringify(["sub", topic, position, ask.token === null ? {} : { token: ask.token }]);
	}

	/** What was asked; null where nothing was. */
	answered(topic: Topic): Asked | null {
		const inFlight = this.#inFlight.get(topic) ?? null;
		this.#inFlight.delete(topic);
		return inFlight;
	}

	/** One has been out for so long that its publisher cannot be well. */
	isOverdue(nowMs: number): boolean {
		for (const { atMs } of this.#inFlight.values()) if (nowMs - atMs > RELAY.answerMs) return true;
		return false;
	}

	#queue(topic: Topic, asks: readonly Ask[]): void {
		if (asks.length === 0) this.#queued.delete(topic);
		else this.#queued.set(topic, asks);
	}
}
