/**
 * A match and a wallet as their contracts describe them, written out literally, for tests of the desk under virtual time:
 * what they say is set by the test, what they were told is kept for it.
 */
import type {
	LegResult,
	LegsAnswered,
	OfferAnswer,
	OfferedLeg,
	OfferRequest,
	Vote,
} from "../../shared/contracts/desk.ts";
import type {
	ConfirmAnswer,
	ConfirmMarket,
	ConfirmRequest,
	MarketStatus,
	QuoteAnswer,
	QuoteRequest,
} from "../../shared/contracts/match.ts";
import type { Ports } from "../runtime/ports.ts";
import { createTestWorld, type TestWorld } from "../runtime/testing.ts";
import { DeskActor } from "./actor.ts";

export const MATCH_ID = "m1";
export const DESK = "desk:m1:weur";
export const WALLET = "wallet:weur:0";
const ALWAYS_CLEAR_MS = 1_000_000_000;

export type TestMarket = {
	status: MarketStatus;
	version: number;
	readonly oddsMilli: Record<string, number>;
	readonly fairPpm: Record<string, number>;
};

const market = (oddsMilli: Record<string, number>): TestMarket => ({
	status: "open",
	version: 1,
	oddsMilli,
	fairPpm: Object.fromEntries(Object.entries(oddsMilli).map(([id, odds]) => [id, Math.floor(950_000_000 / odds)])),
});

/** The authority as desks see it: one set of markets, one highest pair, grants for one region. */
export class TestMatch {
	readonly markets: Record<string, TestMarket> = {
		"1x2": market({ home: 2_000, draw: 3_500, away: 4_000 }),
		"ou:2.5": market({ over: 1_900, under: 1_950 }),
	};
	/** By market, the newest result that it has had; what is not named: the match does not say. */
	readonly settlementVersions: Record<string, number> = {};
	known = true;
	/** Prices that players may still see; undefined: the match does not say. */
	recentPrices: QuoteAnswer["recentPrices"];
	inPlay = true;
	delayMs = 5_000;
	quietLimitMs = 7_000;
	spokeAtMs: number | null;
	dangerEndedAtMs: number | null = null;
	capBaseMinor = 1_000_000_000;
	isDown = false;
	/** How long an answer takes to come back; it is made when the call arrives. */
	confirmTakesMs = 0;
	highest: { readonly inc: number; readonly n: number } | null = null;
	readonly grants = new Map<string, number>();
	readonly confirms: ConfirmRequest[] = [];
	readonly quotes: QuoteRequest[] = [];
	readonly #ports: Ports;

	constructor(ports: Ports) {
		this.#ports = ports;
		this.spokeAtMs = ports.now();
	}

	/** The feed says something: a heartbeat is enough. */
	speak(): void {
		this.spokeAtMs = this.#ports.now();
	}

	/** The same, every second, as feeds do. */
	keepSpeaking(): void {
		this.speak();
		this.#ports.timer(1_000, () => this.keepSpeaking());
	}

	move(marketId: string, status: MarketStatus): void {
		const moved = this.of(marketId);
		moved.status = status;
		moved.version++;
		if (status === "danger") this.dangerEndedAtMs = null;
	}

	endDanger(marketId: string): void {
		this.of(marketId).status = "open";
		this.dangerEndedAtMs = this.#ports.now();
	}

	of(marketId: string): TestMarket {
		const found = this.markets[marketId];
		if (found === undefined) throw new Error(`no market ${marketId}`);
		return found;
	}

	async quote(request: QuoteRequest): Promise<QuoteAnswer> {
		this.quotes.push(request);
		if (this.isDown) throw new Error("match is down");
		return {
			v: 1,
			epoch: "e1",
			tick: this.#tick(),
			inPlay: this.inPlay,
			known: this.known,
			matchState: "0-0",
			recentPrices: this.recentPrices,
			markets: request.asks.map(({ market: marketId, view }) => {
				const found = this.markets[marketId];
				const outcomes = Object.entries(found?.oddsMilli ?? {}).map(([id, oddsMilli]) => [
					id,
					{ oddsMilli, fairPpm: found?.fairPpm[id] ?? 0 },
				]);
				return {
					market: marketId,
					view,
					status: found?.status ?? "unknown",
					version: found?.version ?? 0,
					delayMs: this.#delayMs(),
					outcomes: Object.fromEntries(outcomes),
				};
			}),
		};
	}

