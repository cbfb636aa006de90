import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { GOAL_PARAMETERS } from "../../pricing/football/fitted-parameters.ts";
import { Calibration } from "../../pricing/goals/forecast-scores.ts";
import { EFFECTS, withEffects } from "./fit-effects.ts";
import { type Fit, fitParameters } from "./fit-parameters.ts";
import { forward } from "./forward.ts";
import { type Match, readMatches } from "./matches.ts";
import { REFERENCE_RED, REFERENCE_RHO } from "./reference.ts";
import { repeatabilityOf, type SeasonEstimate } from "./repeatability.ts";

const FILE = "../shared/data/odds_and_events_5leagues_2009_2014.csv";
const isThere = existsSync(FILE);
const skipped = isThere ? "" : " (skipped: the file of matches is not on this machine)";

const folder = mkdtempSync(join(tmpdir(), "touchline-forward-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Numbers within 0 and 1 that are the same each time (a linear congruence). */
function dice(seed: number): () => number {
	let state = seed;
	return () => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return state / 2 ** 32;
	};
}

const COUNT = 100;
/** Whole chains are run, and machines have other work: these tests judge results, not speed. */
const BUSY_MS = 120_000;

/** Matches played minute by minute: who trails scores `lean` times as often, who leads so much less. */
function played(season: string, lean: number, seed: number, count = COUNT): readonly Match[] {
	const next = dice(seed);
	return Array.from({ length: count }, (_, index) => {
		const goals: Match["goals"][number][] = [];
		const score = { home: 0, away: 0 };
		const dismissals =
			next() < 0.2 ? [{ side: next() < 0.4 ? "home" : "away", minute: 50, stoppage: null } as const] : [];
		for (let minute = 1; minute <= 90; minute++) {
			const lead = Math.sign(score.home - score.away);
			const side = next() < 0.5 ? "home" : "away";
			const rate = ((side === "home" ? 3 : 2.4) / 90) * lean ** (side === "home" ? -lead : lead);
			if (next() >= rate) continue;
			goals.push({ side, minute, stoppage: minute === 90 ? 2 : minute === 45 ? 1 : null });
			score[side]++;
		}
		const league = index % 2 === 0 ? "ENG1" : "ESP1";
		return { season, league, oddsMilli: [2_250, 3_350, 3_300], score, goals, dismissals };
	});
}

const SEASONS = ["2001-2002", "2002-2003", "2003-2004"] as const;
const three = (lean: number): readonly Match[] => SEASONS.flatMap((season, k) => played(season, lean, k + 1));
const additionOf = ({ additions }: Fit, name: string) => additions.find((one) => one.name === name);

describe("how an effect repeats", () => {
	const seasons = (...values: readonly number[]): readonly SeasonEstimate[] =>
		values.map((value) => ({ value, variance: 0.01 }));

	test("[PRI-1] what is the same every season is taken whole, what is half as large later is halved", () => {
		expect(repeatabilityOf([seasons(0.5, 0.5, 0.5)])).toMatchObject({ slope: expect.closeTo(1, 12), shrinkage: 1 });
		// Before the second stands 1, before the third the mean of 1 and .5.
		const { slope, error, shrinkage } = repeatabilityOf([seasons(1, 0.5, 0.375)]);
		expect(slope).toBeCloseTo((0.5 + 0.75 * 0.375) / (1 + 0.75 ** 2), 12);
		expect(error).toBeCloseTo(0.1 / Math.sqrt(1 + 0.75 ** 2), 12);
		expect(shrinkage).toBe(slope);
	});

	test("[PRI-1] what grows is not enlarged, what turns or may be luck is dropped, one season says nothing", () => {
		expect(repeatabilityOf([seasons(0.5, 0.9)]).shrinkage).toBe(1);
		expect(repeatabilityOf([seasons(0.5, -0.5)]).shrinkage).toBe(0);
		expect(repeatabilityOf([seasons(0.1, 0.1)])).toMatchObject({ slope: 1, error: 1, shrinkage: 0 });
		expect(repeatabilityOf([seasons(0.5)])).toMatchObject({ slope: null, shrinkage: 0 });
	});

	test("[PRI-1] an estimate counts by its precision, and one without any not at all", () => {
		const sure = { value: 1, variance: 0.01 };
		const unsure = { value: -3, variance: 1 };
		const none = { value: 7, variance: Number.POSITIVE_INFINITY };
		const before = (100 - 3) / 101;
		expect(repeatabilityOf([[sure, none, unsure, sure]]).slope).toBeCloseTo(
			(-3 + 100 * before) / (1 + 100 * before ** 2),
			12,
		);
	});
});

describe("additions to the yardstick", { timeout: BUSY_MS }, () => {
	test("[PRI-1] with none of them the model has the yardstick's dismissals and dependence, and no effect of the score", () => {
		const { red, score, paceWeight } = withEffects(GOAL_PARAMETERS, []);
		expect(red).toEqual(REFERENCE_RED);
		expect([...new Set(Object.values(score)), paceWeight]).toEqual([1, 0]);
	});

	test("a lean raises who trails and lowers who leads, an opening raises both", () => {
		const at = (name: (typeof EFFECTS)[number]) =>
			withEffects(
				GOAL_PARAMETERS,
				EFFECTS.map((each) => (each === name ? 0.1 : 0)),
			).score;
		expect(at("lean.one")).toMatchObject({ trailsByOne: Math.exp(0.1), leadsByOne: Math.exp(-0.1), trailsByMore: 1 });
		expect(at("open.more")).toMatchObject({ trailsByMore: Math.exp(0.1), leadsByMore: Math.exp(0.1), leadsByOne: 1 });
	});

	test("[PRI-1] a lean that every season has is kept, one that no season has is dropped", () => {
		const strong = fitParameters(three(1.6));
		expect(additionOf(strong, "lean.one")?.repeats.shrinkage).toBeGreaterThan(0.5);
		expect(strong.parameters.score.trailsByOne).toBeGreaterThan(1.25);
		expect(strong.parameters.score.leadsByOne).toBeLessThan(0.8);
		expect(fitParameters(three(1)).parameters.score).toEqual({
			leadsByOne: 1,
			leadsByMore: 1,
			trailsByOne: 1,
			trailsByMore: 1,
			level: 1,
			goalless: 1,
		});
	});

	test("[PRI-1] one season alone gives the yardstick", () => {
		const { parameters, plain, additions } = fitParameters(played("2001-2002", 1.6, 1));
		expect(parameters).toEqual(plain);
		expect(parameters.rhoLate).toBe(REFERENCE_RHO);
		expect(additions.every(({ value }) => value === 0)).toBe(true);
	});
});

describe("forward in time", { timeout: BUSY_MS }, () => {
	test("[PRI-1] no season changes what it or an earlier one is forecast by", () => {
		const matches = three(1.3);
		const last = matches.slice(0, -COUNT).concat(played("2003-2004", 0.4, 9));
		const [one, other] = [forward(matches), forward(last)];
		expect(one.steps.map(({ season }) => season)).toEqual(["2002-2003", "2003-2004"]);
		expect(other.steps.map(({ fit }) => fit)).toEqual(one.steps.map(({ fit }) => fit));
		expect(other.bySeason[0]).toEqual(one.bySeason[0]);
		expect(other.bySeason[1]).not.toEqual(one.bySeason[1]);
	});

	test("[PRI-1] the order of the rows changes nothing that is chosen", () => {
		const matches = three(1.3);
		const shrinkages = (of: readonly Match[]) =>
			fitParameters(of).additions.map(({ repeats }) => repeats.shrinkage > 0);
		expect(shrinkages(matches.toReversed())).toEqual(shrinkages(matches));
	});

	test("an effect that is there gains on the season after, and the sum is that of the minutes", () => {
		const { all, additions } = forward(three(1.6));
		const lean = additions.find(({ name }) => name === "lean.one")?.gains;
		expect(lean?.sum.mean).toBeGreaterThan(0);
		expect(all.result.minutes.reduce((sum, { mean }) => sum + mean, 0)).toBeCloseTo(all.result.sum.mean, 12);
		expect(all.result.n).toBe(2 * COUNT);
	});

	test("the calibration error of chance is what right forecasts come to on average", () => {
		const next = dice(5);
		let mean = 0;
		const runs = 300;
		for (let run = 0; run < runs; run++) {
			const calibration = new Calibration(20);
			for (let n = 0; n < 2_000; n++) {
				const chance = next();
				calibration.add(chance, next() < chance);
			}
			mean += calibration.error() / calibration.errorByChance() / runs;
		}
		expect(Math.abs(mean - 1)).toBeLessThan(0.03);
	});
});

describe("npm run evaluate -- --forward", { timeout: BUSY_MS }, () => {
	const row = ({ season, league, oddsMilli, score, goals, dismissals }: Match): string => {
		const events = (of: Match["goals"]): string =>
			of
				.map(
					({ side, minute, stoppage }) =>
						`${side === "home" ? "H" : "A"}${minute}${stoppage === null ? "" : `+${stoppage}`}`,
				)
				.join(";");
		const odds = oddsMilli.map((price) => price / 1_000).join(",");
		return `${season},${league},${odds},${score.home},${score.away},${events(goals)},${events(dismissals)}`;
	};
	function ran(matches: readonly Match[], ...flags: readonly string[]) {
		const file = join(folder, "matches.csv");
		writeFileSync(file, ["season,league,odd_h,odd_d,odd_a,hg,ag,goals,dismissals", ...matches.map(row)].join("\n"));
		return spawnSync("node", ["scripts/model/evaluate.ts", "--data", file, "--forward", ...flags], {
			encoding: "utf8",
		});
	}

	test("[PRI-1] reports each effect by season, how it repeats, what is kept, and the gains by minute", () => {
		const { status, stdout } = ran(three(1.6), "--svg", join(folder, "calibration.svg"));
		expect(readFileSync(join(folder, "calibration.svg"), "utf8").startsWith("<svg")).toBe(true);
		expect(status).toBe(0);
		expect(stdout).toMatch(/^lean\.one .*all .* repeats \d\.\d\d ± \d\.\d\d {2}× \d\.\d\d kept \d\.\d{4}$/m);
		expect(stdout).toMatch(/^goalless .* dropped$/m);
		expect(stdout).toMatch(/^2002-2003 +nothing$/m);
		expect(stdout).toMatch(/^Behind by more than its error: \d+ of 14/m);
		for (const minute of ["0'", "45'", "85'"]) expect(stdout).toContain(minute);
		const json = ran(three(1.6), "--json").stdout;
		expect(json.trim().split("\n")).toHaveLength(1);
		expect(JSON.parse(json)).toMatchObject({ steps: ["2002-2003", "2003-2004"], all: { result: { n: 2 * COUNT } } });
	});

	test("refuses one season, and options that mean another way of judging", () => {
		expect(ran(played("2001-2002", 1, 1))).toMatchObject({ status: 2, stdout: "" });
		for (const flags of [["--compare"], ["--holdout", "each"]])
			expect(ran(three(1), ...flags)).toMatchObject({ status: 2, stdout: "" });
	});
});

test.skipIf(!isThere)(
	`[PRI-1] the stored parameters are what the procedure gives on all seasons${skipped}`,
	() => {
		const file = readMatches(readFileSync(FILE, "utf8"));
		if (!file.ok) throw new Error(file.message);
		const { parameters, additions } = fitParameters(file.matches);
		expect(parameters.score.trailsByMore).toBeCloseTo(GOAL_PARAMETERS.score.trailsByMore, 4);
		expect(parameters.red.other).toBeCloseTo(GOAL_PARAMETERS.red.other, 4);
		expect(parameters.rhoLate).toBeCloseTo(GOAL_PARAMETERS.rhoLate, 4);
		for (const name of ["red.own", "open.more", "level", "goalless", "paceWeight"])
			expect(additions.find((one) => one.name === name)).toMatchObject({ value: 0, repeats: { shrinkage: 0 } });
	},
	BUSY_MS,
);
