/**
 * When each feed last spoke, on the lane's clock (LAN-2). Only what a provider itself sends counts, with the age of its signed
 * time (LAN-4). Kept in memory: after a restart nothing has been heard, which can only refuse bets. An age is never told
 * shorter than it is.
 */
import type { Speech } from "../../shared/contracts/match.ts";

/** The newest answer the lane has had from a match, and when it came. */
export type HeardAnswer = { readonly epoch: string; readonly answerNo: number; readonly atMs: number };
/** Something a provider has said; `signedAtMs` is on its own clock, and null where the caller only told how old it is. */
export type Said = { readonly provider: string; readonly signedAtMs: number | null; readonly heardAtMs: number };

/**
 * The newest that was said. Of what was signed the time of signing decides, so that the same words again, however often and
 * however late, are no newer.
 */
class Newest {
	#plain: Said | null = null;
	#signed: Said | null = null;

	add(said: Said): void {
		if (said.signedAtMs === null) {
			if (this.#plain === null || said.heardAtMs > this.#plain.heardAtMs) this.#plain = said;
		} else if (this.#signed?.signedAtMs == null || said.signedAtMs > this.#signed.signedAtMs) {
			this.#signed = said;
		}
	}

	atMs(offsetMs: number): number {
		return Math.max(
			...[this.#plain, this.#signed].flatMap((said) => (said === null ? [] : [saidAtMs(said, offsetMs)])),
		);
	}
}

/** No later than it was heard: a clock that is ahead banks no speech. */
export function saidAtMs({ signedAtMs, heardAtMs }: Said, offsetMs: number): number {
	return signedAtMs === null ? heardAtMs : Math.min(heardAtMs, signedAtMs + offsetMs);
}

/** It came before our clock was set back, and was stored after: how long ago that was nobody knows. */
const isAhead = ({ heardAtMs }: Said, nowMs: number): boolean => heardAtMs > nowMs;

export class FeedSpeech {
	readonly #offsetMs: (provider: string) => number;
	/** What matches have applied, and heartbeats. */
	readonly #spoken = new Map<string, Newest>();
	/** Everything that was stored, refused by its match or not: the connection is alive (LAN-3). */
	readonly #heard = new Map<string, Newest>();
	/** When feeds were heard before this object was started, or before its clock was set. */
	#heardBefore: ReadonlyMap<string, number>;
	#startedAtMs: number;
	#latestMs: number;

	constructor(
		startedAtMs: number,
		offsetMs: (provider: string) => number,
		heardBefore: ReadonlyMap<string, number> = new Map(),
	) {
		this.#startedAtMs = startedAtMs;
		this.#heardBefore = heardBefore;
		this.#latestMs = startedAtMs;
		this.#offsetMs = offsetMs;
	}

	/** It is stored; whether it is speech is for its match to say. */
	heard(said: Said, nowMs: number): void {
		this.#look(nowMs);
		if (isAhead(said, nowMs)) return;
		newestOf(this.#heard, said.provider).add(said);
	}

	/** Everything the provider said up to then is stored. What overtook it has spoken later already. */
	spoke(said: Said, nowMs: number): void {
		this.heard(said, nowMs);
		if (isAhead(said, nowMs)) return;
		newestOf(this.#spoken, said.provider).add(said);
	}

	sinceSpokeMs(provider: string, nowMs: number): number | null {
		this.#look(nowMs);
		const newest = this.#spoken.get(provider);
		return newest === undefined ? null : Math.max(0, nowMs - newest.atMs(this.#offsetMs(provider)));
	}

	/** LAN-3: silent beyond the limit, over every restart; a feed that no life has heard yet is given as long to be heard. */
	isLost(provider: string, nowMs: number, lostAfterMs: number): boolean {
		this.#look(nowMs);
		const heardAtMs = this.#heard.get(provider)?.atMs(this.#offsetMs(provider));
		// What was kept by a clock that was ahead of ours is no later than our start.
		const keptAtMs = Math.min(this.#heardBefore.get(provider) ?? this.#startedAtMs, this.#startedAtMs);
		return nowMs - (heardAtMs ?? keptAtMs) > lostAfterMs;
	}

	/**
	 * Ages for the match, or null while it has not answered this lane or the feed has not been heard. `carried` is what the
	 * same request brings: speech if the match applies all of it, and otherwise the match does not listen.
	 */
	ages(provider: string, answer: HeardAnswer | null, nowMs: number, carried: readonly Said[] = []): Speech | null {
		const offsetMs = this.#offsetMs(provider);
		const sinceMs = carried
			.filter((said) => !isAhead(said, nowMs))
			.map((said) => Math.max(0, nowMs - saidAtMs(said, offsetMs)));
		const spokenMs = this.sinceSpokeMs(provider, nowMs);
		if (spokenMs !== null) sinceMs.push(spokenMs);
		if (answer === null || sinceMs.length === 0 || answer.atMs > nowMs) return null;
		const sinceSpokeMs = Math.min(...sinceMs);
		return { epoch: answer.epoch, answerNo: answer.answerNo, sinceAnswerMs: nowMs - answer.atMs, sinceSpokeMs };
	}

	/** A clock set back makes old speech look new: what was heard before is forgotten. */
	#look(nowMs: number): void {
		if (nowMs < this.#latestMs) {
			this.#spoken.clear();
			this.#heard.clear();
			this.#heardBefore = new Map();
			this.#startedAtMs = nowMs;
		}
		this.#latestMs = nowMs;
	}
}

function newestOf(kept: Map<string, Newest>, provider: string): Newest {
	const newest = kept.get(provider) ?? new Newest();
	kept.set(provider, newest);
	return newest;
}
