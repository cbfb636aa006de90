/** A relay's frames to a wallet: subscribe a player with its token, leave. Text in, frames out. */
import { encodeRefusal } from "../../shared/protocol/server-frame.ts";
import { readFrame } from "../runtime/readers.ts";
import type { WalletActor } from "./actor.ts";

const PREFIX = "me:";
const NOT_TAKEN = "the wallet does not take this token";
const RUSHING = "this player asks too often";

export async function readMeFrame(actor: WalletActor, socket: string, message: string): Promise<readonly string[]> {
	const read = readFrame(message);
	if (!read.ok) return [read.refusal];
	const { frame } = read;
	if (frame[0] === "ack") return [];
	const topic = frame[1];
	if (!topic.startsWith(PREFIX)) return [encodeRefusal(topic, "unknown_topic", "a wallet publishes me:{playerId}")];
	const playerId = topic.slice(PREFIX.length);
	if (frame[0] === "unsub") {
		actor.unsubscribe(socket, playerId);
		return [];
	}
	const answer = await actor.subscribe(socket, playerId, frame[2], frame[3].token ?? "");
	if (answer === "ok") return [];
	return [
		answer === "too_many_requests"
			? encodeRefusal(topic, "rate_limited", RUSHING)
			: encodeRefusal(topic, answer, NOT_TAKEN),
	];
}
