/** Basketball for `npm run price`: points expected of each side in regular time, and where the match stands. */
import type { Side } from "../../shared/feeds/canonical.ts";
import { BadInput, numberOf, type Options, pairOf, required } from "./options.ts";
import type { Scene, SportAdapter, Told } from "./scene.ts";

const QUARTERS = 4;
const MAX_POINTS = 400;
const PLAYED = ["q1", "q2", "q3", "q4"] as const;
const BREAKS = ["break_1", "half_time", "break_3"] as const;
type Points = readonly [home: number, away: number];

const stated = (phase: string, elapsedSec: number, running: boolean): Told => ({
	kind: "state",
	phase,
	clock: { elapsedSec, running },
});

/** Points in as few baskets as they need. */
function basketsOf(side: Side, points: number, name: string): readonly Told[] {
	return Array.from({ length: Math.ceil(points / 3) }, (_none, index) => ({
		kind: "incident" as const,
		incident: "basket" as const,
		side,
		incidentId: `${name}-${side}-${index + 1}`,
		value: Math.min(3, points - index * 3),
	}));
}

/** Points by quarter, each quarter's share by the seconds played in it. */
function spread([home, away]: Points, elapsedSec: number, quarterSec: number): readonly Points[] {
	const until = (points: number, quarter: number): number =>
		Math.round((points * Math.min(elapsedSec, quarter * quarterSec)) / elapsedSec);
	return PLAYED.map((_phase, q) => [until(home, q + 1) - until(home, q), until(away, q + 1) - until(away, q)]);
}

function quartersOf(options: Options, score: Points, playing: number, assumed: string[]): readonly Points[] | null {
	const told = options.get("quarters");
	if (told === undefined) {
		if (playing > 0) assumed.push("points fell evenly over the time played (--quarters)");
		return null;
	}
	const quarters = told.split(/[\s,]+/).map((points) => pairOf(points, "quarters", MAX_POINTS));
	const total = (side: 0 | 1): number => quarters.reduce((sum, points) => sum + points[side], 0);
	if (quarters.length !== playing + 1 || total(0) !== score[0] || total(1) !== score[1])
		throw new BadInput(`--quarters ${told} is not ${score.join("-")} after ${playing + 1} quarters begun`);
	return quarters;
}

function inputsOf(options: Options, minute: number, quarterMinutes: number, assumed: string[]): readonly Told[] {
	const quarterSec = quarterMinutes * 60;
	const elapsedSec = Math.round(minute * 60);
	if (!(minute >= 0 && elapsedSec <= QUARTERS * quarterSec))
		throw new BadInput(`--minute: ${minute} is no minute of play from 0 to ${QUARTERS * quarterMinutes}`);
	const score = pairOf(options.get("score") ?? "0-0", "score", MAX_POINTS);
	if (elapsedSec === 0 && score[0] + score[1] > 0) throw new BadInput(`no points before the start: ${score.join("-")}`);
	const playing = Math.min(QUARTERS - 1, Math.max(0, Math.ceil(elapsedSec / quarterSec) - 1));
	const quarters =
		quartersOf(options, score, playing, assumed) ?? (elapsedSec > 0 ? spread(score, elapsedSec, quarterSec) : []);
	const played = PLAYED.slice(0, playing + 1).flatMap((phase, q): readonly Told[] => {
		const [home, away] = quarters[q] ?? [0, 0];
		const end = Math.min(elapsedSec, (q + 1) * quarterSec);
		const pause = q < playing ? BREAKS[q] : undefined;
		return [
			stated(phase, q * quarterSec, true),
			...basketsOf("home", home, phase),
			...basketsOf("away", away, phase),
			...(pause === undefined ? [] : [stated(pause, end, false)]),
		];
	});
	const possession = options.get("possession") ?? "none";
	if (!["home", "away", "none"].includes(possession))
		throw new BadInput(`--possession: ${possession} is neither home, away nor none`);
	return [
		...played,
		{
			kind: "state",
			phase: PLAYED[playing] ?? "q4",
			clock: { elapsedSec, running: true },
			score: { home: score[0], away: score[1] },
			facts: { possession },
		},
	];
}

function sceneOf(options: Options): Scene {
	const home = numberOf(required(options, "home"), "home");
	const away = numberOf(required(options, "away"), "away");
	if (!(home > 0 && away > 0)) throw new BadInput("--home and --away are points expected in regular time, above 0");
	const minute = options.get("minute");
	if (minute === undefined)
		for (const name of ["score", "quarters", "possession"])
			if (options.has(name)) throw new BadInput(`--${name} needs a --minute`);
	const quarterMinutes = numberOf(options.get("quarter-minutes") ?? "12", "quarter-minutes");
	const assumed: string[] = [];
	return {
		format: { quarterMinutes },
		strengths: { prices: { expected: { total: home + away, supremacy: home - away } } },
		inputs: minute === undefined ? [] : inputsOf(options, numberOf(minute, "minute"), quarterMinutes, assumed),
		assumed,
	};
}

export const basketballAdapter: SportAdapter = {
	options: ["minute", "score", "quarters", "possession", "quarter-minutes"],
	flags: [],
	usage:
		"--home 112.5 --away 108 (points expected in regular time) --minute 30 (of play) --score 70-66 --quarters 28-24,22-25,20-17 --possession home --quarter-minutes 10",
	sceneOf,
};
