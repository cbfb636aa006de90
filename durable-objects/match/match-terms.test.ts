/**
 * The catalogue changes and a match does not: what it took when its fixture opened it stands in its log. The views here are those
 * of a later release, in which margins have a second version and the current one is that.
 */
import * as v from "valibot";
import { describe, expect, test, vi } from "vitest";
import { BET_DELAYS } from "../../shared/catalogue/bet-delays.ts";
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
import { dueEvent } from "./due-event.ts";
import { MATCH_MIGRATIONS } from "./migrations.ts";
import { type MatchState, termsOf } from "./state.ts";
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

/** A match that opens under a catalogue: its inputs come in, and what time asks for is entered. */
function recorded(catalogue: MatchCatalogue, inputs: readonly Input[]): Recorded {
	const sql = nodeSql();
	migrate(sql, MATCH_MIGRATIONS);
	const store = new MatchStore(sql);
	const deps: StepDeps = { store, report: () => {}, termsFor: (sport) => matchTerms(sport, catalogue) };
	const sold = { marketIds: [], riskOf: () => 0, betSince: () => [] };
	let state: MatchState | null = null;
	for (const [index, input] of inputs.entries()) {
		const nowMs = AT + index * 1_000;
		const logged = v.parse(loggedInputSchema, { seq: index + 1, provider: "sim", receivedAtMs: nowMs, input });
		const stepped = applyBatch(deps, state, index, { inputs: [logged] }, nowMs);
		expect(stepped.rejected).toEqual([]);
		state = stepped.state;
		for (let due = state && dueEvent(state, nowMs, sold); state !== null && due !== null; ) {
			state = applyEntry(deps, state, due, nowMs);
			due = dueEvent(state, nowMs, sold);
		}
		store.saveState(state, index + 1, "lane");
	}
	return { sql, store, state: () => stateIn(store) };
}

function stateIn(store: MatchStore): MatchState {
	const { state } = store.load();
	if (state === null) throw new Error("no match");
	return state;
}

const replayedOf = ({ store }: Recorded): string => JSON.stringify(replay(store.history()));
const homeOdds = (state: MatchState): number =>
	BookShelf.of(state, AT).book(state, state.lastTick, "standard")?.get("1x2")?.oddsMilli[0] ?? 0;
const atFirstWaiting = ({ waiting, lastTick }: MatchState): number => Math.max(...Object.values(waiting)) - lastTick;

describe("[MAT-2] a match goes by the catalogue that it was opened under", () => {
	test.each([
		["before its start, with a price that a trader holds", BEFORE],
		["in play, with results that wait", [...BEFORE, ...PLAYED]],
	] as const)("%s, a replay under a later catalogue gives the same bytes", (_, inputs) => {
		for (const catalogue of [THEN, NOW]) {
			const match = recorded(catalogue, inputs);
			expect(replayedOf(match)).toBe(JSON.stringify(match.state()));
			expect(termsOf(match.state())).toEqual(matchTerms("football", catalogue));
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

	test("a price that a trader holds is sold as he said it, by the margins of its match", () => {
		for (const catalogue of [THEN, NOW]) expect(homeOdds(recorded(catalogue, BEFORE).state())).toBe(2_700);
	});

	test("a version of margins that is not there prices nothing, and is replaced by no other", () => {
		const state = recorded({ ...NOW, margins: { current: "2031-05" } }, BEFORE.slice(0, 1)).state();
		expect(profileOf("standard", "2031-05")).toBeNull();
		expect(BookShelf.of(state, AT).book(state, state.lastTick, "standard")).toBeNull();
	});

	test("one that was stored before logs carried terms opens and replays with what it had", () => {
		const onlyGeneric = { ...THEN, licences: LICENCES.slice(0, 1) };
		const match = recorded(onlyGeneric, [...BEFORE, ...PLAYED]);
		const before = match.state();
		const { holdOff: _, inferredStandsMs: __, marginsVersion: ___, ...older } = before;
		match.sql.exec("UPDATE inputs SET terms = NULL");
		match.sql.exec("UPDATE meta SET state = ?", JSON.stringify(older));
		expect(match.state()).toEqual(before);
		expect(replayedOf(match)).toBe(JSON.stringify(match.state()));
		expect(match.state().terms.map(({ licence }) => licence)).toEqual(["generic"]);
	});

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
