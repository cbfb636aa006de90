/** The lane's log in batches, against one that takes inputs one by one and keeps nothing in between. */
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import type { Appended } from "../../shared/contracts/lane.ts";
import type { Input } from "../../shared/feeds/canonical.ts";
import { sameContent } from "../../shared/feeds/same-content.ts";
import { FEED, LANE_KEEPS } from "../../shared/limits.ts";
import { fixture, goal, standing } from "../../testing/lane.ts";
import { type NodeSql, nodeSql } from "../../testing/node-sql.ts";
import { migrate } from "../runtime/migrate.ts";
import type { Sql, SqlRow, SqlValue } from "../runtime/ports.ts";
import type { LaneMatch } from "./matches.ts";
import { LANE_MIGRATIONS } from "./migrations.ts";
import { Refusals } from "./refusals.ts";
import { type Asked, LaneStore, TRADER, TRIES } from "./store.ts";

const NOW = 1_781_136_000_000;
const MATCHES = ["m1", "m2"];
const command = (matchId: string, id: string, action: "suspend" | "reopen"): Input => ({
	v: 1,
	kind: "trader",
	id,
	matchId,
	sentAtMs: NOW,
	trader: "ada",
	command: { action },
});

type Logged = { readonly provider: string; readonly input: Input; isRefused: boolean };
type ModelMatch = Omit<LaneMatch, "matchId" | "headSeq" | "silenceSeq"> & { readonly log: readonly Logged[] };

/** The rules of LAN-1 and LAN-5 for one input, over a list. */
class Model {
	matches = new Map<string, ModelMatch>();

	append({ provider, input, isForeign }: Asked): Appended {
		const match = this.matches.get(input.matchId);
		if (isForeign) return { kind: "refused", code: "foreign" };
		if (match === undefined && input.kind !== "fixture") return { kind: "refused", code: "unknown_match" };
		const isFeed = provider !== TRADER;
		if (match !== undefined && isFeed && match.provider !== provider) return { kind: "refused", code: "foreign" };
		if (match?.isClosed === true && isFeed) return { kind: "refused", code: "ended" };
		const log = match?.log ?? [];
		const isSame = (one: Logged): boolean => one.provider === provider && one.input.id === input.id;
		const last = match?.isClosed === true ? -1 : log.findLastIndex(isSame);
		const before = log[last];
		if (before !== undefined && !sameContent(before.input, input)) return { kind: "refused", code: "conflict" };
		if (before !== undefined && !(isFeed && before.isRefused)) return { kind: "duplicate", seq: last + 1 };
		if (match !== undefined && log.length - match.ackedSeq >= FEED.maxBacklog) {
			this.matches.set(input.matchId, { ...match, hasHole: match.hasHole || isFeed });
			return { kind: "refused", code: "busy" };
		}
		const isFresh = input.kind === "state" || input.kind === "recovery_complete";
		this.matches.set(input.matchId, {
			...(match ?? { provider, ackedSeq: 0, inPlay: false, endedAtMs: null, isClosed: false }),
			hasHole: match?.hasHole === true && !isFresh,
			log: [...log, { provider, input, isRefused: false }],
		});
		return { kind: "stored", seq: log.length + 1 };
	}

	rows(): unknown {
		const byId = [...this.matches].toSorted(([one], [other]) => (one < other ? -1 : 1));
		return byId.map(([matchId, { log, ...match }]) => ({
			matchId,
			...match,
			headSeq: log.length,
			inputs: match.isClosed ? [] : log.map(({ provider, input }) => ({ provider, input })),
		}));
	}
}

/** Storage whose next transaction does not come about, after everything in it has been said. */
function failing(sql: NodeSql): { failsNext: boolean; statements: number; readonly sql: Sql } {
	const made = {
		failsNext: false,
		statements: 0,
		sql: {
			exec: (query: string, ...bindings: readonly SqlValue[]): readonly SqlRow[] => {
				made.statements++;
				return sql.exec(query, ...bindings);
			},
			transaction: <T>(run: () => T): T =>
				sql.transaction(() => {
					const result = run();
					if (made.failsNext) {
						made.failsNext = false;
						throw new Error("no room");
					}
					return result;
				}),
		},
	};
	return made;
}

type Act =
	| { readonly kind: "push"; readonly asked: readonly Asked[]; readonly fails: boolean }
	| { readonly kind: "answer"; readonly matchId: string; readonly back: number; readonly inPlay: boolean }
	| { readonly kind: "refuse" | "full" | "end"; readonly matchId: string }
	| { readonly kind: "prune" | "die" | "flush" };

