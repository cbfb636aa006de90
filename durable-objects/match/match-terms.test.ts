/**
 * The catalogue changes and a match does not: what it took when its fixture opened it stands in its log. The views here are those
 * of a later release, in which margins have a second version and the current one is that.
 */
import * as v from "valibot";
import { describe, expect, test, vi } from "vitest";
import { BET_DELAYS } from "../../shared/catalogue/bet-delays.ts";
import { FOLLOWING_SHARES } from "../../shared/catalogue/following.ts";
import { HOLD_OFFS } from "../../shared/catalogue/hold-offs.ts";
import { LICENCES } from "../../shared/catalogue/licences.ts";
import { MATCH_CATALOGUE, type MatchCatalogue, matchTerms } from "../../shared/catalogue/match-terms.ts";
import { OUTCOME_CAPS } from "../../shared/catalogue/outcome-caps.ts";
import type { MarginProfile } from "../../shared/catalogue/schemas.ts";
import { profileOf } from "../../shared/catalogue/views.ts";
import { type Input, loggedInputSchema, type TraderAction } from "../../shared/feeds/canonical.ts";
import { AT, confirmation, fixture, incident, phase } from "../../testing/football-inputs.ts";
import { nodeSql } from "../../testing/node-sql.ts";
import { migrate } from "../runtime/migrate.ts";
import type { Sql } from "../runtime/ports.ts";
import { applyBatch, applyEntry, replay, type StepDeps } from "./apply.ts";
import { BookShelf } from "./book-shelf.ts";
import { followingWeight } from "./calibration.ts";
import { dueEvent } from "./due-event.ts";
import { MATCH_MIGRATIONS } from "./migrations.ts";
import { type MatchState, termsOf } from "./state.ts";
import type { StoredState } from "./state-rows.ts";
import { MatchStore } from "./store.ts";

const FIRST = "2026-11";
const SECOND = "2027-01";

vi.mock("../../shared/catalogue/views.ts", async (original) => {
	const views = await original<typeof import("../../shared/catalogue/views.ts")>();
	const dearer = (profile: MarginProfile): MarginProfile => {
		const { prematch, inPlay } = profile.sports.football;
		const base = { ...prematch.base, margin: 0.2 };
		return { ...profile, sports: { ...profile.sports, football: { prematch: { base, groups: {} }, inPlay } } };
	};
	return {
		...views,
		CURRENT_MARGINS: "2027-01",
		profileOf: (view: string, version: string) => {
			if (version !== "2027-01") return views.profileOf(view, version);
			const first = views.profileOf(view, "2026-11");
			return first === null ? null : dearer({ ...first, version });
		},
	};
});

/** The catalogue of today's matches, and one that says everything otherwise. */
const THEN: MatchCatalogue = { ...MATCH_CATALOGUE, margins: { current: FIRST } };
const NOW: MatchCatalogue = {
	betDelays: {
		current: SECOND,
		rows: [...BET_DELAYS, ...BET_DELAYS.map((row) => ({ ...row, version: SECOND, inPlayMs: 7_000 }))],
	},
	holdOffs: {
		current: SECOND,
		rows: [
			...HOLD_OFFS,
			...HOLD_OFFS.map((row) => ({
				...row,
				version: SECOND,
				holdOff: { otherwiseMs: 9_000, byGroupMs: {} },
				inferredStandsMs: 8_000,
			})),
		],
	},
	outcomeCaps: {
		current: SECOND,
		rows: [...OUTCOME_CAPS, ...OUTCOME_CAPS.map((row) => ({ ...row, version: SECOND, capBaseMinor: 7_000_000 }))],
	},
	following: {
		current: SECOND,
		rows: [
			...FOLLOWING_SHARES,
			...FOLLOWING_SHARES.map((row) => ({ ...row, version: SECOND, byProviderPpm: { uof: 0 } })),
		],
	},
	margins: { current: SECOND },
	licences: LICENCES.map((profile) => ({ ...profile, lateBets: "report", correctionWindowMs: 60_000 })),
};

