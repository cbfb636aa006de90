/**
 * A match as its contract describes it, written out literally, for tests of the desk under virtual time: what it says is set by
 * the test, what it was told is kept for it. match-contract.test.ts asks it and the real match the same questions.
 */

import type { Ports } from "../durable-objects/runtime/ports.ts";
import {
	type ConfirmAnswer,
	type ConfirmMarket,
	type ConfirmRequest,
	confirmRequestSchema,
	type MarketStatus,
	type QuoteAnswer,
	type QuoteRequest,
	quoteRequestSchema,
} from "../shared/contracts/match.ts";
import { decodeRpc } from "../shared/decode.ts";
import { BET } from "../shared/limits.ts";

const REGION = "weur";
const VIEWS: readonly string[] = ["standard", "sharp"];
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

/** What the match keeps of one region's desk. */
type KnownDesk = {
	highest: { readonly inc: number; readonly n: number } | null;
	/** By market and outcome. */
	readonly grants: Map<string, number>;
};
/** A price that was replaced, and the tick from which another stood there. */
type Past = { readonly key: string; readonly oddsMilli: number; readonly untilMs: number };

/** The authority as desks see it: one set of markets in two views. */
export class TestMatch {
	readonly markets: Record<string, TestMarket> = {
		"1x2": market({ home: 2_000, draw: 3_500, away: 4_000 }),
		"ou:2.5": market({ over: 1_900, under: 1_950 }),
	};
	/** By market, the newest result that it has had; what is not named has had none. */
	readonly settlementVersions: Record<string, number> = {};
	isKnown = true;
	inPlay = true;
	delayMs = 5_000;
	quietLimitMs = 7_000;
	spokeAtMs: number | null;
	dangerEndedAtMs: number | null = null;
	capBaseMinor = 1_000_000_000;
	isDown = false;
	/** How long an answer takes to come back; it is made when the call arrives. */
	confirmTakesMs = 0;
	readonly confirms: ConfirmRequest[] = [];
	readonly quotes: QuoteRequest[] = [];
	readonly #ports: Ports;
	readonly #desks = new Map<string, KnownDesk>();
	#life = 1;
	#isDanger = false;
	#knowsPricesSinceMs = Number.NEGATIVE_INFINITY;
	/** By market and outcome, the price that was looked at last. */
	readonly #seen = new Map<string, number>();
	#past: readonly Past[] = [];

	constructor(ports: Ports) {
		this.#ports = ports;
		this.spokeAtMs = ports.now();
		this.#look();
	}

	/** What it keeps of a region's desk. */
	desk(region = REGION): KnownDesk {
		const known = this.#desks.get(region) ?? { highest: null, grants: new Map() };
		this.#desks.set(region, known);
		return known;
	}