const matchId = fc.constantFrom(...MATCHES);
const id = fc.constantFrom("a", "b", 'ü\u2028"\\');
const input: fc.Arbitrary<Input> = fc.oneof(
	matchId.map((of) => fixture(of)),
	fc.tuple(matchId, id, fc.constantFrom("home" as const, "away" as const)).map((of) => goal(...of)),
	fc.tuple(matchId, id, fc.nat(9)).map(([of, name, later]) => ({ ...goal(of, name), sentAtMs: NOW + later })),
	fc.tuple(matchId, id).map(([of, name]) => standing(of, `s${name}`)),
);
const asked: fc.Arbitrary<Asked> = fc.oneof(
	{ weight: 8, arbitrary: input.map((of) => ({ provider: "replay", input: of, isForeign: false })) },
	input.map((of) => ({ provider: "other", input: of, isForeign: false })),
	input.map((of) => ({ provider: "replay", input: of, isForeign: true })),
	fc.tuple(matchId, id, fc.constantFrom("suspend" as const, "reopen" as const)).map((of) => ({
		provider: TRADER,
		input: command(...of),
		isForeign: false,
	})),
);
const act: fc.Arbitrary<Act> = fc.oneof(
	{
		weight: 4,
		arbitrary: fc.record({
			kind: fc.constant("push" as const),
			asked: fc.array(asked, { minLength: 1, maxLength: 12 }),
			fails: fc.constantFrom(false, false, false, true),
		}),
	},
	fc.record({ kind: fc.constant("answer" as const), matchId, back: fc.constantFrom(0, 0, 1, 3), inPlay: fc.boolean() }),
	fc.record({ kind: fc.constantFrom("refuse" as const, "refuse" as const, "full" as const, "end" as const), matchId }),
	fc.record({ kind: fc.constantFrom("prune" as const, "die" as const, "flush" as const) }),
);

class Story {
	readonly sql: NodeSql = nodeSql();
	readonly #sql = failing(this.sql);
	readonly model = new Model();
	store: LaneStore;

	constructor() {
		migrate(this.sql, LANE_MIGRATIONS);
		this.store = new LaneStore(this.#sql.sql);
	}

	do(step: Act): void {
		switch (step.kind) {
			case "push":
				if (step.fails) this.#fail(step.asked);
				else this.#push(step.asked);
				return;
			case "answer":
				this.#answer(step.matchId, (match) => ({ ackedSeq: match.headSeq - step.back, inPlay: step.inPlay }));
				return;
			case "full":
				this.#answer(step.matchId, (match) => ({ ackedSeq: match.headSeq - FEED.maxBacklog + 2 }));
				return;
			case "end":
				this.#answer(step.matchId, (match) => ({ ackedSeq: match.headSeq, endedAtMs: NOW }));
				return;
			case "refuse":
				this.#refuse(step.matchId);
				return;
			case "prune":
				this.#prune();
				return;
			case "flush":
				this.store.flush();
				return;
			case "die":
				this.#die();
				return;
		}
	}

	rows(): unknown {
		this.store.flush();
		const matches = this.sql.exec("SELECT match_id FROM matches ORDER BY match_id");
		return matches.map((row) => {
			const match = this.store.matchOf(String(row.match_id));
			const inputs = this.sql.exec(
				"SELECT provider, body FROM inputs WHERE match_id = ? ORDER BY seq",
				String(row.match_id),
			);
			return {
				...match,
				silenceSeq: undefined,
				inputs: inputs.map(({ provider, body }) => ({ provider, input: JSON.parse(String(body)) })),
			};
		});
	}

	#push(many: readonly Asked[]): void {
		const results = this.store.transaction(() => this.store.append(many, NOW));
		expect(results).toEqual(many.map((one) => this.model.append(one)));
		for (const name of MATCHES) this.#delivers(name);
	}

