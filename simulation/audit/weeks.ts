/** What is answered weeks after the matches, and that nothing of what was settled has moved by then (LAN-1, SET-1, SET-7, FRM-7, BET-5). */
import type { Violation } from "./facts.ts";

export type AfterWeeks = {
	readonly kind:
		| "old word"
		| "ahead"
		| "result again"
		| "offer again"
		| "expired token"
		| "new token"
		| "bet on what is over"
		| "settled too late";
	/** What was answered: its kind, or the code of a refusal. */
	readonly got: string;
};
export type WeeksFacts = { readonly asked: readonly AfterWeeks[]; readonly moved: readonly string[] };

/** Of each, the rule, and what may be answered. */
const DUE: Readonly<Record<AfterWeeks["kind"], readonly [rule: string, ...answers: string[]]>> = {
	// A match that ended weeks ago takes nothing, and whatever it took before is none of it new.
	"old word": ["LAN-1", "ended"],
	// One that is still to come is never closed.
	ahead: ["LAN-1", "stored"],
	"result again": ["SET-2", "answered"],
	"offer again": ["BET-8", "no", "yes"],
	"expired token": ["FRM-7", "token_expired", "unauthorized"],
	"new token": ["FRM-7", "ok"],
	"bet on what is over": ["BET-5", "refused"],
	// Desks have forgotten who bet: a result that nobody would be paid by is none.
	"settled too late": ["SET-7", "settled_long_ago"],
};

export function auditWeeks({ asked, moved }: WeeksFacts): readonly Violation[] {
	return [
		...asked.flatMap(({ kind, got }) => {
			const [rule, ...answers] = DUE[kind];
			return answers.includes(got) ? [] : [{ rule, what: `weeks later, ${kind}: answered ${got}` }];
		}),
		...moved.map((what) => ({ rule: "SET-1", what: `${what} has moved weeks after it was settled` })),
	];
}
