/** Baskets and scores that come late, twice, in other words or before their review is over; periods that were called by mistake. */
import { describe, expect, test } from "vitest";
import type { Input } from "../../shared/feeds/canonical.ts";
import { AT, basket, betStart, fixture, incident, statement } from "../../testing/basketball.ts";
import type { StateInput } from "../sport.ts";
import { basketball } from "./basketball.ts";
import type { BasketballState } from "./state.ts";

const START = basketball.initial(fixture());
function play(inputs: readonly Input[], from: BasketballState = START): BasketballState {
	return inputs.reduce((state, input, index) => {
		const reduced = basketball.reduce(state, input, AT + index);
		if (!reduced.ok) throw new Error(reduced.message);
		return reduced.state;
	}, from);
}
const sent = (input: Input, ms: number, over: object = {}): Input =>
	({ ...input, sentAtMs: AT + ms, ...over }) as Input;
const scored = (phase: string, sec: number, home: number, away: number, ms = 0): StateInput =>
	sent(statement(phase, sec), ms, { score: { home, away } }) as StateInput;
const word = (kind: "cancellation" | "confirmation", incidentId: string): Input =>
	({ v: 1, kind, id: "w", matchId: "game", sentAtMs: AT, incidentId }) as Input;
const isSure = ({ incidents }: BasketballState, id: string): boolean | undefined =>
	incidents.find(({ incidentId }) => incidentId === id)?.confirmed;
const settled = (state: BasketballState): readonly string[] =>
	basketball.results(state).map(({ spec }) => spec.marketId);

describe("[SET-1] a basket under review", () => {
	const reviewed = play([statement("q1", 0), basket("home", 2, "b"), incident("var_review", "v")]);

	test("told again with more words is no more certain for it; its own word makes it so", () => {
		const again = { ...basket("home", 2, "b"), player: "Somebody" } as Input;
		expect(isSure(play([again], reviewed), "b")).toBe(false);
		expect(isSure(play([word("confirmation", "b"), again], reviewed), "b")).toBe(true);
		expect(isSure(play([word("confirmation", "b"), basket("home", 3, "b")], reviewed), "b")).toBe(false);
	});

	test.each(["cancellation", "confirmation"] as const)("is over with the review's own %s", (kind) => {
		const over = play([word(kind, "v"), scored("q1", 30, 2, 0)], reviewed);
		expect(isSure(over, "b")).toBe(true);
		expect(isSure(play([scored("q1", 30, 2, 0)], reviewed), "b")).toBe(false);
	});
});

describe("[MAT-7] scores and baskets that pass each other", () => {
	test("a basket sent before the score that told of it counts once, whether the score has been repeated or not", () => {
		const stated = [scored("q1", 20, 2, 0, 100), scored("q1", 25, 2, 0, 200)];
		for (const scores of [stated.slice(0, 1), stated]) {
			const state = play([statement("q1", 0), ...scores, sent(basket("home", 2, "b"), 90)]);
			expect(basketball.scoreView(state)).toMatchObject({ home: 2 });
		}
	});

	test("a score that was sent before a basket does not stand by it", () => {
		const state = play([statement("q1", 0), sent(basket("home", 2, "b"), 90), scored("q1", 20, 0, 0, 80)]);
		expect(isSure(state, "b")).toBe(false);
		expect(basketball.scoreView(state)).toMatchObject({ home: 2 });
	});
});

