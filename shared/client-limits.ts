/** The limits that the client library keeps to; `limits.ts` gives these too. */

/** The client library: elapsed time by a monotonic clock, and what it sends of its own below what a relay takes. */
export const CLIENT = {
	/** In play a publisher speaks each second; a relay says so after 3 s of silence, and this is for when the relay is gone too. */
	silentMs: 5_000,
	/** A `sub` that has brought neither image nor recovery: asked again after this to twice this, as a relay redials. */
	answerMs: 5_000,
	/** After the first time an image is asked for at half this to all of it, doubling to the other: a frame that one reader cannot read, none can. */
	resyncMinMs: 2_000,
	resyncMaxMs: 30_000,
	/** A topic that was whole for so long asks for its next image at once again. */
	calmMs: 30_000,
	/** Asked again at once: every topic. With a connect's 64 it leaves 32 of `readerFrameBurst` to acknowledgements. */
	askBurst: 64,
	/** And then so many a second: half of `readerFramesPer10s`. */
	asksPerSec: 3,
	/** Schemas kept by name: twice the topics of a page, since a match that lists anew has another. */
	schemasKept: 128,
	/** A schema is waited for no longer: with `SOCKET.ackMs` behind it still below the 10 s after which a reader counts as slow. */
	schemaMs: 2_000,
	/** For so long a page that could not fetch a schema has them on the socket: longer than any series of reconnects. */
	schemasRestMs: 300_000,
	/** Frames of a topic that wait for its schema; more than a relay keeps for resuming, and it asks again. */
	heldFrames: 256,
	/** Timers that stood still for so long: the device slept, and what is shown may be as old. Five ticks of a second. */
	sleptMs: 5_000,
} as const;
