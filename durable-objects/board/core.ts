/** Which matches the lobby shows. Pure: rows in, what changes out. */
import type { MatchSummary } from "../../shared/contracts/board.ts";
import { BOARD } from "../../shared/limits.ts";
import type { LobbyDeltaBody } from "../../shared/protocol/lobby-view.ts";

/** A match the board knows. `summary` is null once it is gone: what stays is its order, so that a late upsert stays late. */
export type BoardRow = {
	readonly matchId: string;
	readonly order: number;
	readonly updatedAtMs: number;
	readonly endedAtMs: number | null;
	readonly goneAtMs: number | null;
	readonly summary: MatchSummary | null;
};

export type Upserted =
	| { readonly kind: "stored"; readonly row: BoardRow; readonly isUrgent: boolean }
	| { readonly kind: "dropped"; readonly why: "late" | "gone" | "full" };

/**
 * `order` rises with every upsert of a match, so anything not above it is late. A match that has ended and gone comes back
 * only if it lives again. A full board takes no new match: the match repeats itself with its next change.
 */
export function upsert(
	known: BoardRow | null,
	shown: number,
	order: number,
	summary: MatchSummary,
	nowMs: number,
): Upserted {
	if (known !== null && order <= known.order) return { kind: "dropped", why: "late" };
	const before = known?.summary ?? null;
	const hasEnded = summary.status === "ended";
	if (before === null && known !== null && hasEnded) return { kind: "dropped", why: "gone" };
	if (before === null && shown >= BOARD.maxMatches) return { kind: "dropped", why: "full" };
	const row: BoardRow = {
		matchId: summary.matchId,
		order,
		updatedAtMs: nowMs,
		endedAtMs: hasEnded ? (known?.endedAtMs ?? nowMs) : null,
		goneAtMs: null,
		summary,
	};
	return { kind: "stored", row, isUrgent: withdraws(before, summary) };
}

/** FRM-2: a headline that stops being open, or another version of it, is never held back. */
function withdraws(before: MatchSummary | null, after: MatchSummary): boolean {
	const was = before?.headline ?? null;
	const is = after.headline;
	if (before !== null && before.stale !== after.stale) return true;
	if (was === null) return false;
	return is === null || is.marketId !== was.marketId || (is.status !== was.status && is.status !== "open");
}

/** When a row changes by itself: an ended match leaves the lobby, a forgotten one leaves it too, and at last its row goes. */
export function expiryOf(row: BoardRow): number {
	if (row.goneAtMs !== null) return row.goneAtMs + BOARD.keepGoneMs;
	if (row.endedAtMs !== null) return row.endedAtMs + BOARD.keepEndedMs;
	return Math.max(row.updatedAtMs, row.summary?.scheduledAtMs ?? 0) + BOARD.keepSilentMs;
}

export function mergeLobby(earlier: LobbyDeltaBody, later: LobbyDeltaBody): LobbyDeltaBody {
	const gone = new Set([...earlier.gone, ...later.gone]);
	const up = new Map([...earlier.up, ...later.up].map((match) => [match.matchId, match]));
	for (const match of later.up) gone.delete(match.matchId);
	for (const matchId of later.gone) up.delete(matchId);
	return { up: [...up.values()], gone: [...gone] };
}

const RANK = { live: 0, scheduled: 1, ended: 2 } as const;

/** Live first, then by kick-off, then by id. */
export function lobbyOrder(a: MatchSummary, b: MatchSummary): number {
	return (
		RANK[a.status] - RANK[b.status] ||
		a.scheduledAtMs - b.scheduledAtMs ||
		(a.matchId < b.matchId ? -1 : a.matchId > b.matchId ? 1 : 0)
	);
}
