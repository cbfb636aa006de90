/** What happens in a simulated world: matches that are played, and how their feed tells of them. */
import { sportModule } from "../../pricing/registry.ts";
import { fixture } from "../../testing/football-inputs.ts";
import { paceOf, worthOf, worthOfOutcome } from "../audit/true-prices.ts";
import type { Random } from "../world/chance.ts";
import type { Script } from "./script.ts";
import { calm, oddsOf, type Setting, startSaid, Tape } from "./tape.ts";
import { type Say, type Stretch, statements, Teller } from "./telling.ts";

type Groups = { readonly groups?: readonly string[] };

export const pick = <T>(random: Random, list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];

/** A match in a hurry kicks off so late at most, and leaves so much for its periods. */
const MOST_BEFORE_MS = 40_000;
const LEAST_PLAY_MS = 32_000;
const FOOTBALL_GROUPS = [...(sportModule("football")?.groups ?? [])];
/** What a stop and the word that ends it are about: all, mostly. */
const STOPS: readonly (readonly [Groups, Groups])[] = [
	...Array.from({ length: 15 }, (): readonly [Groups, Groups] => [{}, {}]),
	[{ groups: ["totals"] }, { groups: ["totals"] }],
	[{}, { groups: ["main", "handicap"] }],
	[{ groups: ["main", "nobody's"] }, { groups: ["main"] }],
	[{ groups: ["totals"] }, { groups: ["main", "handicap"] }],
	[{}, { groups: FOOTBALL_GROUPS }],
];
/** What is left for kicks at the end of the calm. */
const KICKS_MS = 10_000;

/**
 * A football match in a hurry: pre-match, two halves, and everything a feed may say in between, in true time from the start
 * of the simulation. Some matches have extra time and kicks.
 */
export function playMatch({ matchId, random, startMs, lengthMs, calmMs, offered }: Setting): Script {
	const tape = new Tape(matchId);
	const { say } = tape;
	const teller = new Teller(random, say);
	const kickOff = startMs + 5_000 + Math.floor(random() * Math.min(MOST_BEFORE_MS, lengthMs - LEAST_PLAY_MS));
	const isCup = random() < 0.4;
	const home = 0.28 + random() * 0.22;
	const prices = pricesOf(home);
	const {
		v: _v,
		id: _id,
		matchId: _m,
		sentAtMs: _s,
		...made
	} = fixture({
		scheduledAtMs: startSaid(random, kickOff, 10_000),
		format: { extraTime: isCup, shootOut: isCup },
		prices,
		...(Object.keys(offered).length === 0 ? {} : { offered }),
	});
	say(startMs + Math.floor(random() * 1_000), made);
	const half = Math.floor((lengthMs - (kickOff - startMs)) / (isCup ? 3 : 2)) - 3_000;
	let last: Stretch | null = null;
	const play = (phase: string, fromMs: number, sec: number, part: Stretch["part"]): number => {
		const stretch: Stretch = { phase, part, fromMs, lengthMs: half, sec, rate: Math.min(100, 2_700_000 / half) };
		last = stretch;
		say(fromMs, { kind: "state", phase, clock: { elapsedSec: sec, running: true, rate: stretch.rate } });
		happenings(random, teller, stretch, say);
		statements(random, teller, stretch, say);
		return fromMs + half;
	};
	let at = play("first_half", kickOff, 0, 0);
	say(at, { kind: "state", phase: "half_time", clock: { elapsedSec: 2_700, running: false } });
	at = play("second_half", at + 2_000, 2_700, 1);
	if (isCup) {
		say(at, { kind: "state", phase: "extra_break", clock: { elapsedSec: 5_400, running: false } });
		at = play("extra_first", at + 2_000, 5_400, 2);
	}
	calm(say, at, calmMs, calmMs - KICKS_MS);
	if (isCup) shootout(at + calmMs - 9_000, say);
	const endMs = at + calmMs;
	const clock = { elapsedSec: 5_400, running: false };
	say(endMs, { kind: "state", phase: "ended", clock, score: teller.scoreAt(endMs) });
	// After the end a goal may be taken back, and given again: what was settled is settled once more, and yet once more.
	teller.reconsider(endMs + 2_000, 2);
	if (last !== null) teller.afterEnd(last, at - 2_000, endMs);
	const played = { sport: "football", goals: teller.goals } as const;
	return { timed: tape.timed, played };
}

