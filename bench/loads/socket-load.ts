/** What a load of sockets is told and tells: the same for us and for every peer. */
import * as v from "valibot";
import { latenciesSchema } from "../measures/quantiles.ts";

export const socketLoadSchema = v.object({
	url: v.string(),
	speaks: v.picklist(["touchline", "ws", "socket.io"]),
	secret: v.string(),
	matchId: v.string(),
	sockets: v.number(),
	/** Goals, each taken back before the next. */
	goals: v.number(),
	/** Whether goals go on, beyond so many, until it is told that it was enough. */
	goesOn: v.optional(v.boolean(), false),
	/** Then inputs at a steady pace, each of which every socket hears of. */
	inputs: v.number(),
	inputsPerSec: v.number(),
	/** Messages of two runs have different ids. */
	run: v.string(),
});
export type SocketLoad = Readonly<v.InferOutput<typeof socketLoadSchema>>;

export const socketResultSchema = v.object({
	connectMs: v.number(),
	/** What one socket has been sent when it can show odds for the first time. */
	firstOddsBytes: v.number(),
	/** From the push of a goal to its suspension: on each socket, and on the last one (a value a goal). */
	onEach: latenciesSchema,
	onLast: latenciesSchema,
	/** Of the frame that brings it. */
	frameBytes: v.number(),
	/** Messages to all sockets at the steady pace, and what they held. */
	steady: v.object({ deliveries: v.number(), bytes: v.number(), ranMs: v.number() }),
});
export type SocketResult = Readonly<v.InferOutput<typeof socketResultSchema>>;
