/** The lobby's frames: an image of all matches, then those that changed and those that went. */
import * as v from "valibot";
import { type MatchSummary, matchSummarySchema } from "../contracts/board.ts";
import type { Fold } from "./topic-reader.ts";

export type LobbyImageBody = { readonly matches: readonly MatchSummary[] };
export type LobbyDeltaBody = { readonly up: readonly MatchSummary[]; readonly gone: readonly string[] };
/** What the board publishes. */
export type LobbyBodies = {
	readonly schema: null;
	readonly image: LobbyImageBody;
	readonly delta: LobbyDeltaBody;
	readonly beat: Readonly<Record<string, never>>;
};
export type Lobby = ReadonlyMap<string, MatchSummary>;

const imageBody = v.object({ matches: v.array(matchSummarySchema) });
const deltaBody = v.object({ up: v.array(matchSummarySchema), gone: v.array(v.string()) });
const byId = (matches: readonly MatchSummary[]): readonly (readonly [string, MatchSummary])[] =>
	matches.map((match) => [match.matchId, match]);

export const lobbyFold: Fold<Lobby> = {
	schema: (state) => state,
	image: (_state, body) => new Map(byId(v.parse(imageBody, body).matches)),
	delta: (state, body) => {
		const { up, gone } = v.parse(deltaBody, body);
		const next = new Map([...state, ...byId(up)]);
		for (const matchId of gone) next.delete(matchId);
		return next;
	},
};
