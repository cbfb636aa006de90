/** What is known of a match before it is told. */
import type { Input } from "../../shared/feeds/canonical.ts";
import type { TrueMatch } from "../audit/true-match.ts";

export type Timed = { readonly atMs: number; readonly input: Input };
/** What is told of a match, in the order of its telling, and what really happened. */
export type Script = { readonly timed: readonly Timed[]; readonly played: TrueMatch };

/** Messages of a match are numbered from nought: those of another match have the same ids. */
export const withSameIds = (script: Script, matchId: string): Script => ({
	...script,
	timed: script.timed.map(({ atMs, input }) => ({ atMs, input: { ...input, id: input.id.slice(matchId.length + 1) } })),
});

/** When the next goal is confirmed or the next match ends. */
export function nextDecision(scripts: ReadonlyMap<string, readonly Timed[]>): number {
	const isDecisive = ({ input }: Timed): boolean =>
		input.kind === "confirmation" || (input.kind === "state" && input.phase === "ended");
	return Math.min(...[...scripts.values()].map((script) => script.find(isDecisive)?.atMs ?? Number.POSITIVE_INFINITY));
}
