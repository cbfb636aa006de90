/**
 * An umpire for tests: the rules of tennis written a second time, by counting and toggling, so that scores, serves and
 * settlement can be judged against something that shares no code with them. Also inputs in short form.
 */

import type { Format } from "../pricing/tennis/format.ts";
import type { Serves } from "../pricing/tennis/point-model.ts";
import type { TennisState } from "../pricing/tennis/state.ts";
import { tennis } from "../pricing/tennis/tennis.ts";
import type { FixtureInput, Input, Side } from "../shared/feeds/canonical.ts";

export const AT = 1_781_136_000_000;

export function tennisFixture(over: Partial<FixtureInput> = {}): FixtureInput {
	return {
		v: 1,
		kind: "fixture",
		id: "fixture",
		matchId: "court",
		sentAtMs: AT,
		sport: "tennis",
		competition: "Wimbledon 2019, final",
		home: { name: "Novak Djokovic", short: "DJO" },
		away: { name: "Roger Federer", short: "FED" },
		scheduledAtMs: AT,
		format: { bestOf: 3 },
		prices: { moneyline: [1_750, 2_150], totals: [{ line: 22.5, odds: [1_900, 1_900] }] },
		...over,
	};
}

let counter = 0;
const envelope = (): { v: 1; id: string; matchId: string; sentAtMs: number } => ({
	v: 1,
	id: `t${++counter}`,
	matchId: "court",
	sentAtMs: AT,
});
type Facts = Record<string, string | number | boolean>;
export const stated = (phase: string, facts: Facts = {}, score?: { home: number; away: number }): Input => ({
	...envelope(),
	kind: "state",
	phase,
	facts,
	...(score === undefined ? {} : { score }),
});
export const point = (side: Side, incidentId = `p${++counter}`): Input => ({
	...envelope(),
	kind: "incident",
	incident: "point",
	incidentId,
	side,
});
export const told = (incident: "game" | "set" | "timeout" | "goal", detail: string, side?: Side): Input => ({
	...envelope(),
	kind: "incident",
	incident,
	incidentId: `e${++counter}`,
	detail,
	...(side === undefined ? {} : { side }),
});
export const corrected = (incidentId: string, side: Side): Input => ({
	...envelope(),
	kind: "correction",
	incident: "point",
	incidentId,
	side,
});
export const cancelled = (incidentId: string): Input => ({ ...envelope(), kind: "cancellation", incidentId });

/** Applies inputs; a refusal is a fault of the test. */
export function played(from: TennisState, ...inputs: readonly Input[]): TennisState {
	let state = from;
	for (const input of inputs) {
		const reduced = tennis.reduce(state, input, AT);
		if (!reduced.ok) throw new Error(`${input.kind}: ${reduced.message}`);
		state = reduced.state;
	}
	return state;
}

export function winnersIn(state: TennisState, marketId: string): readonly string[] | "void" | null {
	const market = tennis.results(state).find(({ spec }) => spec.marketId === marketId);
	if (market === undefined) return null;
	if (market.state.kind !== "settled") return "void";
	return Object.entries(market.state.outcomes).flatMap(([outcomeId, { kind }]) => (kind === "win" ? [outcomeId] : []));
}

export type PlayedGame = { server: Side; isTieBreak: boolean; points: Side[]; winner: Side | null };
export type PlayedSet = { games: PlayedGame[]; winner: Side | null };
export type Umpire = { readonly format: Format; sets: PlayedSet[]; nextServer: Side; winner: Side | null };

const flip = (side: Side): Side => (side === "home" ? "away" : "home");
export const count = (list: readonly (Side | null)[], side: Side): number => list.filter((one) => one === side).length;
export const gamesOf = (set: PlayedSet, side: Side): number =>
	count(
		set.games.map((game) => game.winner),
		side,
	);

function newGame(umpire: Umpire, isTieBreak: boolean): PlayedGame {
	const game: PlayedGame = { server: umpire.nextServer, isTieBreak, points: [], winner: null };
	umpire.nextServer = flip(umpire.nextServer);
	return game;
}

export function umpireFor(format: Format, firstServer: Side): Umpire {
	const umpire: Umpire = { format, sets: [], nextServer: firstServer, winner: null };
	umpire.sets.push({ games: [newGame(umpire, false)], winner: null });
	return umpire;
}

/** Who serves now. */
export function serverOf(umpire: Umpire): Side {
	const game = umpire.sets.at(-1)?.games.at(-1);
	if (game === undefined) throw new Error("no game");
	if (!game.isTieBreak) return game.server;
	let server = game.server;
	let left = 1;
	for (let k = 0; k < game.points.length; k++) {
		left--;
		if (left === 0) {
			server = flip(server);
			left = 2;
		}
	}
	return server;
}

export function call(umpire: Umpire, side: Side): void {
	const set = umpire.sets.at(-1);
	const game = set?.games.at(-1);
	if (set === undefined || game === undefined || umpire.winner !== null) throw new Error("the match is over");
	const { finalSet, bestOf, noAd } = umpire.format;
	const isFinal = umpire.sets.length === bestOf;
	game.points.push(side);
	const mine = count(game.points, side);
	const theirs = game.points.length - mine;
	const need = game.isTieBreak ? (isFinal && finalSet === "tiebreak10" ? 10 : 7) : 4;
	const lead = noAd && !game.isTieBreak ? 1 : 2;
	if (mine < need || mine - theirs < lead) return;
	game.winner = side;
	const won = gamesOf(set, side);
	const lost = set.games.length - won;
	if (game.isTieBreak || (won >= 6 && won - lost >= 2)) {
		set.winner = side;
		const sets = count(
			umpire.sets.map((one) => one.winner),
			side,
		);
		if (sets * 2 > bestOf) {
			umpire.winner = side;
			return;
		}
		umpire.sets.push({ games: [newGame(umpire, false)], winner: null });
		return;
	}
	const at = !isFinal || finalSet === "tiebreak7" || finalSet === "tiebreak10" ? 6 : finalSet === "advantage" ? -1 : 12;
	set.games.push(newGame(umpire, won === at && lost === at));
}

export function finish(umpire: Umpire, serves: Serves, random: () => number): void {
	while (umpire.winner === null) {
		const server = serverOf(umpire);
		call(umpire, random() < serves[server] ? server : flip(server));
	}
}

/** Points that lead through games won to love, by letter of their winners, and then through single points. */
export function pointsThrough(format: Format, games: string, last = ""): readonly Side[] {
	const umpire = umpireFor(format, "home");
	const list: Side[] = [];
	const give = (letter: string | undefined): void => {
		const side: Side = letter === "h" ? "home" : "away";
		list.push(side);
		call(umpire, side);
	};
	for (const letter of games.replaceAll(" ", "")) {
		const total = (): number =>
			umpire.sets.reduce((sum, set) => sum + set.games.filter((one) => one.winner !== null).length, 0);
		const before = total();
		while (total() === before) give(letter);
	}
	for (const letter of last) give(letter);
	return list;
}
