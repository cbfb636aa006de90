/** A tennis match in a hurry: points, games and sets, as its feed tells them from some game on. It knows what is true. */
import type { TrueSide } from "../audit/true-sport.ts";
import { Court, type TennisRules, type TruePoint, type TrueTennis } from "../audit/true-tennis.ts";
import type { Random } from "../world/chance.ts";
import type { Script } from "./script.ts";
import { calm, otherOf, type Setting, startSaid, Tape, twoWay } from "./tape.ts";
import { PointTeller } from "./tennis-telling.ts";

/** Points after the calm come fast, and only so many are told one by one. */
const FAST_MS = 350;
const MOST_LAST_POINTS = 26;
const GROUPS = [["point", "game"], ["set"], undefined];

export function playTennis({ matchId, random, startMs, lengthMs, calmMs, offered }: Setting): Script {
	const tape = new Tape(matchId);
	const rules: TennisRules = { noAd: random() < 0.2, lastTieBreakTo: random() < 0.3 ? 10 : 7 };
	const beginMs = startMs + 4_000 + Math.floor(random() * 25_000);
	const fair = 0.35 + random() * 0.3;
	const ends = random();
	tape.say(startMs + Math.floor(random() * 1_000), {
		kind: "fixture",
		sport: "tennis",
		competition: "Open",
		home: { name: "A. Home", short: "HOM" },
		away: { name: "B. Away", short: "AWA" },
		scheduledAtMs: startSaid(random, beginMs, 8_000),
		format: { bestOf: 3, noAd: rules.noAd, finalSet: rules.lastTieBreakTo === 10 ? "tiebreak10" : "tiebreak7" },
		prices: { moneyline: twoWay(fair) },
		offered,
	});
	const points: TruePoint[] = [];
	const played = (isAbandoned: boolean): Script => {
		const match: TrueTennis = { sport: "tennis", rules, points, isAbandoned };
		return { timed: tape.timed, played: match };
	};
	if (ends < 0.05) {
		// Somebody never comes.
		tape.say(startMs + lengthMs, { kind: "state", phase: "abandoned", facts: { retired: "away" } });
		return played(true);
	}
	const court = new Court(rules);
	const teller = new PointTeller(random, tape.say, court, points);
	// What was played before its feed was there, nobody tells point by point.
	const before = random() < 0.4 ? 0 : Math.floor(random() * 130);
	for (let n = 0; n < before; n++) teller.untold(beginMs - 1_000 + n, onwards(random, court, teller.server));
	teller.begin(beginMs);
	const untilMs = startMs + lengthMs;
	for (let atMs = beginMs + 800; atMs < untilMs - 3_000; ) {
		atMs = teller.point(atMs, onwards(random, court, teller.server));
		if (random() < 0.12) atMs = happens(random, tape, teller, atMs);
	}
	teller.statement(untilMs - 500);
	calm(tape.say, untilMs, calmMs);
	let atMs = untilMs + calmMs;
	if (ends < 0.2) {
		tape.say(atMs, {
			kind: "state",
			phase: "abandoned",
			facts: { ...teller.facts(), retired: random() < 0.5 ? "home" : "away" },
		});
		return played(true);
	}
	const favourite = random() < 0.5 ? "home" : "away";
	for (let n = 0; court.winner === null; n++) {
		const side = random() < 0.8 ? favourite : otherOf(favourite);
		if (n < MOST_LAST_POINTS) teller.plain(atMs, side);
		else teller.untold(atMs, side);
		if (n < MOST_LAST_POINTS) atMs += FAST_MS;
	}
	teller.end(atMs + 800);
	return played(false);
}

/** Who wins the next point; nobody wins the match yet. */
function onwards(random: Random, court: Court, server: TrueSide): TrueSide {
	const other = otherOf(server);
	const side = random() < 0.6 ? server : other;
	if (!court.wouldWin(side) || court.setsWon(side) === 0) return side;
	// Only the last game of a match is kept from its winner.
	const { home, away } = court.games;
	const [own, others] = side === "home" ? [home, away] : [away, home];
	const isMatchPoint = court.isTieBreak || (own >= 5 && own > others);
	return isMatchPoint ? (side === server ? other : server) : side;
}

/** What is said between points. */
function happens(random: Random, { say }: Tape, teller: PointTeller, atMs: number): number {
	const lasts = 300 + Math.floor(random() * 2_500);
	const what = random();
	if (what < 0.3) {
		const groups = GROUPS[Math.floor(random() * GROUPS.length)];
		say(atMs, { kind: "bet_stop", reason: "other", ...(groups === undefined ? {} : { groups }) });
		say(atMs + lasts, { kind: "bet_start" });
	} else if (what < 0.5) {
		say(atMs, { kind: "danger", on: true });
		say(atMs + lasts, { kind: "danger", on: false });
	} else if (what < 0.65) {
		teller.statement(atMs, { phase: "interrupted" });
		teller.statement(atMs + lasts);
	} else if (what < 0.75) {
		// An end by mistake, before anybody has won.
		teller.statement(atMs, { phase: "ended" });
		teller.statement(atMs + lasts);
	} else if (what < 0.85) {
		say(atMs, { kind: "incident", incident: "timeout", incidentId: `t${atMs}` });
		return atMs + 100;
	} else {
		teller.wrongStatement(atMs);
		teller.statement(atMs + lasts);
	}
	if (random() < 0.3) say(atMs + lasts + 200, { kind: "recovery_complete" });
	return atMs + lasts + 300;
}
