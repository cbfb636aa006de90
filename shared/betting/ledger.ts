/**
 * Double entry (MON-2, MON-3). Every transaction is a list of lines that sums to zero in its currency; accounts are
 * named by what they are: `cash:{playerId}` what a player can use, `hold:{playerId}` stakes awaiting a decision,
 * `receivable:{playerId}` what a correction took beyond the player's cash (SET-3, a debt: negative), `house` the
 * operator's result, `funding` where money comes from.
 */

export type LedgerReason = "deposit" | "hold" | "release" | "post" | "settle" | "reverse" | "repay";
export type LedgerEntry = { readonly account: string; readonly amountMinor: number };
export type LedgerTxn = { readonly reason: LedgerReason; readonly entries: readonly LedgerEntry[] };

export const cashOf = (playerId: string): string => `cash:${playerId}`;
export const holdOf = (playerId: string): string => `hold:${playerId}`;
export const receivableOf = (playerId: string): string => `receivable:${playerId}`;
export const HOUSE = "house";
export const FUNDING = "funding";

function move(reason: LedgerReason, from: string, to: string, amountMinor: number): LedgerTxn {
	if (!Number.isSafeInteger(amountMinor) || amountMinor <= 0) throw new Error(`cannot move ${amountMinor}`);
	return {
		reason,
		entries: [
			{ account: from, amountMinor: -amountMinor },
			{ account: to, amountMinor },
		],
	};
}

export const deposit = (playerId: string, amountMinor: number): LedgerTxn =>
	move("deposit", FUNDING, cashOf(playerId), amountMinor);
/** MON-3: a stake is held … */
export const holdStake = (playerId: string, stakeMinor: number): LedgerTxn =>
	move("hold", cashOf(playerId), holdOf(playerId), stakeMinor);
/** … then released … */
export const releaseStake = (playerId: string, stakeMinor: number): LedgerTxn =>
	move("release", holdOf(playerId), cashOf(playerId), stakeMinor);
/** … or posted. */
export const postStake = (playerId: string, stakeMinor: number): LedgerTxn =>
	move("post", holdOf(playerId), HOUSE, stakeMinor);

/**
 * Pays a return. A player who owes (a negative receivable) pays the debt back first, from the same return.
 */
export function payReturn(playerId: string, amountMinor: number, owedMinor: number): readonly LedgerTxn[] {
	if (amountMinor === 0) return [];
	const repay = Math.min(amountMinor, owedMinor);
	const txns = [move("settle", HOUSE, cashOf(playerId), amountMinor)];
	return repay > 0 ? [...txns, move("repay", cashOf(playerId), receivableOf(playerId), repay)] : txns;
}

/** Takes a return back (SET-1). Cash never goes below zero: the rest becomes a receivable (SET-3). */
export function reverseReturn(playerId: string, amountMinor: number, cashMinor: number): readonly LedgerTxn[] {
	if (amountMinor === 0) return [];
	const fromCash = Math.min(amountMinor, Math.max(0, cashMinor));
	const txns: LedgerTxn[] = [];
	if (fromCash > 0) txns.push(move("reverse", cashOf(playerId), HOUSE, fromCash));
	if (amountMinor > fromCash) txns.push(move("reverse", receivableOf(playerId), HOUSE, amountMinor - fromCash));
	return txns;
}

/** Asserted before every write: a transaction that does not sum to zero is a bug, and stops. */
export function assertBalanced(txn: LedgerTxn): void {
	const sum = txn.entries.reduce((total, entry) => total + entry.amountMinor, 0);
	if (sum !== 0) throw new Error(`ledger transaction ${txn.reason} sums to ${sum}`);
}
