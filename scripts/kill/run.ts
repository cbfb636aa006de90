/**
 * A kill run: players bet, matches are played and settled, reports wait in a full queue, and workerd is killed again and
 * again at moments that the seed chooses. Then the audit. Shared by `npm run kill` and the test.
 */

import type { MatchOps } from "../../shared/contracts/match.ts";
import type { WalletConservation } from "../../shared/contracts/wallet.ts";
import { seededRandom } from "../../shared/seeded-random.ts";
import { auditBets, auditHolds, auditReports } from "./audit.ts";
import { Bettors, newPlayer, type Player } from "./bettor.ts";
import { type Feed, playShort, ScriptedMatch, startFeed } from "./feed.ts";
import { Witness } from "./witness.ts";
import { getJson, sleep, startWorld, type World, within } from "./world.ts";

export type KillOptions = {
	readonly times: number;
	readonly seed: number;
	readonly log: (line: string) => void;
	/** Given: everything is stopped at once, and the run fails. */
	readonly signal?: AbortSignal;
};
export type KillReport = {
	readonly figures: Readonly<Record<string, number>>;
	readonly violations: readonly string[];
};

/** Regions with their own wallets, desks and relays, in currencies with two, none and three decimals. */
const PLAYERS = [
	["weur", "EUR"],
	["weur", "EUR"],
	["apac", "JPY"],
	["enam", "USD"],
	["me", "KWD"],
	["weur", "GBP"],
] as const;
/** Bets that each player has under way at a time. */
const HANDS = 3;
/** Between a recovery and the next kill. */
const GAP_MIN_MS = 300;
const GAP_SPREAD_MS = 5_000;
/** Bets are on their way, decided and undecided, before the first kill. */
const WARM_UP_MS = 4_000;
const GOAL_EVERY_MS = 9_000;
const CONFIRM_AFTER_MS = 1_500;
/** The bet delay of the long match: shorter than most gaps between kills, so that bets are decided in play. */
const DELAY_MS = 1_500;
const APPEARS_WITHIN_MS = 20_000;
const HOUR_MS = 3_600_000;

export async function runKills({ times, seed, log, signal }: KillOptions): Promise<KillReport> {
	const world = await startWorld();
	const feed = startFeed(world);
	const run = new Run(world, feed, seed, log);
	try {
		log("five scripts, PostgreSQL and a feed are up");
		const aborted = new Promise<never>((_, reject) => {
			signal?.addEventListener("abort", () => reject(new Error("the run was stopped")), { once: true });
			if (signal?.aborted === true) reject(new Error("the run was stopped"));
		});
		return await Promise.race([run.run(times), aborted]);
	} finally {
		run.abandon();
		feed.stop();
		await world.stop();
	}
}

class Run {
	readonly #world: World;
	readonly #feed: Feed;
	readonly #seed: number;
	readonly #random: () => number;
	readonly #log: (line: string) => void;
	readonly #open = new Set<string>();
	readonly #recoveries: number[] = [];
	readonly #waiting: number[] = [];
	readonly #violations: string[] = [];
	#bettors: Bettors | null = null;
	#isKilling = true;
	#shortMatches = 0;

	constructor(world: World, feed: Feed, seed: number, log: (line: string) => void) {
		this.#world = world;
		this.#feed = feed;
		this.#seed = seed;
		this.#random = seededRandom(seed);
		this.#log = log;
	}

	/** Whatever still plays or bets ends by itself. */
	abandon(): void {
		this.#isKilling = false;
		this.#bettors?.abandon();
	}

