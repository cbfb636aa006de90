/**
 * An independent view of football's markets, for tests: matches drawn goal by goal out of a goal model's law, and a settlement
 * that knows nothing of the table but the words of its ids.
 */
import type { Side } from "../../shared/feeds/canonical.ts";
import type { GoalOutlook, Rates } from "./outlook.ts";

export type PlayedGoal = {
	readonly side: Side;
	readonly half: "first" | "second" | "extra_first" | "extra_second";
	readonly sec: number;
};
export type PlayedKick = { readonly side: Side; readonly scored: boolean };
export type Scope = "" | "h1" | "h2" | "et";
/** The first leg by this match's sides; the home side's goals were scored away. Whether away goals count after 90', after 120'. */
export type NaiveTie = {
	readonly home: number;
	readonly away: number;
	readonly after90: boolean;
	readonly after120: boolean;
};
export type Played = {
	readonly goals: readonly PlayedGoal[];
	readonly kicks: readonly PlayedKick[];
	readonly tie: NaiveTie | null;
	/** Goals of regular time, of its halves and of extra time. */
	readonly scores: Readonly<Record<Scope, Rates>>;
};

const PARTS: Readonly<Record<Scope, readonly PlayedGoal["half"][]>> = {
	h1: ["first"],
	h2: ["second"],
	et: ["extra_first", "extra_second"],
	"": ["first", "second"],
};

const countOf = (goals: readonly PlayedGoal[], side: Side, halves: readonly PlayedGoal["half"][]): number =>
	goals.filter((goal) => goal.side === side && halves.includes(goal.half)).length;

export function playedOf(
	goals: readonly PlayedGoal[],
	kicks: readonly PlayedKick[],
	tie: NaiveTie | null = null,
): Played {
	const score = (scope: Scope): Rates => ({
		home: countOf(goals, "home", PARTS[scope]),
		away: countOf(goals, "away", PARTS[scope]),
	});
	return { goals, kicks, tie, scores: { "": score(""), h1: score("h1"), h2: score("h2"), et: score("et") } };
}

/** A generator of numbers in [0, 1) that always gives the same ones (mulberry32). */
export function dice(seed: number): () => number {
	let a = seed >>> 0;
	return () => {
		a = (a + 0x6d2b79f5) >>> 0;
		let t = Math.imul(a ^ (a >>> 15), a | 1);
		t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
		return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
	};
}

/** Knuth's way to a Poisson number: how many uniform factors until the product falls below e^−mean. */
function poissonDraw(mean: number, next: () => number): number {
	const limit = Math.exp(-mean);
	let product = next();
	let count = 0;
	while (product > limit) {
		product *= next();
		count++;
	}
	return count;
}

/** Seconds after which a share of the running half's goals has fallen. */
function secondsOf(share: number, shareWithin: (seconds: number) => number): number {
	let low = 0;
	let high = 8_000;
	for (let step = 0; step < 30; step++) {
		const middle = (low + high) / 2;
		if (shareWithin(middle) < share) low = middle;
		else high = middle;
	}
	return high;
}

/** Where the drawing starts: what has happened, which half runs or comes next, and its clock. */
export type Start = {
	readonly played: Played;
	readonly running: PlayedGoal["half"] | null;
	readonly sec: number;
	readonly extraTime: boolean;
};

const HALVES = ["first", "second", "extra_first", "extra_second"] as const;
const STARTS = { first: 0, second: 2_700, extra_first: 5_400, extra_second: 6_300 } as const;

const leadOf = (goals: readonly PlayedGoal[], halves: readonly PlayedGoal["half"][] = HALVES): number =>
	countOf(goals, "home", halves) - countOf(goals, "away", halves);

function goalsIn(half: PlayedGoal["half"], means: Rates, start: Start, outlook: GoalOutlook, next: () => number) {
	const goals: PlayedGoal[] = [];
	for (const side of ["home", "away"] as const) {
		for (let n = poissonDraw(means[side], next); n > 0; n--) {
			const from = half === start.running ? start.sec : STARTS[half];
			const within = half === start.running ? secondsOf(next(), outlook.shareWithin) : next() * 2_600;
			goals.push({ side, half, sec: Math.floor(from + within) });
		}
	}
	// Of goals in the same second, either may be the first: as the drawing has it, half of the time each.
	return next() < 0.5 ? goals.toSorted((a, b) => a.sec - b.sec) : goals.toReversed().toSorted((a, b) => a.sec - b.sec);
}

