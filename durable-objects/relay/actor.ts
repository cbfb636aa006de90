/**
 * A relay: readers' sockets on one side, publishers on the other, the same protocol on both (FRM-5 to FRM-7). It keeps
 * nothing that it could not ask for again, so it needs no storage: after hibernation the sockets' attachments say which
 * topics to dial, and from where.
 */
import { exhaustive } from "../../shared/decode.ts";
import { RELAY, SOCKET } from "../../shared/limits.ts";
import { BY_NAME, CLOSE, type ReaderFrame, SERVES_RELAYS, type Topic } from "../../shared/protocol/frames.ts";
import { encodeFrame } from "../../shared/protocol/server-frame.ts";
import type { Cancel, Ports } from "../runtime/ports.ts";
import { Member } from "./member.ts";
import { LOBBY, ME, publisherOf, waysTo } from "./naming.ts";
import { type Open, OpenTopics } from "./open-topics.ts";
import type { Ask } from "./questions.ts";
import { ReaderSession, type ReaderSocket, restoreAttachment, type Wanted } from "./reader-session.ts";
import { Shares } from "./shares.ts";
import type { Dial } from "./upstream.ts";

export type RelayDeps = {
	readonly ports: Pick<Ports, "now" | "random" | "timer" | "setAlarm" | "background" | "log">;
	readonly name: string;
	readonly walletShards: number;
	/** Relays of a region at each level above its readers' own, from below. */
	readonly tiers?: readonly number[];
	readonly dial: Dial;
};

export class RelayActor {
	readonly #deps: RelayDeps;
	readonly #sessions = new Map<string, ReaderSession>();
	readonly #sessionOf = new WeakMap<Member, ReaderSession>();
	readonly #shares = new Shares<ReaderSession>();
	readonly #topics: OpenTopics;
	#tick: Cancel | null = null;
	#alarmAtMs: number | null = null;

