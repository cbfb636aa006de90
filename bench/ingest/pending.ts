/**
 * What a bet in its window costs in memory, over all objects: the heap before and while so many wait, in this process, where the cores and
 * stores of the objects run in the simulator's platform. What SQLite keeps in pages of its own is not in it.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { CountedWorld, HOME } from "../crossings/counted-world.ts";

const PLAYERS = 80;
/** A player's burst allows them; of each moment a wallet takes those of half the players. */
const BETS_EACH = 24;
/** One to answer, and all of them together well within a window. */
const STEP_MS = 20;

function collector(): () => void {
	setFlagsFromString("--expose-gc");
	const collect: unknown = runInNewContext("gc");
	if (typeof collect !== "function") throw new Error("no garbage collector to be asked");
	return () => void collect();
}

/** Bytes a bet. */
export async function pendingBetBytes(): Promise<number> {
	const collect = collector();
	const world = new CountedWorld();
	const players: Awaited<ReturnType<CountedWorld["player"]>>[] = [];
	for (let no = 0; no < PLAYERS; no++) players.push(await world.player());
	await world.inPlay();
	const price = players[0]?.shown(HOME);
	if (price === undefined) throw new Error("nobody bets");
	let pending = 0;
	const round = async (): Promise<void> => {
		const placed = players.map((player) => player.send(player.prepare([HOME], {}, [price])));
		await world.platform.world.advance(STEP_MS);
		for (const answer of await Promise.all(placed))
			if (answer.kind === "ticket" && answer.ticket.status === "pending") pending++;
	};
	// Tables and caches are made by the first ones.
	await round();
	collect();
	const [fromBytes, from] = [process.memoryUsage().heapUsed, pending];
	for (let no = 1; no < BETS_EACH; no++) await round();
	collect();
	const bytes = process.memoryUsage().heapUsed - fromBytes;
	world.platform.world.close();
	if (pending - from < PLAYERS * (BETS_EACH - 1)) throw new Error(`${pending - from} bets waited`);
	return bytes / (pending - from);
}
