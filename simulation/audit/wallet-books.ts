/** What is known of money in the end: each wallet's books, the players as they were made, what clients and Postgres were told. */

export type BookEntry = {
	readonly id: number;
	readonly txn: number;
	readonly reason: string;
	readonly account: string;
	readonly currency: string;
	readonly amountMinor: number;
	readonly balanceMinor: number;
	readonly ticketKey: string | null;
	readonly atMs: number;
};
export type BookLeg = {
	readonly legNo: number;
	readonly matchId: string;
	readonly marketId: string;
	readonly outcomeId: string;
	readonly region: string;
	readonly shownOddsMilli: number;
	readonly marketVersion: number | null;
	readonly matchStateAtRequest: string | null;
	/** The reservation that took it. */
	readonly taken: {
		readonly oddsMilli: number;
		readonly fairPpm: number;
		readonly marketVersion: number;
		readonly matchState: string;
		readonly epoch: string;
		readonly seq: number;
		readonly tick: number;
		/** On the clock of its match. */
		readonly atMs: number;
	} | null;
	readonly refusedAtState: string | null;
	readonly settlementVersion: number;
	/** Its result, as the match told it; null: none yet. */
	readonly outcome: string | null;
};
export type BookTicket = {
	readonly key: string;
	readonly playerId: string;
	readonly ticketId: string;
	readonly partnerId: string;
	readonly licence: string;
	readonly status: string;
	readonly code: string | null;
	readonly maxStakeMinor: number | null;
	readonly stakeMinor: number;
	readonly returnMinor: number | null;
	readonly currency: string;
	readonly rate: { readonly num: number; readonly den: number };
	readonly policy: string;
	readonly maxPayoutMinor: number;
	readonly houseRulesVersion: string;
	/** Absent from tickets of older code. */
	readonly region?: string;
	readonly placedAtMs: number;
	readonly decidedAtMs: number | null;
	readonly settledAtMs: number | null;
	readonly version: number;
	readonly legs: readonly BookLeg[];
};
export type WalletBooks = {
	readonly wallet: string;
	readonly entries: readonly BookEntry[];
	readonly accounts: readonly { readonly account: string; readonly currency: string; readonly balanceMinor: number }[];
	readonly tickets: readonly BookTicket[];
	/** The number of the last row that it has ever had for Postgres. */
	readonly lastSeq: number;
};
/** What a wallet told an operator of all its money. */
export type ToldSums = {
	readonly wallet: string;
	readonly atMs: number;
	readonly sums: Readonly<Record<string, number>>;
	readonly accounts: WalletBooks["accounts"];
};
/** A player as the story made them. */
export type Holder = {
	readonly playerId: string;
	readonly partnerId: string;
	readonly licence: string;
	readonly currency: string;
	readonly openingMinor: number;
};
/** Whether the last release placed it, in a history that began with that. */
export type IsOld = (ticket: BookTicket) => boolean;
export const isTaken = ({ status }: { readonly status: string }): boolean =>
	status === "accepted" || status === "settled";