type Recorded = { readonly sql: Sql; readonly store: MatchStore; readonly state: () => MatchState };
const HELD: TraderAction = { action: "set_price", marketId: "1x2", outcomeId: "home", oddsMilli: 2_700 };
const BEFORE: readonly Input[] = [
	fixture({ scheduledAtMs: AT + 60_000 }),
	{ v: 1, kind: "trader", id: "held", matchId: "final", sentAtMs: AT, trader: "ann", command: HELD },
];
/** A goal that decides markets, which wait for their hold-off; and one that only a score tells of. */
const PLAYED: readonly Input[] = [
	phase("first_half", 0),
	incident("goal", "home", "g1", "1"),
	confirmation("g1"),
	{ ...phase("first_half", 60), id: "score", score: { home: 1, away: 1 } } as Input,
];

/** A price of a match in play, which its provider's share lets strengths follow, or nothing at all. */
const FOLLOWED: readonly Input[] = [
	...BEFORE.slice(0, 1),
	phase("first_half", 0),
	{
		v: 1,
		kind: "reference_prices",
		id: "price",
		matchId: "final",
		sentAtMs: AT,
		marketId: "1x2",
		prices: [
			{ outcomeId: "home", oddsMilli: 2_400 },
			{ outcomeId: "draw", oddsMilli: 3_200 },
			{ outcomeId: "away", oddsMilli: 3_400 },
		],
	},
];

const PLAYS = [
	["with results that wait", [...BEFORE, ...PLAYED]],
	["with a price of its provider", FOLLOWED],
] as const;

/** A match that opens under a catalogue: its inputs come in, and what time asks for is entered. */
function recorded(catalogue: MatchCatalogue, inputs: readonly Input[]): Recorded {
	const sql = nodeSql();
	migrate(sql, MATCH_MIGRATIONS);
	const store = new MatchStore(sql);
	const deps: StepDeps = {
		store,
		report: () => {},
		termsFor: (sport, provider) => matchTerms(sport, provider, catalogue),
	};
	const sold = { marketIds: [], riskOf: () => 0, betSince: () => [] };
	let state: MatchState | null = null;
	let stored: StoredState | null = null;
	for (const [index, input] of inputs.entries()) {
		const nowMs = AT + index * 1_000;
		const logged = v.parse(loggedInputSchema, { seq: index + 1, provider: "uof", receivedAtMs: nowMs, input });
		const stepped = applyBatch(deps, state, index, { inputs: [logged] }, nowMs);
		expect(stepped.rejected).toEqual([]);
		state = stepped.state;
		for (let due = state && dueEvent(state, nowMs, sold); state !== null && due !== null; ) {
			state = applyEntry(deps, state, due, nowMs);
			due = dueEvent(state, nowMs, sold);
		}
		stored = store.saveState(stored, state, index + 1, "lane");
	}
	return { sql, store, state: () => stateIn(store) };
}

function stateIn(store: MatchStore): MatchState {
	const { stored } = store.load();
	if (stored === null) throw new Error("no match");
	return stored.state;
}

const replayedOf = ({ store }: Recorded): string => JSON.stringify(replay(store.history()));
const calibrationsOf = ({ store }: Recorded): number =>
	store.history().journal.filter(({ kind }) => kind === "calibration").length;
const homeOdds = (state: MatchState): number =>
	BookShelf.of(state, AT).book(state, state.lastTick, "standard")?.get("1x2")?.oddsMilli[0] ?? 0;
const atFirstWaiting = ({ waiting, lastTick }: MatchState): number => Math.max(...Object.values(waiting)) - lastTick;

