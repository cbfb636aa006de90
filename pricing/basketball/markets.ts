/** The basketball markets: ids, names, outcomes. A line is part of an id: another line is another market (BET-4). */
import type { MarketSpec, OutcomeSpec } from "../sport.ts";

const outcomes = (...pairs: readonly (readonly [string, string])[]): readonly OutcomeSpec[] =>
	pairs.map(([outcomeId, name]) => ({ outcomeId, name }));
const market = (
	marketId: string,
	name: string,
	group: string,
	period: string,
	list: readonly OutcomeSpec[],
): MarketSpec => ({ marketId, name, group, period, outcomes: list, winners: 1 });

/** A book names some seventy markets a second, of the few hundred that there are: each is made once. */
function remembered<Key>(make: (key: Key) => MarketSpec): (key: Key) => MarketSpec {
	const made = new Map<Key, MarketSpec>();
	return (key) => {
		const spec = made.get(key) ?? make(key);
		made.set(key, spec);
		return spec;
	};
}

const WHOLE = "with overtime";
export const REGULAR = "regular";
const TWO_WAY = outcomes(["home", "1"], ["away", "2"]);
const THREE_WAY = outcomes(["home", "1"], ["draw", "X"], ["away", "2"]);
const OVER_UNDER = outcomes(["over", "Over"], ["under", "Under"]);
const ODD_EVEN = outcomes(["odd", "Odd"], ["even", "Even"]);

export const WINNER = market("ml", "Winner (with overtime)", "main", WHOLE, TWO_WAY);
export const RESULT = market("1x2", "Result of regular time", "main", REGULAR, THREE_WAY);
export const OVERTIME = market("ot", "Overtime", "overtime", REGULAR, outcomes(["yes", "Yes"], ["no", "No"]));
export const PARITY = market("oe", "Total odd or even (with overtime)", "odd_even", WHOLE, ODD_EVEN);

/** Bands of the final margin; the last one is open. */
export const MARGIN_BANDS = ["1-5", "6-10", "11-15", "16-20", "21+"] as const;
const BAND_WIDTH = 5;
export const bandOf = (margin: number): number =>
	Math.min(MARGIN_BANDS.length - 1, Math.floor((margin - 1) / BAND_WIDTH));
export const marginOutcome = (margin: number): string =>
	`${margin > 0 ? "home" : "away"}:${MARGIN_BANDS[bandOf(Math.abs(margin))]}`;
export const WINNING_MARGIN = market(
	"wm",
	"Winning margin (with overtime)",
	"margin",
	WHOLE,
	(["home", "away"] as const).flatMap((side) =>
		MARGIN_BANDS.map((band) => ({ outcomeId: `${side}:${band}`, name: `${side === "home" ? "1" : "2"} by ${band}` })),
	),
);

const SIGNS = ["home", "draw", "away"] as const;
const LETTERS = { home: "1", draw: "X", away: "2" } as const;
export const HALF_FULL = market(
	"htft",
	"Half-time and regular time",
	"half_full",
	REGULAR,
	SIGNS.flatMap((half) =>
		SIGNS.map((full) => ({ outcomeId: `${half}-${full}`, name: `${LETTERS[half]} / ${LETTERS[full]}` })),
	),
);

/** Parts of regular time that have markets of their own. */
export const SECTIONS = [
	{ id: "q1", name: "1st quarter", first: 1, last: 1 },
	{ id: "q2", name: "2nd quarter", first: 2, last: 2 },
	{ id: "q3", name: "3rd quarter", first: 3, last: 3 },
	{ id: "q4", name: "4th quarter", first: 4, last: 4 },
	{ id: "h1", name: "1st half", first: 1, last: 2 },
	{ id: "h2", name: "2nd half", first: 3, last: 4 },
] as const;
export type Section = (typeof SECTIONS)[number];

