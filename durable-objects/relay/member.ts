/** One reader in one topic: what it was sent, what it has acknowledged, how far it is behind (FRM-4). Pure. */
import { SOCKET } from "../../shared/limits.ts";
import type { Position } from "../../shared/protocol/frames.ts";

/** What a topic may do to a reader's socket. */
export type ReaderLink = {
	/** The reader is a relay of the level below. */
	readonly isRelay?: boolean;
	readonly send: (text: string) => void;
	readonly close: (code: number, reason: string) => void;
};

/**
 * `unverified`: the wallet has not yet accepted its token. `waiting`: gets nothing until its answer can be complete.
 * `live`: gets every frame. `behind`: gets nothing until it acknowledges, then an image.
 */
export type MemberPhase = "unverified" | "waiting" | "live" | "behind";

/** Whoever says to have more than can be resumed from has not been told it by any relay: believed, it would never be slow. */
const isWithinReach = (offset: number, sent: number): boolean => offset <= sent + SOCKET.ringDeltas;

export class Member {
	readonly link: ReaderLink;
	readonly token: string | null;
	/** It has a schema, or fetches it, where it is told the name. */
	readonly isByName: boolean;
	/** A relay that has the topic asks for an image, for its own readers: one that is older than what they have would set them back. */
	readonly wantsFresh: boolean;
	phase: MemberPhase;
	/** From where it asked to go on; null: an image. */
	asked: Position | null;
	/** It has sent a `sub` that has not been answered yet. */
	isAsking = true;
	epoch = "";
	sent = 0;
	acked = 0;
	behindSinceMs: number | null = null;
	/** What it was told last: that what it has may be old. */
	isToldStale = false;
	/** The head at its last answer: one answer may be long without its reader being slow. */
	#base = 0;
	#unackedSinceMs: number | null = null;
	/** What it is once its token has been judged. */
	#verifiedPhase: "waiting" | "behind" = "waiting";

	constructor(link: ReaderLink, asked: Position | null, token: string | null, isByName = false, isAgain = false) {
		this.link = link;
		this.asked = asked;
		this.token = token;
		this.isByName = isByName;
		this.wantsFresh = isAgain && link.isRelay === true && asked === null;
		this.phase = token === null ? "waiting" : "unverified";
	}

	/** The position to resume from when this relay forgets everything else. */
	get position(): Position | null {
		return this.epoch === "" ? this.asked : { epoch: this.epoch, offset: this.acked };
	}

	/** It goes on getting what its relay had got until its image comes. */
	goOnFrom({ epoch, sent }: Member): void {
		this.epoch = epoch;
		this.sent = sent;
	}

	get isRelay(): boolean {
		return this.link.isRelay === true;
	}

	get isUnacked(): boolean {
		return this.#unackedSinceMs !== null;
	}

	/**
	 * It has everything up to `head`, of which the frames after `recoveredFrom` (null: an image) are on their way. One that has not
	 * asked goes on from what it was sent, and owes its acknowledgement as before (FRM-4).
	 */
	caughtUp(head: Position, recoveredFrom: number | null, nowMs: number): void {
		const isGoingOn = !this.isAsking && recoveredFrom !== null && this.epoch === head.epoch;
		if (this.epoch !== head.epoch) this.acked = 0;
		this.phase = "live";
		this.isAsking = false;
		this.epoch = head.epoch;
		this.sent = head.offset;
		this.behindSinceMs = null;
		if (isGoingOn) {
			if (this.sent > this.acked) this.#unackedSinceMs ??= nowMs;
			return;
		}
		this.#base = head.offset;
		if (recoveredFrom !== null) this.acked = Math.max(this.acked, recoveredFrom);
		this.#unackedSinceMs = this.sent > this.acked ? nowMs : null;
	}

	/** Its token must be judged again: it gets no state until then, only that what it has is stale, and goes on from where it is. */
	doubt(): void {
		if (this.phase === "unverified") return;
		if (this.phase === "live") this.asked = { epoch: this.epoch, offset: this.sent };
		this.#verifiedPhase = this.phase === "behind" ? "behind" : "waiting";
		this.phase = "unverified";
	}

	verified(): void {
		this.phase = this.#verifiedPhase;
	}

	/** Sends the next frame, and falls behind where too many are unacknowledged. */
	push(text: string, to: number, nowMs: number): void {
		this.link.send(text);
		this.sent = to;
		if (to > this.acked) this.#unackedSinceMs ??= nowMs;
		if (this.sent - Math.max(this.acked, this.#base) > SOCKET.behindFrames) this.#fallBehind(nowMs);
	}

	/**
	 * True where a reader that was behind shows life: it gets an image now. It may have more than it was sent here, from the relay
	 * that it was at before or from before this one was evicted, and says so once: forgotten, it would seem slow for ever (FRM-4).
	 */
	acknowledge(epoch: string, offset: number, nowMs: number): boolean {
		if (
			this.epoch === "" &&
			this.asked?.epoch === epoch &&
			isWithinReach(offset, this.asked.offset) &&
			offset > this.asked.offset
		)
			this.asked = { epoch, offset };
		if (epoch !== this.epoch || offset < this.acked || !isWithinReach(offset, this.sent)) return false;
		this.acked = offset;
		this.#unackedSinceMs = offset >= this.sent ? null : nowMs;
		// What it takes of before its newest image shows only that this has not been reached: another one would wait behind it.
		if (this.behindSinceMs === null || offset < this.#base) return false;
		if (this.phase === "behind") this.phase = "waiting";
		else this.#verifiedPhase = "waiting";
		this.asked = null;
		this.behindSinceMs = null;
		return true;
	}

	/** True where it has been behind for so long that it must connect again. */
	isLost(nowMs: number): boolean {
		if (this.phase === "live" && this.#unackedSinceMs !== null && nowMs - this.#unackedSinceMs > SOCKET.behindMs)
			this.#fallBehind(nowMs);
		return this.behindSinceMs !== null && nowMs - this.behindSinceMs > SOCKET.behindCloseMs;
	}

	#fallBehind(nowMs: number): void {
		this.phase = "behind";
		this.behindSinceMs = nowMs;
	}
}
