/** One topic at a relay: its ring and its readers. The same bytes go to every reader (FRM-3). Pure: time comes in. */
import { RELAY, SOCKET } from "../../shared/limits.ts";
import type { DeltaHead } from "../../shared/protocol/frame-head.ts";
import type { Position, Topic } from "../../shared/protocol/frames.ts";
import { encodeFrame, nameOnly, type ServerFrame } from "../../shared/protocol/server-frame.ts";
import { Freshness } from "./freshness.ts";
import type { Member } from "./member.ts";
import { type KeyedImage, TopicRing } from "./ring.ts";

export class RelayTopic {
	/** As the publisher names it, e.g. `me:{playerId}`. */
	readonly name: Topic;
	/** As readers name it, e.g. `me`. */
	readonly wire: Topic;
	readonly members = new Set<Member>();
	/** Tokens the wallet has accepted for this topic (`me` only). */
	readonly verified = new Set<string>();
	/** Its publisher has answered for it. */
	isKnown = false;
	readonly #ring = new TopicRing();
	readonly #nameJson: string;
	readonly #wireJson: string;
	readonly #freshness: Freshness;
	#aheadCheckAtMs: number | null = null;
	#idleSinceMs: number | null;
	/** False only where surely no reader waits: saves looking at each of them for every frame. */
	#mayWait = true;
	/** An image has been asked for and has not come yet. */
	isImageAsked = false;
	#imageAskedAtMs: number | null = null;
	/** What has come since the last acknowledgement upstream, and since when. */
	#owed: { frames: number; readonly sinceMs: number } | null = null;
	/** One was asked for and has never come. */
	#isImageOverdue = false;

	constructor(name: Topic, wire: Topic, nowMs: number) {
		this.name = name;
		this.wire = wire;
		this.#nameJson = JSON.stringify(name);
		this.#wireJson = JSON.stringify(wire);
		this.#freshness = new Freshness(nowMs);
		this.#idleSinceMs = nowMs;
	}

	get isStale(): boolean {
		return this.#freshness.isStale;
	}

