/** Tennis for `npm run price`: the share of points each side wins on its own serve, and where the match stands. */
import { BadInput, numberOf, type Options, pairOf, required } from "./options.ts";
import type { Scene, SportAdapter, Told } from "./scene.ts";

const MAX_GAMES = 99;
/** The score of a set of which only the winner is told. */
const USUAL_SET = [6, 4] as const;

const serveOf = (options: Options, side: "home" | "away"): number => {
	const share = numberOf(required(options, side), side);
	if (!(share > 0 && share < 1)) throw new BadInput(`--${side} is the share of points won on serve, between 0 and 1`);
	return share;
};

/** Sets that are over, as the feed states them: each with its games. */
function setsOf(options: Options, bestOf: number, assumed: string[]): readonly string[] {
	const [home, away] = pairOf(options.get("sets") ?? "0-0", "sets", bestOf);
	const need = (bestOf + 1) / 2;
	if (Math.max(home, away) >= need) throw new BadInput(`--sets ${home}-${away} is over in a best of ${bestOf}`);
	const told = options.get("set-scores");
	if (told !== undefined) {
		const scores = told.split(/[\s,]+/).map((score) => pairOf(score, "set-scores", MAX_GAMES));
		const won = scores.filter(([one, other]) => one > other).length;
		if (scores.length !== home + away || won !== home)
			throw new BadInput(`--set-scores ${told} is not ${home}-${away} in sets`);
		return scores.map(([one, other]) => `${one}-${other}`);
	}
	if (home + away > 0) assumed.push("each set that is over ended 6-4 (--set-scores)");
	const [most, least] = USUAL_SET;
	return [...new Array<string>(home).fill(`${most}-${least}`), ...new Array<string>(away).fill(`${least}-${most}`)];
}

function inputsOf(options: Options, bestOf: number, assumed: string[]): readonly Told[] {
	const server = options.get("server") ?? "home";
	if (server !== "home" && server !== "away") throw new BadInput(`--server: ${server} is neither home nor away`);
	if (!options.has("server")) assumed.push("home serves (--server)");
	const sets = setsOf(options, bestOf, assumed);
	const [home, away] = pairOf(options.get("games") ?? "0-0", "games", MAX_GAMES);
	const points = (options.get("points") ?? "0-0").toUpperCase().replace(":", "-").replaceAll(" ", "");
	return [
		{ kind: "state", phase: "playing", facts: { server }, clock: { elapsedSec: 0, running: true } },
		{ kind: "state", phase: "playing", facts: { server, games: [...sets, `${home}-${away}`].join(" "), points } },
	];
}

function sceneOf(options: Options): Scene {
	const params = { home: serveOf(options, "home"), away: serveOf(options, "away") };
	const bestOf = Number(options.get("best-of") ?? "3");
	if (bestOf !== 3 && bestOf !== 5) throw new BadInput("--best-of is 3 or 5");
	const assumed: string[] = [];
	const isInPlay = ["sets", "set-scores", "games", "points", "server"].some((name) => options.has(name));
	return {
		format: { bestOf, finalSet: options.get("final-set") ?? "tiebreak7", noAd: options.has("no-ad") },
		strengths: { params },
		inputs: isInPlay ? inputsOf(options, bestOf, assumed) : [],
		assumed,
	};
}

export const tennisAdapter: SportAdapter = {
	options: ["best-of", "final-set", "sets", "set-scores", "games", "points", "server"],
	flags: ["no-ad"],
	usage:
		"--home .66 --away .62 (points won on serve) --best-of 3|5 --final-set tiebreak10 --sets 1-0 --set-scores 7-6 --games 3-2 --points 30-15 --server home --no-ad",
	sceneOf,
};
