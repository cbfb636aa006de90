/**
 * What a provider says anew of a match before it is played: another start, other prices, another format and back, sides that
 * change places, a match postponed after its start was due; and fixtures that come when a later one has been told.
 */
import type { FixtureInput } from "../../shared/feeds/canonical.ts";
import { regularGoals, trueScore } from "../audit/true-sport.ts";
import type { Random } from "../world/chance.ts";
import { pick, pricesOf } from "./scenario.ts";
import type { Script, Timed } from "./script.ts";
import { twoWay } from "./tape.ts";

const CHANGED = 0.45;
const MOST_CHANGES = 3;
/** A change that is told wrongly first; a match that is told anew in play, or after its end; one whose first word is none. */
const SLIPS = 0.25;
const IN_PLAY = 0.2;
const AFTER_END = 0.1;
const BEGINS_BADLY = 0.08;
/** A group that nobody has, a rule that nobody plays by, and prices of which all are sure. */
const SLIPS_OF_ANY: readonly Partial<FixtureInput>[] = [
	{ offered: { groups: ["nobody's"] } },
	{ format: { extraTime: "maybe", bestOf: "maybe", overtimeMinutes: "maybe" } },
	{ prices: { oneXTwo: [1_001, 1_001, 1_001], moneyline: [1_001, 1_001] } },
];
/** What a match needs to follow prices. */
const PRICED_MS = 1_200;
const SECOND_LEG = 0.5;
/** Otherwise few ties are: a first leg is drawn without a look at the second. */
const LEVEL_TIE = 0.6;
const APART_MS = 1_500;
/** Once its start is due a match follows other prices by a share only, which no judge knows; by a clock that is ahead it is due before. */
const DUE_MS = 2_500;
const POSTPONED_MS = 7_000;

export function withFixtures(told: Script, random: Random): Script {
	const script = random() < SECOND_LEG ? asSecondLeg(told, random) : told;
	const first = script.timed.find(({ input }) => input.kind === "fixture");
	const begins = script.timed.find(({ input }) => input.kind === "state");
	if (first === undefined || first.input.kind !== "fixture" || begins === undefined || random() > CHANGED)
		return script;
	const changes = new Changes(first.input, first.atMs, random);
	const untilMs = Math.min(begins.atMs - 2_000, first.atMs + 40_000);
	const count = 1 + Math.floor(random() * MOST_CHANGES);
	for (let n = 0; n < count && changes.nowMs + APART_MS < untilMs; n++) changes.change(untilMs);
	const last = script.timed.at(-1)?.atMs ?? begins.atMs;
	for (const [chance, fromMs, toMs] of [
		[IN_PLAY, begins.atMs + 4_000, last],
		[AFTER_END, last + 1_000, last + 8_000],
	] as const)
		if (random() < chance) changes.late(fromMs + Math.floor(random() * (toMs - fromMs)));
	return { ...script, timed: [...script.timed, ...changes.timed].toSorted((a, b) => a.atMs - b.atMs) };
}

/** A cup match becomes the second leg of a tie: what was played then counts, and may leave extra time out. */
function asSecondLeg(script: Script, random: Random): Script {
	const { played, timed } = script;
	const [some, others, awayGoals, isLevel] = [goals(random), goals(random), random() < 0.5, random() < LEVEL_TIE];
	const isCup = timed.some(({ input }) => input.kind === "fixture" && input.format.extraTime === true);
	if (played.sport !== "football" || !isCup) return script;
	const { home, away } = isLevel
		? levelling(trueScore(regularGoals(played.goals)), some)
		: { home: some, away: others };
	const leg = { leg: 2, firstLegHome: home, firstLegAway: away, awayGoals };
	return {
		played: { ...played, firstLeg: { home, away, awayGoals } },
		timed: timed.map(({ atMs, input }) =>
			input.kind === "fixture" ? { atMs, input: { ...input, format: { ...input.format, ...leg } } } : { atMs, input },
		),
	};
}

const goals = (random: Random): number => Math.floor(random() * 3);

/** A first leg after which nobody is ahead in the end: who scored more away decides it, or extra time. */
const levelling = ({ home, away }: { readonly home: number; readonly away: number }, more: number) => ({
	home: Math.max(0, away - home) + more,
	away: Math.max(0, home - away) + more,
});

/** A feed that begins before it has told what is played, or with a fixture that cannot be: nothing opens by it. */
export function withFirstWords(script: Script, random: Random): Script {
	const [first] = script.timed;
	if (first?.input.kind !== "fixture" || random() > BEGINS_BADLY) return script;
	const { atMs, input } = first;
	const envelope = { v: 1, id: `${input.matchId}:before`, matchId: input.matchId, sentAtMs: atMs - 1 } as const;
	const slip = pick(random, SLIPS_OF_ANY);
	const said: FixtureInput | Extract<Timed["input"], { kind: "danger" }> =
		random() < 0.4 || slip === undefined
			? { ...envelope, kind: "danger", on: false }
			: { ...input, ...envelope, ...slip };
	return { ...script, timed: [{ atMs, input: said }, ...script.timed] };
}

class Changes {
	readonly timed: Timed[] = [];
	nowMs: number;
	readonly #random: Random;
	#current: FixtureInput;
	#count = 0;

	constructor(first: FixtureInput, nowMs: number, random: Random) {
		this.#current = first;
		this.#random = random;
		this.nowMs = nowMs;
	}

