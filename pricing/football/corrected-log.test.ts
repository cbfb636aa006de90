/** What was told late, wrongly, in another order or not at all: results follow the corrected log. */
import { describe, expect, test } from "vitest";
import type { Input } from "../../shared/feeds/canonical.ts";
import {
	AT,
	betStart,
	cancellation,
	confirmation,
	fixture,
	incident,
	kick,
	phase,
} from "../../testing/football-inputs.ts";
import type { StateInput } from "../sport.ts";
import { football } from "./football.ts";
import type { FootballState } from "./state.ts";

const START = football.initial(fixture({ format: {} }));
function play(inputs: readonly Input[], from: FootballState = START): FootballState {
	return inputs.reduce((state, input, index) => {
		const reduced = football.reduce(state, input, AT + index);
		if (!reduced.ok) throw new Error(`${input.kind}: ${reduced.message}`);
		return reduced.state;
	}, from);
}
const winner = (state: FootballState, marketId: string): string | null => {
	const result = football.results(state).find(({ spec }) => spec.marketId === marketId)?.state;
	if (result === undefined) return null;
	if (result.kind !== "settled") return result.kind;
	return Object.entries(result.outcomes).find(([, outcome]) => outcome.kind === "win")?.[0] ?? "nobody";
};
const scored = (name: string, sec: number, home: number, away: number): Input =>
	({ ...phase(name, sec), score: { home, away } }) as Input;
const goal = (side: "home" | "away", id: string, over: object = {}): Input =>
	({ ...incident("goal", side, id), minuteText: undefined, ...over }) as Input;
const at = (clockSec: number) => ({ clockSec });

