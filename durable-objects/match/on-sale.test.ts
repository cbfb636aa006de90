/** OFF-1 over whole matches drawn at random: whatever is on sale has a price on every side, and one that is worth something. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { OfferedOdds } from "../../pricing/price-market.ts";
import type { FairMarket } from "../../pricing/sport.ts";
import { isOnLadder, MIN_ODDS_MILLI, stepAt } from "../../shared/betting/ladder.ts";
import { matchTerms } from "../../shared/catalogue/match-terms.ts";
import type { MarginProfile, MarginRule } from "../../shared/catalogue/schemas.ts";
import { MARGIN_PROFILES, marginOf } from "../../shared/catalogue/views.ts";
import type { FixtureInput, Input, Side } from "../../shared/feeds/canonical.ts";
import { seededRandom } from "../../shared/seeded-random.ts";
import type { Platform } from "../../simulation/world/platform.ts";
import * as court from "../../testing/basketball.ts";
import * as pitch from "../../testing/football-inputs.ts";
import { kindsOf, MATCH, playing, type Quoted, quoted, storedState, twice } from "../../testing/match.ts";
import * as tennis from "../../testing/tennis.ts";
import { BookEngine } from "./book-engine.ts";
import { applyInput, applyJournal, isInPlay, type MatchState, openMatch } from "./core.ts";
import { dueEvent } from "./due-event.ts";
import { fairMarkets } from "./listing.ts";
import { bookOf } from "./prices.ts";
import { tickAt } from "./state.ts";

const MATCHES = 20;
/** Looks that all matches of a sport have to make together, so that no draw is of empty ones. */
const LEAST_LOOKS = 500;

type Random = () => number;
const AT = pitch.AT;

/** A match that is told inputs and looked at, as the object does it: the journal's entries before anything is shown. */
class Told {
	#state: MatchState;
	#seq = 1;
	looks = 0;
	readonly closed = new Set<string>();
	readonly #engines = MARGIN_PROFILES.map(() => new BookEngine());

