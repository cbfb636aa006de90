/**
 * One simulated history from one seed: the real actors under virtual time, with a network that drops, delays, repeats and
 * cuts, objects that crash or are superseded, clocks that differ, a queue that loses and repeats. Then everything heals,
 * must finish, and is audited.
 */
import { seededRandom } from "../durable-objects/runtime/testing.ts";
import { REGIONS, type Region, walletNameOf } from "../shared/contracts/ids.ts";
import type { TicketView } from "../shared/contracts/wallet.ts";
import { providerOf } from "../shared/feeds/providers.ts";
import { matchFold } from "../shared/protocol/match-view.ts";
import { decodeServerFrame } from "../shared/protocol/server-frame.ts";
import { TopicReader } from "../shared/protocol/topic-reader.ts";
import { audit, type Violation } from "./auditor.ts";
import { Evidence } from "./evidence.ts";
import { Platform, type Player, PROVIDER, SHARDS } from "./platform.ts";
import { Reports } from "./queue.ts";
import { MARKETS, pick, playMatch, type Random, silences, type Timed } from "./scenario.ts";

export type SimulationOptions = { readonly seed: number; readonly minutes: number };
export type SimulationResult = {
	readonly seed: number;
	readonly violations: readonly Violation[];
	readonly story: readonly string[];
	readonly counts: Readonly<Record<string, number>>;
};

