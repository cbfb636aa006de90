/**
 * A tennis replay as a provider's messages with their due times. Pure, as the football one: replay, seed, speed and starting
 * minute give the same timeline. Set scores are the record's; all points are invented and say so, and so do what restates
 * them and what stops betting. The match runs at `speed`; what is about betting runs in real time.
 */

import type { Format } from "../../pricing/tennis/format.ts";
import { countOf, isTieBreak, type Position, pointServer, setsOf, winnerOf } from "../../pricing/tennis/score.ts";
import type { TennisReplay } from "../../replays/tennis-replay.ts";
import type { FeedMessage } from "../../shared/feeds/canonical.ts";
import { seededRandom } from "../../shared/seeded-random.ts";
import { formatOfReplay, type InventedPoint, inventPoints, isBigPoint } from "./tennis-points.ts";
import type { Due, Timeline, TimelineOptions } from "./timeline.ts";

export type TennisTimelineOptions = Omit<TimelineOptions, "replay"> & { readonly replay: TennisReplay };

/** Pre-match betting before the first point, in real time. */
const BEFORE_PLAY_MS = 20_000;
/** Seconds of play from point to point, shorter than on court (where it is 20 to 40) so that a long match fits an evening. */
const POINT_SEC = 10;
const POINT_SPREAD_SEC = 6;
const GAME_SEC = 6;
/** Sides change after odd games. */
const CHANGE_SEC = 30;
const SET_SEC = 60;
const STATE_EVERY_MS = 15_000;
/** A challenge or a towel: betting stops for a while after a point, in real time, and play waits. */
const STOP_EVERY_MS = 20_000;
const STOP_SPREAD_MS = 10_000;
const STOP_AFTER_MS = 300;
const STOP_MIN_MS = 3_000;
const STOP_LENGTH_SPREAD_MS = 2_000;
const AFTER_POINT_MS = 50;
const END_AFTER_MS = 1_000;

type Body = Record<string, unknown> & { readonly kind: FeedMessage["kind"] };
/** On the timeline from the first point's server stepping up, in real milliseconds. */
type Draft = { readonly atMs: number; readonly body: Body; readonly position?: Position };

type Play = {
	readonly options: TennisTimelineOptions;
	readonly format: Format;
	readonly firstServer: "home" | "away";
	readonly random: () => number;
};

/** `fromMinute` is read on the match's own clock, which runs through changes of ends, as a broadcast's does. */
export function tennisTimelineOf(options: TennisTimelineOptions): Timeline {
	const random = seededRandom(options.seed);
	const format = formatOfReplay(options.replay);
	const { firstServer, points } = inventPoints(options.replay, random);
	const play: Play = { options, format, firstServer, random };
	const drafts = playDrafts(play, points);
	const lastMs = drafts.at(-1)?.atMs ?? 0;
	const zeroMs =
		options.fromMinute === 0 ? -BEFORE_PLAY_MS : Math.min(lastMs, (options.fromMinute * 60_000) / options.speed);
	const here = drafts.findLast(({ atMs, position }) => position !== undefined && atMs <= zeroMs)?.position;
	const all: readonly Draft[] = [
		{ atMs: Number.NEGATIVE_INFINITY, body: fixtureBody(options, -zeroMs) },
		...drafts,
		...(here === undefined ? [] : [{ atMs: zeroMs, body: stateBody(play, here, zeroMs) }]),
		{ atMs: lastMs + END_AFTER_MS, body: endBody(play, points.at(-1)?.after, lastMs + END_AFTER_MS) },
	];
	const events = all
		.map((draft, index) => ({ draft, index }))
		.toSorted((a, b) => a.draft.atMs - b.draft.atMs || a.index - b.index)
		.map(({ draft }, index) => toDue(options, draft, zeroMs, index));
	return { events, endsMs: lastMs + END_AFTER_MS - zeroMs };
}

function toDue({ matchId, startMs }: TennisTimelineOptions, { atMs, body }: Draft, zeroMs: number, index: number): Due {
	const dueMs = Math.max(0, Math.round(atMs - zeroMs));
	const happenedMs = startMs + (Number.isFinite(atMs) ? Math.round(atMs - zeroMs) : 0);
	// What is sent now happened then: only `occurredAt` says so.
	const occurred = body.kind === "incident" ? { occurredAt: { atMs: happenedMs, precision: "ms" } } : {};
	const message = { v: 1, id: `${matchId}:${index}`, matchId, sentAtMs: startMs + dueMs, ...occurred, ...body };
	return { dueMs, message: message as FeedMessage };
}

