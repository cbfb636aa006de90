/**
 * One simulated history from one seed: the real actors under virtual time, with a network that drops, delays, repeats and
 * cuts, objects that crash or are superseded, clocks that differ, a queue that loses and repeats. Then everything heals,
 * must finish, and is audited.
 */
import { seededRandom } from "../durable-objects/runtime/testing.ts";
import { providerOf } from "../shared/catalogue/providers.ts";
import { REGIONS, type Region, walletNameOf } from "../shared/contracts/ids.ts";
import type { MatchBook } from "../shared/protocol/match-view.ts";
import type { Me } from "../shared/protocol/me-view.ts";
import { audit, type History, type Violation } from "./audit/auditor.ts";
import type { TrueGoal } from "./audit/true-sport.ts";
import { Evidence } from "./evidence/evidence.ts";
import { Bettors } from "./story/bettors.ts";
import { Page } from "./story/readers.ts";
import { playMatch, type Random, type Script, silences, type Timed } from "./story/scenario.ts";
import { Traders } from "./story/traders.ts";
import { type Counts, Faults } from "./world/faults.ts";
import { Platform, PROVIDER, SHARDS } from "./world/platform.ts";
import type { Player } from "./world/player.ts";
import { Reports } from "./world/queue.ts";
import { Relays } from "./world/relays.ts";

export type SimulationOptions = {
	readonly seed: number;
	readonly minutes: number;
	/** Numbers of the faults that happen, of those the seed has; absent: all. */
	readonly only?: readonly number[];
};
export type SimulationResult = {
	readonly seed: number;
	readonly violations: readonly Violation[];
	readonly story: readonly string[];
	readonly counts: Readonly<Counts>;
};

const MATCHES = ["m1", "m2"];
const CAP_BASE_MINOR = 6_000;
const HEAL_MS = 150_000;
/** Matches go on for so long after the last disturbance. */
const CALM_MS = 75_000;
const SHORT_CALM_MS = 20_000;
/** When, after the healing, every desk must decide again: past the longest hold of anything that was on its way. */
const PROBE_MS = 30_000;
const STEP_MS = 250;
/** Players bet most just before something is decided: their windows end when it is. */
const RUSH_MS = 6_000;
const STEPS_A_SECOND = 1_000 / STEP_MS;
/** Two clocks and the granularity of steps. */
const TOLERANCE_MS = 60;
const OPENING_MINOR = 200_000;
const PLAYERS = 6;
const MAX_SKEW_MS = 2_000;
const USED_REGIONS: readonly Region[] = REGIONS.filter((region) => region === "weur" || region === "apac");

export async function simulate(options: SimulationOptions): Promise<SimulationResult> {
	const simulation = new Simulation(options);
	return simulation.run();
}

class Simulation {
	readonly #options: SimulationOptions;
	readonly #random: Random;
	readonly #platform: Platform;
	readonly #evidence: Evidence;
	readonly #relays: Relays;
	readonly #faults: Faults;
	readonly #bettors: Bettors;
	readonly #reports = new Reports();
	readonly #story: string[] = [];
	readonly #counts: Counts = { crashes: 0, superseded: 0, cutSockets: 0, lostCalls: 0, repeatedCalls: 0 };
	readonly #capped = new Set<string>();
	readonly #players: Player[] = [];
	readonly #pages: Page[] = [];
	readonly #startMs: number;
	readonly #traders: Traders;
	#goals: ReadonlyMap<string, readonly TrueGoal[]> = new Map();
	#isHealed = false;
	#delivered = 0;
	/** When a market will be decided next, in true time, as far as the scripts know. */
	#decidedAtMs = Number.POSITIVE_INFINITY;

