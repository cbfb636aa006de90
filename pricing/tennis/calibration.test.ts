import { expect, test } from "vitest";
import type { Side } from "../../shared/feeds/canonical.ts";
import { seededRandom } from "../../shared/seeded-random.ts";
import { bisect } from "../solve.ts";
import { believed, PRIOR_POINTS, tallyOf } from "./belief.ts";
import { type Format, other } from "./format.ts";
import { SETS } from "./match-model.ts";
import { outlookOf } from "./outlook.ts";
import type { Serves } from "./point-model.ts";
import { type Position, playPoint, pointServer, START, winnerOf } from "./score.ts";

/**
 * Matches whose true chances on serve differ from day to day, as the model supposes. The market is taken to be right: its price is
 * the mean over days, and the belief starts from what gives back that price. In play the updated belief must be calibrated and
 * tell more than the one before the match. That days do differ so, this cannot show.
 */
const FORMAT: Format = { bestOf: 3, finalSet: "tiebreak7", noAd: false };
const MARKETS = 50;
const MATCHES_EACH = 40;
const BINS = 20;

type Forecast = { readonly updated: number; readonly fixed: number; readonly truth: number };

function homeWins(position: Position, serves: Serves): number {
	const outlook = outlookOf({ position, format: FORMAT, serves }, "home");
	if (outlook === null) throw new Error("over");
	return (outlook.match.sets[2 * SETS] ?? 0) + (outlook.match.sets[2 * SETS + 1] ?? 0);
}

/** A chance on serve from its Beta law, which at this weight is normal to the third decimal. */
function dayOf(mean: number, random: () => number): number {
	const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
	return mean + normal * Math.sqrt((mean * (1 - mean)) / (PRIOR_POINTS + 1));
}

/** Nodes and weights of Gauss and Hermite's three-point rule for a standard normal number. */
const NODES = [
	[-Math.sqrt(3), 1 / 6],
	[0, 2 / 3],
	[Math.sqrt(3), 1 / 6],
] as const;

/** What the market's price, the mean over days, makes of the sides: the level as it is, and the gap that the model needs for it. */
function believedBefore(mean: Serves): Serves {
	const spread = (p: number): number => Math.sqrt((p * (1 - p)) / (PRIOR_POINTS + 1));
	let price = 0;
	for (const [a, weightA] of NODES) {
		for (const [b, weightB] of NODES) {
			const day = { home: mean.home + a * spread(mean.home), away: mean.away + b * spread(mean.away) };
			price += weightA * weightB * homeWins(START, day);
		}
	}
	const level = (mean.home + mean.away) / 2;
	const at = (gap: number): Serves => ({ home: level + gap, away: level - gap });
	const gap = bisect((value) => homeWins(START, at(value)) - price, -0.15, 0.15);
	if (gap === null) throw new Error("no gap gives this price");
	return at(gap);
}

function forecasts(random: () => number): readonly (Forecast & { readonly won: 0 | 1 })[] {
	const all: (Forecast & { won: 0 | 1 })[] = [];
	for (let market = 0; market < MARKETS; market++) {
		const mean: Serves = { home: 0.58 + random() * 0.1, away: 0.58 + random() * 0.1 };
		const prior = believedBefore(mean);
		for (let n = 0; n < MATCHES_EACH; n++)
			all.push(...match(prior, { home: dayOf(mean.home, random), away: dayOf(mean.away, random) }, random));
	}
	return all;
}

function match(prior: Serves, day: Serves, random: () => number): readonly (Forecast & { readonly won: 0 | 1 })[] {
	const made: Forecast[] = [];
	let position: Position = START;
	for (let points = 0; winnerOf(position, FORMAT) === null; points++) {
		// A look each 24 points, whatever the score is.
		if (points % 24 === 12) {
			const updated = homeWins(position, believed(prior, tallyOf(position, FORMAT, "home")));
			made.push({ updated, fixed: homeWins(position, prior), truth: homeWins(position, day) });
		}
		const server = pointServer(position, FORMAT, "home");
		const side: Side = random() < day[server] ? server : other(server);
		position = playPoint(position, FORMAT, side) ?? position;
	}
	const won = winnerOf(position, FORMAT) === "home" ? 1 : 0;
	return made.map((forecast) => ({ ...forecast, won }));
}

type Pair = { readonly p: number; readonly won: 0 | 1 };
/** Expected calibration error: 20 bins of equal width, the gap between mean forecast and share won, weighted by size. */
function calibrationError(pairs: readonly Pair[]): number {
	const bins = Array.from({ length: BINS }, () => ({ n: 0, p: 0, won: 0 }));
	for (const { p, won } of pairs) {
		const bin = bins[Math.min(BINS - 1, Math.floor(p * BINS))];
		if (bin === undefined) continue;
		bin.n++;
		bin.p += p;
		bin.won += won;
	}
	return bins.reduce((sum, bin) => sum + Math.abs(bin.p - bin.won), 0) / pairs.length;
}
const logLoss = (pairs: readonly Pair[]): number =>
	pairs.reduce((sum, { p, won }) => sum - Math.log(won === 1 ? p : 1 - p), 0) / pairs.length;

test("in-play chances are calibrated on simulated matches, and tell more than the pre-match belief", () => {
	const all = forecasts(seededRandom(1_877));
	const by = (key: "updated" | "fixed" | "truth"): readonly Pair[] => all.map((one) => ({ p: one[key], won: one.won }));
	const [updated, fixed, truth] = [by("updated"), by("fixed"), by("truth")];
	const found = {
		forecasts: all.length,
		errors: [updated, fixed, truth].map(calibrationError),
		losses: [updated, fixed, truth].map(logLoss),
	};
	const words = JSON.stringify(found);
	expect(all.length).toBeGreaterThan(5_000);
	// Looks of one match share its end, so that even the true chances miss by sampling: the updated may miss by little more.
	expect(calibrationError(updated), words).toBeLessThan(calibrationError(truth) + 0.01);
	expect(calibrationError(updated), words).toBeLessThan(0.03);
	expect(logLoss(updated), words).toBeLessThan(logLoss(fixed));
	expect(logLoss(truth), words).toBeLessThan(logLoss(updated));
	if (process.env.TELL !== undefined) console.log(words);
});
