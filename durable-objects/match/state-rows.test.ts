/** The stored rows of a match. */
import { describe, expect, test } from "vitest";
import { confirmation, danger, incident } from "../../testing/football-inputs.ts";
import { playing, storedState, twice } from "../../testing/match.ts";
import { nodeSql } from "../../testing/node-sql.ts";
import { migrate } from "../runtime/migrate.ts";
import type { Sql } from "../runtime/ports.ts";
import { MATCH_MIGRATIONS } from "./migrations.ts";
import type { MatchState } from "./state.ts";
import { changedRows } from "./state-rows.ts";
import { MatchStore } from "./store.ts";

function emptyStore(): { readonly sql: Sql; readonly store: MatchStore } {
	const sql = nodeSql();
	migrate(sql, MATCH_MIGRATIONS);
	return { sql, store: new MatchStore(sql) };
}

/** What is stored after each of these, as whoever opens it finds it. */
function storedAfter(states: readonly MatchState[]): MatchState | undefined {
	const { store } = emptyStore();
	let stored = null;
	for (const state of states) stored = store.saveState(stored, state, state.lastSeq, "lane");
	return store.load().stored?.state;
}

const partsOf = (before: MatchState, after: MatchState): readonly string[] =>
	changedRows(changedRows(null, before).stored, after).written.map(({ part }) => part);

describe("[MAT-2] a state is stored as what changed of it", () => {
	test("and read as the bytes that it is, however it came about", async () => {
		const platform = await playing();
		const before = storedState(platform);
		await platform.feed(incident("goal", "home", "g1"), confirmation("g1"));
		const after = storedState(platform);
		expect(Object.keys(after.results).length).toBeGreaterThan(0);
		for (const states of [[before], [before, after], [after, before], [before, after, before, after]])
			expect(JSON.stringify(storedAfter(states))).toBe(JSON.stringify(states.at(-1)));
		const { stored, replayed } = twice(platform);
		expect(replayed).toBe(stored);
	});

	test("an attack writes no more than where markets stand, and a goal what it brought", async () => {
		const platform = await playing();
		const before = storedState(platform);
		await platform.feed(danger(true));
		const attacked = storedState(platform);
		expect(new Set(partsOf(before, attacked))).toEqual(new Set(["standing"]));
		await platform.feed(incident("goal", "home", "g1"));
		const scored = storedState(platform);
		expect(partsOf(attacked, scored).filter((part) => part === "sport.incidents")).toHaveLength(1);
		expect(partsOf(attacked, scored).filter((part) => part === "market")).toHaveLength(
			scored.markets.length - attacked.markets.length,
		);
	});

	test("a list that loses its first as it gets new ones keeps the rows of the others", async () => {
		const state = storedState(await playing());
		const [a, b, c, d] = ["a", "b", "c", "d"].map((id) => ({ id }));
		const withList = (...recent: readonly unknown[]): MatchState => ({ ...state, sport: { recent, last: 1 } });
		const { stored } = changedRows(null, withList(a, b, c));
		const slid = changedRows(stored, withList(b, c, d));
		expect(slid.written).toEqual([{ part: "sport.recent", no: 3, body: d }]);
		expect(slid.gone).toEqual([{ part: "sport.recent", no: 0 }]);
		for (const lists of [[[b, c, d]], [[b, c, d], []], [[b, c], [b, d, c], [d]], [[], [a, b, c, d, a]]] as const) {
			const states = [withList(a, b, c), ...lists.map((list) => withList(...list))];
			expect(JSON.stringify(storedAfter(states))).toBe(JSON.stringify(states.at(-1)));
		}
	});

	test("[RUN-5] one that was stored as a whole text is opened, and stored in rows from then on", async () => {
		const platform = await playing();
		await platform.feed(incident("goal", "home", "g1"), confirmation("g1"));
		const state = storedState(platform);
		const { sql, store } = emptyStore();
		sql.exec("UPDATE meta SET state = ?, last_seq = ?, lane = ?", JSON.stringify(state), state.lastSeq, "lane");
		for (const _ of ["opened", "opened again"])
			expect(JSON.stringify(store.load().stored?.state)).toBe(JSON.stringify(state));
		expect(String(sql.exec("SELECT state FROM meta")[0]?.state).length).toBeLessThan(2_000);
		const { lastSeq, lane } = store.load();
		expect({ lastSeq, lane }).toEqual({ lastSeq: state.lastSeq, lane: "lane" });
	});

	test("what a step could not store is written by the next one", async () => {
		const platform = await playing();
		const before = storedState(platform);
		await platform.feed(incident("goal", "home", "g1"), confirmation("g1"));
		const after = storedState(platform);
		const { sql, store } = emptyStore();
		const stored = store.saveState(null, before, before.lastSeq, "lane");
		const failing = (): void =>
			sql.transaction(() => {
				store.saveState(stored, after, after.lastSeq, "lane");
				throw new Error("the disk is full");
			});
		expect(failing).toThrow("the disk is full");
		expect(JSON.stringify(store.load().stored?.state)).toBe(JSON.stringify(before));
		store.saveState(stored, after, after.lastSeq, "lane");
		expect(JSON.stringify(store.load().stored?.state)).toBe(JSON.stringify(after));
	});
});