	constructor(fixture: FixtureInput) {
		const opened = openMatch(this.#logged(fixture), AT, matchTerms);
		if (!opened.ok) throw new Error(opened.message);
		this.#state = opened.state;
	}

	#logged(input: Input) {
		return { seq: this.#seq++, provider: "sim", receivedAtMs: AT, input };
	}

	get state(): MatchState {
		return this.#state;
	}

	/** Told, and not looked at. */
	hear(atMs: number, ...inputs: readonly Input[]): void {
		for (const input of inputs) {
			const applied = applyInput(this.#state, this.#logged(input), atMs);
			if (!applied.ok) throw new Error(`${input.kind}: ${applied.message}`);
			this.#state = applied.state;
		}
	}

	tell(atMs: number, ...inputs: readonly Input[]): void {
		this.hear(atMs, ...inputs);
		this.look(atMs);
	}

	look(nowMs: number): void {
		const due = () => dueEvent(this.#state, nowMs, { marketIds: [], riskOf: () => 0, betSince: () => [] });
		for (let event = due(); event !== null; event = due())
			this.#state = applyJournal(this.#state, {
				...event,
				afterSeq: this.#state.lastSeq,
				atMs: tickAt(this.#state, nowMs),
			});
		for (const { spec, status } of this.#state.markets) if (status === "closed") this.closed.add(spec.marketId);
		this.looks++;
		for (const [at, profile] of MARGIN_PROFILES.entries())
			expect(faultsOf(this.#state, tickAt(this.#state, nowMs), profile, this.#engines[at])).toEqual([]);
	}
}

/** The rules, in arithmetic of their own; each market that breaks one, with what it shows. */
function faultsOf(
	state: MatchState,
	tickMs: number,
	profile: MarginProfile,
	engine: BookEngine | undefined,
): readonly string[] {
	const fair = fairMarkets(state, tickMs);
	const book = bookOf(state, tickMs, profile);
	if (engine !== undefined) book.fill(engine);
	return state.markets.flatMap(({ spec, status }) => {
		if (status === "settled") return [];
		const market = fair.get(spec.marketId);
		if ((market === undefined) !== (status === "closed")) return [`${spec.marketId} is ${status}`];
		if (market === undefined) return [];
		const odds = book.get(spec.marketId)?.oddsMilli ?? [];
		const rule = marginOf(profile, { sport: state.fixture.sport, group: spec.group, inPlay: isInPlay(state) });
		const faults = faultsOfMarket(market, odds, rule);
		return faults.map((fault) => `${spec.marketId} ${profile.view} ${fault}: ${market.fair.join()} ${odds.join()}`);
	});
}

function faultsOfMarket({ spec, fair }: FairMarket, odds: OfferedOdds, rule: MarginRule): readonly string[] {
	let sum = 0;
	let most = spec.winners * (1 + rule.margin);
	const faults: string[] = [];
	for (const [at, p] of fair.entries()) {
		const price = odds[at] ?? null;
		if (price === null) {
			if (p * rule.maxOddsMilli > 1_000 + 1e-6) faults.push("has no price of what the ladder reaches");
			sum += p;
			continue;
		}
		if (price < MIN_ODDS_MILLI || !isOnLadder(price)) faults.push("has a price off the ladder");
		if (!(price * p > 500)) faults.push("pays less than half of what it is worth");
		sum += 1_000 / price;
		most += 1_000 / price - 1_000 / (price + stepAt(price));
	}
	const priced = odds.filter((price) => price !== null).length;
	if (priced < 2) faults.push("is a stump");
	if (!(sum > spec.winners)) faults.push("pays out more than it takes");
	if (!(sum < most + 1e-9)) faults.push("takes more than its margin");
	// Where nothing is near its end the whole margin is there.
	const isFar = Math.max(...fair) < 0.9 && Math.min(...fair) > 0.03;
	if (isFar && !(sum > spec.winners * (1 + rule.margin) - 1e-9)) faults.push("takes less than its margin");
	return faults;
}

const between = (random: Random, low: number, high: number): number => low + Math.floor(random() * (high - low + 1));
const sideBy = (random: Random, home = 0.5): Side => (random() < home ? "home" : "away");

function footballMatch(random: Random): Told {
	const total = 1.4 + 3 * random();
	const expected = { total, supremacy: (2 * random() - 1) * total * 0.85 };
	const match = new Told(pitch.fixture({ prices: { expected } }));
	const home = random();
	let n = 0;
	const half = (phase: string, fromSec: number, lastSec: number): void => {
		for (let sec = fromSec; sec < lastSec; sec += between(random, 60, 700)) {
			const told = pitch.phase(phase, sec);
			match.tell(AT, told);
			if (random() < 0.35) match.tell(AT, pitch.incident("goal", sideBy(random, home), `g${++n}`), pitch.betStart());
			if (random() < 0.06) match.tell(AT, pitch.incident("red_card", sideBy(random), `r${++n}`), pitch.betStart());
			if (random() < 0.3) match.look(AT + between(random, 1, 40) * 1_000);
		}
		match.tell(AT + 60_000, pitch.phase(phase, lastSec));
		for (let after = 61; after < 90; after += 7) match.look(AT + after * 1_000);
	};
	half("first_half", 0, 2_700 + between(random, 0, 300));
	match.tell(AT + 100_000, pitch.phase("half_time", 2_800, false));
	half("second_half", 2_700, 5_400 + between(random, 0, 480));
	if (random() < 0.6) return match;
	match.tell(AT + 100_000, pitch.phase("extra_break", 5_800, false));
	half("extra_first", 5_400, 6_300);
	half("extra_second", 6_300, 7_200 + between(random, 0, 120));
	match.tell(AT + 100_000, pitch.phase("shootout_break", 7_400, false), pitch.phase("shootout", 7_400, false));
	return match;
}

function tennisMatch(random: Random): Told {
	const favourite = random() < 0.5 ? 1_030 + between(random, 0, 800) : 1_830;
	const moneyline = random() < 0.5 ? [favourite, oppose(favourite)] : [oppose(favourite), favourite];
	const format = { bestOf: random() < 0.5 ? 3 : 5, finalSet: "tiebreak10" as const, noAd: random() < 0.3 };
	const match = new Told(tennis.tennisFixture({ format, prices: { moneyline: moneyline as [number, number] } }));
	const umpire = tennis.umpireFor({ ...format, bestOf: format.bestOf === 3 ? 3 : 5 }, "home");
	match.tell(AT, tennis.stated("playing", { server: "home" }));
	const held = 0.5 + 0.3 * random();
	const leaning = (random() - 0.5) * 0.3;
	for (let n = 0; n < 350; n++) {
		const server = tennis.serverOf(umpire);
		const chance = held + (server === "home" ? leaning : -leaning);
		const side = random() < chance ? server : server === "home" ? "away" : "home";
		tennis.call(umpire, side);
		if (umpire.winner !== null) return match;
		// Most points are only told; a look at each would cost minutes and see the same.
		if (random() < 0.2) match.tell(AT, tennis.point(side));
		else match.hear(AT, tennis.point(side));
	}
	return match;
}
/** The other side's price at five per cent. */
const oppose = (favourite: number): number =>
	Math.max(1_050, Math.min(40_000, Math.round(1_000 / (1.05 - 1_000 / favourite))));

function basketballMatch(random: Random): Told {
	const total = between(random, 140, 240);
	const expected = { total, supremacy: between(random, -28, 28) };
	const match = new Told(court.fixture({ prices: { expected } }));
	const home = 0.5 + expected.supremacy / total + (random() - 0.5) * 0.2;
	let n = 0;
	for (let period = 1; period <= 4; period++) {
		const startSec = court.startOf(period);
		for (let sec = 0; sec < 720; sec += sec > 640 ? between(random, 2, 12) : between(random, 15, 70)) {
			const facts = { possession: sideBy(random) };
			match.tell(AT, court.statement(court.playing(period), startSec + sec, facts));
			if (random() < 0.8) match.tell(AT, court.basket(sideBy(random, home), between(random, 1, 3), `b${++n}`));
			if (random() < 0.2) match.look(AT + between(random, 1, 5) * 1_000);
		}
		match.tell(AT, court.statement(court.playing(period), startSec + 720, undefined, false));
		if (period < 4) match.tell(AT, court.statement(court.breakAfter(period), startSec + 720, undefined, false));
	}
	return match;
}

describe("[OFF-1] whatever is on sale is sold on every side, at a price within its margin, in every view", () => {
	test.each([
		["football", footballMatch],
		["tennis", tennisMatch],
		["basketball", basketballMatch],
	] as const)(
		"%s",
		(_sport, matchOf) => {
			let looks = 0;
			let closed = 0;
			fc.assert(
				fc.property(fc.integer({ min: 1, max: 1e9 }), (seed) => {
					const match = matchOf(seededRandom(seed));
					looks += match.looks;
					closed += match.closed.size;
				}),
				{ numRuns: MATCHES },
			);
			expect(looks).toBeGreaterThan(LEAST_LOOKS);
			expect(closed).toBeGreaterThan(MATCHES);
		},
		240_000,
	);
});

/** Two goals up in the second half, and a trader who thinks of home as he likes. */
async function leading(atSec: number): Promise<Platform> {
	const platform = await playing();
	await platform.feed(pitch.incident("goal", "home", "g1"), pitch.incident("goal", "home", "g2"), pitch.betStart());
	await platform.feed(pitch.phase("half_time", 2_760, false), pitch.phase("second_half", atSec));
	return platform;
}
const homeShift = (platform: Platform, stepMilli: number): Promise<string> =>
	platform.command(MATCH, { action: "shift", marketId: "1x2", outcomeId: "home", stepMilli });
const fairOdds = (market: Quoted): number => 1_000_000_000 / (market.outcomes.home?.fairPpm ?? Number.NaN);

function confirmedIn(platform: Platform, view: string, version: number, n: number): string | undefined {
	const asks = [{ market: "1x2", version, outcomes: ["away"], view }];
	const answer = platform.match(MATCH).confirm({ v: 1, matchId: MATCH, region: "weur", inc: 1, n, asks, totals: [] });
	return answer.kind === "answer" ? answer.markets[0]?.code : "stale";
}

describe("[OFF-1] a market that is nearly decided", () => {
	test("[MAT-3] [MAT-5] is closed by the clock: in every view under one version, unconfirmed, without odds, in the journal", async () => {
		const platform = await leading(4_500);
		let before = quoted(platform, "1x2");
		expect(before.status).toBe("open");
		for (let n = 0; n < 900 && quoted(platform, "1x2").status === "open"; n++) {
			before = quoted(platform, "1x2");
			await platform.live(MATCH, 1_000);
		}
		expect(fairOdds(before)).toBeGreaterThanOrEqual(1_020);
		for (const [n, { view }] of MARGIN_PROFILES.entries()) {
			const after = quoted(platform, "1x2", view);
			expect(after).toMatchObject({ status: "closed", version: before.version + 1 });
			for (const { oddsMilli } of Object.values(after.outcomes)) expect(oddsMilli).toBeNull();
			expect(confirmedIn(platform, view, before.version, 2 * n + 1)).toBe("closed");
			expect(confirmedIn(platform, view, after.version, 2 * n + 2)).toBe("closed");
		}
		expect(kindsOf(platform)).toContain("clock");
		expect(twice(platform).replayed).toBe(twice(platform).stored);
	});

	test("does not flutter: it comes back from the other bound, and stays until the first", async () => {
		const platform = await leading(4_500);
		const { status: first, version } = quoted(platform, "1x2");
		expect(first).toBe("open");
		const steps: string[] = [];
		const step = async (stepMilli: number): Promise<void> => {
			expect(await homeShift(platform, stepMilli)).toBe("applied");
			const { status, version: now } = quoted(platform, "1x2");
			steps.push(`${status} ${now - version}`);
		};
		// A trader's step is at most half a logit, which is how far the bounds are apart.
		for (let n = 0; n < 900 && fairOdds(quoted(platform, "1x2")) > 1_031; n++) await platform.live(MATCH, 1_000);
		// Below the one bound; then between the two; above the other; between them again; and below.
		const against = Math.log((fairOdds(quoted(platform, "1x2")) - 1_000) / 1_000);
		const to = (milli: number): number => Math.round((against - Math.log((milli - 1_000) / 1_000)) * 1_000);
		await step(to(1_019));
		await step(to(1_025) - to(1_019));
		await step(to(1_031) - to(1_025));
		await step(to(1_025) - to(1_031));
		await step(to(1_019) - to(1_025));
		expect(steps).toEqual(["closed 1", "closed 1", "open 2", "open 2", "closed 3"]);
		expect(twice(platform).replayed).toBe(twice(platform).stored);
	});

	test("[MAT-2] is not opened or closed by what bets have done to its price", async () => {
		const platform = await leading(4_500);
		const state = storedState(platform);
		const tickMs = state.lastTick;
		const open = [...fairMarkets(state, tickMs).keys()];
		const shifts = open.map((marketId) => ({ marketId, shiftsMilli: { home: 100, yes: 100, over: 100, "1x": 100 } }));
		const sold = applyJournal(state, { kind: "liability", shifts, afterSeq: state.lastSeq, atMs: tickMs });
		expect([...fairMarkets(sold, tickMs).keys()]).toEqual(open);
		for (const profile of MARGIN_PROFILES) {
			const book = bookOf(sold, tickMs, profile);
			for (const { spec, fair } of fairMarkets(sold, tickMs).values()) {
				if (spec.outcomes.length === 2)
					expect(book.get(spec.marketId)?.oddsMilli, `${spec.marketId} ${fair.join()}`).not.toContain(null);
			}
		}
	});
});