describe("[MAT-7] a score that nobody told goals of", () => {
	test("is taken over, stays in doubt, and settles once it stands", () => {
		const state = play([phase("first_half", 0), scored("first_half", 1_800, 1, 0)]);
		expect(football.scoreView(state)).toMatchObject({ home: 1, away: 0 });
		expect(football.effect(play([phase("first_half", 0)]), scored("first_half", 1_800, 1, 0)).withdraw).toBe("all");
		expect(football.unproven.of(state)).toHaveLength(1);
		expect(winner(state, "ou:0.5")).toBeNull();
		expect(winner(play([betStart()], state), "ou:0.5")).toBe("over");
		const ids = football.unproven.of(state).map(({ incidentId }) => incidentId);
		expect(winner(football.stand(state, ids), "ng:1")).toBe("home");
	});

	test("goes again when the feed's next score is without it", () => {
		const state = play([phase("first_half", 0), scored("first_half", 1_800, 1, 0), scored("first_half", 1_830, 0, 0)]);
		expect(football.scoreView(state)).toMatchObject({ home: 0, away: 0 });
		expect(football.unproven.of(state)).toHaveLength(0);
	});

	test("becomes the goal that is told at last, and a later goal is another one", () => {
		const state = play([phase("first_half", 0), scored("first_half", 1_800, 1, 0), goal("home", "g1", at(1_750))]);
		expect(football.scoreView(state)).toMatchObject({ home: 1, away: 0 });
		expect(football.incidents(state).map(({ incidentId }) => incidentId)).toEqual(["g1"]);
		expect(football.scoreView(play([goal("home", "g2", at(2_400))], state))).toMatchObject({ home: 2 });
	});

	test("below the goals that were told is a contradiction", () => {
		const state = play([phase("first_half", 0), goal("home", "g1", at(60)), confirmation("g1")]);
		expect(football.reduce(state, scored("first_half", 90, 0, 0), AT)).toMatchObject({
			ok: false,
			code: "contradiction",
		});
		const adopted = football.adopt(state, scored("first_half", 90, 0, 0) as Extract<Input, { kind: "state" }>, AT);
		expect(adopted.ok && football.scoreView(adopted.state)).toMatchObject({ home: 0, away: 0 });
	});

	test("… and whoever follows it takes back no goal that was told after it", () => {
		const told = play([phase("first_half", 0), goal("home", "g1", at(60)), confirmation("g1")]);
		const since = play([{ ...goal("home", "g2", at(120)), sentAtMs: AT + 20 } as Input], told);
		const low = { ...scored("first_half", 90, 0, 0), sentAtMs: AT + 10 } as Extract<Input, { kind: "state" }>;
		const adopted = football.adopt(since, low, AT);
		expect(adopted.ok && football.incidents(adopted.state)).toMatchObject([{ cancelled: true }, { cancelled: false }]);
	});

	test("an older statement than the newest is outdated, whatever it says", () => {
		const state = play([{ ...scored("first_half", 100, 0, 0), sentAtMs: AT + 10 } as Input]);
		expect(football.reduce(state, { ...scored("first_half", 90, 0, 1), sentAtMs: AT + 9 } as Input, AT)).toMatchObject({
			ok: false,
			code: "outdated",
		});
	});

	test("a score that was sent before the newest word about a goal says nothing of it", () => {
		const state = play([phase("first_half", 0), { ...goal("home", "g1", at(1_000)), sentAtMs: AT + 10 } as Input]);
		const late = { ...scored("first_half", 990, 0, 0), sentAtMs: AT + 9 } as Input;
		expect(football.scoreView(play([late], state))).toMatchObject({ home: 1 });
		expect(football.effect(state, late).withdraw).toBe("none");
	});

	test("a goal that a trader took back for a score is given back by another, and taken back by its own word", () => {
		const told = play([phase("first_half", 0), goal("home", "g1", at(60)), confirmation("g1")]);
		const adopted = football.adopt(told, scored("first_half", 90, 0, 0) as Extract<Input, { kind: "state" }>, AT);
		if (!adopted.ok) throw new Error(adopted.message);
		const again = play([scored("first_half", 120, 1, 0)], adopted.state);
		expect(football.incidents(again).filter(({ cancelled }) => !cancelled)).toMatchObject([{ incidentId: "g1" }]);
		expect(winner(again, "ou:0.5")).toBeNull();
		expect(football.scoreView(play([cancellation("g1")], again))).toMatchObject({ home: 0 });
	});

	test("goes and comes with the scores: nobody knows any more when it was", () => {
		const inputs = [scored("first_half", 600, 0, 0), scored("first_half", 900, 0, 1), scored("first_half", 930, 0, 0)];
		const back = play([
			phase("first_half", 0),
			...inputs,
			goal("home", "h", at(1_200)),
			scored("first_half", 1_260, 1, 1),
			betStart(),
		]);
		expect(winner(back, "btts")).toBe("yes");
		expect(winner(back, "ng:1")).toBeNull();
		expect(winner(play([goal("away", "a", at(890)), betStart()], back), "ng:1")).toBe("away");
	});

	test("two goals between two scores: nobody knows whose was first, nor in which half", () => {
		const state = play([scored("first_half", 1_200, 0, 0), scored("first_half", 1_800, 1, 1), betStart()]);
		expect(winner(state, "ou:1.5")).toBe("over");
		expect(winner(state, "ng:1")).toBeNull();
		expect(winner(play([goal("away", "g", at(1_300)), goal("home", "h", at(1_500)), betStart()], state), "ng:1")).toBe(
			"away",
		);
		const across = play([
			scored("first_half", 1_200, 0, 0),
			phase("half_time", 2_800, false),
			phase("second_half", 2_700),
			scored("second_half", 3_000, 1, 0),
			betStart(),
			phase("ended", 5_500, false),
		]);
		expect(winner(across, "1x2")).toBe("home");
		expect(winner(across, "h1:1x2")).toBeNull();
		expect(winner(across, "g15:15")).toBeNull();
		expect(winner(across, "g15:0")).toBe("no");
	});
});