	change(untilMs: number): void {
		if (this.#random() < SLIPS) this.#slip();
		const what = this.#random();
		this.#wait();
		const { scheduledAtMs, format } = this.#current;
		if (what < 0.2) this.#say({ scheduledAtMs: scheduledAtMs + Math.floor(this.#random() * 20_000) });
		else if (what < 0.4) this.#say(this.nowMs < scheduledAtMs - DUE_MS ? { prices: this.#prices() } : {});
		else if (what < 0.5) this.#say({ venue: `court ${this.#count}`, prices: {} });
		else if (what < 0.62) this.#outdated();
		else if (what < 0.74) {
			// It is played as it was first said, and a match in play keeps its format: both come before, or neither.
			if (this.nowMs >= untilMs) return;
			if (this.#current.sport !== "football" && this.#random() < 0.5) this.#price();
			this.#say({ format: otherFormat(this.#current) });
			this.#wait();
			this.nowMs = Math.min(this.nowMs, untilMs);
			this.#say({ format });
		} else if (what < 0.88 || this.nowMs + POSTPONED_MS + APART_MS > untilMs) {
			this.#say(this.#swapped());
			this.#wait();
			if (this.#random() < 0.6) this.#say(this.#swapped());
		} else {
			this.#say({ scheduledAtMs: this.nowMs + 500 });
			this.nowMs += POSTPONED_MS;
			this.#say({ scheduledAtMs: Math.max(scheduledAtMs, this.nowMs + 3_000) });
		}
	}

	/** Of a match that is played or over: where it is, or that its sides had changed places, which nobody believes by then. */
	late(atMs: number): void {
		this.nowMs = atMs;
		if (this.#random() < 0.5) this.#say({ venue: "the other ground", prices: {} });
		else this.#tell(this.#swapped());
	}

	/** What no provider means: it is refused, and the match stays as it was told. */
	#slip(): void {
		this.#wait();
		const { prices: _, ...sides } = this.#swapped();
		const slips: readonly Partial<FixtureInput>[] = [{ sport: otherSport(this.#current) }, ...SLIPS_OF_ANY];
		this.#tell(pick(this.#random, [...slips, { ...sides, prices: {} }]) ?? {});
	}

	/** What the provider thinks of its winner by now. */
	#price(): void {
		const { matchId } = this.#current;
		const [home = 2_000, away = 2_000] = twoWay(0.3 + this.#random() * 0.4);
		const prices = [
			{ outcomeId: "home", oddsMilli: home },
			{ outcomeId: "away", oddsMilli: away },
		];
		const id = `${matchId}:f${++this.#count}`;
		const said = { v: 1, id, matchId, sentAtMs: this.nowMs, kind: "reference_prices", marketId: "ml", prices } as const;
		this.timed.push({ atMs: this.nowMs, input: said });
		this.nowMs += PRICED_MS;
	}

	#wait(): void {
		this.nowMs += APART_MS + Math.floor(this.#random() * 3_000);
	}

	#tell(over: Partial<FixtureInput>): FixtureInput {
		const { matchId } = this.#current;
		const input = { ...this.#current, ...over, id: `${matchId}:f${++this.#count}`, sentAtMs: this.nowMs };
		this.timed.push({ atMs: this.nowMs, input });
		return input;
	}

	#say(over: Partial<FixtureInput>): void {
		const input = this.#tell(over);
		// A fixture that says nothing of prices leaves them as they were.
		const isPriced = Object.keys(input.prices).length > 0;
		this.#current = isPriced ? input : { ...input, prices: this.#current.prices };
	}

	/** It was sent before the newest one, and comes after it. */
	#outdated(): void {
		const { matchId, sentAtMs, scheduledAtMs } = this.#current;
		const late = { scheduledAtMs: scheduledAtMs + 60_000, sentAtMs: sentAtMs - 1 - Math.floor(this.#random() * 500) };
		const input = { ...this.#current, ...late, id: `${matchId}:f${++this.#count}` };
		this.timed.push({ atMs: this.nowMs, input });
	}

	#prices(): FixtureInput["prices"] {
		const home = 0.3 + this.#random() * 0.35;
		return this.#current.sport === "football" ? pricesOf(home * 0.75) : { moneyline: twoWay(home) };
	}

	#swapped(): Partial<FixtureInput> {
		const { home, away, prices } = this.#current;
		const { oneXTwo, moneyline, totals } = prices;
		return {
			home: away,
			away: home,
			prices: {
				...(oneXTwo === undefined ? {} : { oneXTwo: oneXTwo.toReversed() }),
				...(moneyline === undefined ? {} : { moneyline: moneyline.toReversed() }),
				...(totals === undefined ? {} : { totals }),
			},
		};
	}
}

const otherSport = ({ sport }: FixtureInput): FixtureInput["sport"] => (sport === "football" ? "tennis" : "football");

function otherFormat({ sport, format }: FixtureInput): FixtureInput["format"] {
	switch (sport) {
		case "football":
			return { ...format, extraTime: format.extraTime !== true, shootOut: format.extraTime !== true };
		case "tennis":
			return { ...format, noAd: format.noAd !== true };
		case "basketball":
			return { ...format, overtimeMinutes: format.overtimeMinutes === 5 ? 4 : 5 };
	}
}
