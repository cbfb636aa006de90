/** What a match may believe of its feed (LAN-2, LAN-3), with the lane's and the match's clocks apart. */
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { FEED, RPC_TIMEOUT_MS } from "../../shared/limits.ts";
import { type ContractMatch, goal, LaneBench, PROVIDER, standing } from "../../testing/lane.ts";
import { observed, offsetOf, type ProviderClock } from "./provider-clock.ts";
import { FeedSpeech } from "./speech.ts";

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
		// Stored and delivered by then; what came behind it is stored and waits to be durable.
		await bench.world.advance(4_300);
		expect(match.applied.at(-1)?.input.id).toBe("first");
		expect(believes(match)).toBe(firstAtMs);
		await bench.world.advance(8_000);
		await Promise.all([first, second, beat]);
		expect(match.applied.at(-1)?.input.id).toBe("second");
		expect(believes(match)).toBe(beatAtMs);
	});

	test("[LAN-2] what came before a clock was set back and is stored after it says nothing", () => {
		const speech = new FeedSpeech(1_000, () => 0);
		const answer = { epoch: "e", answerNo: 1, atMs: 4_900 };
		const early = { provider: PROVIDER, signedAtMs: null, heardAtMs: 36_000 };
		expect(speech.ages(PROVIDER, answer, 5_000, [early])).toBeNull();
		speech.spoke(early, 5_000);
		expect(speech.sinceSpokeMs(PROVIDER, 5_000)).toBeNull();
		expect(speech.isLost(PROVIDER, 40_000, 6_000)).toBe(true);
	});

	test("[LAN-2] a clock set back forgets what was heard", () => {
		const speech = new FeedSpeech(1_000, () => 0);
		const said = (heardAtMs: number) => ({ provider: PROVIDER, signedAtMs: null, heardAtMs });
		speech.spoke(said(5_000), 5_000);
		expect(speech.ages(PROVIDER, { epoch: "e", answerNo: 1, atMs: 4_000 }, 6_000)).toEqual({
			epoch: "e",
			answerNo: 1,
			sinceAnswerMs: 2_000,
			sinceSpokeMs: 1_000,
		});
		expect(speech.sinceSpokeMs(PROVIDER, 3_000)).toBeNull();
		expect(speech.isLost(PROVIDER, 9_000, 6_000)).toBe(false);
		speech.spoke(said(3_500), 3_500);
		expect(speech.ages(PROVIDER, { epoch: "e", answerNo: 1, atMs: 4_000 }, 3_600)).toBeNull();
	});
});

describe("what a match refuses", () => {
	const refusal = { code: "contradiction", message: "not now" };

	test("[LAN-2] is no speech: neither by the request that brings it nor after", async () => {
		const match = await bench.inPlay("m1");
		const before = believes(match);
		await bench.world.advance(4_000);
		match.refuses.set("s1", refusal);
		await bench.append([standing("m1", "s1")]);
		await bench.world.advance(3_000);
		expect(match.lastSeq).toBe(2);
		expect(believes(match)).toBe(before);
		expect(bench.actor.ops().matches[0]?.spokeAgoMs).toBe(bench.world.now() - Number(before));
		expect(match.lastCall.feedLost).toBe(false);
	});

	test("[LAN-2] does not silence what was applied beside it, of the match or of another", async () => {
		const [first, second] = [await bench.inPlay("m1"), await bench.inPlay("m2")];
		await bench.world.advance(4_000);
		first.refuses.set("g1", refusal);
		const spokeAtMs = bench.world.now();
		await bench.append([goal("m1", "g1"), goal("m1", "g2")]);
		await bench.world.advance(FEED.markMs);
		expect([believes(first), believes(second)]).toEqual([spokeAtMs, spokeAtMs]);
	});

	test("[LAN-2] is no speech when the answer that says so got lost", async () => {
		const match = await bench.inPlay("m1");
		const before = believes(match);
		match.refuses.set("g1", refusal);
		match.lostAnswers = 1;
		await bench.world.advance(2_000);
		await bench.append([goal("m1", "g1")]);
		await bench.world.advance(3_000);
		expect(match.lastSeq).toBe(2);
		expect(believes(match)).toBe(before);
	});

	test("[LAN-2] a heartbeat behind it is heard within a quarter of a second", async () => {
		const match = await bench.inPlay("m1");
		await bench.world.advance(4_000);
		match.refuses.set("g1", refusal);
		await Promise.all([bench.send(goal("m1", "g1")), bench.actor.heartbeat(PROVIDER)]);
		const spokeAtMs = bench.world.now();
		await bench.world.advance(FEED.retryMinMs);
		expect(believes(match)).toBe(spokeAtMs);
	});

	test("[LAN-2] an input has spoken for other matches only once its own has applied it", async () => {
		const [first, second] = [await bench.inPlay("m1"), await bench.inPlay("m2")];
		const before = believes(second);
		first.mode = "down";
		await bench.world.advance(2_000);
		const spokeAtMs = bench.world.now();
		await bench.append([goal("m1", "g1")]);
		await bench.world.advance(FEED.markMs);
		expect(believes(second)).toBe(before);
		first.mode = "up";
		await bench.world.advance(3 * FEED.markMs);
		expect(believes(second)).toBe(spokeAtMs);
	});
});