const CAP_BASE_MINOR = 6_000;
const HEAL_MS = 150_000;
/** Matches go on for so long after the last disturbance. */
const CALM_MS = 75_000;
/** When, after the healing, every desk must decide again: past the longest hold of anything that was on its way. */
const PROBE_MS = 30_000;
/** Codes that only a confirmation of the match can have led to. */
const DECIDED: ReadonlySet<string> = new Set(["over_limit", "outcome_closed", "price_changed"]);
const STEP_MS = 250;
/** Two clocks and the granularity of steps. */
const TOLERANCE_MS = 60;
const OPENING_MINOR = 200_000;
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
	readonly #reports = new Reports();
	readonly #story: string[] = [];
	readonly #counts: Record<string, number> = {
		bets: 0,
		crashes: 0,
		superseded: 0,
		lostCalls: 0,
		repeatedCalls: 0,
		silences: 0,
	};
	readonly #acknowledged = new Map<string, TicketView>();
	readonly #readers = new Map<string, TopicReader<Parameters<typeof matchFold.delta>[0]>>();
	readonly #offline = new Set<string>();
	readonly #capped = new Set<string>();
	readonly #probes: { readonly key: string; readonly desk: string }[] = [];
	#isHealed = false;
	#cut: { readonly a: string; readonly b: string; readonly untilMs: number } | null = null;
	#delivered = 0;
	#framesRead = 0;

	constructor(options: SimulationOptions) {
		this.#options = options;
		this.#random = seededRandom(options.seed);
		const skews = new Map<string, number>();
		const skewOf = (owner: string): number => {
			if (!skews.has(owner)) skews.set(owner, Math.floor((seededRandom(options.seed ^ hash(owner))() - 0.5) * 4_000));
			return skews.get(owner) ?? 0;
		};
		this.#platform = new Platform(options.seed, {
			skewMs: skewOf,
			syncMs: () => (this.#random() < 0.2 ? Math.floor(this.#random() * 20) : 0),
		});
		this.#evidence = new Evidence(this.#platform);
		this.#platform.observe = (call) => this.#evidence.observe(call);
		this.#platform.network = ({ from, to }) => this.#fate(from, to);
	}

	async run(): Promise<SimulationResult> {
		const { world } = this.#platform;
		const startMs = world.now();
		const lengthMs = this.#options.minutes * 60_000;
		const matches = ["m1", "m2"];
		const scripts = new Map(
			matches.map((matchId) => [matchId, [...playMatch(matchId, this.#random, startMs, lengthMs, CALM_MS)]]),
		);
		const quiet = silences(this.#random, startMs, lengthMs);
		this.#counts.silences = quiet.length;
		const players: Player[] = [];
		for (let n = 0; n < 6; n++) players.push(await this.#platform.player(USED_REGIONS[n % 2] ?? "weur", OPENING_MINOR));
		for (let n = 0; world.now() < startMs + lengthMs; n++) {
			const isSilent = quiet.some(([from, to]) => world.now() >= from && world.now() < to);
			if (!isSilent) await this.#feed(matches, scripts, n);
			if (await this.#hasCaps(matches)) this.#bet(players, matches);
			this.#disturb(matches);
			await this.#step();
		}
		await this.#heal(players, matches, scripts);
		return this.#judge(players, matches);
	}

	/** One step of virtual time, and the queue's and the readers' share of it. */
	async #step(): Promise<void> {
		await this.#platform.world.advance(STEP_MS);
		this.#deliverReports();
		this.#readFrames();
	}

	async #feed(matches: readonly string[], scripts: ReadonlyMap<string, Timed[]>, n: number): Promise<void> {
		const nowMs = this.#platform.world.now();
		for (const matchId of matches) {
			const script = scripts.get(matchId) ?? [];
			const due: Timed[] = [];
			while (script[0] !== undefined && script[0].atMs <= nowMs) due.push(script.shift() as Timed);
			if (due.length > 0) {
				// A provider repeats what it is not sure of, and sometimes what it is.
				const again = !this.#isHealed && this.#random() < 0.1 ? 2 : 1;
				for (let times = 0; times < again; times++) await this.#push(matchId, due);
			}
			if (n % 4 === 0) {
				this.#platform.heartbeat(matchId);
				this.#evidence.spoke(matchId);
			}
		}
	}

	/** A provider sends again until it is answered. */
	async #push(matchId: string, due: readonly Timed[]): Promise<void> {
		const inputs = due.map(({ input }) => input);
		this.#platform.push(matchId, inputs).then(
			() => this.#evidence.spoke(matchId),
			() => setTimeoutIn(this.#platform, 300, () => void this.#push(matchId, due)),
		);
		await this.#platform.world.settle();
	}

	/** Nobody bets before every match has its cap: what was taken before counts against it all the same. */
	async #hasCaps(matches: readonly string[]): Promise<boolean> {
		for (const matchId of matches) {
			if (this.#capped.has(matchId)) continue;
			const answer = this.#platform.command(matchId, { action: "set_cap", capBaseMinor: CAP_BASE_MINOR }, false);
			answer.then((kind) => kind === "applied" && this.#capped.add(matchId)).catch(() => {});
			await this.#platform.world.settle();
		}
		return this.#capped.size === matches.length;
	}

	#bet(players: readonly Player[], matches: readonly string[]): void {
		if (this.#random() > 0.35) return;
		const player = pick(this.#random, players);
		const matchId = pick(this.#random, matches);
		const [marketId, outcomes] = pick(this.#random, MARKETS) ?? ["1x2", ["home"]];
		const outcomeId = pick(this.#random, outcomes);
		if (player === undefined || matchId === undefined || outcomeId === undefined) return;
		const legs = [{ matchId, marketId, outcomeId }];
		const other = matches.find((id) => id !== matchId);
		if (other !== undefined && this.#random() < 0.15) legs.push({ matchId: other, marketId: "1x2", outcomeId: "home" });
		this.#counts.bets = (this.#counts.bets ?? 0) + 1;
		// Two players may choose the same id.
		const id = `bet-${String(this.#random() < 0.05 ? 1 : this.#counts.bets).padStart(6, "0")}`;
		const stakeMinor = 50 + Math.floor(this.#random() * 900);
		const policy = pick(this.#random, ["none", "better", "any"] as const) ?? "any";
		const request = player.prepare(legs, { id, stakeMinor, policy });
		this.#placeUntilAnswered(player, request, this.#random() < 0.1 ? 2 : 1);
	}

	/** A client repeats the very same request until it is answered, sometimes once more. */
	#placeUntilAnswered(player: Player, request: ReturnType<Player["prepare"]>, times: number): void {
		const again = (): void => setTimeoutIn(this.#platform, 700, () => this.#placeUntilAnswered(player, request, times));
		player.send(request).then((answer) => {
			if (answer.kind === "ticket") this.#acknowledge(player, answer.ticket);
			if (times > 1) this.#placeUntilAnswered(player, request, times - 1);
		}, again);
	}

	#acknowledge(player: Player, ticket: TicketView): void {
		const key = `${player.playerId}/${ticket.id}`;
		const before = this.#acknowledged.get(key);
		if (before === undefined || before.ticketVersion <= ticket.ticketVersion) this.#acknowledged.set(key, ticket);
	}

	#disturb(matches: readonly string[]): void {
		const { world } = this.#platform;
		const what = this.#random();
		const victim = pick(
			this.#random,
			this.#platform.names.filter((name) => name !== "board"),
		);
		if (victim === undefined) return;
		if (what < 0.012) {
			this.#tell(`crash ${victim}`);
			this.#counts.crashes = (this.#counts.crashes ?? 0) + 1;
			this.#evidence.died(victim);
			this.#platform.restart(victim);
		} else if (what < 0.022) {
			this.#tell(`supersede ${victim}`);
			this.#counts.superseded = (this.#counts.superseded ?? 0) + 1;
			this.#evidence.died(victim);
			this.#platform.supersede(victim, 3_000);
		} else if (what < 0.03) {
			const other = pick(this.#random, this.#platform.names);
			if (other !== undefined) this.#cut = { a: victim, b: other, untilMs: world.now() + 500 + this.#random() * 8_000 };
		} else if (what < 0.036) {
			const matchId = pick(this.#random, matches);
			const command = pick(this.#random, [{ action: "suspend" }, { action: "reopen" }, { action: "reopen" }] as const);
			if (matchId !== undefined && command !== undefined)
				void this.#platform.command(matchId, command, false).catch(() => {});
		} else if (what < 0.04) {
			for (const matchId of matches)
				void this.#platform
					.command(matchId, { action: "set_cap", capBaseMinor: CAP_BASE_MINOR }, false)
					.catch(() => {});
		}
	}

	#fate(from: string, to: string) {
		if (this.#isHealed) return { delayMs: 1, answerDelayMs: 1, lose: "" as const, twice: false, againMs: 0 };
		const cut = this.#cut;
		const isCut =
			cut !== null &&
			this.#platform.world.now() < cut.untilMs &&
			((cut.a === from && cut.b === to) || (cut.a === to && cut.b === from));
		const what = this.#random();
		const lose = isCut
			? ("request" as const)
			: what < 0.02
				? ("request" as const)
				: what < 0.04
					? ("answer" as const)
					: ("" as const);
		if (lose !== "") this.#counts.lostCalls = (this.#counts.lostCalls ?? 0) + 1;
		const twice = this.#random() < 0.02;
		if (twice) this.#counts.repeatedCalls = (this.#counts.repeatedCalls ?? 0) + 1;
		const delay = (): number => Math.floor(this.#random() ** 4 * (this.#random() < 0.03 ? 3_000 : 80));
		return { delayMs: delay(), answerDelayMs: delay(), lose, twice, againMs: Math.floor(this.#random() * 5_000) };
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

	/** Readers of each match's frames: their connections break, and they resume from where they were. */
	#readFrames(): void {
		const { frames } = this.#platform;
		for (const { match, frame } of frames.slice(this.#framesRead)) {
			const reader = this.#readers.get(match) ?? new TopicReader(matchFold);
			this.#readers.set(match, reader);
			if (!this.#isHealed && this.#random() < 0.02) this.#offline.add(match);
			if (this.#offline.has(match)) continue;
			const decoded = decodeServerFrame(frame);
			if (decoded !== null && reader.read(decoded) === "gap") this.#resume(match, reader);
		}
		this.#framesRead = frames.length;
		for (const match of [...this.#offline]) {
			const reader = this.#readers.get(match);
			if (reader === undefined || (!this.#isHealed && this.#random() > 0.2)) continue;
			this.#offline.delete(match);
			this.#resume(match, reader);
			// What the resume itself made the match say has been read with it.
			this.#framesRead = frames.length;
		}
	}

	#resume(matchId: string, reader: TopicReader<Parameters<typeof matchFold.delta>[0]>): void {
		const resumed = this.#platform.match(matchId).resume(reader.position);
		for (const frame of resumed?.frames ?? []) {
			const decoded = decodeServerFrame(frame);
			if (decoded !== null) reader.read(decoded);
		}
	}

	/** All faults end; what was promised must be kept. */
	async #heal(
		players: readonly Player[],
		matches: readonly string[],
		scripts: ReadonlyMap<string, Timed[]>,
	): Promise<void> {
		this.#isHealed = true;
		this.#tell("healed");
		const untilMs = this.#platform.world.now() + HEAL_MS;
		for (const matchId of matches) void this.#platform.command(matchId, { action: "reopen" }, false).catch(() => {});
		const probeAtMs = this.#platform.world.now() + PROBE_MS;
		for (let n = 0; this.#platform.world.now() < untilMs; n++) {
			await this.#feed(matches, scripts, n);
			if (this.#probes.length === 0 && this.#platform.world.now() >= probeAtMs) this.#probe(players, matches);
			await this.#step();
		}
	}

	/** Every desk is bet at, by a player of its region. */
	#probe(players: readonly Player[], matches: readonly string[]): void {
		for (const [index, player] of players.slice(0, USED_REGIONS.length).entries()) {
			for (const matchId of matches) {
				// What is left to bet on in the end: the result, or after 90 minutes the trophy.
				const marketId = ["1x2", "trophy"].find(
					(id) => player.shown({ matchId, marketId: id, outcomeId: "home" }).status === "open",
				);
				if (marketId === undefined) continue;
				for (const outcomeId of ["home", "away"]) {
					const id = `probe-${matchId}-${outcomeId}`;
					this.#probes.push({ key: `${player.playerId}/${id}`, desk: `${matchId} ${USED_REGIONS[index]}` });
					this.#placeUntilAnswered(
						player,
						player.prepare([{ matchId, marketId, outcomeId }], { id, stakeMinor: 10 }),
						1,
					);
				}
			}
		}
	}

	#deadDesks(
		tickets: readonly { readonly key: string; readonly status: string; readonly code: string | null }[],
	): readonly string[] {
		const isDecided = (key: string): boolean => {
			const ticket = tickets.find((candidate) => candidate.key === key);
			return (
				ticket !== undefined &&
				(ticket.status === "settled" || ticket.status === "accepted" || DECIDED.has(ticket.code ?? ""))
			);
		};
		const desks = [...new Set(this.#probes.map(({ desk }) => desk))];
		return desks.filter((desk) => !this.#probes.some((probe) => probe.desk === desk && isDecided(probe.key)));
	}

	#judge(players: readonly Player[], matches: readonly string[]): SimulationResult {
		const wallets = [...new Set(players.map((player) => walletNameOf(player.playerId, SHARDS)))];
		for (const matchId of matches) this.#resume(matchId, this.#readers.get(matchId) ?? new TopicReader(matchFold));
		const history = this.#evidence.history({
			quietLimitMs: providerOf(PROVIDER)?.quietLimitMs ?? 0,
			toleranceMs: TOLERANCE_MS,
			capBaseMinor: CAP_BASE_MINOR,
			wallets,
			matches,
			openingMinor: new Map(players.map((player) => [player.playerId, OPENING_MINOR])),
			reports: this.#reports,
			dead: (tickets) => this.#deadDesks(tickets),
			acknowledged: new Set(this.#acknowledged.keys()),
			books: matches.map((matchId) => ({
				matchId,
				reader: JSON.stringify(this.#readers.get(matchId)?.state?.image?.m),
				authority: JSON.stringify(this.#platform.match(matchId).wire()?.m),
			})),
		});
		const faults = this.#platform.world.faults.map((fault) => ({
			rule: "fault",
			what: String(fault instanceof Error ? fault.stack : fault).slice(0, 400),
		}));
		const violations = [...audit(history), ...this.#auditAnswers(history.tickets), ...faults];
		const counts = {
			...this.#counts,
			taken: history.tickets.filter(({ status }) => status === "settled").length,
			tickets: history.tickets.length,
		};
		return { seed: this.#options.seed, violations, story: this.#story, counts };
	}

	/** BET-1: what a client was told stays true. */
	#auditAnswers(tickets: ReturnType<Evidence["history"]>["tickets"]): readonly Violation[] {
		const byKey = new Map(tickets.map((ticket) => [ticket.key, ticket]));
		return [...this.#acknowledged].flatMap(([key, told]): Violation[] => {
			const kept = byKey.get(key);
			if (kept === undefined) return [{ rule: "BET-1", what: `${key} was acknowledged and is gone` }];
			const wasTaken = told.status === "accepted" || told.status === "settled";
			const isTaken = kept.status === "accepted" || kept.status === "settled";
			return told.status !== "pending" && wasTaken !== isTaken
				? [{ rule: "BET-1", what: `${key} was told ${told.status} and is ${kept.status}` }]
				: [];
		});
	}

	#tell(what: string): void {
		this.#story.push(`${((this.#platform.world.now() - 1_781_136_000_000) / 1_000).toFixed(2)} s: ${what}`);
	}
}

function setTimeoutIn(platform: Platform, ms: number, run: () => void): void {
	platform.world.ports("client").timer(ms, run);
}

function hash(text: string): number {
	let value = 7;
	for (const char of text) value = (value * 31 + char.charCodeAt(0)) | 0;
	return value;
}
