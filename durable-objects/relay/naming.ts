/** Whose topic it is that a reader names: whom to dial for it, and the name that the publisher knows it by. Pure. */
import { BOARD_NAME, relayParts, stableHash, upperRelayName, walletNameOf } from "../../shared/contracts/ids.ts";
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

/**
 * Whom a relay may take a topic from, the best first: the topic's own relay of the level above, another of that level where there
 * is one, so that all who lose the first meet again, and the publisher itself. A level leads only upwards, whatever each relay's
 * configuration says at the moment, so that no topic goes round. A player's own topic has few readers and a token that only its
 * wallet judges: it goes there directly.
 */
export function waysTo({ name, publisher }: Named, relay: string, tiers: readonly number[]): readonly string[] {
	const parts = relayParts(relay);
	const count = parts === null ? undefined : tiers[parts.level];
	if (parts === null || count === undefined || name.startsWith("me:")) return [publisher];
	const { region, level } = parts;
	const own = stableHash(name);
	const above = [own, own + 1].slice(0, count).map((index) => upperRelayName(region, level + 1, index % count));
	return [...above, publisher];
}