function fixtureBody({ replay, startMs }: TennisTimelineOptions, firstPointMs: number): Body {
	const { competition, home, away, format, prices } = replay;
	return {
		kind: "fixture",
		sport: "tennis",
		competition,
		home,
		away,
		scheduledAtMs: startMs + Math.round(firstPointMs),
		format,
		prices: {
			moneyline: [...prices.moneyline],
			totals: [{ line: prices.totalGames.line, odds: [...prices.totalGames.odds] }],
		},
	};
}

/** The whole score, as a provider restates it: what is in it was invented with the points. */
function stateBody({ options, format, firstServer }: Play, position: Position, atMs: number): Body {
	const { current, done } = position;
	const isOver = winnerOf(position, format) !== null;
	const games = [...done, ...(isOver ? [] : [current])].map(({ home, away }) => `${home}-${away}`).join(" ");
	const clock = { elapsedSec: (Math.max(0, atMs) / 1_000) * options.speed, running: true, rate: options.speed };
	const facts = isOver
		? { games }
		: { games, points: calledPoints(position, format), server: pointServer(position, format, firstServer) };
	return { kind: "state", phase: "playing", clock, score: setsOf(position), facts, invented: true };
}

const CALLS = ["0", "15", "30", "40"] as const;
function calledPoints(position: Position, format: Format): string {
	const { home, away } = countOf(position.points);
	if (isTieBreak(position, format)) return `${home}-${away}`;
	if (home < 3 || away < 3) return `${CALLS[home]}-${CALLS[away]}`;
	if (home === away) return "40-40";
	return home > away ? "A-40" : "40-A";
}

/** The end is the record's: nothing in it is invented. */
function endBody({ options }: Play, position: Position | undefined, atMs: number): Body {
	const games = options.replay.sets.map(({ home, away }) => `${home}-${away}`).join(" ");
	return {
		kind: "state",
		phase: "ended",
		clock: { elapsedSec: (atMs / 1_000) * options.speed, running: false },
		...(position === undefined ? {} : { score: setsOf(position) }),
		facts: { games },
	};
}

/** Points in their time, danger before the big ones, and now and then a stop of betting while play waits. */
function playDrafts(play: Play, points: readonly InventedPoint[]): readonly Draft[] {
	const { options, format, random } = play;
	const secMs = 1_000 / options.speed;
	const drafts: Draft[] = [];
	const first = points[0]?.before;
	if (first !== undefined) drafts.push({ atMs: 0, body: stateBody(play, first, 0), position: first });
	let atMs = 0;
	let statedMs = 0;
	let stopMs = STOP_EVERY_MS * random();
	for (const [index, one] of points.entries()) {
		const beganMs = atMs;
		atMs += (POINT_SEC + random() * POINT_SPREAD_SEC) * secMs;
		const isBig = isBigPoint(one, format);
		if (isBig) drafts.push({ atMs: (beganMs + atMs) / 2, body: { kind: "danger", on: true, invented: true } });
		drafts.push({ atMs, body: pointBody(one, index), position: one.after });
		if (isBig) drafts.push({ atMs: atMs + 1, body: { kind: "danger", on: false, invented: true } });
		const set = one.after.done.at(-1);
		const isSetOver = one.after.done.length > one.before.done.length && set !== undefined;
		if (isSetOver) {
			const body = {
				kind: "incident" as const,
				incident: "set",
				incidentId: `set-${one.after.done.length}`,
				side: one.side,
				detail: `${set.home}-${set.away}`,
			};
			drafts.push({ atMs: atMs + 2, body });
		}
		if (index === points.length - 1) break;
		if (atMs - statedMs >= STATE_EVERY_MS || isSetOver) {
			statedMs = atMs;
			const sent = atMs + AFTER_POINT_MS;
			drafts.push({ atMs: sent, body: stateBody(play, one.after, sent), position: one.after });
		}
		const pauseMs = pauseSec(one) * secMs;
		atMs += AFTER_POINT_MS + pauseMs;
		if (atMs < stopMs) continue;
		const fromMs = atMs + STOP_AFTER_MS;
		const untilMs = fromMs + STOP_MIN_MS + random() * STOP_LENGTH_SPREAD_MS;
		drafts.push({ atMs: fromMs, body: { kind: "bet_stop", reason: "other", invented: true } });
		drafts.push({ atMs: untilMs, body: { kind: "bet_start", invented: true } });
		atMs = untilMs;
		stopMs = untilMs + STOP_EVERY_MS + random() * STOP_SPREAD_MS;
	}
	return drafts.toSorted((a, b) => a.atMs - b.atMs);
}

function pauseSec({ before, after }: InventedPoint): number {
	if (after.done.length > before.done.length) return SET_SEC;
	if (after.current.games.length === before.current.games.length) return 0;
	return after.current.games.length % 2 === 1 ? CHANGE_SEC : GAME_SEC;
}

function pointBody({ side }: InventedPoint, index: number): Body {
	return { kind: "incident", incident: "point", incidentId: `point-${index + 1}`, side, invented: true };
}
