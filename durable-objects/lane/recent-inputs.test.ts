/** What is delivered without being read again. */
import { expect, test } from "vitest";
import type { LoggedInput } from "../../shared/feeds/canonical.ts";
import { LANE_KEEPS } from "../../shared/limits.ts";
import { goal } from "../../testing/lane.ts";
import { RecentInputs } from "./recent-inputs.ts";

const logged = (matchId: string, seq: number): LoggedInput => ({
	seq,
	provider: "replay",
	receivedAtMs: 0,
	input: goal(matchId, `g${seq}`),
});
const seqsOf = (inputs: readonly LoggedInput[]): readonly number[] => inputs.map(({ seq }) => seq);
const add = (recent: RecentInputs, matchId: string, ...seqs: readonly number[]): void => {
	for (const seq of seqs) recent.add(matchId, logged(matchId, seq));
};

test("[LAN-1] they are given from any place on, and none where one before them is not there", () => {
	const recent = new RecentInputs();
	add(recent, "m1", 5, 6, 7, 8, 10);
	expect(seqsOf(recent.from("m1", 5, 3))).toEqual([5, 6, 7]);
	expect(seqsOf(recent.from("m1", 7, 3))).toEqual([7, 8]);
	expect(recent.from("m1", 4, 3)).toEqual([]);
	expect(recent.from("m2", 5, 3)).toEqual([]);
	recent.passed("m1", 7);
	expect(seqsOf(recent.from("m1", 8, 3))).toEqual([8]);
	expect(recent.from("m1", 7, 3)).toEqual([]);
	recent.passed("m1", 9);
	add(recent, "m1", 11);
	expect(recent.from("m1", 10, 3)).toEqual([]);
	expect(seqsOf(recent.from("m1", 11, 3))).toEqual([11]);
});

test("what a match has acted on makes room, and where there is none those go that have waited longest", () => {
	const recent = new RecentInputs();
	add(recent, "dead", 1, 2);
	for (let seq = 1; seq <= 2 * LANE_KEEPS.inputs; seq++) {
		add(recent, "m1", seq);
		recent.passed("m1", seq);
	}
	expect(seqsOf(recent.from("dead", 1, 9))).toEqual([1, 2]);
	for (let seq = 1; seq < LANE_KEEPS.inputs; seq++) add(recent, "m2", seq);
	expect(recent.from("dead", 1, 9)).toEqual([]);
	add(recent, "m3", 1);
	add(recent, "m4", 1);
	expect(seqsOf(recent.from("m3", 1, 9))).toEqual([1]);
	add(recent, "m5", 1);
	expect([recent.from("m2", 1, 9).length, recent.from("m5", 1, 9).length]).toEqual([0, 1]);
	expect(seqsOf(recent.from("m3", 1, 9))).toEqual([1]);
});
