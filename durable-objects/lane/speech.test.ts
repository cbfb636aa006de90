/** What a match may believe of its feed (LAN-2, LAN-3), with the lane's and the match's clocks apart. */
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { FEED, RPC_TIMEOUT_MS } from "../../shared/limits.ts";
import { FeedSpeech } from "./speech.ts";
import { type ContractMatch, goal, LaneBench, PROVIDER, standing } from "./testing.ts";

let bench: LaneBench;
beforeEach(() => {
	bench = new LaneBench();
	return () => {
		expect(bench.world.faults).toEqual([]);
	};
});

/** When the match believes the feed spoke, told on the world's clock. */
const believes = (match: ContractMatch): number | null =>
	match.spokeAtMs === null ? null : match.spokeAtMs - match.skewMs;

describe("speech", () => {
	test("[LAN-2] a provider's message and its heartbeat are speech", async () => {
		const match = await bench.inPlay("m1");
		await bench.world.advance(4_000);
		await bench.append([goal("m1", "g1")]);
		expect(match.lastCall.speech).toMatchObject({ sinceSpokeMs: 0 });
		expect(believes(match)).toBe(bench.world.now());
		await bench.world.advance(700);
		const spokeAtMs = bench.world.now();
		await bench.actor.heartbeat(PROVIDER);
		await bench.world.advance(1_000);
		expect(believes(match)).toBe(spokeAtMs);
		expect(bench.actor.ops().matches[0]?.spokeAgoMs).toBe(1_000);
	});

	test("[LAN-2] traders' commands and our own marks are not speech", async () => {
		const match = await bench.inPlay("m1");
		const before = believes(match);
		expect(before).not.toBeNull();
		const asked = bench.command("m1", "c1");
		await bench.world.advance(5_000);
		expect((await asked).kind).toBe("applied");
		expect(believes(match)).toBe(before);
	});

	test("[LAN-2] a push that brings nothing new is not speech: it may be a request replayed long after", async () => {
		const match = await bench.inPlay("m1");
		await bench.append([goal("m1", "g1")]);
		const before = bench.world.now();
		await bench.world.advance(2_000);
		await bench.append([goal("m1", "g1", "away")]);
		await bench.append([goal("m9", "g1")]);
		await bench.world.advance(2_000);
		expect(believes(match)).toBe(before);
		await bench.append([goal("m1", "g1")]);
		await bench.world.advance(1_000);
		expect(believes(match)).toBe(before);
		await bench.append([goal("m1", "g1"), goal("m1", "g2")]);
		expect(believes(match)).toBe(bench.world.now());
	});

	test("[LAN-2] what the caller held back is added to the age", async () => {
		const match = await bench.inPlay("m1");
		await bench.world.advance(5_000);
		await bench.append([goal("m1", "g1")], PROVIDER, 1_200);
		expect(believes(match)).toBe(bench.world.now() - 1_200);
		await bench.actor.heartbeat(PROVIDER, 3_000);
		await bench.world.advance(1_000);
		expect(believes(match)).toBe(bench.world.now() - 2_200);
	});

	test("[LAN-2] after a restart of the lane the feed has not spoken", async () => {
		const match = await bench.inPlay("m1");
		await bench.actor.heartbeat(PROVIDER);
		bench.restart();
		match.restart();
		await bench.world.advance(3_000);
		expect(match.lastCall.speech).toBeNull();
		expect(believes(match)).toBeNull();
		expect(bench.actor.ops().matches[0]?.spokeAgoMs).toBeNull();
	});

	test("[LAN-2] a match that restarts hears of the feed again within two marks, and never under its old numbers", async () => {
		const match = await bench.inPlay("m1");
		await bench.world.advance(2_500);
		await bench.actor.heartbeat(PROVIDER);
		const spokeAtMs = bench.world.now();
		match.restart();
		const calls = match.calls.length;
		while (match.calls.length === calls) await bench.world.advance(10);
		expect(match.lastCall.speech?.epoch).toBe("e1");
		expect(believes(match)).toBeNull();
		await bench.world.advance(FEED.retryMinMs);
		expect(believes(match)).toBe(spokeAtMs);
	});

	test("[LAN-2] no speech before everything the feed had said is with it", async () => {
		const match = await bench.inPlay("m1");
		match.mode = "down";
		const many = Array.from({ length: FEED.applyBatch * 2 }, (_, n) => goal("m1", `g${n}`));
		await bench.append(many);
		match.mode = "up";
		const from = match.calls.length;
		await bench.world.advance(1_000);
		const spoke = match.calls.slice(from).map(({ request }) => request.speech !== null);
		expect(spoke.slice(0, 2)).toEqual([false, true]);
	});

	test("[LAN-2] a heartbeat does not overtake inputs that wait to be stored", async () => {
		const match = await bench.inPlay("m1");
		bench.syncMs = 3_000;
		const first = bench.send(goal("m1", "first"));
		const firstAtMs = bench.world.now();
		await bench.world.advance(10);
		const second = bench.send(goal("m1", "second"));
		await bench.world.advance(10);
		const beat = bench.actor.heartbeat(PROVIDER);
		const beatAtMs = bench.world.now();
		await bench.world.advance(2_000);
		expect(match.applied.at(-1)?.input.id).toBe("first");
		expect(believes(match)).toBe(firstAtMs);
		await bench.world.advance(5_000);
		await Promise.all([first, second, beat]);
		expect(match.applied.at(-1)?.input.id).toBe("second");
		expect(believes(match)).toBe(beatAtMs);
	});

	test("[LAN-2] a clock set back forgets what was heard", () => {
		const speech = new FeedSpeech(1_000);
		speech.spoke(PROVIDER, 5_000, 5_000);
		expect(speech.ages(PROVIDER, { epoch: "e", answerNo: 1, atMs: 4_000 }, 6_000)).toEqual({
			epoch: "e",
			answerNo: 1,
			sinceAnswerMs: 2_000,
			sinceSpokeMs: 1_000,
		});
		expect(speech.sinceSpokeMs(PROVIDER, 3_000)).toBeNull();
		expect(speech.isLost(PROVIDER, 9_000, 6_000)).toBe(false);
		speech.spoke(PROVIDER, 3_500, 3_500);
		expect(speech.ages(PROVIDER, { epoch: "e", answerNo: 1, atMs: 4_000 }, 3_600)).toBeNull();
	});
});

