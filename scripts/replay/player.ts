/**
 * Plays replays to the platform the way any provider does: signed HTTP to ingest, with heartbeats, repeated with the same
 * ids until taken. Five slots play on and on, each match under a new id.
 */
import { setTimeout } from "node:timers/promises";
import { REPLAYS, replayOf } from "../../replays/all.ts";
import type { Replay } from "../../replays/replay.ts";
import type { FeedMessage } from "../../shared/feeds/canonical.ts";
import { type PushOutcome, signedPush } from "../signed-push.ts";
import { noPlays, type Play, type PlayKeeper } from "./plays.ts";
import { timelineOf } from "./timelines.ts";

export type PlayerOptions = {
	readonly url: string;
	readonly secret: string;
	readonly speed: number;
	readonly seed: number;
	/** One match once, or all of them on and on. */
	readonly only?: { readonly replay: Replay; readonly fromMinute: number };
	/** Where the plays under way are kept, to go on after a stop; absent, they are not. */
	readonly plays?: PlayKeeper;
	readonly signal: AbortSignal;
	readonly log: (line: string) => void;
};

const HEARTBEAT_MS = 1_000;
const RETRY_MIN_MS = 200;
const RETRY_MAX_MS = 2_000;
const BATCH = 200;
const PUSH_TIMEOUT_MS = 10_000;
/** Nobody answered. */
const NOBODY: PushOutcome = { kind: "again", afterMs: null };
const PAUSE_MS = 5_000;

/**
 * How the slots begin: one fresh, the final shortly before its two late goals, one of each other sport, and one close to its
 * end.
 */
const SLOTS: readonly { readonly id: string; readonly fromMinute: number }[] = [
	{ id: "wc2018-fra-arg", fromMinute: 0 },
	{ id: "wc2022-final", fromMinute: 78 },
	{ id: "wimbledon-2019-final", fromMinute: 0 },
	{ id: "nba2016-game7", fromMinute: 0 },
	{ id: "wc2018-bel-jpn", fromMinute: 88 },
];

/** Ends early, without a fault, when the signal is given. */
const sleep = (ms: number, signal: AbortSignal): Promise<void> => setTimeout(ms, undefined, { signal }).catch(() => {});

/** Resolves when the signal is given, or when the one match is over. */
export async function playReplays(options: PlayerOptions): Promise<void> {
	const sender = new Sender(options);
	const beating = sender.beat();
	if (options.only !== undefined) {
		await play(sender, options, begin(options, options.only.replay, options.only.fromMinute, 0));
		sender.stop();
	} else {
		// Plays that a stop has interrupted are taken up: by a slot of their sport, but for the last one, which begins anew so
		// that something ends soon; what is more goes on to its end beside them.
		const left = [...(options.plays?.underway() ?? [])];
		const inSlots = SLOTS.map((first, slot) => (slot < SLOTS.length - 1 ? takeOf(left, first.id) : undefined));
		await Promise.all([
			...left.map((more) => play(sender, options, more)),
			...SLOTS.map((first, slot) => playSlot(sender, options, first, slot, inSlots[slot])),
		]);
	}
	await beating;
}

/** Takes a play of this replay's sport out of the list. */
function takeOf(plays: Play[], replayId: string): Play | undefined {
	const at = plays.findIndex((candidate) => replayOf(candidate.replayId)?.sport === replayOf(replayId)?.sport);
	return at < 0 ? undefined : plays.splice(at, 1)[0];
}

async function playSlot(
	sender: Sender,
	options: PlayerOptions,
	first: (typeof SLOTS)[number],
	slot: number,
	left: Play | undefined,
): Promise<void> {
	let replay = replayOf(left?.replayId ?? first.id);
	if (left !== undefined) {
		await play(sender, options, left);
		replay = following(replay);
	}
	for (let round = 0; replay !== null && !options.signal.aborted; round++) {
		const fromMinute = round === 0 && left === undefined ? first.fromMinute : 0;
		await play(sender, options, begin(options, replay, fromMinute, round * SLOTS.length + slot));
		await sleep(PAUSE_MS, options.signal);
		replay = following(replay);
	}
}

