import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { GOAL_PARAMETERS } from "../../pricing/football/fitted-parameters.ts";
import { parseCsv } from "./csv.ts";
import { fitParameters } from "./fit-parameters.ts";
import { factsAt, forecastOf, MINUTES } from "./forecasts.ts";
import { readMatches } from "./matches.ts";
import { parametersText, rounded } from "./parameters-file.ts";
import { calibrationPicture } from "./picture.ts";
import { Paired } from "./scores.ts";

const FILE = "../shared/data/odds_and_events_5leagues_2009_2014.csv";
const isThere = existsSync(FILE);
const skipped = isThere ? "" : " (skipped: the file of matches is not on this machine)";

const folder = mkdtempSync(join(tmpdir(), "touchline-model-"));
afterAll(() => rmSync(folder, { recursive: true }));

const HEADER = "league,season,date,home,away,odd_h,odd_d,odd_a,hg,ag,ht_hg,ht_ag,goals,dismissals";
const row = (goals: string, hg: number, ag: number, over: Partial<Record<"odds" | "season" | "reds", string>> = {}) =>
	`L1,${over.season ?? "2014-2015"},2014-08-08,one,two,${over.odds ?? "1.91,3.4,3.8"},${hg},${ag},0,0,${goals},${over.reds ?? ""}`;
const GOOD = [
	row("H71;H82", 2, 0),
	row("A40", 0, 1, { reds: "H75y" }),
	row("H6;A17;A60;A71p;H90+3", 2, 3),
	row("", 0, 0),
];

function evaluated(content: string, ...flags: readonly string[]) {
	const file = join(folder, "matches.csv");
	writeFileSync(file, content);
	const run = spawnSync("node", ["scripts/model/evaluate.ts", "--data", file, ...flags], { encoding: "utf8" });
	return { ...run, json: run.stdout.startsWith("{") ? JSON.parse(run.stdout) : null };
}

describe("reading matches", () => {
	test("columns in any order, CRLF, a byte order mark and quoted fields", () => {
		const table = parseCsv('\uFEFFb,a\r\n"x, y",1\r\n\r\n2,"say ""so"""\r\n');
		expect(table.columns).toEqual(["b", "a"]);
		expect(table.rows.map(({ fields }) => fields)).toEqual([
			["x, y", "1"],
			["2", 'say "so"'],
		]);
		expect(table.rows.map(({ line }) => line)).toEqual([2, 4]);
	});

	test("a row that cannot be used is named with its line and reason, the others are read", () => {
		const lines = [
			GOOD[0],
			row("H71", 2, 0),
			row("H71;H82", 2, 0, { odds: ",3.4,3.8" }),
			row("X9", 1, 0),
			row("H9", 1, 0, { odds: "1,3,4" }),
			"L1,2014-2015",
		];
		const file = readMatches([HEADER, ...lines].join("\n"));
		if (!file.ok) throw new Error(file.message);
		expect(file.matches.length).toBe(1);
		expect(file.unusable).toEqual([
			{ line: 3, reason: "goals: 1-0 by minute, but the score is 2-0" },
			{ line: 4, reason: "odd_h: nothing are no decimal odds" },
			{ line: 5, reason: "goals: X9 is no event" },
			{ line: 6, reason: "odd_h: 1 are no decimal odds" },
			{ line: 7, reason: "hg: nothing is no number of goals" },
		]);
	});

	test("a file without a needed column is refused", () => {
		expect(readMatches("a,b\n1,2")).toMatchObject({ ok: false });
	});

	test("after minute 45 stands every goal and dismissal of the first half's stoppage, after 85 nothing later", () => {
		const file = readMatches([HEADER, row("H45;A45+2;H46;H86", 3, 1, { reds: "A45+1" })].join("\n"));
		const match = file.ok ? file.matches[0] : undefined;
		if (match === undefined) throw new Error("the row must be read");
		expect(factsAt(match, 45)).toMatchObject({
			phase: "half_time",
			regular: { home: 1, away: 1 },
			reds: { home: 0, away: 1 },
		});
		expect(factsAt(match, 30).regular).toEqual({ home: 0, away: 0 });
		expect(factsAt(match, 85)).toMatchObject({
			phase: "second_half",
			elapsedSec: 5_100,
			regular: { home: 2, away: 1 },
		});
	});
});

