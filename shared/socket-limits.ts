/** The limits of sockets, frames and relays; `limits.ts` gives these too. */

/** Sockets and frames */
export const SOCKET = {
	/** OWASP: WebSocket messages ≤ 64 KB; ours are commands of a page, and 64 subscriptions with tokens fit into 16 kB. */
	maxReaderFrameBytes: 16_384,
	/** FRM-5 */
	maxTopics: 64,
	/** FRM-4: acknowledge after so many frames or so long. */
	ackFrames: 32,
	ackMs: 5_000,
	/** FRM-4: further behind than this gets only the latest image on its next acknowledgement. */
	behindFrames: 64,
	behindMs: 10_000,
	/** FRM-4: closed with `slow` after this. */
	behindCloseMs: 30_000,
	/** FRM-6: history kept for resuming. */
	ringDeltas: 256,
	ringMs: 60_000,
	/** FRM-6: nothing from an in-play publisher for so long is stale. */
	staleMs: 3_000,
	beatMs: 1_000,
	/** FRM-6: random first delay after a mass drop. */
	reconnectMinMs: 1_000,
	reconnectMaxMs: 15_000,
	/** A page sends an ack each 5 s and a few subscriptions while its player looks around; 60 in 10 s is ten times that. */
	readerFramesPer10s: 60,
	/** A client reads no longer text: the longest of ours, a full board's image, has ≈ 300 kB, and parsing holds up the page. */
	maxServerFrameChars: 1_048_576,
	/** At once, after a connect: 64 subscriptions, as many acknowledgements, and room to spare. */
	readerFrameBurst: 160,
	/**
	 * The same topic asked for again and again: a lobby's image has 300 kB, and who takes none of them holds all in our memory. A
	 * reader that missed something asks once and then with back-off; a player clicks to and fro ten times.
	 */
	topicAskBurst: 16,
	/** As often as a reader that asks each second. */
	topicAsksPerSec: 1,
	/** Cloudflare: 32,768 hibernating sockets an object; measured 38,000 sends/s a process, so 8,000 leaves room for bursts. */
	maxSocketsPerRelay: 8_000,
	/** A football image ≤ 4 kB. */
	maxFootballImageBytes: 4_096,
	/** Redial make-before-break: an outbound socket pins an object for at most 15 min. */
	redialMs: 600_000,
	/** Incidents an image keeps, newest last: at ≈ 55 B each 1.1 kB of a football image's 4, with 170 markets beside them. */
	imageIncidents: 20,
	/** Closed and settled markets an image keeps: a football match of five goals has two hundred at its end, a long tennis match six hundred, and each costs its readers ≈ 80 B of a schema. */
	imageDoneMarkets: 120,
	/** Schemas a match can still be asked for by name: who was told of one fetches it within seconds, and a goal lists anew at most twice. */
	schemasKept: 4,
	/** Tickets in a player's image: more than a page shows. */
	imageTickets: 20,
	/** Server-sent events that wait for their reader before it counts as behind: fifteen images. */
	eventHighWaterBytes: 65_536,
	/** What may wait beyond that; then the reader is cut off and resumes by its last event id. */
	maxQueuedEventBytes: 1_048_576,
} as const;

/** Relays */
export const RELAY = {
	/** Topics open at one relay: each of 8,000 players has one, a busy day some 500 matches, and there is room for twice that. */
	maxTopics: 9_000,
	/** History kept a topic, whatever `ringDeltas` allows: 256 deltas of a busy football match are ≈ 80 kB. */
	ringBytes: 262_144,
	/** A new reader gets the kept image and what followed; after so many deltas a fresh image is asked for. */
	imageTailDeltas: 16,
	/** A publisher that does not answer a `sub` for so long is dialled anew. */
	answerMs: 5_000,
	/** An image that was asked for and has not come is asked for again: after `answerMs` the connection itself would be given up. */
	imageMs: 10_000,
	/** Failed dials: 250 ms doubling to 8 s, each at a random part of it, so that relays do not come back as a wave. */
	redialMinMs: 250,
	redialMaxMs: 8_000,
	/** An idle topic is kept this long: a reload of a page comes back within it. */
	idleMs: 10_000,
	tickMs: 1_000,
	/** The net under the tick: after an eviction nobody else would dial. */
	netMs: 30_000,
	/** A topic in play that is silent for twice what makes it stale gets a new connection. */
	silentRedialMs: 6_000,
	/** Levels of relays above the readers' own: with 64 relays on each, two carry more sockets than there are people, and each costs a hop. */
	maxTiers: 2,
	/** Relays of one level in a region: topics are spread over them, and 64 have room for a million connections from below. */
	maxTierRelays: 64,
	/** A tick that comes this late says that we had no time ourselves: what seems silent may be waiting to be read. */
	lateTickMs: 2_500,
	/** A reader that resumes ahead of the publisher's head for so long has a position that never was. */
	aheadMs: 2_000,
} as const;