	#fail(many: readonly Asked[]): void {
		this.#sql.failsNext = true;
		expect(() => this.store.transaction(() => this.store.append(many, NOW))).toThrow("no room");
	}

	/** From memory or from storage, it is what was stored. */
	#delivers(name: string): void {
		const match = this.store.matchOf(name);
		if (match === null || match.isClosed) return;
		const fromSeq = Math.max(0, match.ackedSeq) + 1;
		const given = this.store.inputsFrom(name, fromSeq);
		const log = this.model.matches.get(name)?.log.slice(fromSeq - 1) ?? [];
		expect(given.map(({ provider, input: said }) => ({ provider, input: said }))).toEqual(
			log.slice(0, given.length).map(({ provider, input: said }) => ({ provider, input: said })),
		);
		expect(given.map(({ seq }) => seq)).toEqual(given.map((_, at) => fromSeq + at));
		expect(given.length > 0 || log.length === 0).toBe(true);
	}

	#answer(name: string, of: (match: LaneMatch) => Partial<LaneMatch>): void {
		const match = this.store.matchOf(name);
		if (match === null) return;
		const { ackedSeq, inPlay, endedAtMs } = { ...match, ...of(match) };
		this.store.saveAnswer(match, { ackedSeq, inPlay, endedAtMs, silenceSeq: null });
		const known = this.model.matches.get(name);
		if (known !== undefined) this.model.matches.set(name, { ...known, ackedSeq, inPlay, endedAtMs });
	}

	#refuse(name: string): void {
		const known = this.model.matches.get(name);
		const last = known?.log.at(-1);
		if (known === undefined || last === undefined || known.isClosed) return;
		last.isRefused = true;
		new Refusals(this.sql).save(name, [{ seq: known.log.length, code: "no", message: "not now" }], NOW);
		this.#answer(name, (match) => ({ ackedSeq: match.headSeq }));
	}

	/** The next life may say inputs again that a match has acted on, and leaves none out. */
	#die(): void {
		this.store = new LaneStore(this.#sql.sql);
		for (const [name, match] of this.model.matches) {
			const ackedSeq = this.store.matchOf(name)?.ackedSeq ?? 0;
			expect(ackedSeq).toBeLessThanOrEqual(match.ackedSeq);
			this.model.matches.set(name, { ...match, ackedSeq });
		}
	}

	#prune(): void {
		this.store.flush();
		const { closed } = this.store.prune(NOW);
		const due = [...this.model.matches].filter(
			([, { isClosed, endedAtMs, ackedSeq, log }]) => !isClosed && endedAtMs !== null && ackedSeq === log.length,
		);
		expect([...closed].toSorted()).toEqual(due.map(([name]) => name).toSorted());
		for (const [name, match] of due) this.model.matches.set(name, { ...match, isClosed: true });
	}
}

describe("many inputs at once", () => {
	test("[LAN-1] are stored, refused and numbered as if each came alone, through deaths, failures and old logs that go", () => {
		fc.assert(
			fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
				const story = new Story();
				for (const step of acts) story.do(step);
				expect(story.rows()).toEqual(story.model.rows());
				story.do({ kind: "die" });
				expect(story.rows()).toEqual(story.model.rows());
				story.sql.close();
			}),
			{ numRuns: 300 },
		);
	});

	test("[LAN-1] are looked up by their index", () => {
		const sql = nodeSql();
		migrate(sql, LANE_MIGRATIONS);
		const plan = sql.exec(`EXPLAIN QUERY PLAN ${TRIES}`, "[]").map((row) => String(row.detail));
		expect(plan.filter((detail) => /^SCAN/.test(detail))).toEqual(["SCAN k VIRTUAL TABLE INDEX 1:"]);
		expect(plan.some((detail) => detail.includes("inputs_by_id"))).toBe(true);
	});
});