describe("forecasts", () => {
	test("probabilities of a result sum to one, and what has happened is certain", () => {
		const file = readMatches([HEADER, row("H6;A17;A60;A71p;H90+3", 2, 3)].join("\n"));
		const match = file.ok ? file.matches[0] : undefined;
		if (match === undefined) throw new Error("the row must be read");
		for (const minute of MINUTES) {
			const { result, over } = forecastOf({ home: 1.5, away: 1.2 }, factsAt(match, minute), GOAL_PARAMETERS);
			expect(result[0] + result[1] + result[2]).toBeCloseTo(1, 12);
			if (minute >= 60) expect(over).toBeCloseTo(1, 12);
		}
	});

	test("a paired difference has the standard error of its mean", () => {
		const paired = new Paired();
		for (const difference of [1, 2, 3, 4]) paired.add(difference);
		expect(paired.mean).toBe(2.5);
		expect(paired.error).toBeCloseTo(Math.sqrt(1.25 / 4), 12);
	});

	test("a picture of the calibration is one SVG, the same each time", () => {
		const panels = [{ title: "half-time", bins: [{ count: 10, forecast: 0.4, happened: 0.5 }] }];
		expect(calibrationPicture(panels)).toMatch(/^<svg[\s\S]*<circle[\s\S]*<\/svg>\n$/);
		expect(calibrationPicture(panels)).toBe(calibrationPicture(panels));
	});
});

describe("npm run evaluate", () => {
	test("prints exactly the numbers of each minute, CRLF and reordered columns or not", () => {
		const plain = evaluated([HEADER, ...GOOD].join("\n"), "--json");
		expect(plain.status).toBe(0);
		expect(Object.keys(plain.json.minutes)).toEqual(["0", "15", "30", "45", "60", "75", "85"]);
		for (const minute of Object.values<object>(plain.json.minutes))
			expect(Object.keys(minute).sort()).toEqual(["ece", "logloss", "n", "over25_logloss", "rps"]);
		expect(plain.json.minutes["0"].n).toBe(GOOD.length);
		const turned = [HEADER, ...GOOD].map((line) => line.split(",").reverse().join(",")).join("\r\n");
		expect(evaluated(turned, "--json").stdout).toBe(plain.stdout);
		expect(plain.stdout.trim().split("\n").length).toBe(1);
	});

	test("counts what it cannot use on stderr and goes on", () => {
		const run = evaluated([HEADER, ...GOOD, row("H9", 2, 2)].join("\n"), "--json");
		expect(run.status).toBe(0);
		expect(run.json.minutes["0"].n).toBe(GOOD.length);
		expect(run.stderr).toContain("1 rows cannot be used");
	});

	test("without --json a table, the yardstick where asked for, and the picture", () => {
		const picture = join(folder, "calibration.svg");
		const run = evaluated([HEADER, ...GOOD].join("\n"), "--compare", "--svg", picture);
		expect(run.status).toBe(0);
		expect(run.stdout).toContain("half-time");
		expect(run.stdout).toContain("gain, 1e-5");
		expect(readFileSync(picture, "utf8").startsWith("<svg")).toBe(true);
	});

	test.each([
		[["--data", "nowhere.csv"], /^There is no file nowhere\.csv\.\n$/],
		[["--data", "."], /is a folder/],
		[["--data"], /Usage/],
		[["--speed"], /Usage/],
		[[], /--data names the file/],
	])("refuses %j with one line and exit 2", (flags, reason) => {
		for (const script of ["evaluate", "fit"]) {
			const run = spawnSync("node", [`scripts/model/${script}.ts`, ...flags], { encoding: "utf8" });
			expect(run.status).toBe(2);
			expect(run.stdout).toBe("");
			expect(run.stderr).toMatch(reason);
			expect(run.stderr.trim().split("\n").length).toBe(1);
		}
	});

	test("refuses a file without matches, and seasons that are not there", () => {
		expect(evaluated(HEADER, "--json").status).toBe(2);
		expect(evaluated("", "--json").status).toBe(2);
		expect(evaluated([HEADER, ...GOOD].join("\n"), "--holdout", "1999-2000").status).toBe(2);
	});
});

describe("the parameters", () => {
	test("are stored as the text that the fit writes", () => {
		const text = parametersText(GOAL_PARAMETERS, {
			file: "matches.csv",
			source: "a source",
			seasons: ["2009-2010", "2013-2014"],
			matches: 9_115,
		});
		const stored = readFileSync("pricing/football/fitted-parameters.ts", "utf8");
		const without = (source: string): string => source.replace(/\/\*\*\n \* Fitted[\s\S]*?\*\//, "");
		expect(without(text)).toBe(without(stored));
		expect(rounded(GOAL_PARAMETERS)).toEqual(GOAL_PARAMETERS);
	});

	test.skipIf(!isThere)(
		`a fit of 456 matches is deterministic and near the stored one${skipped}`,
		() => {
			const file = readMatches(readFileSync(FILE, "utf8"));
			if (!file.ok) throw new Error(file.message);
			const some = file.matches.filter((_, index) => index % 20 === 0);
			const [one, two] = [1, 2].map(() => fitParameters(some).parameters);
			expect(one).toEqual(two);
			expect(Math.abs((one?.first.share ?? 0) - GOAL_PARAMETERS.first.share)).toBeLessThan(0.05);
			expect(Math.abs((one?.total.mean ?? 0) - GOAL_PARAMETERS.total.mean)).toBeLessThan(0.3);
		},
		120_000,
	);
});