/** Draws the rest of a match: regular time until one is accepted with its tilt's weight, extra time and kicks while level. */
export function drawMatch(start: Start, outlook: GoalOutlook, next: () => number): Played {
	const { segments, tilt } = outlook;
	const highest = Math.max(1, ...tilt.values);
	let goals: readonly PlayedGoal[];
	for (;;) {
		goals = [
			...start.played.goals,
			...goalsIn("first", segments.first, start, outlook, next),
			...goalsIn("second", segments.second, start, outlook, next),
		];
		const home = countOf(goals, "home", ["first", "second"]);
		const away = countOf(goals, "away", ["first", "second"]);
		const weight = home < tilt.size && away < tilt.size ? (tilt.values[home * tilt.size + away] ?? 1) : 1;
		if (next() * highest < weight) break;
	}
	const { tie } = start.played;
	if (naiveLeader(goals, ["first", "second"], tie, tie?.after90 === true) !== null) return playedOf(goals, [], tie);
	if (start.extraTime) {
		goals = [
			...goals,
			...goalsIn("extra_first", segments.extraFirst, start, outlook, next),
			...goalsIn("extra_second", segments.extraSecond, start, outlook, next),
		];
	}
	const isLevel = naiveLeader(goals, HALVES, tie, start.extraTime && tie?.after120 === true) === null;
	return playedOf(goals, isLevel ? kicksFrom(start.played.kicks, next) : [], tie);
}

/** By the goals of both legs; where they are equal and away goals count, a goal scored away weighs a little more. */
export function naiveLeader(
	goals: readonly PlayedGoal[],
	halves: readonly PlayedGoal["half"][],
	tie: NaiveTie | null,
	withAwayGoals: boolean,
): Side | null {
	const away = withAwayGoals ? 1.001 : 1;
	const homePoints = countOf(goals, "home", halves) + (tie?.home ?? 0) * away;
	const awayPoints = countOf(goals, "away", halves) * away + (tie?.away ?? 0);
	if (Math.abs(homePoints - awayPoints) < 1e-6) return null;
	return homePoints > awayPoints ? "home" : "away";
}

/** Five kicks each in turn, then one each, until the other side cannot or did not answer. */
function kicksFrom(taken: readonly PlayedKick[], next: () => number): readonly PlayedKick[] {
	const kicks = [...taken];
	const first: Side = kicks[0]?.side ?? (next() < 0.5 ? "home" : "away");
	while (naiveKicksWinner(kicks) === null) {
		const side = kicks.length % 2 === 0 ? first : first === "home" ? "away" : "home";
		kicks.push({ side, scored: next() < 0.75 });
	}
	return kicks;
}

export function naiveKicksWinner(kicks: readonly PlayedKick[]): Side | null {
	const scored = (side: Side): number => kicks.filter((kick) => kick.side === side && kick.scored).length;
	const taken = (side: Side): number => kicks.filter((kick) => kick.side === side).length;
	const rounds = Math.max(5, taken("home"), taken("away"));
	if (scored("home") > scored("away") + rounds - taken("away")) return "home";
	return scored("away") > scored("home") + rounds - taken("home") ? "away" : null;
}

const quarter = (ahead: number): number =>
	Number.isInteger(ahead * 2) ? Math.sign(ahead) : (Math.sign(ahead - 0.25) + Math.sign(ahead + 0.25)) / 2;
const won = (is: boolean): number => (is ? 1 : -1);
const word = (home: number, away: number): string => (home > away ? "home" : home < away ? "away" : "draw");

/** What one stake on the outcome brings: 1 won, −1 lost, halves and 0 where it comes back in part or whole. */
export function naiveSettlement(marketId: string, outcomeId: string): (match: Played) => number {
	const [, prefix, id = ""] = /^(?:(h1|h2|et):)?(.+)$/.exec(marketId) ?? [];
	const scope = (prefix ?? "") as Scope;
	const halves = PARTS[scope];
	const [name = "", ...words] = id.split(":");
	const ofScore = scoreSettlement(id, name, words, outcomeId);
	if (ofScore !== null) return ({ scores }) => ofScore(scores[scope].home, scores[scope].away);
	return ({ goals, kicks, tie }) => {
		const inPart = goals.filter(({ half }) => halves.includes(half));
		const before = goals.filter(({ half }) => half === "first");
		const after = goals.filter(({ half }) => half === "second");
		switch (name) {
			case "ng":
				return won((inPart[Number(words[0]) - 1]?.side ?? "none") === outcomeId);
			case "htft": {
				const half = Math.sign(leadOf(before));
				const full = Math.sign(leadOf([...before, ...after]));
				return won(`${word(half, 0)}_${word(full, 0)}` === outcomeId);
			}
			case "hsh": {
				const more = Math.sign(before.length - after.length);
				return won((more > 0 ? "first" : more < 0 ? "second" : "equal") === outcomeId);
			}
			case "g5":
			case "g10":
			case "g15":
				return won(naiveInterval(goals, Number(words[0]), Number(name.slice(1))) === (outcomeId === "yes"));
			case "so":
				if (words[0] === "winner") return won(naiveKicksWinner(kicks) === outcomeId);
				return won((kicks[Number(words[1]) - 1]?.scored === true ? "scored" : "missed") === outcomeId);
			case "trophy":
				return won(naiveDecision(goals, kicks, tie)[0] === outcomeId);
			case "mov":
				return won(naiveDecision(goals, kicks, tie).join("_") === outcomeId);
			default:
				throw new Error(`no independent rule for ${marketId}`);
		}
	};
}

