/**
 * Bets that a wallet works on at a time: from the request until a desk has said a first word of them. One more is refused before anything
 * is done for it, since work that is taken on beyond what can be done makes all of it late.
 */
import type { PlaceRequest } from "../../shared/contracts/wallet.ts";
import { WALLET_SHARE } from "../../shared/limits.ts";

export type Admitted =
	| { readonly leave: () => void }
	| { readonly leave: null; readonly full: { readonly matchId: string | null } };

export class Admission {
	#count = 0;
	/** Those on a match that does not answer wait longest: they must leave room for others (SHR-1). */
	readonly #ofMatch = new Map<string, number>();

	/** Where it is let in, call `leave` when its first word is there. */
	enter({ ticket }: Pick<PlaceRequest, "ticket">): Admitted {
		const matchIds = new Set(ticket.legs.map(({ matchId }) => matchId));
		if (this.#count >= WALLET_SHARE.maxPlacing) return { leave: null, full: { matchId: null } };
		// One on several matches waits for the slowest of them, and must not take the others' places with it.
		const most = matchIds.size > 1 ? WALLET_SHARE.placing / 2 : WALLET_SHARE.placing;
		for (const matchId of matchIds) if (this.#of(matchId) >= most) return { leave: null, full: { matchId } };
		this.#count++;
		for (const matchId of matchIds) this.#ofMatch.set(matchId, this.#of(matchId) + 1);
		return { leave: () => this.#leave(matchIds) };
	}

	#leave(matchIds: ReadonlySet<string>): void {
		this.#count--;
		for (const matchId of matchIds) {
			const left = this.#of(matchId) - 1;
			if (left > 0) this.#ofMatch.set(matchId, left);
			else this.#ofMatch.delete(matchId);
		}
	}

	#of(matchId: string): number {
		return this.#ofMatch.get(matchId) ?? 0;
	}
}
