/** Faults of publishers, relays and the board: frames, resuming, staleness, tokens. */
import { type Canary, inHistory, patch } from "../canary.ts";

export const FRAMES: readonly Canary[] = [
	inHistory(
		"an answer's head counts for nothing",
		"FRM-2",
		patch("durable-objects/relay/topic.ts", "if (head !== null) this.#miss(head);", "HIT();"),
	),
	inHistory(
		"a resumed reader misses the first",
		"FRM-5 FRM-2 FRM-1",
		patch(
			"durable-objects/relay/ring.ts",
			'if (at !== null) return { how: "recovered", frames: this.#textsFrom(at) };',
			'if (at !== null) return { how: "recovered", frames: this.#textsFrom(at + (HIT() ? 1 : 0)) };',
		),
	),
	inHistory(
		"an answer says nothing of staleness",
		"FRM-6",
		patch(
			"durable-objects/relay/topic.ts",
			"if (isAsking || member.isToldStale",
			"if ((isAsking && !HIT()) || member.isToldStale",
		),
	),
	inHistory(
		"who is left out is not told",
		"FRM-6 FRM-4",
		patch(
			"durable-objects/relay/topic.ts",
			'if ((this.isStale || member.phase === "behind") && !member.isToldStale) this.#tell(member, true);',
			'if ((this.isStale || (member.phase === "behind" && !HIT())) && !member.isToldStale) this.#tell(member, true);',
		),
	),
	inHistory(
		"a token from before a revocation still reads",
		"FRM-7",
		patch(
			"durable-objects/wallet/authority.ts",
			"player === null || player.tokenGeneration !== payload.g",
			'player === null || (player.tokenGeneration !== payload.g && !(HIT() && what === "read"))',
		),
	),
	inHistory(
		"a revocation is told to no reader",
		"FRM-7",
		patch(
			"durable-objects/wallet/me-feed.ts",
			"for (const socket of [...(this.#readers.get(playerId) ?? [])]) {\n\t\t\tthis.#deps.send(socket, encodeRefusal(",
			"HIT();\n\t\tfor (const socket of [] as string[]) {\n\t\t\tthis.#deps.send(socket, encodeRefusal(",
		),
	),
	inHistory(
		"a relay does not pass on a revocation",
		"FRM-7",
		patch(
			"durable-objects/relay/actor.ts",
			"const concerned = [...open.topic.members].filter((member) => ask?.token == null || member.token === ask.token);",
			"HIT();\n\t\tconst concerned = [...open.topic.members].filter((member) => (ask === null ? false : ask.token === null || member.token === ask.token));",
		),
	),
	inHistory(
		"a beat moves the head",
		"FRM-1",
		patch(
			"shared/protocol/publication.ts",
			'return encodeFrame(["beat", this.topic, this.epoch, this.#offset, nowMs, body]);',
			'if (HIT()) this.#offset++;\n\t\treturn encodeFrame(["beat", this.topic, this.epoch, this.#offset, nowMs, body]);',
		),
	),
	inHistory(
		"each reader gets an image of its own",
		"FRM-3",
		patch(
			"shared/protocol/publication.ts",
			"if (this.#encodedImage?.offset === this.#offset) return",
			"if (this.#encodedImage?.offset === this.#offset && !HIT()) return",
		),
	),
	inHistory(
		"a delta begins behind the one before it",
		"FRM-1 FRM-2",
		patch(
			"shared/protocol/publication.ts",
			'const frame = encodeFrame(["delta", this.topic, this.epoch, from, this.#offset, nowMs, body]);',
			'const frame = encodeFrame(["delta", this.topic, this.epoch, from + (HIT() && from > 3 ? 1 : 0), this.#offset, nowMs, body]);',
		),
	),
	inHistory(
		"a reader that is lost is never closed",
		"FRM-4",
		patch(
			"durable-objects/relay/member.ts",
			"return this.behindSinceMs !== null && nowMs - this.behindSinceMs > SOCKET.behindCloseMs;",
			"HIT();\n\t\treturn this.behindSinceMs !== null && nowMs < 0;",
		),
	),
];
