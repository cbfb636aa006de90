/**
 * What an object owes to others, said to each of them until it is answered: one call in flight a peer, in order, repeated with
 * back-off. What waits, stored or in memory, is its policy's; a courier knows only whom it calls and when it calls again, so
 * whoever dies with a call under way says it again from what is stored.
 */
import { RETRY, RPC_TIMEOUT_MS } from "../../shared/limits.ts";
import { faultText } from "./log.ts";
import type { Cancel, Ports } from "./ports.ts";
import { CallRefused, withTimeout } from "./rpc-timeout.ts";

export type Failure<B> = {
	readonly peer: string;
	/** What the call carried; null where it came to none. */
	readonly batch: B | null;
	readonly fault: unknown;
	/** In a row. */
	readonly failures: number;
	/** The peer refused the call as none of its contract, and would refuse it again; `refused` of the policy says what then. */
	readonly isRefused: boolean;
};

export type CourierPolicy<B, A> = {
	readonly ports: Pick<Ports, "now" | "timer" | "sync" | "background">;
	/** Names the call in faults. */
	readonly what: string;
	/** Whom something waits for, by a name of the policy: what has the same one is said in order, what has not is said side by side. */
	readonly peers: () => Iterable<string>;
	/** From when there is something to be said to a peer; null: nothing waits. Without it there is when a batch says so. */
	readonly dueAtMs?: (peer: string) => number | null;
	/** Waited for before the first batch of a run: what comes meanwhile goes along. */
	readonly gather?: () => Promise<void>;
	/** What the next call carries, of what is due; null: nothing is left. */
	readonly batch: (peer: string) => B | null;
	/** Whether a batch rests on nothing that was written of late; without it every call waits until what was written is durable. */
	readonly needsNoSync?: (batch: B) => boolean;
	/** Makes the call; null: nothing of the batch is worth saying any more. */
	readonly send: (peer: string, batch: B) => Promise<unknown> | null;
	/** Throws where the answer is none, which counts as a failure. */
	readonly decode: (answer: unknown) => A;
	/** Takes off what was answered. */
	readonly answered: (peer: string, batch: B, answer: A) => void | Promise<void>;
	/** How long a peer is left alone after so many failures in a row. */
	readonly retryMs: (failures: number) => number;
	/** What becomes of a peer that refused the call as none of its contract; null: it has failed like others. */
	readonly refused: AfterRefusal | null;
	/** Whether a kick calls at once a peer that is left alone; without it, it is left alone for its time. */
	readonly kickOvertakes?: (standing: Waiting) => boolean;
	readonly failed: (failure: Failure<B>) => void;
	/** The net under calls and timers, as long after them as `slackMs`: what wakes an object that died with either. */
	readonly alarm?: { readonly wakeAt: (atMs: number) => void; readonly slackMs: number };
	/** Between two calls of a run, where a wave must not crowd out what is live: what came meanwhile, to whichever object, has its turn. */
	readonly pauseMs?: number;
	/** Peers called at a time, where a wave must not crowd out what is live; without it, all. */
	readonly parallel?: number;
	/** What ends the wait for an answer, where many couriers share it; without it, a timer a call. */
	readonly timeouts?: Pick<Ports, "timer">;
};

export type AfterRefusal = {
	/** How long it is left alone. */
	readonly waitMs: number;
	/** Then it is called by the courier's own timer, or by the next kick and by nothing else. */
	readonly calledBy: "timer" | "kick";
};

/** How a peer stands between two calls. */
export type Standing =
	| { readonly kind: "ready"; readonly failures: number }
	| Waiting
	| { readonly kind: "until kicked"; readonly failures: number; readonly sinceMs: number; readonly untilMs: number };

type Waiting = {
	readonly kind: "waiting";
	readonly failures: number;
	readonly untilMs: number;
	readonly isRefused: boolean;
};

const READY: Standing = { kind: "ready", failures: 0 };

/** Said again after a while: a deploy may have reached the peer by then. */
export const AFTER_A_DEPLOY: AfterRefusal = { waitMs: RETRY.refusedMs, calledBy: "timer" };

/** Doubling with each failure from the first pause to the longest. */
export const doublingMs =
	(minMs: number, maxMs: number) =>
	(failures: number): number =>
		Math.min(minMs * 2 ** (failures - 1), maxMs);

/** A batch of something, or none. */
export const someOf = <T>(items: readonly T[]): readonly T[] | null => (items.length > 0 ? items : null);

export function afterFailure(
	before: Standing,
	fault: unknown,
	nowMs: number,
	{ retryMs, refused }: Pick<CourierPolicy<never, never>, "retryMs" | "refused">,
): Standing {
	const failures = before.failures + 1;
	const isRefused = fault instanceof CallRefused;
	const refusal = isRefused ? refused : null;
	const untilMs = nowMs + (refusal === null ? retryMs(failures) : refusal.waitMs);
	if (refusal?.calledBy === "kick") return { kind: "until kicked", failures, sinceMs: nowMs, untilMs };
	return { kind: "waiting", failures, untilMs, isRefused };
}

/** From when a peer is called for what is due at `dueAtMs`; null: not before another kick. */
export function callAtMs(standing: Standing, dueAtMs: number | null, nowMs: number): number | null {
	switch (standing.kind) {
		case "ready":
			return dueAtMs;
		case "waiting":
			return Math.max(standing.untilMs, dueAtMs ?? standing.untilMs);
		case "until kicked":
			// A clock that was set back says nothing of how long ago it was.
			return standing.sinceMs <= nowMs && nowMs < standing.untilMs ? null : dueAtMs;
	}
}