	constructor(deps: RelayDeps) {
		this.#deps = deps;
		this.#topics = new OpenTopics({
			ports: deps.ports,
			dial: deps.dial,
			shares: this.#shares,
			waysTo: (named) => waysTo(named, deps.name, deps.tiers ?? []),
			refused: (open, ask, code, detail) => this.#refused(open, ask, code, detail),
			moved: () => this.#wake(),
		});
	}

	/** A new socket. */
	opened(socket: ReaderSocket): void {
		if (this.#sessions.size >= SOCKET.maxSocketsPerRelay) {
			socket.close(CLOSE.full, "this relay is full");
			return;
		}
		if (!this.#shares.mayTake(socket.address, "sockets")) {
			socket.close(CLOSE.share, "this address has its share of sockets");
			return;
		}
		this.#start(socket).save();
		const { ackFrames, ackMs } = SOCKET;
		const hello = { v: 1, relay: this.#deps.name, ackFrames, ackMs, schemas: BY_NAME } as const;
		socket.send(encodeFrame(["hello", socket.isRelay === true ? { ...hello, serves: SERVES_RELAYS } : hello]));
	}

	/** A socket that was there before this instance was. What it has not acknowledged it gets again. */
	adopted(socket: ReaderSocket, stored: unknown): void {
		const topics = restoreAttachment(stored);
		if (topics === null) {
			socket.close(CLOSE.resync, "connect again");
			return;
		}
		const session = this.#start(socket);
		for (const wanted of topics) this.#subscribe(session, wanted, true);
		this.#wake();
	}

	message(socketId: string, data: string | ArrayBuffer | ArrayBufferView): void {
		const session = this.#sessions.get(socketId);
		if (session === undefined) return;
		const incoming = session.read(data, this.#now());
		if (incoming.kind === "violation") {
			if (incoming.detail !== null) session.error(null, "bad_frame", incoming.detail);
			this.#end(session, incoming.close, incoming.reason);
			return;
		}
		this.#handle(session, incoming.frame);
		this.#wake();
	}

	closed(socketId: string): void {
		const session = this.#sessions.get(socketId);
		if (session === undefined) return;
		this.#sessions.delete(socketId);
		this.#shares.give(session.address, "sockets");
		for (const wire of [...session.memberships.keys()]) this.#leave(session, wire);
		this.#wake();
	}

	/** The net under the tick: dials what is lost, pings what is quiet. */
	onAlarm(): void {
		this.#alarmAtMs = null;
		this.#everySecond();
		this.#wake();
	}

	#now(): number {
		return this.#deps.ports.now();
	}

	#start(socket: ReaderSocket): ReaderSession {
		const session = new ReaderSession(socket, this.#now());
		this.#sessions.set(socket.id, session);
		this.#shares.take(socket.address, "sockets");
		return session;
	}

	#handle(session: ReaderSession, frame: ReaderFrame): void {
		switch (frame[0]) {
			case "sub":
				this.#subscribe(session, wantedOf(frame), false);
				break;
			case "unsub":
				this.#leave(session, frame[1]);
				break;
			case "ack":
				for (const [name, epoch, offset] of frame[1]) {
					const membership = session.memberships.get(name);
					if (membership === undefined) continue;
					membership.topic.acknowledge(membership.member, epoch, offset, this.#now());
					this.#topics.settle(membership.topic);
				}
				break;
			default:
				exhaustive(frame);
		}
		session.save();
	}

	/** `isBack`: it had the topic before this instance was, so that it is not asked to do without. */
	#subscribe(session: ReaderSession, { topic: wire, position, token, isByName }: Wanted, isBack: boolean): void {
		const named = publisherOf(wire, token, this.#deps.walletShards);
		if (named.kind === "unnamed") {
			session.error(wire, named.code, named.detail);
			this.#countRefusal(session);
			return;
		}
		if (session.memberships.size >= SOCKET.maxTopics && !session.memberships.has(wire)) {
			session.error(wire, "too_many_topics", `at most ${SOCKET.maxTopics} topics a socket`);
			this.#end(session, CLOSE.tooManyTopics, "too many topics");
			return;
		}
		if (session.socket.isRelay !== true && !session.mayAskFor(wire, this.#now())) {
			session.error(wire, "rate_limited", "asked for too often");
			return;
		}
		const before = session.memberships.get(wire)?.member;
		const isAgain = before !== undefined;
		this.#leave(session, wire);
		const known = this.#topics.get(named.name);
		// The lobby exists, another match is there once it is open; a token is good once the wallet has taken it.
		const isQuestion = wire !== LOBBY && (wire === ME ? !known?.topic.verified.has(token ?? "") : known === undefined);
		if (isQuestion && !isBack && !this.#shares.mayAsk(session, this.#now())) {
			session.error(wire, "rate_limited", "too much that is asked for here is unanswered, or was refused");
			return;
		}
		const open = known ?? this.#topics.open(named, wire, session.address, isBack);
		if (open === null) {
			session.error(wire, "unavailable", "too many topics are open");
			return;
		}
		const { topic } = open;
		const member = new Member(session.socket, position, wire === ME ? token : null, isByName, isAgain);
		if (member.wantsFresh && before?.phase === "live") member.goOnFrom(before);
		this.#sessionOf.set(member, session);
		session.memberships.set(wire, { topic, member });
		topic.join(member, this.#now());
		if (isQuestion) this.#shares.ask(session, topic.name, member.token);
		this.#topics.joined(open, member, known === undefined);
	}

	#refused(open: Open, ask: Ask | null, code: string, detail: string): void {
		const askers = this.#shares.settle(open.topic.name, ask?.token ?? null);
		const concerned = [...open.topic.members].filter((member) => ask?.token == null || member.token === ask.token);
		for (const member of concerned) {
			const session = this.#sessionOf.get(member);
			if (session === undefined) continue;
			// Said unasked, or of a token that was good before, it means that what was accepted counts no more (FRM-7).
			const isRevoked = code === "unauthorized" && open.topic.wire === ME && (ask === null || !member.isAsking);
			if (ask !== null || !isRevoked) session.error(open.topic.wire, code, detail);
			if (isRevoked) this.#end(session, CLOSE.revoked, "token revoked");
			else {
				this.#leave(session, open.topic.wire);
				session.save();
			}
		}
		// A topic that is no more is asked for anew by the next reader, a token alone takes nothing from the others.
		if (ask?.token == null) this.#topics.close(open);
		else this.#topics.closeVoid(open);
		if (code === "unknown_topic" || (ask !== null && code === "unauthorized"))
			for (const asker of askers) this.#countRefusal(asker);
	}

	#leave(session: ReaderSession, wire: Topic): void {
		const membership = session.memberships.get(wire);
		if (membership === undefined) return;
		session.memberships.delete(wire);
		const { topic, member } = membership;
		topic.leave(member, this.#now());
		this.#topics.left({ topic, member, session });
	}

	#countRefusal(session: ReaderSession): void {
		const isTooMuch = this.#shares.refused(session, this.#now());
		if (isTooMuch && this.#sessions.get(session.socket.id) === session)
			this.#end(session, CLOSE.refused, "too much was refused");
	}

	#end(session: ReaderSession, code: number, reason: string): void {
		session.socket.close(code, reason);
		this.closed(session.socket.id);
	}

	#everySecond(): void {
		this.#topics.tick(this.#now(), (member) => {
			const session = this.#sessionOf.get(member);
			if (session !== undefined) this.#end(session, CLOSE.slow, "too far behind");
		});
	}

	/** Something has happened: look again in a second, and by the alarm should this instance be gone by then. */
	#wake(): void {
		if (this.#topics.isEmpty) return;
		const nowMs = this.#now();
		if (this.#alarmAtMs === null || this.#alarmAtMs <= nowMs) {
			this.#alarmAtMs = nowMs + RELAY.netMs;
			this.#deps.ports.setAlarm(this.#alarmAtMs);
		}
		this.#tick ??= this.#deps.ports.timer(RELAY.tickMs, () => {
			this.#tick = null;
			this.#everySecond();
			if (this.#topics.needsTick) this.#wake();
		});
	}
}

function wantedOf([, topic, position, { token, schemas }]: Extract<
	ReaderFrame,
	readonly ["sub", ...unknown[]]
>): Wanted {
	return { topic, position, token: token ?? null, isByName: schemas === BY_NAME };
}
