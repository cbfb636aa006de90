/** When a match believes that its feed has spoken: a real lane in front of it. */
import { expect, test } from "vitest";
import type { ApplyRequest } from "../../shared/contracts/match.ts";
import { FEED } from "../../shared/limits.ts";
import type { Platform } from "../../simulation/world/platform.ts";
import { danger, phase } from "../../testing/football-inputs.ts";
import { MATCH, playing } from "../../testing/match.ts";
import { SpeechClock } from "./speech.ts";

const spokeAgoMs = (platform: Platform): number | null => platform.match(MATCH).ops()?.spokeAgoMs ?? null;

test("[LAN-2] a statement that the match refuses is no speech; one that it applies is", async () => {
	const platform = await playing();
	await platform.world.advance(2_000);
	const before = Number(spokeAgoMs(platform));
	expect(before).toBeGreaterThanOrEqual(2_000);
	await platform.feed(phase("third_half", 100));
	await platform.world.advance(1_000);
	expect(spokeAgoMs(platform)).toBe(before + 1_000);
	await platform.feed(danger(false));
	expect(spokeAgoMs(platform)).toBe(0);
});

test("[LAN-2] a mark of a lane that holds more than the match has is no speech", async () => {
	const platform = await playing();
	const match = platform.match(MATCH);
	const { lastSeq, lane } = match.ops() ?? { lastSeq: 0, lane: null };
	await platform.world.advance(2_000);
	const mark = (fromSeq: number, headSeq: number, speech: ApplyRequest["speech"]): ApplyRequest => ({
		v: 1,
		matchId: MATCH,
		lane: lane ?? "",
		fromSeq,
		inputs: [],
		headSeq,
		speech,
		quietLimitMs: 3_000,
		lostAfterMs: 6_000,
		feedLost: false,
	});
	const { epoch, answerNo } = match.apply(mark(lastSeq + 1, lastSeq, null));
	const speech = { epoch, answerNo, sinceAnswerMs: 0, sinceSpokeMs: 0 };
	match.apply(mark(lastSeq + 6, lastSeq + 5, speech));
	expect(spokeAgoMs(platform)).toBeGreaterThanOrEqual(2_000);
	match.apply(mark(lastSeq + 1, lastSeq, speech));
	expect(spokeAgoMs(platform)).toBe(0);
});

test("[LAN-2] a match whose clock is set back forgets what was heard by it, and hears again", async () => {
	const platform = await playing();
	platform.heartbeat(MATCH);
	await platform.world.advance(2_000);
	expect(spokeAgoMs(platform)).toBeGreaterThanOrEqual(1_000);
	platform.world.setClock(`match:${MATCH}`, -20_000);
	expect(spokeAgoMs(platform)).toBeNull();
	await platform.live(MATCH, 3_000);
	expect(spokeAgoMs(platform)).toBeLessThanOrEqual(2_000);
});

test("[LAN-2] a lane whose clock is set ahead makes no speech newer than it is", () => {
	const clock = new SpeechClock("e");
	const answerNo = clock.answer(0);
	const speech = { epoch: "e", answerNo, sinceSpokeMs: 3_000 };
	for (const sinceAnswerMs of [65_000, 5_001 + FEED.clockDriftMs]) {
		clock.hear({ ...speech, sinceAnswerMs }, 5_000);
		expect(clock.spokeAgoMs(5_000)).toBeNull();
	}
	clock.hear({ ...speech, sinceAnswerMs: 4_990 }, 5_000);
	expect(clock.spokeAgoMs(5_000)).toBe(3_010);
});
