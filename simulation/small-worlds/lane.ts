/** Stands for the lane: its word is with the match at once, and nothing of it is lost. */
import type { MatchActor } from "../../durable-objects/match/actor.ts";
import type { ApplyAnswer, ApplyRequest } from "../../shared/contracts/match.ts";
import type { Input, TraderAction } from "../../shared/feeds/canonical.ts";
import { digest, type Told } from "./past.ts";

const LANE = "lane:demo:0";
const PROVIDER = "replay";
export const QUIET_LIMIT_MS = 20_000;
const LOST_AFTER_MS = 60_000;
/** A lane's mark comes each second, and says that the feed has just spoken. */
export const MARK_MS = 1_000;

/** What the lane has of a match: its log, and the newest answer. */
export type LaneLine = {
	readonly headSeq: number;
	readonly known: (Pick<ApplyAnswer, "epoch" | "answerNo"> & { readonly atMs: number }) | null;
};

/** The lane's word as an event of its match; null: a mark. Gives back the match's answer. */
export function applied(
	matchId: string,
	{ headSeq, known }: LaneLine,
	input: Input | null,
	nowMs: number,
	withdraws: boolean,
): Told {
	const speech =
		known === null
			? null
			: { epoch: known.epoch, answerNo: known.answerNo, sinceAnswerMs: nowMs - known.atMs, sinceSpokeMs: 0 };
	const request: ApplyRequest = {
		v: 1,
		matchId,
		lane: LANE,
		fromSeq: input === null ? headSeq + 1 : headSeq,
		inputs: input === null ? [] : [{ seq: headSeq, provider: PROVIDER, receivedAtMs: nowMs, input }],
		headSeq,
		speech,
		quietLimitMs: QUIET_LIMIT_MS,
		lostAfterMs: LOST_AFTER_MS,
		feedLost: false,
	};
	return {
		kind: "happens",
		what: `apply ${digest(JSON.stringify(request))}`,
		withdraws,
		run: (actor) => {
			const answer = (actor as MatchActor).apply(structuredClone(request));
			if (answer.rejected.length > 0) throw new Error(JSON.stringify(answer.rejected));
			return { epoch: answer.epoch, answerNo: answer.answerNo, atMs: nowMs };
		},
	};
}

export const traded = (matchId: string, { headSeq }: LaneLine, command: TraderAction, nowMs: number): Input => ({
	v: 1,
	kind: "trader",
	id: `trade-${headSeq + 1}`,
	matchId,
	sentAtMs: nowMs,
	trader: "ada",
	command,
});