describe("[MAT-8] a score below what only scores had told of before", () => {
	const through = (state: BasketballState, inputs: readonly Input[]) =>
		inputs.reduce((now, input, index) => {
			const reduced = basketball.reduce(now, input, AT + 100 + index);
			return reduced.ok ? reduced.state : now;
		}, state);
	const third = play([
		statement("q1", 0),
		scored("q2", 1_400, 10, 8, 1),
		scored("half_time", 1_440, 10, 10, 2),
		scored("q3", 1_440, 10, 10, 3),
	]);

	test("takes back nothing of a period that is over, and the right one after it finds that period as it was", () => {
		expect(basketball.reduce(third, scored("q3", 1_500, 10, 8, 4), AT + 9)).toMatchObject({ code: "contradiction" });
		const later = through(third, [scored("q3", 1_500, 10, 8, 4), scored("q3", 1_510, 10, 13, 5)]);
		const [, second, third_] = basketball.scoreView(later).lines;
		expect([second, third_]).toMatchObject([
			["Q2", "10", "10"],
			["Q3", "0", "3"],
		]);
		expect(settled(later)).toContain("h1:1x2");
	});

	test("is taken over in the next period where the feed had said the higher one once, and never stood by it", () => {
		const second = play([statement("q1", 0), scored("q2", 1_400, 10, 8, 1), scored("q2", 1_410, 10, 10, 2)]);
		const later = play([scored("q3", 1_450, 10, 8, 3)], second);
		expect(basketball.scoreView(later)).toMatchObject({ home: 10, away: 8 });
		expect(later.incidents.every(({ confirmed }) => confirmed)).toBe(true);
	});

	test("is taken over within its own period, where the period itself was a mistake, and by a trader", () => {
		expect(
			basketball.scoreView(play([scored("half_time", 1_440, 10, 8, 4)], play([scored("half_time", 1_440, 10, 10, 3)]))),
		).toMatchObject({ away: 8 });
		expect(basketball.scoreView(play([scored("q2", 1_430, 10, 8, 4)], third))).toMatchObject({ away: 8 });
		const adopted = basketball.adopt(third, scored("q3", 1_500, 10, 8, 4), AT + 9);
		expect(adopted.ok && basketball.scoreView(adopted.state)).toMatchObject({ away: 8 });
	});
});

describe("[SET-1] a basket of a period whose beginning comes after it", () => {
	const pause = play([statement("q1", 0), scored("q1", 710, 20, 20, 1), scored("break_1", 720, 20, 20, 2)]);
	const told = { ...basket("away", 2, "b"), clockSec: 740 };
	const first = (state: BasketballState) =>
		basketball.results(state).find(({ spec }) => spec.marketId === "q1:1x2")?.state;

	test.each([
		["in the break", pause],
		["while the quarter before runs", play([scored("q1", 715, 20, 20, 2)], pause)],
	])("counts there by its clock, told %s", (_, before) => {
		const early = basketball.reduce(before, sent(told, 40), AT + 40);
		expect(early).toMatchObject({ ok: true, unclear: expect.stringContaining("period 2") });
		if (!early.ok) return;
		const begun = play([scored("break_1", 720, 20, 20, 20), scored("q2", 720, 20, 20, 30)], early.state);
		expect(isSure(begun, "b")).toBe(false);
		const later = play([scored("q2", 745, 20, 22, 50)], begun);
		expect(first(later)).toMatchObject({ outcomes: { draw: { kind: "win" } } });
		expect(basketball.scoreView(later).lines).toContainEqual(["Q2", "0", "2"]);
	});

	test("one that beat the buzzer is of the quarter that it ended", () => {
		const buzzer = basketball.reduce(pause, { ...sent(told, 40), clockSec: 720 } as Input, AT + 40);
		expect(buzzer).not.toHaveProperty("unclear");
		expect(buzzer.ok && first(play([scored("break_1", 720, 20, 22, 50)], buzzer.state))).toMatchObject({
			outcomes: { away: { kind: "win" } },
		});
	});

	test("one of an overtime keeps no overtime from beginning, and decides none", () => {
		const level = play([statement("q4", 2_160), scored("break_ot1", 2_880, 40, 40, 1)]);
		const early = play([sent(told, 40, { clockSec: 2_900 })], level);
		const winner = basketball.book(early, early.strengths, AT).find(({ spec }) => spec.marketId === "ml");
		expect(Math.min(...(winner?.fair ?? [0]))).toBeGreaterThan(0.1);
		expect(basketball.reduce(early, sent(statement("ot1", 2_880), 30), AT)).toMatchObject({ ok: true });
		const over = play([scored("ot1", 2_905, 40, 42, 50), scored("ended", 3_180, 40, 42, 60)], early);
		const result = basketball.results(over).find(({ spec }) => spec.marketId === "1x2");
		expect(result?.state).toMatchObject({ outcomes: { draw: { kind: "win" } } });
	});
});

