/** The topic of all matches. */
import { type Lobby, lobbyFold } from "../shared/protocol/lobby-view.ts";
import type { Listener } from "./channel.ts";
import type { TouchlineClient } from "./client.ts";

/** Matches by id, each with its clock, score and headline market. */
export function subscribeLobby(client: TouchlineClient, listener: Listener<Lobby>): () => void {
	return client.subscribe("lobby", lobbyFold, listener);
}
