/** FRM-7: nothing of a player that was said after a revocation reaches whoever reads with a token from before it. */
import type { Violation } from "./facts.ts";

const REVOKED = 4504;
/** After all has healed every relay has heard of it by then: it dials within eight seconds, and asks again. */
const HEARD_MS = 60_000;

/** A token that was revoked for good, and when, in true time. */
export type VoidTokens = ReadonlyMap<string, number>;
type Sent = { readonly line: string; readonly token: string; readonly key: string };
type Reading = { readonly token: string; isServed: boolean };

export class OwnTopics {
	/** When a player's state of an offset was first said: a change that is sent again is as old as it was. */
	readonly #saidAtMs = new Map<string, number>();
	readonly #sent: Sent[] = [];
	readonly #lines = new Map<string, Reading>();
	readonly #closed: { readonly line: string; readonly token: string; readonly atMs: number }[] = [];

	/** A wallet says something of a player. */
	said(atMs: number, epoch: string, offset: number): void {
		const key = `${epoch} ${offset}`;
		if (!this.#saidAtMs.has(key)) this.#saidAtMs.set(key, atMs);
	}

	/** A reader shows a token. */
	asked(line: string, token: string): void {
		this.#lines.set(line, { token, isServed: false });
	}

	/** A relay sends a reader something of its own topic. */
	sent(line: string, kind: string, epoch: string, offset: number): void {
		const reading = this.#lines.get(line);
		if (reading === undefined) return;
		if (kind === "sub") reading.isServed = true;
		else if (kind === "error") reading.isServed = false;
		else if (kind === "image" || kind === "delta")
			this.#sent.push({ line, token: reading.token, key: `${epoch} ${offset}` });
	}

	closed(atMs: number, line: string, code: number | null): void {
		const reading = this.#lines.get(line);
		if (reading !== undefined && code === REVOKED) this.#closed.push({ line, token: reading.token, atMs });
		this.#lines.delete(line);
	}

	audit(voidTokens: VoidTokens, atMs: number): readonly Violation[] {
		const found: Violation[] = [];
		for (const { line, token, key } of this.#sent) {
			const saidAtMs = this.#saidAtMs.get(key);
			const voidAtMs = voidTokens.get(token);
			if (voidAtMs === undefined || saidAtMs === undefined || saidAtMs <= voidAtMs) continue;
			const lateMs = saidAtMs - voidAtMs;
			found.push({ rule: "FRM-7", what: `${line} was sent ${key}, said ${lateMs} ms after its token was revoked` });
		}
		for (const [line, { token, isServed }] of this.#lines) {
			const voidAtMs = voidTokens.get(token);
			if (isServed && voidAtMs !== undefined && atMs - voidAtMs > HEARD_MS)
				found.push({ rule: "FRM-7", what: `${line} reads on with a token that was revoked ${atMs - voidAtMs} ms ago` });
		}
		for (const { line, token, atMs: closedAtMs } of this.#closed)
			if ((voidTokens.get(token) ?? Number.POSITIVE_INFINITY) > closedAtMs)
				found.push({ rule: "FRM-7", what: `${line} was closed as revoked, and its token stands` });
		return found;
	}
}
