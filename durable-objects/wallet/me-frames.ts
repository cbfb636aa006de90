/** A relay's frames to a wallet: subscribe a player with its token, leave. Text in, frames out. */
import { decode, parseJson } from "../../shared/decode.ts";
import { readerFrameSchema } from "../../shared/protocol/frames.ts";
import type { WalletActor } from "./actor.ts";

const PREFIX = "me:";

export async function readMeFrame(actor: WalletActor, socket: string, message: string): Promise<readonly string[]> {
	const decoded = decode(readerFrameSchema, parseJson(message));
	if (!decoded.ok) return [JSON.stringify(["error", null, "bad_frame", decoded.errors[0]?.message ?? ""])];
	const frame = decoded.value;
	if (frame[0] === "ack") return [];
	const topic = frame[1];
	if (!topic.startsWith(PREFIX))
		return [JSON.stringify(["error", topic, "unknown_topic", "a wallet publishes me:{playerId}"])];
	const playerId = topic.slice(PREFIX.length);
	if (frame[0] === "unsub") {
		actor.unsubscribe(socket, playerId);
		return [];
	}
	const answer = await actor.subscribe(socket, playerId, frame[2], frame[3].token ?? "");
	return answer === "ok" ? [] : [JSON.stringify(["error", topic, answer, "the wallet does not take this token"])];
}