export class Courier<B, A> {
	readonly #policy: CourierPolicy<B, A>;
	readonly #queued = new Set<string>();
	readonly #calling = new Set<string>();
	/** Peers whose last call failed. */
	readonly #standings = new Map<string, Standing>();
	readonly #timers = new Map<string, { readonly atMs: number; readonly cancel: Cancel }>();

	constructor(policy: CourierPolicy<B, A>) {
		this.#policy = policy;
	}

	/** Call after everything that may have given a peer something to be told. */
	kick(peers: Iterable<string> = this.#policy.peers()): void {
		const { ports, dueAtMs, kickOvertakes } = this.#policy;
		for (const peer of peers) {
			// Whom a call is under way to is looked at again when it ends.
			if (this.#calling.has(peer)) {
				this.#wakeAfterCall();
				continue;
			}
			const standing = this.#standing(peer);
			if (standing.kind === "waiting" && kickOvertakes?.(standing)) this.#makeReady(peer);
			const nowMs = ports.now();
			const atMs = this.#callAtMs(peer, dueAtMs === undefined ? nowMs : dueAtMs(peer));
			if (atMs !== null && atMs <= nowMs) this.#queued.add(peer);
			else this.#rest(peer, atMs);
		}
		this.#pump();
	}

	/** In a row, of the calls to a peer. */
	failures(peer: string): number {
		return this.#standing(peer).failures;
	}

	#standing(peer: string): Standing {
		return this.#standings.get(peer) ?? READY;
	}

	#makeReady(peer: string): void {
		const { failures } = this.#standing(peer);
		if (failures > 0) this.#standings.set(peer, { kind: "ready", failures });
	}

	#callAtMs(peer: string, dueAtMs: number | null): number | null {
		return callAtMs(this.#standing(peer), dueAtMs, this.#policy.ports.now());
	}

	/** By elapsed time: whatever becomes of the clock meanwhile, the peer is called when the timer ends. */
	#callLater(peer: string, atMs: number | null): void {
		const armed = this.#timers.get(peer);
		if (atMs === null || (armed !== undefined && armed.atMs <= atMs)) return;
		armed?.cancel();
		const { ports } = this.#policy;
		const cancel = ports.timer(Math.max(0, atMs - ports.now()), () => {
			this.#timers.delete(peer);
			this.#queued.add(peer);
			this.#pump();
		});
		this.#timers.set(peer, { atMs, cancel });
	}

	#pump(): void {
		const { ports, parallel = Number.POSITIVE_INFINITY } = this.#policy;
		for (const peer of this.#queued) {
			if (this.#calling.size >= parallel) return;
			// Before anything is noted: where the alarm cannot be stored the peer stays queued.
			this.#wakeAfterCall();
			this.#queued.delete(peer);
			this.#timers.get(peer)?.cancel();
			this.#timers.delete(peer);
			this.#calling.add(peer);
			this.#makeReady(peer);
			ports.background(this.#run(peer));
		}
	}

	/** Calls while something is due. From the last look to the end nothing is awaited, so that no kick falls in between. */
	async #run(peer: string): Promise<void> {
		const { ports, gather, pauseMs, dueAtMs, failed } = this.#policy;
		let atMs: number | null;
		let isFirst = true;
		let isEmpty = false;
		do {
			let batch: B | null = null;
			try {
				if (isFirst && gather !== undefined) await gather();
				if (!isFirst && pauseMs !== undefined) await new Promise<void>((over) => ports.timer(pauseMs, over));
				isFirst = false;
				batch = this.#policy.batch(peer);
				isEmpty = batch === null;
				if (batch !== null) await this.#call(peer, batch);
				this.#standings.delete(peer);
			} catch (fault) {
				const standing = afterFailure(this.#standing(peer), fault, ports.now(), this.#policy);
				this.#standings.set(peer, standing);
				failed({ peer, batch, fault, failures: standing.failures, isRefused: fault instanceof CallRefused });
			}
			const restMs = isEmpty ? null : ports.now();
			atMs = this.#callAtMs(peer, dueAtMs === undefined ? restMs : dueAtMs(peer));
		} while (!isEmpty && atMs !== null && atMs <= ports.now());
		this.#calling.delete(peer);
		this.#rest(peer, atMs);
		this.#pump();
	}

	async #call(peer: string, batch: B): Promise<void> {
		const { ports, what, needsNoSync, send, decode, answered, timeouts = ports } = this.#policy;
		// What the batch has read may have been written a moment ago.
		if (needsNoSync === undefined || !needsNoSync(batch)) await ports.sync();
		const call = send(peer, batch);
		if (call === null) return;
		const answer = await withTimeout(timeouts, what, RPC_TIMEOUT_MS, call);
		await answered(peer, batch, decode(answer));
	}

	/** Whoever dies with a call under way may have nobody else to wake it; an alarm that fires meanwhile is spent, and set again. */
	#wakeAfterCall(): void {
		const { ports, alarm } = this.#policy;
		alarm?.wakeAt(ports.now() + RPC_TIMEOUT_MS + alarm.slackMs);
	}

	#rest(peer: string, atMs: number | null): void {
		this.#callLater(peer, atMs);
		const { alarm } = this.#policy;
		if (atMs !== null) alarm?.wakeAt(atMs + alarm.slackMs);
	}
}

/** Lines of what is repeated soon, `{what}_not_answered`, and of what was refused, `{what}_parked`. */
export function logFailures(
	{ log }: Pick<Ports, "log">,
	what: string,
): (failure: Pick<Failure<unknown>, "peer" | "fault" | "failures" | "isRefused">) => void {
	return ({ peer, fault, failures, isRefused }) => {
		if (isRefused) log.error(`${what}_parked`, { peer, fault: faultText(fault) });
		else log.warn(`${what}_not_answered`, { peer, failures, fault: faultText(fault) });
	};
}