describe("a lost feed", () => {
	test("[LAN-3] silence beyond the provider's limit loses the feed; the provider's limits go with each apply", async () => {
		const match = await bench.inPlay("m1");
		expect(match.lastCall).toMatchObject({ quietLimitMs: 3_000, lostAfterMs: 6_000, feedLost: false });
		await bench.world.advance(5_000);
		expect(match.lastCall.feedLost).toBe(false);
		await bench.world.advance(1_000 + FEED.markMs);
		expect(match.lastCall.feedLost).toBe(true);
		await bench.append([standing("m1", "s1")]);
		expect(match.lastCall.feedLost).toBe(false);
	});

	test("[LAN-3] a lane that has just started gives the feed as long to be heard", async () => {
		const match = await bench.inPlay("m1");
		await bench.world.advance(20_000);
		expect(match.lastCall.feedLost).toBe(true);
		bench.restart();
		await bench.world.advance(5_900);
		expect(match.lastCall.feedLost).toBe(false);
		await bench.world.advance(1_100);
		expect(match.lastCall.feedLost).toBe(true);
	});
});

type Act =
	| { readonly kind: "wait" | "slow" | "sync"; readonly ms: number }
	| { readonly kind: "push" | "beat"; readonly heldMs: number }
	| { readonly kind: "lose" | "restart_lane" | "restart_match" | "command" | "down" };

const speak = fc.record({ kind: fc.constantFrom("push", "beat"), heldMs: fc.constantFrom(0, 0, 10, 900) });
const act: fc.Arbitrary<Act> = fc.oneof(
	speak,
	speak,
	fc.record({ kind: fc.constant("wait"), ms: fc.integer({ min: 1, max: 3_000 }) }),
	fc.record({ kind: fc.constant("wait"), ms: fc.integer({ min: 1, max: 50 }) }),
	fc.record({ kind: fc.constant("slow"), ms: fc.constantFrom(0, 20, 400, 6_000) }),
	fc.record({ kind: fc.constant("sync"), ms: fc.constantFrom(0, 0, 5, 150) }),
	fc.record({ kind: fc.constantFrom("lose", "restart_lane", "restart_match", "command", "down") }),
);

