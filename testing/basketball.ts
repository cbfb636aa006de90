/**
 * For tests: matches drawn from the documented process with arithmetic of their own, and one table that says how each market
 * ends. Nothing in here uses the pricing code, so that what the two agree on was found twice.
 */
import type { FixtureInput, Input, Side } from "../shared/feeds/canonical.ts";

export const AT = 1_466_380_800_000;

export function fixture(over: Partial<FixtureInput> = {}): FixtureInput {
	return {
		v: 1,
		kind: "fixture",
		id: "fixture",
		matchId: "game",
		sentAtMs: AT,
		sport: "basketball",
		competition: "NBA",
		home: { name: "Golden State Warriors", short: "GSW" },
		away: { name: "Cleveland Cavaliers", short: "CLE" },
		scheduledAtMs: AT,
		format: {},
		prices: { expected: { total: 208, supremacy: 4 } },
		...over,
	};
}

const envelope = { v: 1 as const, id: "i", matchId: "game", sentAtMs: AT };
type Facts = Extract<Input, { kind: "state" }>["facts"];

export const statement = (phase: string, elapsedSec: number, facts?: Facts, running = true): Input => ({
	...envelope,
	kind: "state",
	phase,
	clock: { elapsedSec, running, rate: 1 },
	facts,
});
export const basket = (side: Side, value: number, incidentId: string): Input => ({
	...envelope,
	kind: "incident",
	incident: "basket",
	side,
	value,
	incidentId,
});
export const foul = (side: Side, incidentId: string, over: { value?: number; detail?: string } = {}): Input => ({
	...envelope,
	kind: "incident",
	incident: "foul",
	side,
	incidentId,
	...over,
});
export const incident = (type: "timeout" | "var_review" | "var_over", incidentId: string, side?: Side): Input => ({
	...envelope,
	kind: "incident",
	incident: type,
	side,
	incidentId,
});
export const betStart = (): Input => ({ ...envelope, kind: "bet_start" });
export const cancellation = (incidentId: string): Input => ({ ...envelope, kind: "cancellation", incidentId });
export const confirmation = (incidentId: string): Input => ({ ...envelope, kind: "confirmation", incidentId });

export type Points = { readonly period: number; readonly side: Side; readonly points: number };
export type Tally = { readonly home: number; readonly away: number };

/** Baskets that make a score in a period, of twos as far as they go. */
export function pointsFor(period: number, { home, away }: Tally): readonly Points[] {
	const of = (side: Side, sum: number): readonly Points[] =>
		Array.from({ length: Math.ceil(sum / 2) }, (_, index) => ({ period, side, points: Math.min(2, sum - 2 * index) }));
	const [first, second] = [of("home", home), of("away", away)];
	return Array.from({ length: Math.max(first.length, second.length) }, (_, index) =>
		[first[index], second[index]].filter((one) => one !== undefined),
	).flat();
}

const PHASES = ["break_1", "half_time", "break_3"];
/** The phase of a period, and the break after it. */
export const playing = (period: number): string => (period <= 4 ? `q${period}` : `ot${period - 4}`);
export const breakAfter = (period: number): string => PHASES[period - 1] ?? `break_ot${period - 3}`;
/** When a period begins on the match's clock. */
export const startOf = (period: number, quarterSec = 720, overtimeSec = 300): number =>
	period <= 4 ? (period - 1) * quarterSec : 4 * quarterSec + (period - 5) * overtimeSec;

/** A run of baskets as a feed tells it: each period's beginning, its points, and the break after it but for the last. */
export function told(scored: readonly Points[], quarterSec = 720): readonly Input[] {
	const periods = Math.max(0, ...scored.map(({ period }) => period));
	return Array.from({ length: periods }, (_, index) => index + 1).flatMap((period) => [
		...(period === 1 ? [] : [statement(breakAfter(period - 1), startOf(period, quarterSec), undefined, false)]),
		statement(playing(period), startOf(period, quarterSec)),
		...scored.flatMap((one, index) => (one.period === period ? [basket(one.side, one.points, `b${index}`)] : [])),
	]);
}

