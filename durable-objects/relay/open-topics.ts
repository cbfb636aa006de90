/**
 * The topics that are open at a relay, and the publishers they are dialled at: what is asked upstream, what an answer or a frame
 * means to a topic, and for how long either is kept.
 */
import { RELAY } from "../../shared/limits.ts";
import type { DeltaHead } from "../../shared/protocol/frame-head.ts";
import type { Topic } from "../../shared/protocol/frames.ts";
import type { ServerFrame } from "../../shared/protocol/server-frame.ts";
import type { Ports } from "../runtime/ports.ts";
import type { Member } from "./member.ts";
import { LOBBY, ME, type Named } from "./naming.ts";
import type { Ask } from "./questions.ts";
import type { ReaderSession } from "./reader-session.ts";
import type { Shares } from "./shares.ts";
import { RelayTopic } from "./topic.ts";
import { type Answer, type Dial, Upstream } from "./upstream.ts";

type Publisher = { readonly upstream: Upstream; readonly topics: Set<RelayTopic> };
/** `opener`: the address that has it among its topics. */
export type Open = { readonly topic: RelayTopic; readonly publisher: Publisher; readonly opener: string | null };

export type OpenTopicsDeps = {
	readonly ports: Pick<Ports, "now" | "random" | "timer" | "background" | "log">;
	readonly dial: Dial;
	readonly shares: Shares<ReaderSession>;
	/** Whom to dial for a topic, the best first. */
	readonly waysTo: (named: Named) => readonly string[];
	/** The publisher says no: to `ask`, or (null) unasked. */
	readonly refused: (open: Open, ask: Ask | null, code: string, detail: string) => void;
	/** A publisher has spoken or was lost: time alone may change something from now on. */
	readonly moved: () => void;
};

export class OpenTopics {
	readonly #deps: OpenTopicsDeps;
	/** By the publisher's name of the topic. */
	readonly #open = new Map<Topic, Open>();
	#tickedAtMs = 0;
	/** By the name of the object that publishes. */
	readonly #publishers = new Map<string, Publisher>();

	constructor(deps: OpenTopicsDeps) {
		this.#deps = deps;
	}

	get isEmpty(): boolean {
		return this.#open.size === 0 && this.#publishers.size === 0;
	}

