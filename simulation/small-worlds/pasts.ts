/**
 * Every past of one object that a search has met, each told to a living object once. Other objects are not needed for it: what
 * they say is in the past. So a world with a million states costs as much as its objects have pasts, which are a few thousand.
 */
import type { Living } from "./living.ts";
import { digest, type Event, keyOf, type Outcome, type Past } from "./past.ts";

export type Judge<Seen> = {
	/** What is seen of an object in which nothing has happened yet, and what after an event. */
	readonly first: (living: Living) => Seen;
	readonly after: (before: Past<Seen>, event: Event, outcome: Outcome, living: Living) => Seen;
	/** What of it outlives a death. */
	readonly kept: (seen: Seen) => string;
};

/** A living object and where it stands; null: wherever, so that it must go back to the start. */
type Standing<Seen> = { readonly living: Living; at: Past<Seen> | null; usedAt: number };

export class Pasts<Seen> {
	readonly root: Past<Seen>;
	readonly #judge: Judge<Seen>;
	readonly #standing: readonly Standing<Seen>[];
	/** Objects that have died are told apart by what is left of them, not by how they came to it. */
	readonly #births = new Map<string, Past<Seen>>();
	#made = 0;
	#uses = 0;

	constructor(livings: readonly Living[], judge: Judge<Seen>) {
		this.#judge = judge;
		this.#standing = livings.map((living) => ({ living, at: null, usedAt: 0 }));
		const [living] = livings;
		if (living === undefined) throw new Error("nobody lives");
		living.back();
		this.root = {
			no: this.#made++,
			life: 1,
			before: null,
			event: null,
			depth: 0,
			sent: [],
			due: null,
			requests: 0,
			returned: null,
			faults: [],
			seen: judge.first(living),
			next: new Map(),
		};
	}

	/** Every past will be told anew. */
	forget(): void {
		this.root.next.clear();
		this.#births.clear();
		for (const standing of this.#standing) standing.at = null;
	}

	async after(past: Past<Seen>, event: Event): Promise<Past<Seen>> {
		const key = keyOf(event);
		const known = past.next.get(key);
		if (known !== undefined) return known;
		const made = await this.#tell(past, event);
		past.next.set(key, made);
		return made;
	}

	async #tell(past: Past<Seen>, event: Event): Promise<Past<Seen>> {
		const standing = this.#nearest(past);
		const { living } = standing;
		standing.usedAt = ++this.#uses;
		const missing: Event[] = [];
		for (let at: Past<Seen> | null = past; at !== null && at !== standing.at; at = at.before)
			if (at.event !== null) missing.push(at.event);
		if (standing.at === null) living.back();
		standing.at = null;
		for (const one of missing.reverse()) await living.tell(one);
		const outcome = await living.tell(event);
		const seen = this.#judge.after(past, event, outcome, living);
		const isDeath = event.kind === "death";
		const remains = isDeath ? digest(`${living.remains} ${this.#judge.kept(seen)}`) : "";
		const same = isDeath ? this.#births.get(remains) : undefined;
		standing.at = same ?? null;
		if (same !== undefined) return same;
		const made: Past<Seen> = {
			...outcome,
			no: this.#made++,
			life: past.life + (isDeath ? 1 : 0),
			before: past,
			event,
			depth: past.depth + 1,
			seen,
			next: new Map(),
		};
		if (isDeath) this.#births.set(remains, made);
		standing.at = made;
		return made;
	}

	/** Whoever stands nearest on the way there, or else whoever has not been used for longest, to be sent back to the start. */
	#nearest(past: Past<Seen>): Standing<Seen> {
		let nearest: Standing<Seen> | null = null;
		for (const standing of this.#standing)
			if (isOnTheWay(standing.at, past) && (standing.at?.depth ?? 0) > (nearest?.at?.depth ?? -1)) nearest = standing;
		if (nearest !== null) return nearest;
		const [oldest] = this.#standing.toSorted((a, b) => a.usedAt - b.usedAt);
		if (oldest === undefined) throw new Error("nobody lives");
		oldest.at = null;
		return oldest;
	}
}

function isOnTheWay<Seen>(at: Past<Seen> | null, past: Past<Seen>): boolean {
	if (at === null) return false;
	let step: Past<Seen> | null = past;
	while (step !== null && step.depth > at.depth) step = step.before;
	return step === at;
}