	/** Of the desk under test. */
	get grants(): ReadonlyMap<string, number> {
		return this.desk().grants;
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

	/** A version is a time in which a market could be bet on throughout; open once more is another one. */
	move(marketId: string, status: Exclude<MarketStatus, "danger">): void {
		const moved = this.of(marketId);
		if (status === "open" || isAvailable(moved)) moved.version++;
		moved.status = status;
	}

	/** Danger is the whole match's, and no market's withdrawal. */
	danger(isOn: boolean): void {
		for (const moved of Object.values(this.markets)) if (isAvailable(moved)) moved.status = isOn ? "danger" : "open";
		this.#isDanger = isOn;
		// Over with the second in which its end was heard.
		if (!isOn) this.dangerEndedAtMs = this.#tick() + 999;
	}

	settle(marketId: string): void {
		this.move(marketId, "settled");
		this.settlementVersions[marketId] = (this.settlementVersions[marketId] ?? 0) + 1;
	}

	/** The result was none. */
	takeBack(marketId: string): void {
		this.move(marketId, "open");
		this.settlementVersions[marketId] = (this.settlementVersions[marketId] ?? 0) + 1;
	}

	/** It starts anew in play: all versions are withdrawn, nobody has spoken yet, and what was shown is not known. */
	restart(): void {
		this.#life++;
		for (const withdrawn of Object.values(this.markets)) withdrawn.version++;
		this.spokeAtMs = null;
		this.#knowsPricesSinceMs = this.#ports.now();
		this.#past = [];
	}

	of(marketId: string): TestMarket {
		const found = this.markets[marketId];
		if (found === undefined) throw new Error(`no market ${marketId}`);
		return found;
	}

	async quote(request: unknown): Promise<QuoteAnswer> {
		const asked = decodeRpc("match.quote", quoteRequestSchema, request);
		this.quotes.push(asked);
		if (this.isDown) throw new Error("match is down");
		this.#look();
		const head = { v: 1 as const, epoch: this.#epoch(), tick: this.#tick(), known: this.isKnown };
		const markets = asked.asks.map((ask) => this.#quoteMarket(ask));
		if (!this.isKnown) return { ...head, inPlay: false, matchState: "", markets };
		return { ...head, inPlay: this.inPlay, matchState: "0-0", markets, recentPrices: this.#recentPrices(markets) };
	}

	async confirm(request: unknown): Promise<ConfirmAnswer> {
		const asked = decodeRpc("match.confirm", confirmRequestSchema, request);
		this.confirms.push(asked);
		if (this.isDown) throw new Error("match is down");
		const answer = this.#answer(asked);
		if (this.confirmTakesMs > 0)
			await new Promise<void>((resolve) => void this.#ports.timer(this.confirmTakesMs, resolve));
		return answer;
	}

	#quoteMarket({ market: marketId, view }: QuoteRequest["asks"][number]): QuoteAnswer["markets"][number] {
		const found = this.#listed(marketId, view);
		const head = { market: marketId, view, delayMs: this.#delayMs() };
		if (found === undefined) return { ...head, status: "unknown", version: 0, outcomes: {} };
		const outcomes = outcomeIds(found).map((id) => [
			id,
			{ oddsMilli: found.oddsMilli[id] ?? null, fairPpm: found.fairPpm[id] ?? 0 },
		]);
		return { ...head, status: found.status, version: found.version, outcomes: Object.fromEntries(outcomes) };
	}

	#recentPrices(markets: QuoteAnswer["markets"]): NonNullable<QuoteAnswer["recentPrices"]> {
		const isComplete = this.#ports.now() - this.#knowsPricesSinceMs >= BET.shownPriceMs;
		const rows = markets.map(({ market: marketId, view, outcomes }) => ({
			market: marketId,
			view,
			oddsMilli: Object.fromEntries(
				Object.entries(outcomes).flatMap(([id, now]) => {
					const past = this.#past.filter(
						({ key, oddsMilli }) => key === keyOn(marketId, id) && oddsMilli !== now.oddsMilli,
					);
					const prices = [...new Set(past.map(({ oddsMilli }) => oddsMilli).toReversed())];
					return prices.length === 0 ? [] : [[id, prices.slice(0, BET.pricesKept)]];
				}),
			),
		}));
		return { isComplete, markets: rows.filter(({ oddsMilli }) => Object.keys(oddsMilli).length > 0) };
	}

	/** Its first prices are shown from the start, later ones when somebody asks: what nobody saw was never shown. */
	#look(): void {
		for (const [marketId, { oddsMilli }] of Object.entries(this.markets)) {
			for (const [id, now] of Object.entries(oddsMilli)) {
				const key = keyOn(marketId, id);
				const before = this.#seen.get(key);
				if (before !== undefined && before !== now)
					this.#past = [...this.#past, { key, oddsMilli: before, untilMs: this.#tick() }];
				this.#seen.set(key, now);
			}
		}
		this.#past = this.#past.filter(({ untilMs }) => this.#tick() - untilMs <= BET.shownPriceMs);
	}

	#answer(request: ConfirmRequest): ConfirmAnswer {
		const { region, inc, n, asks } = request;
		const desk = this.desk(region);
		const high = desk.highest;
		const isStale = high !== null && (inc < high.inc || (inc === high.inc && n <= high.n));
		if (isStale || !this.isKnown) return { kind: "stale", v: 1 };
		this.#look();
		const isNewIncarnation = high !== null && inc > high.inc;
		desk.highest = { inc, n };
		this.#grant(request, isNewIncarnation);
		return {
			kind: "answer",
			v: 1,
			inc,
			n,
			epoch: this.#epoch(),
			seq: 7,
			tick: this.#tick(),
			atMs: this.#ports.now(),
			inPlay: this.inPlay,
			spokeAgoMs: this.#spokeAgoMs(),
			matchState: "0-0 12'",
			markets: asks.map((ask) => this.#confirmMarket(ask, request)),
		};
	}

	#grant({ region, asks, totals }: ConfirmRequest, isNewIncarnation: boolean): void {
		const { grants } = this.desk(region);
		const asked = new Map(totals.map((total) => [keyOn(total.market, total.outcome), total]));
		if (isNewIncarnation) for (const key of grants.keys()) if (!asked.has(key)) grants.set(key, 0);
		for (const [key, { market: marketId, riskBaseMinor }] of asked) {
			const isOk = asks.some((ask) => ask.market === marketId && this.#code(ask) === "ok");
			// Never below what the desk may hold already, whatever becomes of the cap.
			const kept = Math.min(grants.get(key) ?? 0, riskBaseMinor);
			const others = [...this.#desks].filter(([name]) => name !== region).map(([, desk]) => desk.grants.get(key) ?? 0);
			const room = Math.max(0, this.capBaseMinor - others.reduce((sum, granted) => sum + granted, 0));
			grants.set(key, isOk ? Math.max(kept, Math.min(riskBaseMinor, room)) : kept);
		}
	}

	#confirmMarket(ask: ConfirmRequest["asks"][number], { region, totals }: ConfirmRequest): ConfirmMarket {
		const found = this.markets[ask.market];
		const priced = this.#listed(ask.market, ask.view);
		const code = this.#code(ask);
		const outcomes = found === undefined ? [] : outcomeIds(found).filter((id) => ask.outcomes.includes(id));
		const pick = (from: Record<string, number> = {}): Record<string, number> =>
			Object.fromEntries(outcomes.flatMap((id) => (from[id] === undefined ? [] : [[id, from[id]]])));
		const { grants } = this.desk(region);
		const granted = Object.fromEntries(outcomes.map((id) => [id, grants.get(keyOn(ask.market, id)) ?? 0] as const));
		const isOver = totals.some(
			({ market: id, outcome, riskBaseMinor }) =>
				id === ask.market && outcomes.includes(outcome) && riskBaseMinor > (granted[outcome] ?? 0),
		);
		return {
			market: ask.market,
			view: ask.view,
			settlementVersion: this.settlementVersions[ask.market] ?? 0,
			askedVersion: ask.version,
			code: code === "ok" && isOver ? "over_limit" : code,
			version: found?.version ?? 0,
			delayMs: this.#delayMs(),
			clearForMs: this.#clearForMs(),
			granted: code === "ok" && !isOver ? null : granted,
			oddsMilli: pick(priced?.oddsMilli),
			fairPpm: pick(found?.fairPpm),
		};
	}

	#code({ market: marketId, version, view }: ConfirmRequest["asks"][number]): ConfirmMarket["code"] {
		const found = this.#listed(marketId, view);
		if (found === undefined || found.status === "closed" || found.status === "settled") return "closed";
		if (found.status === "suspended") return "suspended";
		if (version === null ? this.inPlay : version !== found.version) return "moved";
		if (found.status === "danger") return "wait";
		const spokeAgoMs = this.#spokeAgoMs();
		return this.inPlay && (spokeAgoMs === null || spokeAgoMs > this.quietLimitMs) ? "wait" : "ok";
	}

	/** Undefined: there is no such market, no such view, or no match. */
	#listed(marketId: string, view: string): TestMarket | undefined {
		return this.isKnown && VIEWS.includes(view) ? this.markets[marketId] : undefined;
	}

	#clearForMs(): number {
		if (this.#isDanger) return 0;
		return this.dangerEndedAtMs === null ? ALWAYS_CLEAR_MS : Math.max(0, this.#ports.now() - this.dangerEndedAtMs);
	}

	#epoch = (): string => `e${this.#life}`;
	#spokeAgoMs = (): number | null => (this.spokeAtMs === null ? null : this.#ports.now() - this.spokeAtMs);
	#delayMs = (): number => (this.isKnown && this.inPlay ? this.delayMs : 0);
	#tick = (): number => Math.floor(this.#ports.now() / 1_000) * 1_000;
}

const keyOn = (marketId: string, outcomeId: string): string => `${marketId}\n${outcomeId}`;
const isAvailable = ({ status }: TestMarket): boolean => status === "open" || status === "danger";
/** An outcome without a price is closed, and still there. */
const outcomeIds = ({ oddsMilli, fairPpm }: TestMarket): readonly string[] => [
	...new Set([...Object.keys(oddsMilli), ...Object.keys(fairPpm)]),
];
