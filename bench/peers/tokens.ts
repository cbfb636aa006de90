/** Players' tokens of the peers: signed, as ours are, so that both check a signature for each bet. */
import { createHmac, timingSafeEqual } from "node:crypto";

const sign = (secret: string, playerId: string): Buffer => createHmac("sha256", secret).update(playerId).digest();

export const peerToken = (secret: string, playerId: string): string =>
	`${playerId}.${sign(secret, playerId).toString("hex")}`;

/** Whose token it is; null where nobody signed it. */
export function playerOfToken(secret: string, header: string | undefined): string | null {
	const [, playerId = "", signature = ""] = /^Bearer ([^.]+)\.([0-9a-f]{64})$/.exec(header ?? "") ?? [];
	if (playerId === "") return null;
	return timingSafeEqual(sign(secret, playerId), Buffer.from(signature, "hex")) ? playerId : null;
}