describe("signed speech", () => {
	const inPlay = async (): Promise<ContractMatch> => {
		const match = await bench.inPlay("m1");
		await bench.append([goal("m1", "first")], PROVIDER, 0, bench.world.now());
		return match;
	};

	test("[LAN-4] has the age of its signature, however late it comes and however often", async () => {
		const match = await inPlay();
		await bench.world.advance(300_000);
		const signedAtMs = bench.world.now() - 240_000;
		expect(await bench.beat(signedAtMs)).toBe(240_000);
		await bench.world.advance(30_000);
		expect(await bench.beat(signedAtMs)).toBe(270_000);
		expect(await bench.beat(bench.world.now() - 5_000)).toBe(5_000);
		expect(await bench.beat(signedAtMs)).toBe(5_000);
		await bench.append([goal("m1", "late")], PROVIDER, 0, bench.world.now() - 60_000);
		await bench.world.advance(1_000);
		expect(believes(match)).toBe(bench.world.now() - 6_000);
	});

	test("[LAN-4] is as old as it was when the lane has forgotten that it knows it", async () => {
		await inPlay();
		const signedAtMs = bench.world.now();
		await bench.beat(signedAtMs);
		await bench.world.advance(200_000);
		bench.restart();
		expect(await bench.beat(signedAtMs)).toBe(200_000);
	});

	test("[LAN-4] of a clock that is ahead banks nothing, is judged by differences, and across a restart too", async () => {
		await inPlay();
		await bench.world.advance(10_000);
		const aheadMs = 100_000;
		const signedAtMs = bench.world.now() + aheadMs;
		expect(await bench.beat(signedAtMs)).toBe(0);
		await bench.world.advance(50_000);
		expect(await bench.beat(signedAtMs)).toBe(50_000);
		bench.restart();
		expect(await bench.beat(signedAtMs)).toBe(50_000);
		expect(await bench.beat(bench.world.now() + aheadMs - 700)).toBe(700);
		await bench.world.advance(FEED.signatureToleranceMs);
		expect(await bench.beat(signedAtMs)).toBe(FEED.signatureToleranceMs + 700);
	});

	test("[LAN-4] of a clock that is put right is taken by its time again once the old difference is forgotten", async () => {
		await inPlay();
		await bench.beat(bench.world.now() + 60_000);
		const ages: (number | null)[] = [];
		for (let minute = 0; minute < 25; minute++) {
			await bench.world.advance(60_000);
			ages.push(await bench.beat(bench.world.now()));
		}
		expect(ages[0]).toBe(60_000);
		expect(ages.at(-1)).toBe(0);
	});

	test("[LAN-4] of a clock that is behind counts as late until it is known, and never once it was seen to be right", async () => {
		await bench.inPlay("m1");
		const behindMs = 30_000;
		await bench.world.advance(60_000);
		const ages: (number | null)[] = [];
		for (let minute = 0; minute < 12; minute++) {
			await bench.world.advance(60_000);
			ages.push(await bench.beat(bench.world.now() - behindMs));
		}
		expect([ages[0], ages.at(-1)]).toEqual([behindMs, 0]);
		bench.restart();
		expect(await bench.beat(bench.world.now() - behindMs - 400)).toBe(400);
		expect(await bench.beat(bench.world.now())).toBe(0);
		await bench.world.advance(3_600_000);
		expect(await bench.beat(bench.world.now() - behindMs)).toBe(behindMs);
	});

	test("[LAN-4] is never newer than when it was heard, whatever is learned of the clock later", () => {
		let offsetMs = 0;
		const speech = new FeedSpeech(1_000, () => offsetMs);
		speech.spoke({ provider: PROVIDER, signedAtMs: 1_000, heardAtMs: 1_200 }, 1_200);
		expect(speech.sinceSpokeMs(PROVIDER, 2_000)).toBe(1_000);
		offsetMs = 500;
		expect(speech.sinceSpokeMs(PROVIDER, 2_000)).toBe(800);
	});

	test("[LAN-4] of a clock whose first word could not be stored is learned from the next", async () => {
		await bench.inPlay("m1");
		await bench.world.advance(2_000);
		bench.failing = /INTO feeds/;
		await expect(bench.actor.heartbeat(PROVIDER, undefined, bench.world.now())).rejects.toThrow("does not take it");
		bench.failing = null;
		await bench.beat(bench.world.now());
		expect(bench.world.storage("lane:demo:0").exec("SELECT provider FROM clocks")).toEqual([{ provider: PROVIDER }]);
	});

	test("[LAN-3] a feed that comes late is lost like one that is silent", async () => {
		const match = await inPlay();
		for (let second = 0; second < 10; second++) {
			await bench.world.advance(1_000);
			await bench.beat(bench.world.now() - 7_000);
		}
		expect(match.lastCall.feedLost).toBe(true);
	});
});