describe("what is kept in memory", () => {
	let sql: NodeSql;
	let storage: ReturnType<typeof failing>;
	let store: LaneStore;
	const feed = (...inputs: readonly Input[]): readonly Asked[] =>
		inputs.map((of) => ({ provider: "replay", input: of, isForeign: false }));
	const push = (...inputs: readonly Input[]): readonly Appended[] =>
		store.transaction(() => store.append(feed(...inputs), NOW));
	beforeEach(() => {
		sql = nodeSql();
		migrate(sql, LANE_MIGRATIONS);
		storage = failing(sql);
		store = new LaneStore(storage.sql);
	});

	test("[LAN-1] a transaction that does not come about leaves its matches as they were, known before or not", () => {
		push(fixture("m1"));
		const before = store.matchOf("m1");
		const fails = (): void => {
			store.silent("replay");
			store.append(feed(goal("m1", "g1"), fixture("m2")), NOW);
			throw new Error("no room");
		};
		expect(() => store.transaction(fails)).toThrow("no room");
		expect([store.matchOf("m1"), store.matchOf("m2")]).toEqual([before, null]);
		expect(store.inputsFrom("m1", 2)).toEqual([]);
		expect(push(goal("m1", "g2"), fixture("m2"))).toEqual([
			{ kind: "stored", seq: 2 },
			{ kind: "stored", seq: 1 },
		]);
		expect(new LaneStore(sql).matchOf("m1")).toEqual(store.matchOf("m1"));
	});

	test("[LAN-3] a silence that could not be noted is unknown to memory too, of a match that was read meanwhile", () => {
		push(fixture("m1"));
		const match = store.matchOf("m1");
		if (match === null) throw new Error("no match");
		store.saveAnswer(match, { ...match, ackedSeq: 1 });
		store.flush();
		store = new LaneStore(storage.sql);
		storage.failsNext = true;
		const silent = (): void => {
			store.silent("replay");
			store.append(feed(goal("m1", "g1")), NOW);
		};
		expect(() => store.transaction(silent)).toThrow("no room");
		expect(store.matchOf("m1")).toEqual({ ...match, ackedSeq: 1 });
		store.transaction(silent);
		expect(store.matchOf("m1")).toEqual({ ...match, ackedSeq: 1, headSeq: 2, silenceSeq: 1 });
	});

	test("[LAN-1] that a match has acted on more is written with what is written next, and not lost where that fails", () => {
		push(fixture("m1"), fixture("m2"));
		const match = store.matchOf("m1");
		if (match === null) throw new Error("no match");
		const ackedSeq = (): unknown => sql.exec("SELECT acked_seq FROM matches WHERE match_id = 'm1'")[0]?.acked_seq;
		store.saveAnswer(match, { ...match, ackedSeq: 1 });
		expect([ackedSeq(), store.matchOf("m1")?.ackedSeq]).toEqual([0, 1]);
		storage.failsNext = true;
		expect(() => push(goal("m2", "g1"))).toThrow("no room");
		push(goal("m2", "g1"));
		expect(ackedSeq()).toBe(1);
	});

	test.each([
		["is in play", { ackedSeq: 1, inPlay: true }],
		["has ended", { ackedSeq: 1, endedAtMs: NOW }],
		["has been told of a silence", { ackedSeq: 1, silenceSeq: null }],
		["wants inputs again", { ackedSeq: -1 }],
	])("[LAN-1] that a match %s is in storage at once", (_, said) => {
		push(fixture("m1"));
		store.transaction(() => store.silent("replay"));
		const match = store.matchOf("m1");
		if (match === null) throw new Error("no match");
		store.saveAnswer(match, { ...match, ...said });
		expect(new LaneStore(sql).matchOf("m1")).toEqual({ ...match, ...said });
	});

	test("LANE_KEEPS.matches: of more than that those go that wait for nothing, and are read again", () => {
		const names = Array.from({ length: LANE_KEEPS.matches + 10 }, (_, no) => `m${no}`);
		push(...names.map((name) => fixture(name)));
		for (const name of names) {
			const match = store.matchOf(name);
			if (match !== null) store.saveAnswer(match, { ...match, ackedSeq: 1, inPlay: name === "m0" });
		}
		store.flush();
		expect(store.active()).toEqual(["m0"]);
		for (const name of names) push(goal(name, "g1"));
		expect(names.map((name) => store.matchOf(name)?.headSeq)).toEqual(names.map(() => 2));
		expect(new Set(store.active())).toEqual(new Set(names));
	});

	test("LANE_KEEPS.inputs: what there is no room for is delivered from storage, in its order", () => {
		push(fixture("m1"), fixture("m2"));
		const many = Array.from({ length: LANE_KEEPS.inputs + 5 }, (_, no) => goal("m1", `g${no}`));
		push(goal("m2", "first"), ...many, goal("m2", "last"));
		expect(store.inputsFrom("m1", 2).map(({ input: said }) => said.id)).toEqual(
			many.slice(0, FEED.applyBatch).map((said) => said.id),
		);
		expect(store.inputsFrom("m2", 1).map(({ seq }) => seq)).toEqual([1, 2, 3]);
	});

	test("what waits is delivered without being read, however much others have had meanwhile", () => {
		push(fixture("m2"), fixture("m1"));
		for (let seq = 2; seq <= LANE_KEEPS.inputs + 9; seq++) {
			push(goal("m1", `g${seq}`));
			const match = store.matchOf("m1");
			if (match !== null) store.saveAnswer(match, { ...match, ackedSeq: seq });
		}
		storage.statements = 0;
		expect(store.inputsFrom("m2", 1).map(({ seq }) => seq)).toEqual([1]);
		expect(storage.statements).toBe(0);
	});
});
