/** The page's one socket, through the client library. */
import * as v from "valibot";
import { subscribeLobby, subscribeMatch, subscribeMe, TouchlineClient } from "../../client/index.ts";
import type { MatchSummary } from "../../shared/contracts/board.ts";
import type { MatchView } from "../../shared/protocol/match-view.ts";
import { readTicketSchema, type ReadTicket as Ticket } from "../../shared/ticket/schema.ts";
import { type Me, meSchema } from "./api.ts";
import type { Session } from "./session.ts";

export type Live = {
	readonly lobby: (show: (matches: readonly MatchSummary[], stale: boolean) => void) => void;
	readonly match: (matchId: string, show: (view: MatchView, stale: boolean) => void) => void;
	readonly me: (session: Session, showMe: (me: Me) => void, showTickets: (tickets: readonly Ticket[]) => void) => void;
};

export type LiveOptions = {
	readonly onConnection: (isOpen: boolean) => void;
	/** Provider's event → this screen, in ms; both clocks are the same machine's in a demo. */
	readonly onDelay?: (ms: number) => void;
};

const LOCAL = new Set(["localhost", "127.0.0.1", "[::1]"]);

export function connect({ onConnection, onDelay }: LiveOptions): Live {
	const url = new URL("/v1/stream", location.href);
	url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
	const client = new TouchlineClient({
		url: url.href,
		quickRetry: LOCAL.has(location.hostname),
		onStatus: ({ state }) => onConnection(state === "open"),
	});
	return {
		lobby: (show) => {
			subscribeLobby(client, ({ state, stale }) => {
				if (state !== null) show([...state.values()], stale);
			});
		},
		match: (matchId, show) => {
			subscribeMatch(client, matchId, ({ state, stale, eventAtMs }) => {
				if (state !== null) show(state, stale);
				// After the next paint it is on the screen.
				if (eventAtMs !== null) requestAnimationFrame(() => onDelay?.(Math.max(0, Date.now() - eventAtMs)));
			});
		},
		me: (session, showMe, showTickets) => {
			subscribeMe(client, session.token, ({ state }) => {
				if (state === null) return;
				showMe(v.parse(meSchema, state.me));
				showTickets(v.parse(v.array(readTicketSchema), state.tickets));
			});
		},
	};
}
