/** What the auditor is told of the authority and of tickets, and what it says of them. */
export type Violation = { readonly rule: string; readonly what: string };

/** What the match's storage said right after a change, in true time. */
export type AuthorityState = {
	readonly atMs: number;
	readonly matchId: string;
	readonly markets: ReadonlyMap<string, { readonly version: number; readonly available: boolean }>;
	readonly inPlay: boolean;
};
export type Confirmed = {
	readonly atMs: number;
	readonly region: string;
	readonly inc: number;
	readonly n: number;
	readonly epoch: string;
	readonly seq: number;
	readonly tick: number;
	readonly inPlay: boolean;
	readonly matchState: string;
	readonly markets: readonly {
		readonly market: string;
		readonly version: number;
		readonly code: string;
		readonly delayMs: number;
		readonly view: string;
		readonly oddsMilli: Readonly<Record<string, number>>;
		readonly fairPpm: Readonly<Record<string, number>>;
	}[];
	readonly truth: AuthorityState | null;
};
export type AuditedLeg = {
	readonly matchId: string;
	readonly marketId: string;
	readonly outcomeId: string;
	/** Of the result that its wallet has. */
	readonly settlementVersion: number;
	readonly region: string;
	readonly notedAtMs: number | null;
	/** The version the desk noted; null: taken before the match, without one. */
	readonly notedVersion: number | null;
	readonly startedAtMs: number | null;
	readonly vote: {
		readonly oddsMilli: number;
		readonly marketVersion: number;
		readonly epoch: string;
		readonly seq: number;
		readonly tick: number;
		readonly delayMs: number;
	} | null;
};
export type AuditedTicket = {
	readonly key: string;
	readonly wallet: string;
	readonly playerId: string;
	readonly status: string;
	readonly code: string | null;
	readonly stakeMinor: number;
	readonly paidMinor: number;
	readonly acknowledged: boolean;
	readonly multi: boolean;
	readonly legs: readonly AuditedLeg[];
	readonly decisions: number;
};
