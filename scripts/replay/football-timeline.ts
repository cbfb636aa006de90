/** A football replay's timeline. */

import type { FootballReplay, ReplayMinute } from "../../replays/football-replay.ts";
import { exhaustive } from "../../shared/decode.ts";
import type { FeedMessage } from "../../shared/feeds/canonical.ts";
import { seededRandom } from "../../shared/seeded-random.ts";
import type { Due, Timeline, TimelineOptions } from "./timeline.ts";

type Options = TimelineOptions<FootballReplay>;

/** Pre-match betting before a kick-off, in real time. */
const BEFORE_KICK_OFF_MS = 20_000;
/** Breaks are cut to a tenth; at ten times speed half-time takes nine seconds. */
const BREAK_SEC = 90;
/** From a goal to the feed's word that it stands, in real time. */
const CONFIRM_MIN_MS = 4_000;
const CONFIRM_SPREAD_MS = 2_000;
const AFTER_CONFIRMATION_MS = 500;
/** A kick of the shoot-out each so many match seconds, and never faster than this. */
const KICK_SEC = 100;
const KICK_MIN_MS = 10_000;
const STATE_EVERY_MS = 15_000;
/** Invented events come about so often, and the first one soon, so that nobody waits to see a market suspend. */
const INVENTED_EVERY_MS = 40_000;
const FIRST_INVENTED_MS = 10_000;
const INVENTED_KINDS = ["danger", "possible_goal", "danger", "var"] as const;
const INVENTED_MIN_MS = 3_000;
const INVENTED_SPREAD_MS = 2_000;
/**
 * Where something real is near, the next second is tried. The gap is so wide that nothing invented fits between a goal and
 * its confirmation.
 */
const INVENTED_STEP_MS = 1_000;
const INVENTED_GAP_MS = 2_000;

type Phase = {
	readonly phase: string;
	readonly startSec: number;
	readonly endSec: number;
	readonly addedMin: number | null;
	readonly realMs: number;
	readonly running: boolean;
};
type Placed = Phase & { readonly atMs: number };

function phasesOf({ replay, speed }: Options): readonly Phase[] {
	const play = (phase: string, startSec: number, lengthSec: number, addedMin: number): Phase => ({
		phase,
		startSec,
		endSec: startSec + lengthSec,
		addedMin,
		realMs: ((lengthSec + addedMin * 60 + 30) / speed) * 1_000,
		running: true,
	});
	const pause = (phase: string, atSec: number): Phase => ({
		phase,
		startSec: atSec,
		endSec: atSec,
		addedMin: null,
		realMs: (BREAK_SEC / speed) * 1_000,
		running: false,
	});
	const { first, second, extraFirst = 0, extraSecond = 0 } = replay.stoppage;
	const regular = [
		play("first_half", 0, 2_700, first),
		pause("half_time", 2_700),
		play("second_half", 2_700, 2_700, second),
	];
	const extra = replay.extraTimePlayed
		? [
				pause("extra_break", 5_400),
				play("extra_first", 5_400, 900, extraFirst),
				pause("extra_half_time", 6_300),
				play("extra_second", 6_300, 900, extraSecond),
			]
		: [];
	const kickMs = Math.max(KICK_MIN_MS, (KICK_SEC / speed) * 1_000);
	const shootOut =
		replay.shootOut.length > 0
			? [
					pause("shootout_break", 7_200),
					{
						phase: "shootout",
						startSec: 7_200,
						endSec: 7_200,
						addedMin: null,
						realMs: kickMs * (replay.shootOut.length + 1),
						running: false,
					},
				]
			: [];
	return [...regular, ...extra, ...shootOut];
}

/** Phases with their times, the one that holds `fromMinute` placed so that this minute is at zero. */
function placePhases(options: Options): readonly Placed[] {
	let atMs = 0;
	const placed = phasesOf(options).map((phase): Placed => {
		const at = { ...phase, atMs };
		atMs += phase.realMs;
		return at;
	});
	const zero =
		options.fromMinute === 0 ? -BEFORE_KICK_OFF_MS : timeOfSec(placed, options.fromMinute * 60, options.speed);
	return placed.map((phase) => ({ ...phase, atMs: phase.atMs - zero }));
}

function timeOfSec(placed: readonly Placed[], sec: number, speed: number): number {
	const phase = placed.findLast((candidate) => candidate.running && candidate.startSec <= sec) ?? placed[0];
	return phase === undefined ? 0 : phase.atMs + ((sec - phase.startSec) / speed) * 1_000;
}

/** `80` falls in the middle of the 80th minute, `45+2` in the second minute of stoppage. */
export function secondsOf(minute: ReplayMinute): { readonly sec: number; readonly base: number } {
	const [base = 0, added] = minute.split("+").map(Number);
	return added === undefined ? { sec: base * 60 - 30, base } : { sec: (base + added) * 60 - 30, base };
}