	constructor(options: SimulationOptions) {
		this.#options = options;
		// Each part has chance of its own, so that leaving out a fault changes as little else as can be.
		const chance = (part: string): Random => seededRandom(options.seed ^ hash(part));
		this.#random = chance("world");
		const durable = chance("disk");
		this.#platform = new Platform(options.seed, {
			skewMs: (owner) => Math.floor((chance(owner)() * 2 - 1) * MAX_SKEW_MS),
			syncMs: () => (durable() < 0.2 ? Math.floor(durable() * 20) : 0),
			syncing: (owner) => this.#faults.awaits(owner),
		});
		this.#startMs = this.#platform.world.now();
		this.#evidence = new Evidence(this.#platform);
		this.#platform.observe = (call) => this.#evidence.observe(call);
		this.#relays = new Relays(this.#platform, chance("sockets"));
		this.#bettors = new Bettors(this.#platform, chance("bettors"));
		this.#traders = new Traders(this.#platform, chance("traders"), MATCHES);
		this.#faults = new Faults({
			platform: this.#platform,
			relays: this.#relays,
			evidence: this.#evidence,
			random: chance("faults"),
			matches: MATCHES,
			capBaseMinor: CAP_BASE_MINOR,
			only: options.only === undefined ? null : new Set(options.only),
			untilDecidedMs: () => this.#decidedAtMs - this.#platform.world.now(),
			tell: (what) => this.#tell(what),
			count: (what) => {
				this.#counts[what] = (this.#counts[what] ?? 0) + 1;
			},
		});
	}

	async run(): Promise<SimulationResult> {
		const { world } = this.#platform;
		const lengthMs = this.#options.minutes * 60_000;
		const played = MATCHES.map((matchId) => [matchId, this.#play(matchId, lengthMs)] as const);
		const scripts = new Map(played.map(([matchId, { timed }]) => [matchId, [...timed]]));
		this.#goals = new Map(played.map(([matchId, { goals }]) => [matchId, goals]));
		const quiet = silences(this.#random, this.#startMs, lengthMs);
		for (const [fromMs, toMs] of quiet)
			this.#story.push(`${this.#seconds(fromMs)}: the feed is silent for ${Math.round(toMs - fromMs)} ms`);
		for (let n = 0; n < PLAYERS; n++) {
			const region = USED_REGIONS[n % USED_REGIONS.length] ?? "weur";
			const player = await this.#platform.player(region, OPENING_MINOR);
			this.#players.push(player);
			if (n < USED_REGIONS.length) this.#pages.push(new Page(this.#relays, player, region, MATCHES));
		}
		for (let n = 0; world.now() < this.#startMs + lengthMs; n++) {
			const isSilent = quiet.some(([from, to]) => world.now() >= from && world.now() < to);
			if (!isSilent) await this.#feed(scripts, n);
			this.#decidedAtMs = nextDecision(scripts);
			if (await this.#hasCaps()) this.#bettors.bet(this.#players, MATCHES, this.#decidedAtMs - world.now() < RUSH_MS);
			this.#faults.disturb();
			this.#traders.look();
			await this.#step();
		}
		await this.#heal(scripts);
		return this.#judge();
	}

	/** Some matches end, and are settled, while things still break; the others go on after. */
	#play(matchId: string, lengthMs: number): Script {
		const isShort = this.#random() < 0.4;
		return isShort
			? playMatch(matchId, this.#random, this.#startMs, lengthMs * 0.6, SHORT_CALM_MS)
			: playMatch(matchId, this.#random, this.#startMs, lengthMs, CALM_MS);
	}

	/** One step of virtual time, and the queue's and the pages' share of it. */
	async #step(): Promise<void> {
		await this.#platform.world.advance(STEP_MS);
		this.#deliverReports();
		for (const page of this.#pages) page.work(this.#platform.world.now());
	}

	async #feed(scripts: ReadonlyMap<string, Timed[]>, n: number): Promise<void> {
		const nowMs = this.#platform.world.now();
		for (const [matchId, script] of scripts) {
			const due: Timed[] = [];
			while (script[0] !== undefined && script[0].atMs <= nowMs) due.push(script.shift() as Timed);
			if (due.length > 0) {
				// A provider repeats what it is not sure of, and sometimes what it is.
				const again = !this.#isHealed && this.#random() < 0.1 ? 2 : 1;
				for (let times = 0; times < again; times++) await this.#push(matchId, due);
			}
			if (n % STEPS_A_SECOND === 0) {
				this.#platform.heartbeat(matchId);
				this.#evidence.spoke(matchId);
			}
		}
	}

	/** A provider sends again until it is answered. */
	async #push(matchId: string, due: readonly Timed[]): Promise<void> {
		const { world } = this.#platform;
		const inputs = due.map(({ input }) => input);
		this.#platform
			.push(matchId, inputs)
			.catch(() => void world.ports("client").timer(300, () => void this.#push(matchId, due)));
		await world.settle();
	}

	/** Nobody bets before every match has its cap: what was taken before counts against it all the same. */
	async #hasCaps(): Promise<boolean> {
		for (const matchId of MATCHES) {
			if (this.#capped.has(matchId)) continue;
			const answer = this.#platform.command(matchId, { action: "set_cap", capBaseMinor: CAP_BASE_MINOR }, false);
			answer.then((kind) => kind === "applied" && this.#capped.add(matchId)).catch(() => {});
			await this.#platform.world.settle();
		}
		return this.#capped.size === MATCHES.length;
	}

	/** The queue: in any order, sometimes twice, sometimes never. */
	#deliverReports(): void {
		const { reports } = this.#platform;
		const batch = reports.slice(this.#delivered);
		this.#delivered = reports.length;
		for (const message of batch.toSorted(() => this.#random() - 0.5)) {
			if (!this.#isHealed && this.#random() < 0.1) continue;
			for (let times = this.#random() < 0.1 ? 2 : 1; times > 0; times--) {
				const { source, mark } = this.#reports.store(message);
				if (this.#isHealed || this.#random() > 0.1) this.#platform.confirmReports(source, mark);
			}
		}
	}

	/** All faults end; what was promised must be kept. */
	async #heal(scripts: ReadonlyMap<string, Timed[]>): Promise<void> {
		const { world } = this.#platform;
		this.#isHealed = true;
		this.#faults.heal();
		for (const matchId of MATCHES) void this.#platform.command(matchId, { action: "reopen" }, false).catch(() => {});
		const probeAtMs = world.now() + PROBE_MS;
		const untilMs = world.now() + HEAL_MS;
		for (let n = 0; world.now() < untilMs; n++) {
			await this.#feed(scripts, n);
			this.#traders.look();
			if (n % STEPS_A_SECOND === 0) this.#traders.decide(this.#goals);
			if (!this.#bettors.hasProbed && world.now() >= probeAtMs)
				this.#bettors.probe(this.#players.slice(0, USED_REGIONS.length), MATCHES);
			await this.#step();
		}
	}

	async #judge(): Promise<SimulationResult> {
		const wallets = [...new Set(this.#players.map((player) => walletNameOf(player.playerId, SHARDS)))];
		const history = this.#evidence.history({
			quietLimitMs: providerOf(PROVIDER)?.quietLimitMs ?? 0,
			toleranceMs: TOLERANCE_MS,
			capBaseMinor: CAP_BASE_MINOR,
			wallets,
			matches: MATCHES,
			goals: this.#goals,
			openingMinor: new Map(this.#players.map((player) => [player.playerId, OPENING_MINOR])),
			reports: this.#reports,
			dead: (tickets) => this.#bettors.deadDesks(tickets),
			acknowledged: this.#bettors.acknowledged,
			invented: this.#bettors.invented,
			views: (await Promise.all(this.#pages.map((page) => this.#viewsOf(page)))).flat(),
		});
		const faults = this.#platform.world.faults.map((fault) => ({
			rule: "fault",
			what: String(fault instanceof Error ? fault.stack : fault).slice(0, 400),
		}));
		const violations = [...audit(history), ...this.#bettors.auditAnswers(history.tickets), ...faults];
		const counts = {
			bets: this.#bettors.bets,
			...this.#counts,
			taken: history.tickets.filter(({ status }) => status === "settled").length,
			tickets: history.tickets.length,
		};
		return { seed: this.#options.seed, violations, story: this.#story, counts };
	}

	/** What a page shows in the end, beside what the authority says. */
	async #viewsOf({ topics, player }: Page): Promise<History["views"]> {
		const shown = (topic: string): unknown => topics.get(topic)?.state ?? null;
		const books = MATCHES.map((matchId) => ({
			topic: `match:${matchId} at ${player.region}`,
			reader: JSON.stringify((shown(`match:${matchId}`) as MatchBook | null)?.image?.m),
			authority: JSON.stringify(this.#platform.match(matchId).wire()?.m),
		}));
		const me = shown("me") as Me | null;
		const { cash, held } = await player.balance();
		const balance = { balanceMinor: me?.me.balanceMinor, heldMinor: me?.me.heldMinor };
		const newest = me?.tickets[0];
		const kept = newest === undefined ? null : await player.ticket(newest.id);
		return [
			...books,
			{
				topic: `me of ${player.playerId}`,
				reader: JSON.stringify([balance, newest?.status, newest?.ticketVersion]),
				authority: JSON.stringify([{ balanceMinor: cash, heldMinor: held }, kept?.status, kept?.ticketVersion]),
			},
		];
	}

	#seconds(atMs: number): string {
		return `${((atMs - this.#startMs) / 1_000).toFixed(2)} s`;
	}

	#tell(what: string): void {
		this.#story.push(`${this.#seconds(this.#platform.world.now())}: ${what}`);
	}
}

/** When the next goal is confirmed or the next match ends. */
function nextDecision(scripts: ReadonlyMap<string, readonly Timed[]>): number {
	const isDecisive = ({ input }: Timed): boolean =>
		input.kind === "confirmation" || (input.kind === "state" && input.phase === "ended");
	return Math.min(...[...scripts.values()].map((script) => script.find(isDecisive)?.atMs ?? Number.POSITIVE_INFINITY));
}

function hash(text: string): number {
	let value = 7;
	for (const char of text) value = (value * 31 + char.charCodeAt(0)) | 0;
	return value;
}
