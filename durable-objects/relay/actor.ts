/**
 * A relay: readers' sockets on one side, publishers on the other, the same protocol on both (FRM-5 to FRM-7). It keeps
 * nothing that it could not ask for again, so it needs no storage: after hibernation the sockets' attachments say which
 * topics to dial, and from where.
 */
import { exhaustive } from "../../shared/decode.ts";
import { RELAY, SOCKET } from "../../shared/limits.ts";
import type { DeltaHead } from "../../shared/protocol/frame-head.ts";
import { CLOSE, type ReaderFrame, type Topic } from "../../shared/protocol/frames.ts";
import { encodeFrame, type ServerFrame } from "../../shared/protocol/server-frame.ts";
import type { Cancel, Ports } from "../runtime/ports.ts";
import { Member } from "./member.ts";
import { LOBBY, ME, type Named, publisherOf } from "./naming.ts";
import { ReaderSession, type ReaderSocket, restoreAttachment, type Wanted } from "./reader-session.ts";
import { Shares } from "./shares.ts";
import { RelayTopic } from "./topic.ts";
import { type Answer, type Ask, type Dial, Upstream } from "./upstream.ts";

export type RelayDeps = {
	readonly ports: Pick<Ports, "now" | "random" | "timer" | "setAlarm" | "background" | "log">;
	readonly name: string;
	readonly walletShards: number;
	readonly dial: Dial;
};

type Publisher = { readonly upstream: Upstream; readonly topics: Set<RelayTopic> };
/** `opener`: the address that has it among its topics. */
type Open = { readonly topic: RelayTopic; readonly publisher: Publisher; readonly opener: string | null };

export class RelayActor {
	readonly #deps: RelayDeps;
	readonly #sessions = new Map<string, ReaderSession>();
	readonly #sessionOf = new WeakMap<Member, ReaderSession>();
	/** By the publisher's name of the topic. */
	readonly #open = new Map<Topic, Open>();
	/** By the name of the object that publishes. */
	readonly #publishers = new Map<string, Publisher>();
	readonly #shares = new Shares<ReaderSession>();
	#tick: Cancel | null = null;
	#alarmAtMs: number | null = null;

