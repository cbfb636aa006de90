/** A basketball match in a hurry: quarters, overtime, and everything a feed may say of them. It knows what is true. */
import { pointsIn, QUARTERS, type TrueBasket, type TrueBasketball } from "../audit/true-basketball.ts";
import type { Random } from "../world/chance.ts";
import { BasketTeller, type Period } from "./basketball-telling.ts";
import type { Script } from "./script.ts";
import { calm, type Setting, startSaid, Tape, twoWay } from "./tape.ts";

const BREAK_MS = 1_500;
/** What is played after the calm is played fast. */
const LAST_MS = 9_000;
const MOST_RATE = 110;
const LAST = 99;

export function playBasketball({ matchId, random, startMs, lengthMs, calmMs, offered }: Setting): Script {
	const tape = new Tape(matchId);
	const teller = new BasketTeller(random, tape.say);
	const tipOffMs = startMs + 4_000 + Math.floor(random() * 25_000);
	const quarterMinutes = [5, 10, 12][Math.floor(random() * 3)] ?? 12;
	const overtimeMinutes = random() < 0.5 ? 5 : 3;
	const fair = 0.3 + random() * 0.4;
	const goesOn = random() < 0.5;
	const isAbandoned = random() < 0.1;
	tape.say(startMs + Math.floor(random() * 1_000), {
		kind: "fixture",
		sport: "basketball",
		competition: "NBA",
		home: { name: "Home Hawks", short: "HOM" },
		away: { name: "Away Ants", short: "AWA" },
		scheduledAtMs: startSaid(random, tipOffMs, 8_000),
		format: { quarterMinutes, overtimeMinutes },
		prices: { moneyline: twoWay(fair) },
		offered,
	});
	const quarterSec = quarterMinutes * 60;
	// Played among faults: up to the third quarter, or all four, which then end level.
	const first = goesOn ? QUARTERS : QUARTERS - 1;
	const eachMs = Math.max(6_000, Math.floor((startMs + lengthMs - tipOffMs) / first) - BREAK_MS);
	let atMs = tipOffMs;
	const play = (number: number, forMs: number): void => {
		const sec = Math.min(number - 1, QUARTERS) * quarterSec + Math.max(0, number - 1 - QUARTERS) * overtimeMinutes * 60;
		const lastsSec = number > QUARTERS ? overtimeMinutes * 60 : quarterSec;
		const rate = Math.min(MOST_RATE, lastsSec / (forMs / 1_000));
		const period: Period = { number, fromMs: atMs, lengthMs: forMs, sec, rate, endSec: sec + lastsSec };
		teller.play(period);
		if (number === QUARTERS && goesOn) teller.level(period);
		atMs += forMs;
	};
	for (let number = 1; number <= first; number++) {
		play(number, eachMs);
		teller.pause(atMs + 100, number, (number < QUARTERS ? number : QUARTERS) * quarterSec);
		atMs += number === first ? 200 : BREAK_MS;
	}
	calm(tape.say, atMs, calmMs);
	atMs += calmMs;
	let over = first;
	while (!isAbandoned && (over < QUARTERS || isLevel(teller.baskets))) {
		if (over > first) {
			teller.pause(atMs + 100, over, QUARTERS * quarterSec + Math.max(0, over - QUARTERS) * overtimeMinutes * 60);
			atMs += BREAK_MS;
		}
		over++;
		play(over, LAST_MS);
		// One overtime decides it, or a history would not end.
		if (over > QUARTERS && isLevel(teller.baskets)) teller.decide();
	}
	if (isAbandoned) tape.say(atMs, { kind: "state", phase: "abandoned", score: teller.scoreAt(atMs) });
	else teller.end(atMs + 500);
	reconsider(random, teller, atMs + 2_500, over);
	const played: TrueBasketball = { sport: "basketball", baskets: teller.baskets, over, isAbandoned };
	return { timed: tape.timed, played };
}

const isLevel = (baskets: readonly TrueBasket[]): boolean => {
	const { home, away } = pointsIn(baskets, 1, LAST);
	return home === away;
};

/** What stands is a match: it has a winner, and overtime exactly where four quarters had none. */
function isMatch(baskets: readonly TrueBasket[], over: number): boolean {
	const { home, away } = pointsIn(baskets, 1, QUARTERS);
	return over < QUARTERS || (!isLevel(baskets) && (home === away) === over > QUARTERS);
}

/** After the end a basket is taken back, and sometimes given again; or one is told that nobody had told. */
function reconsider(random: Random, teller: BasketTeller, atMs: number, over: number): void {
	if (random() < 0.5) return;
	const plain = teller.baskets.filter(({ isPlain, stands }) => isPlain && stands);
	for (const basket of plain.slice(-4)) {
		const without = teller.baskets.map((one) => (one === basket ? { ...one, stands: false } : one));
		if (!isMatch(without, over) || random() < 0.5) continue;
		const backMs = atMs + Math.floor(random() * 6_000);
		teller.takeBack(basket, backMs);
		if (random() < 0.4) teller.giveAgain(basket, backMs + 300 + Math.floor(random() * 3_000));
		return;
	}
}
