/** Wallets that have said lately that they take no more bets, or none on a match: another one is refused here, before they are asked. */
import { EDGE_SHARE } from "../../shared/limits.ts";
import { Lockouts } from "./lockouts.ts";

/** Of this isolate: a neighbour is told by the wallet itself. */
const full = new Lockouts(EDGE_SHARE.maxBusyWallets);

const keyOf = (wallet: string, matchId: string | null): string => `${wallet} ${matchId ?? ""}`;

/** Of all bets, or of those on a match. */
export const isFull = (wallet: string, matchId: string | null): boolean => full.has(keyOf(wallet, matchId), Date.now());
export const saidFull = (wallet: string, matchId: string | null): void =>
	full.add(keyOf(wallet, matchId), Date.now() + EDGE_SHARE.walletBusyMs);