	constructor(deps: RelayDeps) {
		this.#deps = deps;
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
		socket.send(encodeFrame(["hello", { v: 1, relay: this.#deps.name, ackFrames, ackMs }]));
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
				this.#subscribe(session, { topic: frame[1], position: frame[2], token: frame[3].token ?? null }, false);
				break;
			case "unsub":
				this.#leave(session, frame[1]);
				break;
			case "ack":
				for (const [name, epoch, offset] of frame[1]) {
					const membership = session.memberships.get(name);
					if (membership === undefined) continue;
					membership.topic.acknowledge(membership.member, epoch, offset, this.#now());
					this.#settle(membership.topic);
				}
				break;
			default:
				exhaustive(frame);
		}
		session.save();
	}

	/** `isBack`: it had the topic before this instance was, so that it is not asked to do without. */
	#subscribe(session: ReaderSession, { topic: wire, position, token }: Wanted, isBack: boolean): void {
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
		if (!session.mayAskFor(wire, this.#now())) {
			session.error(wire, "rate_limited", "asked for too often");
			return;
		}
		this.#leave(session, wire);
		const known = this.#open.get(named.name);
		// The lobby exists, another match is there once it is open; a token is good once the wallet has taken it.
		const isQuestion = wire !== LOBBY && (wire === ME ? !known?.topic.verified.has(token ?? "") : known === undefined);
		if (isQuestion && !isBack && !this.#shares.mayAsk(session, this.#now())) {
			session.error(wire, "rate_limited", "too much that is asked for here is unanswered, or was refused");
			return;
		}
		const open = known ?? this.#openTopic(named, wire, session.address, isBack);
		if (open === null) {
			session.error(wire, "unavailable", "too many topics are open");
			return;
		}
		const { topic } = open;
		const member = new Member(session.socket, position, wire === ME ? token : null);
		this.#sessionOf.set(member, session);
		session.memberships.set(wire, { topic, member });
		topic.join(member, this.#now());
		if (isQuestion) this.#shares.ask(session, topic.name, member.token);
		if (member.phase === "unverified" || known === undefined)
			open.publisher.upstream.ask(topic.name, { kind: "open", token: member.token });
		if (topic.isImageOld) this.#askImage(open);
		this.#settle(topic);
	}

	#openTopic(named: Named, wire: Topic, address: string | null, isBack: boolean): Open | null {
		const opener = wire === LOBBY ? null : address;
		const isFull = this.#open.size >= RELAY.maxTopics || (!isBack && !this.#shares.mayTake(opener, "topics"));
		if (isFull && wire !== LOBBY) return null;
		const topic = new RelayTopic(named.name, wire, this.#now());
		let publisher = this.#publishers.get(named.publisher);
		if (publisher === undefined) {
			publisher = this.#dial(named.publisher);
			this.#publishers.set(named.publisher, publisher);
		}
		publisher.topics.add(topic);
		const open = { topic, publisher, opener };
		this.#open.set(named.name, open);
		this.#shares.take(opener, "topics");
		return open;
	}

	#dial(publisher: string): Publisher {
		const topics = new Set<RelayTopic>();
		const upstream = new Upstream(publisher, this.#deps.ports, this.#deps.dial, {
			reopen: () => [...topics].flatMap((topic) => this.#reopen(topic)),
			resumeFrom: (name) => this.#open.get(name)?.topic.resumeFrom ?? null,
			answered: (name, answer) => this.#answered(name, answer),
			refused: (name, ask, code, detail) => this.#refused(name, ask, code, detail),
			frame: (name, frame, text, schemaText) => this.#frame(name, frame, text, schemaText),
			unknown: () => {
				for (const topic of [...topics]) this.#refused(topic.name, null, "unknown_topic", "no such topic");
			},
			lost: () => {
				for (const topic of topics) topic.disconnected();
				this.#wake();
			},
		});
		return { upstream, topics };
	}

	/** A new connection has verified nobody: each token is shown again, for a revocation may have been missed. */
	#reopen(topic: RelayTopic): readonly (readonly [Topic, Ask])[] {
		topic.isImageAsked = false;
		topic.doubt();
		const open = this.#open.get(topic.name);
		if (topic.wire === ME && topic.members.size === 0 && open !== undefined) {
			this.#close(open);
			return [];
		}
		// A topic that nobody reads at this moment is kept for who comes back, and then it must be up to date.
		const tokens = topic.wire === ME ? new Set([...topic.members].map((member) => member.token)) : [null];
		return [...tokens].map((token) => [topic.name, { kind: "open", token }] as const);
	}

	#answered(name: Topic, { ask, position, how, head }: Answer): void {
		const topic = this.#open.get(name)?.topic;
		if (topic === undefined) return;
		topic.isKnown = true;
		this.#shares.settle(name, ask.token);
		if (ask.kind === "open") topic.reconnected();
		// The image that follows such an answer serves everybody who waits.
		if (how === "image") {
			topic.isImageAsked = true;
			topic.promised(head);
		}
		if (ask.token !== null) topic.verify(ask.token, this.#now());
		if (how === "recovered" && position !== null) topic.recovered(position, this.#now(), head);
		this.#settle(topic);
		this.#wake();
	}

	#refused(name: Topic, ask: Ask | null, code: string, detail: string): void {
		const open = this.#open.get(name);
		if (open === undefined) return;
		open.topic.isImageAsked = false;
		const askers = this.#shares.settle(name, ask?.token ?? null);
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
		if (ask?.token == null) this.#close(open);
		else this.#closeVoid(open);
		if (code === "unknown_topic" || (ask !== null && code === "unauthorized"))
			for (const asker of askers) this.#countRefusal(asker);
		this.#wake();
	}

	#frame(name: Topic, frame: ServerFrame | DeltaHead, text: string, schemaText: string | null): void {
		const open = this.#open.get(name);
		if (open === undefined) return;
		const result = open.topic.read(frame, text, schemaText, this.#now());
		const { upstream } = open.publisher;
		if (result === "gap" && !upstream.isAsking(name)) {
			const [token] = open.topic.verified;
			upstream.ask(name, { kind: "open", token: token ?? null });
		}
		this.#settle(open.topic);
		this.#wake();
	}

	/** Asks for an image where somebody waits for one and none is on its way. */
	#settle(topic: RelayTopic): void {
		const open = this.#open.get(topic.name);
		if (open !== undefined && topic.wantsImage) this.#askImage(open);
	}

	#askImage({ topic, publisher: { upstream } }: Open): void {
		if (!upstream.isConnected) return;
		const [token] = topic.verified;
		if (topic.wire === ME && token === undefined) return;
		topic.isImageAsked = true;
		upstream.ask(topic.name, { kind: "image", token: token ?? null });
	}

	#leave(session: ReaderSession, wire: Topic): void {
		const membership = session.memberships.get(wire);
		if (membership === undefined) return;
		session.memberships.delete(wire);
		const { topic, member } = membership;
		topic.leave(member, this.#now());
		const open = this.#open.get(topic.name);
		if (open?.topic !== topic) return;
		const { upstream } = open.publisher;
		// What is under way is answered, and counts for who asked; what is not need not be asked any more.
		const isUnderWay = upstream.isAskingFor(topic.name, member.token) || (topic.wire !== ME && upstream.isDialling);
		if (!isUnderWay) {
			this.#shares.settle(topic.name, member.token, session);
			const isWanted = [...topic.members].some((other) => other.token === member.token);
			if (member.token !== null && !isWanted) upstream.withdraw(topic.name, member.token);
		}
		this.#closeVoid(open);
	}

	#countRefusal(session: ReaderSession): void {
		const isTooMuch = this.#shares.refused(session, this.#now());
		if (isTooMuch && this.#sessions.get(session.socket.id) === session)
			this.#end(session, CLOSE.refused, "too much was refused");
	}

	#closeVoid(open: Open): void {
		const { topic, publisher } = open;
		if (!topic.isVoid || this.#shares.isAsked(topic.name)) return;
		this.#close(open);
		publisher.upstream.drop(topic.name);
	}

	#end(session: ReaderSession, code: number, reason: string): void {
		session.socket.close(code, reason);
		this.closed(session.socket.id);
	}

