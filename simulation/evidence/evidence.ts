/** Gathers what the auditor judges: what the authority stood at when it answered, when the feed was heard, what became of all. */

import type { MatchState } from "../../durable-objects/match/state.ts";
import { type LegRef, legKey } from "../../shared/contracts/ids.ts";
import type { AuditedLeg, AuditedTicket, AuthorityState, Confirmed } from "../audit/facts.ts";
import type { History } from "../audit/history.ts";
import type { LoggedWord, MatchTruth } from "../audit/match-truth.ts";
import { goalsOf, type TrueMatch } from "../audit/true-match.ts";
import type { Page } from "../story/readers.ts";
import type { Random } from "../world/chance.ts";
import type { Platform } from "../world/platform.ts";
import type { Reports } from "../world/queue.ts";
import type { Observer } from "../world/wire.ts";
import { FrameWatch } from "./frame-watch.ts";
import { LaneEvidence } from "./lane-evidence.ts";
import { MatchWatch } from "./match-watch.ts";
import { MoneyEvidence } from "./money-evidence.ts";
import { PriceWatch } from "./price-watch.ts";
import { Promises } from "./promises.ts";
import { deskResults, replayed } from "./replayed.ts";
import { ShownBooks } from "./shown-books.ts";
import { fixtureOf, marginOf, type StoredInput, windowOf } from "./stored-input.ts";
import { kindsOf, ToldResults } from "./told-results.ts";

type Call = Parameters<Observer>[0];
type Answer = {
	kind: string;
	inc: number;
	n: number;
	epoch: string;
	seq: number;
	tick: number;
	inPlay: boolean;
	matchState: string;
	markets: {
		market: string;
		version: number;
		code: string;
		delayMs: number;
		view: string;
		oddsMilli: Record<string, number>;
		fairPpm: Record<string, number>;
	}[];
};
type StoredTicket = {
	code: string | null;
	key: string;
	playerId: string;
	status: string;
	stakeMinor: number;
	returnMinor: number | null;
	legs: {
		legNo: number;
		desk: string;
		matchId: string;
		marketId: string;
		outcomeId: string;
		settlementVersion: number;
		vote: {
			vote: string;
			oddsMilli: number;
			marketVersion: number;
			epoch: string;
			seq: number;
			tick: number;
			delayMs: number;
		} | null;
	}[];
};

export type Circumstances = Pick<
	History,
	"quietLimitsMs" | "lostAfterMs" | "toleranceMs" | "invented" | "views" | "tenants" | "money" | "weeks"
> & {
	readonly wallets: readonly string[];
	readonly matches: readonly string[];
	readonly played: ReadonlyMap<string, TrueMatch>;
	readonly reports: Reports;
	readonly acknowledged: ReadonlySet<string>;
	readonly dead: (tickets: readonly AuditedTicket[]) => readonly string[];
};

const NOTHING: TrueMatch = { sport: "football", goals: [] };
type Mark = { readonly life: number; readonly atMs: number; readonly version: number | null };

export class Evidence {
	readonly prices: PriceWatch;
	readonly frames: FrameWatch;
	readonly #platform: Platform;
	readonly #lanes: LaneEvidence;
	readonly #speech = new Map<string, number[]>();
	readonly #confirmed = new Map<string, Confirmed[]>();
	readonly #lives = new Map<string, number>();
	/** By leg: when the desk that lives noted it, and started it. */
	readonly #noted = new Map<string, Mark>();
	readonly #started = new Map<string, Mark>();
	/** Legs to which a desk has answered no for good, and those it reserved all the same. */
	readonly #tombstoned = new Set<string>();
	readonly #revived: string[] = [];
	/** Legs that were reserved: a start that comes again later begins no window. */
	readonly #reserved = new Set<string>();
	/** By match, when it had acted on each of its inputs, in true time. */
	readonly #applied = new Map<string, number[]>();
	readonly #told: ToldResults;
	readonly #promises: Promises;
	readonly #watch: MatchWatch;
	readonly #shown = new ShownBooks();
	/** By match, the stored state that was read last: between two confirmations it is mostly the same. */
	readonly #read = new Map<string, { readonly state: MatchState; readonly truth: Omit<AuthorityState, "atMs"> }>();