/** A run of acts on one lane and one match in play, and what the feed said when. */
class Story {
	readonly lane = new LaneBench();
	/** Heard by the lane, with the age it came with; `id` null: a heartbeat. */
	readonly said: { readonly id: string | null; readonly heardAtMs: number; readonly spokeAtMs: number }[] = [];
	/** What the lane has acknowledged. */
	readonly stored = new Set<string>();
	#n = 0;

	async play(acts: readonly Act[]): Promise<ContractMatch> {
		this.#says("fixture", 0);
		const match = await this.lane.inPlay("m1");
		for (const step of acts) await this.#do(step, match);
		match.mode = "up";
		match.delayMs = 0;
		this.lane.syncMs = 0;
		await this.lane.world.advance(30_000);
		return match;
	}

	#says(id: string | null, heldMs: number): void {
		const heardAtMs = this.lane.world.now();
		this.said.push({ id, heardAtMs, spokeAtMs: heardAtMs - heldMs });
	}

	async #do(step: Act, match: ContractMatch): Promise<void> {
		const { lane } = this;
		const dies = (): void => {};
		switch (step.kind) {
			case "wait":
				return lane.world.advance(step.ms);
			case "slow":
				match.delayMs = step.ms;
				return;
			case "sync":
				lane.syncMs = step.ms;
				return;
			case "push": {
				const id = `g${++this.#n}`;
				this.#says(id, step.heldMs);
				lane.append([goal("m1", id)], PROVIDER, step.heldMs).then(() => this.stored.add(id), dies);
				return;
			}
			case "beat":
				this.#says(null, step.heldMs);
				lane.actor.heartbeat(PROVIDER, step.heldMs).catch(dies);
				return;
			case "command":
				lane.command("m1", `c${++this.#n}`).catch(dies);
				return;
			case "lose":
				match.lostAnswers = 1;
				return;
			case "down":
				match.mode = match.mode === "up" ? "down" : "up";
				return;
			case "restart_lane":
				return lane.restart();
			case "restart_match":
				return match.restart();
		}
	}
}

describe("whatever happens", () => {
	test("[LAN-1] a match gets everything that was acknowledged, in order and once", async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 60 }), async (acts) => {
				const story = new Story();
				const match = await story.play(acts);
				expect(match.maxInFlight).toBeLessThanOrEqual(acts.some(isOverlap) ? 9 : 1);
				expect(match.applied.map(({ seq }) => seq)).toEqual(match.applied.map((_, index) => index + 1));
				const ids = match.applied.map(({ input }) => input.id);
				expect(new Set(ids).size).toBe(ids.length);
				for (const id of story.stored) expect(ids).toContain(id);
				expect(ids.filter((id) => !id.startsWith("c"))).toEqual(
					story.said.flatMap(({ id }) => (id !== null && ids.includes(id) ? [id] : [])),
				);
				expect(story.lane.actor.ops().matches[0]?.backlog).toBe(0);
			}),
			{ numRuns: 60 },
		);
	});

	test("[LAN-2] a match never believes in speech that was not, nor before it knows all that was said until then", async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 60 }), async (acts) => {
				const story = new Story();
				const match = await story.play(acts);
				for (const { nowMs, spokeAtMs, ids } of match.beliefs) {
					const spoken = story.said.filter(({ heardAtMs }) => heardAtMs <= nowMs).map((said) => said.spokeAtMs);
					expect(spokeAtMs).toBeLessThanOrEqual(Math.max(...spoken));
					for (const { id, heardAtMs } of story.said) {
						if (id !== null && heardAtMs < spokeAtMs && story.stored.has(id)) expect(ids).toContain(id);
					}
				}
			}),
			{ numRuns: 100 },
		);
	});
});

/** Only a dead lane or an abandoned call leaves one behind that the match still works on. */
const isOverlap = (step: Act): boolean =>
	step.kind === "restart_lane" || (step.kind === "slow" && step.ms > RPC_TIMEOUT_MS);