	async confirm(request: ConfirmRequest): Promise<ConfirmAnswer> {
		this.confirms.push(request);
		if (this.isDown) throw new Error("match is down");
		const answer = this.#answer(request);
		if (this.confirmTakesMs > 0)
			await new Promise<void>((resolve) => void this.#ports.timer(this.confirmTakesMs, resolve));
		return answer;
	}

	#answer(request: ConfirmRequest): ConfirmAnswer {
		const { inc, n, asks } = request;
		const high = this.highest;
		if (high !== null && (inc < high.inc || (inc === high.inc && n <= high.n))) return { kind: "stale", v: 1 };
		const isNewborn = high !== null && inc > high.inc;
		this.highest = { inc, n };
		this.#grant(request, isNewborn);
		return {
			kind: "answer",
			v: 1,
			inc,
			n,
			epoch: "e1",
			seq: 7,
			tick: this.#tick(),
			inPlay: this.inPlay,
			spokeAgoMs: this.#spokeAgoMs(),
			matchState: "0-0 12'",
			markets: asks.map((ask) => this.#confirmMarket(ask, request)),
		};
	}

	#grant({ asks, totals }: ConfirmRequest, isNewborn: boolean): void {
		const asked = new Map(totals.map((total) => [`${total.market}\n${total.outcome}`, total]));
		if (isNewborn) for (const key of this.grants.keys()) if (!asked.has(key)) this.grants.set(key, 0);
		for (const [key, { market: marketId, riskBaseMinor }] of asked) {
			const isOk = asks.some((ask) => ask.market === marketId && this.#code(ask) === "ok");
			// Never below what the desk may hold already, whatever becomes of the cap.
			const kept = Math.min(this.grants.get(key) ?? 0, riskBaseMinor);
			this.grants.set(key, isOk ? Math.max(kept, Math.min(riskBaseMinor, this.capBaseMinor)) : kept);
		}
	}

	#confirmMarket(ask: ConfirmRequest["asks"][number], { totals }: ConfirmRequest): ConfirmMarket {
		const found = this.markets[ask.market];
		const code = this.#code(ask);
		const pick = (from: Record<string, number> = {}): Record<string, number> =>
			Object.fromEntries(ask.outcomes.flatMap((id) => (from[id] === undefined ? [] : [[id, from[id]]])));
		const granted = Object.fromEntries(
			ask.outcomes.map((id) => [id, this.grants.get(`${ask.market}\n${id}`) ?? 0] as const),
		);
		const isOver = totals.some(
			({ market: id, outcome, riskBaseMinor }) =>
				id === ask.market && ask.outcomes.includes(outcome) && riskBaseMinor > (granted[outcome] ?? 0),
		);
		return {
			market: ask.market,
			view: ask.view,
			...(this.settlementVersions[ask.market] === undefined
				? {}
				: { settlementVersion: this.settlementVersions[ask.market] }),
			askedVersion: ask.version,
			code: code === "ok" && isOver ? "over_limit" : code,
			version: found?.version ?? 0,
			delayMs: this.#delayMs(),
			clearForMs: this.#clearForMs(found),
			granted: code === "ok" && !isOver ? null : granted,
			oddsMilli: pick(found?.oddsMilli),
			fairPpm: pick(found?.fairPpm),
		};
	}

	#code({ market: marketId, version }: ConfirmRequest["asks"][number]): ConfirmMarket["code"] {
		const found = this.markets[marketId];
		if (found === undefined || found.status === "closed" || found.status === "settled") return "closed";
		if (found.status === "suspended") return "suspended";
		if (version === null ? this.inPlay : version !== found.version) return "moved";
		if (found.status === "danger") return "wait";
		const spokeAgoMs = this.#spokeAgoMs();
		return this.inPlay && (spokeAgoMs === null || spokeAgoMs > this.quietLimitMs) ? "wait" : "ok";
	}

	#clearForMs(found: TestMarket | undefined): number {
		if (found?.status === "danger") return 0;
		return this.dangerEndedAtMs === null ? ALWAYS_CLEAR_MS : this.#ports.now() - this.dangerEndedAtMs;
	}

	#spokeAgoMs = (): number | null => (this.spokeAtMs === null ? null : this.#ports.now() - this.spokeAtMs);
	#delayMs = (): number => (this.inPlay ? this.delayMs : 0);
	#tick = (): number => Math.floor(this.#ports.now() / 1_000) * 1_000;
}

/** Keeps what desks say, and answers all of it. */
export class TestWallet {
	isDown = false;
	/** Takes calls and never answers. */
	isHanging = false;
	readonly votes: Vote[] = [];
	readonly voteCalls: number[] = [];
	readonly results: LegResult[] = [];
	readonly resultCalls: number[] = [];