	/** Quiet topics need no timer: the alarm looks after them, and every event wakes the tick. */
	get needsTick(): boolean {
		for (const { topic } of this.#open.values()) if (topic.needsTick) return true;
		for (const { upstream } of this.#publishers.values()) if (upstream.needsTick) return true;
		return false;
	}

	get(name: Topic): Open | undefined {
		return this.#open.get(name);
	}

	/** Null where there is no room: at this relay, or in the share of the address. */
	open(named: Named, wire: Topic, address: string | null, isBack: boolean): Open | null {
		const opener = wire === LOBBY ? null : address;
		const isFull = this.#open.size >= RELAY.maxTopics || (!isBack && !this.#deps.shares.mayTake(opener, "topics"));
		if (isFull && wire !== LOBBY) return null;
		const topic = new RelayTopic(named.name, wire, this.#deps.ports.now());
		let publisher = this.#publishers.get(named.publisher);
		if (publisher === undefined) {
			publisher = this.#dial(named);
			this.#publishers.set(named.publisher, publisher);
		}
		publisher.topics.add(topic);
		const open = { topic, publisher, opener };
		this.#open.set(named.name, open);
		this.#deps.shares.take(opener, "topics");
		return open;
	}

	/** A reader has joined: what it needs of the publisher is asked. */
	joined(open: Open, member: Member, isNew: boolean): void {
		const { topic, publisher } = open;
		if (member.phase === "unverified" || isNew)
			publisher.upstream.ask(topic.name, { kind: "open", token: member.token });
		if (topic.isImageOld) this.#askImage(open);
		this.settle(topic);
	}

	/** A reader has left: what it asked is not asked any more, unless it is under way, and what nobody can want is closed. */
	left({ topic, member, session }: { topic: RelayTopic; member: Member; session: ReaderSession }): void {
		const open = this.#open.get(topic.name);
		if (open?.topic !== topic) return;
		const { upstream } = open.publisher;
		// What is under way is answered, and counts for who asked; what is not need not be asked any more.
		const isUnderWay = upstream.isAskingFor(topic.name, member.token) || (topic.wire !== ME && upstream.isDialling);
		if (!isUnderWay) {
			this.#deps.shares.settle(topic.name, member.token, session);
			const isWanted = [...topic.members].some((other) => other.token === member.token);
			if (member.token !== null && !isWanted) upstream.withdraw(topic.name, member.token);
		}
		this.closeVoid(open);
	}

	/** Asks for an image where somebody waits for one and none is on its way. */
	settle(topic: RelayTopic): void {
		const open = this.#open.get(topic.name);
		if (open !== undefined && topic.wantsImage) this.#askImage(open);
	}

	closeVoid(open: Open): void {
		const { topic, publisher } = open;
		if (!topic.isVoid || this.#deps.shares.isAsked(topic.name)) return;
		this.close(open);
		publisher.upstream.drop(topic.name);
	}

	close(open: Open): void {
		const { topic, publisher, opener } = open;
		if (this.#open.get(topic.name) !== open) return;
		this.#open.delete(topic.name);
		publisher.topics.delete(topic);
		this.#deps.shares.give(opener, "topics");
		this.#deps.shares.settle(topic.name, null);
		// A wallet has other players; a match has one topic, and its connection is of no use to anybody else.
		if (topic.wire === ME || topic.wire === LOBBY) return;
		publisher.upstream.close();
		this.#publishers.delete(publisher.upstream.publisher);
	}

	/** Every second. `slow`: this reader is so far behind that it must connect again. */
	tick(nowMs: number, slow: (member: Member) => void): void {
		// A redial is more work, for whoever is behind with what there is.
		const silentMs = nowMs - this.#tickedAtMs > RELAY.lateTickMs ? 2 * RELAY.silentRedialMs : RELAY.silentRedialMs;
		this.#tickedAtMs = nowMs;
		for (const open of [...this.#open.values()]) {
			const { topic, publisher } = open;
			for (const member of topic.tick(publisher.upstream.isConnected, nowMs)) slow(member);
			this.settle(topic);
			this.#acknowledge(open, nowMs);
			if ((topic.silentMs(nowMs) ?? 0) > silentMs) publisher.upstream.redial("silent");
			if (!topic.isIdle(nowMs)) continue;
			this.close(open);
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

	#dial(named: Named): Publisher {
		const topics = new Set<RelayTopic>();
		const { ports, dial, waysTo } = this.#deps;
		const upstream = new Upstream(named.publisher, waysTo(named), ports, dial, {
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
				this.#deps.moved();
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
			this.close(open);
			return [];
		}
		// A topic that nobody reads at this moment is kept for who comes back, and then it must be up to date.
		const tokens = topic.wire === ME ? new Set([...topic.members].map((member) => member.token)) : [null];
		return [...tokens].map((token) => [topic.name, { kind: "open", token }] as const);
	}

	#answered(name: Topic, { ask, position, how, head, isByRelay }: Answer): void {
		const topic = this.#open.get(name)?.topic;
		if (topic === undefined) return;
		const nowMs = this.#deps.ports.now();
		topic.isKnown = true;
		this.#deps.shares.settle(name, ask.token);
		topic.answered(isByRelay, nowMs);
		if (ask.kind === "open") topic.reconnected();
		// The image that follows such an answer serves everybody who waits.
		if (how === "image") {
			topic.isImageAsked = true;
			topic.promised(head);
		}
		if (ask.token !== null) topic.verify(ask.token, nowMs);
		if (how === "recovered" && position !== null) topic.recovered(position, nowMs, head);
		this.settle(topic);
		this.#deps.moved();
	}

	#refused(name: Topic, ask: Ask | null, code: string, detail: string): void {
		const open = this.#open.get(name);
		if (open === undefined) return;
		open.topic.isImageAsked = false;
		this.#deps.refused(open, ask, code, detail);
		this.#deps.moved();
	}

	#frame(name: Topic, frame: ServerFrame | DeltaHead, text: string, schemaText: string | null): void {
		const open = this.#open.get(name);
		if (open === undefined) return;
		const nowMs = this.#deps.ports.now();
		const result = open.topic.read(frame, text, schemaText, nowMs);
		this.#acknowledge(open, nowMs);
		const { upstream } = open.publisher;
		if (result === "gap" && !upstream.isAsking(name)) {
			const [token] = open.topic.verified;
			upstream.ask(name, { kind: "open", token: token ?? null });
		}
		this.settle(open.topic);
		this.#deps.moved();
	}

	/** Of a player's own topic nothing: few frames, and a wallet has thousands of them. */
	#acknowledge({ topic, publisher: { upstream } }: Open, nowMs: number): void {
		if (topic.wire === ME || !upstream.isConnected) return;
		const position = topic.takeAck(nowMs);
		if (position !== null) upstream.acknowledge(topic.name, position);
	}

	#askImage({ topic, publisher: { upstream } }: Open): void {
		if (!upstream.isConnected) return;
		const [token] = topic.verified;
		if (topic.wire === ME && token === undefined) return;
		topic.isImageAsked = true;
		upstream.ask(topic.name, { kind: "image", token: token ?? null });
	}
}
