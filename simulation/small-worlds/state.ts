/** A small world at one moment: its objects by their pasts, what is under way, and what may still disturb it. */
import type { LaneLine } from "./lane.ts";
import type { Broken, Past } from "./past.ts";
import type { Seen } from "./seen.ts";
import type { Disturbances } from "./small-world.ts";

/** Whoever stands outside. */
export const OUTSIDE = -1;

/** An object is its place in the stage's list. */
export type Call = { readonly caller: number; readonly life: number; readonly no: number };
export type Message = {
	readonly kind: "request" | "answer";
	readonly from: number;
	readonly to: number;
	readonly method: string;
	readonly content: string;
	readonly body: unknown;
	readonly fault: unknown;
	readonly call: Call;
	/** The caller has died: nobody waits for its answer. */
	readonly isDead: boolean;
	/** A copy of one that has arrived: nobody waits for its answer. */
	readonly isCopy: boolean;
	readonly isHeld: boolean;
	/** An answer of a match to a confirmation: how often its markets had been withdrawn when it gave it. */
	readonly withdrawn: number;
	/** Two messages with the same number have the same effect. */
	readonly no: number;
};
/** A request that its callee has taken and not answered. */
export type Awaited = {
	readonly callee: number;
	readonly requestNo: number;
	readonly call: Call;
	readonly isDead: boolean;
};

export type State = {
	readonly clockMs: number;
	readonly pasts: readonly Past<Seen>[];
	/** By number. */
	readonly flying: readonly Message[];
	readonly awaited: readonly Awaited[];
	readonly left: Disturbances;
	readonly isSuspended: boolean;
	readonly lines: readonly LaneLine[];
	readonly markedAtMs: number;
	readonly hasEnded: boolean;
	readonly broken: readonly Broken[];
};

const linkOf = ({ caller, no }: Call, isDead: boolean): string => `${caller}.${isDead ? "dead" : no}`;

/** Gives each message the number of its kind. */
export class Numbers {
	readonly #numbers = new Map<string, number>();

	of(message: Omit<Message, "no">): Message {
		const { kind, from, to, method, content, call, isDead, isCopy, isHeld, withdrawn } = message;
		const key = `${kind} ${from} ${to} ${method} ${content} ${linkOf(call, isDead)} ${isCopy} ${isHeld} ${withdrawn}`;
		const no = this.#numbers.get(key) ?? this.#numbers.size;
		this.#numbers.set(key, no);
		return { ...message, no };
	}
}

/** Two states with the same key have the same future. */
export function stateKey(state: State): string {
	const { clockMs, pasts, flying, awaited, left, isSuspended, lines, markedAtMs, hasEnded } = state;
	let key = `${clockMs} ${markedAtMs} ${isSuspended} ${hasEnded}`;
	for (const { no } of pasts) key += ` ${no}`;
	key += "|";
	for (const { no } of flying) key += `${no} `;
	key += "|";
	for (const { callee, requestNo, call, isDead } of awaited) key += `${callee}.${requestNo}>${linkOf(call, isDead)} `;
	key += `|${left.suspensions} ${left.crashes} ${left.late} ${left.copies} ${left.results}|`;
	for (const { headSeq, known } of lines) key += `${headSeq} ${known?.epoch} ${known?.answerNo} ${known?.atMs} `;
	return key;
}
