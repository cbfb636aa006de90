/** Wallets that have said lately that they take no more bets, or none on a match: another one is refused here, before they are asked. */
import { EDGE_SHARE, WALLET_SHARE } from "../../shared/limits.ts";
import { UnderWay } from "../../shared/under-way.ts";
import { Lockouts } from "./lockouts.ts";

/** Of this isolate: a neighbour is told by the wallet itself. */
const full = new Lockouts(EDGE_SHARE.maxBusyWallets);

const keyOf = (wallet: string, matchId: string | null): string => `${wallet} ${matchId ?? ""}`;

/** Of all bets, or of those on a match. */
export const isFull = (wallet: string, matchId: string | null): boolean => full.has(keyOf(wallet, matchId), Date.now());
export const saidFull = (wallet: string, matchId: string | null): void =>
	full.add(keyOf(wallet, matchId), Date.now() + EDGE_SHARE.walletBusyMs);

/** Bets that wait for a wallet's first answer, by wallet: what waits on the way is not counted there. */
export const placing = new UnderWay(WALLET_SHARE.maxPlacing, EDGE_SHARE.longestPlacingMs, Date.now);
