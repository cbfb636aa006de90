/** Football for `npm run price`: goals expected of each side in 90 minutes, and where the match stands. */
import type { Side } from "../../shared/feeds/canonical.ts";
import { BadInput, numberOf, type Options, pairOf, required } from "./options.ts";
import type { Scene, SportAdapter, Told } from "./scene.ts";

const HALF_MIN = 45;
const MAX_STOPPAGE_MIN = 20;
const MAX_GOALS = 30;
/** With a fifth dismissal a side is too few to play on. */
const MAX_REDS = 4;

type Half = "first_half" | "second_half";
type Moment = { readonly phase: Half | "half_time"; readonly elapsedSec: number };

/** `60`, `45+2`, or `ht`. Stoppage of the first half and the first minutes of the second are told apart by the plus. */
function momentOf(text: string): Moment {
	if (/^(ht|half[-_ ]?time)$/i.test(text)) return { phase: "half_time", elapsedSec: HALF_MIN * 60 };
	const parts = /^(\d{1,3})(?:\s*\+\s*(\d{1,2}))?$/.exec(text);
	const minute = Number(parts?.[1] ?? Number.NaN);
	const added = Number(parts?.[2] ?? 0);
	if (!(minute <= 2 * HALF_MIN && added <= MAX_STOPPAGE_MIN))
		throw new BadInput(`--minute: ${text} is no minute from 0 to 90, such as 60, 45+2 or ht`);
	if (parts?.[2] !== undefined && minute !== HALF_MIN && minute !== 2 * HALF_MIN)
		throw new BadInput(`--minute: ${text}, but stoppage follows 45 or 90`);
	return { phase: minute <= HALF_MIN ? "first_half" : "second_half", elapsedSec: (minute + added) * 60 };
}

const stated = (phase: Half | "half_time", elapsedSec: number): Told => ({
	kind: "state",
	phase,
	clock: { elapsedSec, running: phase !== "half_time" },
});

function happened(incident: "goal" | "red_card", side: Side, incidentId: string): readonly Told[] {
	return [
		{ kind: "incident", incident, side, incidentId },
		{ kind: "confirmation", incidentId },
	];
}

/** Goals of a half at even distances, home and away in turn: only their number in each half is known. */
function goalsOf(half: Half, home: number, away: number, untilSec: number): readonly Told[] {
	const fromSec = half === "first_half" ? 0 : HALF_MIN * 60;
	const count = home + away;
	const sides = Array.from({ length: count }, (_none, index): Side => {
		const turn = Math.floor(index / 2);
		const bothLeft = turn < Math.min(home, away);
		return bothLeft ? (index % 2 === 0 ? "home" : "away") : home > away ? "home" : "away";
	});
	return sides.flatMap((side, index) => [
		stated(half, Math.floor(fromSec + ((untilSec - fromSec) * (index + 1)) / (count + 1))),
		...happened("goal", side, `${half}-${index + 1}`),
	]);
}

function redsOf(text: string): readonly Side[] {
	const sides = text.split(",").map((word): Side => {
		const side = word.trim().toLowerCase();
		if (side === "home" || side === "away") return side;
		throw new BadInput(`--red: ${word.trim()} is neither home nor away`);
	});
	for (const side of ["home", "away"])
		if (sides.filter((one) => one === side).length > MAX_REDS)
			throw new BadInput(`--red: with more than ${MAX_REDS} sent off, ${side} cannot play on`);
	return sides;
}

function inputsOf(options: Options, minute: string, assumed: string[]): readonly Told[] {
	const { phase, elapsedSec } = momentOf(minute);
	const [home, away] = pairOf(options.get("score") ?? "0-0", "score", MAX_GOALS);
	const isFirstHalf = phase === "first_half";
	if (isFirstHalf && options.has("half-time")) throw new BadInput("--half-time is not known in the first half");
	const [homeThen, awayThen] = pairOf(options.get("half-time") ?? `${home}-${away}`, "half-time", MAX_GOALS);
	if (homeThen > home || awayThen > away || (phase === "half_time" && homeThen + awayThen !== home + away))
		throw new BadInput(`--half-time ${homeThen}-${awayThen} does not lead to ${home}-${away}`);
	if (elapsedSec === 0 && home + away > 0) throw new BadInput(`no goals before the kick-off: ${home}-${away}`);
	if (!isFirstHalf && !options.has("half-time") && home + away > 0)
		assumed.push(`all goals fell in the first half (--half-time ${home}-${away})`);
	const firstUntil = isFirstHalf ? elapsedSec : HALF_MIN * 60;
	const first: readonly Told[] = [stated("first_half", 0), ...goalsOf("first_half", homeThen, awayThen, firstUntil)];
	const later: readonly Told[] = isFirstHalf
		? []
		: [
				stated("half_time", HALF_MIN * 60),
				...(phase === "second_half" ? secondHalf(home - homeThen, away - awayThen, elapsedSec) : []),
			];
	const reds = options.has("red") ? redsOf(required(options, "red")) : [];
	return [
		...first,
		...later,
		stated(phase, elapsedSec),
		...reds.flatMap((side, index) => happened("red_card", side, `red-${index + 1}`)),
		{ ...stated(phase, elapsedSec), score: { home, away } } as Told,
	];
}

const secondHalf = (home: number, away: number, untilSec: number): readonly Told[] => [
	stated("second_half", HALF_MIN * 60),
	...goalsOf("second_half", home, away, untilSec),
];

/** A second leg is a knockout match whose aggregate counts. */
function formatOf(options: Options): Scene["format"] {
	const firstLeg = options.get("first-leg");
	if (firstLeg === undefined) {
		if (options.has("away-goals")) throw new BadInput("--away-goals needs a --first-leg");
		return { extraTime: options.has("knockout"), shootOut: options.has("knockout") };
	}
	const [firstLegHome, firstLegAway] = pairOf(firstLeg, "first-leg", MAX_GOALS);
	const awayGoals = options.has("away-goals");
	return { extraTime: true, shootOut: true, leg: 2, firstLegHome, firstLegAway, awayGoals };
}

function sceneOf(options: Options): Scene {
	const home = numberOf(required(options, "home"), "home");
	const away = numberOf(required(options, "away"), "away");
	if (!(home > 0 && away > 0)) throw new BadInput("--home and --away are goals expected in 90 minutes, above 0");
	const minute = options.get("minute");
	if (minute === undefined)
		for (const name of ["score", "red", "half-time"])
			if (options.has(name)) throw new BadInput(`--${name} needs a --minute`);
	const assumed: string[] = [];
	return {
		format: formatOf(options),
		strengths: { prices: { expected: { total: home + away, supremacy: home - away } } },
		inputs: minute === undefined ? [] : inputsOf(options, minute, assumed),
		assumed,
	};
}

export const footballAdapter: SportAdapter = {
	options: ["minute", "score", "half-time", "red", "first-leg"],
	flags: ["knockout", "away-goals"],
	usage:
		"--home 1.5 --away 1.1 (goals expected in 90 minutes) --minute 60|45+2|ht --score 1-0 --half-time 1-0 --red home,away --knockout --first-leg 0-3 (of this match's home and away side) --away-goals",
	sceneOf,
};
