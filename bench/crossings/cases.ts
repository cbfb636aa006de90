/** What is counted: one bet, one goal, one input, a second in which nothing happens. */
import type { Input } from "../../shared/feeds/canonical.ts";
import type { Player } from "../../simulation/world/player.ts";
import * as inputs from "../../testing/football-inputs.ts";
import { CountedWorld, HOME } from "./counted-world.ts";
import { type Counts, less, shared } from "./tally.ts";

export type Case = {
	readonly name: string;
	/** What the figures are of, in a sentence. */
	readonly of: string;
	readonly count: () => Promise<Counts>;
};

/** As many as 64 clients have under way at a time. */
const TOGETHER = 64;
const PUSHED = 20;
const IDLE_SECONDS = 60;
/** Longer than a window in play with all that follows its decision. */
const BET_SECONDS = 15;
const INPUT_SECONDS = 3;
/** What a player has before it has bet. */
const OPENING_MINOR = 100_000;

type Stage = "before the match" | "in play";
type Scene = {
	readonly stage: Stage;
	readonly players: number;
	/** Whether the first player has a page open. */
	readonly isWatched: boolean;
	readonly seconds: number;
};
type Stood = {
	readonly world: CountedWorld;
	readonly players: readonly Player[];
	/** As their pages show it: to look at it is no part of a bet. */
	readonly price: ReturnType<Player["shown"]>;
};
/** Returns what tells afterwards whether it came to what it should: something else would have cost something else. */
type Act = (stood: Stood) => Promise<() => Promise<void>>;
const nothing: Act = async () => async () => {};

/** Everybody has a bet on the match already, so that all objects are there and have their tables. */
async function stood({ stage, players: count, isWatched }: Scene): Promise<Stood> {
	const world = new CountedWorld();
	const players: Player[] = [];
	for (let no = 0; no < count; no++) players.push(await world.player());
	if (stage === "in play") await world.inPlay();
	else await world.beforeMatch();
	if (isWatched && players[0] !== undefined) world.watch(players[0]);
	await world.live(BET_SECONDS);
	const [first] = players;
	if (first === undefined) throw new Error("a scene needs a player");
	const now = { world, players, price: first.shown(HOME) };
	const check = await betOf(now);
	await world.live(BET_SECONDS);
	await check();
	return now;
}

async function counted(scene: Scene, act: Act): Promise<Counts> {
	const now = await stood(scene);
	const before = now.world.tally.taken();
	const check = await act(now);
	await now.world.live(scene.seconds);
	const counts = less(now.world.tally.taken(), before);
	await check();
	now.world.platform.world.close();
	return counts;
}

/** Two worlds that differ in one thing: what crosses more in the one is that thing's. */
const difference = async (scene: Scene, act: Act): Promise<Counts> =>
	less(await counted(scene, act), await counted(scene, nothing));

/** All players bet at the same moment. */
async function betOf({ players, price }: Stood): Promise<() => Promise<void>> {
	const placed = players.map((player) => player.send(player.prepare([HOME], {}, [price])));
	return async () => {
		for (const [no, answer] of (await Promise.all(placed)).entries()) {
			const ticket = answer.kind === "ticket" ? await players[no]?.ticket(answer.ticket.id) : undefined;
			if (ticket?.status !== "accepted") throw new Error(`a bet was not accepted: ${JSON.stringify(ticket ?? answer)}`);
		}
	};
}

const bet = (stage: Stage, players: number): (() => Promise<Counts>) => {
	const scene: Scene = { stage, players, isWatched: true, seconds: BET_SECONDS };
	return async () => shared(await difference(scene, betOf), players);
};

/** Each player has one bet on the market, from when the scene was made. */
const settlement = (players: number): (() => Promise<Counts>) => {
	const scene: Scene = { stage: "before the match", players, isWatched: true, seconds: BET_SECONDS };
	return async () => {
		const counts = await difference(scene, async ({ world, players: all }) => {
			const { matchId, marketId, outcomeId } = HOME;
			const said = world.platform.command(matchId, { action: "settle_market", marketId, winners: [outcomeId] }, false);
			return async () => {
				await said;
				for (const player of all)
					if ((await player.balance()).cash <= OPENING_MINOR) throw new Error("a bet was not paid");
			};
		});
		return shared(counts, players);
	};
};

const push = (make: () => readonly Input[]): (() => Promise<Counts>) => {
	const scene: Scene = { stage: "in play", players: 1, isWatched: true, seconds: INPUT_SECONDS };
	return async () => {
		let count = 0;
		const counts = await difference(scene, async ({ world }) => {
			const said = make();
			count = said.length;
			const pushed = world.push(said);
			return async () => {
				const { results, rejected } = await pushed;
				if (results.some(({ kind }) => kind !== "stored") || (rejected ?? []).length > 0)
					throw new Error("an input was not taken");
			};
		});
		return shared(counts, count);
	};
};

const idle = (isWatched: boolean): (() => Promise<Counts>) => {
	const scene: Scene = { stage: "in play", players: 1, isWatched, seconds: IDLE_SECONDS };
	return async () => shared(await counted(scene, nothing), IDLE_SECONDS);
};

const goal = (): Input => inputs.incident("goal", "home", "g1", "1");
const attacks = (count: number) => (): readonly Input[] =>
	Array.from({ length: count }, (_, no) => inputs.danger(no % 2 === 0));

export const CASES: readonly Case[] = [
	{ name: "bet, before", of: "a single before the match, alone", count: bet("before the match", 1) },
	{ name: "of 64, before", of: `one of ${TOGETHER} such bets of one moment`, count: bet("before the match", TOGETHER) },
	{ name: "bet, in play", of: "a single in play, alone, with its window", count: bet("in play", 1) },
	{ name: "of 64, in play", of: `one of ${TOGETHER} such bets of one moment`, count: bet("in play", TOGETHER) },
	{
		name: "settled, of 64",
		of: `one of ${TOGETHER} bets whose market is settled, the trader's word for it and its hold-off included`,
		count: settlement(TOGETHER),
	},
	{ name: "goal", of: "a push with a goal, and the three seconds after it", count: push(() => [goal()]) },
	{
		name: "input",
		of: "a push with an attack that becomes dangerous, and the three seconds after it",
		count: push(attacks(1)),
	},
	{ name: "of 20 inputs", of: "one of twenty attacks of one push", count: push(attacks(PUSHED)) },
	{
		name: "idle s, page",
		of: "a second in play of which the feed says only that it is there, with a page",
		count: idle(true),
	},
	{ name: "idle s", of: "the same second with nobody watching", count: idle(false) },
];