function naiveInterval(goals: readonly PlayedGoal[], startMin: number, minutes: number): boolean {
	const half = startMin < 45 ? "first" : "second";
	const isLast = startMin + minutes >= (half === "first" ? 45 : 90);
	return goals.some(
		(goal) => goal.half === half && goal.sec >= startMin * 60 && (isLast || goal.sec < (startMin + minutes) * 60),
	);
}

function naiveDecision(
	goals: readonly PlayedGoal[],
	kicks: readonly PlayedKick[],
	tie: NaiveTie | null,
): readonly [string, string] {
	const after90 = naiveLeader(goals, ["first", "second"], tie, tie?.after90 === true);
	if (after90 !== null) return [after90, "90"];
	const after120 = naiveLeader(goals, HALVES, tie, tie?.after120 === true);
	return after120 !== null ? [after120, "et"] : [naiveKicksWinner(kicks) ?? "nobody", "pens"];
}

/** Markets of a score alone; null for all others. */
function scoreSettlement(
	id: string,
	name: string,
	words: readonly string[],
	outcomeId: string,
): ((home: number, away: number) => number) | null {
	const line = Number(words.at(-1));
	const yes = (is: boolean): number => won(is === (outcomeId === "yes"));
	if (id === "1x2+btts") return (h, a) => won(`${word(h, a)}_${h * a > 0 ? "yes" : "no"}` === outcomeId);
	if (id === "1x2+ou:2.5") return (h, a) => won(`${word(h, a)}_${h + a >= 3 ? "over" : "under"}` === outcomeId);
	if (id === "btts+ou:2.5")
		return (h, a) => won(`${h * a > 0 ? "yes" : "no"}_${h + a >= 3 ? "over" : "under"}` === outcomeId);
	switch (name) {
		case "1x2":
			return (h, a) => won(word(h, a) === outcomeId);
		case "dc":
			return (h, a) => won({ "1x": h >= a, "12": h !== a, x2: h <= a }[outcomeId] === true);
		case "dnb":
			return (h, a) => (h === a ? 0 : won(word(h, a) === outcomeId));
		case "ou":
			return (h, a) => quarter(h + a - line) * (outcomeId === "over" ? 1 : -1);
		case "tt":
			return (h, a) => quarter((words[0] === "home" ? h : a) - line) * (outcomeId === "over" ? 1 : -1);
		case "ah":
			return (h, a) => quarter(h - a + line) * (outcomeId === "home" ? 1 : -1);
		case "eh":
			return (h, a) => won(word(h + line, a) === outcomeId);
		case "btts":
			return (h, a) => yes(h > 0 && a > 0);
		case "oe":
			return (h, a) => won(((h + a) % 2 === 0 ? "even" : "odd") === outcomeId);
		case "clean":
			return (h, a) => yes((words[0] === "home" ? a : h) === 0);
		case "nil":
			return (h, a) => yes(words[0] === "home" ? h > 0 && a === 0 : a > 0 && h === 0);
		default:
			return listSettlement(id, outcomeId);
	}
}

/** Markets whose outcomes are a list of scores, of totals or of margins, with one for all the rest. */
function listSettlement(id: string, outcomeId: string): ((home: number, away: number) => number) | null {
	switch (id) {
		case "goals":
			return (h, a) => won(outcomeId === "6" ? h + a >= 6 : h + a === Number(outcomeId));
		case "wm": {
			const [side = "", by = ""] = outcomeId.split("_");
			const isBy = (margin: number): boolean => (by === "4" ? margin >= 4 : margin === Number(by));
			return (h, a) => won(word(h, a) === side && (side === "draw" || isBy(Math.abs(h - a))));
		}
		default:
			return null;
	}
}

/** Correct scores need to know which are named: those of the market's own outcomes. */
export function naiveCorrectScore(
	scope: Scope,
	outcomeId: string,
	named: readonly string[],
): (match: Played) => number {
	return ({ scores }) => {
		const score = `${scores[scope].home}-${scores[scope].away}`;
		return won((named.includes(score) ? score : "other") === outcomeId);
	};
}