describe("[SET-1] periods", () => {
	test("a quarter ended early and taken back goes on, and is settled by what it brings", () => {
		const early = play([statement("q1", 0), scored("q1", 600, 20, 18, 1), scored("break_1", 700, 20, 18, 2)]);
		expect(settled(early)).toContain("q1:1x2");
		const back = play([scored("q1", 690, 20, 18, 3)], early);
		expect(settled(back)).not.toContain("q1:1x2");
		const over = play([sent(basket("away", 3, "b"), 4), scored("break_1", 720, 20, 21, 5)], back);
		const result = basketball.results(over).find(({ spec }) => spec.marketId === "q1:1x2");
		expect(result?.state).toMatchObject({ outcomes: { away: { kind: "win" } } });
	});

	test("an end after quarters that nobody told settles the match, and what may have been after overtime stays open", () => {
		const third = play([statement("q1", 0), statement("q3", 1_440), scored("q3", 1_500, 60, 50, 10)]);
		const ended = play([scored("ended", 2_880, 90, 85, 20), betStart()], third);
		expect(basketball.ended(ended)).toBe(true);
		expect(settled(ended)).toContain("ml");
		for (const open of ["1x2", "q4:1x2", "race:80"]) expect(settled(ended)).not.toContain(open);
	});

	test("a trader who follows a statement takes back nothing that was told after it", () => {
		const told = play([statement("q1", 0), sent(basket("away", 2, "a"), 10), scored("q1", 20, 0, 2, 11)]);
		const low = scored("q1", 30, 0, 0, 20);
		expect(basketball.reduce(told, low, AT)).toMatchObject({ code: "contradiction" });
		const since = play([sent(basket("away", 3, "b"), 30)], told);
		const adopted = basketball.adopt(since, low, AT);
		expect(adopted.ok && adopted.state.incidents).toMatchObject([{ cancelled: true }, { cancelled: false }]);
	});

	test.each([
		["confirmed", sent(word("confirmation", "a"), 30)],
		["corrected", sent(basket("away", 2, "a"), 30, { kind: "correction" })],
	])("… nor leaves what was told before it, though the feed has %s a basket since", (_, later) => {
		const told = play([sent(basket("away", 2, "a"), 10), sent(basket("away", 2, "b"), 15)], play([statement("q1", 0)]));
		const low = scored("q1", 30, 0, 2, 20);
		expect(basketball.reduce(told, low, AT)).toMatchObject({ code: "contradiction" });
		const adopted = basketball.adopt(play([later], told), low, AT);
		expect(adopted.ok && adopted.state.incidents).toMatchObject([{ cancelled: false }, { cancelled: true }]);
		expect(adopted.ok && basketball.scoreView(adopted.state)).toMatchObject({ home: 0, away: 2 });
	});

	describe("a score of a quarter that follows a break with a known one", () => {
		const first = play([statement("q1", 0), scored("q1", 700, 7, 2, 1)]);
		const pause = play([scored("break_1", 720, 7, 2, 2)], first);
		const added = [scored("q2", 800, 7, 4, 9), betStart()];

		test("adds its points to that quarter, and takes no result of the one before back", () => {
			expect(settled(pause)).toContain("q1:1x2");
			expect(settled(play(added.slice(0, 1), pause))).toContain("q1:1x2");
			expect(settled(play(added, pause))).toContain("q1:1x2");
			expect(basketball.scoreView(play(added, pause)).lines).toContainEqual(["Q2", "0", "2"]);
		});

		test("belongs to the one before where the break itself has it", () => {
			const again = play([scored("break_1", 720, 7, 4, 3), betStart()], pause);
			expect(basketball.scoreView(again).lines).toContainEqual(["Q1", "7", "4"]);
		});

		test("leaves it open whose points they are where nobody stated a score since before the match", () => {
			const start = play([scored("scheduled", 0, 0, 0, 1), sent(statement("q1", 0), 2)]);
			expect(settled(play(added, start))).not.toContain("q1:1x2");
		});

		test("leaves it open whose points they are where the break was a mistake, or a review was open in it", () => {
			const back = play([sent(statement("q1", 710), 3), ...added], pause);
			expect(settled(back)).not.toContain("q1:1x2");
			const reviewed = play([sent(incident("var_review", "v"), 1), scored("break_1", 720, 7, 2, 2)], first);
			expect(settled(play([sent(incident("var_over", "w"), 3), ...added], reviewed))).not.toContain("q1:1x2");
		});
	});

	test("an overtime whose break was lost begins at a level score: what that score adds may have ended the period before", () => {
		const fourth = play([statement("q4", 2_160), scored("q4", 2_870, 38, 40, 1)]);
		const first = play([scored("ot1", 2_880, 40, 40, 2)], fourth);
		expect(basketball.scoreView(first)).toMatchObject({ home: 40, away: 40 });
		const second = play([scored("ot1", 3_170, 43, 45, 3), scored("ot2", 3_180, 45, 45, 4)], first);
		expect(basketball.scoreView(second)).toMatchObject({ home: 45, away: 45 });
		for (const home of [38, 39])
			expect(basketball.reduce(fourth, scored("ot1", 2_880, home, 40, 2), AT)).toMatchObject({ code: "bad_input" });
	});

	test("an overtime does not begin where four quarters have a winner, though a basket of it was told and the match is level", () => {
		const fourth = play([statement("q4", 2_160), scored("q4", 2_870, 40, 38, 1)]);
		const ahead = play([sent(basket("away", 2, "a"), 2, { clockSec: 2_890 })], fourth);
		expect(basketball.scoreView(ahead)).toMatchObject({ home: 40, away: 40 });
		expect(basketball.reduce(ahead, sent(statement("ot1", 2_895), 3), AT)).toMatchObject({ code: "bad_input" });
	});

	test("an overtime whose break alone was announced was none where a correction leaves four quarters with a winner", () => {
		const level = play([statement("q4", 2_160), sent(basket("home", 2, "h"), 10), sent(basket("away", 2, "a"), 20)]);
		const overtime = (state: BasketballState) =>
			basketball.results(state).find(({ spec }) => spec.marketId === "ot")?.state;
		const pause = play([scored("break_ot1", 2_880, 2, 2, 30)], level);
		expect(overtime(pause)).toMatchObject({ outcomes: { yes: { kind: "win" } } });
		const back = sent(word("cancellation", "h"), 40);
		expect(overtime(play([back, scored("ended", 2_880, 0, 2, 50)], pause))).toMatchObject({
			outcomes: { no: { kind: "win" } },
		});
		expect(overtime(play([scored("ot1", 2_880, 2, 2, 35), back], pause))).toMatchObject({
			outcomes: { yes: { kind: "win" } },
		});
	});

	test("a trader may take over more points than a feed", () => {
		const first = play([statement("q1", 0)]);
		const end = scored("ended", 2_880, 101, 95, 20);
		expect(basketball.reduce(first, end, AT)).toMatchObject({ ok: false, code: "contradiction" });
		const adopted = basketball.adopt(first, end, AT);
		expect(adopted.ok && basketball.scoreView(adopted.state)).toMatchObject({ home: 101, away: 95 });
	});
});
