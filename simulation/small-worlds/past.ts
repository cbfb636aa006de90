/**
 * An object's past: what has reached it since the scene was set, in order. Its memory and its storage follow from that alone, so
 * two objects with one past are one; what it sent, what waits in it and what a judge reads of it are kept beside it.
 */
import { hash } from "node:crypto";

export const digest = (text: string): string => hash("md5", text, "base64");

export type Broken = { readonly rule: string; readonly what: string };
export type Actor = object & { readonly onAlarm: () => unknown };

/** What may reach an object. */
export type Told =
	| {
			readonly kind: "request";
			readonly from: string;
			readonly method: string;
			readonly content: string;
			readonly body: unknown;
	  }
	| {
			readonly kind: "answer";
			/** Which of its calls, in this life. */
			readonly no: number;
			readonly content: string;
			readonly body: unknown;
			readonly fault: unknown;
	  }
	| { readonly kind: "timer"; readonly no: number }
	| { readonly kind: "alarm" }
	/** From outside of the protocol. `withdraws`: the market of every bet is withdrawn by it. */
	| {
			readonly kind: "happens";
			readonly what: string;
			readonly withdraws: boolean;
			readonly run: (actor: Actor) => unknown;
	  }
	| { readonly kind: "death" };
export type Event = Told & { readonly atMs: number };

/** What an object sends: a call, or the answer to the request that reached it as its n-th in this life. */
export type Sent =
	| {
			readonly kind: "request";
			readonly no: number;
			readonly to: string;
			readonly method: string;
			readonly content: string;
			readonly body: unknown;
	  }
	| {
			readonly kind: "answer";
			readonly requestNo: number;
			readonly method: string;
			readonly content: string;
			readonly body: unknown;
			readonly fault: unknown;
	  };

/** What waits in an object by itself. */
export type Due = { readonly atMs: number; readonly told: Extract<Told, { kind: "timer" | "alarm" }> };

export type Outcome = {
	readonly sent: readonly Sent[];
	/** What comes next without anybody's doing. */
	readonly due: Due | null;
	/** Requests that have reached it in this life. */
	readonly requests: number;
	/** What `happens` gave back. */
	readonly returned: unknown;
	readonly faults: readonly unknown[];
};

/** `Seen`: what judges read of the object. */
export type Past<Seen> = Outcome & {
	/** The same number, the same past. */
	readonly no: number;
	readonly life: number;
	readonly before: Past<Seen> | null;
	readonly event: Event | null;
	readonly depth: number;
	readonly seen: Seen;
	readonly next: Map<string, Past<Seen>>;
};

export function keyOf(event: Event): string {
	switch (event.kind) {
		case "request":
			return `${event.atMs} ${event.method} ${event.content} of ${event.from}`;
		case "answer":
			return `${event.atMs} answer to ${event.no} ${event.content}`;
		case "timer":
			return `${event.atMs} timer ${event.no}`;
		case "happens":
			return `${event.atMs} ${event.what}`;
		case "alarm":
		case "death":
			return `${event.atMs} ${event.kind}`;
	}
}
