/** A player's own frames: the balance and the newest tickets, then what changed of them. */
import * as v from "valibot";
import type { MeView } from "../contracts/wallet.ts";
import { SOCKET } from "../limits.ts";
import type { TicketView } from "../ticket/schema.ts";
import type { Fold } from "./topic-reader.ts";

export type MeImageBody = { readonly me: MeView; readonly tickets: readonly TicketView[] };
export type MeDeltaBody = { readonly me?: MeView; readonly tickets?: readonly TicketView[] };
/** What a wallet publishes for a player. */
export type MeBodies = {
	readonly schema: null;
	readonly image: MeImageBody;
	readonly delta: MeDeltaBody;
	readonly beat: Readonly<Record<string, never>>;
};

const me = v.looseObject({
	playerId: v.string(),
	currency: v.string(),
	balanceMinor: v.number(),
	heldMinor: v.number(),
});
const ticket = v.looseObject({ id: v.string(), status: v.string(), ticketVersion: v.number(), placedAtMs: v.number() });
const imageBody = v.object({ me, tickets: v.array(ticket) });
const deltaBody = v.object({ me: v.optional(me), tickets: v.optional(v.array(ticket)) });
type ReadMe = v.InferOutput<typeof me>;
type ReadTicket = v.InferOutput<typeof ticket>;
export type Me = { readonly me: ReadMe; readonly tickets: readonly ReadTicket[] };

export const meFold: Fold<Me> = {
	schema: (state) => state,
	image: (_state, body) => v.parse(imageBody, body),
	delta: (state, body) => {
		const change = v.parse(deltaBody, body);
		const changed = new Map((change.tickets ?? []).map((entry) => [entry.id, entry]));
		const kept = state.tickets.filter((entry) => !changed.has(entry.id));
		const tickets = [...changed.values(), ...kept]
			.toSorted((a, b) => b.placedAtMs - a.placedAtMs)
			.slice(0, SOCKET.imageTickets);
		return { me: change.me ?? state.me, tickets };
	},
};