	async takeVotes(votes: readonly Vote[]): Promise<LegsAnswered> {
		if (this.isDown) throw new Error("wallet is down");
		if (this.isHanging) return new Promise(() => {});
		this.voteCalls.push(votes.length);
		this.votes.push(...votes);
		return { v: 1, answered: votes.map(({ ticketKey, legNo }) => ({ ticketKey, legNo })) };
	}

	async takeResults(results: readonly LegResult[]): Promise<LegsAnswered> {
		if (this.isDown) throw new Error("wallet is down");
		if (this.isHanging) return new Promise(() => {});
		this.resultCalls.push(results.length);
		this.results.push(...results);
		return { v: 1, answered: results.map(({ ticketKey, legNo }) => ({ ticketKey, legNo })) };
	}

	/** The newest vote on a ticket's leg. */
	vote(ticketKey: string, legNo = 0): Vote | undefined {
		return this.votes.findLast((vote) => vote.ticketKey === ticketKey && vote.legNo === legNo);
	}

	/** `yes`, or the code of the no; undefined before the vote. */
	word(ticketKey: string, legNo = 0): string | undefined {
		const vote = this.vote(ticketKey, legNo);
		return vote?.vote === "no" ? vote.code : vote?.vote;
	}
}

export type DeskBench = {
	readonly world: TestWorld;
	readonly match: TestMatch;
	readonly walletOf: (name: string) => TestWallet;
	readonly wallet: TestWallet;
	readonly desk: () => DeskActor;
	/** The desk dies and comes back on its storage. */
	readonly restart: () => void;
	readonly offer: (...legs: readonly OfferedLeg[]) => Promise<OfferAnswer>;
};

export const keyOf = (n: number): string => `p_weur_00000000000000aa/ticket-${String(n).padStart(4, "0")}`;

/** A single on the home side, 10.00 EUR at 2.0, in play; say what differs. */
export function leg(n: number, changes: Partial<OfferedLeg> = {}): OfferedLeg {
	return {
		ticketKey: keyOf(n),
		legNo: 0,
		partnerId: "demo",
		licence: "generic",
		view: "standard",
		marketId: "1x2",
		outcomeId: "home",
		oddsMilli: 2_000,
		pricePolicy: { kind: "none" },
		stakeMinor: 1_000,
		currency: "EUR",
		rate: { num: 1, den: 1, day: "2026-11-24" },
		maxPayoutMinor: 100_000_000,
		legCount: 1,
		deskCount: 1,
		maxHoldMs: 10_000,
		feedQuietMs: 12_000,
		allowInPlay: true,
		allowPreMatch: true,
		...changes,
	};
}

/**
 * A desk with its match and its wallets in one small world; the feed of the match speaks every second. `portsOf` may come
 * between the desk and its world.
 */
export function createDeskBench(seed = 1, portsOf: (ports: Ports) => Ports = (ports) => ports): DeskBench {
	const world = createTestWorld(seed);
	const match = new TestMatch(world.ports("match"));
	match.keepSpeaking();
	const wallets = new Map<string, TestWallet>();
	const walletOf = (name: string): TestWallet => {
		const wallet = wallets.get(name) ?? new TestWallet();
		wallets.set(name, wallet);
		return wallet;
	};
	let life = 0;
	const start = (): DeskActor => {
		const born = ++life;
		/** The dead call nobody, and nobody hears the answers to what they asked. */
		const alive = async <T>(call: () => Promise<T>): Promise<T> => {
			const answer = born === life ? await call() : null;
			return answer !== null && born === life ? answer : new Promise<T>(() => {});
		};
		return new DeskActor({
			ports: portsOf(world.ports("desk")),
			name: DESK,
			matchId: MATCH_ID,
			region: "weur",
			match: () => ({
				quote: (asked) => alive(() => match.quote(asked)),
				confirm: (asked) => alive(() => match.confirm(asked)),
			}),
			wallet: (name) => ({
				votes: ({ votes }) => alive(() => walletOf(name).takeVotes(votes)),
				legResults: ({ results }) => alive(() => walletOf(name).takeResults(results)),
			}),
		});
	};
	let desk = start();
	world.onAlarm("desk", () => desk.onAlarm());
	const request = (legs: readonly OfferedLeg[]): OfferRequest => ({
		v: 1,
		desk: DESK,
		matchId: MATCH_ID,
		region: "weur",
		wallet: WALLET,
		legs: [...legs],
	});
	return {
		world,
		match,
		walletOf,
		wallet: walletOf(WALLET),
		desk: () => desk,
		restart: () => {
			world.crash("desk");
			desk = start();
		},
		offer: (...legs) => desk.offer(request(legs)),
	};
}
