/**
 * The platform as `npm start` runs it (five bundled scripts in one workerd, state on disk, a real PostgreSQL behind reports), with
 * the way past wrangler's proxy, a feed that speaks, and what its processes use.
 */
import { newPlayer } from "../../scripts/kill/bettor.ts";
import { type Feed, ScriptedMatch, startFeed } from "../../scripts/kill/feed.ts";
import { getJson, startWorld, within } from "../../scripts/kill/world.ts";
import { licenceProfile } from "../../shared/catalogue/licences.ts";
import type { MatchView } from "../../shared/protocol/match-view.ts";
import type { Leg } from "../loads/bet-load.ts";
import { type Part, selfOf, treeOf } from "../measures/cpu.ts";
import { goOn } from "../stop.ts";
import { doorOf } from "./ports.ts";

export type Stage = {
	readonly url: string;
	readonly ingestSecret: string;
	readonly operatorToken: string;
	readonly connectionString: string;
	readonly feed: Feed;
	/** What works for the platform; wrangler, which has only started it, is none of it. */
	readonly parts: readonly Part[];
	readonly stateDir: string;
	readonly workerdPid: number;
	readonly postgresPid: number | null;
	readonly stop: () => Promise<void>;
};

/** The least that the demo licence takes: a player of 1,000 units can go on for long. */
export const STAKE_MINOR = licenceProfile("generic")?.minStakeMinor.EUR ?? 1;

const REGION = "weur";
const OPEN_WITHIN_MS = 30_000;
const DAY_MS = 86_400_000;
/** Players made at a time. */
const AT_ONCE = 16;

/** `vars`: other values than the configurations have. */
export async function startStage(vars: Readonly<Record<string, string>> = {}): Promise<Stage> {
	const world = await startWorld(vars);
	try {
		const workerdPid = world.workerdPid();
		if (workerdPid === null) throw new Error("workerd cannot be found: benches need Linux");
		const url = await doorOf(workerdPid);
		const feed = startFeed({ url, ingestSecret: world.ingestSecret });
		return {
			url,
			ingestSecret: world.ingestSecret,
			operatorToken: world.operatorToken,
			connectionString: world.connectionString(),
			feed,
			parts: [
				treeOf("workerd", () => workerdPid),
				treeOf("PostgreSQL", world.postgresPid),
				selfOf("stand-in for Neon, feed"),
			],
			stateDir: world.stateDir,
			workerdPid,
			postgresPid: world.postgresPid(),
			stop: async () => {
				feed.stop();
				await world.stop();
			},
		};
	} catch (fault) {
		await world.stop();
		throw fault;
	}
}

/** Matches that begin tomorrow. */
export async function announce(stage: Stage, ids: readonly string[]): Promise<readonly ScriptedMatch[]> {
	const matches = ids.map((id) => new ScriptedMatch(stage.feed, id));
	for (const match of matches) await match.announce(Date.now() + DAY_MS);
	return matches;
}

/** The outcomes of those open markets of a match that are wanted, as a page would bet on them; its first market without a word. */
export async function legsOf(
	stage: Stage,
	matchId: string,
	isWanted: (marketId: string) => boolean = (marketId) => marketId === "1x2",
): Promise<readonly Leg[]> {
	const legs = await within(OPEN_WITHIN_MS, async () => {
		const { markets } = await getJson<Pick<MatchView, "markets">>(stage, `/v1/matches/${matchId}`);
		const found = markets.flatMap(({ marketId, status, version: marketVersion, outcomes }) =>
			status !== "open" || !isWanted(marketId)
				? []
				: outcomes.flatMap(({ outcomeId, oddsMilli }) =>
						oddsMilli === null ? [] : [{ matchId, marketId, outcomeId, oddsMilli, marketVersion }],
					),
		);
		return found.length === 0 ? null : found;
	});
	if (legs === null) throw new Error(`no market of ${matchId} opened`);
	return legs;
}

/** Tokens of so many players. */
export async function players(stage: Stage, count: number): Promise<readonly string[]> {
	const tokens: string[] = [];
	while (tokens.length < count) {
		goOn();
		const made = Array.from({ length: Math.min(AT_ONCE, count - tokens.length) }, () =>
			newPlayer(stage, REGION, "EUR"),
		);
		for (const { token } of await Promise.all(made)) tokens.push(token);
	}
	return tokens;
}