	async run(times: number): Promise<KillReport> {
		const world = this.#world;
		const long = new ScriptedMatch(this.#feed, `kill-long-${this.#seed}`);
		const early = new ScriptedMatch(this.#feed, `kill-early-${this.#seed}`);
		await Promise.all([long.announce(Date.now()), early.announce(Date.now() + 6 * HOUR_MS)]);
		await long.kickOff();
		await Promise.all([long, early].map((match) => this.#appears(match.matchId)));
		await this.#setDelay(long.matchId);
		const players: Player[] = [];
		for (const [region, currency] of PLAYERS) players.push(await newPlayer(world, region, currency));
		const watched = [long.matchId, early.matchId];
		const witnesses = [players[0], players[2]].flatMap((player) =>
			player === undefined ? [] : [new Witness(world, player, watched)],
		);
		try {
			const bettors = new Bettors(world, seededRandom(this.#seed + 1), () => [...this.#open]);
			this.#bettors = bettors;
			const betting = players.flatMap((player, p) =>
				Array.from({ length: HANDS }, (_, hand) => bettors.run(player, `kill-${this.#seed}-${p}${hand}`)),
			);
			const playing = [this.#playLong(long), this.#playShorts()];
			await sleep(WARM_UP_MS);
			for (let n = 1; n <= times; n++) await this.#killOnce(n, times, bettors);
			this.#isKilling = false;
			const recoveredAtMs = performance.now();
			// In play, with prices that move.
			for (const witness of witnesses) this.#violations.push(...(await witness.disagreementsOfMatches()));
			for (const witness of witnesses.slice(0, 1)) this.#violations.push(...(await witness.missedBooks(long.matchId)));
			bettors.stop();
			this.#open.clear();
			await Promise.all(playing);
			await Promise.all([long.finish(), early.kickOff().then(() => early.finish())]);
			this.#log("the matches are over; every bet is followed to its end");
			this.#violations.push(...(await auditHolds(world, recoveredAtMs)));
			const decided = await Promise.race([Promise.all(betting).then(() => true), sleep(30_000).then(() => false)]);
			if (!decided) this.#violations.push("some bets were never answered with a decision");
			this.#log("every bet is decided");
			this.#violations.push(...(await auditBets(world, bettors, players)));
			for (const witness of witnesses)
				this.#violations.push(...(await witness.disagreementsOfMatches()), ...(await witness.disagreementsOfMe()));
			this.#log("every bet is settled; waiting for Postgres");
			return await this.#report(bettors, witnesses);
		} finally {
			for (const witness of witnesses) witness.close();
		}
	}

	async #appears(matchId: string): Promise<void> {
		const found = await within(APPEARS_WITHIN_MS, async () => {
			const { markets } = await getJson<{ markets: readonly { status: string }[] }>(
				this.#world,
				`/v1/matches/${matchId}`,
			);
			return markets.some(({ status }) => status === "open") ? true : null;
		});
		if (found === null) throw new Error(`the match ${matchId} has no open market`);
		this.#open.add(matchId);
	}

	async #setDelay(matchId: string): Promise<void> {
		const answer = await fetch(`${this.#world.url}/v1/ops/matches/${matchId}/commands`, {
			method: "POST",
			headers: { "content-type": "application/json", authorization: `Bearer ${this.#world.operatorToken}` },
			body: JSON.stringify({ id: "delay-1", trader: "ada", command: { action: "set_delay", delayMs: DELAY_MS } }),
		});
		if (!answer.ok) throw new Error(`the bet delay could not be set: ${answer.status}`);
	}

	/** Goals for as long as there are kills; never all on one side, so that no market is decided before its time. */
	async #playLong(match: ScriptedMatch): Promise<void> {
		for (let goals = 0; this.#isKilling; goals++) {
			await sleep(GOAL_EVERY_MS);
			if (goals < 4) await match.goal(goals % 2 === 0 ? "home" : "away", CONFIRM_AFTER_MS);
		}
	}

	/** One short match after the other; each is settled while workerd is being killed. */
	async #playShorts(): Promise<void> {
		while (this.#isKilling) {
			const number = ++this.#shortMatches;
			const matchId = `kill-short-${this.#seed}-${number}`;
			this.#open.add(matchId);
			await playShort(this.#feed, matchId, this.#seed + number);
			this.#open.delete(matchId);
		}
	}

	async #killOnce(n: number, times: number, bettors: Bettors): Promise<void> {
		// The database is out of reach before most kills, so that the queue is full of reports when it is lost.
		this.#world.gate.set(this.#random() < 0.7 ? { kind: "failing", status: 503 } : { kind: "open" });
		await sleep(GAP_MIN_MS + this.#random() * GAP_SPREAD_MS);
		const waiting = await this.#rowsWaiting().catch(() => 0);
		const { recoveryMs } = await this.#world.kill();
		this.#recoveries.push(recoveryMs);
		this.#waiting.push(waiting);
		this.#world.gate.set({ kind: "open" });
		this.#log(`kill ${n} of ${times}: ready after ${recoveryMs} ms; ${bettors.bets.length} bets so far`);
	}

	async #rowsWaiting(): Promise<number> {
		const { operatorToken } = this.#world;
		const { wallets } = await getJson<{ wallets: readonly WalletConservation[] }>(
			this.#world,
			"/v1/ops/wallets",
			operatorToken,
		);
		const { matches } = await getJson<{ matches: readonly MatchOps[] }>(this.#world, "/v1/ops/matches", operatorToken);
		return (
			wallets.reduce((sum, { lastSeq, confirmedSeq }) => sum + lastSeq - confirmedSeq, 0) +
			matches.reduce((sum, { reportOutboxDepth }) => sum + reportOutboxDepth, 0)
		);
	}

	async #report(bettors: Bettors, witnesses: readonly Witness[]): Promise<KillReport> {
		const reports = await auditReports(this.#world, bettors.bets);
		this.#violations.push(...reports.wrong);
		const { bets } = bettors;
		const count = (isOne: (bet: (typeof bets)[number]) => boolean): number => bets.filter(isOne).length;
		const recoveries = this.#recoveries.toSorted((a, b) => a - b);
		const figures = {
			kills: this.#recoveries.length,
			"recovery median ms": recoveries[Math.floor(recoveries.length / 2)] ?? 0,
			"recovery max ms": recoveries.at(-1) ?? 0,
			"matches played": 2 + this.#shortMatches,
			"pushes repeated": this.#feed.repeated(),
			"bets sent": bets.length,
			"of them accumulators": count(({ legs }) => legs.length > 1),
			"sent again": bets.reduce((sum, { sent }) => sum + sent - 1, 0),
			acknowledged: count(({ told }) => told !== null),
			accepted: count(({ told }) => told?.status === "settled" || told?.status === "accepted"),
			refused: count(({ told }) => told?.status === "refused"),
			settled: count(({ told }) => told?.status === "settled"),
			"rows waiting at a kill, max": Math.max(0, ...this.#waiting),
			"rows in Postgres": reports.rows,
			"Postgres caught up after ms": reports.caughtUpMs,
			"client resumes": witnesses.reduce((sum, { resumes }) => sum + resumes, 0),
			"client updates": witnesses.reduce((sum, { updates }) => sum + updates, 0),
			violations: this.#violations.length,
		};
		return { figures, violations: this.#violations };
	}
}