	#close(open: Open): void {
		const { topic, publisher, opener } = open;
		if (this.#open.get(topic.name) !== open) return;
		this.#open.delete(topic.name);
		publisher.topics.delete(topic);
		this.#shares.give(opener, "topics");
		this.#shares.settle(topic.name, null);
		// A wallet has other players; a match has one topic, and its connection is of no use to anybody else.
		if (topic.wire === ME || topic.wire === LOBBY) return;
		publisher.upstream.close();
		this.#publishers.delete(publisher.upstream.publisher);
	}

	#everySecond(): void {
		const nowMs = this.#now();
		for (const open of [...this.#open.values()]) {
			const { topic, publisher } = open;
			for (const member of topic.tick(publisher.upstream.isConnected, nowMs)) {
				const session = this.#sessionOf.get(member);
				if (session !== undefined) this.#end(session, CLOSE.slow, "too far behind");
			}
			this.#settle(topic);
			if ((topic.silentMs(nowMs) ?? 0) > RELAY.silentRedialMs) publisher.upstream.redial("silent");
			if (!topic.isIdle(nowMs)) continue;
			this.#close(open);
			publisher.upstream.drop(topic.name);
		}
		for (const [name, { upstream, topics }] of [...this.#publishers]) {
			if (topics.size > 0) upstream.tick(nowMs);
			else {
				upstream.close();
				this.#publishers.delete(name);
			}
		}
	}

	/** Something has happened: look again in a second, and by the alarm should this instance be gone by then. */
	#wake(): void {
		if (this.#open.size === 0 && this.#publishers.size === 0) return;
		const nowMs = this.#now();
		if (this.#alarmAtMs === null || this.#alarmAtMs <= nowMs) {
			this.#alarmAtMs = nowMs + RELAY.netMs;
			this.#deps.ports.setAlarm(this.#alarmAtMs);
		}
		this.#tick ??= this.#deps.ports.timer(RELAY.tickMs, () => {
			this.#tick = null;
			this.#everySecond();
			if (this.#needsTick()) this.#wake();
		});
	}

	/** Quiet topics need no timer: the alarm looks after them, and every event wakes the tick. */
	#needsTick(): boolean {
		for (const { topic } of this.#open.values()) if (topic.needsTick) return true;
		for (const { upstream } of this.#publishers.values()) if (upstream.needsTick) return true;
		return false;
	}
}