/** The next of its sport, so that each sport keeps its slots. */
function following(replay: Replay | null): Replay | null {
	const ofSport = REPLAYS.filter(({ sport }) => sport === replay?.sport);
	return replay === null ? null : (ofSport[(ofSport.indexOf(replay) + 1) % ofSport.length] ?? null);
}

function begin({ seed, speed }: PlayerOptions, replay: Replay, fromMinute: number, number: number): Play {
	const startMs = Date.now();
	const matchId = `${replay.id}-${startMs.toString(36)}${number.toString(36)}`;
	return { matchId, replayId: replay.id, seed: seed + number, speed, fromMinute, startMs, taken: 0 };
}

/** From where the play stands to its end: the messages that are due, in order, and each only after the one before is taken. */
async function play(sender: Sender, { plays = noPlays, signal, log }: PlayerOptions, started: Play): Promise<void> {
	const replay = replayOf(started.replayId);
	if (replay === null) return plays.forget(started.matchId);
	const { events } = timelineOf({ ...started, replay });
	const { taken, fromMinute, matchId, startMs } = started;
	const how = taken > 0 ? ", going on" : fromMinute > 0 ? ` from ${fromMinute}'` : "";
	// Only the wall clock knows how long ago a play began that an earlier process has left; from here on nobody sets this clock.
	const startedAtMs = performance.now() - Math.max(0, Date.now() - startMs);
	log(`playing ${replay.home.name} – ${replay.away.name} (${matchId})${how}`);
	for (let next = taken; next < events.length && !signal.aborted; ) {
		const nowMs = performance.now() - startedAtMs;
		const due = events.slice(next, next + BATCH).filter(({ dueMs }) => dueMs <= nowMs);
		if (due.length === 0) {
			await sleep(Math.min(1_000, Math.max(1, (events[next]?.dueMs ?? 0) - nowMs)), signal);
		} else if (await sender.send(due.map(({ message }) => message))) {
			next += due.length;
			plays.keep({ ...started, taken: next });
		}
	}
	if (!signal.aborted) plays.forget(matchId);
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
			const startedAtMs = performance.now();
			const sentAtMs = Date.now();
			await this.#push([{ v: 1, kind: "heartbeat", id: `beat:${sentAtMs}:${n}`, sentAtMs }]).catch(() => NOBODY);
			await sleep(Math.max(1, HEARTBEAT_MS - (performance.now() - startedAtMs)), this.#stopped.signal);
		}
	}

	/** In order, and again with the same ids until they are taken; false where it was stopped before. */
	async send(messages: readonly FeedMessage[]): Promise<boolean> {
		for (let delayMs = RETRY_MIN_MS; !this.#stopped.signal.aborted; delayMs = Math.min(delayMs * 2, RETRY_MAX_MS)) {
			const outcome = await this.#push(messages).catch(() => NOBODY);
			if (outcome.kind === "again") {
				await sleep(Math.max(delayMs, outcome.afterMs ?? 0), this.#stopped.signal);
				continue;
			}
			if (outcome.kind === "refused") this.#options.log(`ingest refused: ${outcome.text.slice(0, 300)}`);
			else for (const { id, code } of outcome.refused) this.#options.log(`ingest refused ${id}: ${code}`);
			return true;
		}
		return false;
	}

	#push(messages: readonly FeedMessage[]): Promise<PushOutcome> {
		const { url, secret } = this.#options;
		const signal = AbortSignal.any([this.#stopped.signal, AbortSignal.timeout(PUSH_TIMEOUT_MS)]);
		return signedPush({ url, provider: "replay", secret }, messages, signal);
	}
}
