/**
 * The topic `me`: a relay's one socket carries all its players; each player has a history of its own (FRM-7). Who reads
 * what is stored, so that a hibernated wallet wakes up knowing its readers.
 */
import type { MeView } from "../../shared/contracts/wallet.ts";
import type { Position } from "../../shared/protocol/frames.ts";
import type { MeBodies, MeImageBody } from "../../shared/protocol/me-view.ts";
import { Publication } from "../../shared/protocol/publication.ts";
import { encodeRefusal } from "../../shared/protocol/server-frame.ts";
import type { TicketView } from "../../shared/ticket/schema.ts";
import type { Ports } from "../runtime/ports.ts";
import type { Holder } from "./accounts.ts";
import type { WalletStore } from "./store.ts";

export type MeFeedDeps = {
	readonly ports: Ports;
	readonly store: WalletStore;
	readonly image: (playerId: string) => MeImageBody;
	/** Sends to one of the relays' sockets; false where it is gone. */
	readonly send: (socket: string, frame: string) => boolean;
};

export const meTopic = (playerId: string): string => `me:${playerId}`;

export function meView(store: WalletStore, player: Holder): MeView {
	const { playerId, partnerId, licence, currency } = player;
	const { cashMinor, heldMinor, owedMinor } = store.balances(player);
	return { playerId, partnerId, licence, currency, balanceMinor: cashMinor, heldMinor, receivableMinor: owedMinor };
}

export class MeFeed {
	readonly #deps: MeFeedDeps;
	readonly #readers = new Map<string, Set<string>>();
	readonly #publications = new Map<string, Publication<MeBodies>>();

	constructor(deps: MeFeedDeps) {
		this.#deps = deps;
		for (const { socket, playerId } of deps.store.readers()) this.#readersOf(playerId).add(socket);
	}

	/** A verified reader subscribes: what it missed, or an image. */
	subscribe(socket: string, playerId: string, position: Position | null): void {
		const { ports, store, send } = this.#deps;
		store.addReader(socket, playerId);
		this.#readersOf(playerId).add(socket);
		for (const frame of this.#publication(playerId).subscribed(position, ports.now())) send(socket, frame);
	}

	unsubscribe(socket: string, playerId: string): void {
		this.#deps.store.removeReader(socket, playerId);
		this.#leave(socket, playerId);
	}

	closed(socket: string): void {
		this.#deps.store.removeReader(socket, null);
		for (const playerId of [...this.#readers.keys()]) this.#leave(socket, playerId);
	}

	isRead(playerId: string): boolean {
		return this.#readers.has(playerId);
	}

	/** Sends a player what changed, to every relay that reads for it. */
	changed(playerId: string, me: MeView, tickets: readonly TicketView[]): void {
		const readers = this.#readers.get(playerId);
		if (readers === undefined || readers.size === 0) return;
		const frame = this.#publication(playerId).delta({ me, tickets }, this.#deps.ports.now());
		// A socket that went with an instance that died was never closed here.
		for (const socket of [...readers]) if (!this.#deps.send(socket, frame)) this.unsubscribe(socket, playerId);
	}

	/** The player's tokens are void: its readers are told, and dropped. */
	revoke(playerId: string, detail: string): void {
		for (const socket of [...(this.#readers.get(playerId) ?? [])]) {
			this.#deps.send(socket, encodeRefusal(meTopic(playerId), "unauthorized", detail));
			this.unsubscribe(socket, playerId);
		}
	}

	#leave(socket: string, playerId: string): void {
		const readers = this.#readers.get(playerId);
		readers?.delete(socket);
		if (readers?.size !== 0) return;
		this.#readers.delete(playerId);
		// Nobody reads: a history that misses changes must not be resumed from.
		this.#publications.delete(playerId);
	}

	#readersOf(playerId: string): Set<string> {
		let readers = this.#readers.get(playerId);
		if (readers === undefined) {
			readers = new Set();
			this.#readers.set(playerId, readers);
		}
		return readers;
	}

	#publication(playerId: string): Publication<MeBodies> {
		let publication = this.#publications.get(playerId);
		if (publication === undefined) {
			publication = new Publication({
				topic: meTopic(playerId),
				epoch: this.#deps.ports.newId(),
				image: () => ({ schemaNo: 0, schema: null, body: this.#deps.image(playerId) }),
			});
			this.#publications.set(playerId, publication);
		}
		return publication;
	}
}
