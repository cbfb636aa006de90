/** What an object has answered must outlive it: judged by what its next life finds in storage, and by what stands in the end. */

/** Something that was told to somebody, and what is left of it. Numbers: a position, a version, an amount, or 1 for being there. */
export type AuditedPromise = {
	readonly kind:
		| "input"
		| "position"
		| "confirmation"
		| "grant"
		| "tombstone"
		| "reservation"
		| "result"
		| "told_result"
		| "ticket"
		| "vote"
		| "leg_result";
	readonly who: string;
	readonly what: string;
	readonly told: number;
	/** Null: gone. */
	readonly kept: number | null;
};
/** An input as it stands in a match's log. */
export type LoggedId = {
	readonly matchId: string;
	readonly seq: number;
	readonly id: string;
	readonly isRefused: boolean;
};
/** A row as a source handed it to the queue. */
export type HandedRow = { readonly source: string; readonly seq: number; readonly body: string };

export type Promised = {
	readonly promises: readonly AuditedPromise[];
	readonly logged: readonly LoggedId[];
	readonly handed: readonly HandedRow[];
};
type Broken = { readonly rule: string; readonly what: string };

const RULES: Readonly<Record<AuditedPromise["kind"], string>> = {
	input: "LAN-1",
	position: "MAT-3",
	confirmation: "MAT-3",
	grant: "MON-5",
	tombstone: "BET-8",
	reservation: "BET-8",
	result: "SET-2",
	told_result: "SET-1",
	ticket: "BET-1",
	vote: "BET-8",
	leg_result: "SET-2",
};

export function auditPromises({ promises, logged, handed }: Promised): readonly Broken[] {
	const broken = promises
		.filter(({ told, kept }) => kept === null || kept < told)
		.map(({ kind, who, what, told, kept }) => ({
			rule: RULES[kind],
			what: `${who} told ${kind} ${what} (${told}), of which ${kept ?? "nothing"} is left`,
		}));
	return [...broken, ...auditLog(logged), ...auditRows(handed)];
}

/** LAN-1: numbers without a gap, and each input once: what was refused may be told again. */
function auditLog(logged: readonly LoggedId[]): readonly Broken[] {
	const lastOf = new Map<string, number>();
	const accepted = new Set<string>();
	return logged.flatMap(({ matchId, seq, id, isRefused }) => {
		const last = lastOf.get(matchId) ?? 0;
		lastOf.set(matchId, seq);
		const key = `${matchId} ${id}`;
		const isTwice = accepted.has(key);
		if (!isRefused) accepted.add(key);
		return [
			...(seq === last + 1 ? [] : [{ rule: "LAN-1", what: `${matchId} has input ${seq} behind ${last}` }]),
			...(isTwice ? [{ rule: "LAN-1", what: `${matchId} has ${id} again at ${seq}` }] : []),
		];
	});
}

/** REP-2: a number of a source is one row for ever, or Postgres has what never was. */
function auditRows(handed: readonly HandedRow[]): readonly Broken[] {
	const bodies = new Map<string, string>();
	return handed.flatMap(({ source, seq, body }) => {
		const key = `${source}#${seq}`;
		const before = bodies.get(key) ?? body;
		bodies.set(key, before);
		return before === body ? [] : [{ rule: "REP-2", what: `${key} was two rows: ${before} and ${body}` }];
	});
}