/** Where a simulation begins, in words of the document. `bonus`: of which side the next foul gives free throws. */
export type Start = {
	readonly scored: readonly Points[];
	/** The period that runs, or 0 between periods. */
	readonly running: number;
	readonly leftSec: number;
	/** Periods that are over. */
	readonly over: number;
	readonly ball: null | { readonly side: Side; readonly freeThrows: number };
	readonly bonus: { readonly home: boolean; readonly away: boolean };
};
export type World = {
	readonly expected: Tally;
	readonly quarterSec: number;
	readonly overtimeSec: number;
	readonly random: () => number;
};

/** Draws the rest of a match. The numbers are those of `docs/pricing/basketball.md`, written down anew. */
export function simulate(start: Start, world: World): readonly Points[] {
	const { random } = world;
	const slotsInQuarter = Math.round(world.quarterSec / 28.8);
	const slotSec = world.quarterSec / slotsInQuarter;
	const mean = { home: world.expected.home / 4 / slotsInQuarter, away: world.expected.away / 4 / slotsInQuarter };
	const scored = [...start.scored];
	const happens = (chance: number): boolean => random() < chance;
	const one = (weights: readonly [number, number, number]): number => {
		const drawn = random();
		return drawn < weights[0] ? 1 : drawn < weights[0] + weights[1] ? 2 : 3;
	};
	const score = (period: number, side: Side, points: number): void => {
		if (points > 0) scored.push({ period, side, points });
	};
	const slot = (period: number, fraction: number): void => {
		// Each of the three parts of a slot begun is still to come with that fraction's chance.
		const trade = happens(0.12 * fraction);
		const order: readonly Side[] = happens(0.5) ? ["home", "away"] : ["away", "home"];
		for (const side of order) {
			if (happens(((mean[side] - 0.24) / 1.48) * fraction)) score(period, side, one([0.61, 0.3, 0.09]));
			if (trade) score(period, side, 2);
		}
	};
	const play = (period: number, sec: number): void => {
		const slots = sec / slotSec;
		const whole = Math.floor(slots + 1e-9);
		slot(period, Math.max(0, slots - whole));
		for (let n = 0; n < whole; n++) slot(period, 1);
	};
	const possession = (period: number, side: Side, chance: number): void => {
		const isBonus = start.bonus[side === "home" ? "away" : "home"];
		const scores = Math.min(0.9, (mean[side] * (isBonus ? 1.05 : 1)) / 2.14);
		if (happens(scores * chance)) score(period, side, one([0.1, 0.66, 0.24]));
	};
	if (start.running > 0) {
		const { ball, leftSec, running } = start;
		const chance = Math.min(1, leftSec / 7.2);
		if (ball === null) {
			const first: Side = happens(0.5) ? "home" : "away";
			for (const side of [first, first === "home" ? "away" : "home"] as const) possession(running, side, 0.75 * chance);
		} else {
			for (let n = 0; n < ball.freeThrows; n++) score(running, ball.side, happens(0.77) ? 1 : 0);
			const other: Side = ball.side === "home" ? "away" : "home";
			const next = ball.freeThrows > 0 ? other : ball.side;
			possession(running, next, chance);
			possession(running, next === "home" ? "away" : "home", chance / 2);
		}
		play(running, Math.max(0, leftSec - 0.75 * slotSec));
	}
	for (let period = Math.max(start.running, start.over) + 1; period <= 4; period++) play(period, world.quarterSec);
	if (start.over < 4) {
		// The last stand: who is up to three points behind draws level, by as many.
		const behind = -marginOf(scored);
		const chance = 0.17 * (start.running === 4 ? Math.min(1, start.leftSec / 30) : 1);
		if (behind !== 0 && Math.abs(behind) <= 3 && happens(chance))
			score(4, behind > 0 ? "home" : "away", Math.abs(behind));
	}
	for (let period = Math.max(5, Math.max(start.running, start.over) + 1); marginOf(scored) === 0; period++)
		play(period, world.overtimeSec);
	return scored;
}

function marginOf(scored: readonly Points[]): number {
	let margin = 0;
	for (const { side, points } of scored) margin += side === "home" ? points : -points;
	return margin;
}

/** What is known of a match, for the rules below. */
export type Known = {
	readonly tally: (first: number, last: number) => Tally;
	readonly firstTo: (points: number) => Side | null;
	readonly over: number;
	readonly ended: boolean;
};