describe("[SET-1] phases taken back, facts told late", () => {
	const second = play([phase("first_half", 0), phase("half_time", 2_800, false), phase("second_half", 2_700)]);

	test("an end by mistake is taken back, and the match goes on", () => {
		const ended = play([phase("ended", 4_200, false)], second);
		expect(winner(ended, "1x2")).toBe("draw");
		const again = play([phase("second_half", 4_200)], ended);
		expect(football.inPlay(again)).toBe(true);
		expect(winner(again, "1x2")).toBeNull();
		expect(football.effect(ended, phase("second_half", 4_200)).withdraw).toBe("all");
		expect(winner(play([goal("home", "g", at(4_500)), betStart(), phase("ended", 5_500, false)], again), "1x2")).toBe(
			"home",
		);
	});

	test("a half-time whistled early: what was told in between stays in its half", () => {
		const early = play([phase("first_half", 0), phase("half_time", 2_400, false)]);
		expect(winner(early, "h1:1x2")).toBe("draw");
		const on = play([phase("first_half", 2_410), goal("away", "g", at(2_500)), betStart()], early);
		expect(winner(on, "h1:1x2")).toBeNull();
		expect(winner(play([phase("half_time", 2_800, false)], on), "h1:1x2")).toBe("away");
		const mistaken = play(
			[goal("away", "x", at(2_450)), betStart(), phase("second_half", 2_700), goal("home", "y"), betStart()],
			early,
		);
		const back = play([phase("first_half", 2_460)], mistaken);
		expect(winner(play([phase("half_time", 2_800, false)], back), "h1:1x2")).toBe("draw");
	});

	test("a goal told after the end counts once it stands, and a doubt at the end settles only what it does not touch", () => {
		const ended = play([phase("ended", 5_500, false)], second);
		const late = play([incident("goal", "home", "late", "90+4")], ended);
		expect(winner(late, "1x2")).toBeNull();
		expect(winner(late, "ou:1.5")).toBe("under");
		expect(winner(play([confirmation("late")], late), "1x2")).toBe("home");
		expect(winner(play([cancellation("late")], late), "1x2")).toBe("draw");
	});

	test("a goal in doubt settles nothing, whatever phase follows, abandonment included", () => {
		const doubted = play([goal("home", "g", at(2_900)), phase("abandoned", 3_000, false)], second);
		expect(winner(doubted, "ou:0.5")).toBeNull();
		expect(winner(doubted, "1x2")).toBe("void");
		expect(winner(play([confirmation("g")], doubted), "ou:0.5")).toBe("over");
		expect(winner(play([cancellation("g")], doubted), "ou:0.5")).toBe("void");
		const reviewed = play(
			[goal("home", "g", at(2_900)), betStart(), incident("var_review", "home", "v"), phase("ended", 5_500, false)],
			second,
		);
		expect(winner(reviewed, "1x2")).toBeNull();
		expect(
			winner(play([{ ...incident("var_review", "home", "o"), incident: "var_over" } as Input], reviewed), "1x2"),
		).toBe("home");
	});

	test("words that come before their incident wait for it", () => {
		const cancelled = play([cancellation("g"), goal("home", "g", at(2_900))], second);
		expect(football.scoreView(cancelled)).toMatchObject({ home: 0 });
		expect(football.effect(play([cancellation("g")], second), goal("home", "g")).until).toBe("self");
		const unknown = football.reduce(second, confirmation("g"), AT);
		expect(unknown).toMatchObject({ ok: true, unclear: expect.stringContaining("g is confirmed") });
		const told = play([goal("home", "g", at(2_900))], unknown.ok ? unknown.state : second);
		expect(winner(told, "ou:0.5")).toBe("over");
	});

	test("an older word about an incident does not undo a newer one", () => {
		const said = (input: Input, ms: number): Input => ({ ...input, sentAtMs: AT + ms });
		const back = play(
			[said(goal("home", "g", at(2_900)), 1), said(cancellation("g"), 3), said(confirmation("g"), 2)],
			second,
		);
		expect(football.scoreView(back)).toMatchObject({ home: 0 });
		const again = play([said(goal("home", "g", at(2_900)), 1)], back);
		expect(football.scoreView(again)).toMatchObject({ home: 0 });
	});

	test("a goal told again with more words is no more certain for it, and one told anew after it was taken back is in doubt", () => {
		const doubtful = play(
			[goal("home", "g", at(2_900)), goal("home", "g", { ...at(2_900), player: "Somebody" })],
			second,
		);
		expect(winner(doubtful, "ou:0.5")).toBeNull();
		const sure = play(
			[goal("home", "g", at(2_900)), confirmation("g"), goal("home", "g", { player: "Somebody" })],
			second,
		);
		expect(winner(sure, "ou:0.5")).toBe("over");
		const later = { ...goal("home", "g", at(2_900)), sentAtMs: AT + 5 } as Input;
		const again = play([goal("home", "g", at(2_900)), confirmation("g"), cancellation("g"), later], second);
		expect(winner(again, "ou:0.5")).toBeNull();
		expect(winner(play([betStart()], again), "ou:0.5")).toBe("over");
	});

	test("a goal told again as it is known withdraws nothing and counts once", () => {
		const told = play([goal("home", "g", at(2_900)), betStart()], second);
		expect(football.effect(told, goal("home", "g", at(2_900))).withdraw).toBe("none");
		expect(play([goal("home", "g", at(2_900))], told)).toBe(told);
	});
});