/** A section's markets stop and settle together: one group for a quarter, one for a half. */
const groupOf = ({ id }: Section): string => (id.startsWith("q") ? "quarters" : "halves");
export const sectionResult = remembered((section: Section) =>
	market(`${section.id}:1x2`, `${section.name}: result`, groupOf(section), section.id, THREE_WAY),
);
export const sectionParity = remembered((section: Section) =>
	market(`${section.id}:oe`, `${section.name}: odd or even`, groupOf(section), section.id, ODD_EVEN),
);

const signed = (line: number): string => (line > 0 ? `+${line}` : `${line}`);
const spread = (id: string, name: string, group: string, period: string, line: number): MarketSpec =>
	market(id, name, group, period, outcomes(["home", `1 (${signed(line)})`], ["away", `2 (${signed(-line)})`]));

/** `line` is added to the home side's points: at −4.5 it must win by five. */
const spreadMarket = (line: number): MarketSpec =>
	spread(`sp:${line}`, `Spread (with overtime) ${signed(line)}`, "spread", WHOLE, line);
const totalMarket = (line: number): MarketSpec =>
	market(`ou:${line}`, `Total points (with overtime) ${line}`, "totals", WHOLE, OVER_UNDER);
const teamTotalMarket = (side: "home" | "away", line: number): MarketSpec =>
	market(
		`tt:${side}:${line}`,
		`Points of ${side === "home" ? "1" : "2"} (with overtime) ${line}`,
		"team_totals",
		WHOLE,
		OVER_UNDER,
	);
export const sectionSpread = (section: Section, line: number): MarketSpec =>
	spread(`${section.id}:sp:${line}`, `${section.name}: spread ${signed(line)}`, groupOf(section), section.id, line);
export const sectionTotal = (section: Section, line: number): MarketSpec =>
	market(`${section.id}:ou:${line}`, `${section.name}: total ${line}`, groupOf(section), section.id, OVER_UNDER);
export const raceMarket = remembered((points: number) =>
	market(
		`race:${points}`,
		`First to ${points} points (regular time)`,
		"race",
		REGULAR,
		outcomes(["home", "1"], ["none", "Neither"], ["away", "2"]),
	),
);

export const resultOutcome = (home: number, away: number): "home" | "draw" | "away" =>
	home > away ? "home" : home < away ? "away" : "draw";

/** Families of markets that differ only in their line, with the number of lines offered at a time. */
export type Family = {
	readonly id: string;
	readonly count: number;
	readonly spec: (line: number) => MarketSpec;
	readonly kind: "spread" | "total" | "home" | "away";
	readonly section: Section | null;
};
const family = (
	id: string,
	count: number,
	kind: Family["kind"],
	section: Section | null,
	spec: Family["spec"],
): Family => ({ id, count, kind, section, spec: remembered(spec) });
export const FAMILIES: readonly Family[] = [
	family("sp", 5, "spread", null, spreadMarket),
	family("ou", 5, "total", null, totalMarket),
	family("tt:home", 3, "home", null, (line) => teamTotalMarket("home", line)),
	family("tt:away", 3, "away", null, (line) => teamTotalMarket("away", line)),
	...SECTIONS.flatMap((section): readonly Family[] => [
		family(`${section.id}:sp`, 3, "spread", section, (line) => sectionSpread(section, line)),
		family(`${section.id}:ou`, 3, "total", section, (line) => sectionTotal(section, line)),
	]),
];
export const RACE_FAMILY = "race";
export const RACE_STEP = 10;
export const RACES_AHEAD = 3;

/** Groups that a feed may name in a bet stop. */
export const GROUPS: ReadonlySet<string> = new Set([
	...[WINNER, RESULT, OVERTIME, PARITY, WINNING_MARGIN, HALF_FULL, raceMarket(RACE_STEP)].map(({ group }) => group),
	...SECTIONS.map(groupOf),
	...FAMILIES.map(({ spec }) => spec(0.5).group),
]);
