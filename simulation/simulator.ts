/**
 * One simulated history from one seed: the real actors under virtual time, with a network that drops, delays, repeats and
 * cuts, objects that crash or are superseded, clocks that differ, a queue that loses and repeats. Then everything heals,
 * must finish, and is audited.
 */
import { Superseded } from "../testing/world.ts";
import { audit, type Violation } from "./audit/auditor.ts";
import type { Holder } from "./audit/wallet-books.ts";
import { Evidence } from "./evidence/evidence.ts";
import { faultOf } from "./evidence/fault.ts";
import { limitsOf } from "./evidence/limits.ts";
import { holderOf, variety } from "./evidence/money-evidence.ts";
import { tenantFacts } from "./evidence/tenant-evidence.ts";
import { viewsOf } from "./evidence/views.ts";
import type { Code } from "./releases/code.ts";
import { Deploys } from "./releases/deploys.ts";
import { judgedThrough, releaseOf } from "./releases/releases.ts";
import { Audience } from "./story/audience.ts";
import { Bettors, FIRST_PROBER } from "./story/bettors.ts";
import { Choices } from "./story/choices.ts";
import { Feeds } from "./story/feeds.ts";
import { hasWeeks, passNight } from "./story/night.ts";
import { Operators } from "./story/operators.ts";
import { play } from "./story/plays.ts";
import { PriceDesk } from "./story/price-desk.ts";
import { Purses } from "./story/purses.ts";
import { Revokers } from "./story/revoking.ts";
import { RiskDesk } from "./story/risk-desk.ts";
import { silences } from "./story/scenario.ts";
import { Slips } from "./story/slips.ts";
import { Stewards } from "./story/stewards.ts";
import { Strangers } from "./story/strangers.ts";
import { Traders } from "./story/traders.ts";
import { AHEAD, Weeks } from "./story/weeks.ts";
import { chances, type Random } from "./world/chance.ts";
import { Disks } from "./world/disks.ts";
import { type Counts, Faults } from "./world/faults.ts";
import { newPlatform } from "./world/new-platform.ts";
import type { Platform } from "./world/platform.ts";
import type { Player } from "./world/player.ts";
import { ReportQueue, Reports } from "./world/queue.ts";
import { Relays } from "./world/relays.ts";
import { drawSwarm, type Swarm } from "./world/swarm.ts";

export type SimulationOptions = {
	readonly seed: number;
	readonly minutes: number;
	/** Numbers of the faults that happen, of those the seed has; absent: all. */
	readonly only?: readonly number[];
	/** Whether it begins with the last release; absent: its chance decides. */
	readonly deploys?: boolean;
	/** Whether weeks pass after the matches; absent: its chance decides. */
	readonly longNight?: boolean;
};
export type SimulationResult = {
	readonly seed: number;
	readonly violations: readonly Violation[];
	readonly story: readonly string[];
	readonly counts: Readonly<Counts>;
	/** How much time passed in there, the healing included. */
	readonly virtualMs: number;
};

const CAP_BASE_MINOR = 6_000;
const HEAL_MS = 150_000;
/** Reports that a queue has lost are sent again within so long. */
const REPORTS_MS = 330_000;
/** When, after the healing, every desk must decide again: past the longest hold of anything that was on its way. */
const PROBE_MS = 30_000;
const PROBING_MINOR = 10_000;
const STEP_MS = 250;
/** Players bet most just before something is decided: their windows end when it is. */
const RUSH_MS = 6_000;
const STEPS_A_SECOND = 1_000 / STEP_MS;
/** Two clocks and the granularity of steps. */
const TOLERANCE_MS = 60;
/** A history that breaks so often is over. */
const MAX_FAULTS = 10;
/** Nothing breaks before players are there for good: whoever made them was answered when they were. */
const QUIET_START_MS = 2_000;

export async function simulate(options: SimulationOptions): Promise<SimulationResult> {
	return new Simulation(options, await releaseOf(options)).run();
}