describe("[SET-5] the order of goals is their own", () => {
	const first = play([phase("first_half", 0)]);

	test("away at 1,800 s told before home at 1,200 s: home was first", () => {
		const state = play([goal("away", "a", at(1_800)), betStart(), goal("home", "h", at(1_200)), betStart()], first);
		expect(winner(state, "ng:1")).toBe("home");
		expect(winner(state, "ng:2")).toBe("away");
	});

	test("the same after a cancellation and another telling under a new id", () => {
		const state = play(
			[
				goal("home", "h", at(1_200)),
				goal("away", "a", at(1_800)),
				cancellation("h"),
				goal("home", "h2", at(1_200)),
				betStart(),
			],
			first,
		);
		expect(winner(state, "ng:1")).toBe("home");
	});

	test("within a minute that one is known by no better, arrival decides", () => {
		const state = play([incident("goal", "away", "a", "21"), goal("home", "h", at(1_205)), betStart()], first);
		expect(winner(state, "ng:1")).toBe("away");
	});

	test("45+1 that arrives after the restart stays in the first half, and so does what its provider dates before it", () => {
		const restarted = play(
			[phase("half_time", 2_800, false), { ...phase("second_half", 2_700), sentAtMs: AT + 900_000 } as Input],
			first,
		);
		for (const words of ["45+1", "45 + 1", "45’+1", "45+1'"])
			expect(winner(play([incident("goal", "home", "g", words), betStart()], restarted), "h1:1x2")).toBe("home");
		const dated = goal("home", "g", {
			occurredAt: { atMs: AT + 899_000, precision: "second" },
			sentAtMs: AT + 901_000,
		});
		expect(winner(play([dated, betStart()], restarted), "h1:1x2")).toBe("home");
	});
});

const sent = (input: Input, ms: number, over: object = {}): Input =>
	({ ...input, sentAtMs: AT + ms, ...over }) as Input;
const happened = (ms: number) => ({ occurredAt: { atMs: AT + ms, precision: "ms" } });