export function known(scored: readonly Points[], over: number, ended: boolean): Known {
	const until = [{ home: 0, away: 0 }];
	for (const { period, side, points } of scored) {
		while (until.length <= period) until.push({ ...(until.at(-1) as Tally) });
		(until[period] as { home: number; away: number })[side] += points;
	}
	const at = (period: number): Tally => until[Math.min(period, until.length - 1)] as Tally;
	return {
		tally: (first, last) => ({
			home: at(last).home - at(first - 1).home,
			away: at(last).away - at(first - 1).away,
		}),
		firstTo: (target) => {
			const sum = { home: 0, away: 0 };
			for (const { period, side, points } of scored) {
				if (period > 4) break;
				sum[side] += points;
				if (sum[side] >= target) return side;
			}
			return null;
		},
		over,
		ended,
	};
}

/** How a market stands: the outcome that wins, or null while it is open. */
type Rule = (known: Known, words: readonly string[]) => string | null;
const sign = ({ home, away }: Tally): string => (home > away ? "home" : home < away ? "away" : "draw");
const parity = ({ home, away }: Tally): string => ((home + away) % 2 === 0 ? "even" : "odd");
const when = (isDecided: boolean, outcome: string): string | null => (isDecided ? outcome : null);
const spread = ({ home, away }: Tally, line: number, isOver: boolean): string | null =>
	when(isOver, home - away + line > 0 ? "home" : "away");
const total = (points: number, line: number, isOver: boolean): string | null =>
	points > line ? "over" : when(isOver, "under");
const ALL = 99;

/** The one table: every market of the book, by its id's first words. */
export const RULES: readonly { readonly id: RegExp; readonly rule: Rule }[] = [
	{ id: /^ml$/, rule: ({ tally, ended }) => when(ended, sign(tally(1, ALL))) },
	{ id: /^1x2$/, rule: ({ tally, over }) => when(over >= 4, sign(tally(1, 4))) },
	{ id: /^htft$/, rule: ({ tally, over }) => when(over >= 4, `${sign(tally(1, 2))}-${sign(tally(1, 4))}`) },
	{ id: /^ot$/, rule: ({ tally, over }) => when(over >= 4, sign(tally(1, 4)) === "draw" ? "yes" : "no") },
	{ id: /^oe$/, rule: ({ tally, ended }) => when(ended, parity(tally(1, ALL))) },
	{
		id: /^wm$/,
		rule: ({ tally, ended }) => {
			const { home, away } = tally(1, ALL);
			const by = Math.abs(home - away);
			const band = by > 20 ? "21+" : by > 15 ? "16-20" : by > 10 ? "11-15" : by > 5 ? "6-10" : "1-5";
			return when(ended, `${sign({ home, away })}:${band}`);
		},
	},
	{ id: /^sp:/, rule: ({ tally, ended }, [, line]) => spread(tally(1, ALL), Number(line), ended) },
	{
		id: /^ou:/,
		rule: ({ tally, ended }, [, line]) => {
			const { home, away } = tally(1, ALL);
			return total(home + away, Number(line), ended);
		},
	},
	{ id: /^tt:/, rule: ({ tally, ended }, [, side, line]) => total(tally(1, ALL)[side as Side], Number(line), ended) },
	{ id: /^race:/, rule: ({ firstTo, over }, [, points]) => firstTo(Number(points)) ?? when(over >= 4, "none") },
	{
		id: /^[qh]\d:/,
		rule: ({ tally, over }, [section = "", kind, line]) => {
			const n = Number(section[1]);
			const [first, last] = section.startsWith("q") ? [n, n] : [2 * n - 1, 2 * n];
			const own = tally(first, last);
			const isOver = over >= last;
			if (kind === "1x2") return when(isOver, sign(own));
			if (kind === "oe") return when(isOver, parity(own));
			return kind === "sp" ? spread(own, Number(line), isOver) : total(own.home + own.away, Number(line), isOver);
		},
	},
];

/** Throws for a market that the table does not know. */
export function ruleOf(marketId: string): (known: Known) => string | null {
	const found = RULES.find(({ id }) => id.test(marketId));
	if (found === undefined) throw new Error(`no rule for ${marketId}`);
	const words = marketId.split(":");
	return (facts) => found.rule(facts, words);
}