function phaseOfMinute(placed: readonly Placed[], minute: ReplayMinute): Placed | undefined {
	const { base } = secondsOf(minute);
	const name = base <= 45 ? "first_half" : base <= 90 ? "second_half" : base <= 105 ? "extra_first" : "extra_second";
	return placed.find((phase) => phase.phase === name);
}

type Draft = { readonly atMs: number; readonly body: Record<string, unknown> & { readonly kind: FeedMessage["kind"] } };

export function footballTimelineOf(options: Options): Timeline {
	const random = seededRandom(options.seed);
	const placed = placePhases(options);
	const last = placed.at(-1);
	const incidents = incidentDrafts(options, placed, random);
	// At high speed a late goal's confirmation is what comes last: the match ends after it.
	const endsMs = Math.max(
		(last?.atMs ?? 0) + (last?.realMs ?? 0),
		...incidents.map(({ atMs }) => atMs + AFTER_CONFIRMATION_MS),
	);
	const drafts: Draft[] = [
		{ atMs: Number.NEGATIVE_INFINITY, body: fixtureBody(options, placed[0]?.atMs ?? 0) },
		...placed.flatMap((phase) => phaseDrafts(options, phase)),
		...incidents,
		...kickDrafts(options, placed),
		...inventedDrafts(placed, incidents, random),
		{ atMs: endsMs, body: { kind: "state", phase: "ended", clock: { elapsedSec: last?.endSec ?? 0, running: false } } },
	];
	const ordered = drafts
		.map((draft, index) => ({ draft, index }))
		.toSorted((a, b) => a.draft.atMs - b.draft.atMs || a.index - b.index);
	const events = ordered.map(({ draft }, index) => toDue(options, draft, index));
	return { events, endsMs };
}

function toDue({ matchId, startMs }: Options, { atMs, body }: Draft, index: number): Due {
	const dueMs = Math.max(0, Math.round(atMs));
	const happenedMs = startMs + (Number.isFinite(atMs) ? Math.round(atMs) : 0);
	const occurred = body.kind === "incident" ? { occurredAt: { atMs: happenedMs, precision: "ms" } } : {};
	// What is sent now happened then: only `occurredAt` says so.
	return {
		dueMs,
		message: {
			v: 1,
			id: `${matchId}:${index}`,
			matchId,
			sentAtMs: startMs + dueMs,
			...occurred,
			...body,
		} as FeedMessage,
	};
}

function fixtureBody({ replay, startMs }: Options, kickOffMs: number): Draft["body"] {
	const { competition, home, away, format, prices } = replay;
	return {
		kind: "fixture",
		sport: "football",
		competition,
		home,
		away,
		scheduledAtMs: startMs + Math.round(kickOffMs),
		format,
		prices: { oneXTwo: [...prices.oneXTwo], totals: [{ line: 2.5, odds: [...prices.total25] }] },
	};
}

/** The phase's beginning, a restatement each fifteen seconds, and its announced stoppage. */
function phaseDrafts({ speed }: Options, phase: Placed): readonly Draft[] {
	const stateAt = (offsetMs: number): Draft => {
		const elapsedSec = phase.running ? phase.startSec + (offsetMs / 1_000) * speed : phase.startSec;
		return {
			atMs: phase.atMs + offsetMs,
			body: { kind: "state", phase: phase.phase, clock: { elapsedSec, running: phase.running, rate: speed } },
		};
	};
	// Of a phase that lies in the past only its beginning is told; the restatement at zero sets the clock right.
	const from = Math.max(0, -phase.atMs);
	const restated: Draft[] = [];
	for (let offset = from; offset < phase.realMs; offset += STATE_EVERY_MS)
		if (offset > 0) restated.push(stateAt(offset));
	const announced: Draft[] =
		phase.addedMin === null || phase.addedMin === 0
			? []
			: [
					{
						atMs: phase.atMs + ((phase.endSec - phase.startSec) / speed) * 1_000,
						body: {
							kind: "incident",
							incident: "stoppage_announced",
							incidentId: `stoppage-${phase.phase}`,
							value: phase.addedMin,
							minuteText: `${phase.endSec / 60}`,
						},
					},
				];
	return [stateAt(0), ...restated, ...announced];
}