describe("[SET-5] goals that only scores tell of", () => {
	const first = play([phase("first_half", 0)]);

	test("by one score and then by the next were scored in that order, in one second even", () => {
		const scores = [scored("first_half", 1_800, 1, 0), scored("first_half", 1_900, 1, 1)];
		expect(winner(play([...scores, betStart()], first), "ng:1")).toBe("home");
		const atOnce = [0, 1].map((away) => scored("half_time", 2_800, 1, away));
		const half = play([scored("half_time", 2_800, 0, 0), ...atOnce, betStart()], first);
		expect([winner(half, "ng:1"), winner(half, "ng:2")]).toEqual(["home", "away"]);
	});

	test("a goal told in the same second as the scores, but after them, was not in them", () => {
		const told = [0, 1, 2].map((away) => scored("first_half", 900 + 100 * away, 0, away));
		const inOneTick = [...told, goal("home", "g", at(1_362)), betStart()].reduce((state, input) => {
			const reduced = football.reduce(state, input, AT);
			return reduced.ok ? reduced.state : state;
		}, first);
		expect(["ng:1", "ng:2", "ng:3"].map((marketId) => winner(inOneTick, marketId))).toEqual(["away", "away", "home"]);
	});

	test("by one score after a long silence leave open what depends on their order, and nothing else", () => {
		const states = [
			scored("first_half", 600, 0, 0),
			phase("half_time", 2_800, false),
			scored("second_half", 4_000, 3, 2),
		];
		const state = play([...states, betStart(), phase("ended", 5_500, false)], first);
		expect([winner(state, "1x2"), winner(state, "ou:4.5"), winner(state, "btts")]).toEqual(["home", "over", "yes"]);
		expect([winner(state, "ng:1"), winner(state, "h1:1x2")]).toEqual([null, null]);
	});

	test("after a goal of a minute that a score had already, come after it", () => {
		const told = play([incident("goal", "home", "g", "31"), scored("first_half", 1_830, 1, 0)], first);
		expect(winner(play([scored("first_half", 1_840, 1, 1), betStart()], told), "ng:1")).toBe("home");
	});

	test("in a half called by mistake are found in the half that is played, and so are those after it", () => {
		const mistaken = play([scored("second_half", 2_800, 0, 0), scored("second_half", 2_900, 1, 0)], first);
		const back = play([scored("first_half", 2_500, 1, 0), scored("first_half", 2_600, 1, 1), betStart()], mistaken);
		const ended = play(
			[phase("half_time", 2_800, false), phase("second_half", 2_700), phase("ended", 5_500, false)],
			back,
		);
		expect([winner(ended, "1x2"), winner(ended, "h1:1x2")]).toEqual(["draw", "draw"]);
	});

	test("by the score of an end that followed the first half: nobody knows in which half", () => {
		const ended = play([scored("first_half", 600, 0, 0), scored("ended", 5_500, 1, 0), betStart()], first);
		expect([winner(ended, "1x2"), winner(ended, "h1:1x2")]).toEqual(["home", null]);
		const told = play([phase("ended", 5_500, false), incident("goal", "home", "g", "80"), betStart()], first);
		expect(winner(told, "h1:1x2")).toBe("draw");
	});

	test("before the kicks of a match without extra time belong to its ninety minutes, and so do goals told there", () => {
		const kicks = football.initial(fixture({ format: { extraTime: false, shootOut: true } }));
		const second = [phase("first_half", 0), phase("half_time", 2_800, false), phase("second_half", 2_700)];
		const led = play([...second, goal("home", "g", at(3_000)), betStart()], kicks);
		expect(winner(play([scored("shootout_break", 5_600, 1, 1), betStart()], led), "1x2")).toBe("draw");
		const told = [phase("shootout_break", 5_600, false), goal("away", "h"), betStart()];
		expect(winner(play(told, led), "1x2")).toBe("draw");
	});
});

describe("[MAT-7] a goal without a time that was sent before the score that told of it", () => {
	test("is that goal, however late it comes", () => {
		const score = sent(scored("first_half", 1_800, 1, 0), 100);
		const state = play([sent(phase("first_half", 0), 0), score, sent(phase("second_half", 2_900), 5_000)]);
		expect(football.scoreView(play([sent(goal("home", "g"), 90)], state))).toMatchObject({ home: 1 });
		expect(football.scoreView(play([sent(goal("home", "g"), 6_000)], state))).toMatchObject({ home: 2 });
	});
});