describe("a provider's clock", () => {
	const at = fc.integer({ min: 0, max: 4 * FEED.clockMemoryMs });
	const aheadMs = fc.integer({ min: -FEED.signatureToleranceMs, max: FEED.signatureToleranceMs });

	test("[LAN-4] is never believed to be further behind than its first word, nor less ahead than a word of late", () => {
		fc.assert(
			fc.property(fc.array(fc.tuple(at, aheadMs), { minLength: 1, maxLength: 60 }), (words) => {
				let clock: ProviderClock | null = null;
				const told: { nowMs: number; offsetMs: number }[] = [];
				for (const [nowMs, ahead] of words.toSorted(([one], [other]) => one - other)) {
					clock = observed(clock, nowMs + ahead, nowMs);
					told.push({ nowMs, offsetMs: -ahead });
					const offsets = told.map(({ offsetMs }) => offsetMs);
					const recent = told.filter((word) => nowMs - word.nowMs < FEED.clockMemoryMs).map((word) => word.offsetMs);
					expect(offsetOf(clock)).toBeLessThanOrEqual(Math.max(0, Math.min(...offsets)));
					expect(offsetOf(clock)).toBeLessThanOrEqual(Math.max(0, Math.min(...recent)));
					if (Math.min(...recent) < 0) expect(offsetOf(clock)).toBeLessThanOrEqual(Math.min(...recent));
				}
			}),
		);
	});

	test("FEED.clockMemoryMs: no signature lives longer than what it taught is remembered", () => {
		expect(FEED.clockMemoryMs).toBe(2 * FEED.signatureToleranceMs);
		const ahead = observed(null, 1_000_000 + FEED.signatureToleranceMs, 1_000_000);
		const later = 1_000_000 + FEED.clockMemoryMs;
		expect(offsetOf(observed(ahead, later, later))).toBe(-FEED.signatureToleranceMs);
	});

	test("[LAN-4] that teaches nothing new is the same, so that a heartbeat writes nothing", () => {
		const clock = observed(null, 5_000, 5_100);
		expect(observed(clock, 6_000, 6_100)).toBe(clock);
		expect(observed(clock, 6_000, 6_099)).not.toBe(clock);
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

	test("[LAN-3] a lane that does not know when it heard its feed gives it as long to be heard", async () => {
		const match = await bench.inPlay("m1");
		await bench.world.advance(20_000);
		expect(match.lastCall.feedLost).toBe(true);
		// As a release before left it.
		bench.world.storage("lane:demo:0").exec("DELETE FROM feeds");
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
