/**
 * What each address has of this relay, and what was refused to it (SHR-1). A question is a topic or a token that its publisher has
 * been asked about: it belongs to whoever asked until it is answered, even after they have left. Pure: time comes in.
 */
import { ADDRESS_RATE, RELAY_SHARE } from "../../shared/limits.ts";
import type { Topic } from "../../shared/protocol/frames.ts";
import { Buckets } from "../../shared/token-bucket.ts";

/** Who asks: one socket. */
export type Asker = {
	/** Null: not counted by address. */
	readonly address: string | null;
	questions: number;
	refusals: number;
};
type Question<A> = { readonly asker: A; readonly token: string | null };
type Held = { sockets: number; topics: number; questions: number };
type Table = keyof Held;
const SHARES: Readonly<Record<Table, number>> = {
	sockets: RELAY_SHARE.sockets,
	topics: RELAY_SHARE.topics,
	questions: RELAY_SHARE.questions,
};

export class Shares<A extends Asker> {
	readonly #held = new Map<string, Held>();
	readonly #questions = new Map<Topic, Set<Question<A>>>();
	readonly #refusals = new Buckets(
		{ burst: ADDRESS_RATE.failures, perSec: ADDRESS_RATE.failures / ADDRESS_RATE.periodSec },
		RELAY_SHARE.maxKept,
	);

	/** Addresses that hold anything. */
	get addresses(): number {
		return this.#held.size;
	}

	/** Addresses whose refusals are counted. */
	get remembered(): number {
		return this.#refusals.size;
	}

	has(address: string | null, table: Table): number {
		return address === null ? 0 : (this.#held.get(address)?.[table] ?? 0);
	}

	/** Whether one more is within the share. */
	mayTake(address: string | null, table: Table): boolean {
		return this.has(address, table) < SHARES[table];
	}

	take(address: string | null, table: Table): void {
		if (address === null) return;
		const held = this.#held.get(address) ?? { sockets: 0, topics: 0, questions: 0 };
		held[table]++;
		this.#held.set(address, held);
	}

	give(address: string | null, table: Table): void {
		const held = address === null ? undefined : this.#held.get(address);
		if (address === null || held === undefined) return;
		held[table]--;
		if (held.sockets + held.topics + held.questions === 0) this.#held.delete(address);
	}

	mayAsk(asker: A, nowMs: number): boolean {
		const most = this.#isLocked(asker, nowMs) ? RELAY_SHARE.lockedQuestions : RELAY_SHARE.socketQuestions;
		return asker.questions < most && this.mayTake(asker.address, "questions");
	}

	ask(asker: A, topic: Topic, token: string | null): void {
		const questions = this.#questions.get(topic) ?? new Set();
		this.#questions.set(topic, questions.add({ asker, token }));
		asker.questions++;
		this.take(asker.address, "questions");
	}

	isAsked(topic: Topic): boolean {
		return this.#questions.has(topic);
	}

	/** Answered, or nobody will answer any more: whose they were. Without a token, all of the topic; without an asker, all of them. */
	settle(topic: Topic, token: string | null, asker: A | null = null): readonly A[] {
		const questions = this.#questions.get(topic);
		if (questions === undefined) return [];
		const settled = [...questions].filter(
			(question) => (token === null || question.token === token) && (asker === null || question.asker === asker),
		);
		for (const question of settled) {
			questions.delete(question);
			question.asker.questions--;
			this.give(question.asker.address, "questions");
		}
		if (questions.size === 0) this.#questions.delete(topic);
		return settled.map((question) => question.asker);
	}

	/** True where its socket has been refused too often, and goes. */
	refused(asker: A, nowMs: number): boolean {
		if (asker.address !== null) this.#refusals.take(asker.address, nowMs);
		asker.refusals++;
		const most = this.#isLocked(asker, nowMs) ? RELAY_SHARE.lockedRefusals : RELAY_SHARE.socketRefusals;
		return asker.refusals > most;
	}

	#isLocked({ address }: Asker, nowMs: number): boolean {
		return address !== null && !this.#refusals.has(address, nowMs);
	}
}