describe("[SET-5] what is dated by its provider's clock", () => {
	const ended = play([
		sent(phase("first_half", 0), 0),
		sent(phase("half_time", 2_800, false), 2_800_000),
		sent(phase("second_half", 2_700), 3_700_000),
		sent(goal("home", "g", at(5_000)), 6_000_000),
		sent(betStart(), 6_001_000),
		sent(phase("ended", 5_500, false), 6_500_000),
	]);

	test("belongs to the half whose beginning was lost, as far back as its clock has run", () => {
		const lost = play([
			sent(phase("first_half", 0), 0),
			sent(phase("second_half", 3_000), 3_900_000),
			sent(goal("home", "g", { ...at(2_800), ...happened(3_700_000) }), 3_901_000),
			sent(betStart(), 3_902_000),
		]);
		expect(winner(play([sent(phase("ended", 5_500, false), 6_500_000)], lost), "h1:1x2")).toBe("draw");
	});

	test("after the end lies as far before the end as it happened before it", () => {
		const told = sent(goal("away", "h"), 7_100_000, happened(6_300_000));
		expect(winner(play([told, betStart()], ended), "ng:1")).toBe("home");
		const earlier = sent(goal("away", "h"), 7_100_000, happened(5_700_000));
		expect(winner(play([earlier, betStart()], ended), "ng:1")).toBe("away");
	});

	test("two goals of the first half that are told after it keep their order", () => {
		const one = sent(goal("away", "a"), 7_000_000, happened(2_000_000));
		const other = sent(goal("home", "h"), 7_001_000, happened(1_000_000));
		const state = play([one, other, betStart()], ended);
		expect([winner(state, "ng:1"), winner(state, "ng:2"), winner(state, "h1:1x2")]).toEqual(["home", "away", "draw"]);
	});

	test("kicks of a shoot-out count in the order in which they were taken", () => {
		const state = play(
			[
				phase("first_half", 0),
				phase("shootout", 7_500, false),
				sent(kick("home", "missed", "k2"), 20, happened(18)),
				sent(kick("away", "scored", "k1"), 30, happened(5)),
			],
			football.initial(fixture()),
		);
		expect([winner(state, "so:kick:1"), winner(state, "so:kick:2")]).toEqual(["scored", "missed"]);
	});
});

test("[SET-1] a correction with a written minute moves a goal to a later half; a clock alone, or nothing, does not", () => {
	const early = play([
		phase("first_half", 0),
		goal("home", "g", at(2_750)),
		phase("half_time", 2_800, false),
		phase("second_half", 2_700),
	]);
	const corrected = (over: object): Input => ({ ...goal("home", "g", over), kind: "correction" }) as Input;
	const half = (over: object) => winner(play([corrected(over)], early), "h1:1x2");
	expect([half({}), half(at(2_760)), half({ minuteText: "45+1" }), half({ minuteText: "47" })]).toEqual([
		"home",
		"home",
		"home",
		"draw",
	]);
});

test("[MAT-1] a goal that was confirmed before it was told waits for no further word", () => {
	const confirmed = play([phase("first_half", 0), confirmation("g")]);
	expect(football.effect(confirmed, goal("home", "g"))).toEqual({ withdraw: "all", until: "self" });
});

describe("[MAT-8] a trader who follows a score takes back the newest goal of before it", () => {
	const low: StateInput = {
		v: 1,
		kind: "state",
		id: "low",
		matchId: "final",
		sentAtMs: AT + 20,
		phase: "first_half",
		score: { home: 1, away: 0 },
	};
	const told = play([
		sent(phase("first_half", 0), 0),
		sent(goal("home", "g1", at(60)), 10),
		sent(goal("home", "g2", at(120)), 15),
	]);

	test.each([
		["confirmed", sent(confirmation("g1"), 30)],
		["corrected", sent(goal("home", "g1", at(61)), 30, { kind: "correction" })],
		["told anew", sent(goal("home", "g1", at(60)), 30, { player: "Somebody" })],
	])("though one of them was %s since", (_, later) => {
		expect(football.reduce(told, low, AT)).toMatchObject({ ok: false, code: "contradiction" });
		const adopted = football.adopt(play([later], told), low, AT);
		expect(adopted.ok && football.scoreView(adopted.state)).toMatchObject({ home: 1, away: 0 });
		expect(adopted.ok && football.incidents(adopted.state)).toMatchObject([{ cancelled: false }, { cancelled: true }]);
	});

	test("in a state that an older release stored: none whose newest word came after it", () => {
		const since = play([sent(goal("home", "g3", at(180)), 30)], told);
		const older = { ...since, incidents: since.incidents.map(({ toldAtMs: _, ...rest }) => rest) };
		const adopted = football.adopt(older, low, AT);
		expect(adopted.ok && football.incidents(adopted.state).map(({ cancelled }) => cancelled)).toEqual([
			false,
			true,
			false,
		]);
	});
});
