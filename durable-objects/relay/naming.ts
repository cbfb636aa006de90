/** Whose topic it is that a reader names: the publisher to dial, and the name that the publisher knows it by. Pure. */
import { BOARD_NAME, walletNameOf } from "../../shared/contracts/ids.ts";
import { playerIdOfToken } from "../../shared/contracts/token.ts";
import type { FrameErrorCode, Topic } from "../../shared/protocol/frames.ts";

export const ME = "me";
export const LOBBY = "lobby";

export type Named = { readonly kind: "named"; readonly name: Topic; readonly publisher: string };
export type Unnamed = { readonly kind: "unnamed"; readonly code: FrameErrorCode; readonly detail: string };

export function publisherOf(wire: Topic, token: string | null, walletShards: number): Named | Unnamed {
	if (wire === LOBBY) return { kind: "named", name: LOBBY, publisher: BOARD_NAME };
	if (wire === ME) {
		const playerId = token === null ? null : playerIdOfToken(token);
		if (playerId === null) return { kind: "unnamed", code: "unauthorized", detail: "a player's token is needed" };
		return { kind: "named", name: `me:${playerId}`, publisher: walletNameOf(playerId, walletShards) };
	}
	if (wire.startsWith("me:")) return { kind: "unnamed", code: "unknown_topic", detail: "subscribe to `me`" };
	// `match:{matchId}` is both the topic and the name of its object.
	return { kind: "named", name: wire, publisher: wire };
}