/** A result by the chance of the home side, and a total that goes with it: both say the same of goals. */
export function pricesOf(home: number): { oneXTwo: number[]; totals: { line: number; odds: number[] }[] } {
	const oneXTwo = [home, 0.27, 1 - 0.27 - home].map(oddsOf);
	return { oneXTwo, totals: [{ line: 2.5, odds: totalOdds(oneXTwo) }] };
}

/** Level or not, a cup is always decided by kicks in the end: three scored, three missed. */
function shootout(fromMs: number, say: Say): void {
	say(fromMs, { kind: "state", phase: "shootout_break", clock: { elapsedSec: 7_200, running: false } });
	say(fromMs + 500, { kind: "state", phase: "shootout", clock: { elapsedSec: 7_200, running: false } });
	for (let kick = 0; kick < 6; kick++) {
		const [side, detail] = kick % 2 === 0 ? ["home", "scored"] : ["away", "missed"];
		say(fromMs + 1_000 + kick * 1_000, {
			kind: "incident",
			incident: "shootout_kick",
			incidentId: `k${kick}`,
			side,
			detail,
			minuteText: "",
		});
	}
}

function totalOdds(oneXTwo: readonly number[]): number[] {
	const worth = worthOf({ home: 0, away: 0 }, paceOf(oneXTwo));
	return ["over", "under"].map((outcome) => oddsOf(worthOfOutcome(worth, "ou:2.5", outcome) ?? 0.5));
}

/** Goals that stand or are taken back, cards, VAR, possible goals, danger. */
function happenings(random: Random, teller: Teller, stretch: Stretch, say: Say): void {
	const { fromMs, lengthMs } = stretch;
	for (let at = fromMs + 1_000; at < fromMs + lengthMs - 16_000; at += 2_000 + Math.floor(random() * 12_000)) {
		const incidentId = `e${at}`;
		const side = random() < 0.5 ? "home" : "away";
		const lasts = random() < 0.5 ? 50 + Math.floor(random() * 400) : 500 + Math.floor(random() * 6_000);
		const what = random();
		let overMs = at + lasts;
		if (what < 0.22) overMs = teller.goal(stretch, at, lasts);
		else if (what < 0.3) overMs = teller.noGoal(stretch, at, lasts);
		else if (what < 0.4) {
			// One who sits on the bench leaves nobody with fewer players, and stops nothing.
			const recipient = random() < 0.2 ? { recipient: "bench" } : {};
			say(at, { kind: "incident", incident: "red_card", incidentId, side, ...recipient });
			say(at + lasts, { kind: "confirmation", incidentId });
		} else if (what < 0.6) {
			const overAtMs = at + (random() < 0.3 ? 1 : lasts);
			const [stopped, started] = pick(() => (at % 100) / 100, STOPS) ?? [{}, {}];
			say(at, { kind: "bet_stop", reason: "possible_goal", ...stopped });
			say(overAtMs, { kind: "bet_start", ...started });
			// What was stopped or started in part goes on as a whole.
			if (started.groups !== undefined) say(overAtMs + 300, { kind: "bet_start" });
		} else if (what < 0.65) {
			say(at, { kind: "incident", incident: "var_review", incidentId });
			say(at + lasts, { kind: "incident", incident: "var_over", incidentId: `${incidentId}-over` });
			say(at + lasts + 10, { kind: "bet_start" });
		} else if (what < 0.85) {
			say(at, { kind: "danger", on: true });
			say(at + lasts, { kind: "danger", on: false });
		} else say(at, { kind: "incident", incident: "corner", incidentId, side });
		if (random() < 0.5) say(overMs + 500, { kind: "recovery_complete" });
		// One thing after the other: what is told of a goal is over before the next.
		at = Math.max(at, overMs);
	}
}

/** Silences of the feed, in which neither inputs nor heartbeats get through. */
export function silences(
	random: Random,
	startMs: number,
	lengthMs: number,
): readonly (readonly [fromMs: number, toMs: number])[] {
	const list: (readonly [number, number])[] = [];
	for (let at = startMs + 20_000 + random() * 60_000; at < startMs + lengthMs; at += 30_000 + random() * 90_000)
		list.push([at, at + 1_500 + random() * 12_000]);
	return list;
}

type Market = readonly [marketId: string, outcomes: readonly string[]];
export const MARKETS: readonly [Market, ...Market[]] = [
	["1x2", ["home", "draw", "away"]],
	["dc", ["1x", "12", "x2"]],
	["ou:1.5", ["over", "under"]],
	["ou:2.5", ["over", "under"]],
	["btts", ["yes", "no"]],
	["ou:2.25", ["over", "under"]],
	["ah:-0.25", ["home", "away"]],
	["dnb", ["home", "away"]],
];