class Simulation {
	readonly #options: SimulationOptions;
	readonly #random: Random;
	readonly #swarm: Swarm;
	readonly #matches: readonly string[];
	readonly #platform: Platform;
	readonly #evidence: Evidence;
	readonly #relays: Relays;
	readonly #disks: Disks;
	readonly #faults: Faults;
	readonly #bettors: Bettors;
	readonly #purses: Purses;
	readonly #riskDesk: RiskDesk;
	readonly #stewards: Stewards;
	readonly #revokers: Revokers;
	readonly #operators: Operators;
	readonly #priceDesk: PriceDesk;
	readonly #holders: Holder[] = [];
	readonly #reports = new Reports();
	readonly #queue: ReportQueue;
	readonly #story: string[] = [];
	readonly #counts: Counts = { crashes: 0, superseded: 0, cutSockets: 0, lostCalls: 0, repeatedCalls: 0 };
	readonly #players: Player[] = [];
	readonly #audience: Audience;
	/** Players of the end: who tries again as long as nothing is open to bet on. */
	readonly #probers: Player[] = [];
	readonly #startMs: number;
	readonly #traders: Traders;
	readonly #strangers: Strangers;
	/** What broke in the course of it. */
	readonly #faultsCaught: unknown[] = [];
	readonly #deploys: Deploys | null;
	readonly #feeds: Feeds;
	readonly #weeks: Weeks | null;
	/** When a market will be decided next, in true time, as far as the scripts know. */
	#decidedAtMs = Number.POSITIVE_INFINITY;

	constructor(options: SimulationOptions, last: Code | null) {
		this.#options = options;
		const chance = chances(options.seed);
		this.#random = chance("world");
		this.#swarm = drawSwarm(chance("swarm"));
		this.#matches = this.#swarm.matches;
		this.#disks = new Disks(chance("disk"));
		const made = { swarm: this.#swarm, disks: this.#disks, faults: () => this.#faults, isToday: last === null };
		this.#platform = newPlatform(options.seed, chance, made);
		this.#startMs = this.#platform.world.now();
		this.#evidence = new Evidence(this.#platform, chance("looks"));
		this.#platform.observe = (call) => [this.#evidence.observe(call), this.#weeks?.remember(call)];
		this.#relays = new Relays(this.#platform, chance("sockets"), this.#evidence.frames);
		this.#riskDesk = new RiskDesk(this.#platform, chance("risk desk"), this.#matches, CAP_BASE_MINOR);
		this.#purses = new Purses(this.#platform, chance("purses"), this.#riskDesk.isWide);
		this.#audience = new Audience({ relays: this.#relays, world: this.#swarm, chance, fromMs: this.#startMs });
		const slips = new Slips(chance("slips"), this.#audience.pages);
		const choices = new Choices(this.#swarm.sports, this.#audience.pages);
		this.#bettors = new Bettors(this.#platform, chance("bettors"), this.#swarm.betting, this.#purses, slips, choices);
		this.#stewards = new Stewards(this.#platform, chance("stewards"), this.#matches, choices);
		this.#revokers = new Revokers(this.#platform, chance("revokers"));
		this.#priceDesk = new PriceDesk(this.#platform, chance("price desk"), this.#matches, choices);
		this.#operators = new Operators(this.#platform, chance("operators"), this.#bettors.acknowledge);
		this.#traders = new Traders(
			this.#platform,
			chance("traders"),
			this.#matches,
			() => this.#feeds.truth,
			(asked) => this.#strangers.asked.push(asked),
		);
		const count = (what: string): void => this.#count(what);
		const tell = (what: string): void => this.#tell(what);
		const parts = { platform: this.#platform, relays: this.#relays, evidence: this.#evidence, count, tell };
		this.#strangers = new Strangers({
			...parts,
			random: chance("strangers"),
			weights: this.#swarm.weights,
			matches: this.#matches,
			players: this.#players,
		});
		this.#queue = new ReportQueue({ ...parts, reports: this.#reports, random: chance("queue") });
		this.#faults = new Faults({
			...parts,
			disks: this.#disks,
			queue: this.#queue,
			regions: this.#swarm.regions,
			random: chance("faults"),
			lasting: chance("outages"),
			weights: this.#swarm.weights,
			matches: this.#matches,
			capBaseMinor: CAP_BASE_MINOR,
			only: options.only === undefined ? null : new Set(options.only),
			untilDecidedMs: () => this.#decidedAtMs - this.#platform.world.now(),
		});
		const times = { startMs: this.#startMs, lengthMs: options.minutes * 60_000 };
		this.#deploys = last && new Deploys({ ...parts, ...times, last, random: chance("deploys") });
		this.#feeds = new Feeds({
			...parts,
			random: this.#random,
			strangers: this.#strangers,
			push: (matchId, inputs) => (this.#deploys ?? this.#platform).push(matchId, inputs),
			safely: (work) => this.#safely(work),
		});
		const people = { matches: this.#matches, players: this.#players, early: this.#probers, audience: this.#audience };
		const said = { strangers: this.#strangers, purses: this.#purses, random: chance("weeks after") };
		this.#weeks = hasWeeks(options) ? new Weeks({ ...parts, ...people, ...said }) : null;
		this.#evidence.frames.judgesFreshness = last === null;
		this.#disks.isLossless = () => !this.#isSettled;
	}

	/** Every object runs today's code. */
	get #isSettled(): boolean {
		return this.#deploys?.isOver ?? true;
	}