function incidentDrafts({ replay, speed }: Options, placed: readonly Placed[], random: () => number): readonly Draft[] {
	const timeOf = (minute: ReplayMinute): number => {
		const phase = phaseOfMinute(placed, minute);
		return phase === undefined ? 0 : phase.atMs + ((secondsOf(minute).sec - phase.startSec) / speed) * 1_000;
	};
	const goals = replay.goals.flatMap(({ minute, side, player, detail }, index): Draft[] => {
		const incidentId = `goal-${index + 1}`;
		const atMs = timeOf(minute);
		return [
			{ atMs, body: { kind: "incident", incident: "goal", incidentId, side, player, detail, minuteText: minute } },
			{ atMs: atMs + CONFIRM_MIN_MS + random() * CONFIRM_SPREAD_MS, body: { kind: "confirmation", incidentId } },
		];
	});
	const cards = replay.cards.flatMap(({ minute, side, player, card }, index): Draft[] => {
		const incidentId = `card-${index + 1}`;
		const isRed = card !== "yellow";
		const body = {
			kind: "incident" as const,
			incident: isRed ? "red_card" : "yellow_card",
			incidentId,
			side,
			player,
			minuteText: minute,
			...(isRed ? { detail: card === "red" ? "straight" : card } : {}),
		};
		const atMs = timeOf(minute);
		return isRed
			? [
					{ atMs, body },
					{ atMs: atMs + CONFIRM_MIN_MS, body: { kind: "confirmation", incidentId } },
				]
			: [{ atMs, body }];
	});
	return [...goals, ...cards];
}

function kickDrafts({ replay, speed }: Options, placed: readonly Placed[]): readonly Draft[] {
	const shootOut = placed.find((phase) => phase.phase === "shootout");
	if (shootOut === undefined) return [];
	const kickMs = Math.max(KICK_MIN_MS, (KICK_SEC / speed) * 1_000);
	return replay.shootOut.map(
		({ side, player, detail }, index): Draft => ({
			atMs: shootOut.atMs + kickMs * (index + 1),
			body: {
				kind: "incident",
				incident: "shootout_kick",
				incidentId: `kick-${index + 1}`,
				side,
				player,
				detail,
				minuteText: `P${index + 1}`,
			},
		}),
	);
}

/**
 * Danger, possible goals and VAR reviews that the record does not know, marked as invented; in real time at any speed. They
 * stay clear of what really happened: an invented all-clear must not lift a goal's suspension.
 */
function inventedDrafts(
	placed: readonly Placed[],
	incidents: readonly Draft[],
	random: () => number,
): readonly Draft[] {
	const last = placed.at(-1);
	const endsMs = (last?.atMs ?? 0) + (last?.realMs ?? 0);
	const isClear = (fromMs: number, toMs: number): boolean =>
		placed.some((phase) => phase.running && fromMs >= phase.atMs && toMs <= phase.atMs + phase.realMs) &&
		!incidents.some(({ atMs }) => atMs > fromMs - INVENTED_GAP_MS && atMs < toMs + INVENTED_GAP_MS);
	const drafts: Draft[] = [];
	let count = 0;
	let atMs = Math.max(0, placed[0]?.atMs ?? 0) + FIRST_INVENTED_MS;
	while (atMs < endsMs) {
		const lastsMs = INVENTED_MIN_MS + random() * INVENTED_SPREAD_MS;
		if (!isClear(atMs, atMs + lastsMs)) {
			atMs += INVENTED_STEP_MS;
			continue;
		}
		// The first is one that suspends.
		const kind = count === 0 ? "possible_goal" : INVENTED_KINDS[Math.floor(random() * INVENTED_KINDS.length)];
		drafts.push(...inventedPair(kind ?? "danger", ++count, atMs, atMs + lastsMs, random));
		atMs += INVENTED_EVERY_MS * (0.6 + random() * 0.8);
	}
	return drafts;
}

function inventedPair(
	kind: (typeof INVENTED_KINDS)[number],
	count: number,
	atMs: number,
	overMs: number,
	random: () => number,
): readonly Draft[] {
	const invented = true;
	switch (kind) {
		case "danger": {
			const side = random() < 0.5 ? "home" : "away";
			return [
				{ atMs, body: { kind: "danger", on: true, side, invented } },
				{ atMs: overMs, body: { kind: "danger", on: false, side, invented } },
			];
		}
		case "possible_goal":
			return [
				{ atMs, body: { kind: "bet_stop", reason: "possible_goal", invented } },
				{ atMs: overMs, body: { kind: "bet_start", invented } },
			];
		case "var": {
			const incidentId = `var-${count}`;
			const over = { kind: "incident" as const, incident: "var_over", incidentId: `${incidentId}-over`, invented };
			return [
				{ atMs, body: { kind: "incident", incident: "var_review", incidentId, invented } },
				{ atMs: overMs, body: over },
				{ atMs: overMs + 1, body: { kind: "confirmation", incidentId, invented } },
			];
		}
		default:
			return exhaustive(kind);
	}
}