	readonly money: MoneyEvidence;

	constructor(platform: Platform, looks: Random) {
		this.#platform = platform;
		this.#lanes = new LaneEvidence(platform);
		this.#promises = new Promises(platform);
		this.#told = new ToldResults(platform);
		platform.promised = (call) => this.#left(call);
		platform.asks = (call) => this.#told.asks(call);
		platform.died = (name) => this.#lost(name);
		this.#watch = new MatchWatch(platform);
		this.money = new MoneyEvidence(platform);
		this.prices = new PriceWatch(platform);
		this.frames = new FrameWatch(platform, looks, this.prices, this.#watch);
	}

	spoke(matchId: string): void {
		const heard = this.#speech.get(matchId) ?? [];
		heard.push(this.#platform.world.now());
		this.#speech.set(matchId, heard);
	}

	/** Weeks begin, in which lanes forget logs, and desks whom they have paid: what was promised of these is judged by what is there now. */
	dusk(matches: readonly string[]): void {
		this.#promises.forget(["tombstone", "reservation"]);
		this.#lanes.mayForget(matches);
	}

	/** They are over. What was reserved in them is kept. */
	dawn(): void {
		this.#promises.forget(["tombstone"]);
	}

	died(name: string): void {
		this.#lives.set(name, (this.#lives.get(name) ?? 0) + 1);
		this.prices.died(name);
	}

	#left(call: Call): void {
		this.#promises.left(call);
		if (call.method !== "ask") return;
		for (const vote of (call.answer as { votes: (LegRef & { vote: string })[] }).votes)
			if (vote.vote === "no") this.#tombstoned.add(legKey(vote));
	}

	/** What was applied and is lost with its match has not been applied yet. */
	#lost(name: string): void {
		this.#promises.died(name);
		if (name.startsWith("match:")) this.#watch.died(name.slice("match:".length));
		const times = this.#applied.get(name.slice("match:".length));
		if (times === undefined || !name.startsWith("match:")) return;
		const row = this.#platform.world.storage(name).exec("SELECT last_seq FROM meta")[0];
		times.length = Math.min(times.length, Number(row?.last_seq ?? 0));
	}