	/** Whatever breaks in here is a fault of this history, told with its story. */
	async run(): Promise<SimulationResult> {
		let violations: readonly Violation[];
		try {
			await this.#tellStory();
			violations = await this.#judge();
		} catch (fault) {
			violations = [faultOf(fault)];
		}
		const { faults, close } = this.#platform.world;
		close();
		return {
			seed: this.#options.seed,
			violations: [...violations, ...[...this.#faultsCaught, ...faults].map(faultOf)],
			story: this.#story,
			counts: { bets: this.#bettors.bets, ...this.#counts },
			virtualMs: this.#platform.world.now() - this.#startMs,
		};
	}

	async #tellStory(): Promise<void> {
		const { world } = this.#platform;
		const lengthMs = this.#options.minutes * 60_000;
		const chance = chances(this.#options.seed);
		const drawn = { random: this.#random, fixtures: chance("fixtures"), prices: chance("prices") };
		const played = this.#matches.map(
			(matchId) => [matchId, play(this.#swarm, matchId, drawn, this.#startMs, lengthMs)] as const,
		);
		this.#feeds.begin(played);
		const quiet = silences(this.#random, this.#startMs, lengthMs);
		for (const [fromMs, toMs] of quiet)
			this.#story.push(`${this.#seconds(fromMs)}: the feed is silent for ${Math.round(toMs - fromMs)} ms`);
		for (const { region, ...who } of this.#swarm.people) {
			const purse = this.#purses.draw(who.tenant.partnerId);
			const licence = this.#deploys === null ? purse.tenant.licence : who.tenant.licence;
			const tenant = { ...purse.tenant, licence };
			const player = await this.#platform.player(region, purse.openingMinor, { ...who, tenant });
			this.#purses.give(player, purse);
			this.#holders.push(holderOf(player, purse.openingMinor));
			this.#players.push(player);
			this.#audience.add(player, region);
		}
		for (let n = 0; world.now() < this.#startMs + lengthMs; n++) {
			const isSilent = quiet.some(([from, to]) => world.now() >= from && world.now() < to);
			this.#safely(() => this.#deploys?.look());
			if (!isSilent) await this.#feeds.tell(n % STEPS_A_SECOND === 0);
			this.#decidedAtMs = this.#feeds.decidedAtMs();
			const isRush = this.#decidedAtMs - world.now() < RUSH_MS;
			if (await this.#riskDesk.hasCaps()) {
				if (this.#isSettled) this.#riskDesk.look();
				this.#safely(() => this.#bettors.bet(this.#players, this.#matches, isRush));
			}
			if (this.#isSettled) this.#disturb();
			await this.#step();
		}
		await this.#heal();
		const step = (ms?: number): Promise<void> => this.#step(ms);
		const night = chance("night");
		if (this.#weeks === null) await passNight(this.#platform, this.#evidence, night, this.#swarm.nightMs, step);
		else await this.#weeks.pass(step);
	}

	/** Who meddles, and what breaks. The last release had faults of its own, mended since: until it is gone only the network is bad. */
	#disturb(): void {
		const isQuiet = this.#deploys?.isQuietAfter ?? this.#platform.world.now() - this.#startMs < QUIET_START_MS;
		if (!isQuiet) this.#faults.disturb();
		this.#safely(() => this.#revokers.look(this.#audience.withPhones));
		this.#safely(() => this.#strangers.act());
		this.#safely(() => this.#operators.look(this.#players, this.#matches));
		this.#priceDesk.look();
		this.#safely(() => this.#traders.look());
		this.#stewards.look(this.#traders.hasEnded);
	}

	/** One step of virtual time, and the queue's and the pages' share of it. */
	async #step(ms = STEP_MS): Promise<void> {
		await this.#advance(ms);
		this.#safely(() => this.#queue.deliver());
		this.#audience.work(this.#platform.world.now(), (work) => this.#safely(work));
		this.#safely(() => this.#evidence.shows(this.#audience.pages, this.#matches));
		// What nobody waits for is told of by the event loop, which promises alone never reach.
		await new Promise<void>((turned) => setImmediate(turned));
	}

	/** A timer or an alarm that breaks is a fault of the history, and its time goes on: what is stored has to make up for it. */
	async #advance(ms: number): Promise<void> {
		const { world } = this.#platform;
		for (const untilMs = world.now() + ms; world.now() < untilMs; )
			await world.advance(untilMs - world.now()).catch((fault) => this.#caught(fault));
	}

	/** Whoever looks at an object may find it dying in its start: that is its business, and comes back from storage. */
	#safely(work: () => void): void {
		try {
			work();
		} catch (fault) {
			this.#caught(fault);
		}
	}

	#caught(fault: unknown): void {
		if (!(fault instanceof Superseded)) this.#faultsCaught.push(fault);
		if (this.#faultsCaught.length >= MAX_FAULTS) throw fault;
	}

	/** All faults end; what was promised must be kept. */
	async #heal(): Promise<void> {
		const { world } = this.#platform;
		this.#feeds.isHealed = true;
		this.#strangers.isHealed = true;
		this.#faults.heal();
		this.#deploys?.heal();
		this.#priceDesk.heal();
		for (const matchId of this.#matches)
			void this.#platform.command(matchId, { action: "reopen" }, false).catch(() => {});
		const probeAtMs = world.now() + PROBE_MS;
		const untilMs = Math.max(world.now() + HEAL_MS, this.#faults.calmAtMs);
		const sources = [...this.#players.map(({ walletName }) => walletName), ...this.#matches.map((id) => `match:${id}`)];
		const isOver = (): boolean =>
			world.now() >= untilMs && (this.#queue.isDrained(sources) || world.now() >= untilMs + REPORTS_MS);
		for (let n = 0; !isOver(); n++) {
			await this.#feeds.tell(n % STEPS_A_SECOND === 0);
			this.#safely(() => this.#operators.look(this.#players, this.#matches));
			this.#safely(() => this.#traders.look());
			this.#stewards.look(this.#traders.hasEnded);
			if (n % STEPS_A_SECOND === 0) this.#traders.decide(this.#feeds.truth);
			if (n % STEPS_A_SECOND === 0 && !this.#bettors.hasProbed && world.now() >= probeAtMs) await this.#probe();
			await this.#step();
		}
	}

	/** By one in each region who may bet and has what it takes, whatever has become of all others. */
	async #probe(): Promise<void> {
		for (const region of this.#swarm.regions.slice(this.#probers.length)) {
			const player = await this.#platform.player(region, PROBING_MINOR, { no: FIRST_PROBER + this.#probers.length });
			this.#probers.push(player);
			this.#players.push(player);
			this.#holders.push(holderOf(player, PROBING_MINOR));
		}
		this.#safely(() => this.#bettors.probe(this.#probers, this.#matches));
	}

	async #judge(): Promise<readonly Violation[]> {
		const wallets = [...new Set(this.#players.map((player) => player.walletName))];
		const voidTokens = this.#revokers.voidTokens();
		this.#evidence.frames.judgeOwn(voidTokens);
		const matches = this.#weeks === null ? this.#matches : [...this.#matches, AHEAD];
		const history = this.#evidence.history({
			weeks: this.#weeks?.facts ?? null,
			quietLimitsMs: limitsOf(this.#platform, matches, "quietLimitMs"),
			lostAfterMs: limitsOf(this.#platform, matches, "lostAfterMs"),
			toleranceMs: TOLERANCE_MS,
			tenants: tenantFacts(this.#platform, this.#players, this.#reports, this.#strangers),
			wallets,
			matches,
			played: this.#feeds.truth,
			money: {
				...this.#evidence.money.history(this.#players, matches, this.#reports),
				hasOldRules: this.#deploys !== null,
				holders: this.#holders,
				answers: this.#bettors.answers,
				revocations: this.#revokers.made(this.#bettors.tokens),
			},
			reports: this.#reports,
			dead: (tickets) => this.#bettors.deadDesks(tickets),
			acknowledged: this.#bettors.acknowledged,
			invented: this.#bettors.invented,
			views: (
				await Promise.all(this.#audience.pages.map((page) => viewsOf(this.#platform, this.#matches, page)))
			).flat(),
		});
		this.#counts.taken = history.tickets.filter(({ status }) => status === "settled").length;
		this.#counts.tickets = history.tickets.length;
		Object.assign(this.#counts, variety(history.money));
		const violations = [
			...audit(history),
			...this.#bettors.auditAnswers(history.tickets),
			...this.#operators.audit(voidTokens),
		];
		return judgedThrough(this.#deploys, violations);
	}

	#seconds(atMs: number): string {
		return `${((atMs - this.#startMs) / 1_000).toFixed(2)} s`;
	}

	#count(what: string): void {
		this.#counts[what] = (this.#counts[what] ?? 0) + 1;
	}

	#tell(what: string): void {
		this.#story.push(`${this.#seconds(this.#platform.world.now())}: ${what}`);
	}
}
