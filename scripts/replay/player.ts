/**
 * Plays replays to the platform the way any provider does: signed HTTP to ingest, with heartbeats, repeated with the same
 * ids until taken. Three slots play on and on, each match under a new id.
 */
import { REPLAYS, replayOf } from "../../replays/all.ts";
import type { Replay } from "../../replays/replay.ts";
import type { FeedMessage } from "../../shared/feeds/canonical.ts";
import { signBody } from "../../shared/feeds/signature.ts";
import { type Due, timelineOf } from "./timeline.ts";

export type PlayerOptions = {
	readonly url: string;
	readonly secret: string;
	readonly speed: number;
	readonly seed: number;
	/** One match once, or all of them on and on. */
	readonly only?: { readonly replay: Replay; readonly fromMinute: number };
	readonly signal: AbortSignal;
	readonly log: (line: string) => void;
};

const HEARTBEAT_MS = 1_000;
const RETRY_MIN_MS = 200;
const RETRY_MAX_MS = 2_000;
const BATCH = 200;
const PAUSE_MS = 5_000;

/** How the three slots begin: one fresh, the final shortly before its two late goals, one close to its end. */
const FIRST: readonly { readonly id: string; readonly fromMinute: number }[] = [
	{ id: "wc2018-fra-arg", fromMinute: 0 },
	{ id: "wc2022-final", fromMinute: 78 },
	{ id: "wc2018-bel-jpn", fromMinute: 88 },
];

const sleep = (ms: number, signal: AbortSignal): Promise<void> =>
	new Promise((done) => {
		if (signal.aborted) return done();
		const timer = setTimeout(done, ms);
		signal.addEventListener(
			"abort",
			() => {
				clearTimeout(timer);
				done();
			},
			{ once: true },
		);
	});

/** Resolves when the signal is given, or when the one match is over. */
export async function playReplays(options: PlayerOptions): Promise<void> {
	const sender = new Sender(options);
	const beating = sender.beat();
	if (options.only !== undefined) {
		await playOne(sender, options, options.only.replay, options.only.fromMinute, 0);
		sender.stop();
	} else {
		await Promise.all(FIRST.map((first, slot) => playSlot(sender, options, first, slot)));
	}
	await beating;
}

async function playSlot(
	sender: Sender,
	options: PlayerOptions,
	first: (typeof FIRST)[number],
	slot: number,
): Promise<void> {
	let replay = replayOf(first.id);
	let fromMinute = first.fromMinute;
	for (let round = 0; replay !== null && !options.signal.aborted; round++) {
		await playOne(sender, options, replay, fromMinute, round * FIRST.length + slot);
		await sleep(PAUSE_MS, options.signal);
		fromMinute = 0;
		const next = (REPLAYS.indexOf(replay) + 1) % REPLAYS.length;
		replay = REPLAYS[next] ?? null;
	}
}

async function playOne(
	sender: Sender,
	options: PlayerOptions,
	replay: Replay,
	fromMinute: number,
	number: number,
): Promise<void> {
	const startMs = Date.now();
	const matchId = `${replay.id}-${startMs.toString(36)}${number.toString(36)}`;
	const { events } = timelineOf({
		replay,
		matchId,
		seed: options.seed + number,
		speed: options.speed,
		fromMinute,
		startMs,
	});
	options.log(
		`playing ${replay.home.name} – ${replay.away.name} (${matchId})${fromMinute > 0 ? ` from ${fromMinute}'` : ""}`,
	);
	let next = 0;
	while (next < events.length && !options.signal.aborted) {
		const nowMs = Date.now() - startMs;
		const due: Due[] = [];
		for (
			let event = events[next];
			event !== undefined && event.dueMs <= nowMs && due.length < BATCH;
			event = events[++next]
		)
			due.push(event);
		if (due.length > 0) await sender.send(due.map((event) => event.message));
		else await sleep(Math.min(1_000, Math.max(1, (events[next]?.dueMs ?? 0) - nowMs)), options.signal);
	}
}

class Sender {
	readonly #options: PlayerOptions;
	readonly #stopped = new AbortController();

	constructor(options: PlayerOptions) {
		this.#options = options;
		options.signal.addEventListener("abort", () => this.#stopped.abort(), { once: true });
	}

	stop(): void {
		this.#stopped.abort();
	}

	/** A heartbeat each second, whatever the matches do; one that is not taken is not repeated. */
	async beat(): Promise<void> {
		for (let n = 0; !this.#stopped.signal.aborted; n++) {
			const sentAtMs = Date.now();
			await this.#post([{ v: 1, kind: "heartbeat", id: `beat:${sentAtMs}:${n}`, sentAtMs }]).catch(() => false);
			await sleep(Math.max(1, HEARTBEAT_MS - (Date.now() - sentAtMs)), this.#stopped.signal);
		}
	}

	/** In order, and again with the same ids until they are taken. */
	async send(messages: readonly FeedMessage[]): Promise<void> {
		for (let delayMs = RETRY_MIN_MS; !this.#stopped.signal.aborted; delayMs = Math.min(delayMs * 2, RETRY_MAX_MS)) {
			const isTaken = await this.#post(messages).catch(() => false);
			if (isTaken) return;
			await sleep(delayMs, this.#stopped.signal);
		}
	}

	async #post(messages: readonly FeedMessage[]): Promise<boolean> {
		const body = JSON.stringify(messages);
		const timestamp = Math.floor(Date.now() / 1_000);
		const response = await fetch(new URL("/v1/ingest/replay", this.#options.url), {
			method: "POST",
			headers: {
				"content-type": "application/json",
				"touchline-timestamp": String(timestamp),
				"touchline-signature": await signBody(this.#options.secret, timestamp, body),
			},
			body,
			signal: AbortSignal.any([this.#stopped.signal, AbortSignal.timeout(10_000)]),
		});
		const text = await response.text();
		if (response.status >= 400 && response.status < 500) this.#options.log(`ingest refused: ${text.slice(0, 300)}`);
		return response.status < 500;
	}
}
