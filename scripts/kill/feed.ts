/**
 * The provider of a kill run: signed pushes, repeated with the same ids until they are taken, and a heartbeat each second.
 * It plays matches whose course is known, so that each is settled within the run.
 */
import { replayOf } from "../../replays/all.ts";
import type { FeedMessage } from "../../shared/feeds/canonical.ts";
import { timelineOf } from "../replay/timelines.ts";
import { type PushOutcome, signedPush } from "../signed-push.ts";
import { sleep, type World } from "./world.ts";

const PUSH_TIMEOUT_MS = 3_000;
const RETRY_MS = 150;
/** Nobody answered. */
const NOBODY: PushOutcome = { kind: "again", afterMs: null };
const BEAT_MS = 1_000;
const BATCH = 100;
/** A short match plays from here at the fastest pace: half an hour of football in some twenty seconds. */
const SHORT = { replayId: "wc2018-bel-jpn", fromMinute: 60, speed: 120 } as const;

export type Feed = {
	/** Resolves once the platform has taken them; in order for each match whose messages are awaited. */
	readonly push: (messages: readonly FeedMessage[]) => Promise<void>;
	readonly repeated: () => number;
	readonly stop: () => void;
};

export function startFeed(world: Pick<World, "url" | "ingestSecret">): Feed {
	let repeated = 0;
	let isStopped = false;
	const post = (messages: readonly FeedMessage[]): Promise<PushOutcome> =>
		signedPush(
			{ url: world.url, provider: "replay", secret: world.ingestSecret },
			messages,
			AbortSignal.timeout(PUSH_TIMEOUT_MS),
		).catch(() => NOBODY);
	const beat = async (): Promise<void> => {
		for (let n = 0; !isStopped; n++) {
			const startedAtMs = performance.now();
			const sentAtMs = Date.now();
			await post([{ v: 1, kind: "heartbeat", id: `beat:${sentAtMs}:${n}`, sentAtMs }]);
			await sleep(Math.max(1, BEAT_MS - (performance.now() - startedAtMs)));
		}
	};
	void beat();
	return {
		push: async (messages) => {
			while (!isStopped) {
				const outcome = await post(messages);
				if (outcome.kind === "refused") throw new Error(`ingest refused: ${outcome.text.slice(0, 300)}`);
				if (outcome.kind === "taken") {
					for (const { id, code } of outcome.refused) throw new Error(`ingest refused ${id}: ${code}`);
					return;
				}
				repeated++;
				await sleep(RETRY_MS);
			}
		},
		repeated: () => repeated,
		stop: () => {
			isStopped = true;
		},
	};
}

/** A message before it has its id and time. */
type Draft = Readonly<Record<string, unknown>> & { readonly kind: FeedMessage["kind"] };

/** One match that goes on for as long as the run wants it to. */
export class ScriptedMatch {
	readonly matchId: string;
	readonly #feed: Feed;
	#count = 0;
	#goals = 0;

	constructor(feed: Feed, matchId: string) {
		this.#feed = feed;
		this.matchId = matchId;
	}

	/** Odds before the match, which is to begin at this time. */
	announce(scheduledAtMs: number): Promise<void> {
		return this.#say({
			kind: "fixture",
			sport: "football",
			competition: "Kill run",
			home: { name: "Ashford", short: "ASH" },
			away: { name: "Birchwood", short: "BIR" },
			scheduledAtMs,
			format: { extraTime: false, shootOut: false },
			prices: { oneXTwo: [2_300, 3_300, 3_200], totals: [{ line: 2.5, odds: [1_950, 1_900] }] },
		});
	}

	kickOff(): Promise<void> {
		return this.#say({ kind: "state", phase: "first_half", clock: { elapsedSec: 0, running: true, rate: 1 } });
	}

	/** A goal that suspends, and a moment later its confirmation. */
	async goal(side: "home" | "away", confirmAfterMs: number): Promise<void> {
		const incidentId = `goal-${++this.#goals}`;
		await this.#say({ kind: "incident", incident: "goal", incidentId, side, detail: "open" });
		await sleep(confirmAfterMs);
		await this.#say({ kind: "confirmation", incidentId });
	}

	/** What is left of the match, at once. */
	async finish(): Promise<void> {
		const still = (elapsedSec: number) => ({ elapsedSec, running: false });
		await this.#say({ kind: "state", phase: "half_time", clock: still(2_700) });
		await this.#say({ kind: "state", phase: "second_half", clock: { elapsedSec: 2_700, running: true, rate: 1 } });
		await this.goal("home", 0);
		await this.#say({ kind: "state", phase: "ended", clock: still(5_400) });
	}

	#say(draft: Draft): Promise<void> {
		const message = { v: 1, id: `${this.matchId}:${this.#count++}`, matchId: this.matchId, sentAtMs: Date.now() };
		return this.#feed.push([{ ...message, ...draft } as unknown as FeedMessage]);
	}
}

/** Plays the last half hour of a real match, and resolves once its end has been taken. */
export async function playShort(feed: Feed, matchId: string, seed: number): Promise<void> {
	const replay = replayOf(SHORT.replayId);
	if (replay === null) throw new Error(`no replay ${SHORT.replayId}`);
	const startedAtMs = performance.now();
	const { events } = timelineOf({ ...SHORT, replay, matchId, seed, startMs: Date.now() });
	for (let next = 0; next < events.length; ) {
		const nowMs = performance.now() - startedAtMs;
		const due = events.slice(next, next + BATCH).filter(({ dueMs }) => dueMs <= nowMs);
		if (due.length === 0) await sleep(Math.max(1, (events[next]?.dueMs ?? 0) - nowMs));
		else await feed.push(due.map(({ message }) => message));
		next += due.length;
	}
}
