/**
 * Whether there is such a match, asked of the board before the match's object is woken: an object that is woken exists from then
 * on, with a file of its own, whatever it answers.
 */
import { knowsAnswerSchema } from "../../shared/contracts/board.ts";
import { decodeRpc } from "../../shared/decode.ts";
import { HTTP } from "../../shared/limits.ts";
import { board, type EdgeContext, ProblemError, repeatedOnReset } from "./context.ts";

/** Of this isolate: an id that was opened stays so. Bounded: the oldest is asked about again. */
const known = new Set<string>();

/** Throws where the board does not answer. */
export async function unknownOf(env: EdgeEnv, matchIds: readonly string[]): Promise<readonly string[]> {
	const asked = [...new Set(matchIds)].filter((matchId) => !known.has(matchId));
	if (asked.length === 0) return [];
	const answer = await repeatedOnReset(() => board(env).knows({ v: 1, matchIds: asked }));
	const told = new Set(decodeRpc("knows answer", knowsAnswerSchema, answer).known);
	for (const matchId of told) {
		const [oldest] = known;
		if (oldest !== undefined && known.size >= HTTP.maxCacheKeys) known.delete(oldest);
		known.add(matchId);
	}
	return asked.filter((matchId) => !told.has(matchId));
}

export async function requireMatch(c: EdgeContext, matchId: string): Promise<void> {
	if ((await unknownOf(c.env, [matchId])).length > 0)
		throw new ProblemError("not_found", `There is no match ${matchId}`);
}