describe("[MAT-2] a match goes by the catalogue that it was opened under", () => {
	test.each([
		["before its start, with a price that a trader holds", BEFORE],
		["in play, with results that wait", [...BEFORE, ...PLAYED]],
		["in play, with a price of its provider", FOLLOWED],
	] as const)("%s, a replay under a later catalogue gives the same bytes", (_, inputs) => {
		for (const catalogue of [THEN, NOW]) {
			const match = recorded(catalogue, inputs);
			expect(replayedOf(match)).toBe(JSON.stringify(match.state()));
			expect(termsOf(match.state())).toEqual(matchTerms("football", "uof", catalogue));
		}
	});

	test("one that opens under a later catalogue has its delay, hold-offs, margins and settlement", () => {
		const [then, now] = [THEN, NOW].map((catalogue) => recorded(catalogue, [...BEFORE, ...PLAYED]).state());
		if (then === undefined || now === undefined) throw new Error("two matches");
		expect([then.delayMs, now.delayMs]).toEqual([4_000, 7_000]);
		expect(atFirstWaiting(now) - atFirstWaiting(then)).toBe(7_000);
		expect([then.capBaseMinor, now.capBaseMinor]).toEqual([5_000_000, 7_000_000]);
		expect([then.inferredStandsMs, now.inferredStandsMs]).toEqual([5_000, 8_000]);
		expect(now.terms[0]).toEqual({ licence: "generic", lateBets: "report", correctionWindowMs: 60_000 });
		expect(then.terms[0]).toMatchObject({ lateBets: "void", correctionWindowMs: 24 * 3_600_000 });
		const unheld = (catalogue: MatchCatalogue): MatchState => recorded(catalogue, BEFORE.slice(0, 1)).state();
		expect(homeOdds(unheld(NOW))).toBeLessThan(homeOdds(unheld(THEN)));
	});

	test("[MAT-9] one follows its provider by the share that its log has, whatever the catalogue says when it is looked at", () => {
		const [then, now] = [THEN, NOW].map((catalogue) => recorded(catalogue, FOLLOWED));
		if (then === undefined || now === undefined) throw new Error("two matches");
		expect([then, now].map((match) => followingWeight(match.state()))).toEqual([0.05, 0]);
		expect([then, now].map(calibrationsOf)).toEqual([1, 0]);
		const opening = recorded(THEN, FOLLOWED.slice(0, 1)).state().params;
		expect(then.state().params).not.toEqual(opening);
		expect(now.state().params).toEqual(opening);
		for (const match of [then, now]) expect(replayedOf(match)).toBe(JSON.stringify(match.state()));
	});

	test("a price that a trader holds is sold as he said it, by the margins of its match", () => {
		for (const catalogue of [THEN, NOW]) expect(homeOdds(recorded(catalogue, BEFORE).state())).toBe(2_700);
	});

	test("a version of margins that is not there prices nothing, and is replaced by no other", () => {
		const state = recorded({ ...NOW, margins: { current: "2031-05" } }, BEFORE.slice(0, 1)).state();
		expect(profileOf("standard", "2031-05")).toBeNull();
		expect(BookShelf.of(state, AT).book(state, state.lastTick, "standard")).toBeNull();
	});

	test.each(PLAYS)(
		"one that was stored before logs carried terms opens and replays with what it had: %s",
		(_, inputs) => {
			const onlyGeneric = { ...THEN, licences: LICENCES.slice(0, 1) };
			const match = recorded(onlyGeneric, inputs);
			const before = match.state();
			const { holdOff: __, inferredStandsMs: ___, marginsVersion: ____, followingInPlayPpm: _____, ...older } = before;
			match.sql.exec("UPDATE inputs SET terms = NULL");
			match.sql.exec("UPDATE meta SET state = ?", JSON.stringify(older));
			expect(match.state()).toEqual(before);
			expect(replayedOf(match)).toBe(JSON.stringify(match.state()));
			expect(match.state().terms.map(({ licence }) => licence)).toEqual(["generic"]);
		},
	);

	test.each(PLAYS)(
		"one that was stored before terms had the share of prices, or the cap, is the same to the byte: %s",
		(_, inputs) => {
			const match = recorded(THEN, inputs);
			const before = match.state();
			const { followingInPlayPpm: __, ...older } = before;
			match.sql.exec(
				"UPDATE inputs SET terms = json_remove(terms, '$.followingInPlayPpm', '$.capBaseMinor') WHERE seq = 1",
			);
			match.sql.exec("UPDATE meta SET state = ?", JSON.stringify(older));
			expect(match.store.history().inputs[0]?.terms).not.toHaveProperty("followingInPlayPpm");
			expect(JSON.stringify(match.state())).toBe(JSON.stringify(before));
			expect(replayedOf(match)).toBe(JSON.stringify(before));
		},
	);

	test("only the input that opened the match carries terms, and a row that nobody can read is not replayed", () => {
		const { sql, store } = recorded(NOW, [...BEFORE, ...PLAYED]);
		expect(store.history().inputs.map(({ terms }) => terms !== null)).toEqual([
			true,
			false,
			false,
			false,
			false,
			false,
		]);
		sql.exec("UPDATE inputs SET terms = json_remove(terms, '$.holdOff') WHERE seq = 1");
		expect(() => store.history()).toThrow("stored terms");
	});
});