	/** From where to (re)open the topic upstream: its own head, or the oldest position a reader asked for (FRM-6). */
	get resumeFrom(): Position | null {
		if (this.#ring.head !== null) return this.#ring.head;
		const asked = [...this.members].flatMap((member) => member.asked ?? []);
		const epoch = asked.at(-1)?.epoch;
		const offsets = asked.filter((position) => position.epoch === epoch).map((position) => position.offset);
		return epoch === undefined ? null : { epoch, offset: Math.min(...offsets) };
	}

	join(member: Member, nowMs: number): void {
		this.members.add(member);
		this.#idleSinceMs = null;
		this.#mayWait = true;
		if (member.token !== null && this.verified.has(member.token)) member.phase = "waiting";
		this.#serve(member, nowMs);
	}

	leave(member: Member, nowMs: number): void {
		this.members.delete(member);
		if (this.members.size === 0) this.#idleSinceMs ??= nowMs;
	}

	isIdle(nowMs: number): boolean {
		return this.#idleSinceMs !== null && nowMs - this.#idleSinceMs >= RELAY.idleMs;
	}

	/** Nobody reads it, and nobody who might is known: it is not kept for who comes back (SHR-1). */
	get isVoid(): boolean {
		return this.members.size === 0 && (this.wire === "me" ? this.verified.size === 0 : !this.isKnown);
	}

	/** True where somebody waits for what only a fresh image can give. */
	get wantsImage(): boolean {
		if (this.isImageAsked || !this.#mayWait) return false;
		if (this.#ring.head === null && !this.#isImageOverdue) return false;
		for (const member of this.members) if (member.phase === "waiting") return true;
		this.#mayWait = false;
		return false;
	}

	/** True where the kept image is so old that a fresh one is worth its bytes. */
	get isImageOld(): boolean {
		const tail = this.#ring.tailDeltas;
		return !this.isImageAsked && tail !== null && tail > RELAY.imageTailDeltas;
	}

	/** The wallet has accepted a token. */
	verify(token: string, nowMs: number): void {
		this.verified.add(token);
		this.#mayWait = true;
		for (const member of this.members) {
			if (member.phase !== "unverified" || member.token !== token) continue;
			member.verified();
			this.#serve(member, nowMs);
		}
	}

	/** An answer has come: from its publisher, or from a relay that has the topic. */
	answered(isByRelay: boolean, nowMs: number): void {
		this.#freshness.answered(isByRelay, nowMs);
	}

	/** Its publisher, which stood at `head`, sends an image behind its answer. */
	promised(head: Position | null): void {
		this.#expect(head);
	}

	/** The wallet must judge each token again: a revocation may have been missed (FRM-7). */
	doubt(): void {
		this.verified.clear();
		for (const member of this.members) if (member.token !== null) member.doubt();
	}

	/**
	 * The publisher goes on from `position` without a gap, and what is missing up to its `head` comes behind the answer. Readers
	 * further on wait for the frames that reach them.
	 */
	recovered(position: Position, nowMs: number, head: Position | null = null): void {
		this.#ring.start(position);
		this.#expect(head);
		this.#heard(nowMs, () => this.#goOn(position, nowMs));
	}

	#goOn(position: Position, nowMs: number): void {
		for (const member of this.members) {
			if (member.phase !== "waiting") continue;
			const { asked } = member;
			if (asked !== null && asked.epoch === position.epoch && asked.offset > (this.#ring.head?.offset ?? 0)) {
				member.link.send(encodeFrame(["sub", this.wire, "recovered"]));
				member.caughtUp(asked, asked.offset, nowMs);
				this.#tell(member, this.isStale);
				this.#aheadCheckAtMs = nowMs + RELAY.aheadMs;
			} else this.#serve(member, nowMs);
		}
	}

	/** A state frame or a beat from the publisher. `gap`: ask the publisher to go on from `resumeFrom`. */
	read(frame: ServerFrame | DeltaHead, text: string, schemaText: string | null, nowMs: number): "ok" | "gap" {
		switch (frame[0]) {
			case "delta": {
				const bytes = this.#rename(text);
				const fit = this.#ring.delta(frame[2], frame[3], frame[4], bytes, nowMs);
				this.#owe(nowMs);
				if (fit === "gap") this.#miss({ epoch: frame[2], offset: frame[4] });
				this.#heard(nowMs, () => fit === "next" && this.#passDelta(frame[3], frame[4], bytes, nowMs));
				return fit === "gap" && !this.isImageAsked ? "gap" : "ok";
			}
			case "image": {
				const keyed = this.#keyed(text, schemaText);
				this.isImageAsked = false;
				this.#imageAskedAtMs = null;
				this.#isImageOverdue = false;
				const hasJumped = this.#ring.image(frame[2], frame[3], keyed);
				this.#owe(nowMs);
				this.#freshness.forgetMissing(frame[2]);
				this.#heard(nowMs, () => this.#passImage(keyed, hasJumped, nowMs));
				return "ok";
			}
			case "stale":
				this.#freshness.said(frame[2], nowMs);
				if (frame[2]) this.#setStale();
				else this.#heard(nowMs, () => {});
				return "ok";
			case "beat":
				return this.#beat(frame[2], frame[3], frame[5], this.#rename(text), nowMs);
			default:
				return "ok";
		}
	}

	acknowledge(member: Member, epoch: string, offset: number, nowMs: number): void {
		if (!member.acknowledge(epoch, offset, nowMs)) return;
		this.#mayWait = true;
		this.#serve(member, nowMs);
	}

	/** Where it stands, if that is to be acknowledged upstream now: as readers do, after so many frames or so long (FRM-4). */
	takeAck(nowMs: number): Position | null {
		const owed = this.#owed;
		if (owed === null || (owed.frames < SOCKET.ackFrames && nowMs - owed.sinceMs < SOCKET.ackMs)) return null;
		this.#owed = null;
		return this.#ring.head;
	}

	/** The connection to the publisher has gone: its last beat may go by meanwhile. */
	disconnected(): void {
		this.#freshness.disconnected();
		this.#owed = null;
	}

	/**
	 * A new connection to the publisher has answered: from here on its beats tell whether the topic is in play. Readers are told so
	 * by calling it stale, or they would wait for ever for the beats of a match that has ended meanwhile.
	 */
	reconnected(): void {
		if (this.#freshness.reconnected()) this.#setStale();
	}

	/**
	 * Every second: staleness (FRM-6), readers that fell behind (FRM-4), positions that never were. Returns the readers that
	 * must be closed with `slow`.
	 */
	tick(isConnected: boolean, nowMs: number): readonly Member[] {
		this.#ring.trim(nowMs);
		this.#giveUpImage(nowMs);
		const { isBeating, isUnsaid } = this.#freshness;
		if (this.#freshness.isSilent(nowMs) && (isBeating || isUnsaid || !isConnected)) this.#setStale();
		if (this.#aheadCheckAtMs !== null && nowMs >= this.#aheadCheckAtMs) this.#checkAhead();
		const lost = [...this.members].filter((member) => member.isLost(nowMs));
		// Whoever is left out does not see it from what no longer comes, and whoever waits for an answer may show what it had before.
		for (const member of this.members)
			if ((this.isStale || member.phase === "behind") && !member.isToldStale) this.#tell(member, true);
		return lost;
	}

	/** True while something may change with time alone. */
	get needsTick(): boolean {
		const { isBeating, isUnsaid } = this.#freshness;
		if (isBeating || isUnsaid || this.isImageAsked || this.#owed !== null) return true;
		if (this.#idleSinceMs !== null || this.#aheadCheckAtMs !== null) return true;
		for (const member of this.members) if (member.phase !== "live" || member.isUnacked) return true;
		return false;
	}

	/** For how long nothing has come, where something should have; null where silence means nothing. */
	silentMs(nowMs: number): number | null {
		return this.#freshness.silentMs(nowMs);
	}

	/** It has more of this history than the kept image: of two connections during a redial the slower one may have sent it. */
	#isPast(member: Member): boolean {
		const head = this.#ring.head;
		if (member.isAsking || member.epoch !== head?.epoch) return false;
		return Math.min(member.sent, head.offset) > (this.#ring.imageOffset ?? 0);
	}

	#owe(nowMs: number): void {
		this.#owed ??= { frames: 0, sinceMs: nowMs };
		this.#owed.frames++;
	}

	/** `isFresh`: the image that is kept here has just come. */
	#serve(member: Member, nowMs: number, isFresh = false): void {
		const head = this.#ring.head;
		if (member.phase !== "waiting" || head === null) return;
		const resumed = this.#ring.resume(member.asked, member.isByName);
		if (resumed === null) return;
		const { isAsking } = member;
		// FRM-4: whoever was left out has more already than an older image, and gets the latest alone.
		const isKept = resumed.how === "image" && !isFresh && this.#ring.tailDeltas !== 0;
		if (isKept && (!isAsking || member.wantsFresh)) return;
		if (resumed.how === "image" && this.#isPast(member)) return;
		if (isAsking) member.link.send(encodeFrame(["sub", this.wire, resumed.how]));
		for (const text of resumed.frames) member.link.send(text);
		member.caughtUp(head, resumed.how === "recovered" ? (member.asked?.offset ?? null) : null, nowMs);
		// Said either way: what a reader was told before may come from another relay, or from before this one was evicted.
		if (isAsking || member.isToldStale !== this.isStale) this.#tell(member, this.isStale);
	}

	#passDelta(from: number, to: number, text: string, nowMs: number): void {
		for (const member of this.members) {
			if (member.wantsFresh && member.phase === "waiting" && member.epoch !== "" && member.sent === from) {
				member.link.send(text);
				member.sent = to;
			}
			if (member.phase !== "live") continue;
			if (member.sent === from) member.push(text, to, nowMs);
			else if (member.sent < to) this.#needsImage(member);
		}
	}

	#passImage({ schema, image }: KeyedImage, hasJumped: boolean, nowMs: number): void {
		const head = this.#ring.head;
		if (head === null) return;
		for (const member of this.members) {
			if (member.phase === "waiting") this.#serve(member, nowMs, true);
			else if (hasJumped && member.phase === "live") {
				// Nobody has a new schema yet: told its name alone, a whole audience would fetch it at once.
				if (schema !== null) member.link.send(schema);
				member.link.send(image);
				member.caughtUp(head, null, nowMs);
			}
		}
	}

	#beat(epoch: string, offset: number, body: unknown, text: string, nowMs: number): "ok" | "gap" {
		const head = this.#ring.head;
		const isGap = head === null || head.epoch !== epoch || offset > head.offset;
		if (isGap) this.#miss({ epoch, offset });
		this.#heard(nowMs, () => {});
		this.#freshness.beat(isLast(body));
		if (isGap) return this.isImageAsked ? "ok" : "gap";
		for (const member of this.members) {
			if (member.phase === "live" && member.sent === offset) member.link.send(text);
		}
		return "ok";
	}

	/** One that was promised and cannot be read never comes: without this nobody would ask again before the next redial. */
	#giveUpImage(nowMs: number): void {
		this.#imageAskedAtMs = this.isImageAsked ? (this.#imageAskedAtMs ?? nowMs) : null;
		if (this.#imageAskedAtMs === null || nowMs - this.#imageAskedAtMs <= RELAY.imageMs) return;
		this.isImageAsked = false;
		this.#imageAskedAtMs = null;
		this.#isImageOverdue = true;
	}

	#checkAhead(): void {
		this.#aheadCheckAtMs = null;
		const head = this.#ring.head;
		if (head === null) return;
		for (const member of this.members) {
			if (member.phase === "live" && member.sent > head.offset) this.#needsImage(member);
		}
	}

	#needsImage(member: Member): void {
		member.phase = "waiting";
		member.asked = null;
		this.#mayWait = true;
		this.#tell(member, true);
	}

	/** What an answer says of the head is the newest word. */
	#expect(head: Position | null): void {
		// A relay does not say where the head is: what is known to be missing still is.
		if (head === null && this.#freshness.isUnsaid) return;
		this.#freshness.forgetMissing();
		if (head !== null) this.#miss(head);
	}

	/** What is missing up to there, if anything is, makes the topic stale at once, and not only when the silence tells. */
	#miss(head: Position): void {
		if (this.#freshness.lacks(head, this.#ring.head)) this.#setStale();
	}

	/** `pass`: readers get what has come before they are told that it is fresh. */
	#heard(nowMs: number, pass: () => void): void {
		const isFreshAgain = this.#freshness.heard(this.#ring.head, nowMs);
		pass();
		if (!isFreshAgain || this.isStale) return;
		// Who waits for an image is told with it.
		for (const member of this.members) if (member.phase === "live" && member.isToldStale) this.#tell(member, false);
	}

	#setStale(): void {
		if (!this.#freshness.setStale()) return;
		// Who has had no answer yet is told with the answer.
		for (const member of this.members) if (!member.isAsking) this.#tell(member, true);
	}

	#tell(member: Member, isStale: boolean): void {
		member.isToldStale = isStale;
		member.link.send(encodeFrame(["stale", this.wire, isStale]));
	}

	/** Once an image, not once a reader. */
	#keyed(image: string, schema: string | null): KeyedImage {
		const name = schema === null ? null : nameOnly(schema);
		return {
			schema: schema === null ? null : this.#rename(schema),
			name: name === null ? null : this.#rename(name),
			image: this.#rename(image),
		};
	}

	/** Once a frame, not once a reader: the name stands second, before any body. */
	#rename(text: string): string {
		return this.name === this.wire ? text : text.replace(this.#nameJson, this.#wireJson);
	}
}

function isLast(body: unknown): boolean {
	return typeof body === "object" && body !== null && "last" in body && body.last === 1;
}
