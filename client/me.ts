/** The player's own topic: balance and newest tickets. */
import { type Me, meFold } from "../shared/protocol/me-view.ts";
import type { Listener, TokenSource } from "./channel.ts";
import type { TouchlineClient } from "./client.ts";

/** `token` goes in the frame, never in the address (FRM-7); a function is asked for a fresh one when it has expired. */
export function subscribeMe(client: TouchlineClient, token: TokenSource, listener: Listener<Me>): () => void {
	return client.subscribe("me", meFold, listener, { token });
}