	observe(call: Call): void {
		this.#lanes.observe(call);
		this.#promises.heard(call);
		this.money.observe(call);
		this.prices.observe(call);
		this.frames.observe(call);
		this.#told.observe(call);
		switch (call.method) {
			case "append":
				// When it reached the lane: the provider may hear of that much later. What brings nothing new is not speech.
				if ((call.answer as { results: { kind: string }[] }).results.some(({ kind }) => kind === "stored"))
					for (const matchId of this.#platform.heardBy(call.to)) this.spoke(matchId);
				return;
			case "confirm":
				this.#confirm(call);
				return;
			case "apply":
				this.#apply(call);
				return;
			case "offer":
				for (const leg of (call.answer as { legs: (LegRef & { vote: string; version: number | null })[] }).legs) {
					if (leg.vote === "noted") this.#mark(this.#noted, call.to, leg, leg.version);
				}
				return;
			case "start":
				for (const leg of (call.request as { legs: LegRef[] }).legs) this.#mark(this.#started, call.to, leg, null);
				return;
			case "votes":
				for (const vote of (call.request as { votes: (LegRef & { vote: string })[] }).votes) {
					if (vote.vote === "yes") this.#reserved.add(legKey(vote));
					if (vote.vote === "yes" && this.#tombstoned.has(legKey(vote))) this.#revived.push(legKey(vote));
				}
		}
	}

	#apply({ to, request, answer }: Call): void {
		const { lastSeq, inPlay } = answer as { lastSeq: number; inPlay: boolean };
		const { feedLost, headSeq } = request as { feedLost: boolean; headSeq: number };
		const matchId = to.slice("match:".length);
		this.#watch.look(matchId);
		if (feedLost && inPlay && headSeq >= lastSeq) this.#watch.lost(matchId, lastSeq);
		const times = this.#applied.get(matchId) ?? [];
		for (let seq = times.length + 1; seq <= lastSeq; seq++) times.push(this.#platform.world.now());
		this.#applied.set(matchId, times);
	}

	#mark(marks: Map<string, Mark>, desk: string, leg: LegRef, version: number | null): void {
		if (this.#reserved.has(legKey(leg))) return;
		const life = this.#lives.get(desk) ?? 0;
		if (marks.get(legKey(leg))?.life !== life)
			marks.set(legKey(leg), { life, atMs: this.#platform.world.now(), version });
	}

	#confirm({ from, to, answer }: Call): void {
		const told = answer as Answer;
		if (told.kind !== "answer") return;
		const matchId = to.slice("match:".length);
		const list = this.#confirmed.get(matchId) ?? [];
		list.push({
			...told,
			atMs: this.#platform.world.now(),
			region: from.split(":")[2] ?? "",
			truth: this.#truth(matchId),
		});
		this.#confirmed.set(matchId, list);
	}

	/** What pages show at a moment. */
	shows(pages: readonly Page[], matches: readonly string[]): void {
		for (const matchId of matches) this.#shown.add(matchId, pages[0]?.bookOf(matchId) ?? null);
		this.frames.step(pages, matches);
	}

	/** What the match's storage says now, whoever has just answered. */
	#truth(matchId: string): AuthorityState | null {
		this.#watch.look(matchId);
		const state = this.#watch.stateOf(matchId);
		if (state === null) return null;
		const known = this.#read.get(matchId);
		const atMs = this.#platform.world.now();
		if (known?.state === state) return { atMs, ...known.truth };
		const markets = new Map(
			state.markets.map(({ spec, version, status }) => [spec.marketId, { version, available: status === "open" }]),
		);
		const truth = { matchId, markets, inPlay: state.kickOffDue };
		this.#read.set(matchId, { state, truth });
		return { atMs, ...truth };
	}

	history(circumstances: Circumstances): History {
		const { wallets, matches, played, reports, acknowledged, dead, ...rest } = circumstances;
		const tickets = wallets.flatMap((wallet) => this.#tickets(wallet, reports, acknowledged));
		return {
			...rest,
			lanes: this.#lanes.facts(matches),
			revived: this.#revived,
			promised: this.#promises.promised(matches),
			speech: this.#speech,
			confirmed: this.#confirmed,
			tickets,
			frames: this.frames.violations,
			prices: this.prices.history(wallets),
			dead: dead(tickets),
			told: this.#told.all,
			shown: this.#shown.all,
			desks: new Map(matches.map((matchId) => [matchId, deskResults(this.#platform, matchId)])),
			replayed: matches.map((matchId) => replayed(this.#platform, matchId)),
			watched: new Map(
				matches.map((matchId) => [
					matchId,
					this.#watch.watched(matchId, this.#speech.get(matchId) ?? [], rest.lostAfterMs.get(matchId) ?? 0),
				]),
			),
			truths: new Map(matches.map((matchId) => [matchId, this.#truthOf(matchId, played.get(matchId) ?? NOTHING)])),
		};
	}

	#tickets(wallet: string, reports: Reports, acknowledged: ReadonlySet<string>): readonly AuditedTicket[] {
		const decisions = decisionsOf(reports, wallet);
		return this.#platform.world
			.storage(wallet)
			.exec("SELECT body FROM tickets")
			.map((row) => JSON.parse(String(row.body)) as StoredTicket)
			.map((ticket) => ({
				key: ticket.key,
				wallet,
				playerId: ticket.playerId,
				status: ticket.status,
				code: ticket.code,
				stakeMinor: ticket.stakeMinor,
				paidMinor: ticket.returnMinor ?? 0,
				acknowledged: acknowledged.has(ticket.key),
				multi: ticket.legs.length > 1,
				decisions: decisions.get(ticket.key) ?? 1,
				legs: ticket.legs.map((leg): AuditedLeg => {
					const key = legKey({ ticketKey: ticket.key, legNo: leg.legNo });
					return {
						...leg,
						region: leg.desk.split(":")[2] ?? "",
						notedAtMs: this.#noted.get(key)?.atMs ?? null,
						notedVersion: this.#noted.get(key)?.version ?? null,
						startedAtMs: ticket.legs.length > 1 ? (this.#started.get(key)?.atMs ?? null) : null,
						vote: leg.vote?.vote === "yes" ? leg.vote : null,
					};
				}),
			}));
	}

	#truthOf(matchId: string, played: TrueMatch): MatchTruth {
		const times = this.#applied.get(matchId) ?? [];
		const rows = this.#platform.world
			.storage(`match:${matchId}`)
			.exec("SELECT seq, tick, body, rejected FROM inputs ORDER BY seq");
		const log = rows.map((row): LoggedWord => {
			const { input } = JSON.parse(String(row.body)) as { input: StoredInput };
			return {
				seq: Number(row.seq),
				kind: input.kind,
				sentAtMs: input.sentAtMs,
				isRefused: row.rejected !== null,
				code: row.rejected === null ? null : (JSON.parse(String(row.rejected)) as { code: string }).code,
				side: input.side ?? null,
				phase: input.phase ?? null,
				fixture: fixtureOf(input),
				oneXTwo: input.kind === "fixture" ? (input.prices?.oneXTwo ?? null) : null,
				clock: input.clock === undefined ? null : { rate: 1, ...input.clock },
				tick: Number(row.tick),
				appliedAtMs: times[Number(row.seq) - 1] ?? null,
				incidentId: input.incidentId ?? null,
				incident: (input.recipient ?? "player") === "player" ? (input.incident ?? null) : null,
				command: input.command?.action ?? null,
				isOurs: input.command?.take === "ours",
				commandMarket: input.command?.marketId ?? null,
				margin: marginOf(input),
				window: windowOf(input),
				score: input.score ?? null,
				games: input.facts?.games ?? null,
				points: input.facts?.points ?? null,
				value: input.value ?? null,
				groups: input.groups ?? null,
			};
		});
		const [results, byTrader] = [this.#results(matchId), this.#byTrader(matchId)];
		const lateBets = this.#lateBets();
		return { matchId, played, goals: goalsOf(played), log, groups: this.#groups(matchId), results, byTrader, lateBets };
	}

	#groups(matchId: string): ReadonlyMap<string, string> {
		const markets = this.#watch.stateOf(matchId)?.markets ?? [];
		return new Map(markets.map(({ spec }) => [spec.marketId, spec.group]));
	}

	/** By the catalogue that matches open under, and not by what a match says of itself. */
	#lateBets(): ReadonlyMap<string, string> {
		return new Map(this.#platform.catalogue.licences.map(({ licence, lateBets }) => [licence, lateBets]));
	}

	#byTrader(matchId: string): ReadonlySet<string> {
		return new Set(Object.keys(this.#watch.stateOf(matchId)?.traderResults ?? {}));
	}

	/** Null: void. */
	#results(matchId: string): ReadonlyMap<string, ReadonlyMap<string, string> | null> {
		const results = Object.values(this.#watch.stateOf(matchId)?.results ?? {});
		return new Map(
			results.flatMap(({ marketId, state: result }): readonly [string, ReadonlyMap<string, string> | null][] => {
				if (result.kind === "open") return [];
				return [[marketId, result.kind === "void" ? null : kindsOf(result.outcomes)]];
			}),
		);
	}
}

/** How often each ticket went from pending to a decision, by the rows that Postgres would have. */
function decisionsOf(reports: Reports, wallet: string): ReadonlyMap<string, number> {
	const decisions = new Map<string, number>();
	const last = new Map<string, string>();
	for (const [, body] of [...(reports.rows.get(wallet) ?? [])].toSorted(([a], [b]) => a - b)) {
		if (body.kind !== "ticket") continue;
		const key = `${body.playerId}/${body.ticketId}`;
		const wasPending = last.get(key) === undefined || last.get(key) === "pending";
		if (wasPending && body.status !== "pending") decisions.set(key, (decisions.get(key) ?? 0) + 1);
		if (!wasPending && last.get(key) === "refused" && body.status !== "refused") decisions.set(key, 2);
		last.set(key, body.status);
	}
	return decisions;
}
